// SPDX-License-Identifier: GPL-2.0-or-later
/* The sign-flip test, and the random numbers behind it. */
#include "within.h"

#include "common/random.h"
#include "stats/permutation.h"
#include "stats/random.h"

static double p_of(const double *differences, size_t count, uint64_t seed)
{
	double p;

	assert_int_equal(sign_flip_test(differences, count, seed, SIGN_FLIP_DEFAULT, &p), 0);
	return p;
}

/* 6 agreeing signs reach .031, 8 .0078: the figures a reader checks by hand. */
static void agreeing_signs_reach_two_of_all_flips(void **state)
{
	static const double x[] = { 1, 1.2, .9, 1.1, 1, .8, 1.3, 1, 1.1, .9, 1, 1.05 };

	(void)state;
	for (size_t count = 1; count <= SIGN_FLIP_EXACT_MAX; count++)
		assert_within(p_of(x, count, 1), ldexp(1, 1 - (int)count), 1e-15);
}

/* 1, 2, -1.5, .5 sum to 2; no size is clipped at 2 * 1.25; 10 of 16 flips are as far. */
static void all_flips_are_counted(void **state)
{
	static const double x[] = { 1, 2, -1.5, .5 };
	int extreme = 0;

	(void)state;
	for (int flip = 0; flip < 16; flip++) {
		double sum = 0;

		for (int i = 0; i < 4; i++)
			sum += flip >> i & 1 ? -x[i] : x[i];
		extreme += fabs(sum) >= 2;
	}
	assert_within(p_of(x, 4, 1), extreme / 16.0, 1e-15);
}

static void equal_differences_of_a_virtual_clock_are_defined(void **state)
{
	double x[16];

	(void)state;
	for (size_t i = 0; i < 16; i++)
		x[i] = .01;
	assert_within(p_of(x, 12, 1), ldexp(1, -11), 1e-15);
	assert_true(p_of(x, 16, 1) >= 1e-4 && p_of(x, 16, 1) <= 5e-4);
	for (size_t i = 0; i < 16; i++)
		x[i] = 0;
	assert_within(p_of(x, 5, 1), 1, 0);
	assert_within(p_of(x, 16, 1), 1, 0);
	x[3] = .01;	/* one of sixteen differs: either sign is as likely */
	assert_within(p_of(x, 16, 1), 1, 0);
}

static void random_flips_agree_with_the_exact_law(void **state)
{
	double x[13], exact = 0;

	(void)state;
	for (size_t i = 0; i < 13; i++)
		x[i] = (i % 3 ? 1 : -1) * (1 + .05 * (double)i);
	for (int flip = 0; flip < 8192; flip++) {
		double sum = 0, observed = 0;

		for (int i = 0; i < 13; i++) {
			sum += flip >> i & 1 ? -x[i] : x[i];
			observed += x[i];
		}
		exact += fabs(sum) >= fabs(observed) - 1e-9;
	}
	exact /= 8192;
	assert_true(exact > .05 && exact < .95);
	assert_within(p_of(x, 13, 5), exact, 5 * sqrt(exact * (1 - exact) / SIGN_FLIP_DEFAULT));
}

static void the_seed_decides(void **state)
{
	double x[40], other = 0;
	struct generator generator;

	(void)state;
	generator_seed(&generator, 2);
	for (size_t i = 0; i < 40; i++)
		x[i] = generator_normal(&generator) + .2;
	assert_true(p_of(x, 40, 7) == p_of(x, 40, 7));
	for (uint64_t seed = 8; seed < 12; seed++)
		other += fabs(p_of(x, 40, seed) - p_of(x, 40, 7));
	assert_true(other > 0);
}

/* One stall of the machine must not hide fifteen pairs that agree. */
static void one_outlier_does_not_hide_the_rest(void **state)
{
	double x[16];

	(void)state;
	for (size_t i = 0; i < 16; i++)
		x[i] = .02 + .001 * (double)(i % 5);
	x[6] = -3;
	assert_true(p_of(x, 16, 1) < .01);
}

static void what_is_no_difference_gives_no_p(void **state)
{
	double x[] = { 1, NAN, 2 };

	(void)state;
	assert_nan(p_of(x, 3, 1));
	assert_nan(p_of(x, 0, 1));
}

/* The outputs of the authors' reference code for these states. */
static void generators_are_the_published_ones(void **state)
{
	struct generator generator = { .state = { 1, 2, 3, 4 } };
	uint64_t seed = 1234567;

	(void)state;
	assert_true(splitmix64(&seed) == 6457827717110365317u);
	assert_true(splitmix64(&seed) == 3203168211198807973u);
	assert_true(generator_next(&generator) == 41943041);
	assert_true(generator_next(&generator) == 58720359);
	assert_true(generator_next(&generator) == 3588806011781223);
	assert_true(generator_next(&generator) == 3591011842654386);
}

static void random_numbers_have_their_distribution(void **state)
{
	double sum = 0, squares = 0, uniform = 0;
	struct generator generator;
	uint64_t below[6] = { 0 };

	(void)state;
	generator_seed(&generator, 99);
	for (int i = 0; i < 60000; i++) {
		double normal = generator_normal(&generator), u = generator_uniform(&generator);

		sum += normal;
		squares += normal * normal;
		uniform += u;
		assert_true(u >= 0 && u < 1);
		below[generator_below(&generator, 6)]++;
	}
	assert_within(sum / 60000, 0, .02);
	assert_within(squares / 60000, 1, .03);
	assert_within(uniform / 60000, .5, .006);
	for (int i = 0; i < 6; i++)
		assert_within((double)below[i], 10000, 450);
	assert_true(generator_below(&generator, 1) == 0);
	assert_true(seed_derive(1, 2, 3, 4) != seed_derive(1, 2, 4, 3));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(agreeing_signs_reach_two_of_all_flips),
		cmocka_unit_test(all_flips_are_counted),
		cmocka_unit_test(equal_differences_of_a_virtual_clock_are_defined),
		cmocka_unit_test(random_flips_agree_with_the_exact_law),
		cmocka_unit_test(the_seed_decides),
		cmocka_unit_test(one_outlier_does_not_hide_the_rest),
		cmocka_unit_test(what_is_no_difference_gives_no_p),
		cmocka_unit_test(generators_are_the_published_ones),
		cmocka_unit_test(random_numbers_have_their_distribution),
	};

	return cmocka_run_group_tests_name("permutation", tests, NULL, NULL);
}
