// SPDX-License-Identifier: GPL-2.0-or-later
#include "probe.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "block_samples.h"
#include "column_data.h"

#define PROBE_COLUMNS (1u << COLUMN_WHOLE | 1u << COLUMN_KIND | 1u << COLUMN_FLAGS)

/* Inside one comparison the unrecorded blocks are the base and the recorded the candidate. */
enum { OFF = ARM_BASE, ON = ARM_CANDIDATE };

struct pool {
	struct comparison_block *blocks; /* copies, with their arms as above */
	const struct comparison_block **order;
	size_t count;
};

static int compare_blocks(const void *a, const void *b)
{
	const struct comparison_block *x = *(const struct comparison_block *const *)a;
	const struct comparison_block *y = *(const struct comparison_block *const *)b;

	if (x->boot != y->boot)
		return x->boot < y->boot ? -1 : 1;
	if (x->quartet != y->quartet)
		return x->quartet < y->quartet ? -1 : 1;
	if (x->position != y->position)
		return x->position < y->position ? -1 : 1;
	return (x->arm > y->arm) - (x->arm < y->arm);
}

static void take(struct pool *pool, const struct comparison_block *blocks, uint32_t count,
		 uint32_t cell, uint32_t arm, uint32_t as)
{
	for (uint32_t i = 0; i < count; i++) {
		if (blocks[i].cell != cell || blocks[i].arm != arm)
			continue;
		pool->blocks[pool->count] = blocks[i];
		pool->blocks[pool->count].arm = as;
		pool->order[pool->count] = &pool->blocks[pool->count];
		pool->count++;
	}
}

/* The differences of the only boot, joined until neighbours are unlike, or one for each boot. */
static int estimate(const struct column_data *data, uint32_t boots, struct probe *probe)
{
	struct paired_difference *found = malloc((data->quartet_count + 1) * sizeof(*found));
	double *values = malloc((data->quartet_count + 1) * sizeof(*values));
	struct paired_workspace workspace = { 0 };
	struct paired_effect effect;
	size_t count;
	int ret = -ENOMEM;

	if (found && values)
		ret = paired_differences(data->quartets, data->quartet_count, .5, &workspace,
					 found, &count);
	if (!ret && boots > 1) {
		count = paired_per_boot(found, count, values);
	} else if (!ret) {
		for (size_t i = 0; i < count; i++)
			values[i] = found[i].value;
		paired_join(values, &count);
	}
	if (!ret) {
		effect = paired_estimate(values, count);
		probe->estimate = effect.estimate;
		probe->low = effect.low;
		probe->high = effect.high;
		probe->pairs = (uint32_t)effect.count;
	}
	paired_workspace_free(&workspace);
	free(found);
	free(values);
	return ret;
}

/* Leaves rows of 0 where one side has no sample. */
static int make_one(const struct comparison_input *input, struct pool *pool, struct probe *probe,
		    struct error *error)
{
	const uint32_t workload = input->cells[probe->cell].workload;
	struct column_data data = { 0 };
	struct cell_blocks held;
	int ret;

	qsort(pool->order, pool->count, sizeof(*pool->order), compare_blocks);
	ret = cell_blocks_get(input, pool->order, pool->count, PROBE_COLUMNS, &held, error);
	if (!ret)
		ret = column_data_make(held.blocks, held.count, COLUMN_WHOLE,
				       workload_column_kinds(workload, COLUMN_WHOLE), &data);
	if (!ret && data.pooled_count[OFF] && data.pooled_count[ON]) {
		for (size_t side = 0; side < ARM_COUNT; side++)
			probe->rows[side] = data.arm[side].rows;
		probe->off_p50_ns = data.arm[OFF].p50_ns;
		probe->on_p50_ns = data.arm[ON].p50_ns;
		ret = estimate(&data, input->boots, probe);
	}
	column_data_free(&data);
	cell_blocks_put(&held);
	return ret;
}

int probe_make(const struct comparison_input *input, const struct comparison_block *unrecorded,
	       uint32_t unrecorded_count, struct probe **probes, uint32_t *count,
	       struct error *error)
{
	const size_t room = (size_t)input->block_count + unrecorded_count + 1;
	struct pool pool = {
		.blocks = malloc(room * sizeof(*pool.blocks)),
		.order = malloc(room * sizeof(*pool.order)),
	};
	int ret = 0;

	*count = 0;
	*probes = calloc((size_t)input->cell_count * ARM_COUNT + 1, sizeof(**probes));
	if (!pool.blocks || !pool.order || !*probes)
		ret = -ENOMEM;
	for (uint32_t i = 0; i < input->cell_count * ARM_COUNT && !ret; i++) {
		struct probe probe = { .cell = i / ARM_COUNT, .arm = i % ARM_COUNT };

		pool.count = 0;
		take(&pool, unrecorded, unrecorded_count, probe.cell, probe.arm, OFF);
		if (!pool.count)
			continue;
		take(&pool, input->blocks, input->block_count, probe.cell, probe.arm, ON);
		ret = make_one(input, &pool, &probe, error);
		if (!ret && probe.rows[OFF])
			(*probes)[(*count)++] = probe;
	}
	free(pool.blocks);
	free(pool.order);
	if (ret || !*count) {
		free(*probes);
		*probes = NULL;
		*count = 0;
	}
	return ret;
}
