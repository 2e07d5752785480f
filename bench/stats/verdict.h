/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From an effect to a verdict, and from verdicts to one.
 *
 * The interval that decides equivalence is the 95 % one that is shown: lying inside
 * plus or minus the threshold is two one-sided tests at 2.5 % each (Schuirmann,
 * Journal of Pharmacokinetics and Biopharmaceutics 15 (1987)), and what a reader sees
 * is what decided.
 */
#ifndef HMMBENCH_STATS_VERDICT_H
#define HMMBENCH_STATS_VERDICT_H

#include "comparison.h"

/*
 * The verdict of an effect whose p_adjusted is known, or VERDICT_NONE where it gives a
 * reason (`why`). Significant at `rate` and the estimate beyond the threshold: IMPROVED or
 * REGRESSED by its sign; the interval inside the threshold: EQUIVALENT.
 */
enum verdict verdict_of_effect(const struct effect *effect, double rate);

/*
 * The same on the virtual clock, where `low` and `high` are what was seen and not an
 * interval of confidence: all of it beyond the threshold, all of it inside, or neither.
 */
enum verdict verdict_of_exact(const struct effect *effect);

/*
 * The worse of two: REGRESSED, then INCONCLUSIVE (a regression cannot be excluded),
 * IMPROVED, EQUIVALENT, NONE.
 */
enum verdict verdict_worse(enum verdict a, enum verdict b);

/* STATUS_OK, STATUS_REGRESSION or STATUS_INCONCLUSIVE (also for NONE: nothing was judged). */
int verdict_exit_status(enum verdict verdict);

/*
 * Boots per build that would decide an INCONCLUSIVE effect, were it what it was estimated to be;
 * `deviation` is that between boots of one build, estimated with so many degrees of freedom, which
 * the fewer they are takes the more boots (boots_needed()). NAN where none was seen: then the
 * fewest boots that can decide at all. More than it has; 0 where no number can be told.
 */
uint32_t verdict_boots_needed(const struct effect *effect, double deviation, double degrees,
			      double rate);

/*
 * Pairs (or boots) that would decide an INCONCLUSIVE effect, were it what it was estimated to be;
 * `deviation` is that of one pair's difference as its interval shows it (paired_effect) and `least`
 * the number below which none is judged. The interval is wide where pairs are few, which allows
 * for what they do not tell of their scatter: where .9 is meant, so many decide in .88 to .95. More
 * than it has; 0 where no number can be told.
 */
uint32_t verdict_pairs_needed(const struct effect *effect, double deviation, double rate,
			      uint32_t least);

#endif
