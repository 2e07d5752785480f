// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/detailed.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "common/samples.h"
#include "stats/division.h"

#define PARTS 4

static int set_value(struct counted_block *block, const char *name, double ns, const char *why)
{
	struct counted_value *value = &block->values[block->value_count++];

	*value = (struct counted_value){ .name = strdup(name), .per_operation = ns };
	if (isnan(ns))
		value->unavailable = strdup(why);
	return value->name && (value->unavailable || !isnan(ns)) ? 0 : -ENOMEM;
}

static int take_division(const struct division *division, struct counted_block *block)
{
	const char *why = division->walks ? "the locks are the kernel's own, and in the rest" :
					    "no walk was measured whole";

	block->operations = division->walks;
	block->values = calloc(PARTS, sizeof(*block->values));
	if (!block->values)
		return -ENOMEM;
	return set_value(block, "walk", division->walk_ns, why) ||
			       set_value(block, "lock waits", division->lock_wait_ns, why) ||
			       set_value(block, "callbacks", division->callbacks_ns, why) ||
			       set_value(block, "rest", division->rest_ns, why) ?
		       -ENOMEM :
		       0;
}

static int take_block(const struct store_block *stored, void *context)
{
	const uint32_t columns = 1u << COLUMN_WALK | 1u << COLUMN_LOCK_WAIT |
				 1u << COLUMN_CALLBACKS;
	struct counted_block *block;
	struct division division;
	struct samples samples;
	int result;

	if (!stored->plan.detailed)
		return 0;
	block = counted_add(context, stored);
	if (!block)
		return -ENOMEM;
	result = samples_decode_columns(stored->samples, stored->samples_bytes, columns, &samples);
	if (result)
		return result;
	result = division_make(&samples, &division);
	samples_free(&samples);
	return result ? result : take_division(&division, block);
}

int detailed_load(struct store *store, int64_t run, struct counted *detailed, struct error *error)
{
	int result;

	*detailed = (struct counted){ 0 };
	result = store_blocks_each(store, run, take_block, detailed, error);
	if (result && error && !error->text[0]) {
		error->exit_status = STATUS_STORE;
		error_set_errno(error, -result, "run %lld: its detailed pass", (long long)run);
	}
	return result;
}
