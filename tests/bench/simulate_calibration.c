// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a calibration says of verdicts inside boots, against boots that come after it: the change
 * that it says is found with probability .9 is planted in them. The machine drifts by 3 % over
 * a boot and wanders about that by 3 % (autoregressive), operations scatter by 5 %, and one in
 * fifty meets an interrupt that adds 30 % on average; the strategies differ by 30 % in the
 * calibration, which it must not mind. Likewise of verdicts between builds: values of boots
 * directly, 2 % about the level of their build, and 5 % that they share with their control.
 */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "simulation.h"
#include "stats/paired_calibration.h"
#include "stats/random.h"
#include "stats/sort.h"

#define OPERATIONS 8
#define AFTER 20	/* boots, and sets of boots, that come after each calibration */
#define BOOTS_MAX 16
#define QUARTETS_MAX 24
#define BLOCKS_MAX (BOOTS_MAX * QUARTETS_MAX * 4)
#define MEDIAN .5

struct setting {
	uint32_t boots, quartets;
	double persistence;	/* of the wander, from one operation to the next */
	double of_boot;		/* deviation of the effect between boots, ln */
};

/* Between builds: pairs of the calibration, and boots of each build that come after it. */
static const struct {
	uint32_t pairs, boots;
} of_builds[] = { { 8, 8 }, { 4, 16 } };

enum {
	FALSE_ONE, FALSE_SEVERAL, POWER_ONE, POWER_SEVERAL = POWER_ONE + 3,
	POWER_BUILDS = POWER_SEVERAL + 3, ROWS = POWER_BUILDS + 2
};

static const struct setting settings[] = {
	{ 16, 24, .9, .05 },
	{ 16, 6, .99, .02 },
	{ 8, 16, .99, .03 },
};

static const struct row rows[ROWS] = {
	[FALSE_ONE] = { "calibration inside boots: false positives of one boot of 16 or 24 quartets",
			.04, .06 },
	[FALSE_SEVERAL] = { "  the same, of 8 or 16 boots", .04, .06 },
	[POWER_ONE] = { "  the change that 24 quartets see, by 16 boots before: found (.9)", .85, .95 },
	[POWER_ONE + 1] = { "  the same, 6 quartets", .85, .95 },
	[POWER_ONE + 2] = { "  the same, 16 quartets, by 8 boots", .85, .95 },
	[POWER_SEVERAL] = { "  the change that 16 boots 5 % apart see: found (.9)", .85, .95 },
	[POWER_SEVERAL + 1] = { "  the same, 16 boots 2 % apart, of 6 quartets", .85, .95 },
	[POWER_SEVERAL + 2] = { "  the same, 8 boots 3 % apart", .85, .95 },
	[POWER_BUILDS] = { "calibration between boots: the change that 8+8 see, by 8 pairs: found (.9)",
			   .85, .95 },
	[POWER_BUILDS + 1] = { "  the same, 16+16 boots, by 4 pairs", .85, .95 },
};

struct bench {
	uint64_t seed;
	struct generator generator;
	struct paired_workspace workspace;
	struct paired_quartet quartets[BOOTS_MAX * QUARTETS_MAX];
	struct paired_block blocks[BLOCKS_MAX];
	uint64_t values[BLOCKS_MAX][OPERATIONS];
	struct paired_difference differences[BOOTS_MAX * QUARTETS_MAX];
	double joined[BOOTS_MAX * QUARTETS_MAX];
};

static void fill_block(struct bench *bench, const struct setting *setting, double *wander,
		       double level, struct paired_block *block, uint64_t *values)
{
	struct generator *generator = &bench->generator;
	const double kept = setting->persistence;
	uint64_t scratch[OPERATIONS];

	for (size_t i = 0; i < OPERATIONS; i++) {
		double single = .05 * generator_normal(generator);

		*wander = kept * *wander + .03 * sqrt(1 - kept * kept) * generator_normal(generator);
		if (generator_uniform(generator) < .02)
			single += -.3 * log(1 - generator_uniform(generator));
		values[i] = (uint64_t)lrint(1e5 * exp(level + *wander + single));
	}
	sort_u64(values, scratch, OPERATIONS);
	block->sorted = values;
	block->count = OPERATIONS;
}

static void fill_boot(struct bench *bench, const struct setting *setting, uint32_t boot,
		      double effect)
{
	double wander = .03 * generator_normal(&bench->generator);
	uint32_t outer = 0;

	for (uint32_t i = 0; i < 4 * setting->quartets; i++) {
		const size_t at = (size_t)boot * 4 * setting->quartets + i;
		struct paired_block *block = &bench->blocks[at];

		if (i % 4 == 0)
			outer = (uint32_t)generator_below(&bench->generator, 2);
		block->arm = i % 4 == 0 || i % 4 == 3 ? outer : !outer;
		fill_block(bench, setting, &wander,
			   .03 * i / (4. * setting->quartets) + block->arm * effect, block,
			   bench->values[at]);
		bench->quartets[at / 4] = (struct paired_quartet){
			.boot = boot, .blocks = &bench->blocks[at / 4 * 4], .block_count = 4 };
	}
}

/* Boots whose effects lie about that one; gives how many quartets. */
static size_t fill_boots(struct bench *bench, const struct setting *setting, uint32_t boots,
			 double effect, double of_boot)
{
	for (uint32_t boot = 0; boot < boots; boot++)
		fill_boot(bench, setting, boot,
			  effect + of_boot * generator_normal(&bench->generator));
	return (size_t)boots * setting->quartets;
}

static int try(struct bench *bench, size_t count, struct tally *tally)
{
	double p;
	int ret = sign_flip_test(bench->joined, count, generator_next(&bench->generator), 999, &p);

	tally->trials++;
	tally->hits += p <= CALIBRATION_ALPHA;
	return ret;
}

/* One boot, or all of them, with the change that is said to be seen. */
static int measure(struct bench *bench, const struct setting *setting, bool several, double effect,
		   struct tally *tally)
{
	const size_t quartets = fill_boots(bench, setting, several ? setting->boots : 1, effect,
					   several ? setting->of_boot : 0);
	size_t count;
	int ret = paired_differences(bench->quartets, quartets, MEDIAN, &bench->workspace,
				     bench->differences, &count);

	if (ret)
		return ret;
	if (several) {
		count = paired_per_boot(bench->differences, count, bench->joined);
	} else {
		for (size_t i = 0; i < count; i++)
			bench->joined[i] = bench->differences[i].value;
		paired_join(bench->joined, &count);
	}
	return try(bench, count, tally);
}

static void count_rate(const struct paired_rate *rate, struct tally *tally)
{
	tally->hits += rate->called;
	tally->trials += rate->tried;
}

static int calibrate(struct bench *bench, size_t at, struct tally *tallies)
{
	const struct setting *setting = &settings[at];
	const size_t quartets = fill_boots(bench, setting, setting->boots, .3, setting->of_boot);
	struct paired_calibration found;
	int ret = paired_calibration_make(bench->quartets, quartets, MEDIAN, 6, log(1.02),
					  generator_next(&bench->generator), &bench->workspace,
					  &found);

	if (ret)
		return ret;
	/* Of six differences p is below .05 in one of 32, and never in more. */
	if (setting->quartets > 12)
		count_rate(&found.one_boot, &tallies[FALSE_ONE]);
	count_rate(&found.several_boots, &tallies[FALSE_SEVERAL]);
	for (size_t i = 0; i < AFTER && !ret; i++) {
		ret = measure(bench, setting, false,
			      paired_calibration_smallest(&found, found.differences / found.factor,
							  found.factor),
			      &tallies[POWER_ONE + at]);
		if (!ret)
			ret = measure(bench, setting, true,
				      paired_calibration_smallest_of_boots(&found, found.boots),
				      &tallies[POWER_SEVERAL + at]);
	}
	return ret;
}

/* Pairs of boots, the names of which change places from pair to pair. */
static void draw_builds(struct generator *generator, uint32_t pairs, double effect,
			struct boot_value *boots, uint32_t *pair_of)
{
	for (uint32_t i = 0; i < 2 * pairs; i++) {
		const double shared = .05 * generator_normal(generator);
		const uint32_t build = i % 4 == 1 || i % 4 == 2;

		boots[i] = (struct boot_value){
			.value = .02 * generator_normal(generator) + .8 * shared + build * effect,
			.control = shared + .005 * generator_normal(generator),
			.build = build,
		};
		pair_of[i] = i / 2 + 1;
	}
}

/* Boots of two builds that differ by what the calibration says is seen. */
static int measure_builds(struct generator *generator, uint32_t boots, double seen,
			  struct tally *tally)
{
	struct boot_value values[2 * BOOTS_MAX];
	uint32_t pair_of[2 * BOOTS_MAX];
	struct boots_effect effect;
	double p = 1;
	int ret;

	draw_builds(generator, boots, seen, values, pair_of);
	ret = boots_estimate(values, 2 * (size_t)boots, BOOTS_MISRATE, &effect);
	/* p is at least that of the interval. */
	if (!ret && (effect.low > 0 || effect.high < 0))
		ret = boots_test(values, 2 * (size_t)boots, generator_next(generator), 999, &p);
	tally->trials++;
	tally->hits += p <= CALIBRATION_ALPHA;
	return ret;
}

static int calibrate_builds(struct generator *generator, size_t at, struct tally *tally)
{
	const uint32_t pairs = of_builds[at].pairs;
	struct boot_value values[2 * BOOTS_MAX];
	uint32_t pair_of[2 * BOOTS_MAX];
	struct calibration_effect found;
	int ret;

	draw_builds(generator, pairs, 0, values, pair_of);
	ret = calibration_make(values, pair_of, 2 * (size_t)pairs, log(1.02),
			       generator_next(generator), &found);
	for (size_t i = 0; i < AFTER && !ret; i++)
		ret = measure_builds(generator, of_builds[at].boots,
				     calibration_smallest(&found, of_builds[at].boots), tally);
	return ret;
}

static int one(uint64_t number, void *context, struct tally *tallies)
{
	struct bench *bench = context;
	int ret = 0;

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]) && !ret; i++) {
		generator_seed(&bench->generator, seed_derive(bench->seed, number, i, 4));
		ret = calibrate(bench, i, tallies);
	}
	for (size_t i = 0; i < ROWS - POWER_BUILDS && !ret; i++) {
		generator_seed(&bench->generator, seed_derive(bench->seed, number, i, 5));
		ret = calibrate_builds(&bench->generator, i, &tallies[POWER_BUILDS + i]);
	}
	return ret;
}

static int run(uint64_t trials, uint64_t seed, struct tally *tallies)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	int ret;

	if (!bench)
		return -ENOMEM;
	bench->seed = seed;
	ret = simulate_trials((trials + AFTER - 1) / AFTER, ROWS, one, bench, tallies);
	paired_workspace_free(&bench->workspace);
	free(bench);
	return ret;
}

const struct simulation simulate_calibration = {
	.name = "calibration", .rows = rows, .row_count = ROWS, .run = run,
};
