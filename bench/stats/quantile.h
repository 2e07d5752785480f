/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Quantiles of one sample.
 *
 * All functions take the sample sorted ascending and q in 0 .. 1. They return NAN for
 * an empty sample, for a q outside 0 .. 1 and for a sample whose last value is NAN
 * (sort_doubles() puts a NAN there).
 *
 * Sources:
 *   type 7: Hyndman, Fan, "Sample quantiles in statistical packages", The American
 *	Statistician 50 (1996), definition 7.
 *   Harrell-Davis: Harrell, Davis, "A new distribution-free quantile estimator",
 *	Biometrika 69 (1982), equation 2.
 *   trimmed: Akinshin, "Trimmed Harrell-Davis quantile estimator based on the highest
 *	density interval of the given width", Communications in Statistics - Simulation
 *	and Computation (2022), sections 2 and 3.
 *   density: Koenker, Quantile Regression (2005), section 3.4.1, with the bandwidth of
 *	Hall, Sheather, JRSS B 50 (1988).
 */
#ifndef HMMBENCH_STATS_QUANTILE_H
#define HMMBENCH_STATS_QUANTILE_H

#include <stddef.h>
#include <stdint.h>

/* Linear between order statistics; what R, NumPy and most readers take a quantile to be. */
double quantile_type7(const double *sorted, size_t count, double q);

/* The same of integers (latencies in nanoseconds), without a copy. */
double quantile_type7_u64(const uint64_t *sorted, size_t count, double q);

/* A weighted mean of all order statistics; less noisy than type 7 where samples are few. */
double quantile_harrell_davis(const double *sorted, size_t count, double q);

/*
 * Harrell-Davis restricted to the densest interval of `width` (a fraction of the ranks,
 * above 0, at most 1): nearly as efficient, and a few outliers cannot move it. A width
 * of 0 takes 1 / sqrt(count).
 */
double quantile_trimmed_harrell_davis(const double *sorted, size_t count, double q, double width);

/* The densest interval of `width` of Beta(a, b), a and b not negative; inside 0 .. 1. */
void beta_densest_interval(double a, double b, double width, double *left, double *right);

/*
 * The density of the distribution at its quantile q, from the spacing of the sample
 * around it. INFINITY where the sample is constant there, NAN for fewer than 2 values
 * or q of 0 or 1.
 */
double quantile_density(const double *sorted, size_t count, double q);

/*
 * Weights of the order statistics first .. first + length - 1 in the Harrell-Davis
 * estimate; those outside are below 1e-15 altogether. They depend on count and q only,
 * so that one set serves every block of the same length.
 */
struct quantile_weights {
	size_t count;		/* of the sample they are for; 0: none yet */
	double q;
	size_t first, length;
	double *weights;	/* `length` values whose sum is 1 */
};

/* Fills `weights`, unless they are for this count and q already. -ENOMEM, -EINVAL. */
int quantile_weights_make(struct quantile_weights *weights, size_t count, double q);
void quantile_weights_free(struct quantile_weights *weights);

/* The Harrell-Davis estimate of ln(latency); a latency of 0 counts as `zero_ns`. */
double quantile_log_u64(const struct quantile_weights *weights, const uint64_t *sorted,
			double zero_ns);

#endif
