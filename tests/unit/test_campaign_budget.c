// SPDX-License-Identifier: GPL-2.0-or-later
/* How far the time of an adaptive campaign reaches, and where it may stop. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cmd/campaign_budget.h"
#include "stats/sequential.h"

#define PAIRS 24

/* Two kernels, a boot a minute, `done` boots begun. */
static void fill(struct store_boot *boots, uint32_t done)
{
	for (uint32_t i = 0; i < 2 * PAIRS; i++) {
		boots[i] = (struct store_boot){ .plan = campaign_boot(2, 1, i + 1) };
		if (i < done)
			boots[i].began_s = 1000000 + 60 * (int64_t)i;
	}
}

static void a_pair_takes_what_lies_between_two_beginnings(void **state)
{
	struct store_boot boots[2 * PAIRS];

	(void)state;
	fill(boots, 0);
	assert_true(campaign_pace_s(boots, 2 * PAIRS, 1000000) == 0);
	fill(boots, 2);
	assert_true(campaign_pace_s(boots, 2 * PAIRS, 1000000 + 130) == 130);
	fill(boots, 8);
	assert_true(campaign_pace_s(boots, 2 * PAIRS, 1000000 + 480) == 120);
}

/* Killed in the evening and resumed in the morning. */
static void a_night_that_was_lost_is_no_slow_machine(void **state)
{
	struct store_boot boots[2 * PAIRS];

	(void)state;
	fill(boots, 8);
	for (uint32_t i = 4; i < 8; i++)
		boots[i].began_s += 8 * 3600;
	assert_true(campaign_pace_s(boots, 2 * PAIRS, 1000000 + 8 * 3600 + 480) == 120);
}

static void it_goes_on_from_look_to_look(void **state)
{
	(void)state;
	assert_int_equal(campaign_next_stop(8, 24), 12);
	assert_int_equal(campaign_next_stop(12, 24), 16);
	assert_int_equal(campaign_next_stop(16, 24), 24);
	assert_int_equal(campaign_next_stop(12, 16), 16);
	/* Before the first look every further pair makes the one judgement better. */
	for (uint32_t pair = 1; pair < 8; pair++)
		assert_int_equal(campaign_next_stop(pair, 24), pair + 1);
}

static void a_budget_reaches_as_far_as_its_rest(void **state)
{
	(void)state;
	assert_int_equal(campaign_reach(1, 120, 120, 3600), 30);
	assert_int_equal(campaign_reach(8, 120, 960, 960 + 4 * 120), 12);
	assert_int_equal(campaign_reach(8, 120, 960, 960 + 4 * 120 - 1), 11);
	/* One that is spent, or was before the campaign went on. */
	assert_int_equal(campaign_reach(1, 120, 120, 1), 1);
	assert_int_equal(campaign_reach(3, 120, 30000, 3600), 3);
	/* Boots that take no time that a second can tell. */
	assert_int_equal(campaign_reach(1, 0, 0, 10), 11);
}

/* The numbers that doc/verdicts.md and statistics.md promise. */
static void the_looks_are_after_8_12_16_and_24(void **state)
{
	static const size_t looks[] = { 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3,
					3, 3, 3, 3, 3, 4, 4 };

	(void)state;
	for (size_t boots = 0; boots < sizeof(looks) / sizeof(looks[0]); boots++)
		assert_int_equal(sequential_looks(boots), looks[boots]);
	assert_int_equal(sequential_looks(1000), 4);
}

/* Spent is hardly anything at first, all at the end, and never more than the whole. */
static void each_look_has_a_level_of_its_own(void **state)
{
	double before = 0;

	(void)state;
	for (size_t looks = 1; looks <= SEQUENTIAL_LOOKS; looks++) {
		const double level = sequential_level(looks, SEQUENTIAL_LOOKS, .05);

		assert_true(level > before && level < .05);
		before = level;
	}
	assert_true(sequential_level(1, SEQUENTIAL_LOOKS, .05) < .001);
	assert_true(sequential_level(4, SEQUENTIAL_LOOKS, .05) > .04);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pair_takes_what_lies_between_two_beginnings),
		cmocka_unit_test(a_night_that_was_lost_is_no_slow_machine),
		cmocka_unit_test(it_goes_on_from_look_to_look),
		cmocka_unit_test(a_budget_reaches_as_far_as_its_rest),
		cmocka_unit_test(the_looks_are_after_8_12_16_and_24),
		cmocka_unit_test(each_look_has_a_level_of_its_own),
	};

	return cmocka_run_group_tests_name("campaign_budget", tests, NULL, NULL);
}
