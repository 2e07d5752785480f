// SPDX-License-Identifier: GPL-2.0-or-later
#include "breakdown.h"

#include <errno.h>
#include <stdlib.h>

#include "block_samples.h"

const char *breakdown_part_name(enum breakdown_part part)
{
	static const char *const names[BREAKDOWN_PARTS] = {
		[BREAKDOWN_BEFORE_WALK] = "before_walk",
		[BREAKDOWN_LOCK_WAIT] = "lock_wait",
		[BREAKDOWN_WALK] = "walk",
		[BREAKDOWN_GRACE] = "grace",
		[BREAKDOWN_UNMAP] = "unmap",
		[BREAKDOWN_REST] = "rest",
		[BREAKDOWN_AFTER_WALK] = "after_walk",
	};

	return names[part];
}

/* One exit's parts. */
struct exit_parts {
	double ns[BREAKDOWN_PARTS];
	double whole_ns;
};

struct exits {
	struct exit_parts *exits;
	size_t count, allocated;
};

static bool has(const struct samples *samples, enum sample_column column, size_t row, double *ns)
{
	const uint64_t *values = samples->columns[column];

	if (!values || values[row] == SAMPLE_MISSING || values[row] >> 63)
		return false;
	*ns = (double)values[row];
	return true;
}

/* False where a part is missing. `apart`: what comes after the walk is wanted in its parts. */
static bool take_exit(const struct samples *samples, size_t row, bool apart,
		      struct exit_parts *parts)
{
	double walk, wait;

	*parts = (struct exit_parts){ 0 };
	if (!has(samples, COLUMN_BEFORE_WALK, row, &parts->ns[BREAKDOWN_BEFORE_WALK]) ||
	    !has(samples, COLUMN_WALK, row, &walk) || !has(samples, COLUMN_LOCK_WAIT, row, &wait) ||
	    wait > walk)
		return false;
	parts->ns[BREAKDOWN_LOCK_WAIT] = wait;
	parts->ns[BREAKDOWN_WALK] = walk - wait;
	if (apart ? !has(samples, COLUMN_GRACE, row, &parts->ns[BREAKDOWN_GRACE]) ||
			    !has(samples, COLUMN_UNMAP, row, &parts->ns[BREAKDOWN_UNMAP]) ||
			    !has(samples, COLUMN_REST, row, &parts->ns[BREAKDOWN_REST])
		  : !has(samples, COLUMN_AFTER_WALK, row, &parts->ns[BREAKDOWN_AFTER_WALK]))
		return false;
	for (size_t i = 0; i < BREAKDOWN_PARTS; i++)
		parts->whole_ns += parts->ns[i];
	return true;
}

static int add_exit(struct exits *exits, const struct exit_parts *parts)
{
	if (exits->count == exits->allocated) {
		const size_t wanted = exits->allocated ? 2 * exits->allocated : 64;
		struct exit_parts *grown = realloc(exits->exits, wanted * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		exits->exits = grown;
		exits->allocated = wanted;
	}
	exits->exits[exits->count++] = *parts;
	return 0;
}

static int gather_block(const struct samples *samples, uint32_t kinds, bool apart,
			struct exits *exits)
{
	struct exit_parts parts;

	for (size_t row = 0; row < samples->rows; row++)
		if (sample_is_of(samples, row, kinds) && take_exit(samples, row, apart, &parts) &&
		    add_exit(exits, &parts))
			return -ENOMEM;
	return 0;
}

static int gather(const struct comparison_input *input, uint32_t cell, enum comparison_arm arm,
		  bool apart, struct exits *exits, struct error *error)
{
	const uint32_t workload = input->cells[cell].workload;
	const uint32_t kinds = workload_column_kinds(workload, COLUMN_WALK);

	for (uint32_t i = 0; i < input->block_count; i++) {
		const struct comparison_block *block = &input->blocks[i];
		struct block_samples held;
		int ret;

		if (block->cell != cell || block->arm != arm || block->warmup)
			continue;
		ret = block_samples_get(input, block, workload_column_mask(workload), &held,
					error);
		if (!ret)
			ret = gather_block(held.samples, kinds, apart, exits);
		block_samples_put(&held);
		if (ret)
			return ret;
	}
	return 0;
}

static int by_whole(const void *left, const void *right)
{
	const struct exit_parts *a = left, *b = right;

	return (a->whole_ns > b->whole_ns) - (a->whole_ns < b->whole_ns);
}

static void average(struct exits *exits, struct breakdown *breakdown)
{
	const size_t cut = exits->count / 4;

	qsort(exits->exits, exits->count, sizeof(*exits->exits), by_whole);
	breakdown->samples = exits->count - 2 * cut;
	for (size_t i = cut; i < exits->count - cut; i++)
		for (size_t part = 0; part < BREAKDOWN_PARTS; part++)
			breakdown->ns[part] += exits->exits[i].ns[part] /
					       (double)breakdown->samples;
	for (size_t part = 0; part < BREAKDOWN_PARTS; part++)
		breakdown->whole_ns += breakdown->ns[part];
}

int breakdown_make(const struct comparison_input *input, uint32_t cell, enum comparison_arm arm,
		   struct breakdown *breakdown, struct error *error)
{
	struct exits exits = { 0 };
	int ret;

	*breakdown = (struct breakdown){ 0 };
	ret = gather(input, cell, arm, true, &exits, error);
	if (!ret && !exits.count)
		ret = gather(input, cell, arm, false, &exits, error);
	if (!ret && exits.count)
		average(&exits, breakdown);
	free(exits.exits);
	return ret;
}
