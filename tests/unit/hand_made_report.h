/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A report made by hand, without the analysis and the store: what the formats and the
 * figures are tested on. Every figure in it follows from its shape; nothing is random.
 */
#ifndef HMMBENCH_HAND_MADE_REPORT_H
#define HMMBENCH_HAND_MADE_REPORT_H

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "hmmbench_uapi.h"
#include "report/report.h"

#define HAND_MADE_WARMUP_NS 2 /* shorter than anything else: it would show as the least */

struct hand_made_shape {
	uint32_t exit_cells, unregister_cells; /* mirrors 1, 4, 16 ..; profiles in turn */
	size_t rows; /* samples of each cell and arm, columns all equal in length */
	uint32_t boots;
	bool equal_values; /* every sample 1000 ns */
	bool zero_values;  /* every fourth sample 0 ns */
	bool base_only;	   /* the candidate has no samples */
	bool no_shown;	   /* without the columns that are not judged */
};

struct hand_made {
	struct report report;
	struct comparison comparison;
	struct comparison_input input;
	struct store_run run;
	struct cell *cells;
	struct comparison_block *blocks;
};

static const enum sample_column hand_made_exit_columns[] = { COLUMN_WALK, COLUMN_LOCK_WAIT,
							     COLUMN_WHOLE };
static const enum sample_column hand_made_unregister_columns[] = { COLUMN_UNREGISTER };

/* Grows with mirrors; strategies differ by a factor of 8; the tail is long. */
static inline uint64_t hand_made_ns(const struct hand_made_shape *shape, const struct cell *cell,
				    uint32_t arm, enum sample_column column, size_t row)
{
	const double position = ((double)((row * 7919) % shape->rows) + 0.5) / (double)shape->rows;
	const double level = cell->workload == WORKLOAD_EXIT ? 400 + 80.0 * cell->mirrors : 300;
	const double factor = column == COLUMN_WHOLE ? 5 : arm == ARM_CANDIDATE ? .125 : 1;

	if (shape->equal_values)
		return 1000;
	if (shape->zero_values && row % 4 == 0)
		return 0;
	return (uint64_t)(level * factor * exp(.15 * log(position / (1 - position))) *
			  (position > .99 ? 6 : 1));
}

static inline int hand_made_order(const void *left, const void *right)
{
	const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return a < b ? -1 : a > b;
}

static inline double hand_made_quantile(const uint64_t *sorted, size_t rows, double quantile)
{
	const double at = quantile * ((double)rows - 1);
	const size_t below = (size_t)at;

	if (!rows)
		return NAN;
	if (below + 1 >= rows)
		return (double)sorted[rows - 1];
	return (double)sorted[below] +
	       (at - (double)below) * ((double)sorted[below + 1] - (double)sorted[below]);
}

static inline void hand_made_summary(const uint64_t *values, size_t rows,
				     struct arm_summary *summary)
{
	uint64_t *sorted = malloc((rows + 1) * sizeof(*sorted));
	const struct {
		double quantile;
		double *to;
	} wanted[] = {
		{ 0, &summary->min_ns },   { .10, &summary->p10_ns },	{ .25, &summary->p25_ns },
		{ .50, &summary->p50_ns }, { .75, &summary->p75_ns },	{ .90, &summary->p90_ns },
		{ .99, &summary->p99_ns }, { .999, &summary->p999_ns }, { 1, &summary->max_ns },
	};

	for (size_t i = 0; i < rows; i++)
		sorted[i] = values[i];
	qsort(sorted, rows, sizeof(*sorted), hand_made_order);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		*wanted[i].to = hand_made_quantile(sorted, rows, wanted[i].quantile);
	summary->rows = rows;
	free(sorted);
}

static inline void hand_made_effects(struct cell_result *result)
{
	const double base[] = { result->arm[0].p10_ns, result->arm[0].p50_ns,
				result->arm[0].p99_ns };
	const double candidate[] = { result->arm[1].p10_ns, result->arm[1].p50_ns,
				     result->arm[1].p99_ns };

	for (size_t i = 0; i < GATED_COUNT; i++) {
		struct effect *effect = &result->effect[i];

		effect->estimate = base[i] > 0 && candidate[i] > 0 ? log(candidate[i] / base[i])
								   : NAN;
		effect->low = effect->estimate - .02;
		effect->high = effect->estimate + .02;
		effect->p = .0002;
		effect->p_adjusted = .0004;
		effect->threshold = log(1.02);
		effect->pairs = 16;
		effect->block_factor = 1;
		effect->verdict = isnan(effect->estimate)   ? VERDICT_NONE
				  : effect->estimate < -.02 ? VERDICT_IMPROVED
				  : effect->estimate > .02  ? VERDICT_REGRESSED
							    : VERDICT_EQUIVALENT;
		if (effect->verdict == VERDICT_NONE)
			snprintf(effect->why, sizeof(effect->why), "one side has no samples");
	}
	result->verdict = result->effect[GATED_P50].verdict;
}

/* Two blocks per cell, one of each arm, in the last boot; a third is warm-up and must not show. */
static inline void hand_made_cell(struct hand_made *made, const struct hand_made_shape *shape,
				  uint32_t cell, const enum sample_column *columns,
				  size_t column_count)
{
	struct cell_result *results = &made->comparison.results[made->comparison.result_count];

	for (size_t i = 0; i < column_count; i++) {
		results[i].cell = cell;
		results[i].column = columns[i];
		results[i].gated = i == 0;
	}
	for (uint32_t arm = 0; arm <= ARM_COUNT; arm++) {
		struct comparison_block *block = &made->blocks[made->input.block_count++];
		const size_t rows = shape->base_only && arm == ARM_CANDIDATE ? 0 : shape->rows;

		block->cell = cell;
		block->arm = arm % ARM_COUNT;
		block->warmup = arm == ARM_COUNT;
		block->samples.rows = rows;
		for (size_t i = 0; i < column_count; i++) {
			uint64_t *values = calloc(rows + 1, sizeof(*values));

			for (size_t row = 0; row < rows; row++)
				values[row] = block->warmup
						      ? HAND_MADE_WARMUP_NS
						      : hand_made_ns(shape, &made->cells[cell], arm,
								     columns[i], row);
			block->samples.columns[columns[i]] = values;
			if (!block->warmup)
				hand_made_summary(values, rows, &results[i].arm[arm]);
		}
	}
	for (size_t i = 0; i < column_count; i++)
		hand_made_effects(&results[i]);
	made->comparison.result_count += (uint32_t)column_count;
}

static inline struct cell hand_made_one(uint32_t workload, uint32_t i)
{
	struct cell cell = { .workload = workload,
			     .threads = 1,
			     .processes = 1,
			     .layout = LAYOUT_SAME_NODE,
			     .memory_bytes = 4 << 20 };

	cell.mirrors = 1u << 2 * (i % 6);
	if (i / 6 % 2) {
		cell.profile = HMMBENCH_PROFILE_DELAY;
		cell.profile_ns = 2000;
	}
	cell.threads = 1 + i / 12;
	return cell;
}

/* Counts and the verdict of the whole, worst first. */
static inline void hand_made_verdict(struct hand_made *made)
{
	static const enum verdict order[] = { VERDICT_REGRESSED, VERDICT_INCONCLUSIVE,
					      VERDICT_IMPROVED, VERDICT_EQUIVALENT };
	struct comparison *comparison = &made->comparison;

	memset(comparison->count, 0, sizeof(comparison->count));
	for (uint32_t i = 0; i < comparison->result_count; i++)
		if (comparison->results[i].gated)
			comparison->count[comparison->results[i].verdict]++;
	comparison->verdict = VERDICT_NONE;
	for (size_t i = 4; i-- > 0;)
		if (comparison->count[order[i]])
			comparison->verdict = order[i];
	comparison->exit_status = comparison->verdict == VERDICT_REGRESSED	? 1
				  : comparison->verdict == VERDICT_INCONCLUSIVE ? 2
										: 0;
}

static inline struct hand_made *hand_made_new(const struct hand_made_shape *shape)
{
	const uint32_t count = shape->exit_cells + shape->unregister_cells;
	struct hand_made *made = calloc(1, sizeof(*made));

	made->cells = calloc(count + 1, sizeof(*made->cells));
	made->blocks = calloc(3 * count + 1, sizeof(*made->blocks));
	made->comparison.results = calloc(3 * count + 1, sizeof(*made->comparison.results));
	for (uint32_t i = 0; i < count; i++) {
		const bool exits = i < shape->exit_cells;

		made->cells[i] = hand_made_one(exits ? WORKLOAD_EXIT : WORKLOAD_UNREGISTER,
					       exits ? i : i - shape->exit_cells);
		if (exits)
			hand_made_cell(made, shape, i, hand_made_exit_columns,
				       shape->no_shown ? 1 : 3);
		else
			hand_made_cell(made, shape, i, hand_made_unregister_columns, 1);
	}
	made->comparison.boots = shape->boots;
	hand_made_verdict(made);
	made->input.base_name = "write";
	made->input.candidate_name = "read";
	made->input.cells = made->cells;
	made->input.cell_count = count;
	made->input.blocks = made->blocks;
	made->input.boots = shape->boots;
	made->input.seed = 20190101;
	made->input.threshold = .02;
	made->input.threshold_p99 = .05;
	made->input.false_discovery_rate = .05;
	made->run = (struct store_run){
		.id = 3,
		.label = (char *)"",
		.plan_name = (char *)"quick",
		.plan_json = (char *)"{}",
		.lab = (char *)"vm",
		.kernel = (char *)"debian:6.1",
		.environment_json = (char *)"{\"kernel\":{\"release\":\"6.1.0-56-amd64\"}}",
		.lab_json = (char *)"{\"accelerator\":\"tcg\"}",
		.started = (char *)"2024-05-01T02:00:00Z",
		.ended = (char *)"2024-05-01T02:01:00Z",
		.status = 0,
		.status_text = (char *)"complete",
		.blocks = 2,
		.rows = 100,
	};
	made->report = (struct report){ .comparison = &made->comparison,
					.input = &made->input,
					.runs = &made->run,
					.run_count = 1,
					.command = "hmmbench compare --run 3 write read" };
	return made;
}

/*
 * A sweep over mirrors of `count` results, every `stride`th from `first` on: N^1.00 with a fixed
 * cost of 400 ns against N^0.80 with one of 50 ns.
 */
static inline struct sweep *hand_made_sweep(struct hand_made *made, uint32_t first, uint32_t stride,
					    uint32_t count)
{
	struct comparison *comparison = &made->comparison;
	struct sweep *sweep;

	comparison->sweeps = realloc(comparison->sweeps, (comparison->sweep_count + 1) *
							 sizeof(*comparison->sweeps));
	sweep = &comparison->sweeps[comparison->sweep_count++];
	*sweep = (struct sweep){ .part = SWEEP_MIRRORS, .count = count };
	sweep->results = calloc(count, sizeof(*sweep->results));
	for (uint32_t i = 0; i < count; i++)
		sweep->results[i] = first + i * stride;
	sweep->slope = (struct slope){
		.curve = { { 1, 400, log(80), .01 }, { .8, 50, log(10), .05 } },
		.exponent = { { 1, .983, 1.017 }, { .8, .68, .92 } },
		.difference = { -.2, -.32, -.08 },
		.units = 14,
	};
	return sweep;
}

static inline void hand_made_free(struct hand_made *made)
{
	for (uint32_t i = 0; i < made->input.block_count; i++)
		for (size_t column = 0; column < COLUMN_COUNT; column++)
			free(made->blocks[i].samples.columns[column]);
	for (uint32_t i = 0; i < made->comparison.sweep_count; i++)
		free(made->comparison.sweeps[i].results);
	free(made->comparison.sweeps);
	free(made->blocks);
	free(made->cells);
	free(made->comparison.results);
	free(made);
}

#endif
