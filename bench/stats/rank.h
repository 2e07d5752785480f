/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rank tests of two samples: Mann-Whitney and Brunner-Munzel.
 *
 * Sources: Mann, Whitney, "On a test of whether one of two random variables is
 * stochastically larger than the other", Annals of Mathematical Statistics 18 (1947);
 * exact law with ties by the shift algorithm of Streitberg, Röhmel, Statistical
 * Software Newsletter 12 (1986); Brunner, Munzel, "The nonparametric Behrens-Fisher
 * problem", Biometrical Journal 42 (2000), section 3.
 */
#ifndef HMMBENCH_STATS_RANK_H
#define HMMBENCH_STATS_RANK_H

#include <stddef.h>

#include "ttest.h"

/*
 * Statistic: the pairs with x > y, a tie counting one half. Without ties and with at most
 * 2500 pairs the law is exact (pwilcox); with ties and at most 50 values together it is
 * exact given the ties; else normal, corrected for ties and continuity.
 * *result is NAN for an empty sample or a NAN in it. -ENOMEM.
 */
int mann_whitney(const double *x, size_t x_count, const double *y, size_t y_count,
		 struct test_result *result);

/*
 * Statistic: the studentised difference of mean ranks, positive where x tends to be
 * larger, with Satterthwaite's degrees of freedom. Samples that do not overlap give an
 * infinite statistic, degrees NAN and p 0; samples that are one and the same constant
 * p 1. *result is NAN below 2 values or with a NAN in them. -ENOMEM.
 */
int brunner_munzel(const double *x, size_t x_count, const double *y, size_t y_count,
		   struct test_result *result);

/*
 * Midranks (1 .. count) of `values` into `ranks`, in the order given. Sum of t^3 - t
 * over groups of t ties into *ties, which may be NULL. No NAN. -ENOMEM.
 */
int midranks(const double *values, size_t count, double *ranks, double *ties);

#endif
