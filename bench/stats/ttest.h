/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of means: Student's for one sample, for two of equal variance and for pairs,
 * and Welch's for two samples.
 *
 * Sources: Student, "The probable error of a mean", Biometrika 6 (1908); Welch, "The
 * generalization of Student's problem when several different population variances are
 * involved", Biometrika 34 (1947), with Satterthwaite's degrees of freedom (1946).
 */
#ifndef HMMBENCH_STATS_TTEST_H
#define HMMBENCH_STATS_TTEST_H

#include <stddef.h>

/*
 * The alternatives are about x (or x less y): p_less that it is smaller, p_greater that
 * it is larger, p either. Each is 0 .. 1. NAN everywhere: too few values, or a NAN in them.
 */
struct test_result {
	double statistic;
	double degrees;		/* of freedom; NAN where the law has none */
	double p, p_less, p_greater;
};

/*
 * A sample without variance tests for certain: equal means give statistic 0 and p 1,
 * others an infinite statistic and p 0.
 */
struct test_result student_one_sample(const double *x, size_t count, double mean);
struct test_result student_two_sample(const double *x, size_t x_count, const double *y,
				      size_t y_count);
struct test_result student_paired(const double *x, const double *y, size_t count);
struct test_result welch(const double *x, size_t x_count, const double *y, size_t y_count);

/*
 * Welch's interval for the mean of x less that of y that misses with `misrate`. 0, or
 * -EINVAL with NANs.
 */
int welch_interval(const double *x, size_t x_count, const double *y, size_t y_count,
		   double misrate, double *low, double *high);

/* Mean and variance (divisor count - 1; NAN below 2 values), each summed about the mean. */
double sample_mean(const double *x, size_t count);
double sample_variance(const double *x, size_t count);

#endif
