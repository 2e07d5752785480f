// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Proves that every kind of warning of a block is kept, and that a deadlock under a strategy
 * is told with both of its sides.
 */
#include "support.h"

#include <string.h>

#include "agent/circle.h"
#include "agent/warnings.h"
#include "common/cell.h"
#include "hmmbench_uapi.h"

static void lose(struct warnings *warnings, int operation)
{
	warnings_add(warnings, "operation %d is lost", operation);
}

static void test_each_kind_is_kept_and_its_repetitions_are_counted(void **state)
{
	struct warnings warnings = { 0 };
	char text[200];

	(void)state;
	lose(&warnings, 3);
	warnings_add(&warnings, "the clocks of CPUs %d and %d disagree", 0, 1);
	lose(&warnings, 5);
	lose(&warnings, 8);
	assert_int_equal(warnings.count, 2);
	warning_text(&warnings.all[0], text, sizeof(text));
	assert_string_equal(text, "operation 3 is lost (and 2 more like it)");
	warning_text(&warnings.all[1], text, sizeof(text));
	assert_string_equal(text, "the clocks of CPUs 0 and 1 disagree");
}

static void test_more_kinds_than_there_is_room_for_are_counted(void **state)
{
	struct warnings warnings = { 0 };
	char text[200];

	(void)state;
	warnings_add(&warnings, "0");
	warnings_add(&warnings, "1");
	warnings_add(&warnings, "2");
	warnings_add(&warnings, "3");
	warnings_add(&warnings, "4");
	warnings_add(&warnings, "5");
	warnings_add(&warnings, "6");
	warnings_add(&warnings, "7");
	warnings_add(&warnings, "8");
	warnings_add(&warnings, "9");
	warnings_add(&warnings, "10");
	warnings_add(&warnings, "11");
	warnings_add(&warnings, "12");
	warnings_add(&warnings, "13");
	assert_int_equal(warnings.count, WARNINGS_MAX);
	warning_text(&warnings.all[WARNINGS_MAX - 1], text, sizeof(text));
	assert_string_equal(text, "11 (and 2 more like it)");
}

static void test_those_of_another_run_are_added(void **state)
{
	struct warnings warnings = { 0 }, more = { 0 };
	char text[200];

	(void)state;
	lose(&warnings, 3);
	warnings_add(&more, "the clocks of CPUs %d and %d disagree", 0, 1);
	lose(&more, 5);
	lose(&more, 8);
	warnings_add_all(&warnings, &more);
	assert_int_equal(warnings.count, 2);
	warning_text(&warnings.all[0], text, sizeof(text));
	assert_string_equal(text, "operation 3 is lost (and 2 more like it)");
	warning_text(&warnings.all[1], text, sizeof(text));
	assert_string_equal(text, "the clocks of CPUs 0 and 1 disagree");
}

static void test_every_strategy_says_who_waits_for_whom(void **state)
{
	(void)state;
	for (const struct name_table *strategy = strategy_names; strategy->name; strategy++)
		assert_non_null(circle_of(strategy->value));
	assert_non_null(circle_of(HMMBENCH_STRATEGY_KERNEL));
}

static void test_a_deadlock_is_told_with_both_sides(void **state)
{
	char text[512];

	(void)state;
	for (const struct name_table *strategy = strategy_names; strategy->name; strategy++) {
		const struct circle *circle = circle_of(strategy->value);

		circle_text(strategy->value, "drain-workqueue", 4, text, sizeof(text));
		assert_non_null(strstr(text, "4 walks with profile drain-workqueue"));
		assert_non_null(strstr(text, strategy->name));
		assert_int_equal(!circle->walk, !circle->worker);
		assert_int_equal(strstr(text, "deadlock") != NULL, circle->walk != NULL);
		if (!circle->walk)
			continue;
		assert_non_null(strstr(text, circle->walk));
		assert_non_null(strstr(text, circle->worker));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_kind_is_kept_and_its_repetitions_are_counted),
		cmocka_unit_test(test_more_kinds_than_there_is_room_for_are_counted),
		cmocka_unit_test(test_those_of_another_run_are_added),
		cmocka_unit_test(test_every_strategy_says_who_waits_for_whom),
		cmocka_unit_test(test_a_deadlock_is_told_with_both_sides),
	};

	return cmocka_run_group_tests_name("warnings", tests, NULL, NULL);
}
