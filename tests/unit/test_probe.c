// SPDX-License-Identifier: GPL-2.0-or-later
/* What recording costs: paired, per cell and alternative, whatever else the blocks have. */
#include "campaign.h"

#include <string.h>

#include "stats/probe.h"

#define QUARTETS 24
#define RECORDED_COST .03

/* The unrecorded twins of a campaign's blocks: as long as theirs, less the cost. */
static struct comparison_block *twins(const struct campaign *campaign, uint64_t *values)
{
	const uint32_t count = campaign->input.block_count;
	struct comparison_block *blocks = calloc(count, sizeof(*blocks));

	for (uint32_t i = 0; i < count; i++) {
		uint64_t *to = values + (size_t)i * campaign->operations;

		blocks[i] = campaign->blocks[i];
		memset(&blocks[i].samples, 0, sizeof(blocks[i].samples));
		blocks[i].samples.rows = campaign->operations;
		blocks[i].samples.columns[COLUMN_WHOLE] = to;
		for (uint32_t j = 0; j < campaign->operations; j++)
			to[j] = (uint64_t)((double)campaign->values[i * campaign->operations + j] *
					   exp(-RECORDED_COST));
	}
	return blocks;
}

static uint64_t slow_candidate(struct generator *generator, uint32_t cell, uint32_t boot,
			       uint32_t arm)
{
	/* What differs between cells, boots and alternatives is no cost of recording. */
	return noisy(generator, cell + .3 * boot + .5 * arm);
}

struct made {
	struct campaign campaign;
	struct comparison_block *unrecorded;
	uint64_t *values;
	struct probe *probes;
	uint32_t count;
};

static void make(struct made *made, uint32_t cells, uint32_t boots)
{
	made->campaign = (struct campaign)CAMPAIGN;
	made->campaign.cells = cells;
	made->campaign.boots = boots;
	made->campaign.quartets = QUARTETS;
	made->campaign.column = COLUMN_WHOLE;
	made->campaign.ns = slow_candidate;
	set_up(&made->campaign);
	made->values = calloc((size_t)made->campaign.input.block_count * made->campaign.operations,
			      sizeof(uint64_t));
	made->unrecorded = twins(&made->campaign, made->values);
}

static void find(struct made *made)
{
	assert_int_equal(probe_make(&made->campaign.input, made->unrecorded,
				    made->campaign.input.block_count, &made->probes, &made->count,
				    NULL), 0);
}

static void unmake(struct made *made)
{
	free(made->probes);
	free(made->unrecorded);
	free(made->values);
	tear_down(&made->campaign);
}

static void each_cell_and_alternative_has_its_own(void **state)
{
	struct made made;

	(void)state;
	make(&made, 2, 1);
	find(&made);
	assert_int_equal(made.count, 4);
	for (uint32_t i = 0; i < 4; i++) {
		const struct probe *probe = &made.probes[i];

		assert_int_equal(probe->cell, i / 2);
		assert_int_equal(probe->arm, i % 2);
		assert_within(probe->estimate, RECORDED_COST, 1e-4);
		assert_true(probe->low <= probe->estimate && probe->estimate <= probe->high);
		assert_within(log(probe->on_p50_ns / probe->off_p50_ns), RECORDED_COST, 1e-4);
		assert_int_equal(probe->rows[0], QUARTETS * 2 * made.campaign.operations);
		assert_int_equal(probe->rows[1], probe->rows[0]);
		assert_int_equal(probe->pairs, QUARTETS);
	}
	unmake(&made);
}

/* Twins are noise of their own: the interval holds the cost, and its width is that of noise. */
static void noise_gives_an_interval(void **state)
{
	struct generator generator;
	struct made made;

	(void)state;
	make(&made, 1, 1);
	generator_seed(&generator, 7);
	for (size_t i = 0; i < (size_t)made.campaign.input.block_count * made.campaign.operations;
	     i++)
		made.values[i] = (uint64_t)((double)made.values[i] *
					    exp(.02 * generator_normal(&generator)));
	find(&made);
	assert_true(made.probes[0].low < RECORDED_COST && made.probes[0].high > RECORDED_COST);
	assert_true(made.probes[0].high - made.probes[0].low > .002);
	assert_true(made.probes[0].high - made.probes[0].low < .02);
	unmake(&made);
}

static void several_boots_are_one_difference_each(void **state)
{
	struct made made;

	(void)state;
	make(&made, 1, 7);
	find(&made);
	assert_int_equal(made.count, 2);
	assert_int_equal(made.probes[0].pairs, 7);
	assert_within(made.probes[0].estimate, RECORDED_COST, 1e-4);
	unmake(&made);
}

static void warm_up_is_left_out(void **state)
{
	struct made made;

	(void)state;
	make(&made, 1, 1);
	for (uint32_t i = 0; i < 8; i++) {	/* two quartets */
		made.campaign.blocks[i].warmup = made.unrecorded[i].warmup = true;
		for (uint32_t j = 0; j < made.campaign.operations; j++)
			made.campaign.values[i * made.campaign.operations + j] *= 1000;
	}
	find(&made);
	assert_int_equal(made.probes[0].pairs, QUARTETS - 2);
	assert_within(made.probes[0].estimate, RECORDED_COST, 1e-4);
	unmake(&made);
}

/* Recorded rows of other kinds have no whole of the operation. */
static void only_the_kind_that_is_the_operation_counts(void **state)
{
	struct made made;
	uint64_t *kinds;

	(void)state;
	make(&made, 1, 1);
	made.campaign.cell[0].workload = WORKLOAD_UNREGISTER;
	kinds = calloc(made.campaign.operations, sizeof(*kinds));
	kinds[0] = SAMPLE_KIND_CALLS;
	for (uint32_t i = 1; i < made.campaign.operations; i++)
		kinds[i] = SAMPLE_KIND_UNREGISTER;
	for (uint32_t i = 0; i < made.campaign.input.block_count; i++)
		made.campaign.blocks[i].samples.columns[COLUMN_KIND] = kinds;
	find(&made);
	assert_int_equal(made.probes[0].rows[1], QUARTETS * 2);
	unmake(&made);
	free(kinds);
}

static void without_unrecorded_blocks_there_are_none(void **state)
{
	struct made made;

	(void)state;
	make(&made, 1, 1);
	assert_int_equal(probe_make(&made.campaign.input, NULL, 0, &made.probes, &made.count,
				    NULL), 0);
	assert_int_equal(made.count, 0);
	assert_null(made.probes);
	/* Nor where one of the two has no samples. */
	for (uint32_t i = 0; i < made.campaign.input.block_count; i++)
		made.unrecorded[i].samples.rows = 0;
	find(&made);
	assert_int_equal(made.count, 0);
	unmake(&made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_cell_and_alternative_has_its_own),
		cmocka_unit_test(noise_gives_an_interval),
		cmocka_unit_test(several_boots_are_one_difference_each),
		cmocka_unit_test(warm_up_is_left_out),
		cmocka_unit_test(only_the_kind_that_is_the_operation_counts),
		cmocka_unit_test(without_unrecorded_blocks_there_are_none),
	};

	return cmocka_run_group_tests_name("probe", tests, NULL, NULL);
}
