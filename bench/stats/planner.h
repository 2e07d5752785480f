/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much measuring decides: the normal-theory sample sizes behind "INCONCLUSIVE, so
 * many more would tell".
 *
 * Sources: Kalibera, Jones, ISMM 2013, section 6, for a difference of means; Julious, Sample
 * Sizes for Clinical Trials (2010), chapter 5, for equivalence.
 */
#ifndef HMMBENCH_STATS_PLANNER_H
#define HMMBENCH_STATS_PLANNER_H

#include <stddef.h>

#define PLANNER_POWER .9	/* the chance to decide that a plan aims at */

/*
 * Pairs that would decide between a difference beyond `threshold` (above 0) and
 * equivalence, given an estimate and the standard deviation of one pair's difference:
 * beyond it the pairs at which the estimate is significant at `alpha`, inside it those
 * at which an interval of level 1 - alpha fits. INFINITY where the estimate is the threshold.
 */
double planner_pairs(double estimate, double deviation, double threshold, double alpha,
		     double power);

#endif
