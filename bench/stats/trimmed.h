/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The trimmed mean with its variance, which comes from the winsorised values: those cut off
 * count as the last that was kept.
 *
 * Source: Tukey, McLaughlin, "Less vulnerable confidence and significance procedures for
 * location based on a single sample", Sankhya A 25 (1963).
 */
#ifndef HMMBENCH_STATS_TRIMMED_H
#define HMMBENCH_STATS_TRIMMED_H

#include <stddef.h>

struct trimmed {
	double mean;
	double variance;	/* of one value, as it makes the mean uncertain: over count */
	double degrees;		/* of freedom; 0: one value, whose variance is 0 */
	double low, high;	/* of the values that were kept */
};

/* With the share `trim` (0 .. below .5) of the values cut off at each end. Sorts them; count >= 1. */
struct trimmed trimmed_mean(double *values, size_t count, double trim);

/* A value winsorised. */
double trimmed_clip(const struct trimmed *trimmed, double value);

#endif
