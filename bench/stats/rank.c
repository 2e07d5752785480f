// SPDX-License-Identifier: GPL-2.0-or-later
#include "rank.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MATHLIB_STANDALONE 1
#include <Rmath.h>

#define EXACT_PAIRS_MAX 2500	/* without ties: values of x times values of y */
#define EXACT_TIED_MAX 50	/* with ties, both samples together */

static const struct test_result no_result = { NAN, NAN, NAN, NAN, NAN };

struct ranked {
	double value;
	size_t index;
};

static int compare_ranked(const void *a, const void *b)
{
	double x = ((const struct ranked *)a)->value, y = ((const struct ranked *)b)->value;

	return (x > y) - (x < y);
}

int midranks(const double *values, size_t count, double *ranks, double *ties)
{
	struct ranked *order = malloc((count ? count : 1) * sizeof(*order));
	double sum = 0;

	if (!order)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		order[i] = (struct ranked){ .value = values[i], .index = i };
	qsort(order, count, sizeof(*order), compare_ranked);
	for (size_t i = 0, end; i < count; i = end) {
		double group;

		for (end = i + 1; end < count && order[end].value == order[i].value; end++)
			;
		for (size_t j = i; j < end; j++)
			ranks[order[j].index] = (double)(i + end + 1) / 2;
		group = (double)(end - i);
		sum += group * group * group - group;
	}
	free(order);
	if (ties)
		*ties = sum;
	return 0;
}

static bool has_nan(const double *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (isnan(values[i]))
			return true;
	return false;
}

/* x and y behind each other, and their midranks. The caller frees *ranks. */
static int joint_ranks(const double *x, size_t x_count, const double *y, size_t y_count,
		       double **ranks, double *ties)
{
	size_t count = x_count + y_count;
	double *both = malloc(2 * count * sizeof(*both));
	int ret;

	if (!both)
		return -ENOMEM;
	memcpy(both + count, x, x_count * sizeof(*x));
	memcpy(both + count + x_count, y, y_count * sizeof(*y));
	ret = midranks(both + count, count, both, ties);
	if (ret) {
		free(both);
		return ret;
	}
	*ranks = both;
	return 0;
}

static void two_sided(struct test_result *result)
{
	result->p = fmin(1, 2 * fmin(result->p_less, result->p_greater));
}

/*
 * Shift algorithm: ways[k][s] counts the choices of k values whose doubled midranks
 * sum to s. Adding a value shifts the counts of k - 1 by its rank into k.
 */
static int tied_tails(const double *ranks, size_t count, size_t chosen, double rank_sum,
		      struct test_result *result)
{
	size_t sums = count * (count + 1) + 1;
	double *ways = calloc((chosen + 1) * sums, sizeof(*ways));
	const double *last;
	double total = 0, less = 0, greater = 0;
	size_t observed = (size_t)lrint(2 * rank_sum);

	if (!ways)
		return -ENOMEM;
	ways[0] = 1;
	for (size_t i = 0; i < count; i++) {
		size_t rank = (size_t)lrint(2 * ranks[i]);

		for (size_t k = i + 1 < chosen ? i + 1 : chosen; k > 0; k--)
			for (size_t s = sums; s-- > rank;)
				ways[k * sums + s] += ways[(k - 1) * sums + s - rank];
	}
	last = ways + chosen * sums;
	for (size_t s = 0; s < sums; s++) {
		total += last[s];
		less += s <= observed ? last[s] : 0;
		greater += s >= observed ? last[s] : 0;
	}
	free(ways);
	result->p_less = less / total;
	result->p_greater = greater / total;
	return 0;
}

static void untied_tails(double u, size_t x_count, size_t y_count, struct test_result *result)
{
	double m = (double)x_count, n = (double)y_count;

	result->p_less = pwilcox(u, m, n, 1, 0);
	result->p_greater = u > 0 ? pwilcox(u - 1, m, n, 0, 0) : 1;
	wilcox_free();
}

static void normal_tails(double u, size_t x_count, size_t y_count, double ties,
			 struct test_result *result)
{
	double m = (double)x_count, n = (double)y_count, all = m + n;
	double variance = m * n / 12 * (all + 1 - ties / (all * (all - 1)));
	double deviation = sqrt(fmax(variance, 0));

	if (deviation == 0) {	/* one constant: nothing to tell apart */
		result->p_less = result->p_greater = 1;
		return;
	}
	result->p_less = pnorm((u - m * n / 2 + 0.5) / deviation, 0, 1, 1, 0);
	result->p_greater = pnorm((u - m * n / 2 - 0.5) / deviation, 0, 1, 0, 0);
}

int mann_whitney(const double *x, size_t x_count, const double *y, size_t y_count,
		 struct test_result *result)
{
	double *ranks, ties, rank_sum = 0, u;
	int ret;

	*result = no_result;
	if (!x_count || !y_count || has_nan(x, x_count) || has_nan(y, y_count))
		return 0;
	ret = joint_ranks(x, x_count, y, y_count, &ranks, &ties);
	if (ret)
		return ret;
	for (size_t i = 0; i < x_count; i++)
		rank_sum += ranks[i];
	u = rank_sum - (double)x_count * (double)(x_count + 1) / 2;
	if (ties == 0 && x_count * y_count <= EXACT_PAIRS_MAX)
		untied_tails(u, x_count, y_count, result);
	else if (ties > 0 && x_count + y_count <= EXACT_TIED_MAX)
		ret = tied_tails(ranks, x_count + y_count, x_count, rank_sum, result);
	else
		normal_tails(u, x_count, y_count, ties, result);
	free(ranks);
	if (ret)
		return ret;
	result->statistic = u;
	two_sided(result);
	return 0;
}

/* Mean joint rank of one sample, and the variance of its placements in the other. */
static int placement_variance(const double *values, size_t count, const double *joint,
			      double *mean_rank, double *variance)
{
	double *within = malloc(count * sizeof(*within));
	double sum = 0;
	int ret;

	if (!within)
		return -ENOMEM;
	ret = midranks(values, count, within, NULL);
	if (!ret) {
		*mean_rank = sample_mean(joint, count);
		for (size_t i = 0; i < count; i++) {
			double off = joint[i] - within[i] - *mean_rank + (double)(count + 1) / 2;

			sum += off * off;
		}
		*variance = sum / (double)(count - 1);
	}
	free(within);
	return ret;
}

static void brunner_munzel_tails(double m, double n, const double mean[2],
				 const double variance[2], struct test_result *result)
{
	double difference = mean[0] - mean[1];
	double a = m * variance[0], b = n * variance[1];

	if (a + b == 0) {	/* no overlap, or all equal */
		result->statistic = difference == 0 ? 0 : copysign(INFINITY, difference);
		result->p_less = difference < 0 ? 0 : 1;
		result->p_greater = difference > 0 ? 0 : 1;
	} else {
		result->statistic = m * n * difference / ((m + n) * sqrt(a + b));
		result->degrees = (a + b) * (a + b) / (a * a / (m - 1) + b * b / (n - 1));
		result->p_less = pt(result->statistic, result->degrees, 1, 0);
		result->p_greater = pt(result->statistic, result->degrees, 0, 0);
	}
	two_sided(result);
}

int brunner_munzel(const double *x, size_t x_count, const double *y, size_t y_count,
		   struct test_result *result)
{
	double *joint, mean[2], variance[2];
	int ret;

	*result = no_result;
	if (x_count < 2 || y_count < 2 || has_nan(x, x_count) || has_nan(y, y_count))
		return 0;
	ret = joint_ranks(x, x_count, y, y_count, &joint, NULL);
	if (ret)
		return ret;
	ret = placement_variance(x, x_count, joint, &mean[0], &variance[0]);
	if (!ret)
		ret = placement_variance(y, y_count, joint + x_count, &mean[1], &variance[1]);
	free(joint);
	if (!ret)
		brunner_munzel_tails((double)x_count, (double)y_count, mean, variance, result);
	return ret;
}
