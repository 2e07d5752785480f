/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Order statistics of all pairwise averages or differences, without forming them.
 *
 * With sorted samples the pairs are a matrix that ascends along rows and columns, so
 * that the pairs up to a value are counted in one walk along its diagonal (Johnson,
 * Mizoguchi, "Selecting the Kth element in X + Y and X_1 + ... + X_m", SIAM Journal on
 * Computing 7 (1978)). The value itself is found by bisecting the 64-bit patterns of
 * doubles: at most 64 walks, no memory, and the result is one of the pairs, exactly.
 */
#ifndef HMMBENCH_STATS_PAIRWISE_H
#define HMMBENCH_STATS_PAIRWISE_H

#include <stddef.h>

/*
 * The rank-th smallest (0: smallest) of the count * (count + 1) / 2 averages
 * (x_i + x_j) / 2 with i <= j. `sorted` ascends and has no NAN; rank is below the
 * number of averages.
 */
double pairwise_average_select(const double *sorted, size_t count, size_t rank);

/* The same of the x_count * y_count differences x_i - y_j. */
double pairwise_difference_select(const double *x, size_t x_count, const double *y,
				  size_t y_count, size_t rank);

#endif
