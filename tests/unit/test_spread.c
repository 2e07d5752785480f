// SPDX-License-Identifier: GPL-2.0-or-later
/* Where scatter comes from, out of samples of which it is known; and campaigns planned with it. */
#include "within.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "stats/boots.h"
#include "stats/experiment.h"
#include "stats/random.h"
#include "stats/spread_boot.h"

#define BOOTS 120
#define BLOCKS 8
#define OPERATIONS 60

/* Deviations of what each level adds to the logarithms. */
static const double of_boot = .03, of_block = .02, of_operation = .08, shared = .1;

static void fill_block(struct generator *generator, double level, struct comparison_block *block)
{
	assert_int_equal(samples_init(&block->samples, OPERATIONS, 1u << COLUMN_WALK), 0);
	for (size_t i = 0; i < OPERATIONS; i++)
		block->samples.columns[COLUMN_WALK][i] = (uint64_t)llrint(
			1e6 * exp(level + of_operation * generator_normal(generator)));
}

/* Four boots to a group, whose levels differ by more than the boots do. */
static void draw_boot(struct generator *generator, uint32_t boot,
		      struct spread_boot values[GATED_COUNT])
{
	struct comparison_block blocks[BLOCKS] = { 0 };
	const double control = shared * generator_normal(generator);
	const double level = boot / 4 % 3 + control + of_boot * generator_normal(generator);

	for (size_t i = 0; i < BLOCKS; i++)
		fill_block(generator, level + of_block * generator_normal(generator), &blocks[i]);
	assert_int_equal(spread_boot_make(blocks, BLOCKS, COLUMN_WALK, UINT32_MAX, values), 0);
	for (size_t i = 0; i < GATED_COUNT; i++) {
		values[i].group = boot / 4;
		values[i].control = control;
	}
	for (size_t i = 0; i < BLOCKS; i++)
		samples_free(&blocks[i].samples);
}

static void draw(struct spread_boot boots[GATED_COUNT][BOOTS])
{
	struct spread_boot values[GATED_COUNT];
	struct generator generator;

	generator_seed(&generator, 7);
	for (uint32_t boot = 0; boot < BOOTS; boot++) {
		draw_boot(&generator, boot, values);
		for (size_t i = 0; i < GATED_COUNT; i++)
			boots[i][boot] = values[i];
	}
}

static void each_level_is_found_again(void **state)
{
	static struct spread_boot boots[GATED_COUNT][BOOTS];
	struct spread spread;

	(void)state;
	draw(boots);
	assert_int_equal(spread_of(boots[GATED_P50], BOOTS, &spread), 0);
	assert_int_equal(spread.boots, BOOTS);
	assert_int_equal(spread.groups, BOOTS / 4);
	assert_within(sqrt(spread.boot), of_boot, .2 * of_boot);
	assert_within(sqrt(spread.block), of_block, .2 * of_block);
	/* A median of normal samples: pi / 2 of a mean's variance. */
	assert_within(sqrt(spread.operation), 1.2533 * of_operation, .2 * of_operation);
	assert_true(spread.beta > .9);
}

static void without_a_control_its_share_is_the_boots(void **state)
{
	static struct spread_boot boots[GATED_COUNT][BOOTS];
	struct spread spread;

	(void)state;
	draw(boots);
	boots[GATED_P50][17].control = NAN;
	assert_int_equal(spread_of(boots[GATED_P50], BOOTS, &spread), 0);
	assert_true(spread.beta == 0);
	assert_within(sqrt(spread.boot), hypot(of_boot, shared), .2 * shared);
}

/* Blocks of 60 samples have no p99; their boot has not even 500. */
static void a_quantile_without_samples_is_not_told(void **state)
{
	static struct spread_boot boots[GATED_COUNT][BOOTS];
	struct spread spread;

	(void)state;
	draw(boots);
	assert_true(isnan(boots[GATED_P99][0].value));
	assert_int_equal(boots[GATED_P99][0].blocks, BLOCKS);
	assert_int_equal(spread_of(boots[GATED_P99], BOOTS, &spread), -ENODATA);
}

static void boots_of_different_builds_tell_nothing_of_each_other(void **state)
{
	const struct spread_boot boots[] = {
		{ .group = 1, .value = 1, .control = NAN, .blocks = 2, .operations = 10 },
		{ .group = 2, .value = 2, .control = NAN, .blocks = 2, .operations = 10 },
	};
	struct spread spread;

	(void)state;
	assert_int_equal(spread_of(boots, 2, &spread), -ENODATA);
	assert_int_equal(spread.boots, 0);
}

/* With blocks that cannot be told apart from their operations, the operations speak. */
static void unknown_blocks_are_no_scatter_of_boots(void **state)
{
	struct spread_boot boots[2] = {
		{ .group = 1, .value = 0, .control = NAN, .blocks = 4, .operations = 25,
		  .block_variance = NAN, .operation_variance = .04 },
	};
	struct spread spread;

	(void)state;
	boots[1] = boots[0];
	boots[1].value = .2;
	assert_int_equal(spread_of(boots, 2, &spread), 0);
	assert_within(spread.boot, .02 - .04 / 100, 1e-12);
	assert_true(spread.block == 0);
	assert_within(spread.operation, .04, 1e-12);
}

/* ---- campaigns ---- */

static struct experiment_part parts[] = {
	{ .cell = 0,
	  .spread = { .boot = .0004, .block = .0009, .operation = .01 },
	  .operations = 8,
	  .least_blocks = 2 },
	{ .cell = 1,
	  .spread = { .boot = .0001, .block = .0025, .operation = .04 },
	  .operations = 16,
	  .least_blocks = 4 },
};
static struct experiment_cell cells[] = {
	{ .block_s = .5, .unit = 2, .measured = 20, .least = 2 },
	{ .block_s = .25, .unit = 2, .measured = 20, .least = 2 },
	{ .block_s = .1, .unit = 1, .measured = 20, .least = 20 },	/* the control */
};

static struct experiment experiment_new(void)
{
	return (struct experiment){
		.parts = parts, .part_count = 2, .cells = cells, .cell_count = 3,
		.boot_s = 20, .alpha = .05, .power = .9, .boots_max = 1000,
	};
}

static double power_of(const struct experiment *experiment, const struct experiment_part *part,
		       uint32_t boots, uint32_t blocks, double effect)
{
	const double deviation = boots_deviation(part->spread.boot, part->spread.block,
						 part->spread.operation, blocks, part->operations);

	return boots_power(boots, deviation, effect, experiment->alpha);
}

static void a_campaign_has_the_power_that_was_asked_for(void **state)
{
	struct experiment experiment = experiment_new();
	bool tight = false;

	(void)state;
	experiment_for_effect(&experiment, .02);
	assert_true(experiment.boots >= 4 && experiment.boots <= 100);
	assert_int_equal(cells[2].blocks, 20);
	for (size_t i = 0; i < 2; i++) {
		const struct experiment_part *part = &parts[i];
		const struct experiment_cell *cell = &cells[part->cell];

		assert_true(cell->blocks >= part->least_blocks);
		assert_int_equal(cell->blocks % cell->unit, 0);
		assert_true(power_of(&experiment, part, experiment.boots, cell->blocks, .02) >=
			    .8999);
		assert_true(experiment_smallest(&experiment, part, experiment.boots,
						cell->blocks) <= .02 + 1e-9);
		tight |= cell->blocks == cell->least ||
			 power_of(&experiment, part, experiment.boots, cell->blocks - cell->unit,
				  .02) < .9;
	}
	assert_true(tight);
}

/* Against all numbers of boots, each with the fewest blocks that do. */
static void no_other_number_of_boots_takes_less_time(void **state)
{
	struct experiment experiment = experiment_new();
	double best_s;

	(void)state;
	experiment_for_effect(&experiment, .02);
	best_s = 2 * experiment.boots * experiment_boot_s(&experiment);
	for (uint32_t boots = 4; boots < 200; boots++) {
		double boot_s = experiment.boot_s + 20 * cells[2].block_s;
		bool enough = true;

		for (size_t i = 0; i < 2 && enough; i++) {
			uint32_t blocks = parts[i].least_blocks;

			while (power_of(&experiment, &parts[i], boots, blocks, .02) < .9 &&
			       blocks < 5000)
				blocks += 2;
			enough = blocks < 5000;
			boot_s += blocks * cells[i].block_s;
		}
		if (enough)
			assert_true(best_s <= 2 * boots * boot_s + 1e-6);
	}
}

static void dear_boots_are_bought_less_often(void **state)
{
	struct experiment cheap = experiment_new(), dear = experiment_new();

	(void)state;
	cheap.boot_s = 1;
	dear.boot_s = 600;
	experiment_for_effect(&cheap, .02);
	experiment_for_effect(&dear, .02);
	assert_true(dear.boots < cheap.boots);
}

static void what_no_campaign_finds_does_not_stop_the_others(void **state)
{
	struct experiment experiment = experiment_new();
	const double kept = parts[0].spread.boot;

	(void)state;
	parts[0].spread.boot = 4;
	experiment_for_effect(&experiment, .02);
	assert_true(parts[0].beyond);
	assert_false(parts[1].beyond);
	assert_true(experiment.boots >= 4);
	experiment.part_count = 1;
	experiment_for_effect(&experiment, .02);
	assert_int_equal(experiment.boots, 0);
	parts[0].spread.boot = kept;
}

static void a_budget_is_kept_and_more_of_it_shows_more(void **state)
{
	struct experiment experiment = experiment_new();
	double last = INFINITY;

	(void)state;
	for (double budget_s = 900; budget_s < 200000; budget_s *= 2) {
		double worst = 0;

		experiment_for_time(&experiment, budget_s);
		assert_true(experiment.boots >= 4);
		assert_true(2 * experiment.boots * experiment_boot_s(&experiment) <= budget_s);
		for (size_t i = 0; i < 2; i++)
			worst = fmax(worst,
				     experiment_smallest(&experiment, &parts[i], experiment.boots,
							 cells[parts[i].cell].blocks));
		assert_true(worst < last);
		last = worst;
	}
}

static void a_budget_below_four_boots_is_none(void **state)
{
	struct experiment experiment = experiment_new();

	(void)state;
	experiment_for_time(&experiment, 8 * 20);
	assert_int_equal(experiment.boots, 0);
	assert_int_equal(experiment_fewest(.05), 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_level_is_found_again),
		cmocka_unit_test(without_a_control_its_share_is_the_boots),
		cmocka_unit_test(a_quantile_without_samples_is_not_told),
		cmocka_unit_test(boots_of_different_builds_tell_nothing_of_each_other),
		cmocka_unit_test(unknown_blocks_are_no_scatter_of_boots),
		cmocka_unit_test(a_campaign_has_the_power_that_was_asked_for),
		cmocka_unit_test(no_other_number_of_boots_takes_less_time),
		cmocka_unit_test(dear_boots_are_bought_less_often),
		cmocka_unit_test(what_no_campaign_finds_does_not_stop_the_others),
		cmocka_unit_test(a_budget_is_kept_and_more_of_it_shows_more),
		cmocka_unit_test(a_budget_below_four_boots_is_none),
	};

	return cmocka_run_group_tests_name("spread", tests, NULL, NULL);
}
