// SPDX-License-Identifier: GPL-2.0-or-later
/* What a night says beside what was found before: once, in its place, and not again. */
#include "within.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stats/lanes.h"
#include "stats/random.h"

#define THRESHOLD .0198

static double nights[200], values[200];

static void make_nights(uint64_t seed, double deviation)
{
	struct generator generator;

	generator_seed(&generator, seed);
	for (size_t i = 0; i < 200; i++) {
		nights[i] = (double)i;
		values[i] = deviation * generator_normal(&generator);
	}
}

/* The nights up to `end`, one by one as they come; gives how many changes were told. */
struct told {
	size_t changes, moved, creeps, first, before;
	bool acknowledged;
};

static void watch(size_t end, struct told *told, struct lanes_found *found)
{
	const size_t start = end > NIGHTS_WINDOW ? end - NIGHTS_WINDOW : 0;
	const struct lanes_input input = {
		.nights = nights + start, .values = values + start, .count = end - start,
		.regime = told->first > start ? told->first - start : 0,
		.before = told->before > start ? told->before - start : 0,
		.movable = told->changes && !told->acknowledged, .threshold = THRESHOLD,
	};

	assert_int_equal(lanes_watch(&input, found), 0);
	told->creeps += found->creeps;
	if (found->level) {
		told->changes++;
		told->before = told->first;
	}
	told->moved += found->moved;
	if (found->level || found->moved)
		told->first = start + found->change.change.first;
}

static void a_step_is_told_once_and_comes_to_its_place(void **state)
{
	struct told told = { 0 };
	struct lanes_found found;

	(void)state;
	make_nights(51, .005);
	for (size_t i = 80; i < 200; i++)
		values[i] += .06;
	for (size_t end = 1; end <= 200; end++)
		watch(end, &told, &found);
	assert_int_equal(told.changes, 1);
	assert_int_equal(told.first, 80);
	assert_true(told.moved > 0);
	assert_int_equal(told.creeps, 0);
}

static void what_was_acknowledged_stays_where_it_is(void **state)
{
	struct told told = { .changes = 1, .first = 82, .acknowledged = true };
	struct lanes_found found;

	(void)state;
	make_nights(51, .005);
	for (size_t i = 80; i < 200; i++)
		values[i] += .06;
	for (size_t end = 83; end <= 200; end++)
		watch(end, &told, &found);
	assert_int_equal(told.changes, 1);
	assert_int_equal(told.moved, 0);
	assert_int_equal(told.first, 82);
}

static void a_second_step_is_a_second_change(void **state)
{
	struct told told = { 0 };
	struct lanes_found found;

	(void)state;
	make_nights(52, .005);
	for (size_t i = 60; i < 200; i++)
		values[i] += i < 110 ? .06 : .02;
	for (size_t end = 1; end <= 200; end++) {
		watch(end, &told, &found);
		if (end == 109)
			assert_int_equal(told.first, 60);
	}
	assert_int_equal(told.changes, 2);
	assert_int_equal(told.before, 60);
	assert_int_equal(told.first, 110);
}

static void a_change_has_its_levels_and_its_interval(void **state)
{
	struct told told = { 0 };
	struct lanes_found found = { 0 }, last = { 0 };

	(void)state;
	make_nights(53, .005);
	for (size_t i = 30; i < 60; i++)
		values[i] += .05;
	for (size_t end = 1; end <= 60; end++) {
		watch(end, &told, &found);
		if (found.level || found.moved)
			last = found;
	}
	assert_within(last.change.before, 0, .004);
	assert_within(last.change.after, .05, .004);
	assert_within(last.change.change.shift, .05, .006);
	assert_true(last.change.low > .04 && last.change.low < last.change.change.shift);
	assert_true(last.change.high < .06 && last.change.high > last.change.change.shift);
	assert_true(last.change.change.z > last.change.change.critical);
}

static void a_creep_is_told_and_forgotten_where_it_was_acknowledged(void **state)
{
	struct lanes_input input = { .nights = nights, .values = values, .count = 57,
				     .threshold = THRESHOLD };
	struct lanes_found found;

	(void)state;
	make_nights(54, .02);
	for (size_t i = 0; i < 60; i++)
		values[i] = values[i] * .5 + .001 * (double)i;
	assert_int_equal(lanes_watch(&input, &found), 0);
	assert_true(found.level || found.creeps);
	make_nights(55, .004);
	for (size_t i = 0; i < 43; i++)
		values[i] += .0011 * (double)i;
	input.count = 43;
	input.regime = 0;
	input.threshold = .03;	/* the halves differ by less, first and last night by more */
	assert_int_equal(lanes_watch(&input, &found), 0);
	assert_false(found.level);
	assert_true(found.creeps);
	assert_within(found.trend.slope, .0011, .0003);
	input.creep_from = 30;
	assert_int_equal(lanes_watch(&input, &found), 0);
	assert_false(found.creeps);
}

/* The 50th night begins the eighth week; without it the 51st does, which comes first of it. */
static void creep_is_looked_for_once_a_week(void **state)
{
	struct lanes_input input = { .nights = nights, .values = values, .threshold = .04 };
	struct lanes_found found;

	(void)state;
	make_nights(55, .004);
	for (size_t i = 0; i < 60; i++)
		values[i] += .0011 * (double)i;
	for (input.count = 44; input.count <= 56; input.count++) {
		assert_int_equal(lanes_watch(&input, &found), 0);
		if (!found.level)
			assert_int_equal(found.creeps, input.count == 50);
	}
	for (size_t i = 49; i < 60; i++)
		nights[i]++;
	input.count = 50;
	assert_int_equal(lanes_watch(&input, &found), 0);
	assert_true(found.creeps);
	input.count = 51;
	assert_int_equal(lanes_watch(&input, &found), 0);
	assert_false(found.creeps);
	assert_nan(found.trend.p);
}

static void nothing_is_nothing(void **state)
{
	struct lanes_input input = { .nights = nights, .values = values, .threshold = THRESHOLD };
	struct lanes_found found;

	(void)state;
	make_nights(56, .005);
	for (input.count = 0; input.count <= NIGHTS_WINDOW; input.count++) {
		assert_int_equal(lanes_watch(&input, &found), 0);
		assert_false(found.level || found.moved || found.creeps);
	}
	assert_int_equal(lanes_watch(&input, &found), -EINVAL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_step_is_told_once_and_comes_to_its_place),
		cmocka_unit_test(what_was_acknowledged_stays_where_it_is),
		cmocka_unit_test(a_second_step_is_a_second_change),
		cmocka_unit_test(a_change_has_its_levels_and_its_interval),
		cmocka_unit_test(a_creep_is_told_and_forgotten_where_it_was_acknowledged),
		cmocka_unit_test(creep_is_looked_for_once_a_week),
		cmocka_unit_test(nothing_is_nothing),
	};

	return cmocka_run_group_tests_name("lanes", tests, NULL, NULL);
}
