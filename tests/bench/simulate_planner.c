// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From a pilot to the power that its plan has: pilots of a few boots of two equal builds, their
 * scatter taken apart, a campaign planned from that for a change with probability .9, and the
 * campaign held, its boots with as many blocks as planned. What a boot, a block and an operation
 * add is known here, and nowhere to the plan.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "simulation.h"
#include "stats/boots.h"
#include "stats/experiment.h"
#include "stats/random.h"
#include "stats/spread_boot.h"

#define BOOTS_MAX 1000
#define PILOT_MAX 16
#define PILOT_BLOCKS 12
#define OPERATIONS 50		/* of a block: 10 make a p99 */
#define LEVEL_NS 1e6
#define EFFECT .04
#define POWER .9

/* Standard deviations of what each level adds to the logarithms. */
static const double of_boot = .025, of_block = .02, of_operation = .05;

struct laboratory {
	struct generator generator;
	struct comparison_block *blocks;	/* of one boot */
	size_t block_count;
};

static void free_blocks(struct laboratory *lab)
{
	for (size_t i = 0; i < lab->block_count; i++)
		samples_free(&lab->blocks[i].samples);
	free(lab->blocks);
	lab->blocks = NULL;
	lab->block_count = 0;
}

static int room_for_blocks(struct laboratory *lab, size_t count)
{
	struct comparison_block *blocks;

	if (count <= lab->block_count)
		return 0;
	blocks = realloc(lab->blocks, count * sizeof(*blocks));
	if (!blocks)
		return -ENOMEM;
	lab->blocks = blocks;
	while (lab->block_count < count) {
		struct comparison_block *block = &blocks[lab->block_count];
		int ret;

		memset(block, 0, sizeof(*block));
		ret = samples_init(&block->samples, OPERATIONS, 1u << COLUMN_WALK);
		if (ret)
			return ret;
		lab->block_count++;
	}
	return 0;
}

/* The quantiles of one boot, and what they scatter by. */
static int one_boot(struct laboratory *lab, size_t blocks, double effect,
		    struct spread_boot boot[GATED_COUNT])
{
	const double level = effect + of_boot * generator_normal(&lab->generator);
	int ret = room_for_blocks(lab, blocks);

	for (size_t i = 0; i < blocks && !ret; i++) {
		const double here = level + of_block * generator_normal(&lab->generator);
		uint64_t *values = lab->blocks[i].samples.columns[COLUMN_WALK];

		for (size_t j = 0; j < OPERATIONS; j++)
			values[j] = (uint64_t)llrint(LEVEL_NS * exp(
				here + of_operation * generator_normal(&lab->generator)));
	}
	return ret ? ret : spread_boot_make(lab->blocks, blocks, COLUMN_WALK, UINT32_MAX, boot);
}

/* `boots` of each of two builds that are equal. */
static int pilot(struct laboratory *lab, uint32_t boots, enum gated_quantile quantile,
		 struct spread *spread)
{
	struct spread_boot seen[PILOT_MAX];

	for (uint32_t i = 0; i < 2 * boots; i++) {
		struct spread_boot boot[GATED_COUNT];
		int ret = one_boot(lab, PILOT_BLOCKS, 0, boot);

		if (ret)
			return ret;
		seen[i] = boot[quantile];
		seen[i].group = i % 2;
		seen[i].control = NAN;
	}
	return spread_of(seen, 2 * boots, spread);
}

/* Boots that cost as much as 30 of their blocks. */
static void plan(struct experiment_part *part, struct experiment_cell *cell,
		 struct experiment *experiment)
{
	*cell = (struct experiment_cell){
		.block_s = 1, .unit = 2, .measured = PILOT_BLOCKS, .least = 2,
	};
	*experiment = (struct experiment){
		.parts = part, .part_count = 1, .cells = cell, .cell_count = 1, .boot_s = 30,
		.alpha = .05, .power = POWER, .boots_max = BOOTS_MAX,
	};
	experiment_for_effect(experiment, EFFECT);
}

static int campaign(struct laboratory *lab, const struct experiment *experiment,
		    enum gated_quantile quantile, bool *found)
{
	static struct boot_value boots[2 * BOOTS_MAX];
	struct boots_effect effect;
	double p = 1;
	int ret = 0;

	for (uint32_t i = 0; i < 2 * experiment->boots && !ret; i++) {
		struct spread_boot boot[GATED_COUNT];

		ret = one_boot(lab, experiment->cells[0].blocks, i % 2 ? EFFECT : 0, boot);
		boots[i] = (struct boot_value){ .value = boot[quantile].value, .control = NAN,
						.build = i % 2 };
	}
	if (!ret)
		ret = boots_estimate(boots, 2 * experiment->boots, BOOTS_MISRATE, &effect);
	/* p is at least that of the interval. */
	if (!ret && (effect.low > 0 || effect.high < 0))
		ret = boots_test(boots, 2 * experiment->boots, generator_next(&lab->generator), 999,
				 &p);
	*found = p <= .05;
	return ret;
}

static const struct {
	uint32_t pilot;
	enum gated_quantile quantile;
} settings[] = {
	{ 4, GATED_P50 }, { 8, GATED_P50 }, { 4, GATED_P99 }, { 8, GATED_P99 },
};

#define SETTINGS (sizeof(settings) / sizeof(settings[0]))

static const struct row rows[SETTINGS] = {
	{ "planned for .90 from a pilot of 4+4 boots, p50: found", .85, .95 },
	{ "  from 8+8 boots", .85, .95 },
	{ "  from 4+4 boots, p99", .85, .95 },
	{ "  from 8+8 boots, p99", .85, .95 },
};

static int one(struct laboratory *lab, size_t setting, struct tally *tally)
{
	const enum gated_quantile quantile = settings[setting].quantile;
	struct experiment_part part = {
		.operations = OPERATIONS, .least_blocks = quantile == GATED_P99 ? 10 : 2,
	};
	struct experiment experiment;
	struct experiment_cell cell;
	bool found = false;
	int ret = pilot(lab, settings[setting].pilot, quantile, &part.spread);

	if (ret)
		return ret;
	plan(&part, &cell, &experiment);
	if (experiment.boots)	/* else nothing is promised, and nothing found */
		ret = campaign(lab, &experiment, quantile, &found);
	tally->trials++;
	tally->hits += found;
	return ret;
}

static int run(uint64_t trials, uint64_t seed, struct tally *tallies)
{
	struct laboratory lab = { .blocks = NULL };
	int ret = 0;

	generator_seed(&lab.generator, seed_derive(seed, 5, 0, 0));
	for (size_t i = 0; i < SETTINGS; i++)
		for (uint64_t trial = 0; trial < trials && !ret; trial++)
			ret = one(&lab, i, &tallies[i]);
	free_blocks(&lab);
	return ret;
}

const struct simulation simulate_planner = {
	.name = "planner", .rows = rows, .row_count = SETTINGS, .run = run,
};
