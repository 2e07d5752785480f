/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nights: one value per night and cell (the ln of a quantile), and the lanes that watch
 * them.
 *
 * The fast lane sees tonight's step: the comparison of builds (stats/boots.h) raises a
 * suspicion, and only a second, independent set of boots that says the same alone makes
 * it an alarm. The slow lane sees what is too small for one night: a change of level
 * over the last NIGHTS_WINDOW nights of the current regime (stats/change.h). Creep is a
 * trend over the same window (stats/trend.h). An accepted change starts a new regime.
 */
#ifndef HMMBENCH_STATS_NIGHTS_H
#define HMMBENCH_STATS_NIGHTS_H

#include <stdbool.h>
#include <stddef.h>

#include "change.h"
#include "trend.h"

#define NIGHTS_WINDOW 60
#define NIGHTS_FAST_P .01	/* of either set of boots */
#define NIGHTS_CREEP_P .001
#define NIGHTS_CREEP_MIN 20	/* nights below which no trend is told */
#define NIGHTS_CREEP_EVERY 7	/* days: a creep is no matter of a night, and each look can be wrong */

enum fast_lane {
	FAST_QUIET,		/* nothing, or the second set did not agree */
	FAST_SUSPICION,		/* run a second set of boots */
	FAST_ALARM,
};

struct fast_result {
	double estimate, p;	/* of one set of boots; NAN: not run */
};

/*
 * What tonight's sets of boots say: `second` is NULL or has a NAN p while it has not run.
 * `threshold` is ln(1 + smallest effect of interest).
 */
enum fast_lane fast_lane(const struct fast_result *first, const struct fast_result *second,
			 double threshold);

/*
 * The slow lane after the last of `count` values; `regime` is the index at which the current
 * regime starts. true: *change is a change (its index counts from the first value).
 */
bool slow_lane(const double *values, size_t count, size_t regime, double threshold,
	       struct change *change);

/*
 * Creep over the window: significant, and from its first to its last night more than
 * `threshold`. `nights` are day numbers, ascending. 1, 0 or -ENOMEM.
 */
int creep_lane(const double *nights, const double *values, size_t count, size_t regime,
	       double threshold, struct trend *trend);

#endif
