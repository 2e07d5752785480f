// SPDX-License-Identifier: GPL-2.0-or-later
/* From samples to verdicts: the four verdicts, and what goes into them. */
#include "campaign.h"

#include <stdio.h>
#include <string.h>

#include "common/exit_status.h"
#include "hmmbench_uapi.h"
#include "stats/verdict.h"

static uint64_t slower(struct generator *generator, uint32_t cell, uint32_t boot, uint32_t arm)
{
	(void)cell, (void)boot;
	return noisy(generator, arm ? .05 : 0);
}

static uint64_t faster(struct generator *generator, uint32_t cell, uint32_t boot, uint32_t arm)
{
	(void)cell, (void)boot;
	return noisy(generator, arm ? -.05 : 0);
}

/* --- The four verdicts ---------------------------------------------------------------- */

static void expect(struct campaign campaign, enum verdict verdict, int exit_status)
{
	struct comparison *comparison;

	set_up(&campaign);
	comparison = compared(&campaign);
	if (comparison->verdict != verdict)
		fail_msg("%s, expected %s", verdict_name(comparison->verdict),
			 verdict_name(verdict));
	assert_int_equal(comparison->exit_status, exit_status);
	assert_int_equal(comparison->count[verdict], campaign.cells);
	comparison_free(comparison);
	tear_down(&campaign);
}

static void a_slower_candidate_is_regressed(void **state)
{
	struct campaign campaign = CAMPAIGN;

	(void)state;
	campaign.ns = slower;
	expect(campaign, VERDICT_REGRESSED, STATUS_REGRESSION);
}

/* 5 % of a millisecond is 50 us, half of what one reading of this clock costs. */
static void a_difference_below_one_clock_reading_is_no_regression(void **state)
{
	struct campaign campaign = CAMPAIGN;
	struct comparison *comparison;

	(void)state;
	campaign.ns = slower;
	set_up(&campaign);
	campaign.input.clock_floor_ns = 100e3;
	comparison = compared(&campaign);
	assert_int_equal(comparison->results[0].effect[GATED_P50].verdict, VERDICT_EQUIVALENT);
	assert_within(comparison->results[0].effect[GATED_P50].threshold, log(1.1), .002);
	comparison_free(comparison);
	tear_down(&campaign);
}

static void a_faster_candidate_is_improved(void **state)
{
	struct campaign campaign = CAMPAIGN;

	(void)state;
	campaign.ns = faster;
	expect(campaign, VERDICT_IMPROVED, STATUS_OK);
}

static void equals_are_equivalent(void **state)
{
	struct campaign campaign = CAMPAIGN;

	(void)state;
	expect(campaign, VERDICT_EQUIVALENT, STATUS_OK);
}

static uint64_t very_noisy(struct generator *generator, uint32_t cell, uint32_t boot, uint32_t arm)
{
	(void)cell, (void)boot, (void)arm;
	return (uint64_t)llrint(1e6 * exp(.4 * generator_normal(generator)));
}

static void noise_is_inconclusive_and_says_what_would_decide(void **state)
{
	struct campaign campaign = CAMPAIGN;
	const struct effect *effect;
	struct comparison *comparison;

	(void)state;
	campaign.ns = very_noisy;
	expect(campaign, VERDICT_INCONCLUSIVE, STATUS_INCONCLUSIVE);
	set_up(&campaign);
	comparison = compared(&campaign);
	effect = &comparison->results[0].effect[GATED_P50];
	assert_int_equal(effect->verdict, VERDICT_INCONCLUSIVE);
	/* sd of a difference is near .4 * 1.25 / sqrt(8): some thousand pairs for 2 %. */
	assert_true(effect->needed > 500 && effect->needed < 1000000);
	assert_true(effect->low < effect->estimate && effect->high > effect->estimate);
	comparison_free(comparison);
	tear_down(&campaign);
}

static void effects_have_the_right_size(void **state)
{
	struct campaign campaign = CAMPAIGN;
	const struct cell_result *result;
	struct comparison *comparison;

	(void)state;
	campaign.ns = slower;
	campaign.quartets = 600;	/* 9600 operations per arm: p99 as well */
	set_up(&campaign);
	comparison = compared(&campaign);
	result = &comparison->results[0];
	assert_true(result->gated);
	assert_int_equal(result->column, COLUMN_WALK);
	for (size_t i = 0; i < GATED_COUNT; i++) {
		const struct effect *effect = &result->effect[i];

		assert_within(effect->estimate, .05, .006);
		assert_true(effect->low > .03 && effect->high < .07);
		assert_true(effect->p < .001 && effect->p_adjusted < .003);
		assert_within(effect->threshold, i == GATED_P99 ? log(1.05) : log(1.02), 1e-12);
		assert_string_equal(effect->why, "");
		assert_int_equal(effect->needed, effect->verdict == VERDICT_INCONCLUSIVE ?
						 effect->needed : 0);
	}
	assert_int_equal(result->effect[GATED_P50].pairs, 600);
	assert_int_equal(result->effect[GATED_P99].pairs, 18);
	assert_int_equal(result->effect[GATED_P50].verdict, VERDICT_REGRESSED);
	assert_within(result->arm[ARM_BASE].p50_ns, 1e6, 5e3);
	assert_within(result->arm[ARM_CANDIDATE].p50_ns, 1e6 * exp(.05), 5e3);
	assert_int_equal(result->arm[ARM_BASE].rows, 9600);
	assert_int_equal(result->shift.points, SHIFT_POINTS);
	comparison_free(comparison);
	tear_down(&campaign);
}

static uint64_t one_cell_slower(struct generator *generator, uint32_t cell, uint32_t boot,
				uint32_t arm)
{
	(void)boot;
	return noisy(generator, arm && cell == 77 ? .05 : 0);
}

/*
 * A lone cell among 700, significant at p10 and p50: of 1400 tests they must both be
 * below 7e-5, which 9999 flips cannot give.
 */
static void one_slower_cell_among_many_is_found_and_no_other(void **state)
{
	struct campaign campaign = CAMPAIGN;
	struct comparison *comparison;

	(void)state;
	campaign.cells = 700;
	campaign.quartets = 20;
	campaign.ns = one_cell_slower;
	set_up(&campaign);
	comparison = compared(&campaign);
	for (uint32_t i = 0; i < comparison->result_count; i++) {
		const struct cell_result *result = &comparison->results[i];

		if (result->gated)
			assert_int_equal(result->verdict == VERDICT_REGRESSED, result->cell == 77);
	}
	assert_int_equal(comparison->count[VERDICT_REGRESSED], 1);
	assert_int_equal(comparison->count[VERDICT_IMPROVED], 0);
	assert_int_equal(comparison->exit_status, STATUS_REGRESSION);
	comparison_free(comparison);
	tear_down(&campaign);
}

static void the_worse_verdict_wins(void **state)
{
	(void)state;
	assert_int_equal(verdict_worse(VERDICT_IMPROVED, VERDICT_REGRESSED), VERDICT_REGRESSED);
	assert_int_equal(verdict_worse(VERDICT_INCONCLUSIVE, VERDICT_REGRESSED), VERDICT_REGRESSED);
	assert_int_equal(verdict_worse(VERDICT_INCONCLUSIVE, VERDICT_IMPROVED),
			 VERDICT_INCONCLUSIVE);
	assert_int_equal(verdict_worse(VERDICT_EQUIVALENT, VERDICT_IMPROVED), VERDICT_IMPROVED);
	assert_int_equal(verdict_worse(VERDICT_NONE, VERDICT_EQUIVALENT), VERDICT_EQUIVALENT);
	assert_string_equal(verdict_name(VERDICT_REGRESSED), "REGRESSED");
	assert_string_equal(verdict_name(VERDICT_NONE), "-");
}

/* Significant alone is not enough, nor is large alone; the threshold's edges count as neither. */
static void a_verdict_takes_significance_and_size(void **state)
{
	struct effect effect = { .estimate = .03, .low = .01, .high = .05, .p_adjusted = .04,
				 .threshold = .02 };

	(void)state;
	assert_int_equal(verdict_of_effect(&effect, .05), VERDICT_REGRESSED);
	effect.p_adjusted = .06;
	assert_int_equal(verdict_of_effect(&effect, .05), VERDICT_INCONCLUSIVE);
	effect = (struct effect){ .estimate = .01, .low = .005, .high = .015, .p_adjusted = 1e-4,
				  .threshold = .02 };
	assert_int_equal(verdict_of_effect(&effect, .05), VERDICT_EQUIVALENT);
	effect.high = .02;
	assert_int_equal(verdict_of_effect(&effect, .05), VERDICT_INCONCLUSIVE);
	effect = (struct effect){ .estimate = -.02, .low = -.03, .high = -.01, .p_adjusted = 1e-4,
				  .threshold = .02 };
	assert_int_equal(verdict_of_effect(&effect, .05), VERDICT_INCONCLUSIVE);
	effect.low = effect.high = effect.estimate = NAN;
	assert_int_equal(verdict_of_effect(&effect, .05), VERDICT_INCONCLUSIVE);
	snprintf(effect.why, sizeof(effect.why), "because");
	assert_int_equal(verdict_of_effect(&effect, .05), VERDICT_NONE);
}

/* One test of many takes a smaller p, and so more pairs; none takes fewer than it has. */
static void a_plan_knows_the_other_tests(void **state)
{
	struct effect effect = { .estimate = .03, .p = .01, .p_adjusted = .01, .threshold = .02,
				 .pairs = 10 };
	uint32_t alone = verdict_pairs_needed(&effect, .04, .05, 6), among;

	(void)state;
	assert_int_equal(alone, 19);	/* 10.51 * (.04 / .03)^2 */
	effect.p_adjusted = .1;
	among = verdict_pairs_needed(&effect, .04, .05, 6);
	assert_int_equal(among, 30);	/* (2.807 + 1.282)^2 = 16.72 instead of 10.51 */
	effect.pairs = 40;
	assert_int_equal(verdict_pairs_needed(&effect, .04, .05, 6), 41);
	effect.pairs = 2;
	assert_int_equal(verdict_pairs_needed(&effect, .0001, .05, 16), 16);
	assert_int_equal(verdict_pairs_needed(&effect, 1e6, .05, 16), 0);
}

/* --- What goes in --------------------------------------------------------------------- */

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
	struct comparison_boot boots[] = { { .arm = 0 }, { .arm = 1 }, { .arm = 0 }, { .arm = 1 } };
	const uint32_t strategies[] = { HMMBENCH_STRATEGY_SRCU, HMMBENCH_STRATEGY_READ };
	struct campaign campaign = CAMPAIGN;
	struct comparison *comparison;
	uint32_t judged = 0;

	(void)state;
	campaign.cells = 2;
	campaign.boots = 4;
	campaign.ns = longer_in_odd_boots;
	set_up(&campaign);
	campaign.input.design = DESIGN_BUILDS;
	campaign.input.exact = true;
	campaign.input.boot = boots;
	campaign.input.strategies = strategies;
	for (uint32_t i = 0; i < campaign.input.block_count; i++) {
		campaign.blocks[i].arm = campaign.blocks[i].boot % 2;
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
		struct comparison_block *last = &campaign.blocks[2 * campaign.input.block_count - 1 - i];
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

/* --- Several boots -------------------------------------------------------------------- */

/* Boots differ in level, not in the ratio. */
static uint64_t slower_each_boot(struct generator *generator, uint32_t cell, uint32_t boot,
				 uint32_t arm)
{
	(void)cell;
	return noisy(generator, .2 * (double)boot + (arm ? .05 : 0));
}

static void with_several_boots_each_gives_one_difference(void **state)
{
	struct campaign campaign = CAMPAIGN;
	const struct effect *effect;
	struct comparison *comparison;

	(void)state;
	campaign.boots = 8;
	campaign.ns = slower_each_boot;
	set_up(&campaign);
	comparison = compared(&campaign);
	effect = comparison->results[0].effect;
	assert_int_equal(comparison->boots, 8);
	assert_int_equal(effect[GATED_P50].pairs, 8);
	assert_within(effect[GATED_P50].p, .0078125, 1e-12);
	assert_within(effect[GATED_P50].estimate, .05, .004);
	assert_int_equal(effect[GATED_P50].verdict, VERDICT_REGRESSED);
	assert_int_equal(effect[GATED_P99].pairs, 8);	/* 800 operations per arm and boot */
	comparison_free(comparison);
	tear_down(&campaign);
}

static uint64_t ratio_by_boot(struct generator *generator, uint32_t cell, uint32_t boot, uint32_t arm)
{
	(void)cell;
	return noisy(generator, arm ? (boot % 2 ? -.10 : .11) : 0);
}

/* Quartets inside boots all agree; the boots do not, and the boot is what counts. */
static void boots_that_disagree_are_inconclusive(void **state)
{
	struct campaign campaign = CAMPAIGN;

	(void)state;
	campaign.boots = 8;
	campaign.quartets = 20;
	campaign.ns = ratio_by_boot;
	expect(campaign, VERDICT_INCONCLUSIVE, STATUS_INCONCLUSIVE);
}

static void too_few_boots_say_how_many_it_takes(void **state)
{
	struct campaign campaign = CAMPAIGN;
	const struct effect *effect;
	struct comparison *comparison;

	(void)state;
	campaign.boots = 3;
	campaign.ns = slower_each_boot;
	set_up(&campaign);
	comparison = compared(&campaign);
	effect = &comparison->results[0].effect[GATED_P50];
	assert_int_equal(effect->verdict, VERDICT_INCONCLUSIVE);
	assert_int_equal(effect->pairs, 3);
	assert_in_range(effect->needed, 6, 20);
	assert_within(effect->estimate, .05, .01);
	assert_nan(effect->low);
	assert_int_equal(comparison->exit_status, STATUS_INCONCLUSIVE);
	comparison_free(comparison);
	tear_down(&campaign);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_slower_candidate_is_regressed),
		cmocka_unit_test(a_difference_below_one_clock_reading_is_no_regression),
		cmocka_unit_test(a_faster_candidate_is_improved),
		cmocka_unit_test(equals_are_equivalent),
		cmocka_unit_test(noise_is_inconclusive_and_says_what_would_decide),
		cmocka_unit_test(effects_have_the_right_size),
		cmocka_unit_test(one_slower_cell_among_many_is_found_and_no_other),
		cmocka_unit_test(the_worse_verdict_wins),
		cmocka_unit_test(a_verdict_takes_significance_and_size),
		cmocka_unit_test(a_plan_knows_the_other_tests),
		cmocka_unit_test(warm_up_and_losses_are_accounted_for),
		cmocka_unit_test(a_wait_on_the_virtual_clock_is_no_path_length),
		cmocka_unit_test(a_drift_is_a_mark_and_no_difference),
		cmocka_unit_test(a_cut_quartet_is_left_out),
		cmocka_unit_test(a_cell_s_result_is_its_own),
		cmocka_unit_test(with_several_boots_each_gives_one_difference),
		cmocka_unit_test(boots_that_disagree_are_inconclusive),
		cmocka_unit_test(too_few_boots_say_how_many_it_takes),
	};

	return cmocka_run_group_tests_name("comparison", tests, NULL, NULL);
}
