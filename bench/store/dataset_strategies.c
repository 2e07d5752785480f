// SPDX-License-Identifier: GPL-2.0-or-later
/* Every strategy that runs hold, not just the two of a comparison. */
#include "store/dataset_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool place_strategy(const struct dataset_loading *loading, const struct plan_block *block,
			   struct block_place *place)
{
	const struct plan *plan = loading->dataset->plan;

	if (block->unrecorded || block->cell >= plan->cell_count)
		return false;
	place->cell = block->cell;
	for (place->arm = 0; place->arm < plan->strategy_count; place->arm++)
		if (plan->strategies[place->arm] == block->strategy)
			return true;
	return false;
}

static int take_plan(struct dataset *dataset, const struct store_run *run, struct error *error)
{
	struct cell *cells;
	int result;

	if (dataset->plan)
		return 0;
	result = plan_from_json(run->plan_json, strlen(run->plan_json), &dataset->plan, error);
	if (result)
		return result;
	cells = calloc(dataset->plan->cell_count + 1, sizeof(*cells));
	if (!cells)
		return error_out_of_memory(error);
	memcpy(cells, dataset->plan->cells, dataset->plan->cell_count * sizeof(*cells));
	dataset->input.cells = cells;
	dataset->input.cell_count = dataset->plan->cell_count;
	return 0;
}

int dataset_load_strategies(struct store *store, const int64_t *runs, size_t run_count, bool force,
			    struct dataset **out, struct error *error)
{
	struct dataset *dataset = dataset_new(run_count);
	struct dataset_loading loading = { .place = place_strategy };
	int result = dataset ? 0 : -ENOMEM;

	*out = NULL;
	dataset_begin(&loading, dataset);
	for (size_t i = 0; i < run_count && !result; i++) {
		result = store_run_get(store, runs[i], &dataset->runs[i], error);
		if (result)
			break;
		dataset->run_count++;
		loading.boot = (uint32_t)i;
		result = take_plan(dataset, &dataset->runs[i], error);
		/* One strategy more than a comparison has, or there is nothing to tell. */
		if (!result && dataset->plan->strategy_count <= ARM_COUNT)
			break;
		if (!result)
			result = dataset_read_run(store, &loading, error);
	}
	if (!result)
		result = dataset_refuse_cells(dataset, force);
	if (!result)
		result = dataset_fill_input(dataset);
	return dataset_finish(&loading, result, out, error);
}
