// SPDX-License-Identifier: GPL-2.0-or-later
/* The lanes over nights: changes of level, spikes, creep, suspicion and confirmation. */
#include "within.h"

#include <stdlib.h>
#include <string.h>

#include "stats/nights.h"
#include "stats/random.h"

#define THRESHOLD .0198

static struct generator generator;

static void noise(double *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		values[i] = .01 * generator_normal(&generator);
}

static bool found(const double *values, size_t count, struct change *change)
{
	double scratch[3 * 400];

	return change_find(values, count, CHANGE_LEVEL_001, THRESHOLD, scratch, change);
}

/* Ranks 1 .. 10, 11 .. 20: Z = sqrt(3 * 10 * 10 / 21), by hand. */
static void z_is_the_formula_s(void **state)
{
	double values[20];
	struct change change;

	(void)state;
	/* Up and down inside each half, so that neighbours are not alike. */
	for (size_t i = 0; i < 20; i++)
		values[i] = (i < 10 ? 0 : 1) + (i % 2 ? .01 : -.01) * (double)(1 + i % 10);
	assert_true(found(values, 20, &change));
	assert_within(change.lag1, 0, 0);
	assert_within(change.z, sqrt(300 / 21.0), 1e-12);
	assert_int_equal(change.first, 10);
	assert_within(change.critical, 3.3808, 1e-12);
	assert_within(change.shift, 1, .03);
}

static void a_step_is_found_where_it_is(void **state)
{
	double values[60];
	struct change change;

	(void)state;
	generator_seed(&generator, 31);
	noise(values, 60);
	assert_false(found(values, 60, &change));
	for (size_t i = 40; i < 60; i++)
		values[i] += .05;
	assert_true(found(values, 60, &change));
	assert_int_equal(change.first, 40);
	assert_within(change.shift, .05, .01);
	for (size_t i = 40; i < 60; i++)	/* significant, but too small to matter */
		values[i] -= .035;
	assert_false(found(values, 60, &change));
	assert_true(change.z > change.critical);
}

static void a_spike_is_no_change(void **state)
{
	double values[60];
	struct change change;

	(void)state;
	generator_seed(&generator, 32);
	noise(values, 60);
	values[57] += 5;
	assert_false(found(values, 60, &change));
	values[58] += 5;
	assert_false(found(values, 60, &change));
	values[0] -= 7;
	values[1] -= 7;
	assert_false(found(values, 60, &change));
}

/* The largest Z by the formula, from ranks counted one by one. */
static double plain_z(const double *values, size_t count)
{
	double sum = 0, largest = 0, n = (double)count;

	for (size_t t = 1; t <= count - CHANGE_SEGMENT_MIN; t++) {
		double rank = 1, before = (double)t;

		for (size_t i = 0; i < count; i++)
			rank += values[i] < values[t - 1];
		sum += rank - (n + 1) / 2;
		if (t >= CHANGE_SEGMENT_MIN)
			largest = fmax(largest, fabs(sum) / sqrt(before * (n - before) *
								 (n + 1) / 12));
	}
	return largest;
}

/* A slow wander looks like steps to a test that takes nights for independent. */
static void nights_like_their_neighbours_count_for_less(void **state)
{
	double values[60], last = 0;
	struct change change;
	int corrected = 0, plain = 0;

	(void)state;
	generator_seed(&generator, 33);
	for (int trial = 0; trial < 300; trial++) {
		for (size_t i = 0; i < 60; i++)
			values[i] = last = .6 * last + .02 * generator_normal(&generator);
		corrected += found(values, 60, &change);
		plain += plain_z(values, 60) > change.critical;
		assert_true(change.lag1 >= 0 && change.lag1 <= CHANGE_LAG1_MAX);
		assert_within(change.z * sqrt((1 + change.lag1) / (1 - change.lag1)),
			      plain_z(values, 60), 1e-9);
	}
	assert_true(plain > 20);
	assert_true(corrected < plain / 3);
}

static void what_cannot_show_a_change_shows_none(void **state)
{
	double values[60] = { 0 };
	struct change change;

	(void)state;
	assert_false(found(values, 60, &change));	/* all equal */
	assert_within(change.z, 0, 0);
	for (size_t i = 0; i < 4; i++)
		values[i + 4] = 1;
	assert_false(found(values, 8, &change));	/* 8 nights never reach the level */
	assert_false(found(values, 5, &change));
	assert_false(found(values, 0, &change));
	values[30] = NAN;
	assert_false(found(values, 60, &change));
}

static void critical_values_are_looked_up_and_interpolated(void **state)
{
	(void)state;
	assert_true(isinf(change_critical(7, CHANGE_LEVEL_001)));
	assert_within(change_critical(60, CHANGE_LEVEL_001), 3.8338, 1e-12);
	assert_within(change_critical(60, CHANGE_LEVEL_05), 2.8561, 1e-12);
	assert_true(change_critical(70, CHANGE_LEVEL_001) > 3.8338);
	assert_true(change_critical(70, CHANGE_LEVEL_001) < 3.9059);
	assert_true(change_critical(3650, CHANGE_LEVEL_001) > 4.1754);
	assert_true(change_critical(3650, CHANGE_LEVEL_001) < 4.7);
}

static void a_year_is_cut_into_its_regimes(void **state)
{
	static const size_t starts[] = { 100, 130, 250 };
	struct change changes[365];
	double values[365];
	size_t count;

	(void)state;
	generator_seed(&generator, 34);
	noise(values, 365);
	for (size_t i = 0; i < 365; i++)
		values[i] += i < 100 ? 0 : i < 130 ? .08 : i < 250 ? .02 : .06;
	assert_int_equal(change_scan(values, 365, CHANGE_LEVEL_001, .015, changes, &count), 0);
	assert_int_equal(count, 3);
	for (size_t i = 0; i < 3; i++)
		assert_in_range(changes[i].first, starts[i] - 2, starts[i] + 2);
	assert_within(changes[1].shift, -.06, .01);
	assert_int_equal(change_scan(values, 0, CHANGE_LEVEL_001, .015, changes, &count), 0);
	assert_int_equal(count, 0);
}

/* Each change that a scan tells holds between its neighbours, and at that place. */
static void changes_are_tested_again_between_their_neighbours(void **state)
{
	struct change changes[200], again;
	double values[200];
	size_t count, total = 0;

	(void)state;
	generator_seed(&generator, 37);
	for (int series = 0; series < 100; series++) {
		double level = 0;

		noise(values, 200);
		for (size_t i = 0; i < 200; i++) {
			if (generator_below(&generator, 40) == 0)
				level = .06 * generator_normal(&generator);
			values[i] += level;
		}
		assert_int_equal(change_scan(values, 200, CHANGE_LEVEL_001, .01, changes, &count),
				 0);
		for (size_t i = 0; i < count; i++) {
			size_t first = i ? changes[i - 1].first : 0;
			size_t end = i + 1 < count ? changes[i + 1].first : 200;
			double scratch[600];

			assert_true(change_find(values + first, end - first, CHANGE_LEVEL_001, .01,
						scratch, &again));
			assert_int_equal(again.first + first, changes[i].first);
		}
		total += count;
	}
	assert_true(total > 100);
}

/* --- Trends ----------------------------------------------------------------------------- */

/* By hand: of 6 pairs 5 rise; slopes 1, 1.5, 1, 2, 1, 0: median 1. */
static void a_trend_is_the_median_slope(void **state)
{
	static const double nights[] = { 0, 1, 2, 3 }, values[] = { 0, 1, 3, 3 };
	static const double equal[] = { 2, 2, 2, 2 };
	struct trend trend;

	(void)state;
	assert_int_equal(trend_find(nights, values, 4, &trend), 0);
	assert_within(trend.slope, 1, 1e-12);
	assert_within(trend.tau, 5 / 6.0, 1e-12);
	assert_true(trend.p > .05 && trend.p < 1);
	assert_int_equal(trend_find(nights, equal, 4, &trend), 0);
	assert_true(trend.slope == 0 && trend.p == 1);
	assert_int_equal(trend_find(nights, values, 3, &trend), 0);
	assert_nan(trend.slope);
}

/* S = 45 of 10 rising values: variance 10 * 9 * 25 / 18 = 125, z = 44 / sqrt(125). */
static void mann_kendall_is_the_textbook_s(void **state)
{
	double nights[10], values[10];
	struct trend trend;

	(void)state;
	for (size_t i = 0; i < 10; i++) {
		nights[i] = (double)i;
		values[i] = .01 * (double)i;
	}
	assert_int_equal(trend_find(nights, values, 10, &trend), 0);
	assert_within(trend.lag1, 0, 0);
	assert_within(trend.p, erfc(44 / sqrt(125) / sqrt(2)), 1e-12);
	assert_within(trend.slope, .01, 1e-12);
}

static void creep_is_significant_and_large(void **state)
{
	double nights[60], values[60];
	struct trend trend;

	(void)state;
	generator_seed(&generator, 35);
	noise(values, 60);
	for (size_t i = 0; i < 60; i++)
		nights[i] = (double)(i + i / 5 * 2);	/* five nights a week */
	assert_int_equal(creep_lane(nights, values, 60, 0, THRESHOLD, &trend), 0);
	for (size_t i = 0; i < 60; i++)
		values[i] += .05 * nights[i] / nights[59];
	assert_int_equal(creep_lane(nights, values, 60, 0, THRESHOLD, &trend), 1);
	assert_within(trend.slope * nights[59], .05, .02);
	assert_int_equal(creep_lane(nights, values, 60, 0, .1, &trend), 0);
	assert_int_equal(creep_lane(nights, values, 60, 45, THRESHOLD, &trend), 0);
	assert_nan(trend.p);
	assert_int_equal(creep_lane(nights, values, 0, 0, THRESHOLD, &trend), 0);
}

/* --- Lanes ------------------------------------------------------------------------------ */

static void the_slow_lane_looks_at_its_window_and_regime(void **state)
{
	double values[200];
	struct change change;

	(void)state;
	generator_seed(&generator, 36);
	noise(values, 200);
	for (size_t i = 100; i < 200; i++)
		values[i] += .05;
	assert_true(slow_lane(values, 120, 0, THRESHOLD, &change));
	assert_int_equal(change.first, 100);
	assert_false(slow_lane(values, 120, 100, THRESHOLD, &change));	/* acknowledged */
	assert_false(slow_lane(values, 200, 0, THRESHOLD, &change));	/* out of the window */
	assert_false(slow_lane(values, 0, 0, THRESHOLD, &change));
	assert_false(slow_lane(values, 10, 10, THRESHOLD, &change));
}

static void an_alarm_takes_two_sets_that_agree(void **state)
{
	static const struct fast_result suspicious = { .05, .001 }, small = { .01, .001 },
		unsure = { .05, .02 }, opposite = { -.05, .001 }, weak = { .05, .3 },
		missing = { NAN, NAN };

	(void)state;
	assert_int_equal(fast_lane(&suspicious, NULL, THRESHOLD), FAST_SUSPICION);
	assert_int_equal(fast_lane(&suspicious, &missing, THRESHOLD), FAST_SUSPICION);
	assert_int_equal(fast_lane(&suspicious, &suspicious, THRESHOLD), FAST_ALARM);
	assert_int_equal(fast_lane(&suspicious, &opposite, THRESHOLD), FAST_QUIET);
	assert_int_equal(fast_lane(&opposite, &opposite, THRESHOLD), FAST_ALARM);
	assert_int_equal(fast_lane(&suspicious, &weak, THRESHOLD), FAST_QUIET);
	assert_int_equal(fast_lane(&small, &suspicious, THRESHOLD), FAST_QUIET);
	assert_int_equal(fast_lane(&unsure, &suspicious, THRESHOLD), FAST_QUIET);
	assert_int_equal(fast_lane(&missing, NULL, THRESHOLD), FAST_QUIET);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(z_is_the_formula_s),
		cmocka_unit_test(a_step_is_found_where_it_is),
		cmocka_unit_test(a_spike_is_no_change),
		cmocka_unit_test(nights_like_their_neighbours_count_for_less),
		cmocka_unit_test(what_cannot_show_a_change_shows_none),
		cmocka_unit_test(critical_values_are_looked_up_and_interpolated),
		cmocka_unit_test(a_year_is_cut_into_its_regimes),
		cmocka_unit_test(changes_are_tested_again_between_their_neighbours),
		cmocka_unit_test(a_trend_is_the_median_slope),
		cmocka_unit_test(mann_kendall_is_the_textbook_s),
		cmocka_unit_test(creep_is_significant_and_large),
		cmocka_unit_test(the_slow_lane_looks_at_its_window_and_regime),
		cmocka_unit_test(an_alarm_takes_two_sets_that_agree),
	};

	return cmocka_run_group_tests_name("nights", tests, NULL, NULL);
}
