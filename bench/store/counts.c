// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/counts.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "stats/comparison.h"

/* What the module times. The whole of an operation has the scheduler's work in it. */
static const enum sample_column counted[] = {
	COLUMN_WALK, COLUMN_LOCK_WAIT, COLUMN_CALLBACKS, COLUMN_UNREGISTER, COLUMN_INVALIDATE,
};

struct values {
	struct count count;
	uint64_t *insns;
	size_t room;
};

struct gathering {
	struct values *all;
	size_t count;
	struct error *error;
};

static struct values *values_of(struct gathering *gathering, const struct store_block *block,
				enum sample_column column)
{
	struct values *grown;

	for (size_t i = 0; i < gathering->count; i++) {
		struct count *count = &gathering->all[i].count;

		if (count->column == column && count->strategy == block->plan.strategy &&
		    !strcmp(count->cell, block->cell_name))
			return &gathering->all[i];
	}
	grown = reallocarray(gathering->all, gathering->count + 1, sizeof(*grown));
	if (!grown)
		return NULL;
	gathering->all = grown;
	grown += gathering->count++;
	*grown = (struct values){ .count = { .strategy = block->plan.strategy, .column = column } };
	memcpy(grown->count.cell, block->cell_name, sizeof(grown->count.cell));
	return grown;
}

static int add_value(struct values *values, uint64_t insns)
{
	if (values->count.rows == values->room) {
		size_t room = values->room ? 2 * values->room : 256;
		uint64_t *grown = reallocarray(values->insns, room, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		values->insns = grown;
		values->room = room;
	}
	values->insns[values->count.rows++] = insns;
	return 0;
}

static int gather_column(struct gathering *gathering, const struct store_block *block,
			 uint32_t workload, const struct samples *samples,
			 enum sample_column column)
{
	const uint32_t kinds = workload_column_kinds(workload, column);
	const uint64_t *insns = samples->columns[column];
	const uint64_t *flags = samples->columns[COLUMN_FLAGS];
	struct values *values = NULL;

	for (size_t row = 0; insns && row < samples->rows; row++) {
		if (insns[row] == SAMPLE_MISSING || !sample_is_of(samples, row, kinds))
			continue;
		/* What ran while the task waited is nobody's path. */
		if (flags && flags[row] != SAMPLE_MISSING && flags[row] & SAMPLE_FLAG_SWITCHED)
			continue;
		if (!values)
			values = values_of(gathering, block, column);
		if (!values || add_value(values, insns[row]))
			return error_out_of_memory(gathering->error);
	}
	return 0;
}

static int gather_block(const struct store_block *block, void *context)
{
	struct gathering *gathering = context;
	struct samples samples;
	struct cell cell;
	int result;

	if (block->plan.warmup || block->plan.unrecorded || plan_block_is_apart(&block->plan))
		return 0;
	if (cell_parse(block->cell_name, &cell))
		return error_set(gathering->error, EBADMSG, "block %u: %s is no cell", block->block,
				 block->cell_name);
	result = samples_decode(block->samples, block->samples_bytes, &samples);
	if (result)
		return error_set_errno(gathering->error, -result, "block %u: its samples",
				       block->block);
	for (size_t i = 0; i < sizeof(counted) / sizeof(*counted) && !result; i++)
		result = gather_column(gathering, block, cell.workload, &samples, counted[i]);
	samples_free(&samples);
	return result;
}

static int compare_insns(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

int counts_load(struct store *store, int64_t run, struct count **counts, size_t *count,
		struct error *error)
{
	struct gathering gathering = { .error = error };
	int result = store_blocks_each(store, run, gather_block, &gathering, error);

	*counts = NULL;
	*count = 0;
	if (!result) {
		*counts = calloc(gathering.count + 1, sizeof(**counts));
		if (!*counts)
			result = error_out_of_memory(error);
	}
	for (size_t i = 0; i < gathering.count; i++) {
		struct values *values = &gathering.all[i];

		if (!result) {
			qsort(values->insns, values->count.rows, sizeof(*values->insns),
			      compare_insns);
			(*counts)[i] = values->count;
			(*counts)[i].minimum_insns = values->insns[0];
			(*counts)[i].median_insns = values->insns[(values->count.rows - 1) / 2];
		}
		free(values->insns);
	}
	if (!result)
		*count = gathering.count;
	free(gathering.all);
	return result;
}
