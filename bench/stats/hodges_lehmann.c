// SPDX-License-Identifier: GPL-2.0-or-later
#include "hodges_lehmann.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>

#define MATHLIB_STANDALONE 1
#include <Rmath.h>

#include "pairwise.h"

#define EXACT_VALUES_MAX 200	/* the exact laws take memory and time of the third power */

static bool is_usable(const double *sorted, size_t count)
{
	return count > 0 && !isnan(sorted[0]) && !isnan(sorted[count - 1]);
}

double hodges_lehmann_centre(const double *sorted, size_t count)
{
	size_t pairs = count * (count + 1) / 2;
	double low;

	if (!is_usable(sorted, count))
		return NAN;
	low = pairwise_average_select(sorted, count, (pairs - 1) / 2);
	if (pairs % 2)
		return low;
	return 0.5 * low + 0.5 * pairwise_average_select(sorted, count, pairs / 2);
}

double hodges_lehmann_shift(const double *x, size_t x_count, const double *y, size_t y_count)
{
	size_t pairs = x_count * y_count;
	double low;

	if (!is_usable(x, x_count) || !is_usable(y, y_count))
		return NAN;
	low = pairwise_difference_select(x, x_count, y, y_count, (pairs - 1) / 2);
	if (pairs % 2)
		return low;
	return 0.5 * low +
	       0.5 * pairwise_difference_select(x, x_count, y, y_count, pairs / 2);
}

/* Both laws are symmetric; the normal approximation has a continuity correction. */
static double normal_rank(double mean, double variance, double tail)
{
	return fmax(0, ceil(qnorm(tail, mean, sqrt(variance), 1, 0) - 0.5));
}

/* The smallest w with P(W <= w) >= tail, W the signed-rank statistic. */
static double signed_rank_quantile(size_t count, double tail)
{
	double n = (double)count;

	if (count <= EXACT_VALUES_MAX)
		return qsignrank(tail, n, 1, 0);
	return normal_rank(n * (n + 1) / 4, n * (n + 1) * (2 * n + 1) / 24, tail);
}

static double u_quantile(size_t x_count, size_t y_count, double tail)
{
	double m = (double)x_count, n = (double)y_count, quantile;

	if (x_count + y_count > EXACT_VALUES_MAX)
		return normal_rank(m * n / 2, m * n * (m + n + 1) / 12, tail);
	quantile = qwilcox(tail, m, n, 1, 0);
	wilcox_free();
	return quantile;
}

/*
 * The rank from either end (0: the extreme pair) at which to cut, from the quantile w
 * of the rank statistic. Cutting at rank k misses with 2 P(W <= k): w is the first
 * whose tail reaches the one asked for, so that w - 1 stays below it.
 */
static int cut_rank(double quantile, size_t pairs, enum bounds_rule rule, size_t *rank)
{
	if (rule == BOUNDS_CONSERVATIVE)
		quantile -= 1;
	if (quantile < 0)
		return -EDOM;
	*rank = (size_t)quantile;
	if (*rank > (pairs - 1) / 2)
		*rank = (pairs - 1) / 2;
	return 0;
}

int hodges_lehmann_centre_bounds(const double *sorted, size_t count, double misrate,
				 enum bounds_rule rule, double *low, double *high)
{
	size_t pairs = count * (count + 1) / 2;
	size_t rank;
	int ret;

	*low = *high = NAN;
	if (!is_usable(sorted, count) || !(misrate > 0 && misrate < 1))
		return -EINVAL;
	ret = cut_rank(signed_rank_quantile(count, misrate / 2), pairs, rule, &rank);
	if (ret)
		return ret;
	*low = pairwise_average_select(sorted, count, rank);
	*high = pairwise_average_select(sorted, count, pairs - 1 - rank);
	return 0;
}

double hodges_lehmann_centre_misrate(size_t count, double misrate)
{
	double quantile;

	if (!count || count > EXACT_VALUES_MAX)
		return count ? misrate : 0;
	quantile = signed_rank_quantile(count, misrate / 2) - 1;
	return quantile < 0 ? 0 : 2 * psignrank(quantile, (double)count, 1, 0);
}

int hodges_lehmann_shift_bounds(const double *x, size_t x_count, const double *y, size_t y_count,
				double misrate, enum bounds_rule rule, double *low, double *high)
{
	size_t pairs = x_count * y_count;
	size_t rank;
	int ret;

	*low = *high = NAN;
	if (!is_usable(x, x_count) || !is_usable(y, y_count) || !(misrate > 0 && misrate < 1))
		return -EINVAL;
	ret = cut_rank(u_quantile(x_count, y_count, misrate / 2), pairs, rule, &rank);
	if (ret)
		return ret;
	*low = pairwise_difference_select(x, x_count, y, y_count, rank);
	*high = pairwise_difference_select(x, x_count, y, y_count, pairs - 1 - rank);
	return 0;
}
