// SPDX-License-Identifier: GPL-2.0-or-later
/* Data that no statistics apply to as they are: each has a defined outcome, which is said. */
#include "campaign.h"

#include <errno.h>
#include <string.h>

#include "common/exit_status.h"
#include "stats/paired.h"
#include "stats/verdict.h"

static const struct effect *effect_of(const struct comparison *comparison, size_t i)
{
	return &comparison->results[0].effect[i];
}

static void assert_why(const struct effect *effect, const char *part)
{
	assert_int_equal(effect->verdict, VERDICT_NONE);
	if (!strstr(effect->why, part))
		fail_msg("\"%s\" does not say \"%s\"", effect->why, part);
	assert_nan(effect->p_adjusted);
}

/* --- The virtual clock: no noise at all ------------------------------------------------ */

static uint64_t constant(struct generator *generator, uint32_t cell, uint32_t boot, uint32_t arm)
{
	(void)generator, (void)cell, (void)boot, (void)arm;
	return 100000;
}

static uint64_t one_percent_more(struct generator *generator, uint32_t cell, uint32_t boot,
				 uint32_t arm)
{
	(void)generator, (void)cell, (void)boot;
	return arm ? 101000 : 100000;
}

static void equal_samples_are_equivalent(void **state)
{
	struct campaign campaign = CAMPAIGN;
	struct comparison *comparison;

	(void)state;
	campaign.ns = constant;
	campaign.quartets = 14;
	set_up(&campaign);
	comparison = compared(&campaign);
	assert_int_equal(comparison->verdict, VERDICT_EQUIVALENT);
	assert_true(effect_of(comparison, GATED_P50)->estimate == 0);
	assert_true(effect_of(comparison, GATED_P50)->low == 0);
	assert_true(effect_of(comparison, GATED_P50)->high == 0);
	assert_within(effect_of(comparison, GATED_P50)->p, 1, 0);
	assert_within(effect_of(comparison, GATED_P50)->lag1, 0, 0);
	comparison_free(comparison);
	tear_down(&campaign);
}

static void one_percent_without_noise_is_found_in_one_boot(void **state)
{
	struct campaign campaign = CAMPAIGN;
	const struct effect *effect;
	struct comparison *comparison;

	(void)state;
	campaign.ns = one_percent_more;
	campaign.quartets = 14;
	set_up(&campaign);
	campaign.input.threshold = .005;
	comparison = compared(&campaign);
	effect = effect_of(comparison, GATED_P50);
	assert_int_equal(comparison->verdict, VERDICT_REGRESSED);
	assert_within(effect->estimate, log(1.01), 1e-14);
	assert_true(effect->low == effect->estimate && effect->high == effect->estimate);
	assert_true(effect->p < .001);
	comparison_free(comparison);
	/* Below the smallest effect of interest it is no regression. */
	campaign.input.threshold = .02;
	comparison = compared(&campaign);
	assert_int_equal(comparison->verdict, VERDICT_EQUIVALENT);
	assert_int_equal(comparison->exit_status, STATUS_OK);
	comparison_free(comparison);
	tear_down(&campaign);
}

/* No number of boots or pairs decides it: none is named. Beside it there is one. */
static void an_effect_that_is_the_threshold_has_no_plan(void **state)
{
	const double threshold = log(1.02);
	struct effect effect = {
		.estimate = threshold, .low = threshold - .01, .high = threshold + .01, .p = .001,
		.p_adjusted = .001, .threshold = threshold, .pairs = 8,
	};

	(void)state;
	for (int sign = 1; sign >= -1; sign -= 2) {
		effect.estimate = sign * threshold;
		effect.low = effect.estimate - .01;
		effect.high = effect.estimate + .01;
		assert_int_equal(verdict_of_effect(&effect, .05), VERDICT_INCONCLUSIVE);
		assert_int_equal(verdict_boots_needed(&effect, .01, 14, .05), 0);
		assert_int_equal(verdict_pairs_needed(&effect, .01, .05, 6), 0);
	}
	effect.estimate = threshold * 1.5;
	assert_int_equal(verdict_of_effect(&effect, .05), VERDICT_REGRESSED);
	assert_true(verdict_boots_needed(&effect, .01, 14, .05) > 8);
	effect.estimate = threshold / 2;
	assert_int_equal(verdict_of_effect(&effect, .05), VERDICT_INCONCLUSIVE);
	assert_true(verdict_boots_needed(&effect, .01, 14, .05) > 8);
	assert_true(verdict_pairs_needed(&effect, .01, .05, 6) > 8);
}

static uint64_t two_values(struct generator *generator, uint32_t cell, uint32_t boot, uint32_t arm)
{
	(void)cell, (void)boot, (void)arm;
	return 1000 + (generator_next(generator) >> 63);
}

static void ties_everywhere_are_equivalent(void **state)
{
	struct campaign campaign = CAMPAIGN;
	struct comparison *comparison;

	(void)state;
	campaign.ns = two_values;
	set_up(&campaign);
	comparison = compared(&campaign);
	assert_int_equal(comparison->verdict, VERDICT_EQUIVALENT);
	for (uint32_t i = 0; i < comparison->results[0].shift.points; i++)
		assert_true(fabs(comparison->results[0].shift.estimate[i]) < .0011);
	comparison_free(comparison);
	tear_down(&campaign);
}

/* --- Values that are no latencies ------------------------------------------------------ */

static uint64_t zero(struct generator *generator, uint32_t cell, uint32_t boot, uint32_t arm)
{
	(void)generator, (void)cell, (void)boot, (void)arm;
	return 0;
}

static void latencies_of_zero_are_not_judged(void **state)
{
	struct campaign campaign = CAMPAIGN;
	struct comparison *comparison;

	(void)state;
	campaign.ns = zero;
	set_up(&campaign);
	comparison = compared(&campaign);
	assert_why(effect_of(comparison, GATED_P50), "p50 is 0 ns");
	assert_within(comparison->results[0].arm[ARM_BASE].p50_ns, 0, 0);
	assert_int_equal(comparison->exit_status, STATUS_INCONCLUSIVE);
	comparison_free(comparison);
	tear_down(&campaign);
}

/* One zero among many is a tie with half a nanosecond, not the end of the analysis. */
static void a_single_zero_does_no_harm(void **state)
{
	struct campaign campaign = CAMPAIGN;
	struct comparison *comparison;

	(void)state;
	set_up(&campaign);
	campaign.values[100] = 0;
	comparison = compared(&campaign);
	assert_int_equal(comparison->verdict, VERDICT_EQUIVALENT);
	assert_within(comparison->results[0].arm[campaign.blocks[100 / 8].arm].min_ns, 0, 0);
	comparison_free(comparison);
	tear_down(&campaign);
}

static void a_clock_that_ran_backwards_is_not_judged(void **state)
{
	struct campaign campaign = CAMPAIGN;
	struct comparison *comparison;

	(void)state;
	set_up(&campaign);
	campaign.values[100] = (uint64_t)-5;
	comparison = compared(&campaign);
	assert_why(effect_of(comparison, GATED_P10), "1 samples are no latencies");
	assert_true(comparison->results[0].arm[0].max_ns < 2e6);
	assert_true(comparison->results[0].arm[1].max_ns < 2e6);
	assert_int_equal(comparison->verdict, VERDICT_INCONCLUSIVE);
	comparison_free(comparison);
	tear_down(&campaign);
}

/* --- Too little ------------------------------------------------------------------------ */

static void one_sample_per_arm_is_not_judged(void **state)
{
	struct campaign campaign = CAMPAIGN;
	struct comparison *comparison;

	(void)state;
	campaign.quartets = 1;
	campaign.operations = 1;
	set_up(&campaign);
	campaign.input.block_count = 2;
	comparison = compared(&campaign);
	assert_why(effect_of(comparison, GATED_P50), "1 sample per arm; p50 takes 2");
	assert_why(effect_of(comparison, GATED_P10), "p10 takes 10");
	assert_int_equal(comparison->results[0].arm[ARM_BASE].rows, 1);
	assert_int_equal(comparison->results[0].shift.points, 0);
	comparison_free(comparison);
	tear_down(&campaign);
}

static void few_quartets_are_inconclusive(void **state)
{
	struct campaign campaign = CAMPAIGN;
	const struct effect *effect;
	struct comparison *comparison;

	(void)state;
	campaign.quartets = 5;
	set_up(&campaign);
	comparison = compared(&campaign);
	effect = effect_of(comparison, GATED_P50);
	assert_int_equal(effect->verdict, VERDICT_INCONCLUSIVE);
	assert_int_equal(effect->pairs, 5);
	assert_true(effect->needed >= 6);
	assert_nan(effect->low);
	comparison_free(comparison);
	tear_down(&campaign);
}

static void p99_says_what_it_takes(void **state)
{
	struct campaign campaign = CAMPAIGN;
	struct comparison *comparison;

	(void)state;
	set_up(&campaign);
	comparison = compared(&campaign);
	/* 16 operations per arm and quartet: 32 quartets to a super-block. */
	assert_why(effect_of(comparison, GATED_P99), "800 samples per arm; p99 takes 8192");
	assert_int_equal(comparison->verdict, VERDICT_EQUIVALENT);
	comparison_free(comparison);
	tear_down(&campaign);
}

static void an_arm_without_samples_is_not_judged(void **state)
{
	struct campaign campaign = CAMPAIGN;
	struct comparison *comparison;

	(void)state;
	campaign.cells = 2;
	set_up(&campaign);
	for (uint32_t i = 0; i < campaign.input.block_count / 2; i++)
		if (campaign.blocks[i].arm == ARM_CANDIDATE)
			campaign.blocks[i].samples.rows = 0;
	comparison = compared(&campaign);
	assert_why(effect_of(comparison, GATED_P50), "no samples of read");
	assert_nan(comparison->results[0].arm[ARM_CANDIDATE].p50_ns);
	assert_int_equal(comparison->count[VERDICT_NONE], 1);
	assert_int_equal(comparison->count[VERDICT_EQUIVALENT], 1);
	assert_int_equal(comparison->exit_status, STATUS_INCONCLUSIVE);
	comparison_free(comparison);
	tear_down(&campaign);
}

static void a_column_that_nobody_measured_is_unavailable(void **state)
{
	struct campaign campaign = CAMPAIGN;
	struct comparison *comparison;

	(void)state;
	campaign.column = COLUMN_WHOLE;		/* of an exit: shown; its walk is not there */
	set_up(&campaign);
	comparison = compared(&campaign);
	assert_why(effect_of(comparison, GATED_P50), "unavailable");
	assert_int_equal(comparison->results[1].column, COLUMN_WHOLE);
	assert_why(&comparison->results[1].effect[GATED_P50], "shown, not judged");
	assert_within(comparison->results[1].effect[GATED_P50].estimate, 0, .02);
	assert_true(comparison->results[1].effect[GATED_P50].low < 0);
	assert_false(comparison->results[1].gated);
	assert_int_equal(comparison->exit_status, STATUS_INCONCLUSIVE);
	comparison_free(comparison);
	tear_down(&campaign);
}

/* --- What is not to be judged ---------------------------------------------------------- */

static void a_control_is_shown_and_never_judged(void **state)
{
	struct campaign campaign = CAMPAIGN;
	struct comparison *comparison;

	(void)state;
	campaign.cells = 2;
	campaign.column = COLUMN_WHOLE;
	set_up(&campaign);
	campaign.cell[0].workload = campaign.cell[1].workload = WORKLOAD_CONTROL;
	comparison = compared(&campaign);
	assert_int_equal(comparison->result_count, 2);
	assert_false(comparison->results[0].gated);
	assert_why(effect_of(comparison, GATED_P50), "shown, not judged");
	assert_true(comparison->results[0].shift.points > 0);
	assert_int_equal(comparison->verdict, VERDICT_NONE);
	assert_int_equal(comparison->exit_status, STATUS_INCONCLUSIVE);
	for (int i = 0; i <= VERDICT_NONE; i++)
		assert_int_equal(comparison->count[i], 0);
	comparison_free(comparison);
	tear_down(&campaign);
}

static void a_refused_cell_carries_its_reason_and_leaves_the_rest_alone(void **state)
{
	static const char *const refusals[] = { "more vCPUs than host cores", NULL };
	struct campaign campaign = CAMPAIGN;
	struct comparison *comparison;

	(void)state;
	campaign.cells = 2;
	set_up(&campaign);
	campaign.input.refusals = refusals;
	comparison = compared(&campaign);
	assert_why(effect_of(comparison, GATED_P50), refusals[0]);
	assert_within(effect_of(comparison, GATED_P50)->estimate, 0, .01);
	assert_int_equal(comparison->verdict, VERDICT_EQUIVALENT);
	assert_int_equal(comparison->exit_status, STATUS_OK);
	comparison_free(comparison);
	tear_down(&campaign);
}

static void columns_of_every_workload_end(void **state)
{
	(void)state;
	for (uint32_t workload = 0; workload < WORKLOAD_COUNT + 2; workload++) {
		const enum sample_column *columns = workload_columns(workload);
		uint32_t count = 0;

		while (columns[count] != COLUMN_COUNT)
			count++;
		assert_true(workload_gated_columns(workload) <= count);
		assert_int_equal(count > 0, workload < WORKLOAD_COUNT);
	}
	assert_int_equal(workload_columns(WORKLOAD_EXIT)[0], COLUMN_WALK);
	assert_int_equal(workload_gated_columns(WORKLOAD_EXIT), 1);
	assert_int_equal(workload_columns(WORKLOAD_UNREGISTER)[0], COLUMN_UNREGISTER);
	assert_int_equal(workload_gated_columns(WORKLOAD_CONTROL), 0);
}

static void refused(const struct campaign *campaign, const char *part)
{
	struct comparison *comparison = (struct comparison *)-1;
	struct error error = { 0 };

	assert_int_equal(comparison_make(&campaign->input, &comparison, &error), -EINVAL);
	assert_null(comparison);
	if (!strstr(error.text, part))
		fail_msg("\"%s\" does not say \"%s\"", error.text, part);
}

static void input_that_makes_no_sense_is_refused(void **state)
{
	struct campaign campaign = CAMPAIGN;
	struct comparison_input good;

	(void)state;
	set_up(&campaign);
	good = campaign.input;
	campaign.input.threshold = NAN;
	refused(&campaign, "smallest effect of interest");
	campaign.input = good;
	campaign.input.threshold_p99 = 0;
	refused(&campaign, "smallest effect of interest");
	campaign.input = good;
	campaign.input.false_discovery_rate = 1;
	refused(&campaign, "false discovery rate");
	campaign.input = good;
	campaign.input.looks = 3;
	campaign.input.looks_planned = 2;
	refused(&campaign, "3 looks of 2");
	campaign.input = good;
	campaign.input.looks_planned = 5;
	refused(&campaign, "0 looks of 5; there are at most 4");
	campaign.input = good;
	campaign.input.block_count = 0;
	refused(&campaign, "no sample of write");
	campaign.input = good;
	campaign.blocks[7].cell = 1;
	refused(&campaign, "block 7 belongs to cell 1");
	campaign.blocks[7].cell = 0;
	campaign.blocks[7].boot = 3;
	refused(&campaign, "block 7");
	campaign.blocks[7].boot = 0;
	for (uint32_t i = 0; i < campaign.input.block_count; i++)
		campaign.blocks[i].warmup = true;
	refused(&campaign, "outside the warm-up");
	tear_down(&campaign);
	comparison_free(NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_samples_are_equivalent),
		cmocka_unit_test(one_percent_without_noise_is_found_in_one_boot),
		cmocka_unit_test(an_effect_that_is_the_threshold_has_no_plan),
		cmocka_unit_test(ties_everywhere_are_equivalent),
		cmocka_unit_test(latencies_of_zero_are_not_judged),
		cmocka_unit_test(a_single_zero_does_no_harm),
		cmocka_unit_test(a_clock_that_ran_backwards_is_not_judged),
		cmocka_unit_test(one_sample_per_arm_is_not_judged),
		cmocka_unit_test(few_quartets_are_inconclusive),
		cmocka_unit_test(p99_says_what_it_takes),
		cmocka_unit_test(an_arm_without_samples_is_not_judged),
		cmocka_unit_test(a_column_that_nobody_measured_is_unavailable),
		cmocka_unit_test(a_control_is_shown_and_never_judged),
		cmocka_unit_test(a_refused_cell_carries_its_reason_and_leaves_the_rest_alone),
		cmocka_unit_test(columns_of_every_workload_end),
		cmocka_unit_test(input_that_makes_no_sense_is_refused),
	};

	return cmocka_run_group_tests_name("bad data", tests, NULL, NULL);
}
