// SPDX-License-Identifier: GPL-2.0-or-later
/* From samples to verdicts: what goes into them, what is left out and what is marked. */
#include "campaign.h"

#include <string.h>

#include "stats/sequential.h"
#include "stats/verdict.h"

static void assert_marks(const struct arm_summary *arm, enum sample_mark mark, uint64_t told,
			 uint64_t marked)
{
	assert_int_equal(arm->mark[mark].told, told);
	assert_int_equal(arm->mark[mark].marked, marked);
}

static void warm_up_and_losses_are_accounted_for(void **state)
{
	struct campaign campaign = CAMPAIGN;
	const struct arm_summary *arm;
	struct comparison *comparison;

	(void)state;
	set_up(&campaign);
	for (uint32_t i = 0; i < 20; i++) {	/* 5 quartets of warm-up, absurdly slow */
		campaign.blocks[i].warmup = true;
		for (uint32_t j = 0; j < campaign.operations; j++)
			campaign.values[i * campaign.operations + j] *= 1000;
	}
	campaign.blocks[40].dropped = 3;	/* position 0 of an even quartet: base */
	campaign.blocks[41].dropped = 4;
	/* A machine that can tell three marks, one block less of them. */
	for (uint32_t i = 0; i < campaign.input.block_count; i++)
		campaign.blocks[i].marks = SAMPLE_FLAG_SWITCHED | SAMPLE_FLAG_MIGRATED |
					   SAMPLE_FLAG_INTERRUPTED;
	campaign.blocks[43].marks = SAMPLE_FLAG_MIGRATED;
	campaign.flags[40 * campaign.operations] = SAMPLE_FLAG_SWITCHED;
	campaign.flags[40 * campaign.operations + 1] = SAMPLE_FLAG_STOLEN | SAMPLE_FLAG_MIGRATED;
	campaign.flags[40 * campaign.operations + 2] = SAMPLE_MISSING;
	campaign.flags[40 * campaign.operations + 3] = SAMPLE_FLAG_INTERRUPTED | SAMPLE_FLAG_AGAIN;
	campaign.flags[40 * campaign.operations + 4] = SAMPLE_FLAG_UNTOLD | SAMPLE_FLAG_MIGRATED;
	campaign.flags[40 * campaign.operations + 5] = SAMPLE_FLAG_IN_WALK;
	campaign.values[43 * campaign.operations] = SAMPLE_MISSING;
	comparison = compared(&campaign);
	arm = comparison->results[0].arm;
	assert_int_equal(arm[ARM_BASE].rows, 45 * 16 - 1);
	assert_int_equal(arm[ARM_BASE].warmup_rows, 5 * 16);
	assert_int_equal(arm[ARM_BASE].dropped, 3);
	assert_int_equal(arm[ARM_CANDIDATE].dropped, 4);
	assert_int_equal(arm[ARM_BASE].disturbed, 4);
	assert_marks(&arm[ARM_BASE], MARK_SWITCHED, 45 * 16 - 9, 1);
	assert_marks(&arm[ARM_BASE], MARK_MIGRATED, 45 * 16 - 2, 2);
	assert_marks(&arm[ARM_BASE], MARK_INTERRUPTED, 45 * 16 - 10, 1);
	assert_marks(&arm[ARM_BASE], MARK_STOLEN, 0, 0);
	assert_int_equal(arm[ARM_CANDIDATE].disturbed, 0);
	assert_true(arm[ARM_BASE].max_ns < 2e6);
	assert_true(arm[ARM_BASE].min_ns <= arm[ARM_BASE].p10_ns);
	assert_true(arm[ARM_BASE].p99_ns <= arm[ARM_BASE].p999_ns);
	assert_int_equal(comparison->results[0].effect[GATED_P50].pairs, 45);
	assert_int_equal(comparison->verdict, VERDICT_EQUIVALENT);
	comparison_free(comparison);
	tear_down(&campaign);
}

static uint64_t longer_in_odd_boots(struct generator *generator, uint32_t cell, uint32_t boot,
				    uint32_t arm)
{
	(void)generator, (void)cell, (void)arm;
	return boot % 2 ? 1100 : 1000;
}

/* Two builds of two boots each; in cell 0 the task slept, in cell 1 it did not. */
static void a_wait_on_the_virtual_clock_is_no_path_length(void **state)
{
	struct campaign campaign = CAMPAIGN;
	struct comparison *comparison;
	uint32_t judged = 0;

	(void)state;
	campaign.cells = 2;
	campaign.boots = 4;
	campaign.ns = longer_in_odd_boots;
	set_up(&campaign);
	of_builds(&campaign);
	campaign.input.exact = true;
	for (uint32_t i = 0; i < campaign.input.block_count; i++) {
		campaign.blocks[i].marks = SAMPLE_FLAG_SWITCHED;
		for (uint32_t j = 0; !campaign.blocks[i].cell && j < campaign.operations; j++)
			campaign.flags[i * campaign.operations + j] = SAMPLE_FLAG_SWITCHED;
	}
	comparison = compared(&campaign);
	for (uint32_t i = 0; i < comparison->result_count; i++) {
		const struct cell_result *result = &comparison->results[i];
		const struct effect *effect = &result->effect[GATED_P50];

		if (!result->gated)
			continue;
		judged++;
		assert_int_equal(effect->verdict, result->cell ? VERDICT_REGRESSED : VERDICT_NONE);
		assert_true(result->cell || strstr(effect->why, "scheduled out"));
	}
	assert_int_equal(judged, 2);
	comparison_free(comparison);
	tear_down(&campaign);
}

/* 12 boots of each build, which 8 of each were looked at before. */
static void looks_at_a_table_that_was_there_give_the_same(void **state)
{
	struct campaign campaign = CAMPAIGN;
	struct sequential_table table;
	struct comparison *once, *borrowed, *made;

	(void)state;
	campaign.boots = 24;
	campaign.quartets = 2;
	set_up(&campaign);
	of_builds(&campaign);
	once = compared(&campaign);
	campaign.input.looks = 2;
	made = compared(&campaign);
	sequential_table_of_boots(&table, SEQUENTIAL_LOOKS);
	campaign.input.looks_table = &table;
	borrowed = compared(&campaign);
	for (size_t i = 0; i <= GATED_P50; i++) {
		const struct effect *x = &made->results[0].effect[i];
		const struct effect *y = &borrowed->results[0].effect[i];

		assert_true(x->p == y->p && x->low == y->low && x->high == y->high);
		/* They do count: of one look only, the interval is narrower. */
		assert_true(x->low < once->results[0].effect[i].low);
	}
	comparison_free(once);
	comparison_free(made);
	comparison_free(borrowed);
	tear_down(&campaign);
}

static uint64_t first_longer_in_odd_boots(struct generator *generator, uint32_t cell, uint32_t boot,
					  uint32_t arm)
{
	(void)arm;
	return noisy(generator, cell == 0 && boot % 2 ? .2 : 0);
}

/*
 * One cell of 40, 20 % longer, after the looks at 8, 12 and 16 boots. The last is given so little of
 * the error that among 80 tests p has to be below what 9999 random arrangements can show.
 */
static void one_slower_cell_of_many_is_found_at_an_early_look_too(void **state)
{
	struct campaign campaign = CAMPAIGN;
	struct comparison *comparison;

	(void)state;
	campaign.cells = 40;
	campaign.boots = 32;
	campaign.quartets = 1;
	campaign.ns = first_longer_in_odd_boots;
	set_up(&campaign);
	of_builds(&campaign);
	campaign.input.looks = 3;
	comparison = compared(&campaign);
	for (uint32_t i = 0; i < comparison->result_count; i++)
		if (comparison->results[i].gated)
			assert_int_equal(comparison->results[i].verdict == VERDICT_REGRESSED,
					 comparison->results[i].cell == 0);
	comparison_free(comparison);
	tear_down(&campaign);
}

/*
 * Of 300 tests those at the edge get more than 9999 arrangements, also where those were enough:
 * who got more only for not being significant would have two chances.
 */
static void what_is_significant_gets_more_arrangements_too(void **state)
{
	struct campaign campaign = CAMPAIGN;
	struct comparison *comparison;
	const struct effect *effect;

	(void)state;
	campaign.cells = 150;
	campaign.boots = 22;
	campaign.quartets = 1;
	campaign.ns = first_longer_in_odd_boots;
	set_up(&campaign);
	of_builds(&campaign);
	comparison = compared(&campaign);
	effect = &comparison->results[0].effect[GATED_P50];
	assert_int_equal(effect->verdict, VERDICT_REGRESSED);
	assert_within(effect->p, 1 / 12001., 1e-12);
	comparison_free(comparison);
	tear_down(&campaign);
}

/* Makes each quartet of a cell exp(step) times as long as the one before. */
static void make_drift(struct campaign *campaign, uint32_t cell, double step)
{
	for (uint32_t i = 0; i < campaign->input.block_count; i++) {
		const struct comparison_block *block = &campaign->blocks[i];
		uint64_t *values = campaign->values + (size_t)i * campaign->operations;

		for (uint32_t j = 0; block->cell == cell && j < campaign->operations; j++)
			values[j] = (uint64_t)((double)values[j] * exp(step * block->quartet));
	}
}

static void a_drift_is_a_mark_and_no_difference(void **state)
{
	struct campaign campaign = CAMPAIGN;
	struct comparison *comparison;
	const struct cell_result *drifting, *small;

	(void)state;
	campaign.cells = 3;
	set_up(&campaign);
	make_drift(&campaign, 1, .10 / 49);
	make_drift(&campaign, 2, .015 / 49);	/* significant, and below what is of interest */
	comparison = compared(&campaign);
	drifting = small = NULL;
	for (uint32_t i = 0; i < comparison->result_count; i++) {
		const struct cell_result *result = &comparison->results[i];

		if (result->column != COLUMN_WALK) {
			assert_int_equal(result->drift.levels, 0);
			assert_false(result->drifts || result->unsettled);
			continue;
		}
		assert_int_equal(result->verdict, VERDICT_EQUIVALENT);
		if (!result->cell)
			assert_false(result->drifts || result->unsettled);
		drifting = result->cell == 1 ? result : drifting;
		small = result->cell == 2 ? result : small;
	}
	assert_true(drifting->drifts);
	assert_within(drifting->drift.trend, .10, .02);
	assert_true(small->drift.trend_p < .01 && !small->drifts);
	comparison_free(comparison);
	tear_down(&campaign);
}

static void a_cut_quartet_is_left_out(void **state)
{
	struct campaign campaign = CAMPAIGN;
	struct comparison *comparison;

	(void)state;
	set_up(&campaign);
	campaign.input.block_count -= 2;		/* the run was killed in its last quartet */
	campaign.blocks[8].samples.rows = 0;		/* a block of each arm lost its samples */
	campaign.blocks[20].samples.rows = 0;
	assert_int_not_equal(campaign.blocks[8].arm, campaign.blocks[20].arm);
	comparison = compared(&campaign);
	assert_int_equal(comparison->results[0].effect[GATED_P50].pairs, 47);
	assert_int_equal(comparison->verdict, VERDICT_EQUIVALENT);
	comparison_free(comparison);
	tear_down(&campaign);
}

/* The order of blocks in the input and the other cells beside it change nothing. */
static void a_cell_s_result_is_its_own(void **state)
{
	struct campaign campaign = CAMPAIGN;
	struct comparison *both, *alone;
	const struct effect *x, *y;

	(void)state;
	campaign.cells = 2;
	set_up(&campaign);
	both = compared(&campaign);
	campaign.input.cells++;
	campaign.input.cell_count = 1;
	campaign.input.block_count /= 2;
	campaign.input.blocks += campaign.input.block_count;
	for (uint32_t i = 0; i < campaign.input.block_count / 2; i++) {
		struct comparison_block *first = &campaign.blocks[campaign.input.block_count + i];
		struct comparison_block *last =
			&campaign.blocks[2 * campaign.input.block_count - 1 - i];
		struct comparison_block swap = *first;

		*first = *last;
		*last = swap;
		first->cell = last->cell = 0;
	}
	alone = compared(&campaign);
	x = &both->results[both->result_count / 2].effect[GATED_P10];
	y = &alone->results[0].effect[GATED_P10];
	assert_true(x->p == y->p && x->estimate == y->estimate && x->low == y->low);
	assert_memory_equal(&both->results[both->result_count / 2].shift,
			    &alone->results[0].shift, sizeof(struct shift_function));
	comparison_free(both);
	comparison_free(alone);
	tear_down(&campaign);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(warm_up_and_losses_are_accounted_for),
		cmocka_unit_test(a_wait_on_the_virtual_clock_is_no_path_length),
		cmocka_unit_test(looks_at_a_table_that_was_there_give_the_same),
		cmocka_unit_test(one_slower_cell_of_many_is_found_at_an_early_look_too),
		cmocka_unit_test(what_is_significant_gets_more_arrangements_too),
		cmocka_unit_test(a_drift_is_a_mark_and_no_difference),
		cmocka_unit_test(a_cut_quartet_is_left_out),
		cmocka_unit_test(a_cell_s_result_is_its_own),
	};

	return cmocka_run_group_tests_name("comparison_input", tests, NULL, NULL);
}
