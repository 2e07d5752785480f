// SPDX-License-Identifier: GPL-2.0-or-later
/* Boots of campaigns that ended when they were decided: p allows for the looks at them. */
#include "builds_support.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "store/looks_of_runs.h"

/* Boots 1 4 5 8 .. are the base's, in a campaign as without one. */
static void compare_campaign(struct bench *bench, double effect, size_t count, bool adaptive)
{
	struct night_boot candidate = candidate_boot;

	*bench = bench_new();
	candidate.effect = effect;
	night_put_campaign(bench->store, bench->path, &base_boot, &candidate, count, .02, adaptive);
	must_compare(bench, count, false);
}

static void boots_that_were_looked_at_pay_for_it(void **state)
{
	struct bench once, looked;
	const struct effect *a, *b;

	(void)state;
	compare_campaign(&once, .08, 12, false);
	compare_campaign(&looked, .08, 12, true);
	assert_int_equal(once.dataset->input.looks, 0);
	assert_int_equal(looked.dataset->input.looks, 2);
	a = &result_of(&once, WORKLOAD_EXIT, 0)->effect[GATED_P50];
	b = &result_of(&looked, WORKLOAD_EXIT, 0)->effect[GATED_P50];
	assert_true(a->estimate == b->estimate);
	assert_true(b->high - b->low > a->high - a->low);
	assert_true(b->p >= a->p);
	assert_int_equal(b->verdict, VERDICT_REGRESSED);
	bench_end(&once);
	bench_end(&looked);
}

/* Before the first look nothing was decided, and nothing can be. */
static void too_few_boots_for_a_look_are_looked_at_once(void **state)
{
	struct bench bench;

	(void)state;
	compare_campaign(&bench, .08, 5, true);
	assert_int_equal(bench.dataset->input.looks, 0);
	bench_end(&bench);
}

static void all_looks_are_counted(void **state)
{
	struct bench bench;

	(void)state;
	compare_campaign(&bench, 0, 24, true);
	assert_int_equal(bench.dataset->input.looks, 4);
	assert_int_equal(bench.comparison->verdict, VERDICT_EQUIVALENT);
	bench_end(&bench);
}

/* What the last look may spend is fixed with the campaign, also where it ended before. */
static void a_smaller_limit_leaves_more_for_each_look(void **state)
{
	struct bench all, fewer;
	const struct effect *a, *b;

	(void)state;
	compare_campaign(&all, .08, 12, true);
	assert_int_equal(all.dataset->input.looks_planned, 4);
	fewer = bench_new();
	night_put_campaign(fewer.store, fewer.path, &base_boot, &candidate_boot, 12, .02, true);
	store_execute(fewer.path, "UPDATE campaign SET boots_at_most = 16");
	must_compare(&fewer, 12, false);
	assert_int_equal(fewer.dataset->input.looks, 2);
	assert_int_equal(fewer.dataset->input.looks_planned, 3);
	a = &result_of(&all, WORKLOAD_UNREGISTER, 0)->effect[GATED_P50];
	b = &result_of(&fewer, WORKLOAD_UNREGISTER, 0)->effect[GATED_P50];
	assert_true(b->high - b->low < .95 * (a->high - a->low));
	assert_string_not_equal(all.dataset->digest, fewer.dataset->digest);
	bench_end(&all);
	bench_end(&fewer);
}

/* Runs 1 .. 16 are the boots of a campaign's first 8 pairs. */
static struct looks_of_runs looks_of(struct bench *bench, size_t first, size_t last)
{
	struct looks_of_runs looks;
	struct store_run runs[40];
	size_t count = 0;

	for (size_t run = first; run <= last; run++)
		assert_int_equal(store_run_get(bench->store, (int64_t)run, &runs[count++],
					       &bench->error), 0);
	assert_int_equal(looks_of_runs(bench->store, runs, count, &looks, &bench->error), 0);
	while (count)
		store_run_free(&runs[--count]);
	return looks;
}

/* The campaign was looked at after pair 8 whether or not all of its boots were whole. */
static void a_missing_boot_does_not_undo_a_look(void **state)
{
	struct bench bench = bench_new();

	(void)state;
	night_put_campaign(bench.store, bench.path, &base_boot, &candidate_boot, 8, 0, true);
	assert_int_equal(looks_of(&bench, 1, 16).taken, 1);
	assert_int_equal(looks_of(&bench, 1, 15).taken, 1);
	assert_int_equal(looks_of(&bench, 1, 14).taken, 0);
	assert_false(looks_of(&bench, 1, 14).mixed);
	bench_end(&bench);
}

/* How often such boots were looked at together nobody knows. */
static void boots_of_a_campaign_that_ended_itself_do_not_mix_unsaid(void **state)
{
	struct bench bench = bench_new();

	(void)state;
	night_put_campaign(bench.store, bench.path, &base_boot, &candidate_boot, 8, 0, true);
	night_put_campaign(bench.store, bench.path, &base_boot, &candidate_boot, 8, 0, true);
	assert_int_equal(looks_of(&bench, 1, 32).taken, 0);
	assert_true(looks_of(&bench, 1, 32).mixed);
	must_compare(&bench, 16, false);
	assert_int_equal(bench.dataset->input.looks, 0);
	assert_mark(&bench, "p does not allow for the looks");
	bench_end(&bench);
}

/* Campaigns of a number of boots that was fixed before are put together as ever. */
static void boots_of_campaigns_of_a_fixed_size_are_put_together(void **state)
{
	struct bench bench = bench_new();

	(void)state;
	night_put_campaign(bench.store, bench.path, &base_boot, &candidate_boot, 8, 0, false);
	night_put_campaign(bench.store, bench.path, &base_boot, &candidate_boot, 8, 0, false);
	must_compare(&bench, 16, false);
	assert_false(has_line(bench.dataset->marks, bench.dataset->mark_count, "looks at them"));
	bench_end(&bench);
}

/* ---- the digest of what a verdict is made of ---- */

static void a_run_that_lost_its_campaign_is_another_input(void **state)
{
	struct bench bench = bench_new();
	char before[65], runs_before[65];

	(void)state;
	night_put_campaign(bench.store, bench.path, &base_boot, &candidate_boot, 4, 0, false);
	night_put_campaign(bench.store, bench.path, &base_boot, &candidate_boot, 4, 0, false);
	assert_int_equal(load_abba(&bench, 8, false), 0);
	strcpy(before, bench.dataset->digest);
	strcpy(runs_before, bench.dataset->runs_digest);
	dataset_free(bench.dataset);
	store_execute(bench.path, "UPDATE run SET campaign = NULL WHERE campaign = 2");
	assert_int_equal(load_abba(&bench, 8, false), 0);
	assert_string_not_equal(bench.dataset->digest, before);
	assert_string_equal(bench.dataset->runs_digest, runs_before);
	bench_end(&bench);
}

/* Where boots are taken in, campaigns come by other numbers. */
static void nights_are_numbered_by_their_beginning(void **state)
{
	struct night_boot base = base_boot, candidate = candidate_boot;
	struct bench bench = bench_new();

	(void)state;
	base.started = candidate.started = "2024-04-03T02:00:00Z";
	night_put_campaign(bench.store, bench.path, &base, &candidate, 2, 0, false);
	base.started = candidate.started = "2024-04-01T02:00:00Z";
	night_put_campaign(bench.store, bench.path, &base, &candidate, 2, 0, false);
	base.started = candidate.started = "2024-04-02T02:00:00Z";
	night_put_builds(bench.store, bench.path, &base, &candidate, 2, 0);
	assert_int_equal(load_abba(&bench, 6, false), 0);
	for (size_t i = 0; i < bench.dataset->run_count; i++) {
		const int64_t run = bench.dataset->runs[i].id;

		assert_int_equal(bench.dataset->input.boot[i].night, run <= 4 ? 2 :
								     run <= 8 ? 0 :
										1);
	}
	bench_end(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boots_that_were_looked_at_pay_for_it),
		cmocka_unit_test(too_few_boots_for_a_look_are_looked_at_once),
		cmocka_unit_test(all_looks_are_counted),
		cmocka_unit_test(a_smaller_limit_leaves_more_for_each_look),
		cmocka_unit_test(a_missing_boot_does_not_undo_a_look),
		cmocka_unit_test(boots_of_a_campaign_that_ended_itself_do_not_mix_unsaid),
		cmocka_unit_test(boots_of_campaigns_of_a_fixed_size_are_put_together),
		cmocka_unit_test(a_run_that_lost_its_campaign_is_another_input),
		cmocka_unit_test(nights_are_numbered_by_their_beginning),
	};

	return cmocka_run_group_tests_name("dataset_campaigns", tests, NULL, NULL);
}
