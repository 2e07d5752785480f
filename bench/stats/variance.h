/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nested variance components: how much of the variation comes from each level of an
 * experiment (operations within blocks within boots ...), and how to spend repetitions.
 *
 * Source: Kalibera, Jones, "Rigorous benchmarking in reasonable time", ISMM 2013,
 * sections 7 and 8, with T_i^2 = S_i^2 - S_(i-1)^2 / r_(i-1) as in the authors' own
 * correction.
 *
 * Levels are counted from the lowest: level 0 is the single measurement, the last one
 * the most expensive repetition.
 */
#ifndef HMMBENCH_STATS_VARIANCE_H
#define HMMBENCH_STATS_VARIANCE_H

#include <stddef.h>

#define VARIANCE_LEVELS_MAX 6

struct variance_components {
	size_t levels;
	size_t repetitions[VARIANCE_LEVELS_MAX];	/* of each level inside the next */
	double mean;
	/* S_i^2: variance of level i's means about their parent's. */
	double s2[VARIANCE_LEVELS_MAX];
	/* T_i^2: what level i adds by itself; below 0: nothing to be seen. */
	double t2[VARIANCE_LEVELS_MAX];
};

/*
 * `data` holds the measurements level 0 fastest; their number is the product of
 * `repetitions` (lowest level first), each at least 2. -EINVAL: no level, more than
 * VARIANCE_LEVELS_MAX, or fewer than 2 repetitions.
 */
int variance_components(const double *data, const size_t *repetitions, size_t levels,
			struct variance_components *components);

/* T_i^2 floored at 0: what to calculate with. */
double variance_of_level(const struct variance_components *components, size_t level);

/*
 * The number of repetitions of `level` that gives the least variance for the time spent,
 * unrounded: sqrt(c_i+1 / c_i * T_i^2 / T_i+1^2). `costs` are the costs of starting one
 * repetition of each level, lowest first, of equal unit and above 0. INFINITY where the
 * level above adds no variance, NAN where neither does or the level is the highest.
 */
double variance_optimal_repetitions(const struct variance_components *components,
				    const double *costs, size_t level);

/*
 * The variance of the mean of an experiment with these repetitions of each level
 * (lowest first): sum of T_i^2 over the number of measurements at level i.
 */
double variance_of_mean(const struct variance_components *components, const size_t *repetitions);

#endif
