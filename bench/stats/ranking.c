// SPDX-License-Identifier: GPL-2.0-or-later
#include "ranking.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "block_samples.h"
#include "column_data.h"
#include "holm.h"
#include "paired.h"
#include "permutation.h"
#include "random.h"

/* Two alternatives of a cell; the second over the first. */
struct pair {
	double estimate, low, high, p;
};

struct ranking_work {
	const struct comparison_input *input;
	struct ranking *ranking;
	const struct comparison_block **order;	/* by cell, boot, quartet, position */
	struct comparison_block *copies;	/* blocks of a pair, with arms 0 and 1 */
	const struct comparison_block **pointers;
	struct paired_workspace workspace;
	struct pair *pairs;			/* arm_count * arm_count, [first][second] */
	double *p, *scores;
};

uint32_t ranking_least(uint32_t arm_count)
{
	const double pairs = arm_count * (arm_count - 1.) / 2;
	uint32_t count = RANKING_PAIRS_MIN;

	while (pairs * ldexp(1, 1 - (int)count) >= RANKING_LEVEL)
		count++;
	return count;
}

static int check_blocks(const struct comparison_input *input, uint32_t arm_count,
			struct error *error)
{
	for (uint32_t i = 0; i < input->block_count; i++) {
		const struct comparison_block *block = &input->blocks[i];

		if (block->cell >= input->cell_count || block->arm >= arm_count ||
		    block->boot >= input->boots)
			return error_set(error, EINVAL,
					 "block %u belongs to cell %u, arm %u, boot %u; there are "
					 "%u, %u and %u", i, block->cell, block->arm, block->boot,
					 input->cell_count, arm_count, input->boots);
	}
	return 0;
}

static struct pair *pair_at(const struct ranking_work *work, uint32_t first, uint32_t second)
{
	return &work->pairs[first * work->ranking->arm_count + second];
}

static void take_summary(struct ranked *ranked, const struct arm_summary *arm, double sample_ns)
{
	if (!arm->rows)
		return;
	ranked->rows = arm->rows;
	ranked->p10_ns = arm->p10_ns * sample_ns;
	ranked->p50_ns = arm->p50_ns * sample_ns;
	ranked->p99_ns = arm->p99_ns * sample_ns;
	ranked->place = RANKING_ALIKE;
}

/* The differences of a pair's medians, their estimate and p. */
static int compare_pair(struct ranking_work *work, const struct column_data *data, uint64_t seed,
			struct pair *pair)
{
	struct paired_difference *found = malloc((data->quartet_count + 1) * sizeof(*found));
	double *values = malloc((data->quartet_count + 1) * sizeof(*values));
	struct paired_effect effect;
	size_t count = 0;
	int ret = found && values ? 0 : -ENOMEM;

	if (!ret)
		ret = paired_differences(data->quartets, data->quartet_count, .5, &work->workspace,
					 found, &count);
	if (ret)
		goto out;
	for (size_t i = 0; i < count; i++)
		values[i] = found[i].value;
	if (work->input->boots > 1)
		count = paired_per_boot(found, count, values);
	else
		paired_join(values, &count);
	effect = paired_estimate(values, count);
	pair->estimate = effect.estimate;
	pair->low = effect.low;
	pair->high = effect.high;
	if (count >= RANKING_PAIRS_MIN)
		ret = sign_flip_test(values, count, seed, SIGN_FLIP_DEFAULT, &pair->p);
out:
	free(found);
	free(values);
	return ret;
}

/* Blocks of two arms alone, as a comparison of two has them. */
static size_t choose(struct ranking_work *work, const struct cell_blocks *cell, uint32_t first,
		     uint32_t second)
{
	size_t count = 0;

	for (size_t i = 0; i < cell->count; i++) {
		const struct comparison_block *block = cell->blocks[i];

		if (block->arm != first && block->arm != second)
			continue;
		work->copies[count] = *block;
		work->copies[count].arm = block->arm == second;
		work->pointers[count] = &work->copies[count];
		count++;
	}
	return count;
}

static int make_pair(struct ranking_work *work, const struct cell_blocks *cell,
		     struct ranking_row *row, uint32_t first, uint32_t second)
{
	const uint32_t workload = work->input->cells[row->cell].workload;
	const double sample_ns = work->input->sample_ns ? work->input->sample_ns : 1;
	const uint64_t seed = seed_derive(seed_derive(work->input->seed, row->cell, row->column, 0),
					  first, second, 0);
	struct pair *pair = pair_at(work, first, second);
	const size_t count = choose(work, cell, first, second);
	struct column_data data;
	int ret = column_data_make(work->pointers, count, row->column,
				   workload_column_kinds(workload, row->column), &data);

	*pair = (struct pair){ NAN, NAN, NAN, NAN };
	if (!ret) {
		take_summary(&row->arms[first], &data.arm[ARM_BASE], sample_ns);
		take_summary(&row->arms[second], &data.arm[ARM_CANDIDATE], sample_ns);
		/* A clock that ran backwards, or cannot tell the median from nothing. */
		if (!data.absurd && data.arm[ARM_BASE].p50_ns >= 1 &&
		    data.arm[ARM_CANDIDATE].p50_ns >= 1)
			ret = compare_pair(work, &data, seed, pair);
	}
	column_data_free(&data);
	*pair_at(work, second, first) = (struct pair){ -pair->estimate, -pair->high, -pair->low,
						       pair->p };
	return ret;
}

/* p after Holm into both halves of the table. */
static int adjust(struct ranking_work *work)
{
	const uint32_t arms = work->ranking->arm_count;
	size_t count = 0;
	int ret;

	for (uint32_t first = 0; first < arms; first++)
		for (uint32_t second = first + 1; second < arms; second++)
			work->p[count++] = pair_at(work, first, second)->p;
	ret = holm(work->p, work->p, count);
	count = 0;
	for (uint32_t first = 0; first < arms && !ret; first++)
		for (uint32_t second = first + 1; second < arms; second++) {
			pair_at(work, first, second)->p = work->p[count];
			pair_at(work, second, first)->p = work->p[count++];
		}
	return ret;
}

/* That whose median is least against all others there are; where pairs are missing, by itself. */
static uint32_t shortest_of(struct ranking_work *work, const struct ranking_row *row)
{
	const uint32_t arms = work->ranking->arm_count;
	bool paired = true;
	uint32_t shortest = UINT32_MAX;

	for (uint32_t arm = 0; arm < arms; arm++) {
		work->scores[arm] = 0;
		for (uint32_t other = 0; other < arms; other++) {
			if (other == arm || !row->arms[arm].rows || !row->arms[other].rows)
				continue;
			work->scores[arm] += pair_at(work, other, arm)->estimate;
		}
		paired = paired && !isnan(work->scores[arm]);
	}
	for (uint32_t arm = 0; arm < arms; arm++) {
		if (!row->arms[arm].rows)
			continue;
		if (!paired)
			work->scores[arm] = row->arms[arm].p50_ns;
		if (shortest == UINT32_MAX || work->scores[arm] < work->scores[shortest])
			shortest = arm;
	}
	return shortest;
}

static void place_arms(struct ranking_work *work, struct ranking_row *row)
{
	const uint32_t shortest = shortest_of(work, row);

	for (uint32_t arm = 0; arm < work->ranking->arm_count; arm++) {
		struct ranked *ranked = &row->arms[arm];
		const struct pair *pair;

		if (!ranked->rows)
			continue;
		if (row->refusal) {
			ranked->place = RANKING_REFUSED;
			continue;
		}
		if (arm == shortest) {
			ranked->place = RANKING_SHORTEST;
			continue;
		}
		pair = pair_at(work, shortest, arm);
		ranked->over = pair->estimate;
		ranked->low = pair->low;
		ranked->high = pair->high;
		ranked->p = pair->p;
		ranked->place = pair->p < RANKING_LEVEL && pair->estimate > 0 ? RANKING_LONGER :
										RANKING_ALIKE;
	}
}

static int make_row(struct ranking_work *work, const struct cell_blocks *cell,
		    struct ranking_row *row)
{
	const uint32_t arms = work->ranking->arm_count;
	int ret = 0;

	for (uint32_t arm = 0; arm < arms; arm++)
		row->arms[arm] = (struct ranked){ .p10_ns = NAN, .p50_ns = NAN, .p99_ns = NAN,
						  .over = NAN, .low = NAN, .high = NAN, .p = NAN };
	for (uint32_t first = 0; first < arms && !ret; first++)
		for (uint32_t second = first + 1; second < arms && !ret; second++)
			ret = make_pair(work, cell, row, first, second);
	if (!ret)
		ret = adjust(work);
	if (!ret)
		place_arms(work, row);
	return ret;
}

/* A row for each judged column. */
static int make_cell(struct ranking_work *work, uint32_t cell, const struct cell_blocks *held)
{
	const struct comparison_input *input = work->input;
	const uint32_t workload = input->cells[cell].workload;
	const enum sample_column *columns = workload_columns(workload);
	struct ranking *ranking = work->ranking;
	int ret = 0;

	for (uint32_t i = 0; i < workload_gated_columns(workload) && !ret; i++) {
		struct ranking_row *row = &ranking->rows[ranking->row_count];

		*row = (struct ranking_row){
			.cell = cell,
			.column = columns[i],
			.refusal = input->refusals ? input->refusals[cell] : NULL,
			.arms = ranking->arms + (size_t)ranking->row_count * ranking->arm_count,
		};
		ret = make_row(work, held, row);
		ranking->row_count++;
	}
	return ret;
}

static int make_rows(struct ranking_work *work, struct error *error)
{
	const struct comparison_input *input = work->input;
	size_t first = 0, end;
	int ret = 0;

	for (uint32_t cell = 0; cell < input->cell_count && !ret; cell++, first = end) {
		const uint32_t workload = input->cells[cell].workload;
		struct cell_blocks held;

		for (end = first; end < input->block_count && work->order[end]->cell == cell;)
			end++;
		if (workload == WORKLOAD_CONTROL || end == first)
			continue;
		ret = cell_blocks_get(input, work->order + first, end - first,
				      workload_column_mask(workload), &held, error);
		if (!ret)
			ret = make_cell(work, cell, &held);
		cell_blocks_put(&held);
	}
	return ret;
}

static int prepare(struct ranking_work *work)
{
	const struct comparison_input *input = work->input;
	struct ranking *ranking = work->ranking;
	const size_t arms = ranking->arm_count;
	size_t rows = 0;

	for (uint32_t i = 0; i < input->cell_count; i++)
		rows += workload_gated_columns(input->cells[i].workload);
	ranking->rows = calloc(rows + 1, sizeof(*ranking->rows));
	ranking->arms = calloc(rows * arms + 1, sizeof(*ranking->arms));
	work->order = malloc((input->block_count + 1) * sizeof(*work->order));
	work->copies = malloc((input->block_count + 1) * sizeof(*work->copies));
	work->pointers = malloc((input->block_count + 1) * sizeof(*work->pointers));
	work->pairs = calloc(arms * arms + 1, sizeof(*work->pairs));
	work->p = calloc(arms * arms + 1, sizeof(*work->p));
	work->scores = calloc(arms + 1, sizeof(*work->scores));
	if (!ranking->rows || !ranking->arms || !work->order || !work->copies || !work->pointers ||
	    !work->pairs || !work->p || !work->scores)
		return -ENOMEM;
	blocks_in_order(input, work->order);
	return 0;
}

int ranking_make(const struct comparison_input *input, uint32_t arm_count,
		 struct ranking **ranking, struct error *error)
{
	struct ranking_work work = { .input = input };
	int ret = check_blocks(input, arm_count, error);

	*ranking = NULL;
	if (ret)
		return ret;
	work.ranking = calloc(1, sizeof(*work.ranking));
	if (!work.ranking)
		return error_out_of_memory(error);
	work.ranking->arm_count = arm_count;
	work.ranking->boots = input->boots;
	ret = prepare(&work);
	if (!ret)
		ret = make_rows(&work, error);
	free(work.order);
	free(work.copies);
	free(work.pointers);
	free(work.pairs);
	free(work.p);
	free(work.scores);
	paired_workspace_free(&work.workspace);
	if (!ret) {
		*ranking = work.ranking;
		return 0;
	}
	ranking_free(work.ranking);
	return ret == -ENOMEM ? error_out_of_memory(error) : ret;
}

void ranking_free(struct ranking *ranking)
{
	if (!ranking)
		return;
	free(ranking->rows);
	free(ranking->arms);
	free(ranking);
}
