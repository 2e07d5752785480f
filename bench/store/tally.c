// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/tally.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

enum merge { MERGE_SUM, MERGE_MAX };

/* What the agent's end record of a block has, by its key. */
static const struct {
	const char *key;
	size_t offset;
	enum merge merge;
} members[] = {
	{ "operations", offsetof(struct tally, operations), MERGE_SUM },
	{ "expected_rows", offsetof(struct tally, expected_rows), MERGE_SUM },
	{ "rows", offsetof(struct tally, rows), MERGE_SUM },
	{ "dropped", offsetof(struct tally, dropped), MERGE_SUM },
	{ "lost", offsetof(struct tally, lost), MERGE_SUM },
	{ "tries", offsetof(struct tally, tries), MERGE_SUM },
	{ "hits", offsetof(struct tally, hits), MERGE_SUM },
	{ "again", offsetof(struct tally, again), MERGE_SUM },
	{ "callbacks", offsetof(struct tally, callbacks), MERGE_SUM },
	{ "callbacks_due", offsetof(struct tally, callbacks_due), MERGE_SUM },
	{ "window_max_ns", offsetof(struct tally, window_max_ns), MERGE_MAX },
	{ "start_spread_ns", offsetof(struct tally, start_spread_max_ns), MERGE_MAX },
	{ "timeouts", offsetof(struct tally, timeouts), MERGE_SUM },
	{ "steal_ns", offsetof(struct tally, steal_ns), MERGE_SUM },
};

struct tallying {
	struct tally *all;
	size_t count;
	struct error *error;
};

static uint64_t *member(struct tally *tally, size_t i)
{
	return (uint64_t *)((char *)tally + members[i].offset);
}

static struct tally *tally_of(struct tallying *tallying, const struct store_block *block)
{
	struct tally *tally;

	for (tally = tallying->all; tally < tallying->all + tallying->count; tally++)
		if (tally->strategy == block->plan.strategy &&
		    tally->unrecorded == block->plan.unrecorded &&
		    !strcmp(tally->cell, block->cell_name))
			return tally;
	tally = reallocarray(tallying->all, tallying->count + 1, sizeof(*tally));
	if (!tally)
		return NULL;
	tallying->all = tally;
	tally += tallying->count++;
	*tally = (struct tally){ .strategy = block->plan.strategy,
				 .unrecorded = block->plan.unrecorded };
	memcpy(tally->cell, block->cell_name, sizeof(tally->cell));
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
		*member(tally, i) = TALLY_UNKNOWN;
	return tally;
}

static void merge(uint64_t *into, uint64_t value, enum merge how)
{
	if (*into == TALLY_UNKNOWN)
		*into = value;
	else if (how == MERGE_SUM)
		*into += value;
	else if (value > *into)
		*into = value;
}

static int add_block(const struct store_block *block, void *context)
{
	struct tallying *tallying = context;
	struct tally *tally;
	json_t *end;

	if (plan_block_is_apart(&block->plan))
		return 0;
	tally = tally_of(tallying, block);
	end = json_loads(block->end_json, 0, NULL);
	if (!tally) {
		json_decref(end);
		return error_out_of_memory(tallying->error);
	}
	tally->blocks++;
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
		const json_t *value = json_object_get(end, members[i].key);

		if (json_is_integer(value) && json_integer_value(value) >= 0)
			merge(member(tally, i), (uint64_t)json_integer_value(value),
			      members[i].merge);
	}
	json_decref(end);
	return 0;
}

int tallies_load(struct store *store, int64_t run, struct tally **tallies, size_t *count,
		 struct error *error)
{
	struct tallying tallying = { .error = error };
	int result = store_blocks_each(store, run, add_block, &tallying, error);

	if (result) {
		free(tallying.all);
		tallying = (struct tallying){ 0 };
	}
	*tallies = tallying.all;
	*count = tallying.count;
	return result;
}
