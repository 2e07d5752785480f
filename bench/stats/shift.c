// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sorting every resample would take seconds per cell. Instead each arm's range is cut
 * into bins at 256 of its own order statistics, dense in the tail; a unit is its counts
 * in the bins, a resample a weighted sum of counts, and its quantiles are read off by
 * interpolation inside a bin.
 */
#include "shift.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MATHLIB_STANDALONE 1
#include <Rmath.h>

#include "quantile.h"
#include "random.h"
#include "sort.h"
#include "ttest.h"

#define BINS 256

static const double shift_quantiles[SHIFT_POINTS] = {
	.05, .10, .15, .20, .25, .30, .35, .40, .45, .50, .55,
	.60, .65, .70, .75, .80, .85, .90, .95, .99, .999,
};

struct bins {
	uint64_t edge[BINS];		/* bin i holds what is above edge i - 1, up to edge i */
	double log_edge[BINS];
	size_t count;			/* bins in use */
};

struct bootstrap {
	struct bins bins[PAIRED_ARMS];
	size_t units;
	float (*counts)[PAIRED_ARMS][BINS];	/* per unit; whole numbers, exact below 2^24 */
	float sum[PAIRED_ARMS][BINS];		/* of one resample */
};

static double log_latency(double ns)
{
	return log(ns > 0 ? ns : PAIRED_ZERO_NS);
}

/* Half of the bins split the lower 95 %, the other half the rest. */
static double bin_probability(size_t bin)
{
	double half = BINS / 2.0, place = (double)(bin + 1);

	return place <= half ? .95 * place / half : .95 + .05 * (place - half) / half;
}

static void make_bins(const uint64_t *sorted, size_t count, struct bins *bins)
{
	bins->count = 0;
	for (size_t i = 0; i < BINS; i++) {
		double rank = fmax(1, ceil(bin_probability(i) * (double)count));
		/* The last probability is 1, if for rounding. */
		uint64_t edge = sorted[i + 1 == BINS ? count - 1 : (size_t)rank - 1];

		if (bins->count && bins->edge[bins->count - 1] == edge)
			continue;	/* ties */
		bins->edge[bins->count] = edge;
		bins->log_edge[bins->count++] = log_latency((double)edge);
	}
}

static size_t find_bin(const struct bins *bins, uint64_t value)
{
	size_t low = 0, high = bins->count - 1;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (bins->edge[middle] < value)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static size_t count_boots(const struct paired_quartet *quartets, size_t count)
{
	size_t boots = 0;

	for (size_t i = 0; i < count; i++)
		boots += !i || quartets[i].boot != quartets[i - 1].boot;
	return boots;
}

/*
 * Which unit a quartet belongs to. Whole boots where there are enough of them, else
 * neighbouring quartets.
 */
static void assign_units(const struct paired_quartet *quartets, size_t count, size_t *unit,
			 size_t *units)
{
	size_t boots = count_boots(quartets, count), pieces = boots, piece = 0;

	if (boots < SHIFT_BOOTS_MIN)
		pieces = count;
	*units = pieces < SHIFT_UNITS_MAX ? pieces : SHIFT_UNITS_MAX;
	for (size_t i = 0; i < count; i++) {
		if (pieces == count)
			piece = i;
		else if (i && quartets[i].boot != quartets[i - 1].boot)
			piece++;
		unit[i] = piece * *units / pieces;
	}
}

static int fill_counts(const struct paired_quartet *quartets, size_t quartet_count,
		       struct bootstrap *bootstrap)
{
	size_t *unit = malloc(quartet_count * sizeof(*unit));

	if (!unit)
		return -ENOMEM;
	assign_units(quartets, quartet_count, unit, &bootstrap->units);
	bootstrap->counts = calloc(bootstrap->units, sizeof(*bootstrap->counts));
	if (!bootstrap->counts) {
		free(unit);
		return -ENOMEM;
	}
	for (size_t i = 0; i < quartet_count; i++) {
		for (size_t j = 0; j < quartets[i].block_count; j++) {
			const struct paired_block *block = &quartets[i].blocks[j];
			const struct bins *bins = &bootstrap->bins[block->arm];
			float *counts = bootstrap->counts[unit[i]][block->arm];

			for (size_t k = 0; k < block->count; k++)
				counts[find_bin(bins, block->sorted[k])]++;
		}
	}
	free(unit);
	return 0;
}

/* Where the cumulated counts pass q of their total; q ascends over the points. */
static void read_quantiles(const struct bins *bins, const float *counts, const double *q,
			   size_t points, double *logs)
{
	double total = 0, below = 0;
	size_t bin = 0;

	for (size_t i = 0; i < bins->count; i++)
		total += (double)counts[i];
	for (size_t point = 0; point < points; point++) {
		double wanted = q[point] * total, inside;

		while (bin + 1 < bins->count && below + (double)counts[bin] < wanted)
			below += (double)counts[bin++];
		inside = counts[bin] > 0 ? (wanted - below) / (double)counts[bin] : 1;
		logs[point] = bins->log_edge[bin];
		if (bin)
			logs[point] -= (1 - fmin(1, inside)) *
				       (bins->log_edge[bin] - bins->log_edge[bin - 1]);
	}
}

/*
 * Both arms of one unit. That the arrays are apart is said for the compiler, which then adds
 * several bins at a time.
 */
static void add_unit(float *restrict sum, const float *restrict counts, float times)
{
	for (size_t i = 0; i < PAIRED_ARMS * BINS; i++)
		sum[i] += times * counts[i];
}

/* The differences of one resample, `times[unit]` of each unit. */
static void resampled(struct bootstrap *bootstrap, const float *times, const double *q,
		      size_t points, double *difference)
{
	double logs[PAIRED_ARMS][SHIFT_POINTS];

	memset(bootstrap->sum, 0, sizeof(bootstrap->sum));
	for (size_t unit = 0; unit < bootstrap->units; unit++)
		if (times[unit] != 0)
			add_unit(&bootstrap->sum[0][0], &bootstrap->counts[unit][0][0],
				 times[unit]);
	for (size_t arm = 0; arm < PAIRED_ARMS; arm++)
		read_quantiles(&bootstrap->bins[arm], bootstrap->sum[arm], q, points, logs[arm]);
	for (size_t point = 0; point < points; point++)
		difference[point] = logs[1][point] - logs[0][point];
}

/* Standard error of each point, and the factor that makes the band simultaneous. */
static double sup_t(double (*excursions)[SHIFT_POINTS], size_t points, double *error)
{
	double largest[SHIFT_RESAMPLES];

	for (size_t point = 0; point < points; point++) {
		double squares = 0;

		for (size_t i = 0; i < SHIFT_RESAMPLES; i++)
			squares += excursions[i][point] * excursions[i][point];
		error[point] = sqrt(squares / SHIFT_RESAMPLES);
	}
	for (size_t i = 0; i < SHIFT_RESAMPLES; i++) {
		largest[i] = 0;
		for (size_t point = 0; point < points; point++)
			if (error[point] > 0)
				largest[i] = fmax(largest[i],
						  fabs(excursions[i][point]) / error[point]);
	}
	sort_doubles(largest, SHIFT_RESAMPLES);
	return quantile_type7(largest, SHIFT_RESAMPLES, .95);
}

/*
 * Resampling n units shows (n - 1) / n of their variance, and its normal limit comes
 * late: both are made good as for a t interval.
 */
static double few_units_factor(size_t units)
{
	double n = (double)units;

	return sqrt(n / (n - 1)) * qt(.975, n - 1, 1, 0) / qnorm(.975, 0, 1, 1, 0);
}

static int make_band(struct bootstrap *bootstrap, uint64_t seed, struct shift_function *shift)
{
	double (*excursions)[SHIFT_POINTS] = calloc(SHIFT_RESAMPLES, sizeof(*excursions));
	double centre[SHIFT_POINTS], error[SHIFT_POINTS], factor;
	float times[SHIFT_UNITS_MAX];
	struct generator generator;

	if (!excursions)
		return -ENOMEM;
	generator_seed(&generator, seed);
	for (size_t unit = 0; unit < bootstrap->units; unit++)
		times[unit] = 1;
	resampled(bootstrap, times, shift->quantile, shift->points, centre);
	for (size_t i = 0; i < SHIFT_RESAMPLES; i++) {
		memset(times, 0, sizeof(times));
		for (size_t unit = 0; unit < bootstrap->units; unit++)
			times[generator_below(&generator, bootstrap->units)]++;
		resampled(bootstrap, times, shift->quantile, shift->points, excursions[i]);
		for (size_t point = 0; point < shift->points; point++)
			excursions[i][point] -= centre[point];
	}
	factor = sup_t(excursions, shift->points, error) * few_units_factor(bootstrap->units);
	for (size_t point = 0; point < shift->points; point++) {
		shift->low[point] = shift->estimate[point] - factor * error[point];
		shift->high[point] = shift->estimate[point] + factor * error[point];
	}
	free(excursions);
	return 0;
}

static void make_points(const uint64_t *const pooled[PAIRED_ARMS],
			const size_t pooled_count[PAIRED_ARMS], struct shift_function *shift)
{
	size_t fewer = pooled_count[0] < pooled_count[1] ? pooled_count[0] : pooled_count[1];

	for (size_t i = 0; i < SHIFT_POINTS; i++) {
		double q = shift_quantiles[i];

		if (fmin(q, 1 - q) * (double)fewer < SHIFT_TAIL_MIN - 1e-6)
			continue;
		shift->quantile[shift->points] = q;
		shift->estimate[shift->points++] =
			log_latency(quantile_type7_u64(pooled[1], pooled_count[1], q)) -
			log_latency(quantile_type7_u64(pooled[0], pooled_count[0], q));
	}
}

int shift_function_make(const struct paired_quartet *quartets, size_t quartet_count,
			const uint64_t *const pooled[PAIRED_ARMS],
			const size_t pooled_count[PAIRED_ARMS], uint64_t seed,
			struct shift_function *shift)
{
	struct bootstrap bootstrap = { 0 };
	int ret;

	memset(shift, 0, sizeof(*shift));
	if (quartet_count < SHIFT_UNITS_MIN || !pooled_count[0] || !pooled_count[1])
		return 0;
	for (size_t arm = 0; arm < PAIRED_ARMS; arm++)
		make_bins(pooled[arm], pooled_count[arm], &bootstrap.bins[arm]);
	make_points(pooled, pooled_count, shift);
	ret = fill_counts(quartets, quartet_count, &bootstrap);
	if (!ret && shift->points)
		ret = make_band(&bootstrap, seed, shift);
	free(bootstrap.counts);
	return ret;
}
