// SPDX-License-Identifier: GPL-2.0-or-later
/* The boots of one kernel, as the comparison of two strategies inside them sees them. */
#include "store/store_calibration.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "stats/block_samples.h"
#include "stats/column_data.h"
#include "stats/judge.h"
#include "stats/random.h"
#include "store/dataset.h"

/* One pair of strategies in all boots. */
struct pair {
	const struct comparison_input *input;
	const uint32_t *strategies;
	struct paired_workspace workspace[GATED_COUNT];
	struct calibration *calibration;
};

static int add_part(struct pair *pair, const struct column_data *data,
		    const struct calibration_in_boot *where)
{
	struct calibration *calibration = pair->calibration;
	const bool tail = where->quantile == GATED_P99;
	struct calibration_in_boot *grown, part = *where;
	int ret = paired_calibration_make(
		data->quartets, data->quartet_count, gated_quantiles[part.quantile],
		tail ? JUDGE_SUPER_BLOCKS_MIN : JUDGE_PAIRS_MIN,
		log1p(tail ? pair->input->threshold_p99 : pair->input->threshold),
		seed_derive(pair->input->seed, calibration->in_boot_count, 1, 0),
		&pair->workspace[part.quantile], &part.effect);

	if (ret)
		return ret == -ENODATA ? 0 : ret;
	grown = reallocarray(calibration->in_boot, calibration->in_boot_count + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	calibration->in_boot = grown;
	grown[calibration->in_boot_count++] = part;
	return 0;
}

static int add_cell(struct pair *pair, uint32_t cell, const struct cell_blocks *held)
{
	const uint32_t workload = pair->input->cells[cell].workload;
	struct calibration_in_boot where = {
		.strategies = { pair->strategies[ARM_BASE], pair->strategies[ARM_CANDIDATE] },
	};
	int ret = 0;

	cell_name(&pair->input->cells[cell], where.cell);
	for (uint32_t i = 0; i < workload_gated_columns(workload) && !ret; i++) {
		struct column_data data;

		where.column = workload_columns(workload)[i];
		ret = column_data_make(held->blocks, held->count, where.column,
				       workload_column_kinds(workload, where.column), &data);
		for (where.quantile = 0; where.quantile < GATED_COUNT && !ret; where.quantile++)
			ret = add_part(pair, &data, &where);
		column_data_free(&data);
	}
	return ret;
}

/* One cell's samples are in memory at a time. */
static int add_cells(struct pair *pair, struct error *error)
{
	const struct comparison_input *input = pair->input;
	const struct comparison_block **order = calloc(input->block_count + 1, sizeof(*order));
	int ret = order ? 0 : -ENOMEM;

	if (order)
		blocks_in_order(input, order);
	for (size_t first = 0, end; first < input->block_count && !ret; first = end) {
		const uint32_t cell = order[first]->cell;
		struct cell_blocks held;

		for (end = first; end < input->block_count && order[end]->cell == cell;)
			end++;
		ret = cell_blocks_get(input, order + first, end - first,
				      workload_column_mask(input->cells[cell].workload), &held,
				      error);
		if (!ret)
			ret = add_cell(pair, cell, &held);
		cell_blocks_put(&held);
	}
	free(order);
	return ret;
}

static int add_pair(struct store *store, const int64_t *runs, size_t run_count,
		    const uint32_t strategies[ARM_COUNT], struct calibration *calibration,
		    struct error *error)
{
	const struct dataset_arm arms[ARM_COUNT] = { { .strategy = strategies[ARM_BASE] },
						     { .strategy = strategies[ARM_CANDIDATE] } };
	struct pair pair = { .strategies = strategies, .calibration = calibration };
	struct dataset *dataset;
	int ret = dataset_load(store, runs, run_count, &arms[ARM_BASE], &arms[ARM_CANDIDATE],
			       false, &dataset, error);

	if (ret)
		return ret;
	pair.input = &dataset->input;
	ret = add_cells(&pair, error);
	for (size_t i = 0; i < GATED_COUNT; i++)
		paired_workspace_free(&pair.workspace[i]);
	dataset_free(dataset);
	return ret;
}

/* Cores that walk as their kernel was built have nothing to compare inside a boot. */
static bool has_choice(const struct plan *plan)
{
	for (uint32_t cell = 0; cell < plan->cell_count; cell++) {
		uint32_t count;

		plan_strategies(plan, cell, &count);
		if (count > 1)
			return true;
	}
	return false;
}

int calibration_inside_boots(struct store *store, const struct plan *plan, const int64_t *runs,
			     size_t run_count, struct calibration *calibration,
			     struct error *error)
{
	int ret = 0;

	if (!has_choice(plan))
		return 0;
	for (uint32_t i = 0; i < plan->strategy_count; i++)
		for (uint32_t j = i + 1; j < plan->strategy_count && !ret; j++)
			ret = add_pair(store, runs, run_count,
				       (const uint32_t[]){ plan->strategies[i],
							   plan->strategies[j] },
				       calibration, error);
	return ret == -ENOMEM && !error->text[0] ? error_out_of_memory(error) : ret;
}
