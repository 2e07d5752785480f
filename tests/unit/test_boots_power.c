// SPDX-License-Identifier: GPL-2.0-or-later
/* What a comparison of builds finds, and how many boots that takes. */
#include "within.h"

#include <stdint.h>

#define MATHLIB_STANDALONE 1
#include <Rmath.h>

#include "stats/boots.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static void planning_agrees_with_tables_of_the_t_test(void **state)
{
	(void)state;
	/* R: power.t.test(n = 17, delta = 1, sd = 1) has .8070; n = 16 .7814. */
	assert_within(boots_power(17, 1, 1, .05), .8070, 1e-3);
	assert_int_equal(boots_needed(1, 0, 1, .05, .8, 100), 17);
	assert_int_equal(boots_needed(1, 0, .01, .05, .8, 100), 0);
	assert_within(boots_power(8, 1, 0, .05), .05, 1e-9);
	assert_within(boots_power(1, 1, 1, .05), 0, 0);
	assert_within(boots_power(2, 0, 1, .05), 1, 0);
	assert_within(boots_deviation(4, 6, 30, 2, 5), sqrt(4 + 3 + 3), 1e-12);
	assert_within(boots_deviation(-1, 6, -1, 2, 5), sqrt(3), 1e-12);
}

/* Power averaged over estimates of the deviation, by the chi-square law's middles. */
static void a_deviation_from_few_boots_takes_a_larger_change(void **state)
{
	static const double degrees[] = { 4, 6, 14, 30 };

	(void)state;
	for (size_t i = 0; i < COUNT(degrees); i++) {
		const double d = boots_detectable_by(12, .05, .9, degrees[i]);
		double mean = 0;

		for (int j = 0; j < 400; j++)
			mean += boots_power(12, sqrt(degrees[i] / qchisq((j + .5) / 400, degrees[i],
									 1, 0)), d, .05) / 400;
		assert_within(mean, .9, .01);
	}
	assert_within(boots_detectable_by(12, .05, .9, 1e6), boots_detectable(12, .05, .9), 1e-3);
	assert_within(boots_detectable_by(12, .05, .9, 0), boots_detectable(12, .05, .9), 0);
	assert_true(isinf(boots_detectable_by(1, .05, .9, 6)));
}

/*
 * The boots that would decide, over what the deviation of 1 may be estimated to be: the power is
 * what was promised. Taken for known, few boots say too few.
 */
static void few_boots_ask_for_more_boots(void **state)
{
	static const double degrees[] = { 2, 6, 14, 30 };
	const double d = .6;

	(void)state;
	for (size_t i = 0; i < COUNT(degrees); i++) {
		double allowed = 0, known = 0;

		for (int j = 0; j < 100; j++) {
			const double estimate = sqrt(qchisq((j + .5) / 100, degrees[i], 1, 0) /
						     degrees[i]);
			const size_t n = boots_needed(estimate, degrees[i], d, .05, .9, 1000000);

			allowed += boots_power((double)n, 1, d, .05) / 100;
			known += boots_power((double)boots_needed(estimate, 0, d, .05, .9, 1000000),
					     1, d, .05) / 100;
		}
		assert_within(allowed, .91, .02);
		assert_true(known < allowed);
	}
	assert_int_equal(boots_needed(0, 6, 1, .05, .9, 100), 2);
	assert_int_equal(boots_needed(1, 6, 0, .05, .9, 100), 0);
	assert_int_equal(boots_needed(1, 6, 1, .05, .9, 1), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(planning_agrees_with_tables_of_the_t_test),
		cmocka_unit_test(a_deviation_from_few_boots_takes_a_larger_change),
		cmocka_unit_test(few_boots_ask_for_more_boots),
	};

	return cmocka_run_group_tests_name("boots power", tests, NULL, NULL);
}
