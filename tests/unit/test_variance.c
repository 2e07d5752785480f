// SPDX-License-Identifier: GPL-2.0-or-later
/* Nested variance components and what follows from them for planning. */
#include "within.h"

#include <errno.h>

#include "stats/planner.h"
#include "stats/random.h"
#include "stats/variance.h"

/* The worked example of libkalibera's tests (MIT): two levels, then three. */
static void the_worked_example_comes_out(void **state)
{
	static const double two[] = { 9, 5, 8, 3, 10, 6, 7, 11, 1, 12, 2, 4 };
	static const double three[] = { 3, 4, 3, 1.2, 3.1, 3, 0.2, 1, 1.5, 1, 2, 3 };
	static const size_t two_reps[] = { 4, 3 }, three_reps[] = { 3, 2, 2 };
	static const double costs[] = { 3, 20, 100 };
	struct variance_components components;

	(void)state;
	assert_int_equal(variance_components(two, two_reps, 2, &components), 0);
	assert_within(components.mean, 6.5, 1e-12);
	assert_within(components.s2[0], 12.7, .05);
	assert_within(components.s2[1], 3.6, .05);
	assert_within(components.t2[1], .4, .05);
	assert_int_equal(variance_components(three, three_reps, 3, &components), 0);
	assert_within(components.s2[0], .72667, 1e-4);
	assert_within(components.t2[0], .7266667, 1e-4);
	assert_within(components.t2[1], .262777778, 1e-4);
	assert_within(components.t2[2], .7747, 1e-4);
	assert_within(variance_optimal_repetitions(&components, costs, 0), 4.2937, 1e-3);
	assert_within(variance_optimal_repetitions(&components, costs, 1), 1.3023, 1e-3);
	assert_nan(variance_optimal_repetitions(&components, costs, 2));
}

static void a_level_that_adds_nothing_counts_as_zero(void **state)
{
	/* Every group has the same mean: the upper level's S^2 is 0, its T^2 below. */
	static const double x[] = { 1, 3, 3, 1, 2, 2 };
	static const size_t repetitions[] = { 2, 3 };
	static const double costs[] = { 1, 1 };
	struct variance_components components;

	(void)state;
	assert_int_equal(variance_components(x, repetitions, 2, &components), 0);
	assert_true(components.t2[1] < 0);
	assert_within(variance_of_level(&components, 1), 0, 0);
	assert_true(isinf(variance_optimal_repetitions(&components, costs, 0)));
	assert_within(variance_of_mean(&components, repetitions), components.t2[0] / 6, 1e-12);
}

/* Known components are found again in a large experiment. */
static void known_components_are_found(void **state)
{
	static const size_t repetitions[] = { 10, 20, 50 };
	static double x[10 * 20 * 50];
	struct variance_components components;
	struct generator generator;
	size_t n = 0;

	(void)state;
	generator_seed(&generator, 5);
	for (size_t boot = 0; boot < 50; boot++) {
		double of_boot = 3 * generator_normal(&generator);

		for (size_t run = 0; run < 20; run++) {
			double of_run = of_boot + 2 * generator_normal(&generator);

			for (size_t i = 0; i < 10; i++)
				x[n++] = of_run + generator_normal(&generator);
		}
	}
	assert_int_equal(variance_components(x, repetitions, 3, &components), 0);
	assert_within(components.t2[0], 1, .05);
	assert_within(components.t2[1], 4, .4);
	assert_within(components.t2[2], 9, 4);
}

static void impossible_designs_are_refused(void **state)
{
	static const double x[] = { 1, 2 };
	static const size_t one[] = { 1, 2 };
	struct variance_components components;

	(void)state;
	assert_int_equal(variance_components(x, one, 2, &components), -EINVAL);
	assert_int_equal(variance_components(x, one, 0, &components), -EINVAL);
	assert_int_equal(variance_components(x, one, VARIANCE_LEVELS_MAX + 1, &components),
			 -EINVAL);
}

/* (1.959964 + 1.281552)^2 = 10.50742, the constant of every sample size at .05 and .9. */
static void sample_sizes_are_those_of_the_textbook(void **state)
{
	(void)state;
	assert_within(planner_pairs(.04, .1, .02, .05, .9), 10.50742 * .01 / .0016, 1e-3);
	assert_within(planner_pairs(.01, .1, .02, .05, .9), 10.50742 * .01 / .0001, 1e-2);
	assert_within(planner_pairs(-.04, 0, .02, .05, .9), 1, 0);
	assert_true(isinf(planner_pairs(.02, .1, .02, .05, .9)));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_worked_example_comes_out),
		cmocka_unit_test(a_level_that_adds_nothing_counts_as_zero),
		cmocka_unit_test(known_components_are_found),
		cmocka_unit_test(impossible_designs_are_refused),
		cmocka_unit_test(sample_sizes_are_those_of_the_textbook),
	};

	return cmocka_run_group_tests_name("variance", tests, NULL, NULL);
}
