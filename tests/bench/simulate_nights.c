// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Nights: one value per night, of a coefficient of variation of 2 %, with five kinds of noise.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "simulation.h"
#include "stats/boots.h"
#include "stats/lanes.h"
#include "stats/random.h"
#include "stats/ttest.h"

#define DEVIATION .02
#define THRESHOLD .0198		/* ln 1.02 */
#define NIGHTS 100
#define YEAR 365

enum noise { NORMAL, HEAVY, SKEWED, CORRELATED, SPIKED, NOISES };

/* The next of a series, of mean 0 and (spikes apart) standard deviation 2 %. */
static double next_night(struct generator *generator, enum noise noise, double last)
{
	double z = generator_normal(generator), chi;

	switch (noise) {
	case HEAVY:	/* Student's t with 3 degrees of freedom */
		chi = 0;
		for (int i = 0; i < 3; i++) {
			double x = generator_normal(generator);

			chi += x * x;
		}
		return DEVIATION * z / sqrt(chi);
	case SKEWED:	/* exponential */
		return DEVIATION * (-log(1 - generator_uniform(generator)) - 1);
	case CORRELATED:
		return .3 * last + sqrt(1 - .09) * DEVIATION * z;
	case SPIKED:	/* one night in twenty the machine is 20 % slower */
		return DEVIATION * z + (generator_uniform(generator) < .05 ? .2 : 0);
	default:
		return DEVIATION * z;
	}
}

static void fill(struct generator *generator, enum noise noise, double *values, size_t count)
{
	double last = DEVIATION * generator_normal(generator);

	for (size_t i = 0; i < count; i++)
		values[i] = last = next_night(generator, noise, last);
}

static void tell(struct tally *tally, bool hit)
{
	tally->trials++;
	tally->hits += hit;
}

/* One set of 8 boots per build without a difference; exact only where Welch is near. */
static int null_set(struct generator *generator, struct fast_result *result)
{
	struct boot_value boots[16];
	struct boots_effect effect;
	double values[2][8];
	int ret;

	for (size_t i = 0; i < 16; i++) {
		values[i % 2][i / 2] = DEVIATION * generator_normal(generator);
		boots[i] = (struct boot_value){ .value = values[i % 2][i / 2], .control = NAN,
						.build = i % 2 };
	}
	*result = (struct fast_result){ .p = welch(values[1], 8, values[0], 8).p };
	if (result->p > .05)
		return 0;
	ret = boots_compare(boots, 16, 1, &effect);
	result->estimate = effect.estimate;
	result->p = effect.p;
	return ret;
}

/* The nights up to the `count`th, of one regime, as hmmbench history looks at them. */
static int watch(const double *values, size_t count, struct lanes_found *found)
{
	const size_t start = count > NIGHTS_WINDOW ? count - NIGHTS_WINDOW : 0;
	double nights[NIGHTS_WINDOW];
	const struct lanes_input input = {
		.nights = nights, .values = values + start, .count = count - start,
		.threshold = THRESHOLD,
	};

	for (size_t i = 0; i < input.count; i++)
		nights[i] = (double)(start + i);
	return lanes_watch(&input, found);
}

/* Fast lane, slow lane and creep over 100 nights without a change, asked every night. */
static int null_nights(struct generator *generator, enum noise noise, struct tally *tally)
{
	struct fast_result first, second;
	double values[NIGHTS];
	bool alarm = false;

	fill(generator, noise, values, NIGHTS);
	for (size_t night = 1; night <= NIGHTS && !alarm; night++) {
		struct lanes_found found;
		int ret = null_set(generator, &first);

		if (!ret && fast_lane(&first, NULL, THRESHOLD) == FAST_SUSPICION) {
			ret = null_set(generator, &second);
			alarm = fast_lane(&first, &second, THRESHOLD) == FAST_ALARM;
		}
		if (!ret)
			ret = watch(values, night, &found);
		if (ret)
			return ret;
		alarm |= found.level || found.creeps;
	}
	tell(tally, alarm);
	return 0;
}

static int null_scan(struct generator *generator, enum noise noise, struct tally *tally)
{
	struct change changes[NIGHTS];
	double values[NIGHTS];
	size_t found;
	int ret;

	fill(generator, noise, values, NIGHTS);
	ret = change_scan(values, NIGHTS, CHANGE_LEVEL_001, THRESHOLD, changes, &found);
	tell(tally, found > 0);
	return ret;
}

/* 50 quiet nights, then +5 %: the slow lane within 10 nights. */
static void step(struct generator *generator, struct tally *tally)
{
	double values[60];
	bool found = false;

	fill(generator, NORMAL, values, 60);
	for (size_t i = 50; i < 60; i++)
		values[i] += log(1.05);
	for (size_t night = 51; night <= 60 && !found; night++) {
		struct change change;

		found = slow_lane(values, night, 0, THRESHOLD, &change) && change.shift > 0;
	}
	tell(tally, found);
}

static int creep(struct generator *generator, double per_night, struct tally *tally)
{
	double values[60], nights[60];
	struct trend trend;
	int ret;

	fill(generator, NORMAL, values, 60);
	for (size_t i = 0; i < 60; i++) {
		nights[i] = (double)i;
		values[i] += per_night * (double)i;
	}
	ret = creep_lane(nights, values, 60, 0, THRESHOLD, &trend);
	tell(tally, ret == 1);
	return ret < 0 ? ret : 0;
}

/* The same creep, asked every night: an alarm at last in the week after the 60th. */
static int nightly_creep(struct generator *generator, struct tally *tally)
{
	double values[60 + NIGHTS_CREEP_EVERY];
	bool alarm = false;
	int ret = 0;

	fill(generator, NORMAL, values, 60 + NIGHTS_CREEP_EVERY);
	for (size_t i = 0; i < 60 + NIGHTS_CREEP_EVERY; i++)
		values[i] += log(1.05) / 60 * (double)i;
	for (size_t night = 1; night <= 60 + NIGHTS_CREEP_EVERY && !alarm && !ret; night++) {
		struct lanes_found found;

		ret = watch(values, night, &found);
		alarm = (found.level && found.change.change.shift > 0) ||
			(found.creeps && found.trend.slope > 0);
	}
	tell(tally, alarm);
	return ret;
}

/* How often the largest Z of exchangeable nights exceeds its value of one in a thousand. */
static void critical(struct generator *generator, size_t count, struct tally *tally)
{
	double values[250], scratch[750];
	struct change change;

	for (size_t i = 0; i < count; i++)
		values[i] = generator_uniform(generator);
	change_find(values, count, CHANGE_LEVEL_001, 0, scratch, &change);
	/* Before the division for autocorrelation. */
	change.z *= sqrt((1 + change.lag1) / (1 - change.lag1));
	tell(tally, change.z > change.critical + 5e-5);
}

/* Processor time: what else runs on the machine is not the scan's. */
static int timed_scan(struct generator *generator, struct tally *tally)
{
	struct change changes[YEAR];
	struct timespec start, end;
	double values[YEAR];
	size_t found;
	int ret;

	fill(generator, NORMAL, values, YEAR);
	for (size_t i = 0; i < YEAR; i++)	/* seven regimes */
		values[i] += .06 * (double)(i / 53 % 2);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
	ret = change_scan(values, YEAR, CHANGE_LEVEL_001, THRESHOLD, changes, &found);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	tell(tally, (double)(end.tv_sec - start.tv_sec) +
		    1e-9 * (double)(end.tv_nsec - start.tv_nsec) <= .002);
	return ret;
}

enum {
	SCAN, NIGHTLY = SCAN + NOISES, NIGHTLY_AR, STEP, CREEP_FALSE, CREEP_FOUND,
	CREEP_NIGHTLY, CRITICAL_16, CRITICAL_60, CRITICAL_250, TIMED, ROWS
};

static const struct row rows[ROWS] = {
	[SCAN + NORMAL] = { "100 null nights, normal noise: any change point", 0, .02 },
	[SCAN + HEAVY] = { "  heavy tails (t, 3 degrees of freedom)", 0, .02 },
	[SCAN + SKEWED] = { "  skewed (exponential)", 0, .02 },
	[SCAN + CORRELATED] = { "  autoregressive (.3)", 0, .02 },
	[SCAN + SPIKED] = { "  one spike of 20 % in twenty nights", 0, .02 },
	[NIGHTLY] = { "a false alarm in 100 nights run nightly, both lanes and creep", 0, .05 },
	[NIGHTLY_AR] = { "  autoregressive (.3)", 0, .10 },
	[STEP] = { "+5 % at CV 2 %, slow lane, within 10 nights: found", .90, 1 },
	[CREEP_FALSE] = { "60 null nights: creep", 0, .005 },
	[CREEP_FOUND] = { "+5 % over 60 nights at CV 2 %: creep found", .90, 1 },
	[CREEP_NIGHTLY] = { "  asked nightly, and a week longer: an alarm", .90, 1 },
	[CRITICAL_16] = { "largest Z of 16 exchangeable nights beyond its .001 value", 0, .0012 },
	[CRITICAL_60] = { "  of 60 nights", 0, .0012 },
	[CRITICAL_250] = { "  of 250 nights", 0, .0012 },
	[TIMED] = { "change-point scan of 365 nights, 7 regimes: within 2 ms", .99, 1 },
};

static int run(uint64_t trials, uint64_t seed, struct tally *tallies)
{
	struct generator generator;
	int ret = 0;

	generator_seed(&generator, seed_derive(seed, 2, 0, 0));
	for (uint64_t i = 0; i < trials && !ret; i++) {
		for (enum noise noise = 0; noise < NOISES && !ret; noise++)
			ret = null_scan(&generator, noise, &tallies[SCAN + noise]);
		if (!ret)
			ret = null_nights(&generator, NORMAL, &tallies[NIGHTLY]);
		if (!ret)
			ret = null_nights(&generator, CORRELATED, &tallies[NIGHTLY_AR]);
		if (!ret)
			ret = creep(&generator, 0, &tallies[CREEP_FALSE]);
		if (!ret)
			ret = creep(&generator, log(1.05) / 60, &tallies[CREEP_FOUND]);
		if (!ret)
			ret = nightly_creep(&generator, &tallies[CREEP_NIGHTLY]);
		if (!ret)
			ret = timed_scan(&generator, &tallies[TIMED]);
		step(&generator, &tallies[STEP]);
		for (int j = 0; j < 100; j++) {
			critical(&generator, 16, &tallies[CRITICAL_16]);
			critical(&generator, 60, &tallies[CRITICAL_60]);
		}
		for (int j = 0; j < 25; j++)
			critical(&generator, 250, &tallies[CRITICAL_250]);
	}
	return ret;
}

const struct simulation simulate_nights = {
	.name = "nights", .rows = rows, .row_count = ROWS, .run = run,
};
