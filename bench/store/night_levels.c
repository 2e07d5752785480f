// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/night_levels.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/block_samples.h"
#include "stats/exact.h"
#include "store/clock_rate.h"
#include "store/dataset_internal.h"

struct gathering {
	struct dataset_loading loading;
	struct plan *plan;		/* of the run that is read */
	struct cell *cells;		/* one for each strategy */
	uint32_t *strategies;
	uint32_t count, room;
	bool failed;			/* out of memory */
};

static bool find_cell(const struct gathering *gathering, const struct cell *cell, uint32_t strategy,
		      uint32_t *found)
{
	for (*found = 0; *found < gathering->count; ++*found)
		if (gathering->strategies[*found] == strategy &&
		    cell_equal(&gathering->cells[*found], cell))
			return true;
	return false;
}

static bool add_cell(struct gathering *gathering, const struct cell *cell, uint32_t strategy)
{
	if (gathering->count == gathering->room) {
		const uint32_t room = gathering->room ? 2 * gathering->room : 64;
		struct cell *cells = reallocarray(gathering->cells, room, sizeof(*cells));
		uint32_t *strategies;

		if (!cells)
			return false;
		gathering->cells = cells;
		strategies = reallocarray(gathering->strategies, room, sizeof(*strategies));
		if (!strategies)
			return false;
		gathering->strategies = strategies;
		gathering->room = room;
	}
	gathering->cells[gathering->count] = *cell;
	gathering->strategies[gathering->count++] = strategy;
	return true;
}

/* Every cell that has recorded blocks gets a place when its first block comes. */
static bool place_block(const struct dataset_loading *loading, const struct plan_block *block,
			struct block_place *place)
{
	struct gathering *gathering = (struct gathering *)loading->context;
	const struct cell *cell = &gathering->plan->cells[block->cell];
	const uint32_t strategy = cell->workload == WORKLOAD_CONTROL ? COMPARISON_ANY_STRATEGY :
								       block->strategy;

	if (block->unrecorded || block->warmup)
		return false;
	if (find_cell(gathering, cell, strategy, &place->cell))
		return true;
	gathering->failed |= !add_cell(gathering, cell, strategy);
	return !gathering->failed;
}

static int read_run(struct store *store, struct gathering *gathering, int64_t id,
		    struct error *error)
{
	struct dataset *dataset = gathering->loading.dataset;
	struct store_run *run = &dataset->runs[dataset->run_count];
	int result = store_run_get(store, id, run, error);

	if (result)
		return result;
	dataset->run_count++;
	plan_free(dataset->plan);
	dataset->plan = NULL;
	result = plan_from_json(run->plan_json, strlen(run->plan_json), &gathering->plan, error);
	if (result) {
		error_prefix(error, "run %lld", (long long)id);
		return result;
	}
	dataset->plan = gathering->plan;
	gathering->loading.boot = (uint32_t)dataset->run_count - 1;
	result = dataset_read_run(store, &gathering->loading, error);
	if (!result && gathering->failed)
		result = -ENOMEM;
	return result;
}

/* The judged columns of a cell; of one that has none the first. */
static int add_levels(const struct comparison_input *input, uint32_t cell,
		      const struct cell_blocks *held, struct paired_workspace *workspace,
		      struct night_levels *levels)
{
	const uint32_t workload = input->cells[cell].workload;
	const enum sample_column *columns = workload_columns(workload);
	const uint32_t judged = workload_gated_columns(workload);
	int ret = 0;

	for (uint32_t i = 0; i < (judged ? judged : 1) && columns[i] != COLUMN_COUNT && !ret; i++) {
		struct column_data data;
		struct cell_level level = { .cell = input->cells[cell],
					    .strategy = input->strategies[cell],
					    .column = columns[i], .judged = judged > 0 };

		ret = column_data_make_boots(held->blocks, held->count, columns[i],
					     workload_column_kinds(workload, columns[i]), &data);
		if (!ret)
			ret = night_level_make(&data, input->exact, workspace, &level.level);
		column_data_free(&data);
		if (!ret && level.level.boots)
			levels->levels[levels->count++] = level;
	}
	return ret;
}

static int make_levels(const struct comparison_input *input, struct night_levels *levels,
		       struct error *error)
{
	const struct comparison_block **order = calloc(input->block_count + 1, sizeof(*order));
	struct paired_workspace workspace = { 0 };
	int ret = 0;

	levels->levels = calloc((size_t)input->cell_count * COLUMN_COUNT + 1,
				sizeof(*levels->levels));
	if (!order || !levels->levels)
		ret = -ENOMEM;
	if (!ret)
		blocks_in_order(input, order);
	for (uint32_t first = 0, end; first < input->block_count && !ret; first = end) {
		const uint32_t cell = order[first]->cell;
		struct cell_blocks held;

		for (end = first; end < input->block_count && order[end]->cell == cell;)
			end++;
		ret = cell_blocks_get(input, order + first, end - first,
				      workload_column_mask(input->cells[cell].workload), &held,
				      error);
		if (!ret)
			ret = add_levels(input, cell, &held, &workspace, levels);
		cell_blocks_put(&held);
	}
	paired_workspace_free(&workspace);
	free(order);
	return ret;
}

int night_levels_load(struct store *store, const int64_t *runs, size_t run_count,
		      struct night_levels *levels, struct error *error)
{
	struct dataset *dataset = dataset_new(run_count), *loaded = NULL;
	struct gathering gathering = { .loading = { .place = place_block } };
	int result = dataset ? 0 : -ENOMEM;

	*levels = (struct night_levels){ 0 };
	gathering.loading.context = &gathering;
	dataset_begin(&gathering.loading, dataset);
	for (size_t i = 0; i < run_count && !result; i++) {
		double rate = 1;

		result = store_clock_rate(store, runs[i], &rate, error);
		if (!result && rate == 1)
			result = read_run(store, &gathering, runs[i], error);
	}
	if (dataset) {
		dataset->input.cells = gathering.cells;
		dataset->input.strategies = gathering.strategies;
		dataset->input.cell_count = gathering.count;
	}
	result = dataset_finish(&gathering.loading, result, &loaded, error);
	if (!result && loaded->plan) {
		loaded->input.exact = loaded->plan->clock == PLAN_CLOCK_VIRTUAL;
		levels->clock = loaded->plan->clock;
		levels->threshold = loaded->input.exact ?
					    fmin(loaded->plan->threshold, EXACT_GATE) :
					    loaded->plan->threshold;
		result = make_levels(&loaded->input, levels, error);
	}
	if (result == -ENOMEM && !error->text[0])
		error_out_of_memory(error);
	dataset_free(loaded);
	return result;
}

void night_levels_free(struct night_levels *levels)
{
	free(levels->levels);
	*levels = (struct night_levels){ 0 };
}
