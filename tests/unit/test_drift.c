// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether a level holds over a run: drifts and first quartets that are found, and noise that is not. */
#include "within.h"

#include <stdlib.h>

#include "stats/drift.h"
#include "stats/random.h"

#define LEVELS 48

static struct generator generator;

/* Noise of 1 % about 0, each level taking `memory` of the one before. */
static void noise(double *levels, size_t count, double memory)
{
	double last = 0;

	for (size_t i = 0; i < count; i++) {
		last = memory * last + .01 * sqrt(1 - memory * memory) *
						generator_normal(&generator);
		levels[i] = last;
	}
}

static struct drift found(const double *levels, size_t count)
{
	struct drift drift;

	assert_int_equal(drift_of_levels(levels, count, &drift), 0);
	return drift;
}

static void a_drift_is_found_with_its_size(void **state)
{
	double levels[LEVELS];
	struct drift drift;

	(void)state;
	generator_seed(&generator, 1);
	noise(levels, LEVELS, 0);
	for (size_t i = 0; i < LEVELS; i++)
		levels[i] += .05 * (double)i / (LEVELS - 1);
	drift = found(levels, LEVELS);
	assert_int_equal(drift.levels, LEVELS);
	assert_true(drift.trend_p < 1e-6);
	assert_within(drift.trend, .05, .01);
}

/* Exact values: ten steps up are a line, whatever the units. */
static void a_line_is_its_own_trend(void **state)
{
	double levels[DRIFT_LEVELS_MIN];
	struct drift drift;

	(void)state;
	for (size_t i = 0; i < DRIFT_LEVELS_MIN; i++)
		levels[i] = 3 - .5 * (double)i;
	drift = found(levels, DRIFT_LEVELS_MIN);
	assert_within(drift.trend, -.5 * (DRIFT_LEVELS_MIN - 1), 1e-12);
	assert_true(drift.trend_p < .01);
}

static void first_quartets_that_differ_are_found_with_their_size(void **state)
{
	double levels[LEVELS];
	struct drift drift;

	(void)state;
	generator_seed(&generator, 2);
	noise(levels, LEVELS, 0);
	for (size_t i = 0; i < 6; i++)
		levels[i] += .04;
	drift = found(levels, LEVELS);
	assert_int_equal(drift.first, LEVELS / 8);
	assert_true(drift.first_p < .001);
	assert_within(drift.first_from, .04, .01);
}

/* Neither test cries more often than it says, nor where neighbours are alike. */
static void noise_is_no_drift(void **state)
{
	static const double memories[] = { 0, .3 };
	enum { TRIALS = 2000 };

	(void)state;
	generator_seed(&generator, 3);
	for (size_t m = 0; m < 2; m++) {
		size_t trends = 0, firsts = 0;

		for (size_t trial = 0; trial < TRIALS; trial++) {
			double levels[LEVELS];
			struct drift drift;

			noise(levels, LEVELS, memories[m]);
			drift = found(levels, LEVELS);
			trends += drift.trend_p <= .05;
			firsts += drift.first_p <= .05;
		}
		/* .05, and what a correlation that is itself estimated leaves above it. */
		assert_true(trends < .09 * TRIALS && trends > .01 * TRIALS);
		assert_true(firsts < .09 * TRIALS && firsts > .01 * TRIALS);
	}
}

static void a_machine_that_stands_still_does_not_drift(void **state)
{
	double levels[LEVELS];
	struct drift drift;

	(void)state;
	for (size_t i = 0; i < LEVELS; i++)
		levels[i] = 11.35;
	drift = found(levels, LEVELS);
	assert_true(drift.trend == 0 && drift.trend_p == 1);
	assert_true(drift.first_from == 0 && drift.first_p == 1);
}

static void few_levels_are_not_looked_at(void **state)
{
	double levels[DRIFT_LEVELS_MIN] = { 0 };
	struct drift drift = found(levels, DRIFT_LEVELS_MIN - 1);

	(void)state;
	assert_int_equal(drift.levels, 0);
	assert_nan(drift.trend);
	assert_nan(drift.trend_p);
	assert_nan(drift.first_from);
	assert_nan(drift.first_p);
}

/* 5001 levels would be twelve million pairs; the line through them stays what it is. */
static void many_levels_are_joined(void **state)
{
	enum { MANY = 5001 };
	static double levels[MANY];
	struct drift drift;

	(void)state;
	generator_seed(&generator, 4);
	noise(levels, MANY, 0);
	for (size_t i = 0; i < MANY; i++)
		levels[i] += .01 * (double)i / MANY;
	drift = found(levels, MANY);
	assert_true(drift.levels <= DRIFT_LEVELS_MAX && drift.levels > DRIFT_LEVELS_MAX / 2);
	assert_within(drift.trend, .01, .002);
	assert_true(drift.trend_p < 1e-6);
}

/* Blocks of one sample each: arm 1 at twice the level of arm 0. */
static void levels_are_those_of_quartets(void **state)
{
	static const uint64_t low[] = { 1000, 1000, 9000 }, high[] = { 2000, 2000, 2000 }, zero;
	struct paired_block blocks[] = {
		{ .sorted = low, .count = 3, .arm = 0 },
		{ .sorted = high, .count = 3, .arm = 1 },
		{ .sorted = high, .count = 0, .arm = 1 },
		{ .sorted = low, .count = 1, .arm = 0 },
		{ .sorted = low, .count = 3, .arm = 0 },
		{ .sorted = high, .count = 0, .arm = 1 },
		{ .sorted = &zero, .count = 1, .arm = 0 },
		{ .sorted = &zero, .count = 1, .arm = 1 },
	};
	const struct paired_quartet quartets[] = {
		{ .blocks = blocks, .block_count = 4 },
		{ .blocks = blocks + 4, .block_count = 2 }, /* an arm without samples */
		{ .blocks = blocks + 6, .block_count = 2 },
	};
	double levels[3];

	(void)state;
	assert_int_equal(drift_levels(quartets, 3, levels), 2);
	assert_within(levels[0], (log(1000) + log(2000)) / 2, 1e-12);
	assert_within(levels[1], log(PAIRED_ZERO_NS), 1e-12);
}

/* A drift in one boot of three is found, and its p pays for having looked at three. */
static void boots_are_looked_at_one_by_one(void **state)
{
	enum { BOOTS = 3, EACH = 24 };
	static uint64_t values[BOOTS][EACH][2];
	static struct paired_block blocks[BOOTS][EACH][2];
	static struct paired_quartet quartets[BOOTS * EACH];
	double levels[EACH];
	struct drift all, one;

	(void)state;
	generator_seed(&generator, 5);
	for (uint32_t boot = 0; boot < BOOTS; boot++) {
		for (uint32_t i = 0; i < EACH; i++) {
			double effect = boot == 1 ? .002 * i : 0;

			for (uint32_t arm = 0; arm < 2; arm++) {
				/* The boots' own levels differ far more than anything drifts. */
				values[boot][i][arm] =
					(uint64_t)(1e6 * exp(boot + effect +
							     .005 * generator_normal(&generator)));
				blocks[boot][i][arm] = (struct paired_block){
					.sorted = &values[boot][i][arm], .count = 1, .arm = arm };
			}
			quartets[boot * EACH + i] = (struct paired_quartet){
				.boot = boot, .blocks = blocks[boot][i], .block_count = 2 };
		}
	}
	assert_int_equal(drift_levels(quartets + EACH, EACH, levels), EACH);
	one = found(levels, EACH);
	assert_int_equal(drift_find(quartets, BOOTS * EACH, &all), 0);
	assert_within(all.trend, .046, .01);
	assert_within(all.trend_p, BOOTS * one.trend_p, 1e-12);
	assert_int_equal(drift_find(quartets, 0, &all), 0);
	assert_int_equal(all.levels, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_drift_is_found_with_its_size),
		cmocka_unit_test(a_line_is_its_own_trend),
		cmocka_unit_test(first_quartets_that_differ_are_found_with_their_size),
		cmocka_unit_test(noise_is_no_drift),
		cmocka_unit_test(a_machine_that_stands_still_does_not_drift),
		cmocka_unit_test(few_levels_are_not_looked_at),
		cmocka_unit_test(many_levels_are_joined),
		cmocka_unit_test(levels_are_those_of_quartets),
		cmocka_unit_test(boots_are_looked_at_one_by_one),
	};

	return cmocka_run_group_tests_name("drift", tests, NULL, NULL);
}
