/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The contrast of two builds over nights with a control as covariate, from sums alone, so
 * that a permutation test can afford it for every arrangement. Internal to stats/boots.h,
 * which names the sources.
 *
 * The model is a level for each night and a difference of the builds. With z = build less its
 * mean in the night and S the sum of z^2, the difference by least squares is sum z y / S, its
 * variance by the builds' own is s0^2 sum_0 z^2 / S^2 + s1^2 sum_1 z^2 / S^2. A build's s^2 is
 * the sum of its residuals' squares over what the fit leaves of its boots, the sum of 1 less
 * the leverage: HC2, pooled inside a build. In a single night that is Welch's variance.
 */
#ifndef HMMBENCH_STATS_CONTRAST_H
#define HMMBENCH_STATS_CONTRAST_H

#include "boots.h"

/*
 * Of some boots, whose value and control are less the mean of their night; the control's
 * sums are 0 where there is none.
 */
struct boot_sums {
	double value, control, value2, product, control2;
	double weighted_value, weighted_control;	/* by the share of base in the night */
};

/* `base_share`: base boots of the night over all of it. */
void sums_add(struct boot_sums *sums, const struct boot_value *boot, double base_share);

/* What the counts of boots in the nights make of it, the same for every arrangement. */
struct contrast_design {
	double nights, count[2];
	double z2[2];		/* sum of z^2 of each build; S is both */
	double left[2];		/* degrees of freedom that the fit leaves of each build's boots */
};

/* Adds a night of `base` and `candidates` boots, neither of them 0. */
void design_add(struct contrast_design *design, size_t base, size_t candidates);

/* When all nights were added. */
void design_finish(struct contrast_design *design);

/*
 * Candidate less base on y = value - beta * control, beta (0 .. 1) by regression of the
 * residuals, with its variance and Satterthwaite's degrees of freedom. A beta above 0 takes one of
 * the degrees, of each build in proportion, and adds its own uncertainty to the variance in the
 * ratio of the builds' difference in the control. No variance where a build has one boot. Without
 * two degrees of freedom there is no beta.
 */
struct contrast {
	double beta, difference, variance, degrees;
	double squares[2];	/* of each build's residuals */
};

struct contrast contrast_make(const struct contrast_design *design, const struct boot_sums *all,
			      const struct boot_sums *candidates);

/* Degrees of freedom of all boots together. */
double design_freedom(const struct contrast_design *design);

#endif
