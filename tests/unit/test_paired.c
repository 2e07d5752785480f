// SPDX-License-Identifier: GPL-2.0-or-later
/* From quartets to differences and to an effect, and the shift function over all quantiles. */
#include "within.h"

#include <stdlib.h>
#include <string.h>

#include "stats/paired.h"
#include "stats/random.h"
#include "stats/shift.h"
#include "stats/sort.h"

#define QUARTETS_MAX 600
#define COUNT_MAX 64

static struct {
	uint64_t values[QUARTETS_MAX * 4][COUNT_MAX];
	struct paired_block blocks[QUARTETS_MAX * 4];
	struct paired_quartet quartets[QUARTETS_MAX];
	struct paired_difference differences[QUARTETS_MAX];
	uint64_t pooled[PAIRED_ARMS][QUARTETS_MAX * 4 * COUNT_MAX];
	size_t pooled_count[PAIRED_ARMS];
} field;

static uint64_t scratch[QUARTETS_MAX * 4 * COUNT_MAX];

/* ABBA and BAAB in turn; sample k of block i is ns(i, arm, k). */
static void make_field(size_t quartets, size_t per_block, uint32_t boots,
		       uint64_t (*ns)(size_t block, uint32_t arm, size_t k))
{
	field.pooled_count[0] = field.pooled_count[1] = 0;
	for (size_t i = 0; i < quartets * 4; i++) {
		uint32_t arm = (i % 4 == 1 || i % 4 == 2) ^ (i / 4 % 2);

		for (size_t k = 0; k < per_block; k++) {
			field.values[i][k] = ns(i, arm, k);
			field.pooled[arm][field.pooled_count[arm]++] = field.values[i][k];
		}
		sort_u64(field.values[i], scratch, per_block);
		field.blocks[i] = (struct paired_block){ field.values[i], per_block, arm };
	}
	for (size_t i = 0; i < quartets; i++)
		field.quartets[i] = (struct paired_quartet){
			.boot = (uint32_t)(i * boots / quartets),
			.blocks = &field.blocks[4 * i], .block_count = 4 };
	for (size_t arm = 0; arm < PAIRED_ARMS; arm++)
		sort_u64(field.pooled[arm], scratch, field.pooled_count[arm]);
}

static size_t differences(size_t quartets, double q)
{
	struct paired_workspace workspace = { 0 };
	size_t count;

	assert_int_equal(paired_differences(field.quartets, quartets, q, &workspace,
					    field.differences, &count), 0);
	paired_workspace_free(&workspace);
	return count;
}

static uint64_t shift_of_a_tenth(size_t block, uint32_t arm, size_t k)
{
	(void)block;
	return (arm ? 110000 : 100000) + (arm ? 11 : 10) * k;
}

static void a_ratio_is_found_at_every_quantile(void **state)
{
	(void)state;
	make_field(100, 20, 1, shift_of_a_tenth);
	for (double q = .1; q < .95; q += .4) {
		size_t count = differences(100, q);

		assert_int_equal(count, 100);
		for (size_t i = 0; i < count; i++)
			assert_within(field.differences[i].value, log(1.1), 1e-12);
	}
	assert_int_equal(differences(100, .99), 7);	/* 13 quartets hold 520 of each arm */
	assert_within(field.differences[0].value, log(1.1), 1e-12);
}

/* The level doubles over the series: without pairing B would look slower or faster. */
static uint64_t steady_drift(size_t block, uint32_t arm, size_t k)
{
	(void)arm;
	(void)k;
	return (uint64_t)llrint(1e9 * exp(.001 * (double)block));
}

static void a_steady_drift_cancels_inside_a_quartet(void **state)
{
	size_t count;

	(void)state;
	make_field(100, 20, 1, steady_drift);
	count = differences(100, .5);
	assert_int_equal(count, 100);
	for (size_t i = 0; i < count; i++)
		assert_within(field.differences[i].value, 0, 1e-8);
}

static void a_quantile_waits_for_samples_to_stand_on(void **state)
{
	(void)state;
	assert_int_equal(paired_minimum(.5), 2);
	assert_int_equal(paired_minimum(.1), 10);
	assert_int_equal(paired_minimum(.9), 10);
	assert_int_equal(paired_minimum(.99), 500);
	make_field(99, 4, 1, shift_of_a_tenth);		/* 8 of each arm in a quartet */
	assert_int_equal(differences(99, .5), 99);
	assert_int_equal(differences(99, .1), 49);	/* two by two, the last three together */
	assert_int_equal(differences(99, .99), 1);	/* 63 fill it, the rest joins */
	assert_int_equal(differences(60, .99), 0);
	assert_int_equal(differences(0, .5), 0);
}

static uint64_t ratio_at_the_end(size_t block, uint32_t arm, size_t k)
{
	(void)k;
	return arm && block >= 4 * 98 ? 50000 : 100000;
}

/* The last quartet of 99 does not fill a unit: it is in the last difference, not lost. */
static void what_is_left_over_joins_the_last_difference(void **state)
{
	(void)state;
	make_field(99, 4, 1, ratio_at_the_end);
	assert_int_equal(differences(99, .1), 49);
	assert_within(field.differences[47].value, 0, 0);
	assert_true(field.differences[48].value < -.1);
}

static void no_difference_spans_two_boots(void **state)
{
	size_t count;

	(void)state;
	make_field(99, 4, 3, shift_of_a_tenth);
	count = differences(99, .1);
	assert_int_equal(count, 3 * 16);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(field.differences[i].boot, i / 16);
	assert_int_equal(differences(99, .99), 0);
}

static void lag_1_is_the_textbook_s(void **state)
{
	static const double x[] = { 1, 2, 3, 4, 5 }, alternating[] = { 1, -1, 1, -1 };
	static const double equal[] = { .1, .1, .1, .1, .1, .1, .1 };

	(void)state;
	assert_within(paired_lag1(x, 5), .4, 1e-15);
	assert_within(paired_lag1(alternating, 4), -.75, 1e-15);
	assert_within(paired_lag1(equal, 7), 0, 0);
	assert_within(paired_lag1(x, 2), 0, 0);
	assert_within(paired_lag1(x, 0), 0, 0);
}

static void correlated_neighbours_are_joined(void **state)
{
	static const char signs[] = "+--+++-+-++---+-+";
	double x[67], sum = 0, joined_sum = 0;
	size_t count = 67;
	uint32_t factor;

	(void)state;
	/* Four of a kind in a row: joining twice makes them independent. */
	for (size_t i = 0; i < 67; i++)
		x[i] = signs[i / 4] == '+' ? 1 : -1;
	factor = paired_join(x, &count);
	assert_int_equal(factor, 4);
	assert_int_equal(count, 16);
	count = 17;
	for (size_t i = 0; i < 17; i++) {	/* a rise: joined as long as 8 remain, 3 in the last */
		x[i] = (double)i;
		sum += x[i];
	}
	factor = paired_join(x, &count);
	assert_int_equal(factor, 2);
	assert_int_equal(count, 8);
	assert_within(x[7], 15, 1e-12);
	for (size_t i = 0; i < 7; i++)
		joined_sum += 2 * x[i];
	assert_within(joined_sum + 3 * x[7], sum, 1e-12);
	count = 12;
	assert_int_equal(paired_join(x, &count), 1);
	assert_int_equal(count, 12);
}

static void a_boot_gives_one_value(void **state)
{
	static const struct paired_difference x[] = {
		{ .value = 1, .boot = 0 }, { .value = 2, .boot = 0 }, { .value = 100, .boot = 0 },
		{ .value = 5, .boot = 1 }, { .value = 7, .boot = 4 }, { .value = 9, .boot = 4 },
	};
	double values[6];

	(void)state;
	assert_int_equal(paired_per_boot(x, 6, values), 3);
	assert_within(values[0], 26.25, 0);	/* of 1, 1.5, 2, 50.5, 51, 100 */
	assert_within(values[1], 5, 0);
	assert_within(values[2], 8, 0);
	assert_int_equal(paired_per_boot(x, 0, values), 0);
}

static void an_effect_has_an_interval_from_6_values_on(void **state)
{
	double x[] = { 3, 1, 2, 6, 5, 4 }, equal[16];
	struct paired_effect effect = paired_estimate(x, 5);

	(void)state;
	assert_within(effect.estimate, 3.5, 0);
	assert_nan(effect.low);
	assert_nan(effect.high);
	assert_true(effect.deviation > 0);
	effect = paired_estimate(x, 6);
	assert_true(effect.low == 1 && effect.high == 6 && effect.count == 6);
	effect = paired_estimate(x, 0);
	assert_nan(effect.estimate);
	assert_nan(effect.lag1);
	for (size_t i = 0; i < 16; i++)
		equal[i] = .01;
	effect = paired_estimate(equal, 16);
	assert_true(effect.estimate == .01 && effect.low == .01 && effect.high == .01);
	assert_true(effect.deviation == 0 && effect.lag1 == 0);
}

/* --- The shift function --------------------------------------------------------------- */

static struct generator generator;

static uint64_t noise(size_t block, uint32_t arm, size_t k)
{
	(void)block;
	(void)k;
	return (uint64_t)(1e6 * exp((arm ? .1 : 0) + .05 * generator_normal(&generator)));
}

static uint64_t equal(size_t block, uint32_t arm, size_t k)
{
	(void)block;
	(void)k;
	return arm ? 101 : 100;
}

static struct shift_function shift_of(size_t quartets)
{
	const uint64_t *const pooled[] = { field.pooled[0], field.pooled[1] };
	struct shift_function shift;

	assert_int_equal(shift_function_make(field.quartets, quartets, pooled, field.pooled_count,
					     1, &shift), 0);
	return shift;
}

static void the_band_holds_a_constant_ratio(void **state)
{
	struct shift_function shift, again;

	(void)state;
	generator_seed(&generator, 12);
	make_field(500, 8, 1, noise);
	shift = shift_of(500);
	again = shift_of(500);
	assert_memory_equal(&shift, &again, sizeof(shift));
	assert_int_equal(shift.points, SHIFT_POINTS);
	assert_within(shift.quantile[0], .05, 0);
	assert_within(shift.quantile[SHIFT_POINTS - 1], .999, 0);
	for (uint32_t i = 0; i < shift.points; i++) {
		assert_true(shift.low[i] < .1 && shift.high[i] > .1);
		assert_true(shift.low[i] <= shift.estimate[i] &&
			    shift.high[i] >= shift.estimate[i]);
		assert_true(shift.high[i] - shift.low[i] < (i + 1 < SHIFT_POINTS ? .04 : .2));
	}
}

static void a_tail_without_samples_is_left_out(void **state)
{
	struct shift_function shift;

	(void)state;
	generator_seed(&generator, 12);
	make_field(16, 8, 1, noise);		/* 256 of each arm */
	shift = shift_of(16);
	assert_int_equal(shift.points, 19);	/* up to .95 */
	assert_within(shift.quantile[18], .95, 0);
	make_field(16, 32, 1, noise);		/* 1024 */
	assert_int_equal(shift_of(16).points, 20);
	make_field(5, 32, 1, noise);		/* too few quartets to resample */
	assert_int_equal(shift_of(5).points, 0);
	assert_int_equal(shift_of(0).points, 0);
}

static void equal_samples_have_a_band_without_width(void **state)
{
	struct shift_function shift;

	(void)state;
	make_field(100, 8, 1, equal);
	shift = shift_of(100);
	assert_int_equal(shift.points, 20);
	for (uint32_t i = 0; i < shift.points; i++) {
		assert_within(shift.estimate[i], log(1.01), 1e-12);
		assert_true(shift.low[i] == shift.estimate[i] &&
			    shift.high[i] == shift.estimate[i]);
	}
}

/* Boots that differ from each other by themselves, but not between arms. */
static uint64_t by_boot(size_t block, uint32_t arm, size_t k)
{
	double boot = (double)(block / 4 / 20 % 3) * (arm ? .05 : -.05);

	(void)k;
	return (uint64_t)(1e6 * exp(boot + .001 * generator_normal(&generator)));
}

static void with_enough_boots_the_boot_is_resampled(void **state)
{
	double whole, parts;

	(void)state;
	generator_seed(&generator, 13);
	make_field(160, 8, 8, by_boot);
	whole = shift_of(160).high[9] - shift_of(160).low[9];
	for (size_t i = 0; i < 160; i++)
		field.quartets[i].boot = 0;
	parts = shift_of(160).high[9] - shift_of(160).low[9];
	/* Eight values that scatter, not sixty-four: the band must be wider. */
	assert_true(whole > 1.5 * parts);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_ratio_is_found_at_every_quantile),
		cmocka_unit_test(a_steady_drift_cancels_inside_a_quartet),
		cmocka_unit_test(a_quantile_waits_for_samples_to_stand_on),
		cmocka_unit_test(what_is_left_over_joins_the_last_difference),
		cmocka_unit_test(no_difference_spans_two_boots),
		cmocka_unit_test(lag_1_is_the_textbook_s),
		cmocka_unit_test(correlated_neighbours_are_joined),
		cmocka_unit_test(a_boot_gives_one_value),
		cmocka_unit_test(an_effect_has_an_interval_from_6_values_on),
		cmocka_unit_test(the_band_holds_a_constant_ratio),
		cmocka_unit_test(a_tail_without_samples_is_left_out),
		cmocka_unit_test(equal_samples_have_a_band_without_width),
		cmocka_unit_test(with_enough_boots_the_boot_is_resampled),
	};

	return cmocka_run_group_tests_name("paired", tests, NULL, NULL);
}
