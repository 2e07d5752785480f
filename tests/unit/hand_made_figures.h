/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a report made by hand needs for the kinds of figures that it has none of by itself. */
#ifndef HMMBENCH_HAND_MADE_FIGURES_H
#define HMMBENCH_HAND_MADE_FIGURES_H

#include "hand_made_report.h"
#include "store/history_page.h"

/* A shift function of so many points that rises from `level` (ln), with its band. */
static inline void hand_made_shift(struct cell_result *result, uint32_t points, double level)
{
	result->shift.points = points;
	for (uint32_t i = 0; i < points; i++) {
		result->shift.quantile[i] = i + 2 < points   ? .05 * (i + 1)
					    : i + 1 < points ? .99
							     : .999;
		result->shift.estimate[i] = level + .01 * i;
		result->shift.low[i] = level - .1;
		result->shift.high[i] = level + .3;
	}
}

static inline void hand_made_column(struct comparison_block *block, enum sample_column column,
				    uint64_t ns)
{
	uint64_t *values = calloc(block->samples.rows + 1, sizeof(*values));

	for (size_t i = 0; i < block->samples.rows; i++)
		values[i] = ns;
	free(block->samples.columns[column]);
	block->samples.columns[column] = values;
}

/*
 * Of all cells from `first` on: 1 ms before, a walk of 3 ms with 1 ms of waiting, and 8 ms
 * after it, apart or in one.
 */
static inline void hand_made_phases(struct hand_made *made, uint32_t first, bool apart)
{
	for (uint32_t i = 0; i < made->input.block_count; i++) {
		struct comparison_block *block = &made->blocks[i];

		if (block->cell < first)
			continue;
		hand_made_column(block, COLUMN_BEFORE_WALK, 1000000);
		hand_made_column(block, COLUMN_WALK, 3000000);
		hand_made_column(block, COLUMN_LOCK_WAIT, 1000000);
		hand_made_column(block, COLUMN_AFTER_WALK, 8000000);
		if (!apart)
			continue;
		hand_made_column(block, COLUMN_GRACE, 4000000);
		hand_made_column(block, COLUMN_UNMAP, 2000000);
		hand_made_column(block, COLUMN_REST, 2000000);
	}
}

/* Turns two exit cells, from `first` on, into a race and its contend; the race's base has hits. */
static inline void hand_made_safety(struct hand_made *made, uint32_t first)
{
	struct cell_result *window = &made->comparison.results[3 * first];
	struct cell_result *wait = &made->comparison.results[3 * first + 3];
	struct cell *race = &made->cells[first], *contend = race + 1;

	race->workload = WORKLOAD_RACE;
	*contend = *race;
	contend->workload = WORKLOAD_CONTEND;
	contend->threads = 3;
	window->column = COLUMN_WINDOW;
	window->gated = false;
	wait->column = COLUMN_UNREGISTER;
	window->arm[ARM_BASE] = (struct arm_summary){
		.rows = 40, .p10_ns = 30e3, .p50_ns = 500e3, .p90_ns = 2e6
	};
	window->arm[ARM_CANDIDATE] = (struct arm_summary){ .p10_ns = NAN,
							   .p50_ns = NAN,
							   .p90_ns = NAN };
	wait->arm[ARM_BASE].p99_ns = 20e3;
	wait->arm[ARM_CANDIDATE].p99_ns = 3e6;
}

/* Turns nodes * nodes cells, from `first` on, into the pairs of one matrix of far numbers. */
static inline void hand_made_matrix(struct hand_made *made, uint32_t first, uint32_t nodes)
{
	for (uint32_t k = 0; k < nodes * nodes; k++)
		made->cells[first + k] = (struct cell){
			.workload = WORKLOAD_EXIT,
			.mirrors = 64,
			.threads = 1,
			.processes = 1,
			.layout = LAYOUT_MATRIX,
			.cpu_node = 8 - 8 * (k / nodes % 2) + 3 * (k / nodes),
			.memory_node = 8 - 8 * (k % nodes % 2) + 3 * (k % nodes),
		};
}

/* Turns three cells, from `first` on, into a sweep over one of their numbers. */
static inline void hand_made_three(struct hand_made *made, uint32_t first, enum sweep_part part)
{
	for (uint32_t k = 0; k < 3; k++)
		made->cells[first + k] = (struct cell){
			.workload = WORKLOAD_EXIT,
			.profile = HMMBENCH_PROFILE_WRITEBACK,
			.mirrors = 64,
			.layout = LAYOUT_SAME_NODE,
			.threads = part == SWEEP_THREADS ? 1 + k : 1,
			.processes = part == SWEEP_PROCESSES ? 1 + k : 1,
			.memory_bytes = part == SWEEP_MEMORY ? 1ull << (20 + k) : 4 << 20,
		};
}

#define HAND_MADE_NIGHTS 40
#define HAND_MADE_FIRST_NIGHT_S 1714528800 /* 2024-05-01 */

/* The nights of one cell under both strategies: the candidate has two changes. */
struct hand_made_nights {
	struct history_page page;
	struct history_row rows[ARM_COUNT];
	struct history_night nights[ARM_COUNT][HAND_MADE_NIGHTS];
	struct history_change changes[2];
	char *kernels[2];
	char cell[CELL_NAME_BYTES];
	struct report_history shown;
};

/* Of the result `result`; `nights` stays as long as the report is used. */
static inline void hand_made_history(struct hand_made *made, uint32_t result,
				     struct hand_made_nights *nights)
{
	const struct cell_result *shown = &made->comparison.results[result];

	*nights = (struct hand_made_nights){
		.page = { .rows = nights->rows, .row_count = ARM_COUNT },
		.changes = { { .id = 3,
			       .first_s = HAND_MADE_FIRST_NIGHT_S + 15 * 86400,
			       .shift = .08,
			       .acknowledged = (char *)"2024-05-20T08:00:00Z",
			       .note = (char *)"mm: wanted" },
			     { .id = 7,
			       .first_s = HAND_MADE_FIRST_NIGHT_S + 30 * 86400,
			       .shift = -.05,
			       .acknowledged = (char *)"",
			       .note = (char *)"" } },
		.kernels = { (char *)"6.1.0-57-amd64 (build 1a2b3c)", (char *)"6.1.0-58-amd64" },
		.shown = { .page = &nights->page,
			   .machine = "lab1, reboot",
			   .plan = "nightly",
			   .line = { "6.1-amd64", "6.1-amd64" } },
	};
	cell_name(&made->cells[shown->cell], nights->cell);
	for (size_t arm = 0; arm < ARM_COUNT; arm++) {
		for (size_t i = 0; i < HAND_MADE_NIGHTS; i++)
			nights->nights[arm][i] = (struct history_night){
				.night_s = HAND_MADE_FIRST_NIGHT_S + (int64_t)i * 86400, .boots = 8,
				.value = log(arm ? 20e3 : 25e3) + .004 * (double)(i * 7 % 5) +
					 (arm && i >= 15 ? .08 : 0) - (arm && i >= 30 ? .05 : 0),
				.error = i % 9 ? .004 : NAN,
			};
		nights->rows[arm] = (struct history_row){
			.series = { .line = (char *)"6.1-amd64", .plan = (char *)"nightly",
				    .machine = (char *)"lab1, reboot", .cell = nights->cell,
				    .strategy = (char *)(arm ? "read" : "write"),
				    .column = shown->column, .judged = true },
			.nights = nights->nights[arm], .night_count = HAND_MADE_NIGHTS,
		};
	}
	nights->rows[ARM_CANDIDATE].changes = nights->changes;
	nights->rows[ARM_CANDIDATE].change_kernels = nights->kernels;
	nights->rows[ARM_CANDIDATE].change_count = 2;
	made->report.history = &nights->shown;
}

/* A report that has every kind of figure. */
static const struct hand_made_shape hand_made_every_kind_shape = {
	.exit_cells = 27, .unregister_cells = 3, .rows = 400, .boots = 1
};

/* 12 cells that grow, 4 of a matrix, 2 of a race, then one sweep each of the other numbers. */
static inline void hand_made_every_kind(struct hand_made *made)
{
	struct effect *slower = made->comparison.results[6].effect;
	static struct hand_made_nights nights;

	slower[GATED_P50].verdict = made->comparison.results[6].verdict = VERDICT_REGRESSED;
	slower[GATED_P50].estimate = .3;
	slower[GATED_P50].low = .2;
	slower[GATED_P50].high = .4;
	hand_made_shift(&made->comparison.results[0], SHIFT_POINTS, -.4);
	hand_made_shift(&made->comparison.results[6], SHIFT_POINTS, .2);
	hand_made_sweep(made, 0, 3, 6);
	hand_made_sweep(made, 1, 3, 6)->slope.plain = true;
	hand_made_phases(made, 6, true);
	hand_made_matrix(made, 12, 2);
	hand_made_safety(made, 16);
	hand_made_three(made, 18, SWEEP_THREADS);
	hand_made_three(made, 21, SWEEP_PROCESSES);
	hand_made_three(made, 24, SWEEP_MEMORY);
	hand_made_history(made, 0, &nights);
	hand_made_verdict(made);
}

#endif
