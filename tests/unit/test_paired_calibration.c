// SPDX-License-Identifier: GPL-2.0-or-later
/* What the comparison inside a boot can see, and its false positives, against simulated truth. */
#include "within.h"

#include <errno.h>
#include <math.h>

#include "stats/paired_calibration.h"
#include "stats/paired_power.h"
#include "stats/random.h"
#include "stats/sort.h"

#define BOOTS_MAX 16
#define QUARTETS_MAX 64
#define COUNT_MAX 80
#define BLOCKS_MAX (BOOTS_MAX * QUARTETS_MAX * 4)

/* A machine: what its blocks and boots do. All are ln. */
struct machine {
	uint32_t boots, quartets, operations;
	double effect;		/* of the candidate */
	double of_boot;		/* deviation of that effect between boots */
	double noise;		/* of an operation */
	double drift;		/* over a boot */
	double wander;		/* of a block, alike to the one before by .9 */
	double of_quartet;	/* deviation of the effect from quartet to quartet, alike by .9 */
	bool stalls;		/* one operation in fifty takes half as long again, or more */
};

static struct {
	uint64_t values[BLOCKS_MAX][COUNT_MAX];
	struct paired_block blocks[BLOCKS_MAX];
	struct paired_quartet quartets[BOOTS_MAX * QUARTETS_MAX];
	struct paired_difference differences[BOOTS_MAX * QUARTETS_MAX];
	double joined[BOOTS_MAX * QUARTETS_MAX];
	struct paired_workspace workspace;
} field;

static double step(struct generator *generator, double *level, double deviation)
{
	return *level = .9 * *level + sqrt(1 - .81) * deviation * generator_normal(generator);
}

static void draw_block(struct generator *generator, const struct machine *machine, double level,
		       struct paired_block *block, uint64_t *values)
{
	static uint64_t scratch[COUNT_MAX];

	for (uint32_t i = 0; i < machine->operations; i++) {
		double value = level + machine->noise * generator_normal(generator);

		if (machine->stalls && generator_uniform(generator) < .02)
			value += .4 - .4 * log(1 - generator_uniform(generator));
		values[i] = (uint64_t)lrint(1e6 * exp(value));
	}
	sort_u64(values, scratch, machine->operations);
	block->sorted = values;
	block->count = machine->operations;
}

/* ABBA or BAAB by a coin, as the plan does it; gives how many quartets there are. */
static size_t draw(const struct machine *machine, uint64_t seed)
{
	const size_t quartets = (size_t)machine->boots * machine->quartets;
	double wander = 0, of_quartet = 0, of_boot = 0;
	struct generator generator;
	uint32_t outer = 0;

	generator_seed(&generator, seed);
	for (size_t i = 0; i < 4 * quartets; i++) {
		const size_t in_boot = i % (4 * machine->quartets), position = i % 4;
		struct paired_block *block = &field.blocks[i];

		if (!in_boot)
			of_boot = machine->of_boot * generator_normal(&generator);
		if (!position) {
			outer = (uint32_t)generator_below(&generator, 2);
			step(&generator, &of_quartet, machine->of_quartet);
		}
		block->arm = position == 0 || position == 3 ? outer : !outer;
		draw_block(&generator, machine,
			   step(&generator, &wander, machine->wander) +
				   machine->drift * (double)in_boot / (4. * machine->quartets) +
				   block->arm * (machine->effect + of_boot + of_quartet),
			   block, field.values[i]);
	}
	for (size_t i = 0; i < quartets; i++)
		field.quartets[i] = (struct paired_quartet){
			.boot = (uint32_t)(i / machine->quartets),
			.blocks = &field.blocks[4 * i], .block_count = 4 };
	return quartets;
}

static struct paired_calibration calibrate(const struct machine *machine, double q, uint64_t seed)
{
	struct paired_calibration calibration;

	assert_int_equal(paired_calibration_make(field.quartets, draw(machine, seed), q, 6, .02,
						 seed, &field.workspace, &calibration), 0);
	return calibration;
}

static size_t measure(const struct machine *machine, uint64_t seed)
{
	size_t count;

	assert_int_equal(paired_differences(field.quartets, draw(machine, seed), .5,
					    &field.workspace, field.differences, &count), 0);
	return count;
}

static bool is_found(size_t count, uint64_t seed)
{
	double p;

	assert_int_equal(sign_flip_test(field.joined, count, seed, 999, &p), 0);
	return p <= CALIBRATION_ALPHA;
}

/* ---- false positives ---- */

static const struct machine machines[] = {
	{ .boots = 8, .quartets = 16, .operations = 8, .effect = .3, .noise = .05 },
	{ .boots = 8, .quartets = 16, .operations = 8, .noise = .03, .drift = .3, .wander = .03 },
	{ .boots = 12, .quartets = 24, .operations = 8, .effect = -.1, .of_boot = .05, .noise = .02,
	  .wander = .05, .stalls = true },
};

static void blocks_that_do_not_differ_are_called_different_as_often_as_the_test_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		struct paired_rate one = { 0 }, several = { 0 };

		for (uint64_t seed = 1; seed <= 12; seed++) {
			const struct paired_calibration found = calibrate(&machines[i], .5, seed);

			assert_int_equal(found.several_boots.tried, PAIRED_CALIBRATION_THROWS);
			assert_int_equal(found.one_boot.tried,
					 machines[i].boots * PAIRED_CALIBRATION_THROWS);
			assert_true(found.one_boot.judged <= found.one_boot.called);
			one.tried += found.one_boot.tried;
			one.called += found.one_boot.called;
			several.tried += found.several_boots.tried;
			several.called += found.several_boots.called;
		}
		assert_within((double)one.called / one.tried, .05, .015);
		assert_within((double)several.called / several.tried, .05, .02);
	}
}

/* The outer blocks of a quartet against each other would be three blocks of drift apart. */
static void a_steady_drift_is_in_no_difference(void **state)
{
	const struct machine still = { .boots = 8, .quartets = 16, .operations = 8, .noise = .001 };
	struct machine drifting = still;
	struct paired_calibration calm, found;

	(void)state;
	drifting.drift = .5;
	calm = calibrate(&still, .5, 1);
	found = calibrate(&drifting, .5, 1);
	assert_within(found.deviation / calm.deviation, 1, .05);
	assert_within(found.boot_deviation / calm.boot_deviation, 1, .05);
	/* Here: a block is .8 % later, and the smallest effect of interest 2 %. */
	assert_true(found.one_boot.called > 0);
	assert_int_equal(found.one_boot.judged, 0);
}

static void noise_that_is_larger_than_the_smallest_effect_would_be_a_verdict(void **state)
{
	const struct machine noisy = { .boots = 8, .quartets = 16, .operations = 8, .noise = .5 };
	const struct paired_calibration found = calibrate(&noisy, .5, 1);

	(void)state;
	assert_int_equal(found.one_boot.judged, found.one_boot.called);
}

static void few_differences_have_few_values_of_p(void **state)
{
	struct machine few = { .boots = 8, .quartets = 6, .operations = 8, .noise = .05 };
	uint32_t tried = 0, called = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 12; seed++) {
		const struct paired_calibration found = calibrate(&few, .5, seed);

		tried += found.one_boot.tried;
		called += found.one_boot.called;
	}
	assert_within((double)called / tried, 1. / 32, .01);
	few.quartets = 5;	/* below what a verdict takes */
	assert_int_equal(calibrate(&few, .5, 1).one_boot.tried, 0);
	assert_nan(paired_calibration_smallest(&(struct paired_calibration){ .deviation = .1,
				.differences = 5, .factor = 1, .boots = 8 }, 5, 1));
}

/* ---- what can be seen ---- */

static void power_follows_the_signs_that_there_are(void **state)
{
	(void)state;
	assert_true(paired_power(5, 1, 100, .05) == 0);		/* no p of five is below .0625 */
	assert_true(isinf(paired_detectable(5, .05, .9)));
	assert_within(paired_power(6, 1, 2, .05), pow(.977249868, 6) + pow(.022750132, 6), 1e-8);
	assert_within(paired_power(40, 1, 0, .05), .05, 1e-9);
	assert_true(paired_power(8, 0, .1, .05) == 1 && paired_power(8, 0, 0, .05) == 0);
	for (size_t count = 6; count < 100; count += 11) {
		const double reach = paired_detectable(count, .05, .9);

		assert_within(paired_power(count, .02, .02 * reach, .05), .9, 1e-6);
		assert_true(paired_detectable(count + 1, .05, .9) < reach);
	}
	assert_within(paired_allowance(1e9, .05, .9), 1, 1e-6);
	assert_true(paired_allowance(7, .05, .9) > paired_allowance(15, .05, .9));
	assert_true(isinf(paired_allowance(.5, .05, .9)) && isinf(paired_allowance(0, .05, .9)));
}

/* The share of boots with that effect that are found, each by itself. */
static double found_in_one_boot(struct machine machine, double effect, uint64_t trials)
{
	double found = 0, tests = 0;

	machine.effect = effect;
	for (uint64_t seed = 1001; seed <= 1000 + trials; seed++) {
		const size_t count = measure(&machine, seed);

		for (size_t first = 0, end; first < count; first = end) {
			size_t joined = 0;

			for (end = first; end < count && field.differences[end].boot ==
						      field.differences[first].boot; end++)
				field.joined[joined++] = field.differences[end].value;
			paired_join(field.joined, &joined);
			found += is_found(joined, seed);
			tests++;
		}
	}
	return found / tests;
}

static void one_boot_finds_what_it_is_said_to_find(void **state)
{
	static const struct machine these[] = {
		{ .boots = 16, .quartets = 16, .operations = 8, .noise = .05 },
		{ .boots = 16, .quartets = 6, .operations = 8, .noise = .05, .drift = .1 },
		{ .boots = 16, .quartets = 24, .operations = 8, .noise = .03, .wander = .03,
		  .stalls = true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(these) / sizeof(these[0]); i++) {
		const struct paired_calibration found = calibrate(&these[i], .5, 7);
		const double seen = paired_calibration_smallest(&found, found.differences, 1);

		assert_int_equal(found.differences, these[i].quartets);
		assert_within(found_in_one_boot(these[i], seen, 40), .9, .06);
		assert_true(found_in_one_boot(these[i], seen / 2, 40) < .5);
	}
}

/* Where the effect itself wanders, neighbours are alike and a boot has fewer than it seems. */
static void joined_differences_count_for_what_they_are_worth(void **state)
{
	const struct machine wandering = { .boots = 16, .quartets = 64, .operations = 8,
					   .noise = .005, .of_quartet = .03 };
	const struct machine plain = {
		.boots = 16, .quartets = 64, .operations = 8, .noise = .005
	};
	const struct paired_calibration found = calibrate(&wandering, .5, 3);

	(void)state;
	assert_int_equal(calibrate(&plain, .5, 3).factor, 1);
	assert_true(found.factor >= 4);
	/* More than a difference scatters; not by sqrt(1.9 / .1), for a boot is not that long. */
	assert_true(found.deviation > 1.5 * .03);
	assert_within(paired_calibration_smallest(&found, 16, 4),
		      paired_detectable(16, .05, .9) * found.deviation / 2 *
			      paired_allowance(16. * (64. / found.factor - 1), .05, .9), 1e-12);
}

static void several_boots_find_what_they_are_said_to_find(void **state)
{
	struct machine machine = { .boots = 12, .quartets = 8, .operations = 8, .noise = .02,
				   .of_boot = .03 };
	double found = 0, deviation = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 150; seed++) {
		struct paired_calibration calibration;
		size_t boots;

		machine.effect = .2;	/* whatever it is */
		calibration = calibrate(&machine, .5, seed);
		deviation += calibration.boot_deviation / 150;
		machine.effect = paired_calibration_smallest_of_boots(&calibration, 12);
		boots = paired_per_boot(field.differences, measure(&machine, 5000 + seed),
					field.joined);
		found += is_found(boots, seed) / 150.;
	}
	assert_within(deviation, .03, .004);
	assert_within(found, .9, .07);
}

/* ---- edges ---- */

static void samples_that_are_too_few_give_no_calibration(void **state)
{
	const struct machine machine = { .boots = 2, .quartets = 8, .operations = 8, .noise = .05 };
	const struct machine once = { .boots = 1, .quartets = 8, .operations = 8, .noise = .05 };
	struct paired_calibration found;

	(void)state;
	/* p99 takes 500 samples of a strategy. */
	assert_int_equal(paired_calibration_make(field.quartets, draw(&machine, 1), .99, 16, .05, 1,
						 &field.workspace, &found), -ENODATA);
	assert_int_equal(paired_calibration_make(field.quartets, 0, .5, 6, .05, 1,
						 &field.workspace, &found), -ENODATA);
	found = calibrate(&once, .5, 1);
	assert_int_equal(found.boots, 1);
	assert_nan(found.boot_deviation);
	assert_int_equal(found.several_boots.tried, 0);
	assert_nan(paired_calibration_smallest_of_boots(&found, 8));
	assert_true(paired_calibration_smallest(&found, 8, 1) > 0);
}

static void a_boot_of_one_difference_counts_among_boots_alone(void **state)
{
	const struct machine machine = {
		.boots = 12, .quartets = 8, .operations = 80, .noise = .05
	};
	const struct paired_calibration found = calibrate(&machine, .99, 1);

	(void)state;
	assert_int_equal(found.differences, 2);		/* 8 quartets hold 1280 of each strategy */
	assert_int_equal(found.one_boot.tried, 0);
	assert_true(found.boot_deviation > 0);
	assert_int_equal(found.several_boots.tried, PAIRED_CALIBRATION_THROWS);
}

static void equal_samples_differ_by_nothing(void **state)
{
	const struct machine machine = { .boots = 8, .quartets = 8, .operations = 8 };
	const struct paired_calibration found = calibrate(&machine, .5, 1);

	(void)state;
	assert_true(found.deviation == 0 && found.boot_deviation == 0);
	assert_int_equal(found.one_boot.called, 0);
	assert_int_equal(found.several_boots.called, 0);
	assert_true(paired_calibration_smallest(&found, 8, 1) == 0);
}

static void the_same_quartets_and_seed_give_the_same_calibration(void **state)
{
	const struct paired_calibration one = calibrate(&machines[2], .5, 4);
	const struct paired_calibration two = calibrate(&machines[2], .5, 4);
	struct paired_calibration other;

	(void)state;
	assert_true(one.deviation == two.deviation && one.boot_deviation == two.boot_deviation);
	assert_int_equal(one.one_boot.called, two.one_boot.called);
	assert_int_equal(one.several_boots.called, two.several_boots.called);
	/* Other coins, other tests, of the same scatter. */
	assert_int_equal(paired_calibration_make(field.quartets, draw(&machines[2], 4), .5, 6, .02,
						 5, &field.workspace, &other), 0);
	assert_true(one.deviation == other.deviation);
	assert_int_not_equal(one.one_boot.called, other.one_boot.called);
}

static int free_field(void **state)
{
	(void)state;
	paired_workspace_free(&field.workspace);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			blocks_that_do_not_differ_are_called_different_as_often_as_the_test_says),
		cmocka_unit_test(a_steady_drift_is_in_no_difference),
		cmocka_unit_test(noise_that_is_larger_than_the_smallest_effect_would_be_a_verdict),
		cmocka_unit_test(few_differences_have_few_values_of_p),
		cmocka_unit_test(power_follows_the_signs_that_there_are),
		cmocka_unit_test(one_boot_finds_what_it_is_said_to_find),
		cmocka_unit_test(joined_differences_count_for_what_they_are_worth),
		cmocka_unit_test(several_boots_find_what_they_are_said_to_find),
		cmocka_unit_test(samples_that_are_too_few_give_no_calibration),
		cmocka_unit_test(a_boot_of_one_difference_counts_among_boots_alone),
		cmocka_unit_test(equal_samples_differ_by_nothing),
		cmocka_unit_test(the_same_quartets_and_seed_give_the_same_calibration),
	};

	return cmocka_run_group_tests_name("paired calibration", tests, NULL, free_field);
}
