// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * When a campaign that does not say beforehand how many boots it takes ends itself: over stores of
 * boots whose exits are the same, and which scatter so much that a number of them tells it.
 */
#include "night_support.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/campaign_look.h"
#include "store/store_campaign.h"

#define MOST 24

/* A campaign of which the boots up to a pair were run. */
struct bench {
	char *path;
	struct campaign campaign;
	double deviation;
	uint32_t pairs;
	char text[200];
	struct error error;
};

/* p10 and p50 are judged: a boot has not the samples for p99. */
static struct bench bench_new(uint32_t boots, double deviation)
{
	struct store_arm arms[] = { { (char *)"debian:6.1", (char *)"a" },
				    { (char *)"debian:6.12", (char *)"b" } };
	const struct store_campaign record = {
		.label = (char *)"", .plan_name = (char *)"night", .lab = (char *)"vm",
		.boots = boots, .adaptive = true, .boots_at_most = boots, .arms = arms,
		.arm_count = 2,
		.config_path = (char *)"night.conf", .config_text = (char *)"",
		.boot_count = 2 * boots,
	};
	struct bench bench = { .path = store_fresh_path(), .deviation = deviation };
	int64_t id;

	bench.campaign.store = store_must_open(bench.path, STORE_WRITE);
	if (store_campaign_begin(bench.campaign.store, &record, &id, &bench.error) ||
	    store_campaign_get(bench.campaign.store, id, &bench.campaign.record, &bench.error))
		fail_msg("%s", bench.error.text);
	return bench;
}

static void bench_end(struct bench *bench)
{
	store_campaign_free(&bench->campaign.record);
	store_close(bench->campaign.store);
	free(bench->path);
}

/* Boots up to the pair, each level above or below; what the look behind them gives. */
static int look_after(struct bench *bench, uint32_t pair)
{
	while (bench->pairs < pair) {
		const double level = bench->pairs % 2 ? bench->deviation : -bench->deviation;

		for (uint32_t i = 1; i <= 2; i++) {
			const struct campaign_boot plan = campaign_boot(2, 0, 2 * bench->pairs + i);
			const struct night_boot boot = {
				.kernel = bench->campaign.record.arms[plan.arm].kernel,
				.level = level, .spread = .001, .only_exits = true,
				.campaign = bench->campaign.record.id, .boot = plan.boot,
			};

			night_put(bench->campaign.store, bench->path, &boot);
		}
		bench->pairs++;
	}
	bench->text[0] = '\0';
	return campaign_look(&bench->campaign, pair, bench->text, sizeof(bench->text),
			     &bench->error);
}

static uint32_t boots_left(struct bench *bench)
{
	struct store_boot *boots;
	uint32_t count;

	if (store_boots_get(bench->campaign.store, bench->campaign.record.id, &boots, &count,
			    &bench->error))
		fail_msg("%s", bench->error.text);
	free(boots);
	return count;
}

/* Interval at 8: 2.2 deviations to either side, at 12: 1.2; the threshold is 2 %. */
static void what_is_undecided_at_8_ends_at_12(void **state)
{
	struct bench bench = bench_new(MOST, .0125);

	(void)state;
	for (uint32_t pair = 1; pair < 12; pair++) {
		assert_int_equal(look_after(&bench, pair), 0);
		assert_int_equal(boots_left(&bench), 2 * MOST);
	}
	assert_int_equal(look_after(&bench, 12), 1);
	assert_string_equal(bench.text, "decided after 12 boots of each");
	assert_int_equal(boots_left(&bench), 2 * 12);
	bench_end(&bench);
}

static void what_is_decided_at_8_ends_there(void **state)
{
	struct bench bench = bench_new(MOST, .002);

	(void)state;
	assert_int_equal(look_after(&bench, 7), 0);
	assert_int_equal(look_after(&bench, 8), 1);
	assert_string_equal(bench.text, "decided after 8 boots of each");
	assert_int_equal(boots_left(&bench), 2 * 8);
	bench_end(&bench);
}

/* No look says that it ends: the boots are over. */
static void what_is_undecided_at_24_ends_with_its_boots(void **state)
{
	struct bench bench = bench_new(MOST, .1);

	(void)state;
	for (uint32_t pair = 8; pair <= MOST; pair += 4)
		assert_int_equal(look_after(&bench, pair), 0);
	assert_int_equal(boots_left(&bench), 2 * MOST);
	bench_end(&bench);
}

static void a_smaller_limit_is_the_last_look(void **state)
{
	struct bench bench = bench_new(16, .1);

	(void)state;
	assert_int_equal(look_after(&bench, 8), 0);
	assert_int_equal(look_after(&bench, 12), 0);
	assert_int_equal(look_after(&bench, 16), 0);
	assert_int_equal(boots_left(&bench), 2 * 16);
	bench_end(&bench);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_undecided_at_8_ends_at_12),
		cmocka_unit_test(what_is_decided_at_8_ends_there),
		cmocka_unit_test(what_is_undecided_at_24_ends_with_its_boots),
		cmocka_unit_test(a_smaller_limit_is_the_last_look),
	};

	return cmocka_run_group_tests_name("campaign looks", tests, NULL, NULL);
}
