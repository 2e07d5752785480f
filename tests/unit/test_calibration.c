// SPDX-License-Identifier: GPL-2.0-or-later
/* One kernel against itself: the rate of false positives, and what can be seen. */
#include "within.h"

#include <errno.h>
#include <math.h>

#define MATHLIB_STANDALONE 1
#include <Rmath.h>

#include "stats/calibration.h"
#include "stats/random.h"

#define PAIRS 8

/* Boots A B B A, with a level of the pair, a drift by the boot and noise. */
static void draw(uint64_t seed, size_t pairs, double of_pair, double drift, double noise,
		 struct boot_value *boots, uint32_t *pair_of)
{
	struct generator generator;

	generator_seed(&generator, seed);
	for (uint32_t pair = 0; pair < pairs; pair++) {
		const double level = of_pair * generator_normal(&generator);

		for (uint32_t i = 0; i < 2; i++) {
			const uint32_t boot = 2 * pair + i;

			boots[boot] = (struct boot_value){
				.value = level + drift * boot +
					 noise * generator_normal(&generator),
				.control = NAN,
				.build = pair % 2 ? !i : i,
			};
			pair_of[boot] = pair + 1;
		}
	}
}

static double mean_rate(size_t pairs, double of_pair, double drift)
{
	struct boot_value boots[2 * 12];
	uint32_t pair_of[2 * 12];
	double rate = 0;

	for (uint64_t seed = 1; seed <= 60; seed++) {
		struct calibration_effect effect;

		draw(seed, pairs, of_pair, drift, .02, boots, pair_of);
		assert_int_equal(calibration_make(boots, pair_of, 2 * pairs, .02, seed, &effect),
				 0);
		assert_int_equal(effect.exchanges, 128);
		assert_true(effect.judged <= effect.called);
		rate += (double)effect.called / effect.exchanges / 60;
	}
	return rate;
}

static void equal_boots_are_called_different_as_often_as_the_test_says(void **state)
{
	(void)state;
	assert_within(mean_rate(PAIRS, 0, 0), .05, .015);
	/* More pairs than can be exchanged in every way. */
	assert_within(mean_rate(12, 0, 0), .05, .015);
}

/* What the boots of a pair share alternating takes out; the test, which does not know, is careful. */
static void a_night_that_drifts_gives_no_more_of_them(void **state)
{
	(void)state;
	assert_true(mean_rate(PAIRS, .05, 0) < .02);
	assert_true(mean_rate(PAIRS, 0, .02) < .02);
}

static void what_is_seen_follows_from_how_boots_scatter(void **state)
{
	struct boot_value boots[2 * PAIRS];
	uint32_t pair_of[2 * PAIRS];
	struct calibration_effect effect;
	double squares = 0;

	(void)state;
	draw(3, PAIRS, 0, 0, .02, boots, pair_of);
	assert_int_equal(calibration_make(boots, pair_of, 2 * PAIRS, .02, 1, &effect), 0);
	assert_int_equal(effect.boots, PAIRS);
	for (uint32_t build = 0; build < 2; build++) {
		double mean = 0;

		for (size_t i = 0; i < 2 * PAIRS; i++)
			mean += boots[i].build == build ? boots[i].value / PAIRS : 0;
		for (size_t i = 0; i < 2 * PAIRS; i++)
			squares += boots[i].build == build ? pow(boots[i].value - mean, 2) : 0;
	}
	assert_within(effect.deviation, sqrt(squares / (2 * PAIRS - 2)), 1e-12);
	assert_true(calibration_smallest(&effect, PAIRS) >
		    boots_detectable(PAIRS, .05, .9) * effect.deviation);
	assert_true(calibration_smallest(&effect, 16) < calibration_smallest(&effect, 8));
	assert_true(isinf(calibration_smallest(&effect, 1)));
}

/* A deviation that came out small promises too much, and one that came out large does not make up. */
static void what_is_seen_is_found_on_average_over_calibrations(void **state)
{
	static const uint32_t pairs[] = { 4, 8, 16 };

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const double degrees = 2. * pairs[i] - 3;
		double mean = 0;

		for (int j = 0; j < 400; j++) {
			const struct calibration_effect effect = {
				.boots = pairs[i],
				.deviation = sqrt(qchisq((j + .5) / 400, degrees, 1, 0) / degrees),
			};

			mean += boots_power(8, 1, calibration_smallest(&effect, 8), .05) / 400;
		}
		assert_within(mean, .9, .01);
	}
}

static void only_whole_pairs_count(void **state)
{
	struct boot_value boots[2 * PAIRS];
	uint32_t pair_of[2 * PAIRS];
	struct calibration_effect effect;

	(void)state;
	draw(3, PAIRS, 0, 0, .02, boots, pair_of);
	boots[3].value = NAN;
	assert_int_equal(calibration_make(boots, pair_of, 2 * PAIRS - 1, .02, 1, &effect), 0);
	assert_int_equal(effect.boots, PAIRS - 2);
	assert_int_equal(effect.exchanges, 1 << (PAIRS - 3));
	assert_int_equal(calibration_make(boots, pair_of, 9, .02, 1, &effect), -ENODATA);
	assert_int_equal(calibration_make(boots, pair_of, 10, .02, 1, &effect), 0);
	assert_int_equal(effect.boots, CALIBRATION_PAIRS_MIN);
}

static void the_same_boots_give_the_same_calibration(void **state)
{
	struct boot_value boots[24];
	uint32_t pair_of[24];
	struct calibration_effect one, two;

	(void)state;
	draw(5, 12, 0, 0, .02, boots, pair_of);
	assert_int_equal(calibration_make(boots, pair_of, 24, .02, 9, &one), 0);
	assert_int_equal(calibration_make(boots, pair_of, 24, .02, 9, &two), 0);
	assert_int_equal(one.called, two.called);
	assert_true(one.p == two.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_boots_are_called_different_as_often_as_the_test_says),
		cmocka_unit_test(a_night_that_drifts_gives_no_more_of_them),
		cmocka_unit_test(what_is_seen_follows_from_how_boots_scatter),
		cmocka_unit_test(what_is_seen_is_found_on_average_over_calibrations),
		cmocka_unit_test(only_whole_pairs_count),
		cmocka_unit_test(the_same_boots_give_the_same_calibration),
	};

	return cmocka_run_group_tests_name("calibration", tests, NULL, NULL);
}
