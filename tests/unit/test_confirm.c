// SPDX-License-Identifier: GPL-2.0-or-later
/* The fast lane over campaigns in a store: what raises a suspicion, and what bears it out. */
#include "night_support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd/campaign_confirm.h"
#include "cmd/suspicions.h"
#include "common/exit_status.h"
#include "store/confirmation.h"
#include "store/history_page.h"
#include "store/store_campaign.h"

#define BOOTS 6
#define NOW_S 1735689600 /* months after the nights */

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

/* A campaign that ended, its second kernel's exits longer by `effect` (ln). */
static int64_t campaign(struct bench *bench, double effect)
{
	const struct night_boot base = { .kernel = "debian:6.1", .spread = .01 };
	const struct night_boot candidate = { .kernel = "debian:6.12", .spread = .01,
					      .effect = effect };
	const int64_t id = night_put_campaign(bench->store, bench->path, &base, &candidate, BOOTS,
					      .02, false);

	if (store_campaign_end(bench->store, id, STATUS_OK, "complete", &bench->error))
		fail_msg("%s", bench->error.text);
	return id;
}

static int confirm(struct bench *bench, int64_t id, bool *again)
{
	const int result = campaign_confirm(bench->store, id, again, &bench->error);

	if (result < 0)
		fail_msg("%s", bench->error.text);
	return result;
}

static void want(struct bench *bench, int64_t id)
{
	if (confirmation_want(bench->store, id, &bench->error))
		fail_msg("%s", bench->error.text);
}

static void assert_outcome(struct bench *bench, int64_t first, const char *part)
{
	struct confirmation confirmation;

	assert_int_equal(confirmation_get(bench->store, first, &confirmation, &bench->error), 0);
	if (!strstr(confirmation.outcome, part))
		fail_msg("\"%s\" does not say \"%s\"", confirmation.outcome, part);
}

static void a_campaign_that_nobody_wants_confirmed_is_left_alone(void **state)
{
	struct bench bench = bench_new();
	bool again = true;

	(void)state;
	assert_int_equal(confirm(&bench, campaign(&bench, .08), &again), STATUS_OK);
	assert_false(again);
	bench_end(&bench);
}

static void without_a_suspicion_nothing_is_confirmed(void **state)
{
	struct bench bench = bench_new();
	const int64_t id = campaign(&bench, 0);
	bool again;

	(void)state;
	want(&bench, id);
	assert_int_equal(confirm(&bench, id, &again), STATUS_OK);
	assert_false(again);
	assert_outcome(&bench, id, "no suspicion");
	bench_end(&bench);
}

/* Both sets, the second with this effect; gives the exit status. */
static int two_sets(struct bench *bench, double first_effect, double second_effect, int64_t *first)
{
	int64_t second;
	bool again;

	*first = campaign(bench, first_effect);
	want(bench, *first);
	assert_int_equal(confirm(bench, *first, &again), STATUS_OK);
	assert_true(again);
	assert_outcome(bench, *first, "");
	second = campaign(bench, second_effect);
	if (confirmation_begin(bench->store, *first, second, &bench->error))
		fail_msg("%s", bench->error.text);
	return confirm(bench, second, &again);
}

static void a_suspicion_that_holds_is_an_alarm(void **state)
{
	struct bench bench = bench_new();
	int64_t first;

	(void)state;
	assert_int_equal(two_sets(&bench, .08, .07, &first), STATUS_REGRESSION);
	assert_outcome(&bench, first, "ALARM: campaign 2 by itself bears out 4 of 4 suspicions: exit, ");
	bench_end(&bench);
}

static void a_suspicion_that_does_not_hold_is_none(void **state)
{
	struct bench bench = bench_new();
	int64_t first;

	(void)state;
	assert_int_equal(two_sets(&bench, .08, 0, &first), STATUS_OK);
	assert_outcome(&bench, first, "no alarm: campaign 2 by itself bears out none of 4 suspicions");
	bench_end(&bench);
}

static void one_that_turns_round_is_none_either(void **state)
{
	struct bench bench = bench_new();
	int64_t first;

	(void)state;
	assert_int_equal(two_sets(&bench, .08, -.08, &first), STATUS_OK);
	assert_outcome(&bench, first, "no alarm");
	bench_end(&bench);
}

static void what_is_faster_twice_is_no_regression(void **state)
{
	struct bench bench = bench_new();
	int64_t first;

	(void)state;
	assert_int_equal(two_sets(&bench, -.08, -.08, &first), STATUS_OK);
	assert_outcome(&bench, first, "ALARM: campaign 2");
	bench_end(&bench);
}

/* It was run because of what the first said: its value would lean that way. */
static void the_second_set_is_no_night_of_the_history(void **state)
{
	const struct history_filter all = { 0 };
	struct bench bench = bench_new();
	struct history_page page;
	int64_t first;

	(void)state;
	two_sets(&bench, .08, .07, &first);
	if (history_gather(bench.store, NOW_S, &bench.error) ||
	    history_page_load(bench.store, &all, 0, &page, &bench.error))
		fail_msg("%s", bench.error.text);
	assert_int_equal(page.row_count, 10);
	for (size_t i = 0; i < page.row_count; i++) {
		assert_int_equal(page.rows[i].series.nights, 1);
		assert_int_equal(page.rows[i].nights[0].boots, BOOTS);
	}
	history_page_free(&page);
	bench_end(&bench);
}

/* What is cut between a campaign and what it is for would leave a campaign that nobody asked for. */
static void a_campaign_and_what_it_is_for_begin_together(void **state)
{
	struct store_arm arms[] = { { (char *)"debian:6.1", (char *)"a" },
				    { (char *)"debian:6.12", (char *)"b" } };
	const struct store_campaign asked = {
		.label = (char *)"", .plan_name = (char *)"night", .lab = (char *)"vm", .boots = 1,
		.arms = arms, .arm_count = 2, .config_path = (char *)"night.conf",
		.config_text = (char *)"", .boot_count = 2,
	};
	struct bench bench = bench_new();
	struct confirmation confirmation;
	struct store_campaign left;
	int64_t first, second;

	(void)state;
	assert_int_equal(confirmation_second_begin(bench.store, 9, &asked, &second, &bench.error),
			 -ENOENT);
	assert_int_equal(store_campaign_get(bench.store, second, &left, &bench.error), -ENOENT);
	assert_int_equal(confirmation_first_begin(bench.store, &asked, &first, &bench.error), 0);
	assert_int_equal(confirmation_second_begin(bench.store, first, &asked, &second,
						   &bench.error),
			 0);
	assert_int_equal(confirmation_get(bench.store, second, &confirmation, &bench.error), 0);
	assert_int_equal(confirmation.first, first);
	assert_int_equal(confirmation.second, second);
	bench_end(&bench);
}

/* Also where the first ended at its first look: as many boots, and looks by the same limit. */
static void the_second_set_may_have_as_many_boots_as_the_first_began_with(void **state)
{
	struct store_campaign record = {
		.id = 3, .label = strdup("night"), .seed = 7, .boots = 8, .boots_at_most = 16,
		.adaptive = true, .arm_count = 2, .boot_count = 16, .budget_s = 600,
	};
	struct error error;

	(void)state;
	assert_int_equal(campaign_renew(&record, 0, &error), 0);
	assert_string_equal(record.label, "night, confirmation of campaign 3");
	assert_int_not_equal(record.seed, 7);
	assert_int_equal(record.boots, 16);
	assert_int_equal(record.boot_count, 32);
	assert_int_equal(record.boots_at_most, 16);
	assert_int_equal(record.budget_s, 600);
	free(record.label);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_campaign_that_nobody_wants_confirmed_is_left_alone),
		cmocka_unit_test(without_a_suspicion_nothing_is_confirmed),
		cmocka_unit_test(a_suspicion_that_holds_is_an_alarm),
		cmocka_unit_test(a_suspicion_that_does_not_hold_is_none),
		cmocka_unit_test(one_that_turns_round_is_none_either),
		cmocka_unit_test(what_is_faster_twice_is_no_regression),
		cmocka_unit_test(the_second_set_is_no_night_of_the_history),
		cmocka_unit_test(a_campaign_and_what_it_is_for_begin_together),
		cmocka_unit_test(the_second_set_may_have_as_many_boots_as_the_first_began_with),
	};

	return cmocka_run_group_tests_name("confirm", tests, NULL, NULL);
}
