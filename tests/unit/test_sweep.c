// SPDX-License-Identifier: GPL-2.0-or-later
/* Sweeps are found among the cells of a comparison, and their units are quartets or boots. */
#include "campaign.h"

#include <string.h>

/* Cells of campaign.h have 1, 2, 3 .. mirrors: 5 us and 1 us a mirror, the candidate half. */
static uint64_t growing(struct generator *generator, uint32_t cell, uint32_t boot, uint32_t arm)
{
	const double level = 500 + (arm ? 500 : 1000) * pow(4, cell);

	(void)boot;
	return (uint64_t)llrint(level * exp(.02 * generator_normal(generator)));
}

/* Each boot of its own level, 30 % apart. */
static uint64_t growing_by_boot(struct generator *generator, uint32_t cell, uint32_t boot,
				uint32_t arm)
{
	return (uint64_t)((double)growing(generator, cell, boot, arm) * exp(.3 * boot));
}

static void by_four(struct campaign *campaign)
{
	for (uint32_t i = 0; i < campaign->cells; i++)
		campaign->cell[i].mirrors = 1u << 2 * i;
}

static void cells_that_differ_in_mirrors_alone_are_a_sweep(void **state)
{
	struct campaign campaign = CAMPAIGN;
	struct comparison *comparison;
	const struct sweep *sweep;

	(void)state;
	campaign.cells = 6;
	campaign.ns = growing;
	set_up(&campaign);
	by_four(&campaign);
	comparison = compared(&campaign);
	assert_int_equal(comparison->sweep_count, 1);
	sweep = comparison->sweeps;
	assert_int_equal(sweep->part, SWEEP_MIRRORS);
	assert_int_equal(sweep->count, 6);
	for (uint32_t i = 0; i < 6; i++) {
		const struct cell_result *result = &comparison->results[sweep->results[i]];

		assert_int_equal(result->column, COLUMN_WALK);
		assert_int_equal(campaign.cell[result->cell].mirrors, 1u << 2 * i);
	}
	assert_false(sweep->slope.plain);
	assert_int_equal(sweep->slope.units, campaign.quartets);
	assert_within(sweep->slope.exponent[ARM_BASE].estimate, 1, .01);
	assert_within(sweep->slope.exponent[ARM_CANDIDATE].estimate, 1, .01);
	assert_true(sweep->slope.difference.low < 0 && sweep->slope.difference.high > 0);
	assert_true(sweep->slope.difference.high - sweep->slope.difference.low < .05);
	comparison_free(comparison);
	tear_down(&campaign);
}

static void points_stand_in_the_order_of_their_sizes(void **state)
{
	struct campaign campaign = CAMPAIGN;
	struct comparison *comparison;

	(void)state;
	campaign.cells = 4;
	campaign.ns = growing;
	set_up(&campaign);
	by_four(&campaign);
	for (uint32_t i = 0; i < 4; i++) { /* threads fall as mirrors rise: no sweep of either */
		campaign.cell[i].threads = 4 - i;
		campaign.cell[i].memory_bytes = 4096;
	}
	comparison = compared(&campaign);
	assert_int_equal(comparison->sweep_count, 0);
	comparison_free(comparison);
	for (uint32_t i = 0; i < 4; i++)
		campaign.cell[i].mirrors = 16;
	comparison = compared(&campaign);
	assert_int_equal(comparison->sweep_count, 1);
	assert_int_equal(comparison->sweeps[0].part, SWEEP_THREADS);
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(campaign.cell[comparison->results[comparison->sweeps[0].results[i]]
						       .cell].threads, i + 1);
	assert_true(comparison->sweeps[0].slope.exponent[ARM_BASE].estimate < 0);
	comparison_free(comparison);
	tear_down(&campaign);
}

static void every_number_of_a_cell_can_be_swept(void **state)
{
	struct campaign campaign = CAMPAIGN;
	struct comparison *comparison;

	(void)state;
	campaign.cells = 4;
	campaign.ns = growing;
	set_up(&campaign);
	for (enum sweep_part part = 0; part < SWEEP_PART_COUNT; part++) {
		for (uint32_t i = 0; i < 4; i++) {
			campaign.cell[i] = (struct cell){ .workload = WORKLOAD_EXIT, .mirrors = 1,
							  .threads = 1, .processes = 1,
							  .memory_bytes = 1 };
			*(part == SWEEP_MIRRORS	 ? &campaign.cell[i].mirrors :
			  part == SWEEP_THREADS	 ? &campaign.cell[i].threads :
			  part == SWEEP_PROCESSES ? &campaign.cell[i].processes :
						    (uint32_t *)&campaign.cell[i].memory_bytes) =
				1u << 2 * i;
		}
		comparison = compared(&campaign);
		assert_int_equal(comparison->sweep_count, 1);
		assert_int_equal(comparison->sweeps[0].part, part);
		assert_within(comparison->sweeps[0].slope.exponent[ARM_BASE].estimate, 1, .02);
		comparison_free(comparison);
	}
	assert_string_equal(sweep_part_name(SWEEP_MEMORY), "memory");
	tear_down(&campaign);
}

static void two_sizes_are_no_sweep(void **state)
{
	struct campaign campaign = CAMPAIGN;
	struct comparison *comparison;

	(void)state;
	campaign.cells = 2;
	campaign.ns = growing;
	set_up(&campaign);
	comparison = compared(&campaign);
	assert_int_equal(comparison->sweep_count, 0);
	comparison_free(comparison);
	tear_down(&campaign);
}

/* A cell that gave nothing (a machine with too little memory skips it) is no point. */
static void a_size_without_samples_is_left_out(void **state)
{
	struct campaign campaign = CAMPAIGN;
	struct comparison *comparison;

	(void)state;
	campaign.cells = 5;
	campaign.ns = growing;
	set_up(&campaign);
	by_four(&campaign);
	for (uint32_t i = 0; i < campaign.input.block_count; i++)
		if (campaign.blocks[i].cell == 2)
			campaign.blocks[i].samples.rows = 0;
	comparison = compared(&campaign);
	assert_int_equal(comparison->sweep_count, 1);
	assert_int_equal(comparison->sweeps[0].count, 4);
	assert_within(comparison->sweeps[0].slope.exponent[ARM_BASE].estimate, 1, .01);
	comparison_free(comparison);
	tear_down(&campaign);
}

static void with_several_boots_the_boot_is_the_unit(void **state)
{
	struct campaign campaign = CAMPAIGN;
	struct comparison *comparison;
	const struct slope *slope;

	(void)state;
	campaign.cells = 4;
	campaign.boots = 6;
	campaign.quartets = 6;
	campaign.ns = growing_by_boot;
	set_up(&campaign);
	by_four(&campaign);
	comparison = compared(&campaign);
	assert_int_equal(comparison->sweep_count, 1);
	slope = &comparison->sweeps[0].slope;
	assert_int_equal(slope->units, 6);
	assert_within(slope->exponent[ARM_BASE].estimate, 1, .02);
	/* Levels 30 % apart in each boot, and yet: */
	assert_true(slope->exponent[ARM_BASE].high - slope->exponent[ARM_BASE].low < .05);
	comparison_free(comparison);
	/* A boot that lacks a point is none; the others remain. */
	for (uint32_t i = 0; i < campaign.input.block_count; i++)
		if (campaign.blocks[i].cell == 1 && campaign.blocks[i].boot == 3)
			campaign.blocks[i].samples.rows = 0;
	comparison = compared(&campaign);
	assert_int_equal(comparison->sweep_count, 1);
	assert_int_equal(comparison->sweeps[0].slope.units, 5);
	comparison_free(comparison);
	tear_down(&campaign);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_that_differ_in_mirrors_alone_are_a_sweep),
		cmocka_unit_test(points_stand_in_the_order_of_their_sizes),
		cmocka_unit_test(every_number_of_a_cell_can_be_swept),
		cmocka_unit_test(two_sizes_are_no_sweep),
		cmocka_unit_test(a_size_without_samples_is_left_out),
		cmocka_unit_test(with_several_boots_the_boot_is_the_unit),
	};

	return cmocka_run_group_tests_name("sweep", tests, NULL, NULL);
}
