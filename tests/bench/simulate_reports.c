// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whole reports of two builds, through the comparison that hmmbench makes: many cells with one
 * correction for all of their tests, and campaigns that end when every cell is decided. A boot
 * has 2 % of its own in each cell (or what is said), an operation 1 %; ten operations a boot
 * make a p50 and a p10.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "hmmbench_uapi.h"
#include "simulation.h"
#include "stats/comparison.h"
#include "stats/random.h"
#include "stats/sequential.h"

#define BOOTS 24		/* of each build, at most */
#define OPERATIONS 10
#define LEVEL_NS 1e6
#define EFFECT .04879		/* ln 1.05 */

struct night {
	struct generator generator;
	uint32_t cells;
	struct cell *cell;
	uint32_t *strategies;
	struct comparison_boot boot[2 * BOOTS];
	struct comparison_block *blocks;	/* boot after boot */
	uint64_t *values;
};

struct bench {
	uint64_t seed;
	struct night large, small;
	struct sequential_table looks;
};

static void night_free(struct night *night)
{
	free(night->cell);
	free(night->strategies);
	free(night->blocks);
	free(night->values);
}

static int night_make(struct night *night, uint32_t cells)
{
	const size_t blocks = (size_t)cells * 2 * BOOTS;

	*night = (struct night){ .cells = cells };
	night->cell = calloc(cells, sizeof(*night->cell));
	night->strategies = calloc(cells, sizeof(*night->strategies));
	night->blocks = calloc(blocks, sizeof(*night->blocks));
	night->values = calloc(blocks * OPERATIONS, sizeof(*night->values));
	if (!night->cell || !night->strategies || !night->blocks || !night->values)
		return -ENOMEM;
	for (uint32_t i = 0; i < cells; i++) {
		night->cell[i] = (struct cell){ .workload = WORKLOAD_EXIT, .mirrors = i + 1,
						.threads = 1, .processes = 1 };
		night->strategies[i] = HMMBENCH_STRATEGY_WRITE;
	}
	for (uint32_t i = 0; i < 2 * BOOTS; i++)
		night->boot[i] = (struct comparison_boot){
			.arm = i % 4 == 1 || i % 4 == 2, .pair = i / 2 + 1,
		};
	return 0;
}

/* All boots, the first cell longer by `effect` under the candidate. */
static void draw(struct night *night, double deviation, double effect)
{
	for (size_t i = 0; i < (size_t)night->cells * 2 * BOOTS; i++) {
		const uint32_t boot = (uint32_t)(i / night->cells), cell = i % night->cells;
		const uint32_t arm = night->boot[boot].arm;
		uint64_t *values = night->values + i * OPERATIONS;
		const double level = deviation * generator_normal(&night->generator) +
				     (arm && !cell ? effect : 0);

		for (size_t j = 0; j < OPERATIONS; j++)
			values[j] = (uint64_t)llrint(
				LEVEL_NS * exp(level + .01 * generator_normal(&night->generator)));
		night->blocks[i] = (struct comparison_block){
			.cell = cell, .arm = arm, .boot = boot, .samples.rows = OPERATIONS,
		};
		night->blocks[i].samples.columns[COLUMN_WALK] = values;
	}
}

/* The report of the first `boots` of each build, after so many looks of that table. */
static int compare(struct night *night, uint32_t boots, uint32_t looks,
		   const struct sequential_table *table, struct comparison **comparison)
{
	const struct comparison_input input = {
		.design = DESIGN_BUILDS,
		.base_name = "A",
		.candidate_name = "B",
		.cells = night->cell,
		.cell_count = night->cells,
		.strategies = night->strategies,
		.boot = night->boot,
		.looks = looks,
		.looks_table = table,
		.blocks = night->blocks,
		.block_count = night->cells * 2 * boots,
		.boots = 2 * boots,
		.seed = generator_next(&night->generator),
		.threshold = .02,
		.threshold_p99 = .05,
		.false_discovery_rate = .05,
	};

	return comparison_make(&input, comparison, NULL);
}

static bool is_called(const struct cell_result *result)
{
	return result->verdict == VERDICT_REGRESSED || result->verdict == VERDICT_IMPROVED;
}

static bool is_any_called(const struct comparison *comparison)
{
	bool any = false;

	for (uint32_t i = 0; i < comparison->result_count; i++)
		any |= comparison->results[i].gated && is_called(&comparison->results[i]);
	return any;
}

static bool is_first_regressed(const struct comparison *comparison)
{
	return comparison->results[0].verdict == VERDICT_REGRESSED;
}

static void count(struct tally *tally, bool hit)
{
	tally->trials++;
	tally->hits += hit;
}

static int large_report(struct night *night, double effect, struct tally *tally)
{
	struct comparison *comparison;
	int ret;

	draw(night, .02, effect);
	ret = compare(night, BOOTS, 0, NULL, &comparison);
	if (ret)
		return ret;
	count(tally, effect > 0 ? is_first_regressed(comparison) : is_any_called(comparison));
	comparison_free(comparison);
	return 0;
}

/* Until no cell is INCONCLUSIVE, as hmmbench run --boots auto goes on. */
static int adaptive_night(struct night *night, const struct sequential_table *table,
			  double effect, struct tally *tally, struct tally *early)
{
	struct comparison *comparison = NULL;
	uint32_t look = 0;
	int ret;

	draw(night, .012, effect);
	do {
		comparison_free(comparison);
		ret = compare(night, (uint32_t)sequential_boots[look], look + 1, table,
			      &comparison);
		look++;
	} while (!ret && look < SEQUENTIAL_LOOKS && comparison->count[VERDICT_INCONCLUSIVE]);
	if (ret)
		return ret;
	count(tally, effect > 0 ? is_first_regressed(comparison) : is_any_called(comparison));
	count(early, look < SEQUENTIAL_LOOKS);
	comparison_free(comparison);
	return 0;
}

enum { REPORT_FALSE, REPORT_FOUND, AUTO_FALSE, AUTO_FOUND, AUTO_EARLY, ROWS };

static const struct row rows[ROWS] = {
	[REPORT_FALSE] = { "200 null cells x 2 quantiles, 24+24 boots: any verdict of a change", 0,
			   .05 },
	[REPORT_FOUND] = { "  one of the 200 cells at +5 %, boot sd 2 %: found", .95, 1 },
	[AUTO_FALSE] = { "3 null cells, ended when all are decided: any verdict of a change", 0, .05 },
	[AUTO_FOUND] = { "  one of them at +5 %, boot sd 1.2 %: found", .95, 1 },
	[AUTO_EARLY] = { "  of both kinds of nights, ended before 24 boots", .5, 1 },
};

/* Every night of every trial draws from a seed of its own. */
static struct night *begin(struct night *night, const struct bench *bench, uint64_t number,
			   size_t row)
{
	generator_seed(&night->generator, seed_derive(bench->seed, 6, row, number));
	return night;
}

static int one(uint64_t number, void *context, struct tally *tallies)
{
	static const double effects[] = { 0, EFFECT };
	struct bench *bench = context;
	int ret = 0;

	for (size_t i = 0; i < 2 && !ret; i++) {
		const size_t large = REPORT_FALSE + i, small = AUTO_FALSE + i;

		ret = large_report(begin(&bench->large, bench, number, large), effects[i],
				   &tallies[large]);
		if (!ret)
			ret = adaptive_night(begin(&bench->small, bench, number, small),
					     &bench->looks, effects[i], &tallies[small],
					     &tallies[AUTO_EARLY]);
	}
	return ret;
}

static int run(uint64_t trials, uint64_t seed, struct tally *tallies)
{
	struct bench bench = { .seed = seed };
	int ret = night_make(&bench.large, 200);

	if (!ret)
		ret = night_make(&bench.small, 3);
	sequential_table_of_boots(&bench.looks, SEQUENTIAL_LOOKS);
	if (!ret)
		ret = simulate_trials(trials, ROWS, one, &bench, tallies);
	night_free(&bench.large);
	night_free(&bench.small);
	return ret;
}

const struct simulation simulate_reports = {
	.name = "reports", .rows = rows, .row_count = ROWS, .run = run,
};
