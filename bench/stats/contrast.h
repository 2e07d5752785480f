/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The contrast of two groups of boots with a control as covariate, from sums alone, so
 * that a permutation test can afford it for every arrangement. Internal to stats/boots.h,
 * which names the sources.
 */
#ifndef HMMBENCH_STATS_CONTRAST_H
#define HMMBENCH_STATS_CONTRAST_H

#include "boots.h"

/* Of one group; the control's sums are 0 where there is none. Values near 0 lose no digits. */
struct boot_sums {
	double count, value, control, value2, product, control2;
};

void sums_add(struct boot_sums *sums, const struct boot_value *boot);

/*
 * Candidate less base on y = value - beta * control, beta (0 .. 1) by pooled regression
 * inside the groups, with Welch's variance and degrees of freedom, to which the
 * uncertainty of beta adds in the ratio of the groups' difference in the control. NANs
 * for an empty group; no variance for a group of one.
 */
struct contrast {
	double beta, difference, variance, degrees;
	double squares[2];	/* of each group about its line */
};

struct contrast contrast_make(const struct boot_sums *base, const struct boot_sums *candidate);

#endif
