/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes of level in a series of nights, by the rank-CUSUM.
 *
 * With r_i the ranks of N values, a change after the t-th gives a large
 *	Z_t = |sum_(i<=t) (r_i - (N + 1) / 2)| / sqrt(t (N - t) (N + 1) / 12).
 * The largest Z over t from 3 to N - 3 is compared with its own distribution under
 * exchangeability, which no distribution of the values can change. It is divided
 * by sqrt((1 + a) / (1 - a)), a the lag-1 autocorrelation about the best split, so that
 * nights that resemble their neighbours are not mistaken for a change.
 *
 * Sources: Pettitt, "A non-parametric approach to the change-point problem", Applied
 * Statistics 28 (1979), in the standardised form of Csörgő, Horváth, Limit Theorems in
 * Change-Point Analysis (1997), section 2.6; the autocorrelation factor as in Bayley,
 * Hammersley, JRSS Supplement 8 (1946); binary segmentation: Vostrikova (1981).
 */
#ifndef HMMBENCH_STATS_CHANGE_H
#define HMMBENCH_STATS_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

#define CHANGE_SEGMENT_MIN 3	/* nights: one spike is never a change */
#define CHANGE_LAG1_MAX .6	/* more is not believed: a change itself looks like that */

enum change_level { CHANGE_LEVEL_05, CHANGE_LEVEL_01, CHANGE_LEVEL_002, CHANGE_LEVEL_001,
		    CHANGE_LEVEL_COUNT };

struct change {
	size_t first;		/* index of the first night after it */
	double z;		/* largest Z, divided for autocorrelation */
	double critical;	/* what it was compared with */
	double lag1;		/* as clipped */
	double shift;		/* median after less median before */
};

/*
 * The value that the largest Z of `count` exchangeable nights exceeds with at most the
 * level's probability; interpolated in log(count) between the simulated ones, and
 * continued beyond the last. INFINITY below 8 nights, which cannot show a change.
 */
double change_critical(size_t count, enum change_level level);

/*
 * The best split of all `count` values. true: it is significant at the level and the
 * medians differ by more than `threshold`; *change is filled either way from 6 values on,
 * else zero. NANs make it false. `scratch` has room for 3 * count doubles.
 */
bool change_find(const double *values, size_t count, enum change_level level, double threshold,
		 double *scratch, struct change *change);

/*
 * All changes, ascending, by binary segmentation; each is then tested again between its
 * neighbours, moved to its best place there, and dropped where it no longer holds.
 * `changes` has room for count / CHANGE_SEGMENT_MIN + 1. *found is how many. -ENOMEM.
 */
int change_scan(const double *values, size_t count, enum change_level level, double threshold,
		struct change *changes, size_t *found);

#endif
