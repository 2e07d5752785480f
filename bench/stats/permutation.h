/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sign-flip test of paired differences: where the alternatives do not differ, each
 * difference is as likely to have the other sign, because a coin decided which
 * alternative went first.
 *
 * The statistic is |sum of scores|, the score of a difference being itself, clipped at
 * twice the median size of all: a stall of the machine inside one pair then weighs as
 * much as a large difference, not more than all others together. Clipping looks at
 * sizes only, which flips do not change, so that the test stays exact.
 *
 * Sources: Fisher, The Design of Experiments (1935), section 21; Maritz, "A note on
 * exact robust confidence intervals for location", Biometrika 66 (1979), for bounded
 * scores; Phipson, Smyth, "Permutation p-values should never be zero", Statistical
 * Applications in Genetics and Molecular Biology 9 (2010), for (k + 1) / (B + 1).
 */
#ifndef HMMBENCH_STATS_PERMUTATION_H
#define HMMBENCH_STATS_PERMUTATION_H

#include <stddef.h>
#include <stdint.h>

#define SIGN_FLIP_EXACT_MAX 12	/* differences up to which all flips are tried */
#define SIGN_FLIP_DEFAULT 9999

/*
 * Two-sided p into *p. Above SIGN_FLIP_EXACT_MAX differences `flips` random flips from
 * `seed` are tried and p is (k + 1) / (flips + 1), k of them at least as far from zero.
 * Differences that are all zero give 1; none, or a NAN among them, NAN. -ENOMEM.
 */
int sign_flip_test(const double *differences, size_t count, uint64_t seed, uint64_t flips,
		   double *p);

#endif
