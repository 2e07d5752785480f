// SPDX-License-Identifier: GPL-2.0-or-later
/* Looking several times: what each look may spend, and the p that allows for it. */
#include "within.h"

#include <errno.h>
#include <stdint.h>

#define MATHLIB_STANDALONE 1
#include <Rmath.h>

#include "stats/random.h"
#include "stats/sequential.h"

static const double fractions[SEQUENTIAL_LOOKS] = { 8 / 24.0, 12 / 24.0, 16 / 24.0, 1 };

/* The first level is the spending function itself; the last gives nearly all of .05. */
static void levels_spend_little_early(void **state)
{
	double levels[SEQUENTIAL_LOOKS], one;

	(void)state;
	assert_int_equal(sequential_levels(fractions, SEQUENTIAL_LOOKS, .05, levels), 0);
	assert_within(levels[0], 6.86895e-4, 1e-8);	/* 2 - 2 Phi(1.959964 sqrt(3)) */
	for (size_t i = 1; i < SEQUENTIAL_LOOKS; i++)
		assert_true(levels[i] > levels[i - 1]);
	assert_true(levels[3] > .04 && levels[3] < .05);
	one = 1;
	assert_int_equal(sequential_levels(&one, 1, .05, &one), 0);
	assert_within(one, .05, 1e-6);
}

/* How many of so many random walks cross at one of the planned looks. */
static double crossing(size_t planned)
{
	double bounds[SEQUENTIAL_LOOKS];
	struct generator generator;
	int crossed = 0;

	generator_seed(&generator, 8);
	for (size_t i = 0; i < planned; i++)
		bounds[i] = qnorm(sequential_level(i + 1, planned, .05) / 2, 0, 1, 0, 0);
	for (int walk = 0; walk < 200000; walk++) {
		double score = 0, before = 0;

		for (size_t i = 0; i < planned; i++) {
			const double boots = (double)sequential_boots[i];

			score += sqrt(boots - before) * generator_normal(&generator);
			before = boots;
			if (fabs(score) / sqrt(boots) < bounds[i])
				continue;
			crossed++;
			break;
		}
	}
	return crossed / 200000.0;
}

/* Whatever the last look is, it spends what those before it left. */
static void all_looks_together_have_the_error_rate(void **state)
{
	(void)state;
	for (size_t planned = 1; planned <= SEQUENTIAL_LOOKS; planned++)
		assert_within(crossing(planned), .05, .002);
}

static void fewer_looks_spend_more_at_each(void **state)
{
	(void)state;
	assert_within(sequential_level(1, 1, .05), .05, 1e-6);
	for (size_t planned = 2; planned <= SEQUENTIAL_LOOKS; planned++)
		for (size_t looks = 1; looks < planned; looks++)
			assert_true(sequential_level(looks, planned - 1, .05) >
				    1.1 * sequential_level(looks, planned, .05));
	/* 2 - 2 Phi(1.959964 sqrt(16 / 8)) */
	assert_within(sequential_level(1, 3, .05), .00557459, 1e-8);
}

static void a_table_has_the_looks_that_were_planned(void **state)
{
	(void)state;
	for (size_t planned = 1; planned <= SEQUENTIAL_LOOKS; planned++) {
		struct sequential_table table;
		double p[SEQUENTIAL_LOOKS] = { 1, 1, 1, 1 };

		sequential_table_of_boots(&table, planned);
		assert_int_equal(table.looks, planned);
		p[planned - 1] = sequential_level(planned, planned, .05);
		assert_within(sequential_repeated_p(&table, planned, p), .05, .001);
	}
}

static void the_repeated_p_matches_the_levels(void **state)
{
	struct sequential_table table;
	double levels[SEQUENTIAL_LOOKS], p[SEQUENTIAL_LOOKS];

	(void)state;
	assert_int_equal(sequential_table_make(fractions, SEQUENTIAL_LOOKS, &table), 0);
	for (double alpha = .3; alpha > 1e-7; alpha /= 7) {
		assert_int_equal(sequential_levels(fractions, SEQUENTIAL_LOOKS, alpha, levels), 0);
		for (size_t look = 0; look < SEQUENTIAL_LOOKS; look++) {
			for (size_t i = 0; i < SEQUENTIAL_LOOKS; i++)
				p[i] = 1;
			p[look] = levels[look];
			if (levels[look] > 1e-15)	/* below it all is one */
				assert_within(sequential_repeated_p(&table, look + 1, p), alpha,
					      .02 * alpha);
		}
	}
	p[0] = p[1] = 1;
	assert_true(sequential_repeated_p(&table, 2, p) > .99);
	p[1] = NAN;
	assert_nan(sequential_repeated_p(&table, 2, p));
}

static void looks_that_are_none_are_refused(void **state)
{
	static const double falling[] = { .5, .4 }, beyond[] = { .5, 1.2 }, zero[] = { 0, 1 };
	double levels[SEQUENTIAL_LOOKS_MAX];
	struct sequential_table table;

	(void)state;
	assert_int_equal(sequential_levels(falling, 2, .05, levels), -EINVAL);
	assert_int_equal(sequential_levels(beyond, 2, .05, levels), -EINVAL);
	assert_int_equal(sequential_levels(zero, 2, .05, levels), -EINVAL);
	assert_int_equal(sequential_levels(fractions, 0, .05, levels), -EINVAL);
	assert_int_equal(sequential_levels(fractions, 4, 0, levels), -EINVAL);
	assert_int_equal(sequential_levels(fractions, 4, 1, levels), -EINVAL);
	assert_int_equal(sequential_table_make(falling, 2, &table), -EINVAL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(levels_spend_little_early),
		cmocka_unit_test(all_looks_together_have_the_error_rate),
		cmocka_unit_test(fewer_looks_spend_more_at_each),
		cmocka_unit_test(a_table_has_the_looks_that_were_planned),
		cmocka_unit_test(the_repeated_p_matches_the_levels),
		cmocka_unit_test(looks_that_are_none_are_refused),
	};

	return cmocka_run_group_tests_name("sequential", tests, NULL, NULL);
}
