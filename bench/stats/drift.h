/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does the level of a cell hold over a run? Two ways in which it does not: it drifts, or its
 * first quartets behind the warm-up are still other than the rest, and the warm-up was too
 * short. Neither falsifies a paired comparison, whose quartets cancel what both arms share;
 * both say that the plain numbers beside it are not those of a machine at rest.
 *
 * The level of a quartet is the mean over its arms of ln of the median, so that what the arms
 * differ in is in every quartet alike.
 *
 * Sources: Theil (1950), Sen (1968), Mann (1945) and Kendall for the trend, as stats/trend.h
 * has them; Mann, Whitney (1947), as stats/rank.h has it, for the first quartets. Levels that
 * follow each other are alike: both tests allow for their autocorrelation a at lag 1 by the
 * variance inflated by (1 + a) / (1 - a), as in Yue, Wang, Water Resources Management 18
 * (2004).
 */
#ifndef HMMBENCH_STATS_DRIFT_H
#define HMMBENCH_STATS_DRIFT_H

#include <stddef.h>

#include "paired.h"

/* Fewer levels are not looked at, and so many at least are the first ones. */
#define DRIFT_LEVELS_MIN 12
#define DRIFT_FIRST_MIN	 4
/* More are joined two by two until they are fewer: the trend looks at all pairs. */
#define DRIFT_LEVELS_MAX 64

struct drift {
	size_t levels; /* looked at, of one boot; 0: too few, and all else is NAN */
	double trend;  /* ln of the change from the first level to the last, along the line */
	double trend_p;
	size_t first;	   /* how many are the first ones */
	double first_from; /* ln of the first ones' level over that of the rest: their shift */
	double first_p;
};

/* Of levels in the order of time, all of one boot. Finite ones only. -ENOMEM. */
int drift_of_levels(const double *levels, size_t count, struct drift *drift);

/*
 * The levels of complete quartets (column_data.h) of the latter, in their order, into
 * `levels`, which has room for count; how many, fewer where an arm has no samples.
 */
size_t drift_levels(const struct paired_quartet *quartets, size_t count, double *levels);

/*
 * Of each boot by itself, and of those the boot in which either test has the smallest p;
 * both p times the number of boots looked at (Bonferroni). -ENOMEM.
 */
int drift_find(const struct paired_quartet *quartets, size_t count, struct drift *drift);

#endif
