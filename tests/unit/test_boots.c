// SPDX-License-Identifier: GPL-2.0-or-later
/* Two builds between boots: estimate, permutation, control, nights. */
#include "within.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MATHLIB_STANDALONE 1
#include <Rmath.h>

#include "stats/boots.h"
#include "stats/random.h"
#include "stats/ttest.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static struct boots_effect compared(const struct boot_value *boots, size_t count)
{
	struct boots_effect effect;

	assert_int_equal(boots_compare(boots, count, 1, &effect), 0);
	return effect;
}

static struct boot_value boot(uint32_t build, double value)
{
	return (struct boot_value){ .value = value, .control = NAN, .build = build };
}

/* Complete separation of 4 and 4 boots: 2 of 70 arrangements are as far apart. */
static void separated_builds_reach_the_smallest_p(void **state)
{
	struct boot_value boots[16];
	struct boots_effect effect;

	(void)state;
	for (size_t i = 0; i < 16; i++)
		boots[i] = boot(i % 2, (i % 2 ? 1 : 0) + .001 * (double)(i / 2));
	effect = compared(boots, 8);
	assert_within(effect.p, 2 / 70.0, 1e-12);
	assert_within(effect.estimate, 1, 1e-12);
	assert_int_equal(effect.count[0], 4);
	assert_int_equal(effect.count[1], 4);
	effect = compared(boots, 16);
	assert_within(effect.p, 2 / 12870.0, 1e-12);
	assert_true(effect.low > .99 && effect.high < 1.01);
	assert_within(effect.beta, 0, 0);
}

/* Every arrangement of 3 and 3, with Welch's t by the two-sample function. */
static void the_permutation_is_of_welch_s_t(void **state)
{
	static const double values[] = { .1, .35, .2, .9, .4, .75 };
	static const uint32_t builds[] = { 0, 0, 0, 1, 1, 1 };
	struct boot_value boots[6];
	double observed = 0;
	int extreme = 0, tried = 0;

	(void)state;
	for (size_t i = 0; i < 6; i++)
		boots[i] = boot(builds[i], values[i]);
	for (int round = 0; round < 2; round++) {
		for (unsigned int mask = 0; mask < 64; mask++) {
			double group[2][6];
			size_t count[2] = { 0, 0 };
			double t;

			if (__builtin_popcount(mask) != 3)
				continue;
			for (size_t i = 0; i < 6; i++)
				group[mask >> i & 1][count[mask >> i & 1]++] = values[i];
			t = fabs(welch(group[1], 3, group[0], 3).statistic);
			if (!round && mask == 0x38)
				observed = t;
			extreme += round && t >= observed * (1 - 1e-9);
			tried += round;
		}
	}
	assert_int_equal(tried, 20);
	assert_within(compared(boots, 6).p, extreme / 20.0, 1e-12);
}

static void the_interval_without_control_is_welch_s(void **state)
{
	static const double base[] = { 2, 1, 3, 4 }, candidate[] = { 6, 5, 7, 9 };
	struct boot_value boots[8];
	struct boots_effect effect;
	double low, high;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		boots[2 * i] = boot(0, base[i]);
		boots[2 * i + 1] = boot(1, candidate[i]);
	}
	effect = compared(boots, 8);
	assert_int_equal(welch_interval(candidate, 4, base, 4, .05, &low, &high), 0);
	assert_within(effect.estimate, 4.25, 1e-12);
	assert_within(effect.low, low, 1e-12);
	assert_within(effect.high, high, 1e-12);
	assert_within(effect.deviation, sqrt((5 / 3.0 + 8.75 / 3) / 2), 1e-12);
}

/*
 * Ordinary least squares on night, build and control: its residuals have a degree of freedom less
 * than there are boots, builds and control.
 */
static void behind_a_control_there_is_a_degree_less(void **state)
{
	static const struct {
		double value, control;
	} rows[] = { { 10, 1 }, { 12, 4 }, { 11, 1 }, { 13, 2 }, { 14, 6 }, { 12, 2 } };
	struct boot_value boots[COUNT(rows)];
	struct boots_effect effect;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		boots[i] = boot(i >= 3, rows[i].value);
		boots[i].control = rows[i].control;
	}
	effect = compared(boots, COUNT(rows));
	/* Inside the builds: products 3 and 4, the control's squares 6 and 32 / 3, the values' 2 and 2. */
	assert_within(effect.beta, 7 / (6 + 32 / 3.0), 1e-12);
	assert_within(effect.deviation, sqrt((4 - 49 / (6 + 32 / 3.0)) / 3), 1e-12);
	/*
	 * The variance of the difference is that of an analysis of covariance, .353333 (2 / 3 +
	 * (4 / 3)^2 / (50 / 3)); both builds together have 2.99925 of its 3 degrees of freedom.
	 */
	assert_within(effect.estimate, 1.44, 1e-12);
	assert_within(effect.high - effect.estimate, 1.663789858646551, 1e-6);
}

/* One boot of each build in each of many nights is a paired comparison: Student's interval. */
static void one_boot_a_night_is_student_s_paired_test(void **state)
{
	static const double base[] = { 2, 31, 13, 24, 5 }, candidate[] = { 6, 33, 17, 29, 12 };
	double differences[5], mean, reach;
	struct boot_value boots[10];
	struct boots_effect effect;

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		boots[2 * i] = boot(0, base[i]);
		boots[2 * i + 1] = boot(1, candidate[i]);
		boots[2 * i].night = boots[2 * i + 1].night = (uint32_t)i;
		differences[i] = candidate[i] - base[i];
	}
	effect = compared(boots, 10);
	mean = sample_mean(differences, 5);
	/* t at 97.5 % with 4 degrees of freedom, by table. */
	reach = 2.7764451051977943 * sqrt(sample_variance(differences, 5) / 5);
	assert_within(effect.estimate, mean, 1e-12);
	assert_within(effect.low, mean - reach, 1e-9);
	assert_within(effect.high, mean + reach, 1e-9);
	/* All five in one direction: 2 of the 32 exchanges. */
	assert_within(effect.p, 2 / 32.0, 1e-12);
}

/* A disturbance that the control shows as well must not hide the difference of the builds. */
static void the_control_takes_out_what_it_shares(void **state)
{
	struct boot_value boots[16];
	struct generator generator;
	struct boots_effect with, without;

	(void)state;
	generator_seed(&generator, 21);
	for (size_t i = 0; i < 16; i++) {
		double shared = .2 * generator_normal(&generator);

		boots[i] = boot(i % 2, (i % 2 ? .05 : 0) + .7 * shared +
				       .005 * generator_normal(&generator));
		boots[i].control = shared;
	}
	with = compared(boots, 16);
	assert_within(with.beta, .7, .05);
	assert_within(with.estimate, .05, .01);
	assert_true(with.p < .001);
	assert_true(with.low < .05 && with.high > .05);
	boots[3].control = NAN;		/* without it in every boot there is none */
	without = compared(boots, 16);
	assert_within(without.beta, 0, 0);
	assert_true(without.p > .05);
	assert_true(without.high - without.low > 5 * (with.high - with.low));
	for (size_t i = 0; i < 16; i++)	/* a control that runs the other way is not believed */
		boots[i].control = -boots[i].value;
	assert_within(compared(boots, 16).beta, 0, 0);
}

/*
 * Analysis of covariance by hand: residuals 1, -2, 1 hundredths in both builds, orthogonal
 * to controls -1, 0, 1; s^2 = 12e-4 / 3, variance s^2 (2 / 3 + .3^2 / 4), 3 degrees.
 */
static void the_interval_knows_that_beta_was_estimated(void **state)
{
	static const double residuals[] = { .01, -.02, .01 };
	double reach = 3.18244630528 * sqrt(4e-4 * (2 / 3.0 + .09 / 4));
	struct boot_value boots[6];
	struct boots_effect effect;

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		double control = (double)(i / 2) - 1 + (i % 2 ? .3 : 0);

		boots[i] = boot(i % 2, .5 * control + residuals[i / 2] + (i % 2 ? .1 : 0));
		boots[i].control = control;
	}
	effect = compared(boots, 6);
	assert_within(effect.beta, .5, 1e-12);
	assert_within(effect.estimate, .1, 1e-12);
	assert_within(effect.high - effect.estimate, reach, 1e-8);
	assert_within(effect.estimate - effect.low, reach, 1e-8);
}

/* Nights differ in level; a night with one build only says nothing. */
static void boots_are_compared_within_their_night(void **state)
{
	struct boot_value boots[20];
	struct boots_effect effect;

	(void)state;
	for (size_t i = 0; i < 16; i++) {
		boots[i] = boot(i % 2, .05 * (double)(i % 2) + .001 * (double)(i / 2 % 4) +
				       (i < 8 ? 0 : 3));
		boots[i].night = i < 8 ? 5 : 9;
	}
	for (size_t i = 16; i < 20; i++) {
		boots[i] = boot(1, 100);
		boots[i].night = 7;
	}
	effect = compared(boots, 20);
	assert_int_equal(effect.count[0], 8);
	assert_int_equal(effect.count[1], 8);
	assert_within(effect.estimate, .05, 1e-12);
	assert_within(effect.p, 2 / (70.0 * 70), 1e-12);
}

/*
 * Nights of 3 + 1, 1 + 3 and 2 + 2 boots. By least squares with a level for each night the
 * difference is 2; its variance with each build's own, HC2 pooled inside a build, .34375 + .54375 with 4
 * degrees of freedom each, so that both together have 7.6134.
 */
static void nights_weigh_and_scatter_by_their_boots(void **state)
{
	static const struct {
		uint32_t night, build;
		double value;
	} rows[] = {
		{ 0, 0, 10 }, { 0, 0, 12 }, { 0, 0, 11 }, { 0, 1, 13 }, { 1, 0, 31 }, { 1, 1, 33 },
		{ 1, 1, 32 }, { 1, 1, 36 }, { 2, 0, 20 }, { 2, 0, 23 }, { 2, 1, 24 }, { 2, 1, 22 },
	};
	const double reach = 2.19177627837;	/* t at 97.5 % times sqrt(.8875) */
	struct boot_value boots[COUNT(rows)];
	struct boots_effect effect;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		boots[i] = boot(rows[i].build, rows[i].value);
		boots[i].night = rows[i].night;
	}
	effect = compared(boots, COUNT(rows));
	assert_within(effect.estimate, 2, 1e-12);
	assert_within(effect.high - effect.estimate, reach, 1e-7);
	assert_within(effect.estimate - effect.low, reach, 1e-7);
	/* 8 degrees of freedom in all. */
	assert_within(effect.deviation, sqrt((4 * 1.71875 + 4 * 2.71875) / 8), 1e-12);
}

/* 4 boots that scatter against 12 that do not: exchanged, they look more alike than they are. */
static void p_is_the_larger_of_the_permutation_s_and_welch_s(void **state)
{
	static const double wide[] = { -.05, .09, .11, .04 };
	struct boot_value boots[16];
	double narrow[12], p, welch_s;

	(void)state;
	for (size_t i = 0; i < 12; i++) {
		narrow[i] = .002 * ((double)i - 5.5);
		boots[i] = boot(1, narrow[i]);
	}
	for (size_t i = 0; i < 4; i++)
		boots[12 + i] = boot(0, wide[i]);
	assert_int_equal(boots_test(boots, 16, 1, BOOTS_RANDOM, &p), 0);
	welch_s = welch(narrow, 12, wide, 4).p;
	assert_within(p, welch_s, 1e-12);
	/* Complete separation: Welch's p is near 0, the permutation's has its 2 of 1820. */
	for (size_t i = 0; i < 4; i++)
		boots[12 + i] = boot(0, 1 + .001 * (double)i);
	assert_int_equal(boots_test(boots, 16, 1, BOOTS_RANDOM, &p), 0);
	assert_true(p >= 1 / 1820.0 && p <= 2 / 1820.0 + 1e-12);
}

static void bad_boots_have_a_defined_result(void **state)
{
	struct boot_value boots[40] = { 0 };
	struct boots_effect effect;

	(void)state;
	effect = compared(boots, 0);
	assert_nan(effect.p);
	assert_nan(effect.estimate);
	boots[0] = boot(0, 1);
	boots[1] = boot(1, 2);
	effect = compared(boots, 2);	/* one boot each: a difference, no test */
	assert_within(effect.estimate, 1, 0);
	assert_nan(effect.p);
	assert_nan(effect.low);
	boots[2] = boot(0, NAN);
	boots[3] = boot(1, INFINITY);
	boots[4] = boot(7, 1);
	effect = compared(boots, 5);
	assert_int_equal(effect.count[0], 1);
	assert_int_equal(effect.count[1], 1);
	for (size_t i = 0; i < 16; i++)		/* virtual clock: all equal */
		boots[i] = boot(i % 2, log(100000));
	effect = compared(boots, 16);
	assert_true(effect.estimate == 0 && effect.low == 0 && effect.high == 0);
	assert_within(effect.p, 1, 0);
	for (size_t i = 0; i < 16; i++)		/* equal inside each build */
		boots[i] = boot(i % 2, log(i % 2 ? 101000 : 100000));
	effect = compared(boots, 16);
	assert_within(effect.estimate, log(1.01), 1e-12);
	assert_within(effect.p, 2 / 12870.0, 1e-12);
	assert_within(effect.high - effect.low, 0, 1e-9);
}

static void many_boots_are_permuted_at_random(void **state)
{
	struct boot_value boots[40];
	struct generator generator;
	struct boots_effect effect;

	(void)state;
	generator_seed(&generator, 5);
	for (size_t i = 0; i < 40; i++)
		boots[i] = boot(i % 2, generator_normal(&generator));
	effect = compared(boots, 40);
	assert_true(effect.p >= 1e-4 && effect.p <= 1);
	assert_true(effect.p == compared(boots, 40).p);
	for (size_t i = 0; i < 40; i++)
		boots[i].value += i % 2 ? 10 : 0;
	assert_within(compared(boots, 40).p, 1e-4, 1e-12);
	/* Between the two the permutation and Welch's law must agree. */
	for (size_t i = 0; i < 40; i++)
		boots[i].value -= i % 2 ? 9.4 : 0;
	effect = compared(boots, 40);
	assert_true(effect.p > .001 && effect.p < .3);
	assert_int_equal(effect.p < .05, effect.low > 0 || effect.high < 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(separated_builds_reach_the_smallest_p),
		cmocka_unit_test(the_permutation_is_of_welch_s_t),
		cmocka_unit_test(the_interval_without_control_is_welch_s),
		cmocka_unit_test(behind_a_control_there_is_a_degree_less),
		cmocka_unit_test(one_boot_a_night_is_student_s_paired_test),
		cmocka_unit_test(the_control_takes_out_what_it_shares),
		cmocka_unit_test(the_interval_knows_that_beta_was_estimated),
		cmocka_unit_test(boots_are_compared_within_their_night),
		cmocka_unit_test(nights_weigh_and_scatter_by_their_boots),
		cmocka_unit_test(p_is_the_larger_of_the_permutation_s_and_welch_s),
		cmocka_unit_test(bad_boots_have_a_defined_result),
		cmocka_unit_test(many_boots_are_permuted_at_random),
	};

	return cmocka_run_group_tests_name("boots", tests, NULL, NULL);
}
