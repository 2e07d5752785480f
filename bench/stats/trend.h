/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Creep: a slow trend over nights that no single night shows.
 *
 * Sources: Theil (1950) and Sen, "Estimates of the regression coefficient based on
 * Kendall's tau", JASA 63 (1968), for the slope; Mann, Econometrica 13 (1945), and
 * Kendall, Rank Correlation Methods (4th ed., 1970), chapters 3 to 5, for the test; the
 * variance is inflated for autocorrelation of the detrended values by (1 + a) / (1 - a), as
 * in Yue, Wang, Water Resources Management 18 (2004).
 */
#ifndef HMMBENCH_STATS_TREND_H
#define HMMBENCH_STATS_TREND_H

#include <stddef.h>

struct trend {
	double slope;	/* per night: the median of all pairwise slopes */
	double p;	/* two-sided, normal with corrections for continuity and ties */
	double tau;	/* Kendall's, -1 .. 1 */
	double lag1;	/* of the detrended values, clipped to 0 .. .6 */
};

/*
 * Of values at nights[i], ascending (gaps are fine). NANs in *trend below 4 values or with
 * a NAN among them; values that are all equal have slope 0 and p 1. -ENOMEM.
 */
int trend_find(const double *nights, const double *values, size_t count, struct trend *trend);

#endif
