// SPDX-License-Identifier: GPL-2.0-or-later
/* Rank and t tests, Hodges-Lehmann estimates and their bounds: known values and bad input. */
#include "within.h"

#include <errno.h>
#include <stdlib.h>

#include "stats/hodges_lehmann.h"
#include "stats/pairwise.h"
#include "stats/random.h"
#include "stats/rank.h"
#include "stats/sort.h"
#include "stats/ttest.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static const double to_ten[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };

/* Figures of the tests of golang/perf, internal/stats (BSD-3-Clause). */
static void mann_whitney_is_exact_with_and_without_ties(void **state)
{
	static const double s1[] = { 2, 1, 3, 5 }, s2[] = { 12, 11, 13, 15 }, s4[] = { 2, 2, 2, 2 };
	struct test_result result;

	(void)state;
	assert_int_equal(mann_whitney(s1, 4, s2, 4, &result), 0);
	assert_within(result.statistic, 0, 0);
	assert_within(result.p_less, 0.014285714285714289, 1e-15);
	assert_within(result.p, 0.028571428571428577, 1e-15);
	assert_within(result.p_greater, 1, 0);
	assert_int_equal(mann_whitney(s1, 4, s4, 4, &result), 0);
	assert_within(result.statistic, 10, 0);
	assert_within(result.p_less, 0.8571428571428571, 1e-15);
	assert_within(result.p, 0.7142857142857143, 1e-15);
	assert_within(result.p_greater, 0.3571428571428571, 1e-15);
}

static void mann_whitney_corrects_a_large_sample_for_ties(void **state)
{
	struct test_result result;
	double x[500], y[600];

	(void)state;
	for (size_t i = 0; i < 500; i++)
		x[i] = 2.0 * (double)i;
	for (size_t i = 0; i < 600; i++)
		y[i] = 2.0 * (double)i - 41;
	assert_int_equal(mann_whitney(x, 500, y, 600, &result), 0);
	assert_within(result.statistic, 135250, 0);
	assert_within(result.p, 0.0049335360814172224, 1e-8);
	for (size_t i = 0; i < 500; i++)
		x[i] = y[i] = 7;
	assert_int_equal(mann_whitney(x, 500, y, 500, &result), 0);
	assert_within(result.p, 1, 0);
}

/* Figures of perfolizer's tests (MIT). */
static void brunner_munzel_has_the_known_values(void **state)
{
	static const double x[] = { -0.82148991539243, -0.374792175133262, -1.03342868703527,
				    0.925795747147231, 0.63590395565913, 1.52159965673654,
				    -1.18934655139401, -0.854560137900411, 0.535023079812285,
				    2.35417241954913 };
	static const double y[] = { -0.901325307195209, 0.425266231692299, -0.360893100160856,
				    0.162706180166306, 0.39610552209069, 0.475742128720794,
				    1.28370747104077, 0.64604784451729, 1.3787545289053,
				    0.5382592425226 };
	struct test_result result;

	(void)state;
	assert_int_equal(brunner_munzel(x, 10, y, 10, &result), 0);
	assert_within(result.statistic, -0.416470332044473, 1e-12);
	assert_within(result.degrees, 12.126760041271, 1e-10);
	assert_within(result.p_greater, 0.657828745852485, 1e-10);
	assert_int_equal(brunner_munzel(to_ten, 3, to_ten + 5, 3, &result), 0);
	assert_within(result.statistic, -INFINITY, 0);
	assert_nan(result.degrees);
	assert_within(result.p_less, 0, 0);
	assert_within(result.p_greater, 1, 0);
}

/* Figures of the tests of golang/perf, internal/stats (BSD-3-Clause). */
static void t_tests_have_the_known_values(void **state)
{
	static const double x[] = { 2, 1, 3, 4 }, y[] = { 6, 5, 7, 9 };
	struct test_result result = student_two_sample(x, 4, y, 4);
	double low, high;

	(void)state;
	assert_within(result.statistic, -3.9703446152237674, 1e-14);
	assert_within(result.p, 0.0073640592242113214, 1e-12);
	result = welch(x, 4, y, 4);
	assert_within(result.degrees, 5.584615384615385, 1e-12);
	assert_within(result.p_less, 0.004256431565689112, 1e-12);
	result = student_paired(x, y, 4);
	assert_within(result.statistic, -17, 1e-12);
	assert_within(result.p, 0.0004433435383120775, 1e-12);
	/* The interval ends where the p of a shifted sample is the misrate. */
	assert_int_equal(welch_interval(x, 4, y, 4, 0.00851286313137817, &low, &high), 0);
	assert_within(high, 0, 1e-9);
	assert_within(low, 2 * (2.5 - 6.75), 1e-9);
}

static void a_sample_without_variance_tests_for_certain(void **state)
{
	static const double two[] = { 2, 2, 2 }, three[] = { 3, 3, 3 };
	struct test_result result = welch(two, 3, three, 3);
	double low, high;

	(void)state;
	assert_within(result.statistic, -INFINITY, 0);
	assert_within(result.p_less, 0, 0);
	assert_within(result.p, 0, 0);
	assert_within(result.p_greater, 1, 0);
	assert_within(student_one_sample(two, 3, 2).p, 1, 0);
	assert_within(student_two_sample(two, 3, two, 3).p, 1, 0);
	assert_int_equal(welch_interval(two, 3, three, 3, .05, &low, &high), 0);
	assert_true(low == -1 && high == -1);
	assert_int_equal(brunner_munzel(two, 3, two, 3, &result), 0);
	assert_within(result.p, 1, 0);
}

static void what_is_no_sample_gives_no_test(void **state)
{
	static const double spoilt[] = { 1, NAN, 2 };
	struct test_result result;
	double low, high;

	(void)state;
	assert_int_equal(mann_whitney(to_ten, 0, to_ten, 5, &result), 0);
	assert_nan(result.p);
	assert_int_equal(mann_whitney(to_ten, 5, spoilt, 3, &result), 0);
	assert_nan(result.p);
	assert_int_equal(brunner_munzel(to_ten, 5, spoilt, 3, &result), 0);
	assert_nan(result.p);
	assert_int_equal(brunner_munzel(to_ten, 1, to_ten, 5, &result), 0);
	assert_nan(result.p);
	assert_nan(welch(to_ten, 1, to_ten, 5).p);
	assert_nan(welch(to_ten, 5, spoilt, 3).p);
	assert_nan(student_one_sample(to_ten, 1, 0).p);
	assert_nan(student_paired(to_ten, to_ten, 1).p);
	assert_int_equal(welch_interval(spoilt, 3, to_ten, 5, .05, &low, &high), -EINVAL);
	assert_nan(low);
	assert_nan(sample_mean(to_ten, 0));
	assert_nan(sample_variance(to_ten, 1));
}

/* The selection against all pairs formed and sorted, with ties, signs and infinities. */
static void the_selected_pair_is_the_one_sorting_finds(void **state)
{
	struct generator generator;
	double x[23], y[17], pairs[23 * 24];

	(void)state;
	generator_seed(&generator, 11);
	for (int round = 0; round < 200; round++) {
		size_t m = 1 + generator_below(&generator, COUNT(x));
		size_t n = 1 + generator_below(&generator, COUNT(y));
		size_t count = 0;

		for (size_t i = 0; i < m; i++)
			x[i] = round % 2 ? generator_normal(&generator) :
					   (double)generator_below(&generator, 5) - 2;
		for (size_t i = 0; i < n; i++)
			y[i] = round % 2 ? generator_normal(&generator) :
					   (double)generator_below(&generator, 5) - 2;
		sort_doubles(x, m);
		sort_doubles(y, n);
		for (size_t i = 0; i < m; i++)
			for (size_t j = i; j < m; j++)
				pairs[count++] = .5 * x[i] + .5 * x[j];
		sort_doubles(pairs, count);
		for (size_t rank = 0; rank < count; rank++)
			assert_true(pairwise_average_select(x, m, rank) == pairs[rank]);
		count = 0;
		for (size_t i = 0; i < m; i++)
			for (size_t j = 0; j < n; j++)
				pairs[count++] = x[i] - y[j];
		sort_doubles(pairs, count);
		for (size_t rank = 0; rank < count; rank++)
			assert_true(pairwise_difference_select(x, m, y, n, rank) == pairs[rank]);
	}
	x[0] = -1e308;
	x[1] = 1e308;
	assert_within(hodges_lehmann_centre(x, 2), 0, 0);
}

/* Figures of Pragmastat's tests (MIT). */
static void hodges_lehmann_has_the_known_values(void **state)
{
	static const double x[] = { 0, 2, 4, 6, 8 }, y[] = { 10, 12, 14, 16, 18 };
	static const double wide[] = { .001, 1, 100, 1000, 1000000 };
	double low, high;

	(void)state;
	assert_within(hodges_lehmann_centre(x, 5), 4, 0);
	assert_within(hodges_lehmann_centre(wide, 5), 500.5, 0);
	assert_within(hodges_lehmann_shift(x, 5, y, 5), -10, 0);
	assert_int_equal(hodges_lehmann_centre_bounds(to_ten, 10, .01, BOUNDS_NEAREST, &low, &high),
			 0);
	assert_true(low == 2.5 && high == 8.5);
	assert_int_equal(hodges_lehmann_centre_bounds(to_ten, 10, .05, BOUNDS_NEAREST, &low, &high),
			 0);
	assert_true(low == 3.5 && high == 7.5);
	assert_int_equal(hodges_lehmann_shift_bounds(to_ten, 10, to_ten, 5, .01, BOUNDS_NEAREST,
						     &low, &high), 0);
	assert_true(low == -2 && high == 7);
}

/* R: wilcox.test(1:10, conf.int = TRUE) has 3 .. 8; 6 values are the fewest for 95 %. */
static void conservative_bounds_keep_their_level(void **state)
{
	double low, high;

	(void)state;
	assert_int_equal(hodges_lehmann_centre_bounds(to_ten, 10, .05, BOUNDS_CONSERVATIVE, &low,
						      &high), 0);
	assert_true(low == 3 && high == 8);
	assert_int_equal(hodges_lehmann_centre_bounds(to_ten, 6, .05, BOUNDS_CONSERVATIVE, &low,
						      &high), 0);
	assert_true(low == 1 && high == 6);
	assert_int_equal(hodges_lehmann_centre_bounds(to_ten, 5, .05, BOUNDS_CONSERVATIVE, &low,
						      &high), -EDOM);
	assert_nan(low);
	assert_nan(high);
	assert_int_equal(hodges_lehmann_shift_bounds(to_ten, 3, to_ten, 3, .05,
						     BOUNDS_CONSERVATIVE, &low, &high), -EDOM);
	assert_int_equal(hodges_lehmann_centre_bounds(to_ten, 0, .05, BOUNDS_CONSERVATIVE, &low,
						      &high), -EINVAL);
	assert_int_equal(hodges_lehmann_centre_bounds(to_ten, 10, 0, BOUNDS_CONSERVATIVE, &low,
						      &high), -EINVAL);
	assert_nan(hodges_lehmann_centre(to_ten, 0));
	assert_nan(hodges_lehmann_shift(to_ten, 0, to_ten, 3));
}

/* 200 values have the exact law, 201 the approximation: they must nearly agree. */
static void the_normal_approximation_takes_over_smoothly(void **state)
{
	double x[201], low[2], high[2];

	(void)state;
	for (size_t i = 0; i < COUNT(x); i++)
		x[i] = (double)i / 200;
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(hodges_lehmann_centre_bounds(x, 200 + i, .05, BOUNDS_CONSERVATIVE,
							      &low[i], &high[i]), 0);
	assert_within(high[1] - low[1], high[0] - low[0], .003);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(hodges_lehmann_shift_bounds(x, 100 + i, x, 100, .05,
							     BOUNDS_CONSERVATIVE, &low[i],
							     &high[i]), 0);
	assert_within(high[1] - low[1], high[0] - low[0], .006);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(mann_whitney_is_exact_with_and_without_ties),
		cmocka_unit_test(mann_whitney_corrects_a_large_sample_for_ties),
		cmocka_unit_test(brunner_munzel_has_the_known_values),
		cmocka_unit_test(t_tests_have_the_known_values),
		cmocka_unit_test(a_sample_without_variance_tests_for_certain),
		cmocka_unit_test(what_is_no_sample_gives_no_test),
		cmocka_unit_test(the_selected_pair_is_the_one_sorting_finds),
		cmocka_unit_test(hodges_lehmann_has_the_known_values),
		cmocka_unit_test(conservative_bounds_keep_their_level),
		cmocka_unit_test(the_normal_approximation_takes_over_smoothly),
	};

	return cmocka_run_group_tests_name("rank", tests, NULL, NULL);
}
