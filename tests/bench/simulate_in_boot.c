// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two strategies inside one boot, through the whole comparison: 400 ABBA quartets of 10
 * operations a block, 8000 operations per arm. The machine drifts by 3 % from first to
 * last operation and wanders about that by 3 % (autoregressive, a stretch of 10 or of
 * 100 operations alike); single operations scatter by 5 %, and one in fifty meets an
 * interrupt that adds 30 % on average.
 *
 * And several such boots of 25 quartets, 500 operations per arm: their p99 stands on a single
 * super-block in each. Boots are 5 % apart, and what the strategies differ by varies by 2 %.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "simulation.h"
#include "stats/comparison.h"
#include "stats/random.h"

#define QUARTETS 400
#define BLOCK_OPERATIONS 10
#define BLOCKS (4 * QUARTETS)
#define FEW_QUARTETS 25
#define LEVEL_NS 100000.0

struct machine {
	struct generator generator;
	double persistence;	/* of the wander, from one operation to the next */
	double wander;
	double level;		/* of this boot */
	uint64_t operation;
};

static double next_log(struct machine *machine)
{
	struct generator *generator = &machine->generator;
	double kept = machine->persistence;
	double drift = .03 * (double)machine->operation++ / (BLOCKS * BLOCK_OPERATIONS);
	double single = .05 * generator_normal(generator);

	machine->wander = kept * machine->wander +
			  .03 * sqrt(1 - kept * kept) * generator_normal(generator);
	if (generator_uniform(generator) < .02)
		single += -.3 * log(1 - generator_uniform(generator));
	return log(LEVEL_NS) + drift + machine->wander + single;
}

/* One boot's blocks, in the order they would run; `values` holds all samples. */
static void fill_blocks(struct machine *machine, uint32_t count, double effect,
			struct comparison_block *blocks, uint64_t *values)
{
	for (uint32_t i = 0; i < count; i++) {
		struct comparison_block *block = &blocks[i];
		uint32_t position = i % 4, arm = position == 1 || position == 2;

		memset(block, 0, sizeof(*block));
		block->quartet = i / 4;
		block->position = position;
		block->samples.rows = BLOCK_OPERATIONS;
		block->samples.columns[COLUMN_WALK] = values + (size_t)i * BLOCK_OPERATIONS;
		block->arm = arm;
	}
	for (uint32_t i = 0; i < count; i += 4)	/* ABBA or BAAB */
		if (generator_next(&machine->generator) >> 63)
			for (uint32_t j = 0; j < 4; j++)
				blocks[i + j].arm ^= 1;
	for (uint32_t i = 0; i < count * BLOCK_OPERATIONS; i++) {
		double shift = blocks[i / BLOCK_OPERATIONS].arm ? effect : 0;

		values[i] = (uint64_t)llrint(exp(next_log(machine) + machine->level + shift));
	}
}

static int compare(struct machine *machine, uint32_t boots, struct comparison_block *blocks,
		   uint32_t block_count, struct comparison **comparison)
{
	static const struct cell cell = { .workload = WORKLOAD_EXIT, .mirrors = 32, .threads = 1,
					  .processes = 1 };
	const struct comparison_input input = {
		.base_name = "A", .candidate_name = "B", .cells = &cell, .cell_count = 1,
		.blocks = blocks, .block_count = block_count, .boots = boots, .threshold = .02,
		.threshold_p99 = .05, .false_discovery_rate = .05,
		.seed = generator_next(&machine->generator),
	};

	return comparison_make(&input, comparison, NULL);
}

/* The comparison of one simulated boot. */
static int simulate(struct machine *machine, double effect, struct comparison **comparison)
{
	struct comparison_block *blocks = malloc(BLOCKS * sizeof(*blocks));
	uint64_t *values = malloc(BLOCKS * BLOCK_OPERATIONS * sizeof(*values));
	int ret = -ENOMEM;

	if (blocks && values) {
		fill_blocks(machine, BLOCKS, effect, blocks, values);
		ret = compare(machine, 1, blocks, BLOCKS, comparison);
	}
	free(blocks);
	free(values);
	return ret;
}

/* That of several, a super-block of p99 in each. */
static int few_boots(struct machine *machine, uint32_t boots, double effect,
			  struct comparison **comparison)
{
	const uint32_t in_boot = 4 * FEW_QUARTETS, count = boots * in_boot;
	struct comparison_block *blocks = malloc(count * sizeof(*blocks));
	uint64_t *values = malloc((size_t)count * BLOCK_OPERATIONS * sizeof(*values));
	int ret = -ENOMEM;

	for (uint32_t boot = 0; boot < boots && blocks && values; boot++) {
		const double own = effect + .02 * generator_normal(&machine->generator);

		machine->operation = 0;
		machine->level = .05 * generator_normal(&machine->generator);
		machine->wander = .03 * generator_normal(&machine->generator);
		fill_blocks(machine, in_boot, own, blocks + boot * in_boot,
			    values + (size_t)boot * in_boot * BLOCK_OPERATIONS);
		for (uint32_t i = 0; i < in_boot; i++)
			blocks[boot * in_boot + i].boot = boot;
	}
	if (blocks && values)
		ret = compare(machine, boots, blocks, count, comparison);
	free(blocks);
	free(values);
	return ret;
}

static int trial(uint64_t seed, double persistence, double effect, struct comparison **comparison)
{
	struct machine machine = { .persistence = persistence };

	generator_seed(&machine.generator, seed);
	machine.wander = .03 * generator_normal(&machine.generator);
	return simulate(&machine, effect, comparison);
}

static void count(struct tally *tally, bool hit)
{
	tally->trials++;
	tally->hits += hit;
}

static bool band_holds(const struct shift_function *shift, double truth)
{
	for (uint32_t i = 0; i < shift->points; i++)
		if (shift->low[i] > truth || shift->high[i] < truth)
			return false;
	return shift->points > 0;
}

enum {
	FALSE_P10, FALSE_P50, FALSE_P99, FALSE_LONG_P10, FALSE_LONG_P50, FALSE_LONG_P99,
	POWER_P50, POWER_LONG_P50, COVERAGE, BAND, FALSE_VERDICT, FALSE_SIX, COVERAGE_SIX,
	FALSE_EIGHT, COVERAGE_EIGHT, ROWS
};

static const struct row rows[ROWS] = {
	[FALSE_P10] = { "in-boot A/A, 3 % drift, 3 % AR (10 operations): false positives p10",
			.03, .07 },
	[FALSE_P50] = { "  the same, p50", .03, .07 },
	[FALSE_P99] = { "  the same, p99", .03, .07 },
	[FALSE_LONG_P10] = { "in-boot A/A, 3 % drift, 3 % AR (100 operations): false positives p10",
			     .03, .07 },
	[FALSE_LONG_P50] = { "  the same, p50", .03, .07 },
	[FALSE_LONG_P99] = { "  the same, p99", .03, .07 },
	[POWER_P50] = { "in-boot A/B, +2 % median, 8000 operations per arm, AR 10: found", .95, 1 },
	[POWER_LONG_P50] = { "  the same, AR 100: found", .95, 1 },
	[COVERAGE] = { "  interval of the median's shift holds the truth (95 %)", .93, .97 },
	[BAND] = { "  band of the whole shift function holds the truth (95 %)", .93, .98 },
	[FALSE_VERDICT] = { "in-boot A/A: REGRESSED or IMPROVED after all", 0, .05 },
	[FALSE_SIX] = { "A/A in 6 boots, a super-block in each: false positives p99", 0, .05 },
	[COVERAGE_SIX] = { "  interval of +10 % holds it (95 %)", .94, 1 },
	[FALSE_EIGHT] = { "A/A in 8 boots, a super-block in each: false positives p99", .03, .07 },
	[COVERAGE_EIGHT] = { "  interval of +10 % holds it (95 %)", .94, 1 },
};

static int null_trial(uint64_t seed, double persistence, struct tally *tallies)
{
	struct comparison *comparison;
	int ret = trial(seed, persistence, 0, &comparison);

	if (ret)
		return ret;
	for (size_t i = 0; i < GATED_COUNT; i++)
		count(&tallies[(persistence > .95 ? FALSE_LONG_P10 : FALSE_P10) + i],
		      comparison->results[0].effect[i].p <= .05);
	count(&tallies[FALSE_VERDICT], comparison->verdict == VERDICT_REGRESSED ||
				       comparison->verdict == VERDICT_IMPROVED);
	comparison_free(comparison);
	return 0;
}

static int power_trial(uint64_t seed, double persistence, struct tally *tallies)
{
	const struct cell_result *result;
	struct comparison *comparison;
	const struct effect *median;
	double truth = log(1.02);
	int ret = trial(seed, persistence, truth, &comparison);

	if (ret)
		return ret;
	result = &comparison->results[0];
	median = &result->effect[GATED_P50];
	count(&tallies[persistence > .95 ? POWER_LONG_P50 : POWER_P50],
	      median->p <= .05 && median->estimate > 0);
	count(&tallies[COVERAGE], median->low <= truth && median->high >= truth);
	count(&tallies[BAND], band_holds(&result->shift, truth));
	comparison_free(comparison);
	return 0;
}

/* `tallies`: of false positives, and behind that of the interval. */
static int boots_trial(uint64_t seed, uint32_t boots, struct tally *tallies)
{
	static const double effects[] = { 0, .0953 };	/* ln 1.1 */

	for (size_t i = 0; i < 2; i++) {
		struct machine machine = { .persistence = .99 };
		struct comparison *comparison;
		const struct effect *tail;
		int ret;

		generator_seed(&machine.generator, seed_derive(seed, i, 0, 0));
		ret = few_boots(&machine, boots, effects[i], &comparison);
		if (ret)
			return ret;
		tail = &comparison->results[0].effect[GATED_P99];
		count(&tallies[i], i ? tail->low <= effects[i] && tail->high >= effects[i] :
				       tail->p <= .05);
		comparison_free(comparison);
	}
	return 0;
}

static int one(uint64_t number, void *context, struct tally *tallies)
{
	static const double persistence[] = { .9, .99 };
	const uint64_t *seed = context;

	for (size_t j = 0; j < 2; j++) {
		int ret = null_trial(seed_derive(*seed, number, j, 0), persistence[j], tallies);

		if (!ret)
			ret = power_trial(seed_derive(*seed, number, j, 1), persistence[j],
					  tallies);
		if (!ret)
			ret = boots_trial(seed_derive(*seed, number, j, 2), j ? 8 : 6,
					  &tallies[j ? FALSE_EIGHT : FALSE_SIX]);
		if (ret)
			return ret;
	}
	return 0;
}

static int run(uint64_t trials, uint64_t seed, struct tally *tallies)
{
	return simulate_trials(trials, ROWS, one, &seed, tallies);
}

const struct simulation simulate_in_boot = {
	.name = "in-boot", .rows = rows, .row_count = ROWS, .run = run,
};
