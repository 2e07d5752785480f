// SPDX-License-Identifier: GPL-2.0-or-later
/* From samples to verdicts: the four verdicts, of one boot and of several. */
#include "campaign.h"

#include <stdio.h>

#include "common/exit_status.h"
#include "stats/paired.h"
#include "stats/paired_power.h"
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

/* Few pairs tell their scatter badly, and the width of their interval allows for that. */
static void pairs_that_would_decide_do(void **state)
{
	static const size_t pilots[] = { 6, 8, 14, 48 };
	struct effect effect = { .estimate = .7, .p = .05, .p_adjusted = .05, .threshold = .1 };
	struct generator generator;
	double values[48];

	(void)state;
	generator_seed(&generator, 3);
	for (size_t i = 0; i < sizeof(pilots) / sizeof(pilots[0]); i++) {
		double power = 0;

		for (int pilot = 0; pilot < 2000; pilot++) {
			double deviation;
			uint32_t pairs;

			for (size_t j = 0; j < pilots[i]; j++)
				values[j] = generator_normal(&generator);
			deviation = paired_estimate(values, pilots[i]).deviation;
			pairs = verdict_pairs_needed(&effect, deviation, .05, 6);
			power += paired_power(pairs, 1, effect.estimate, .05) / 2000;
		}
		assert_true(power > .86 && power < .96);
	}
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

static uint64_t ratio_by_boot(struct generator *generator, uint32_t cell, uint32_t boot,
			      uint32_t arm)
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
		cmocka_unit_test(pairs_that_would_decide_do),
		cmocka_unit_test(with_several_boots_each_gives_one_difference),
		cmocka_unit_test(boots_that_disagree_are_inconclusive),
		cmocka_unit_test(too_few_boots_say_how_many_it_takes),
	};

	return cmocka_run_group_tests_name("comparison", tests, NULL, NULL);
}
