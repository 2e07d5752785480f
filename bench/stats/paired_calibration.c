// SPDX-License-Identifier: GPL-2.0-or-later
#include "paired_calibration.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MATHLIB_STANDALONE 1
#include <Rmath.h>

#include "hodges_lehmann.h"
#include "paired_power.h"
#include "random.h"
#include "sort.h"
#include "ttest.h"

#define SIGN_FLIPS 999	/* of each test, where they are too many to try all */
#define QUARTET 4	/* blocks of one strategy that are taken as a quartet */

/* Everything that is measured, and room to work in. */
struct making {
	const struct paired_quartet *quartets;
	size_t count;
	double q, threshold;
	uint32_t least;
	uint64_t seed;
	struct paired_workspace *workspace;
	struct paired_calibration *calibration;
	struct paired_difference *differences;
	double *values;			/* of one test */
	double *residuals;		/* of all boots */
	size_t residual_count, centred;	/* how many, about how many centres */
	double *counts, *factors;	/* of each boot */
	/* Quartets of one strategy each. */
	struct paired_block *blocks;
	struct paired_quartet *alike;
	size_t alike_count;
};

static void making_free(struct making *making)
{
	free(making->differences);
	free(making->values);
	free(making->residuals);
	free(making->counts);
	free(making->factors);
	free(making->blocks);
	free(making->alike);
}

static int making_reserve(struct making *making)
{
	size_t blocks = 0, most;

	for (size_t i = 0; i < making->count; i++)
		blocks += making->quartets[i].block_count;
	most = making->count > blocks / QUARTET ? making->count : blocks / QUARTET;
	making->differences = calloc(most + 1, sizeof(*making->differences));
	making->values = calloc(most + 1, sizeof(*making->values));
	making->residuals = calloc(most + 1, sizeof(*making->residuals));
	making->counts = calloc(making->count + 1, sizeof(*making->counts));
	making->factors = calloc(making->count + 1, sizeof(*making->factors));
	making->blocks = calloc(blocks + 1, sizeof(*making->blocks));
	making->alike = calloc(blocks / QUARTET + 1, sizeof(*making->alike));
	return making->differences && making->values && making->residuals && making->counts &&
			       making->factors && making->blocks && making->alike ?
		       0 : -ENOMEM;
}

/* Where the differences of the boot end that begin at `first`. */
static size_t boot_end(const struct paired_difference *differences, size_t count, size_t first)
{
	size_t end = first;

	while (end < count && differences[end].boot == differences[first].boot)
		end++;
	return end;
}

static size_t take_values(const struct making *making, size_t first, size_t end)
{
	for (size_t i = first; i < end; i++)
		making->values[i - first] = making->differences[i].value;
	return end - first;
}

/* ---- what can be seen ---- */

/*
 * The deviation of one value by the width of the interval of their centre: it follows the bulk of
 * them, as the test does. Sorts them; NAN below two.
 */
static double deviation_of(double *values, size_t count)
{
	double low, high, misrate = hodges_lehmann_centre_misrate(count, PAIRED_MISRATE);

	sort_doubles(values, count);
	if (count < 2)
		return NAN;
	if (hodges_lehmann_centre_bounds(values, count, PAIRED_MISRATE, BOUNDS_CONSERVATIVE, &low,
					 &high))
		return sqrt(sample_variance(values, count));
	return (high - low) / 2 / qt(misrate / 2, (double)count - 1, 0, 0) * sqrt((double)count);
}

/* One boot's differences, joined, about their centre. */
static void add_residuals(struct making *making, size_t count, uint32_t factor)
{
	double centre;

	if (count < 2)
		return;
	sort_doubles(making->values, count);
	centre = hodges_lehmann_centre(making->values, count);
	for (size_t i = 0; i < count; i++)
		making->residuals[making->residual_count++] =
			(making->values[i] - centre) * sqrt(factor);
	making->centred++;
}

static int see_boots(struct making *making)
{
	struct paired_calibration *calibration = making->calibration;
	size_t count, boots = 0;
	int ret = paired_differences(making->quartets, making->count, making->q,
				     making->workspace, making->differences, &count);

	if (ret)
		return ret;
	for (size_t first = 0, end; first < count; first = end) {
		size_t values;
		uint32_t factor;

		end = boot_end(making->differences, count, first);
		values = take_values(making, first, end);
		making->counts[boots] = (double)values;
		factor = paired_join(making->values, &values);
		making->factors[boots++] = factor;
		add_residuals(making, values, factor);
	}
	if (!boots)
		return -ENODATA;
	sort_doubles(making->counts, boots);
	sort_doubles(making->factors, boots);
	calibration->differences = (uint32_t)making->counts[boots / 2];
	calibration->factor = (uint32_t)making->factors[boots / 2];
	calibration->deviation = deviation_of(making->residuals, making->residual_count);
	if (making->residual_count)	/* each centre was taken from the values about it */
		calibration->deviation *= sqrt((double)making->residual_count /
					       (double)(making->residual_count - making->centred));
	calibration->boots = (uint32_t)paired_per_boot(making->differences, count, making->values);
	calibration->boot_deviation = deviation_of(making->values, calibration->boots);
	return 0;
}

/* ---- false positives ---- */

/* Four successive blocks of one strategy become a quartet, in the order in which they end. */
static void find_alike(struct making *making)
{
	struct paired_block waiting[PAIRED_ARMS][QUARTET];
	size_t waits[PAIRED_ARMS] = { 0 };

	for (size_t i = 0; i < making->count; i++) {
		const struct paired_quartet *quartet = &making->quartets[i];

		if (i && quartet->boot != quartet[-1].boot)
			memset(waits, 0, sizeof(waits));
		for (size_t j = 0; j < quartet->block_count; j++) {
			const struct paired_block *block = &quartet->blocks[j];
			struct paired_block *to = making->blocks + QUARTET * making->alike_count;

			if (!block->count)
				continue;
			waiting[block->arm][waits[block->arm]++] = *block;
			if (waits[block->arm] < QUARTET)
				continue;
			memcpy(to, waiting[block->arm], sizeof(waiting[block->arm]));
			waits[block->arm] = 0;
			making->alike[making->alike_count++] = (struct paired_quartet){
				.boot = quartet->boot, .blocks = to, .block_count = QUARTET };
		}
	}
}

/* A coin for each quartet: A B B A or B A A B. */
static void throw_coins(struct making *making, uint64_t seed)
{
	struct generator generator;

	generator_seed(&generator, seed);
	for (size_t i = 0; i < making->alike_count; i++) {
		const uint32_t outer = (uint32_t)generator_below(&generator, 2);

		for (size_t j = 0; j < QUARTET; j++)
			making->blocks[QUARTET * i + j].arm =
				j == 0 || j == QUARTET - 1 ? outer : !outer;
	}
}

static int try_values(const struct making *making, size_t count, uint64_t seed,
		      struct paired_rate *rate)
{
	double p;
	int ret = sign_flip_test(making->values, count, seed, SIGN_FLIPS, &p);

	if (ret)
		return ret;
	rate->tried++;
	if (!(p <= CALIBRATION_ALPHA))
		return 0;
	rate->called++;
	rate->judged += fabs(paired_estimate(making->values, count).estimate) > making->threshold;
	return 0;
}

static int try_throw(struct making *making, uint64_t seed)
{
	struct paired_calibration *calibration = making->calibration;
	size_t count, boots;
	int ret;

	throw_coins(making, seed);
	ret = paired_differences(making->alike, making->alike_count, making->q,
				 making->workspace, making->differences, &count);
	for (size_t first = 0, end; first < count && !ret; first = end) {
		size_t values;

		end = boot_end(making->differences, count, first);
		values = take_values(making, first, end);
		if (values < making->least)
			continue;
		paired_join(making->values, &values);
		ret = try_values(making, values, seed_derive(seed, first, 1, 0),
				 &calibration->one_boot);
	}
	if (ret || !count)
		return ret;
	boots = paired_per_boot(making->differences, count, making->values);
	return boots < 2 ? 0 : try_values(making, boots, seed_derive(seed, 0, 2, 0),
					  &calibration->several_boots);
}

int paired_calibration_make(const struct paired_quartet *quartets, size_t count, double q,
			    uint32_t least, double threshold, uint64_t seed,
			    struct paired_workspace *workspace,
			    struct paired_calibration *calibration)
{
	struct making making = {
		.quartets = quartets, .count = count, .q = q, .threshold = threshold,
		.least = least, .seed = seed, .workspace = workspace, .calibration = calibration,
	};
	int ret = making_reserve(&making);

	*calibration = (struct paired_calibration){ .deviation = NAN, .boot_deviation = NAN };
	if (!ret)
		ret = see_boots(&making);
	if (!ret)
		find_alike(&making);
	for (uint32_t i = 0; i < PAIRED_CALIBRATION_THROWS && !ret; i++)
		ret = try_throw(&making, seed_derive(seed, i, 0, 0));
	making_free(&making);
	return ret;
}

/* ---- and by so many ---- */

static double smallest(uint32_t count, double deviation, double degrees)
{
	const double reach = paired_detectable(count, CALIBRATION_ALPHA, CALIBRATION_POWER) *
			     paired_allowance(degrees, CALIBRATION_ALPHA, CALIBRATION_POWER);

	return isfinite(reach) ? reach * deviation : NAN;
}

double paired_calibration_smallest(const struct paired_calibration *calibration, uint32_t pairs,
				   uint32_t factor)
{
	const double of_boot = (double)calibration->differences / calibration->factor - 1;

	return smallest(pairs, calibration->deviation / sqrt(factor), of_boot * calibration->boots);
}

double paired_calibration_smallest_of_boots(const struct paired_calibration *calibration,
					    uint32_t boots)
{
	return smallest(boots, calibration->boot_deviation, (double)calibration->boots - 1);
}
