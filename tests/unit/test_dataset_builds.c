// SPDX-License-Identifier: GPL-2.0-or-later
/* From runs of two kernel builds in a store to their verdict: what is compared, what is refused. */
#include "builds_support.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "stats/block_samples.h"
#include "store/dataset.h"
#include "store/looks_of_runs.h"

/* ---- the four verdicts ---- */

static void a_slower_build_is_regressed_where_it_is_slower(void **state)
{
	struct night_boot slower = candidate_boot;
	struct bench bench = bench_new();
	const struct cell_result *result;

	(void)state;
	slower.effect = .08;
	night_put_builds(bench.store, bench.path, &base_boot, &slower, 8, .02);
	must_compare(&bench, 8, false);
	assert_int_equal(bench.comparison->verdict, VERDICT_REGRESSED);
	assert_int_equal(bench.comparison->exit_status, STATUS_REGRESSION);
	assert_int_equal(bench.comparison->boots, 16);
	assert_int_equal(bench.comparison->arm_boots[ARM_CANDIDATE], 8);
	assert_int_equal(bench.comparison->nights, 1);
	assert_string_equal(bench.dataset->input.base_name, "debian:6.1");
	assert_string_equal(bench.dataset->input.candidate_name, "debian:6.12");
	for (uint32_t strategy = 0; strategy < 2; strategy++) {
		result = result_of(&bench, WORKLOAD_EXIT, strategy);
		assert_int_equal(result->verdict, VERDICT_REGRESSED);
		/* The boots' levels are the control's as well: what is left is the samples' spread. */
		assert_true(fabs(result->effect[GATED_P50].estimate - .08) < .006);
		assert_true(result->effect[GATED_P50].beta > .9);
		assert_int_equal(result->effect[GATED_P50].boots[ARM_BASE], 8);
		assert_int_equal(result->arm[ARM_BASE].rows, 8 * 14 * 8);
		result = result_of(&bench, WORKLOAD_UNREGISTER, strategy);
		assert_int_equal(result->verdict, VERDICT_EQUIVALENT);
	}
	bench_end(&bench);
}

static void a_faster_build_is_improved(void **state)
{
	struct night_boot faster = candidate_boot;
	struct bench bench = bench_new();

	(void)state;
	faster.effect = -.08;
	night_put_builds(bench.store, bench.path, &base_boot, &faster, 8, .02);
	must_compare(&bench, 8, false);
	assert_int_equal(bench.comparison->verdict, VERDICT_IMPROVED);
	assert_int_equal(bench.comparison->exit_status, STATUS_OK);
	bench_end(&bench);
}

/* The control is shown, with nothing taken out of it, and never judged. */
static void equal_builds_are_equivalent_and_said_to_be_one(void **state)
{
	struct night_boot same = base_boot;
	struct bench bench = bench_new();
	const struct cell_result *control;

	(void)state;
	night_put_builds(bench.store, bench.path, &base_boot, &same, 8, .02);
	must_compare(&bench, 8, false);
	assert_int_equal(bench.comparison->verdict, VERDICT_EQUIVALENT);
	assert_note(&bench, "one kernel build");
	assert_string_equal(bench.dataset->input.base_name, "runs 1, 4, 5, 8, 9, 12, 13, 16");
	control = result_of(&bench, WORKLOAD_CONTROL, COMPARISON_ANY_STRATEGY);
	assert_false(control->gated);
	assert_true(control->effect[GATED_P50].beta == 0);
	assert_true(fabs(control->effect[GATED_P50].estimate) > 1e-4);
	assert_int_equal(control->arm[ARM_BASE].rows, 8 * 28 * 8);
	bench_end(&bench);
}

/* Boots that differ by 20 %, and no control to take it out. */
static void noisy_boots_are_inconclusive_and_say_how_many_would_do(void **state)
{
	struct night_boot base = base_boot, candidate = candidate_boot;
	struct bench bench = bench_new();
	const struct effect *effect;

	(void)state;
	base.no_control = candidate.no_control = true;
	night_put_builds(bench.store, bench.path, &base, &candidate, 4, .2);
	must_compare(&bench, 4, false);
	assert_int_equal(bench.comparison->verdict, VERDICT_INCONCLUSIVE);
	assert_int_equal(bench.comparison->exit_status, STATUS_INCONCLUSIVE);
	effect = &result_of(&bench, WORKLOAD_EXIT, 0)->effect[GATED_P50];
	assert_int_equal(effect->verdict, VERDICT_INCONCLUSIVE);
	/* 2 (1.96 + 1.28)^2 .2^2 / d^2: hundreds for a few per cent. */
	assert_true(effect->needed > 20 && effect->needed < 1000000);
	assert_true(effect->beta == 0);
	bench_end(&bench);
}

/* ---- what is refused ---- */

static void unlike_runs_are_refused_with_what_differs(void **state)
{
	struct night_boot other = candidate_boot;
	struct bench bench = bench_new();

	(void)state;
	other.accelerator = "tcg";
	other.operations = 16;
	night_put_builds(bench.store, bench.path, &base_boot, &other, 2, .02);
	must_refuse(&bench, 2, "accelerator: kvm in runs 1, 4; tcg in runs 2, 3");
	assert_non_null(strstr(bench.error.text, "32 blocks of 16 operations"));
	assert_non_null(strstr(bench.error.text, "--force"));
	must_compare(&bench, 2, true);
	assert_true(bench.dataset->forced);
	assert_non_null(strstr(bench.dataset->marks[0], "by force although not alike: accelerator"));
	bench_end(&bench);
}

static void two_builds_under_one_name_are_refused(void **state)
{
	struct night_boot rebuilt = base_boot;
	struct bench bench = bench_new();

	(void)state;
	night_put(bench.store, bench.path, &base_boot);
	night_put(bench.store, bench.path, &candidate_boot);
	night_put(bench.store, bench.path, &candidate_boot);
	rebuilt.build = "another";
	night_put(bench.store, bench.path, &rebuilt);
	must_refuse(&bench, 2, "kernel build: debian:6.1 in run 1; another in run 4");
	bench_end(&bench);
}

static void clocks_do_not_mix(void **state)
{
	struct night_boot other = candidate_boot;
	struct bench bench = bench_new();

	(void)state;
	other.clock = PLAN_CLOCK_VIRTUAL;
	night_put_builds(bench.store, bench.path, &base_boot, &other, 2, 0);
	must_refuse(&bench, 2, "clock: host in runs 1, 4; virtual in runs 2, 3");
	bench_end(&bench);
}

static void a_run_on_both_sides_and_a_side_without_runs_are_refused(void **state)
{
	static const int64_t runs[] = { 1, 2 };
	const struct dataset_side both = { .name = "", .note = "", .runs = runs, .run_count = 2 };
	const struct dataset_side none = { .name = "", .note = "" };
	struct bench bench = bench_new();

	(void)state;
	night_put_builds(bench.store, bench.path, &base_boot, &base_boot, 1, 0);
	assert_int_equal(dataset_load_builds(bench.store, &both, &both, false, &bench.dataset,
					     &bench.error), -EINVAL);
	assert_non_null(strstr(bench.error.text, "run 1 is on both sides"));
	assert_int_equal(dataset_load_builds(bench.store, &both, &none, false, &bench.dataset,
					     &bench.error), -EINVAL);
	assert_non_null(strstr(bench.error.text, "no run of the candidate"));
	bench_end(&bench);
}

/* ---- cells ---- */

static void cells_in_common_are_compared_and_the_others_named(void **state)
{
	struct night_boot other = candidate_boot;
	struct bench bench = bench_new();

	(void)state;
	other.mirrors = 32;
	night_put_builds(bench.store, bench.path, &base_boot, &other, 8, .02);
	must_compare(&bench, 8, false);
	assert_int_equal(bench.comparison->verdict, VERDICT_EQUIVALENT);
	assert_null(result_of(&bench, WORKLOAD_EXIT, 0));
	assert_non_null(result_of(&bench, WORKLOAD_UNREGISTER, 0));
	assert_note(&bench, "exit/bundled/empty/1024/same-node/t1/p1/0 (strategy write): only "
			    "debian:6.1 has it");
	assert_note(&bench, "exit/bundled/empty/32/same-node/t1/p1/0 (strategy read): only "
			    "debian:6.12 has it");
	bench_end(&bench);
}

/* ---- few ---- */

static void one_boot_of_each_is_inconclusive(void **state)
{
	struct night_boot slower = candidate_boot;
	struct bench bench = bench_new();
	const struct effect *effect;

	(void)state;
	slower.effect = .5;
	night_put_builds(bench.store, bench.path, &base_boot, &slower, 1, .02);
	must_compare(&bench, 1, false);
	assert_int_equal(bench.comparison->verdict, VERDICT_INCONCLUSIVE);
	effect = &result_of(&bench, WORKLOAD_EXIT, 0)->effect[GATED_P50];
	assert_true(effect->estimate > .3);
	assert_true(isnan(effect->low) && isnan(effect->p));
	/* 4 against 4 is the first that gets below .05: 2 of 70. */
	assert_int_equal(effect->needed, 4);
	bench_end(&bench);
}

static void one_sample_in_a_boot_is_no_quantile(void **state)
{
	struct night_boot base = base_boot, candidate = candidate_boot;
	struct bench bench = bench_new();
	const struct cell_result *result;

	(void)state;
	base.operations = candidate.operations = 1;
	night_put_builds(bench.store, bench.path, &base, &candidate, 4, .02);
	must_compare(&bench, 4, false);
	result = result_of(&bench, WORKLOAD_EXIT, 0);
	assert_string_equal(result->effect[GATED_P99].why, "14 samples in a boot; p99 takes 500");
	assert_int_equal(result->effect[GATED_P99].verdict, VERDICT_NONE);
	assert_int_not_equal(result->effect[GATED_P50].verdict, VERDICT_NONE);
	bench_end(&bench);
}

/* ---- the virtual clock ---- */

static void compare_virtual(struct bench *bench, double effect, size_t count, double deviation)
{
	struct night_boot base = { .kernel = "debian:6.1", .clock = PLAN_CLOCK_VIRTUAL };
	struct night_boot candidate = { .kernel = "debian:6.12", .clock = PLAN_CLOCK_VIRTUAL };

	*bench = bench_new();
	candidate.effect = effect;
	night_put_builds(bench->store, bench->path, &base, &candidate, count, deviation);
	must_compare(bench, count, false);
}

static void the_virtual_clock_finds_one_per_cent_in_one_boot(void **state)
{
	struct bench bench;
	const struct effect *effect;

	(void)state;
	compare_virtual(&bench, log(1.01), 1, 0);
	assert_int_equal(bench.comparison->verdict, VERDICT_REGRESSED);
	effect = &result_of(&bench, WORKLOAD_EXIT, 0)->effect[GATED_P50];
	assert_true(fabs(effect->estimate - log(1.01)) < 1e-12);
	assert_true(effect->low == effect->estimate && effect->high == effect->estimate);
	assert_true(isnan(effect->p) && isnan(effect->p_adjusted));
	assert_int_equal(result_of(&bench, WORKLOAD_UNREGISTER, 0)->verdict, VERDICT_EQUIVALENT);
	assert_non_null(strstr(result_of(&bench, WORKLOAD_EXIT, 0)->effect[GATED_P99].why,
			       "virtual clock"));
	bench_end(&bench);
	compare_virtual(&bench, log(.98), 4, 0);
	assert_int_equal(bench.comparison->verdict, VERDICT_IMPROVED);
	bench_end(&bench);
}

static void the_virtual_clock_calls_less_than_its_gate_equivalent(void **state)
{
	struct bench bench;

	(void)state;
	compare_virtual(&bench, 0, 3, 0);
	assert_int_equal(bench.comparison->verdict, VERDICT_EQUIVALENT);
	assert_int_equal(bench.comparison->exit_status, STATUS_OK);
	bench_end(&bench);
	compare_virtual(&bench, log(1.004), 3, 0);
	assert_int_equal(bench.comparison->verdict, VERDICT_EQUIVALENT);
	bench_end(&bench);
}

static void boots_that_differ_on_the_virtual_clock_decide_nothing(void **state)
{
	struct bench bench;

	(void)state;
	compare_virtual(&bench, 0, 4, .05);
	assert_int_equal(bench.comparison->verdict, VERDICT_INCONCLUSIVE);
	bench_end(&bench);
}

/* ---- equal samples on a clock that has noise, ties ---- */

static void equal_samples_on_the_host_clock_are_certain(void **state)
{
	struct night_boot base = { .kernel = "debian:6.1" }, candidate = { .kernel = "b" };
	struct bench bench = bench_new();

	(void)state;
	candidate.effect = log(1.1);
	night_put_builds(bench.store, bench.path, &base, &candidate, 8, 0);
	must_compare(&bench, 8, false);
	assert_int_equal(result_of(&bench, WORKLOAD_EXIT, 0)->verdict, VERDICT_REGRESSED);
	assert_int_equal(result_of(&bench, WORKLOAD_UNREGISTER, 0)->verdict, VERDICT_EQUIVALENT);
	bench_end(&bench);
}

/* ---- nights ---- */

static void a_night_without_the_other_build_is_left_out(void **state)
{
	struct night_boot early = base_boot;
	struct bench bench = bench_new();

	(void)state;
	early.started = "2024-04-01T02:00:00Z";
	early.level = 3;
	night_put(bench.store, bench.path, &early);
	night_put(bench.store, bench.path, &candidate_boot);
	night_put(bench.store, bench.path, &candidate_boot);
	night_put(bench.store, bench.path, &base_boot);
	night_put(bench.store, bench.path, &base_boot);
	night_put(bench.store, bench.path, &candidate_boot);
	must_compare(&bench, 3, false);
	assert_note(&bench, "the night of run 1");
	assert_int_equal(bench.comparison->arm_boots[ARM_BASE], 2);
	assert_true(fabs(result_of(&bench, WORKLOAD_EXIT, 0)->effect[GATED_P50].estimate) < .1);
	bench_end(&bench);
}

static void builds_of_different_nights_are_refused(void **state)
{
	struct night_boot early = base_boot;
	struct bench bench = bench_new();

	(void)state;
	early.started = "2024-04-01T02:00:00Z";
	night_put_builds(bench.store, bench.path, &early, &candidate_boot, 4, .02);
	must_refuse(&bench, 4, "never measured in one night");
	must_compare(&bench, 4, true);
	assert_true(bench.dataset->forced);
	assert_mark(&bench, "what differs may be the nights");
	assert_int_equal(bench.comparison->nights, 1);
	bench_end(&bench);
}

static void boots_one_after_the_other_are_marked(void **state)
{
	static const int64_t base[] = { 1, 2 }, candidate[] = { 3, 4 };
	const struct dataset_side sides[] = {
		{ .name = "", .note = "", .runs = base, .run_count = 2 },
		{ .name = "", .note = "", .runs = candidate, .run_count = 2 },
	};
	struct bench bench = bench_new();

	(void)state;
	night_put(bench.store, bench.path, &base_boot);
	night_put(bench.store, bench.path, &base_boot);
	night_put(bench.store, bench.path, &candidate_boot);
	night_put(bench.store, bench.path, &candidate_boot);
	assert_int_equal(dataset_load_builds(bench.store, &sides[0], &sides[1], false,
					     &bench.dataset, &bench.error), 0);
	assert_mark(&bench, "did not alternate");
	bench_end(&bench);
}

/* ---- boots that cannot be used ---- */

static void a_boot_with_a_wrong_clock_is_left_out(void **state)
{
	struct night_boot wrong = base_boot;
	struct bench bench = bench_new();

	(void)state;
	wrong.level = 1;
	wrong.note = "{\"level\":\"warning\",\"text\":\"the clock ..\",\"clock_rate\":2.71}";
	night_put(bench.store, bench.path, &wrong);
	night_put(bench.store, bench.path, &candidate_boot);
	night_put(bench.store, bench.path, &candidate_boot);
	night_put(bench.store, bench.path, &base_boot);
	must_compare(&bench, 2, false);
	assert_mark(&bench, "run 1 is left out: its clock ran 2.71 times");
	assert_int_equal(bench.comparison->arm_boots[ARM_BASE], 1);
	bench_end(&bench);
}

static void a_wounded_kernel_gives_no_verdict(void **state)
{
	struct night_boot wounded = candidate_boot;
	struct bench bench = bench_new();

	(void)state;
	wounded.status = STATUS_WOUNDED;
	night_put_builds(bench.store, bench.path, &base_boot, &wounded, 8, .02);
	must_compare(&bench, 8, false);
	assert_int_equal(bench.comparison->verdict, VERDICT_NONE);
	assert_int_equal(bench.comparison->exit_status, STATUS_INCONCLUSIVE);
	assert_non_null(strstr(result_of(&bench, WORKLOAD_EXIT, 0)->effect[GATED_P50].why,
			       "fault"));
	bench_end(&bench);
}

/* --- Samples ----------------------------------------------------------------------------- */

static void samples_stay_in_the_store_until_they_are_asked_for(void **state)
{
	struct bench bench = bench_new();
	const struct comparison_input *input;
	struct error error = { 0 };
	uint64_t rows = 0;

	(void)state;
	night_put_builds(bench.store, bench.path, &base_boot, &candidate_boot, 3, 0);
	assert_int_equal(load_abba(&bench, 3, false), 0);
	input = &bench.dataset->input;
	assert_true(input->block_count > 0);
	for (uint32_t i = 0; i < input->block_count; i++) {
		const struct comparison_block *block = &input->blocks[i];
		const struct cell *cell = &input->cells[block->cell];
		const enum sample_column column = workload_columns(cell->workload)[0];
		struct block_samples held;

		for (size_t j = 0; j < COLUMN_COUNT; j++)
			assert_null(block->samples.columns[j]);
		assert_int_equal(block_samples_get(input, block, 1u << column, &held, &error), 0);
		assert_int_equal(held.samples->rows, block->samples.rows);
		assert_non_null(held.samples->columns[column]);
		rows += held.samples->rows;
		block_samples_put(&held);
		/* A column that was not asked for, or that the block has not, is none. */
		assert_int_equal(block_samples_get(input, block, 1u << COLUMN_GRACE, &held, &error),
				 0);
		assert_null(held.samples->columns[column]);
		assert_null(held.samples->columns[COLUMN_GRACE]);
		block_samples_put(&held);
	}
	assert_true(rows > 0);
	bench_end(&bench);
}

static void damaged_samples_are_told_with_their_run(void **state)
{
	struct bench bench = bench_new();

	(void)state;
	night_put_builds(bench.store, bench.path, &base_boot, &candidate_boot, 3, 0);
	store_execute(bench.path, "UPDATE block SET samples = zeroblob(20) WHERE run = 2 AND "
		      "block = (SELECT max(block) FROM block WHERE run = 2)");
	assert_int_equal(load_abba(&bench, 3, false), 0);
	assert_true(comparison_make(&bench.dataset->input, &bench.comparison, &bench.error) < 0);
	assert_int_equal(bench.error.exit_status, STATUS_STORE);
	assert_non_null(strstr(bench.error.text, "run 2: a block's samples cannot be decoded"));
	assert_null(bench.comparison);
	bench_end(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_stay_in_the_store_until_they_are_asked_for),
		cmocka_unit_test(damaged_samples_are_told_with_their_run),
		cmocka_unit_test(a_slower_build_is_regressed_where_it_is_slower),
		cmocka_unit_test(a_faster_build_is_improved),
		cmocka_unit_test(equal_builds_are_equivalent_and_said_to_be_one),
		cmocka_unit_test(noisy_boots_are_inconclusive_and_say_how_many_would_do),
		cmocka_unit_test(unlike_runs_are_refused_with_what_differs),
		cmocka_unit_test(two_builds_under_one_name_are_refused),
		cmocka_unit_test(clocks_do_not_mix),
		cmocka_unit_test(a_run_on_both_sides_and_a_side_without_runs_are_refused),
		cmocka_unit_test(cells_in_common_are_compared_and_the_others_named),
		cmocka_unit_test(one_boot_of_each_is_inconclusive),
		cmocka_unit_test(one_sample_in_a_boot_is_no_quantile),
		cmocka_unit_test(the_virtual_clock_finds_one_per_cent_in_one_boot),
		cmocka_unit_test(the_virtual_clock_calls_less_than_its_gate_equivalent),
		cmocka_unit_test(boots_that_differ_on_the_virtual_clock_decide_nothing),
		cmocka_unit_test(equal_samples_on_the_host_clock_are_certain),
		cmocka_unit_test(a_night_without_the_other_build_is_left_out),
		cmocka_unit_test(builds_of_different_nights_are_refused),
		cmocka_unit_test(boots_one_after_the_other_are_marked),
		cmocka_unit_test(a_boot_with_a_wrong_clock_is_left_out),
		cmocka_unit_test(a_wounded_kernel_gives_no_verdict),
	};

	return cmocka_run_group_tests_name("dataset_builds", tests, NULL, NULL);
}
