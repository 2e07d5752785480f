// SPDX-License-Identifier: GPL-2.0-or-later
/* Calibrations out of campaigns, in the store, and for which machine they hold. */
#include "night_support.h"
#include "within.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "hmmbench_uapi.h"
#include "store/store_calibration.h"

struct bench {
	char *path;
	struct store *store;
	struct error error;
};

static struct bench bench_new(void)
{
	struct bench bench = { .path = store_fresh_path() };

	bench.store = store_must_open(bench.path, STORE_WRITE);
	return bench;
}

static void bench_end(struct bench *bench)
{
	store_close(bench->store);
	free(bench->path);
}

/* A campaign of one kernel; its boots scatter by `deviation`, which the control does not share. */
static int64_t put_campaign(struct bench *bench, const struct night_boot *like, size_t pairs,
			    double deviation)
{
	struct night_boot boot = *like;

	boot.kernel = "debian:6.1";
	boot.spread = .001;
	boot.no_control = true;
	return night_put_campaign(bench->store, bench->path, &boot, &boot, pairs, deviation, false);
}

static int64_t must_calibrate(struct bench *bench, const struct night_boot *like, double deviation)
{
	struct calibration calibration;
	int64_t campaign = put_campaign(bench, like, 8, deviation), id;

	if (calibration_of_campaign(bench->store, campaign, &calibration, &bench->error) ||
	    store_calibration_put(bench->store, &calibration, &bench->error))
		fail_msg("%s", bench->error.text);
	id = calibration.id;
	calibration_free(&calibration);
	return id;
}

static void a_campaign_becomes_a_calibration(void **state)
{
	struct bench bench = bench_new();
	struct calibration calibration;
	const int64_t campaign = put_campaign(&bench, &(struct night_boot){ 0 }, 8, .03);

	(void)state;
	if (calibration_of_campaign(bench.store, campaign, &calibration, &bench.error))
		fail_msg("%s", bench.error.text);
	assert_int_equal(calibration.campaign, campaign);
	assert_int_equal(calibration.run, 1);
	assert_int_equal(calibration.boots, 8);
	assert_string_equal(calibration.kernel, "debian:6.1");
	/* Two cells, two strategies, p10 and p50: p99 takes more samples. */
	assert_int_equal(calibration.part_count, 8);
	for (size_t i = 0; i < calibration.part_count; i++) {
		const struct calibration_part *part = &calibration.parts[i];

		assert_true(part->quantile != GATED_P99);
		assert_true(strstr(part->cell, "exit/") || strstr(part->cell, "unregister/"));
		assert_int_equal(part->effect.exchanges, 128);
		/* Levels of plus and minus .03, by pairs: of 8 boots .03 sqrt(16 / 14). */
		assert_within(part->effect.deviation, .0321, .002);
	}
	/* Inside boots the two strategies make one: that boots are .03 apart is not in it. */
	assert_int_equal(calibration.in_boot_count, 4);
	for (size_t i = 0; i < calibration.in_boot_count; i++) {
		const struct calibration_in_boot *part = &calibration.in_boot[i];

		assert_int_equal(part->strategies[ARM_BASE], HMMBENCH_STRATEGY_WRITE);
		assert_int_equal(part->strategies[ARM_CANDIDATE], HMMBENCH_STRATEGY_READ);
		assert_int_equal(part->effect.boots, 16);
		assert_int_equal(part->effect.differences, NIGHT_QUARTETS - 1);
		/* Samples scatter by .001, and a difference is of 32 of them. */
		assert_true(part->effect.deviation > .0001 && part->effect.deviation < .001);
		assert_true(part->effect.boot_deviation < part->effect.deviation);
		assert_int_equal(part->effect.one_boot.tried, 16 * PAIRED_CALIBRATION_THROWS);
		assert_int_equal(part->effect.several_boots.tried, PAIRED_CALIBRATION_THROWS);
	}
	calibration_free(&calibration);
	bench_end(&bench);
}

static void assert_same_in_boot(const struct calibration_in_boot *a,
				const struct calibration_in_boot *b)
{
	assert_string_equal(a->cell, b->cell);
	assert_memory_equal(a->strategies, b->strategies, sizeof(a->strategies));
	assert_int_equal(a->column, b->column);
	assert_int_equal(a->quantile, b->quantile);
	if (isnan(b->effect.deviation))
		assert_nan(a->effect.deviation);
	else
		assert_true(a->effect.deviation == b->effect.deviation);
	assert_true(a->effect.boot_deviation == b->effect.boot_deviation);
	assert_int_equal(a->effect.differences, b->effect.differences);
	assert_int_equal(a->effect.factor, b->effect.factor);
	assert_int_equal(a->effect.boots, b->effect.boots);
	assert_memory_equal(&a->effect.one_boot, &b->effect.one_boot, sizeof(struct paired_rate));
	assert_memory_equal(&a->effect.several_boots, &b->effect.several_boots,
			    sizeof(struct paired_rate));
}

static void it_comes_back_as_it_went_in(void **state)
{
	struct bench bench = bench_new();
	struct calibration made, read;
	const int64_t campaign = put_campaign(&bench, &(struct night_boot){ 0 }, 8, .03);

	(void)state;
	assert_int_equal(calibration_of_campaign(bench.store, campaign, &made, &bench.error), 0);
	made.in_boot[1].effect.deviation = NAN;	/* as of boots with one difference */
	assert_int_equal(store_calibration_put(bench.store, &made, &bench.error), 0);
	assert_int_equal(made.id, 1);
	assert_int_equal(store_calibration_get(bench.store, 0, &read, &bench.error), 0);
	assert_int_equal(read.id, made.id);
	assert_string_equal(read.made, made.made);
	assert_string_equal(read.plan_name, "night");
	assert_int_equal(read.boots, 8);
	assert_int_equal(read.part_count, made.part_count);
	for (size_t i = 0; i < read.part_count; i++) {
		assert_string_equal(read.parts[i].cell, made.parts[i].cell);
		assert_int_equal(read.parts[i].strategy, made.parts[i].strategy);
		assert_int_equal(read.parts[i].column, made.parts[i].column);
		assert_int_equal(read.parts[i].quantile, made.parts[i].quantile);
		assert_memory_equal(&read.parts[i].effect, &made.parts[i].effect,
				    sizeof(read.parts[i].effect));
	}
	assert_int_equal(read.in_boot_count, made.in_boot_count);
	for (size_t i = 0; i < read.in_boot_count; i++)
		assert_same_in_boot(&read.in_boot[i], &made.in_boot[i]);
	calibration_free(&read);
	calibration_free(&made);
	assert_int_equal(store_calibration_get(bench.store, 7, &read, &bench.error), -ENOENT);
	assert_int_equal(bench.error.exit_status, STATUS_USAGE);
	bench_end(&bench);
}

static void find(struct bench *bench, const struct night_boot *like, int64_t wanted)
{
	struct night_boot boot = *like;
	struct calibration calibration;
	struct store_run run;
	struct plan *plan;

	boot.no_control = true;
	assert_int_equal(store_run_get(bench->store, night_put(bench->store, bench->path, &boot),
				       &run, &bench->error),
			 0);
	assert_int_equal(plan_from_json(run.plan_json, strlen(run.plan_json), &plan, &bench->error),
			 0);
	if (store_calibration_find(bench->store, &run, plan, &calibration, &bench->error))
		fail_msg("%s", bench->error.text);
	assert_int_equal(calibration.id, wanted);
	assert_int_equal(calibration.part_count > 0, wanted > 0);
	calibration_free(&calibration);
	plan_free(plan);
	store_run_free(&run);
}

static void it_holds_for_its_machine_and_any_kernel(void **state)
{
	struct bench bench = bench_new();
	const struct night_boot here = { 0 }, elsewhere = { .machine = "lab2" };

	(void)state;
	find(&bench, &here, 0);
	must_calibrate(&bench, &here, .01);
	must_calibrate(&bench, &elsewhere, .02);
	find(&bench, &here, 1);
	find(&bench, &elsewhere, 2);
	find(&bench, &(struct night_boot){ .kernel = "debian:6.12" }, 1);
	find(&bench, &(struct night_boot){ .accelerator = "tcg" }, 0);
	/* The newest counts. */
	must_calibrate(&bench, &here, .01);
	find(&bench, &here, 3);
	bench_end(&bench);
}

static void it_holds_for_the_cells_that_it_has(void **state)
{
	struct bench bench = bench_new();
	const struct night_boot usual = { 0 };
	const struct night_boot few = { .only_exits = true };
	const struct night_boot others = { .only_exits = true, .mirrors = 64 };

	(void)state;
	must_calibrate(&bench, &usual, .01);
	must_calibrate(&bench, &others, .01);
	find(&bench, &usual, 1);
	find(&bench, &others, 2);
	find(&bench, &(struct night_boot){ .only_exits = true, .mirrors = 32 }, 0);
	/* The newest has fewer of the cells. */
	must_calibrate(&bench, &few, .01);
	find(&bench, &usual, 1);
	find(&bench, &few, 3);
	bench_end(&bench);
}

static void one_strategy_has_nothing_inside_boots(void **state)
{
	const struct night_boot alone = { .one_strategy = true };
	struct bench bench = bench_new();
	struct calibration calibration;
	const int64_t campaign = put_campaign(&bench, &alone, 4, .01);

	(void)state;
	if (calibration_of_campaign(bench.store, campaign, &calibration, &bench.error))
		fail_msg("%s", bench.error.text);
	assert_int_equal(calibration.part_count, 4);
	assert_int_equal(calibration.in_boot_count, 0);
	calibration_free(&calibration);
	bench_end(&bench);
}

static void one_of_schema_7_says_what_it_said(void **state)
{
	struct store *store = store_must_open(store_recorded(7), STORE_READ);
	struct calibration calibration;
	struct error error;

	(void)state;
	if (store_calibration_get(store, 0, &calibration, &error))
		fail_msg("%s", error.text);
	assert_int_equal(calibration.part_count, 1);
	assert_within(calibration.parts[0].effect.deviation, .02, 0);
	assert_int_equal(calibration.in_boot_count, 0);
	calibration_free(&calibration);
	store_close(store);
}

static void too_few_pairs_make_none(void **state)
{
	struct bench bench = bench_new();
	struct calibration calibration;
	const int64_t campaign = put_campaign(&bench, &(struct night_boot){ 0 }, 3, .01);

	(void)state;
	assert_int_equal(calibration_of_campaign(bench.store, campaign, &calibration, &bench.error),
			 -ENODATA);
	assert_int_equal(bench.error.exit_status, STATUS_BOOTS);
	assert_non_null(strstr(bench.error.text, "fewer than 4 pairs of boots are whole"));
	calibration_free(&calibration);
	bench_end(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_campaign_becomes_a_calibration),
		cmocka_unit_test(it_comes_back_as_it_went_in),
		cmocka_unit_test(it_holds_for_its_machine_and_any_kernel),
		cmocka_unit_test(it_holds_for_the_cells_that_it_has),
		cmocka_unit_test(one_strategy_has_nothing_inside_boots),
		cmocka_unit_test(one_of_schema_7_says_what_it_said),
		cmocka_unit_test(too_few_pairs_make_none),
	};

	return cmocka_run_group_tests_name("store_calibration", tests, NULL, NULL);
}
