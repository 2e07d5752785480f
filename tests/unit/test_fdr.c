// SPDX-License-Identifier: GPL-2.0-or-later
/* Benjamini-Hochberg: the paper's own example, missing tests, many and few. */
#include "within.h"

#include <stdlib.h>

#include "stats/fdr.h"
#include "stats/random.h"

/* Benjamini, Hochberg (1995), section 4.1: 15 endpoints, the first four significant at .05. */
static void the_paper_s_example_comes_out(void **state)
{
	static const double p[] = { .0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344,
				    .0459, .3240, .4262, .5719, .6528, .7590, 1.000 };
	double adjusted[15];

	(void)state;
	assert_int_equal(benjamini_hochberg(p, adjusted, 15), 0);
	for (size_t i = 0; i < 15; i++)
		assert_int_equal(adjusted[i] <= .05, i < 4);
	assert_within(adjusted[0], .0015, 1e-12);
	assert_within(adjusted[3], .0095 * 15 / 4, 1e-12);
	assert_within(adjusted[4], .0201 * 15 / 5, 1e-12);
	/* A larger p never has the smaller adjusted one: the sixth takes the seventh's. */
	assert_within(adjusted[5], .0298 * 15 / 7, 1e-12);
	assert_within(adjusted[14], 1, 0);
}

static void the_order_given_does_not_matter(void **state)
{
	static const double p[] = { .04, .01, .05, .03, .02 };
	double adjusted[5];

	(void)state;
	assert_int_equal(benjamini_hochberg(p, adjusted, 5), 0);
	for (size_t i = 0; i < 5; i++)
		assert_within(adjusted[i], .05, 1e-12);
}

static void a_missing_p_is_no_test(void **state)
{
	double p[] = { NAN, .02, NAN, .04 };

	(void)state;
	assert_int_equal(benjamini_hochberg(p, p, 4), 0);	/* in place */
	assert_nan(p[0]);
	assert_nan(p[2]);
	assert_within(p[1], .04, 1e-12);
	assert_within(p[3], .04, 1e-12);
	assert_int_equal(benjamini_hochberg(p, p, 0), 0);
	p[1] = .03;
	assert_int_equal(benjamini_hochberg(p + 1, p + 1, 1), 0);
	assert_within(p[1], .03, 0);
}

/* Where nothing differs, any discovery is false: it happens in the fraction q of the reports. */
static void the_rate_is_held_where_nothing_differs(void **state)
{
	struct generator generator;
	double p[200];
	int reports = 0;

	(void)state;
	generator_seed(&generator, 4);
	for (int i = 0; i < 2000; i++) {
		bool any = false;

		for (size_t j = 0; j < 200; j++)
			p[j] = generator_uniform(&generator);
		assert_int_equal(benjamini_hochberg(p, p, 200), 0);
		for (size_t j = 0; j < 200; j++)
			any |= p[j] <= .05;
		reports += any;
	}
	assert_within(reports / 2000.0, .05, .02);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_paper_s_example_comes_out),
		cmocka_unit_test(the_order_given_does_not_matter),
		cmocka_unit_test(a_missing_p_is_no_test),
		cmocka_unit_test(the_rate_is_held_where_nothing_differs),
	};

	return cmocka_run_group_tests_name("false discovery rate", tests, NULL, NULL);
}
