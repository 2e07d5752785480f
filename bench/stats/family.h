/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tests of one report as a family: what the p of each is worth among all of them, and the
 * verdicts that this makes. Internal to the comparison.
 */
#ifndef HMMBENCH_STATS_FAMILY_H
#define HMMBENCH_STATS_FAMILY_H

#include "judge.h"

/*
 * Tests whose p is at most .01 get as many random arrangements as it takes to be significant
 * among all, where those that were tried cannot do it. -ENOMEM.
 */
int family_refine(const struct judging *judging, struct judged_effect *judged, size_t count);

/* p_adjusted of all effects by their p (fdr.h). -ENOMEM. */
int family_adjust(struct judged_effect *judged, size_t count);

/* Verdicts by those, and of what is INCONCLUSIVE how much would decide it. */
void family_give_verdicts(const struct comparison_input *input, struct judged_effect *judged,
			  size_t count);

#endif
