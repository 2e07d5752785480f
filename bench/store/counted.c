// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/counted.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "common/exit_status.h"

/* A counter says over how many operations it was counted; one of an old run, as the block. */
static int take_value(const char *name, const json_t *json, uint64_t operations,
		      struct counted_value *value)
{
	const json_t *count = json_object_get(json, "count");
	const json_t *own = json_object_get(json, "operations");
	const char *why = json_string_value(json_object_get(json, "unavailable"));

	if (json_is_integer(own))
		operations = (uint64_t)json_integer_value(own);
	value->name = strdup(name);
	value->per_operation = json_is_integer(count) && operations ?
				       (double)json_integer_value(count) / (double)operations :
				       NAN;
	value->scaled = json_is_true(json_object_get(json, "scaled"));
	if (!isnan(value->per_operation))
		return value->name ? 0 : -ENOMEM;
	value->unavailable = strdup(why ? why : "not told");
	return value->name && value->unavailable ? 0 : -ENOMEM;
}

static int take_values(json_t *end, struct counted_block *block)
{
	json_t *counters = json_object_get(end, "counters"), *value;
	const char *name;
	int result = 0;

	if (!json_object_size(counters))
		return -EUCLEAN;
	block->operations = (uint64_t)json_integer_value(json_object_get(end, "operations"));
	block->values = calloc(json_object_size(counters), sizeof(*block->values));
	if (!block->values)
		return -ENOMEM;
	json_object_foreach(counters, name, value)
		if (!result)
			result = take_value(name, value, block->operations,
					    &block->values[block->value_count++]);
	return result;
}

struct counted_block *counted_add(struct counted *counted, const struct store_block *stored)
{
	struct counted_block *grown, *block;

	grown = reallocarray(counted->blocks, counted->count + 1, sizeof(*grown));
	if (!grown)
		return NULL;
	counted->blocks = grown;
	block = &grown[counted->count++];
	*block = (struct counted_block){ .cell = strdup(stored->cell_name),
					 .strategy = stored->plan.strategy };
	return block->cell ? block : NULL;
}

static int take_block(const struct store_block *stored, void *context)
{
	struct counted_block *block;
	json_t *end;
	int result;

	if (!stored->plan.counted)
		return 0;
	block = counted_add(context, stored);
	if (!block)
		return -ENOMEM;
	end = json_loads(stored->end_json, 0, NULL);
	result = take_values(end, block);
	json_decref(end);
	return result;
}

int counted_load(struct store *store, int64_t run, struct counted *counted, struct error *error)
{
	int result;

	*counted = (struct counted){ 0 };
	result = store_blocks_each(store, run, take_block, counted, error);
	if (result && error && !error->text[0]) {
		error->exit_status = STATUS_STORE;
		error_set_errno(error, -result, "run %lld: what it counted", (long long)run);
	}
	return result;
}

static void free_block(struct counted_block *block)
{
	for (size_t i = 0; i < block->value_count; i++) {
		free(block->values[i].name);
		free(block->values[i].unavailable);
	}
	free(block->values);
	free(block->cell);
}

void counted_free(struct counted *counted)
{
	for (size_t i = 0; i < counted->count; i++)
		free_block(&counted->blocks[i]);
	free(counted->blocks);
	*counted = (struct counted){ 0 };
}
