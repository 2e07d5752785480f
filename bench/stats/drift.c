// SPDX-License-Identifier: GPL-2.0-or-later
#include "drift.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MATHLIB_STANDALONE 1
#include <Rmath.h>

#include "change.h"
#include "hodges_lehmann.h"
#include "quantile.h"
#include "rank.h"
#include "sort.h"
#include "trend.h"

static const struct drift nothing = { .trend = NAN, .trend_p = NAN, .first_from = NAN,
				      .first_p = NAN };

/* Joins neighbours until few enough are left; a last single one joins the pair before it. */
static size_t join_levels(double *levels, size_t count)
{
	while (count > DRIFT_LEVELS_MAX) {
		const double last = levels[count - 1];
		const bool odd = count % 2;

		count /= 2;
		for (size_t i = 0; i < count; i++)
			levels[i] = (levels[2 * i] + levels[2 * i + 1]) / 2;
		if (odd)
			levels[count - 1] = (2 * levels[count - 1] + last) / 3;
	}
	return count;
}

/* The p of a test for which neighbours were taken for independent; `lag1` says they are not. */
static double allow_for_lag1(double p, double lag1)
{
	const double a = fmin(CHANGE_LAG1_MAX, fmax(0, lag1));

	if (p <= 0 || p >= 1)
		return p;
	return 2 * pnorm(qnorm(p / 2, 0, 1, 1, 0) * sqrt((1 - a) / (1 + a)), 0, 1, 1, 0);
}

static int find_trend(const double *levels, size_t count, double *scratch, struct drift *drift)
{
	struct trend trend;
	int ret;

	for (size_t i = 0; i < count; i++)
		scratch[i] = (double)i;
	ret = trend_find(scratch, levels, count, &trend);
	if (ret)
		return ret;
	drift->trend = trend.slope * (double)(count - 1);
	drift->trend_p = trend.p;
	return 0;
}

/* The first levels against the rest. Sorts `scratch`, a copy of the levels. */
static int compare_first(const double *levels, size_t count, double *scratch, struct drift *drift)
{
	const size_t first = count / 8 > DRIFT_FIRST_MIN ? count / 8 : DRIFT_FIRST_MIN;
	struct test_result test;
	int ret = mann_whitney(levels, first, levels + first, count - first, &test);

	if (ret)
		return ret;
	memcpy(scratch, levels, count * sizeof(*levels));
	sort_doubles(scratch, first);
	sort_doubles(scratch + first, count - first);
	drift->first = first;
	drift->first_from = hodges_lehmann_shift(scratch, first, scratch + first, count - first);
	drift->first_p = allow_for_lag1(test.p, paired_lag1(levels + first, count - first));
	return 0;
}

int drift_of_levels(const double *levels, size_t count, struct drift *drift)
{
	double *joined, *scratch;
	int ret;

	*drift = nothing;
	if (count < DRIFT_LEVELS_MIN)
		return 0;
	joined = malloc(2 * count * sizeof(*joined));
	if (!joined)
		return -ENOMEM;
	scratch = joined + count;
	memcpy(joined, levels, count * sizeof(*joined));
	count = join_levels(joined, count);
	drift->levels = count;
	ret = find_trend(joined, count, scratch, drift);
	if (!ret)
		ret = compare_first(joined, count, scratch, drift);
	free(joined);
	return ret;
}

/* False: an arm has no samples. */
static bool level_of(const struct paired_quartet *quartet, double *level)
{
	double sum[PAIRED_ARMS] = { 0 };
	size_t blocks[PAIRED_ARMS] = { 0 };

	for (size_t i = 0; i < quartet->block_count; i++) {
		const struct paired_block *block = &quartet->blocks[i];
		double median_ns = quantile_type7_u64(block->sorted, block->count, .5);

		if (!block->count)
			continue;
		sum[block->arm] += log(fmax(median_ns, PAIRED_ZERO_NS));
		blocks[block->arm]++;
	}
	*level = 0;
	for (size_t arm = 0; arm < PAIRED_ARMS; arm++) {
		if (!blocks[arm])
			return false;
		*level += sum[arm] / (double)blocks[arm] / PAIRED_ARMS;
	}
	return true;
}

size_t drift_levels(const struct paired_quartet *quartets, size_t count, double *levels)
{
	size_t made = 0;

	for (size_t i = 0; i < count; i++)
		made += level_of(&quartets[i], &levels[made]);
	return made;
}

static double smallest_p(const struct drift *drift)
{
	return fmin(drift->trend_p, drift->first_p);
}

int drift_find(const struct paired_quartet *quartets, size_t count, struct drift *drift)
{
	double *levels = malloc((count + 1) * sizeof(*levels));
	size_t boots = 0;
	int ret = 0;

	*drift = nothing;
	if (!levels)
		return -ENOMEM;
	for (size_t first = 0, end; first < count && !ret; first = end) {
		struct drift found;

		for (end = first; end < count && quartets[end].boot == quartets[first].boot;)
			end++;
		ret = drift_of_levels(levels, drift_levels(quartets + first, end - first, levels),
				      &found);
		if (ret || !found.levels)
			continue;
		if (!boots++ || smallest_p(&found) < smallest_p(drift))
			*drift = found;
	}
	free(levels);
	if (boots) {
		drift->trend_p = fmin(1, drift->trend_p * (double)boots);
		drift->first_p = fmin(1, drift->first_p * (double)boots);
	}
	return ret;
}
