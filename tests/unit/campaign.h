/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Campaigns made up for tests: blocks whose samples come from a function. */
#ifndef HMMBENCH_TEST_CAMPAIGN_H
#define HMMBENCH_TEST_CAMPAIGN_H

#include "within.h"

#include <stdlib.h>

#include "stats/comparison.h"
#include "stats/random.h"

/* A made-up campaign: every cell has the same design, its samples from a function. */
struct campaign {
	uint32_t cells, boots, quartets, operations;
	enum sample_column column;
	uint64_t (*ns)(struct generator *generator, uint32_t cell, uint32_t boot, uint32_t arm);
	uint64_t seed;

	struct cell *cell;
	struct comparison_block *blocks;
	uint64_t *values, *flags;
	struct comparison_boot *boot;	/* of_builds() */
	uint32_t *strategies;		/* the same */
	struct comparison_input input;
};

#define CAMPAIGN { .cells = 1, .boots = 1, .quartets = 50, .operations = 8, \
		   .column = COLUMN_WALK, .ns = same }

static inline uint64_t noisy(struct generator *generator, double effect)
{
	return (uint64_t)llrint(1e6 * exp(effect + .02 * generator_normal(generator)));
}

static inline uint64_t same(struct generator *generator, uint32_t cell, uint32_t boot, uint32_t arm)
{
	(void)cell, (void)boot, (void)arm;
	return noisy(generator, 0);
}

static inline void fill_block(struct campaign *campaign, struct generator *generator,
			      uint32_t number)
{
	struct comparison_block *block = &campaign->blocks[number];
	uint32_t per_boot = campaign->quartets * 4;
	uint32_t in_boot = number % per_boot;
	uint64_t *values = campaign->values + (size_t)number * campaign->operations;
	uint64_t *flags = campaign->flags + (size_t)number * campaign->operations;

	block->boot = number / per_boot % campaign->boots;
	block->cell = number / per_boot / campaign->boots;
	block->quartet = in_boot / 4;
	block->position = in_boot % 4;
	block->arm = (block->position == 1 || block->position == 2) ^ (block->quartet % 2);
	block->samples.rows = campaign->operations;
	block->samples.columns[campaign->column] = values;
	block->samples.columns[COLUMN_FLAGS] = flags;
	for (uint32_t i = 0; i < campaign->operations; i++)
		values[i] = campaign->ns(generator, block->cell, block->boot, block->arm);
}

static inline void set_up(struct campaign *campaign)
{
	uint32_t blocks = campaign->cells * campaign->boots * campaign->quartets * 4;
	struct generator generator;

	generator_seed(&generator, campaign->seed + 1);
	campaign->cell = calloc(campaign->cells, sizeof(*campaign->cell));
	campaign->blocks = calloc(blocks, sizeof(*campaign->blocks));
	campaign->values = calloc((size_t)blocks * campaign->operations, sizeof(uint64_t));
	campaign->flags = calloc((size_t)blocks * campaign->operations, sizeof(uint64_t));
	for (uint32_t i = 0; i < campaign->cells; i++)
		campaign->cell[i] = (struct cell){ .workload = WORKLOAD_EXIT, .mirrors = i + 1,
						   .threads = 1, .processes = 1 };
	for (uint32_t i = 0; i < blocks; i++)
		fill_block(campaign, &generator, i);
	campaign->input = (struct comparison_input){
		.base_name = "write", .candidate_name = "read", .cells = campaign->cell,
		.cell_count = campaign->cells, .blocks = campaign->blocks, .block_count = blocks,
		.boots = campaign->boots, .seed = 1, .threshold = .02, .threshold_p99 = .05,
		.false_discovery_rate = .05,
	};
}

/* Between builds, behind set_up(): odd boots are the candidate's, two by two the pairs. */
static inline void of_builds(struct campaign *campaign)
{
	campaign->boot = calloc(campaign->boots, sizeof(*campaign->boot));
	campaign->strategies = calloc(campaign->cells, sizeof(*campaign->strategies));
	for (uint32_t i = 0; i < campaign->boots; i++)
		campaign->boot[i] = (struct comparison_boot){ .arm = i % 2, .pair = i / 2 + 1 };
	for (uint32_t i = 0; i < campaign->input.block_count; i++)
		campaign->blocks[i].arm = campaign->blocks[i].boot % 2;
	campaign->input.design = DESIGN_BUILDS;
	campaign->input.boot = campaign->boot;
	campaign->input.strategies = campaign->strategies;
}

static inline void tear_down(struct campaign *campaign)
{
	free(campaign->boot);
	free(campaign->strategies);
	free(campaign->cell);
	free(campaign->blocks);
	free(campaign->values);
	free(campaign->flags);
}

static inline struct comparison *compared(const struct campaign *campaign)
{
	struct comparison *comparison;
	struct error error = { 0 };

	if (comparison_make(&campaign->input, &comparison, &error))
		fail_msg("%s", error.text);
	return comparison;
}

#endif
