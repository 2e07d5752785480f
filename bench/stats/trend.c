// SPDX-License-Identifier: GPL-2.0-or-later
#include "trend.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MATHLIB_STANDALONE 1
#include <Rmath.h>

#include "change.h"
#include "paired.h"
#include "quantile.h"
#include "sort.h"

/* Kendall's variance of S, less what ties take away; `sorted` ascends. */
static double variance_of_s(const double *sorted, size_t count)
{
	double n = (double)count, variance = n * (n - 1) * (2 * n + 5);

	for (size_t i = 0, end; i < count; i = end) {
		double ties;

		for (end = i + 1; end < count && sorted[end] == sorted[i];)
			end++;
		ties = (double)(end - i);
		variance -= ties * (ties - 1) * (2 * ties + 5);
	}
	return variance / 18;
}

/* All pairwise slopes, and S: rises less falls. */
static size_t pairwise_slopes(const double *nights, const double *values, size_t count,
			      double *slopes, double *s)
{
	size_t pairs = 0;

	*s = 0;
	for (size_t i = 0; i < count; i++) {
		for (size_t j = i + 1; j < count; j++) {
			if (nights[j] > nights[i])
				slopes[pairs++] = (values[j] - values[i]) / (nights[j] - nights[i]);
			*s += (values[j] > values[i]) - (values[j] < values[i]);
		}
	}
	return pairs;
}

static double detrended_lag1(const double *nights, const double *values, size_t count,
			     double slope, double *rest)
{
	for (size_t i = 0; i < count; i++)
		rest[i] = values[i] - slope * nights[i];
	return fmin(CHANGE_LAG1_MAX, fmax(0, paired_lag1(rest, count)));
}

int trend_find(const double *nights, const double *values, size_t count, struct trend *trend)
{
	double *slopes, *sorted, s, deviation;
	size_t pairs;

	*trend = (struct trend){ NAN, NAN, NAN, NAN };
	for (size_t i = 0; i < count; i++)
		if (!isfinite(values[i]) || !isfinite(nights[i]))
			return 0;
	if (count < 4)
		return 0;
	slopes = malloc((count * (count - 1) / 2 + count) * sizeof(*slopes));
	if (!slopes)
		return -ENOMEM;
	sorted = slopes + count * (count - 1) / 2;
	pairs = pairwise_slopes(nights, values, count, slopes, &s);
	sort_doubles(slopes, pairs);
	trend->slope = quantile_type7(slopes, pairs, .5);
	trend->tau = s / ((double)count * (double)(count - 1) / 2);
	trend->lag1 = detrended_lag1(nights, values, count, trend->slope, sorted);
	memcpy(sorted, values, count * sizeof(*sorted));
	sort_doubles(sorted, count);
	deviation = sqrt(variance_of_s(sorted, count) * (1 + trend->lag1) / (1 - trend->lag1));
	trend->p = 1;
	if (deviation > 0)
		trend->p = fmin(1, 2 * pnorm(fmax(0, fabs(s) - 1) / deviation, 0, 1, 0, 0));
	free(slopes);
	return 0;
}
