// SPDX-License-Identifier: GPL-2.0-or-later
#include "comparison.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "block_samples.h"
#include "column_data.h"
#include "comparison_check.h"
#include "family.h"
#include "judge.h"
#include "random.h"
#include "shift.h"
#include "sweep.h"
#include "verdict.h"

/* Everything that grows while a comparison is made. */
struct making {
	struct comparison_input input;
	struct comparison *comparison;
	const struct comparison_block **order;	/* by cell, boot, quartet, position */
	struct judged_effect *judged;
	size_t judged_count;
	struct judged_levels *medians;		/* beside comparison->results */
	struct judging judging;
	struct sequential_table looks_table;	/* where the input has looks and no table */
};

static int prepare(struct making *making)
{
	const struct comparison_input *input = &making->input;
	struct comparison *comparison = making->comparison;
	size_t results = 0;

	for (uint32_t i = 0; i < input->cell_count; i++)
		for (const enum sample_column *column = workload_columns(input->cells[i].workload);
		     *column != COLUMN_COUNT; column++)
			results++;
	comparison->results = calloc(results + 1, sizeof(*comparison->results));
	making->judged = calloc((results + 1) * GATED_COUNT, sizeof(*making->judged));
	making->medians = calloc(results + 1, sizeof(*making->medians));
	making->order = malloc((input->block_count + 1) * sizeof(*making->order));
	if (!comparison->results || !making->judged || !making->medians || !making->order)
		return -ENOMEM;
	blocks_in_order(input, making->order);
	return 0;
}

/* Of layouts that take numbers alone, so that other cells keep the sequence they had. */
static uint64_t layout_seed(uint64_t seed, const struct cell *cell)
{
	seed = seed_derive(seed, cell->cpu_node, cell->memory_node, 0);
	for (size_t i = 0; cell->list[i]; i++)
		seed = seed_derive(seed, (unsigned char)cell->list[i], 0, 0);
	return seed;
}

/* A cell has the same random numbers whatever other cells are compared beside it. */
static uint64_t column_seed(const struct making *making, const struct cell_result *result)
{
	const struct cell *cell = &making->input.cells[result->cell];
	uint64_t seed = making->input.seed;

	seed = seed_derive(seed, cell->core, cell->workload, cell->profile);
	seed = seed_derive(seed, cell->layout, cell->profile_ns, cell->mirrors);
	seed = seed_derive(seed, cell->threads, cell->processes, cell->memory_bytes);
	if (cell_layout_takes_numbers(cell->layout))
		seed = layout_seed(seed, cell);
	if (making->input.strategies)
		seed = seed_derive(seed, making->input.strategies[result->cell], 0, 0);
	for (const char *letter = cell->name; letter && *letter; letter++)
		seed = seed_derive(seed, (unsigned char)*letter, 0, 0);
	return seed_derive(seed, (uint64_t)result->column, 0, 0);
}

/* The column a cell is about. */
static enum sample_column first_column(const struct making *making, uint32_t cell)
{
	return workload_columns(making->input.cells[cell].workload)[0];
}

static int make_data(const struct making *making, const struct comparison_block *const *blocks,
		     size_t count, uint32_t cell, enum sample_column column,
		     struct column_data *data)
{
	const struct comparison_input *input = &making->input;
	uint32_t kinds = workload_column_kinds(input->cells[cell].workload, column);

	return input->design == DESIGN_BUILDS ?
	       column_data_make_boots(blocks, count, column, kinds, data) :
	       column_data_make(blocks, count, column, kinds, data);
}

static void scale_summary(struct arm_summary *arm, double sample_ns)
{
	double *const values[] = { &arm->min_ns, &arm->p10_ns, &arm->p25_ns, &arm->p50_ns,
				   &arm->p75_ns, &arm->p90_ns, &arm->p99_ns, &arm->p999_ns,
				   &arm->max_ns };

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		*values[i] *= sample_ns;
}

static int make_result(struct making *making, const struct comparison_block *const *blocks,
		       size_t count, struct cell_result *result)
{
	uint64_t seed = column_seed(making, result);
	struct column_data data;
	size_t judged = 0;
	int ret;

	ret = make_data(making, blocks, count, result->cell, result->column, &data);
	if (ret)
		goto out;
	memcpy(result->arm, data.arm, sizeof(result->arm));
	for (size_t arm = 0; arm < ARM_COUNT; arm++)
		scale_summary(&result->arm[arm], making->input.sample_ns);
	making->judging.is_control = making->input.cells[result->cell].workload == WORKLOAD_CONTROL;
	making->judging.medians = &making->medians[result - making->comparison->results];
	ret = judge_column(&making->judging, &data, seed, result,
			   making->judged + making->judged_count, &judged);
	making->judged_count += judged;
	/* The band takes longer than all else. */
	if (!ret && result->column == first_column(making, result->cell))
		ret = drift_find(data.quartets, data.quartet_count, &result->drift);
	if (!ret && result->column == first_column(making, result->cell))
		ret = shift_function_make(data.quartets, data.quartet_count,
					  (const uint64_t *const *)data.pooled, data.pooled_count,
					  seed_derive(seed, GATED_COUNT, 0, 0), &result->shift);
out:
	column_data_free(&data);
	return ret;
}

/* Where the blocks of the cell end that begin at `first`. */
static size_t cell_end(const struct making *making, size_t first, uint32_t cell)
{
	while (first < making->input.block_count && making->order[first]->cell == cell)
		first++;
	return first;
}

/*
 * Between builds: what each boot does to a process without mirrors. Of several control cells
 * the first is taken. On the virtual clock there is nothing to take out.
 */
static int make_controls(struct making *making, struct error *error)
{
	const struct comparison_input *input = &making->input;
	size_t first = 0, end;

	if (input->design != DESIGN_BUILDS || input->exact || input->keep_shared)
		return 0;
	for (uint32_t cell = 0; cell < input->cell_count; cell++, first = end) {
		struct column_data data = { 0 };
		struct cell_blocks held;
		int ret;

		end = cell_end(making, first, cell);
		if (input->cells[cell].workload != WORKLOAD_CONTROL || end == first)
			continue;
		ret = cell_blocks_get(input, making->order + first, end - first,
				      workload_column_mask(WORKLOAD_CONTROL), &held, error);
		if (!ret)
			ret = make_data(making, held.blocks, held.count, cell,
					first_column(making, cell), &data);
		if (!ret)
			ret = judge_controls(&making->judging, &data);
		column_data_free(&data);
		cell_blocks_put(&held);
		return ret;
	}
	return 0;
}

static int make_cell(struct making *making, uint32_t cell,
		     const struct comparison_block *const *blocks, size_t count)
{
	const uint32_t workload = making->input.cells[cell].workload;
	const enum sample_column *columns = workload_columns(workload);
	struct comparison *comparison = making->comparison;
	int ret = 0;

	for (uint32_t i = 0; columns[i] != COLUMN_COUNT && !ret; i++) {
		struct cell_result *result = &comparison->results[comparison->result_count++];

		result->cell = cell;
		result->column = columns[i];
		result->gated = i < workload_gated_columns(workload);
		ret = make_result(making, blocks, count, result);
	}
	return ret;
}

/* One cell's samples are in memory at a time. */
static int make_results(struct making *making, struct error *error)
{
	const struct comparison_input *input = &making->input;
	size_t first = 0, end;
	int ret = 0;

	for (uint32_t cell = 0; cell < input->cell_count && !ret; cell++, first = end) {
		struct cell_blocks held;

		end = cell_end(making, first, cell);
		ret = cell_blocks_get(input, making->order + first, end - first,
				      workload_column_mask(input->cells[cell].workload), &held,
				      error);
		if (!ret)
			ret = make_cell(making, cell, held.blocks, held.count);
		cell_blocks_put(&held);
	}
	return ret;
}

/*
 * The whole is as bad as its worst gated cell. A cell that should have been judged and
 * could not be (no samples, a broken clock) leaves the whole undecided; one that was refused on
 * purpose does not.
 */
static void give_whole(struct making *making)
{
	struct comparison *comparison = making->comparison;

	comparison->verdict = VERDICT_NONE;
	for (uint32_t i = 0; i < comparison->result_count; i++) {
		struct cell_result *result = &comparison->results[i];
		enum verdict counts;

		result->verdict = VERDICT_NONE;
		if (!result->gated)
			continue;
		for (size_t quantile = 0; quantile < GATED_COUNT; quantile++)
			result->verdict = verdict_worse(result->verdict,
							result->effect[quantile].verdict);
		comparison->count[result->verdict]++;
		counts = result->verdict;
		if (counts == VERDICT_NONE &&
		    !(making->input.refusals && making->input.refusals[result->cell]))
			counts = VERDICT_INCONCLUSIVE;
		comparison->verdict = verdict_worse(comparison->verdict, counts);
	}
	comparison->exit_status = verdict_exit_status(comparison->verdict);
}

static void making_free(struct making *making)
{
	for (size_t i = 0; i < making->judged_count; i++)
		judged_free(&making->judged[i]);
	for (uint32_t i = 0; making->comparison && making->medians &&
			     i < making->comparison->result_count; i++)
		free(making->medians[i].levels);
	free(making->medians);
	free(making->judged);
	free(making->order);
	for (size_t i = 0; i < GATED_COUNT; i++)
		paired_workspace_free(&making->judging.workspace[i]);
	free(making->judging.controls.boot);
}

/* Boots and nights that the builds were compared in. */
static void count_boots(const struct comparison_input *input, struct comparison *comparison)
{
	comparison->boots = input->boots;
	if (input->design != DESIGN_BUILDS)
		return;
	for (uint32_t i = 0; i < input->boots; i++) {
		uint32_t before = 0;

		comparison->arm_boots[input->boot[i].arm]++;
		while (before < i && input->boot[before].night != input->boot[i].night)
			before++;
		comparison->nights += before == i;
	}
}

/* What several looks make of each p, and of the interval at the last of them. */
static void prepare_looks(struct making *making)
{
	const struct comparison_input *input = &making->input;

	making->judging.misrate = BOOTS_MISRATE;
	if (!input->looks)
		return;
	making->judging.misrate = sequential_level(input->looks, input->looks_planned,
						   BOOTS_MISRATE);
	making->judging.looks = input->looks_table;
	if (input->looks_table)
		return;
	sequential_table_of_boots(&making->looks_table, input->looks_planned);
	making->judging.looks = &making->looks_table;
}

int comparison_make(const struct comparison_input *input, struct comparison **comparison,
		    struct error *error)
{
	struct making making = { .input = *input };
	int ret;

	*comparison = NULL;
	if (!input->base_name)
		making.input.base_name = "base";
	if (!input->candidate_name)
		making.input.candidate_name = "candidate";
	if (input->sample_ns == 0)
		making.input.sample_ns = 1;
	if (!input->looks_planned)
		making.input.looks_planned = SEQUENTIAL_LOOKS;
	ret = comparison_check(&making.input, error);
	if (ret)
		return ret;
	making.comparison = calloc(1, sizeof(*making.comparison));
	if (!making.comparison)
		return error_out_of_memory(error);
	count_boots(input, making.comparison);
	making.judging.input = &making.input;
	prepare_looks(&making);
	ret = prepare(&making);
	if (!ret)
		ret = make_controls(&making, error);
	if (!ret)
		ret = make_results(&making, error);
	if (!ret)
		ret = family_refine(&making.judging, making.judged, making.judged_count);
	if (!ret)
		ret = family_adjust(making.judged, making.judged_count);
	if (!ret)
		ret = comparison_mark_levels(&making.input, making.comparison);
	if (!ret)
		ret = sweeps_make(&making.input, making.medians, making.comparison);
	if (ret) {
		if (!error || !error->text[0])
			error_set(error, -ret, "comparing %u blocks: %s", input->block_count,
				  strerror(-ret));
	} else {
		family_give_verdicts(&making.input, making.judged, making.judged_count);
		give_whole(&making);
		*comparison = making.comparison;
	}
	making_free(&making);
	if (ret)
		comparison_free(making.comparison);
	return ret;
}

void comparison_free(struct comparison *comparison)
{
	if (!comparison)
		return;
	for (uint32_t i = 0; i < comparison->sweep_count; i++)
		free(comparison->sweeps[i].results);
	free(comparison->sweeps);
	free(comparison->results);
	free(comparison);
}
