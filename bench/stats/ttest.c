// SPDX-License-Identifier: GPL-2.0-or-later
#include "ttest.h"

#include <errno.h>
#include <math.h>

#define MATHLIB_STANDALONE 1
#include <Rmath.h>

static const struct test_result no_result = { NAN, NAN, NAN, NAN, NAN };

double sample_mean(const double *x, size_t count)
{
	double sum = 0, rest = 0, mean;

	if (!count)
		return NAN;
	for (size_t i = 0; i < count; i++)
		sum += x[i];
	mean = sum / (double)count;
	for (size_t i = 0; i < count; i++)
		rest += x[i] - mean;	/* what rounding lost */
	return mean + rest / (double)count;
}

double sample_variance(const double *x, size_t count)
{
	double mean = sample_mean(x, count), sum = 0;

	if (count < 2)
		return NAN;
	for (size_t i = 0; i < count; i++)
		sum += (x[i] - mean) * (x[i] - mean);
	return sum / (double)(count - 1);
}

/* From a difference, its variance and the degrees of freedom. */
static struct test_result t_result(double difference, double variance, double degrees)
{
	struct test_result result = { .degrees = degrees };

	if (isnan(difference) || isnan(variance))
		return no_result;
	if (variance > 0)
		result.statistic = difference / sqrt(variance);
	else	/* no variance: certain either way */
		result.statistic = difference ? copysign(INFINITY, difference) : 0;
	result.p_less = variance > 0 ? pt(result.statistic, degrees, 1, 0) : difference < 0 ? 0 : 1;
	result.p_greater = variance > 0 ? pt(result.statistic, degrees, 0, 0) :
			   difference > 0 ? 0 : 1;
	result.p = fmin(1, 2 * fmin(result.p_less, result.p_greater));
	return result;
}

struct test_result student_one_sample(const double *x, size_t count, double mean)
{
	if (count < 2)
		return no_result;
	return t_result(sample_mean(x, count) - mean, sample_variance(x, count) / (double)count,
			(double)(count - 1));
}

struct test_result student_two_sample(const double *x, size_t x_count, const double *y,
				      size_t y_count)
{
	double m = (double)x_count, n = (double)y_count, pooled;

	if (x_count < 2 || y_count < 2)
		return no_result;
	pooled = ((m - 1) * sample_variance(x, x_count) + (n - 1) * sample_variance(y, y_count)) /
		 (m + n - 2);
	return t_result(sample_mean(x, x_count) - sample_mean(y, y_count),
			pooled * (1 / m + 1 / n), m + n - 2);
}

struct test_result student_paired(const double *x, const double *y, size_t count)
{
	double mean = 0, sum = 0;

	if (count < 2)
		return no_result;
	for (size_t i = 0; i < count; i++)
		mean += (x[i] - y[i]) / (double)count;
	for (size_t i = 0; i < count; i++)
		sum += (x[i] - y[i] - mean) * (x[i] - y[i] - mean);
	return t_result(mean, sum / (double)(count - 1) / (double)count, (double)(count - 1));
}

/* Satterthwaite: the degrees of freedom that match the variance of the variance. */
static double welch_variance(const double *x, size_t x_count, const double *y, size_t y_count,
			     double *degrees)
{
	double m = (double)x_count, n = (double)y_count;
	double a = sample_variance(x, x_count) / m, b = sample_variance(y, y_count) / n;

	*degrees = (a + b) * (a + b) / (a * a / (m - 1) + b * b / (n - 1));
	return a + b;
}

struct test_result welch(const double *x, size_t x_count, const double *y, size_t y_count)
{
	double variance, degrees;

	if (x_count < 2 || y_count < 2)
		return no_result;
	variance = welch_variance(x, x_count, y, y_count, &degrees);
	return t_result(sample_mean(x, x_count) - sample_mean(y, y_count), variance, degrees);
}

int welch_interval(const double *x, size_t x_count, const double *y, size_t y_count,
		   double misrate, double *low, double *high)
{
	double difference, variance, degrees, reach = 0;

	*low = *high = NAN;
	if (x_count < 2 || y_count < 2 || !(misrate > 0 && misrate < 1))
		return -EINVAL;
	difference = sample_mean(x, x_count) - sample_mean(y, y_count);
	variance = welch_variance(x, x_count, y, y_count, &degrees);
	if (isnan(difference) || isnan(variance))
		return -EINVAL;
	if (variance > 0)
		reach = sqrt(variance) * qt(misrate / 2, degrees, 0, 0);
	*low = difference - reach;
	*high = difference + reach;
	return 0;
}
