// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two builds between boots: every boot has a level of its own (the standard deviation is
 * given), and inside it operations scatter by 5 % with one in fifty meeting an interrupt.
 * The value of a boot is the quantile of its operations, as in a real comparison.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "simulation.h"
#include "stats/boots.h"
#include "stats/fdr.h"
#include "stats/quantile.h"
#include "stats/random.h"
#include "stats/sequential.h"
#include "stats/sort.h"
#include "stats/ttest.h"

#define OPERATIONS_MAX 4000
#define BOOTS_MAX 24
#define LEVEL_NS 1e6

static const double quantiles[] = { .10, .50, .99 };

#define QUANTILES 3

struct design {
	size_t boots, operations;	/* per build; per boot */
	double boot_deviation;
	double effect;			/* on the median and every other quantile, in logs */
	double tail_effect;		/* on the slowest 5 % of the operations only */
	double shared;			/* deviation of what the control shares */
};

struct laboratory {
	struct generator generator;
	struct quantile_weights weights[QUANTILES];
	uint64_t values[2 * OPERATIONS_MAX];
};

static double operation(struct laboratory *lab, double level, double tail_effect)
{
	double single = .05 * generator_normal(&lab->generator);

	if (generator_uniform(&lab->generator) < .02)
		single += -.3 * log(1 - generator_uniform(&lab->generator));
	return level + single + (single > .08 ? tail_effect : 0);
}

/* All quantiles of one boot. */
static int one_boot(struct laboratory *lab, const struct design *design, double level,
		    double tail_effect, double *values)
{
	for (size_t i = 0; i < design->operations; i++)
		lab->values[i] =
			(uint64_t)llrint(LEVEL_NS * exp(operation(lab, level, tail_effect)));
	sort_u64(lab->values, lab->values + OPERATIONS_MAX, design->operations);
	for (size_t i = 0; i < QUANTILES; i++) {
		int ret = quantile_weights_make(&lab->weights[i], design->operations, quantiles[i]);

		if (ret)
			return ret;
		values[i] = quantile_log_u64(&lab->weights[i], lab->values, .5);
	}
	return 0;
}

/* boots[quantile][boot], builds in turn as ABBA has them. */
static int one_night(struct laboratory *lab, const struct design *design,
		     struct boot_value boots[QUANTILES][2 * BOOTS_MAX])
{
	for (size_t i = 0; i < 2 * design->boots; i++) {
		uint32_t build = i % 4 == 1 || i % 4 == 2;
		double shared = design->shared * generator_normal(&lab->generator);
		double own = design->boot_deviation * generator_normal(&lab->generator);
		double control = shared + .005 * generator_normal(&lab->generator);
		double values[QUANTILES];
		int ret = one_boot(lab, design, own + .8 * shared + (build ? design->effect : 0),
				   build ? design->tail_effect : 0, values);

		if (ret)
			return ret;
		for (size_t q = 0; q < QUANTILES; q++)
			boots[q][i] = (struct boot_value){
				.value = values[q], .build = build,
				.control = design->shared > 0 ? control : NAN };
	}
	return 0;
}

static void count(struct tally *tally, bool hit)
{
	tally->trials++;
	tally->hits += hit;
}

/* p is at least that of the interval: where that holds 0 it is not asked for. */
static int compare(const struct boot_value *boots, size_t count, uint64_t seed,
		   struct boots_effect *effect)
{
	int ret = boots_estimate(boots, count, BOOTS_MISRATE, effect);

	effect->p = 1;
	if (!ret && (effect->low > 0 || effect->high < 0))
		ret = boots_test(boots, count, seed, BOOTS_RANDOM, &effect->p);
	return ret;
}

/* Counts p <= .05 in the direction of the effect, per quantile in `tallies`. */
static int many_nights(struct laboratory *lab, const struct design *design, uint64_t trials,
		       size_t first, size_t last, struct tally *tallies)
{
	static struct boot_value boots[QUANTILES][2 * BOOTS_MAX];

	for (uint64_t trial = 0; trial < trials; trial++) {
		int ret = one_night(lab, design, boots);

		for (size_t q = first; q <= last && !ret; q++) {
			bool wanted = design->effect != 0 || design->tail_effect != 0;
			struct boots_effect effect;

			ret = compare(boots[q], 2 * design->boots,
				      generator_next(&lab->generator), &effect);
			count(&tallies[q - first],
			      effect.p <= .05 && (!wanted || effect.estimate > 0));
		}
		if (ret)
			return ret;
	}
	return 0;
}

/* Looks at sequential_boots[], `planned` of them at most, until one is significant. */
static int sequential_night(struct laboratory *lab, const struct design *design, size_t planned,
			    const double *levels, struct tally *tally, struct tally *early)
{
	static struct boot_value boots[QUANTILES][2 * BOOTS_MAX];
	int ret = one_night(lab, design, boots);
	size_t look;

	for (look = 0; look < planned && !ret; look++) {
		struct boots_effect effect;

		ret = compare(boots[1], 2 * sequential_boots[look],
			      generator_next(&lab->generator), &effect);
		if (effect.p <= levels[look])
			break;
	}
	count(tally, look < planned);
	count(early, look + 1 < planned);
	return ret;
}

enum {
	AA_0_P10, AA_0_P50, AA_0_P99, AA_2_P10, AA_2_P50, AA_2_P99, AA_4_P10, AA_4_P50, AA_4_P99,
	CONTROL_FALSE, CONTROL_POWER, POWER_2, POWER_4, POWER_P99,
	SEQUENTIAL_FALSE, SEQUENTIAL_POWER, SEQUENTIAL_EARLY, FEWER_FALSE, FEWER_POWER, FEWER_EARLY,
	REPORT, PLANNER, ROWS
};

static const struct row rows[ROWS] = {
	[AA_0_P10] = { "A/A, 8 boots per build, boot sd 0 %: false positives p10", .04, .06 },
	[AA_0_P50] = { "  the same, p50", .04, .06 },
	[AA_0_P99] = { "  the same, p99", .04, .06 },
	[AA_2_P10] = { "A/A, boot sd 2 %: false positives p10", .04, .06 },
	[AA_2_P50] = { "  the same, p50", .04, .06 },
	[AA_2_P99] = { "  the same, p99", .04, .06 },
	[AA_4_P10] = { "A/A, boot sd 4 %: false positives p10", .04, .06 },
	[AA_4_P50] = { "  the same, p50", .04, .06 },
	[AA_4_P99] = { "  the same, p99", .04, .06 },
	[CONTROL_FALSE] = { "A/A, boot sd 2 % and 10 % that the control shares: p50", .04, .06 },
	[CONTROL_POWER] = { "  +5 % median there, 8 boots: found thanks to the control", .9, 1 },
	[POWER_2] = { "+5 % median, boot sd 2 %, 8 boots: found", .95, 1 },
	[POWER_4] = { "+5 % median, boot sd 4 %, 20 boots: found", .90, 1 },
	[POWER_P99] = { "+10 % p99, boot sd 2 %, 16 boots x 4000 operations: found", .85, 1 },
	[SEQUENTIAL_FALSE] = { "A/A with looks at 8, 12, 16, 24 boots: false positives", 0, .06 },
	[SEQUENTIAL_POWER] = { "  +5 % median, boot sd 4 %, at any look: found", .95, 1 },
	[SEQUENTIAL_EARLY] = { "  of those nights, ended before the last look", .5, 1 },
	[FEWER_FALSE] = { "A/A with looks at 8, 12, 16 boots and no more: false positives", .04, .06 },
	[FEWER_POWER] = { "  +5 % median, boot sd 4 %, at any look: found", .85, 1 },
	[FEWER_EARLY] = { "  of those nights, ended before the last look", .5, 1 },
	[REPORT] = { "report of 200 null cells x 3 quantiles, 8 boots: any false regression",
		     0, .05 },
	[PLANNER] = { "planner: settings of 6 with power predicted within .05", 1, 1 },
};

static int false_rates(struct laboratory *lab, uint64_t trials, struct tally *tallies)
{
	static const double deviations[] = { 0, .02, .04 };
	struct design design = { .boots = 8, .operations = 500 };
	int ret = 0;

	/* A bar of plus or minus .01 needs a standard error well below it. */
	for (size_t i = 0; i < 3 && !ret; i++) {
		design.boot_deviation = deviations[i];
		ret = many_nights(lab, &design, 4 * trials, 0, 2, tallies + AA_0_P10 + 3 * i);
	}
	design.boot_deviation = .02;
	design.shared = .1;
	if (!ret)
		ret = many_nights(lab, &design, 4 * trials, 1, 1, tallies + CONTROL_FALSE);
	return ret;
}

static int powers(struct laboratory *lab, uint64_t trials, struct tally *tallies)
{
	static const struct {
		struct design design;
		size_t quantile, row;
	} settings[] = {
		{ { 8, 500, .02, .04879, 0, .1 }, 1, CONTROL_POWER },
		{ { 8, 500, .02, .04879, 0, 0 }, 1, POWER_2 },
		{ { 20, 500, .04, .04879, 0, 0 }, 1, POWER_4 },
		{ { 16, 4000, .02, 0, .09531, 0 }, 2, POWER_P99 },
	};
	int ret = 0;

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]) && !ret; i++)
		ret = many_nights(lab, &settings[i].design, trials, settings[i].quantile,
				  settings[i].quantile, tallies + settings[i].row);
	return ret;
}

/* Three rows: false positives, found, and found before the last look. */
static int sequential(struct laboratory *lab, uint64_t trials, size_t planned,
		      struct tally tallies[3])
{
	const size_t boots = sequential_boots[planned - 1];
	struct design null = { .boots = boots, .operations = 100, .boot_deviation = .02 };
	struct design slower = { .boots = boots, .operations = 100, .boot_deviation = .04,
				 .effect = .04879 };
	double levels[SEQUENTIAL_LOOKS];
	struct tally unused = { 0 };
	int ret = 0;

	for (size_t i = 0; i < planned; i++)
		levels[i] = sequential_level(i + 1, planned, .05);
	for (uint64_t trial = 0; trial < 2 * trials && !ret; trial++) {
		ret = sequential_night(lab, &null, planned, levels, &tallies[0], &unused);
		if (!ret && trial % 2)
			ret = sequential_night(lab, &slower, planned, levels, &tallies[1],
					       &tallies[2]);
	}
	return ret;
}

/*
 * Values of boots directly. A p that Welch's test puts above .02 is taken from there: with
 * 600 tests and hardly any below it, its exact value decides nothing.
 */
static int null_report(struct laboratory *lab, struct tally *tally)
{
	double p[600], estimate[600];
	int ret;

	for (size_t i = 0; i < 600; i++) {
		struct boot_value boots[16];
		struct boots_effect effect;
		double values[2][8];

		for (size_t j = 0; j < 16; j++) {
			values[j % 2][j / 2] = .02 * generator_normal(&lab->generator);
			boots[j] = (struct boot_value){ .value = values[j % 2][j / 2],
							.control = NAN, .build = j % 2 };
		}
		p[i] = welch(values[1], 8, values[0], 8).p;
		estimate[i] = 0;
		if (p[i] > .02)
			continue;
		ret = boots_compare(boots, 16, 1, &effect);
		if (ret)
			return ret;
		p[i] = effect.p;
		estimate[i] = effect.estimate;
	}
	ret = benjamini_hochberg(p, p, 600);
	for (size_t i = 0; i < 600; i++)
		if (p[i] <= .05 && estimate[i] > log(1.02)) {
			count(tally, true);
			return ret;
		}
	count(tally, false);
	return ret;
}

static int planner(struct laboratory *lab, uint64_t trials, struct tally *tally)
{
	static const struct design settings[] = {
		{ .boots = 8, .boot_deviation = .02, .effect = .03 },
		{ .boots = 8, .boot_deviation = .04, .effect = .05 },
		{ .boots = 12, .boot_deviation = .02, .effect = .02 },
		{ .boots = 12, .boot_deviation = .05, .effect = .08 },
		{ .boots = 16, .boot_deviation = .03, .effect = .03 },
		{ .boots = 24, .boot_deviation = .04, .effect = .04 },
	};

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		struct design design = settings[i];
		struct tally found = { 0 };
		double deviation, predicted;
		int ret;

		/* The variance of a median of 200 operations: pi / 2 * .05^2 / 200. */
		design.operations = 200;
		deviation = boots_deviation(design.boot_deviation * design.boot_deviation, 0,
					    1.5708 * .05 * .05, 1, 200);
		predicted = boots_power((double)design.boots, deviation, design.effect, .05);
		ret = many_nights(lab, &design, trials, 1, 1, &found);
		if (ret)
			return ret;
		count(tally, fabs((double)found.hits / (double)found.trials - predicted) <= .05);
	}
	return 0;
}

static int run(uint64_t trials, uint64_t seed, struct tally *tallies)
{
	struct laboratory *lab = calloc(1, sizeof(*lab));
	int ret;

	if (!lab)
		return -ENOMEM;
	generator_seed(&lab->generator, seed_derive(seed, 1, 0, 0));
	ret = false_rates(lab, trials, tallies);
	if (!ret)
		ret = powers(lab, trials, tallies);
	if (!ret)
		ret = sequential(lab, trials, SEQUENTIAL_LOOKS, tallies + SEQUENTIAL_FALSE);
	for (uint64_t i = 0; i < trials && !ret; i++)
		ret = null_report(lab, &tallies[REPORT]);
	if (!ret)
		ret = planner(lab, trials, &tallies[PLANNER]);
	/* Behind all that was there, which keeps its random numbers. */
	if (!ret)
		ret = sequential(lab, trials, SEQUENTIAL_LOOKS - 1, tallies + FEWER_FALSE);
	for (size_t i = 0; i < QUANTILES; i++)
		quantile_weights_free(&lab->weights[i]);
	free(lab);
	return ret;
}

const struct simulation simulate_boots = {
	.name = "boots", .rows = rows, .row_count = ROWS, .run = run,
};
