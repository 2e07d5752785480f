/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One kernel against itself: what the comparison of builds makes of boots that do not differ.
 *
 * The boots of a campaign of one kernel under two names alternate as those of two kernels do.
 * Exchanging the names inside a pair gives another campaign that might have been: over all
 * such exchanges the share that the test calls different is its rate of false positives on
 * this machine, whatever drifts, jumps and outliers its nights have. The deviation between its
 * boots says what it can see.
 *
 * Source: the design's own randomisation distribution, Cox, Planning of Experiments (1958),
 * chapter 5; the power of boots.h.
 */
#ifndef HMMBENCH_STATS_CALIBRATION_H
#define HMMBENCH_STATS_CALIBRATION_H

#include <stddef.h>
#include <stdint.h>

#include "boots.h"

#define CALIBRATION_PAIRS_MIN 4		/* below it no p is small enough */
#define CALIBRATION_EXCHANGES 128	/* all of 8 pairs, random ones of more */
#define CALIBRATION_ALPHA .05
#define CALIBRATION_POWER .9

struct calibration_effect {
	double deviation;	/* between boots, ln, what the control shares taken out */
	double estimate, p;	/* as the boots were named */
	uint32_t exchanges;	/* that were tried */
	uint32_t called;	/* of these: p at most CALIBRATION_ALPHA */
	uint32_t judged;	/* of these: and beyond the smallest effect of interest */
	uint32_t boots;		/* of each name, in whole pairs */
};

/*
 * `pairs` has the pair of each boot; boots whose pair has not one value under each name are left
 * out. `threshold` is the smallest effect of interest (ln). -ENODATA: fewer than
 * CALIBRATION_PAIRS_MIN pairs; -ENOMEM.
 */
int calibration_make(const struct boot_value *boots, const uint32_t *pairs, size_t count,
		     double threshold, uint64_t seed, struct calibration_effect *effect);

/*
 * The smallest change (ln) that so many boots of each of two kernels find there with probability
 * CALIBRATION_POWER at a p of CALIBRATION_ALPHA, on average over what the deviation between so few
 * boots may come to (boots_detectable_by()). INFINITY below 2 boots.
 */
double calibration_smallest(const struct calibration_effect *effect, double boots);

#endif
