/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hodges-Lehmann estimates of a centre and of a shift, with distribution-free bounds.
 *
 * The centre is the median of all averages of two values, the shift the median of all
 * differences between two samples. Their bounds are order statistics of the same
 * averages and differences, at ranks that the law of the signed-rank statistic and of
 * Mann-Whitney's U gives.
 *
 * Sources: Hodges, Lehmann, "Estimates of location based on rank tests", Annals of
 * Mathematical Statistics 34 (1963); Hollander, Wolfe, Chicken, Nonparametric
 * Statistical Methods (3rd ed., 2014), sections 3.2, 3.3, 4.2 and 4.3.
 *
 * Samples are sorted ascending. An empty sample or a NAN in it gives NAN.
 */
#ifndef HMMBENCH_STATS_HODGES_LEHMANN_H
#define HMMBENCH_STATS_HODGES_LEHMANN_H

#include <stddef.h>

/*
 * A rank statistic has steps, so that bounds with exactly the error rate asked for do
 * not exist in general.
 */
enum bounds_rule {
	/* The error rate is at most the one asked for; no bounds where the sample is too small. */
	BOUNDS_CONSERVATIVE,
	/*
	 * The tightest rank whose error rate is at least the one asked for, as in
	 * Pragmastat (Akinshin 2025), whose reference values use it: a little narrower,
	 * defined for every sample.
	 */
	BOUNDS_NEAREST,
};

double hodges_lehmann_centre(const double *sorted, size_t count);

/* Of x less y. */
double hodges_lehmann_shift(const double *x, size_t x_count, const double *y, size_t y_count);

/*
 * Bounds on the centre that miss it with probability `misrate` (.05 is a 95 %
 * interval), for a distribution symmetric about it. Exact law up to 200 values, normal
 * approximation above. 0; -EDOM: no such bounds for so few values (conservative rule;
 * 95 % takes 6), *low and *high are NAN; -EINVAL.
 */
int hodges_lehmann_centre_bounds(const double *sorted, size_t count, double misrate,
				 enum bounds_rule rule, double *low, double *high);

/*
 * With what probability the bounds of the conservative rule that were asked for with `misrate`
 * really miss the centre: a little less. 0 where there are none for so few values.
 */
double hodges_lehmann_centre_misrate(size_t count, double misrate);

/*
 * Bounds for the shift of x against y; exact law where both samples together have at
 * most 200 values.
 */
int hodges_lehmann_shift_bounds(const double *x, size_t x_count, const double *y, size_t y_count,
				double misrate, enum bounds_rule rule, double *low, double *high);

#endif
