// SPDX-License-Identifier: GPL-2.0-or-later
/* Exponents that are known come out, with intervals that hold them as often as they say. */
#include "within.h"

#include <stdlib.h>

#include "stats/random.h"
#include "stats/slope.h"

#define POINTS_MAX 12
#define UNITS_MAX  32
#define TRIALS	   600

/* Two arms of latencies fixed + factor * size^exponent, and the noise of their units. */
struct truth {
	const double *sizes;
	size_t points, units;
	double fixed[SLOPE_ARMS], exponent[SLOPE_ARMS];
	double noise;		/* standard deviation of a unit, in logarithms */
	double lag1;		/* of the units in time */
	double of_boot;		/* standard deviation of what a boot does to all its points */
	size_t disturbed;	/* units of every other point that take e times as long */
	bool shared;
};

static const double mirrors[] = { 1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1000000 };
static const double few[] = { 1, 32, 1024 };

static struct {
	struct slope_point points[POINTS_MAX];
	double values[POINTS_MAX][SLOPE_ARMS][UNITS_MAX];
} field;

static void make_point(const struct truth *truth, struct generator *generator, size_t i,
		       const double *of_boot)
{
	struct slope_point *point = &field.points[i];

	*point = (struct slope_point){ .size = truth->sizes[i], .units = truth->units };
	for (size_t arm = 0; arm < SLOPE_ARMS; arm++) {
		double level = log(truth->fixed[arm] +
				   100 * pow(truth->sizes[i], truth->exponent[arm]));
		double noise = generator_normal(generator);

		point->ln_ns[arm] = field.values[i][arm];
		for (size_t unit = 0; unit < truth->units; unit++) {
			noise = truth->lag1 * noise + sqrt(1 - truth->lag1 * truth->lag1) *
						      generator_normal(generator);
			field.values[i][arm][unit] = level + truth->noise * noise +
						     of_boot[unit];
			if (i % 2 && unit < truth->disturbed)
				field.values[i][arm][unit] += 1;
		}
	}
}

static struct slope fitted(const struct truth *truth, struct generator *generator)
{
	double of_boot[UNITS_MAX];
	struct slope slope;

	for (size_t unit = 0; unit < truth->units; unit++)
		of_boot[unit] = truth->of_boot * generator_normal(generator);
	for (size_t i = 0; i < truth->points; i++)
		make_point(truth, generator, i, of_boot);
	assert_int_equal(slope_fit(field.points, truth->points, truth->shared, &slope), 0);
	return slope;
}

static bool holds(const struct slope_interval *interval, double truth)
{
	return interval->low <= truth && truth <= interval->high;
}

static void known_exponents_come_out_whatever_the_fixed_cost(void **state)
{
	static const double exponents[] = { .5, 1, 1.5, 2 }, fixed[] = { 0, 100, 5000, 80000 };
	struct generator generator;

	(void)state;
	generator_seed(&generator, 1);
	for (size_t i = 0; i < 4; i++) {
		for (size_t k = 0; k < 4; k++) {
			const struct truth truth = { mirrors, 11, 4, { fixed[k], 0 },
						     { exponents[i], 1 }, .noise = 0 };
			const struct slope slope = fitted(&truth, &generator);

			/* The square root of a million is 1000: not enough above 80000. */
			if (exponents[i] < 1 && fixed[k] > 50000) {
				assert_true(slope.plain);
				continue;
			}
			assert_false(slope.plain);
			assert_within(slope.exponent[0].estimate, exponents[i], 1e-4);
			assert_within(slope.curve[0].fixed_ns, fixed[k], 1 + 1e-3 * fixed[k]);
			assert_within(exp(slope.curve[0].ln_factor), 100, .1);
			assert_within(slope.curve[0].misfit, 0, 1e-4);
			assert_within(slope.difference.estimate, 1 - exponents[i], 2e-4);
			assert_within(slope.exponent[0].low, slope.exponent[0].high, 1e-9);
			for (size_t at = 0; at < 11; at++)
				assert_within(slope_curve_at(&slope.curve[0], mirrors[at]),
					      fixed[k] + 100 * pow(mirrors[at], exponents[i]),
					      1e-3 * (fixed[k] +
						      100 * pow(mirrors[at], exponents[i])));
		}
	}
}

/* Three points and three numbers: the curve goes through, and the plain slope would be .5. */
static void three_points_are_enough(void **state)
{
	const struct truth truth = { few, 3, 14, { 5000, 3000 }, { 1, .8 }, .noise = 0 };
	struct generator generator;
	struct slope slope;

	(void)state;
	generator_seed(&generator, 1);
	slope = fitted(&truth, &generator);
	assert_within(slope.exponent[0].estimate, 1, 1e-4);
	assert_within(slope.exponent[1].estimate, .8, 1e-4);
	assert_within(slope.difference.estimate, -.2, 2e-4);
	assert_int_equal(slope.units, 14);
}

/* Each interval of one setting, and how often it holds the truth. */
static void covers(const char *what, const struct truth *truth)
{
	struct generator generator;
	size_t arm_holds = 0, difference_holds = 0;

	generator_seed(&generator, 20190101);
	for (size_t i = 0; i < TRIALS; i++) {
		const struct slope slope = fitted(truth, &generator);

		arm_holds += holds(&slope.exponent[0], truth->exponent[0]);
		difference_holds += holds(&slope.difference,
					  truth->exponent[1] - truth->exponent[0]);
	}
	/* Nominal .95; four standard errors of 600 trials below it are .914. */
	if (arm_holds < .91 * TRIALS || difference_holds < .91 * TRIALS)
		fail_msg("%s: %zu and %zu of %d intervals hold the truth", what, arm_holds,
			 difference_holds, TRIALS);
	/* One that always holds it would be of no use. */
	if (arm_holds > .995 * TRIALS)
		fail_msg("%s: %zu of %d intervals hold the truth: too wide", what, arm_holds, TRIALS);
}

static void intervals_hold_the_truth_as_often_as_they_say(void **state)
{
	const struct truth quick = { few, 3, 14, { 5000, 5000 }, { 1, 1 }, .noise = .1 };
	const struct truth short_run = { mirrors, 11, 3, { 5000, 2000 }, { 1, 1.1 }, .noise = .1 };
	const struct truth drifting = { few, 3, 24, { 5000, 5000 }, { 1, 1 }, .noise = .1,
					.lag1 = .4 };
	const struct truth boots = { few, 3, 8, { 5000, 5000 }, { 1, 1 }, .noise = .05,
				     .of_boot = .2, .shared = true };
	const struct truth flat = { few, 3, 14, { 0, 0 }, { 0, 0 }, .noise = .1 };

	(void)state;
	covers("quartets of one boot", &quick);
	covers("three quartets a point", &short_run);
	covers("units correlated in time", &drifting);
	covers("boots", &boots);
	covers("latency that does not grow", &flat);
}

static void disturbed_units_do_not_turn_the_line(void **state)
{
	const struct truth truth = { few, 3, 20, { 5000, 5000 }, { 1, 1 }, .noise = .05,
				     .disturbed = 3 };
	struct generator generator;

	(void)state;
	generator_seed(&generator, 3);
	for (size_t i = 0; i < 100; i++)
		assert_within(fitted(&truth, &generator).exponent[0].estimate, 1, .05);
}

/* A boot that is slow is slow at every size: that is a level, and no slope. */
static void what_a_boot_does_to_all_points_is_no_uncertainty(void **state)
{
	struct truth truth = { few, 3, 8, { 5000, 5000 }, { 1, 1 }, .noise = 0, .of_boot = .5,
			       .shared = true };
	struct generator generator;
	struct slope slope;

	(void)state;
	generator_seed(&generator, 4);
	slope = fitted(&truth, &generator);
	assert_within(slope.exponent[0].low, 1, 1e-4);
	assert_within(slope.exponent[0].high, 1, 1e-4);
}

static void a_change_of_complexity_is_told(void **state)
{
	const struct truth truth = { mirrors, 8, 10, { 5000, 5000 }, { 1, 1.1 }, .noise = .1 };
	struct generator generator;
	size_t told = 0;

	(void)state;
	generator_seed(&generator, 5);
	for (size_t i = 0; i < 100; i++)
		told += fitted(&truth, &generator).difference.low > 0;
	assert_true(told > 95);
}

/* Where one arm hardly rises, both get the plain line: mixed kinds could not be compared. */
static void what_hardly_rises_gets_a_plain_line_in_both_arms(void **state)
{
	const struct truth truth = { few, 3, 10, { 0, 60000 }, { 1, 1 }, .noise = 0 };
	struct generator generator;
	struct slope slope;

	(void)state;
	generator_seed(&generator, 6);
	slope = fitted(&truth, &generator);
	assert_true(slope.plain);
	assert_within(slope.exponent[0].estimate, 1, 1e-9);
	assert_true(slope.exponent[1].estimate > 0 && slope.exponent[1].estimate < .2);
	assert_within(slope.curve[0].fixed_ns, 0, 0);
	assert_within(slope.curve[1].fixed_ns, 0, 0);
}

static void what_falls_has_a_negative_exponent(void **state)
{
	const struct truth truth = { few, 3, 10, { 0, 0 }, { -.5, -1 }, .noise = 0 };
	struct generator generator;
	struct slope slope;

	(void)state;
	generator_seed(&generator, 7);
	slope = fitted(&truth, &generator);
	assert_true(slope.plain);
	assert_within(slope.exponent[0].estimate, -.5, 1e-9);
	assert_within(slope.difference.estimate, -.5, 1e-9);
}

static void a_bend_shows_as_misfit(void **state)
{
	static const double ns[] = { 1e3, 1e4, 1e5, 1e6, 1e8, 1e9 };
	static const double sizes[] = { 1, 10, 100, 1000, 10000, 100000 };
	double influence[6], ln_ns[6], sum = 0;
	struct slope_curve curve;

	(void)state;
	for (size_t i = 0; i < 6; i++)
		ln_ns[i] = log(ns[i]);
	assert_true(slope_curve_fit(sizes, ln_ns, 6, false, &curve, influence));
	assert_true(curve.misfit > .3);
	/* A level moves no exponent. */
	for (size_t i = 0; i < 6; i++)
		sum += influence[i];
	assert_within(sum, 0, 1e-6);
}

/* The delta method is no better than its derivatives. */
static void the_influence_is_what_moving_a_point_does(void **state)
{
	double influence[8], ln_ns[8], moved[8];
	struct slope_curve curve, there;

	(void)state;
	for (size_t i = 0; i < 8; i++)
		ln_ns[i] = log(5000 + 100 * pow(mirrors[i], 1.05));
	assert_true(slope_curve_fit(mirrors, ln_ns, 8, false, &curve, influence));
	for (size_t i = 0; i < 8; i++) {
		for (size_t k = 0; k < 8; k++)
			moved[k] = ln_ns[k] + (k == i ? 1e-3 : 0);
		assert_true(slope_curve_fit(mirrors, moved, 8, false, &there, (double[8]){ 0 }));
		assert_within((there.exponent - curve.exponent) / 1e-3, influence[i],
			      2e-3 + .02 * fabs(influence[i]));
	}
}

static void what_cannot_be_fitted_gives_none(void **state)
{
	static const double values[] = { 1, 2, NAN };
	struct slope_point points[] = { { 1, 2, { values, values } }, { 2, 2, { values, values } },
					{ 4, 2, { values, values } } };
	struct slope slope;

	(void)state;
	assert_int_equal(slope_fit(points, 2, false, &slope), 0);
	assert_nan(slope.exponent[0].estimate);
	assert_int_equal(slope_fit(points, 0, false, &slope), 0);
	assert_nan(slope.difference.estimate);
	points[1].units = 3; /* the NAN among them */
	assert_int_equal(slope_fit(points, 3, false, &slope), 0);
	assert_nan(slope.exponent[1].estimate);
	points[1].units = 0;
	assert_int_equal(slope_fit(points, 3, false, &slope), 0);
	assert_nan(slope.exponent[1].estimate);
	points[1].units = 1;
	assert_int_equal(slope_fit(points, 3, true, &slope), 0);
	assert_nan(slope.exponent[1].estimate);
	points[1].size = 4;
	assert_int_equal(slope_fit(points, 3, false, &slope), 0);
	assert_nan(slope.exponent[1].estimate);
}

static void single_units_give_an_exponent_without_an_interval(void **state)
{
	const struct truth truth = { few, 3, 1, { 5000, 5000 }, { 1, 1 }, .noise = 0 };
	struct generator generator;
	struct slope slope;

	(void)state;
	generator_seed(&generator, 8);
	slope = fitted(&truth, &generator);
	assert_within(slope.exponent[0].estimate, 1, 1e-4);
	assert_nan(slope.exponent[0].low);
	assert_nan(slope.difference.high);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_exponents_come_out_whatever_the_fixed_cost),
		cmocka_unit_test(three_points_are_enough),
		cmocka_unit_test(intervals_hold_the_truth_as_often_as_they_say),
		cmocka_unit_test(disturbed_units_do_not_turn_the_line),
		cmocka_unit_test(what_a_boot_does_to_all_points_is_no_uncertainty),
		cmocka_unit_test(a_change_of_complexity_is_told),
		cmocka_unit_test(what_hardly_rises_gets_a_plain_line_in_both_arms),
		cmocka_unit_test(what_falls_has_a_negative_exponent),
		cmocka_unit_test(a_bend_shows_as_misfit),
		cmocka_unit_test(the_influence_is_what_moving_a_point_does),
		cmocka_unit_test(what_cannot_be_fitted_gives_none),
		cmocka_unit_test(single_units_give_an_exponent_without_an_interval),
	};

	return cmocka_run_group_tests_name("slope", tests, NULL, NULL);
}
