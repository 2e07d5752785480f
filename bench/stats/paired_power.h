/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The power of the sign-flip test of paired differences (permutation.h): with what probability
 * it calls them different from zero, for differences that scatter normally about their centre.
 *
 * The test is nearly as powerful as Student's t at the level that it really has: `count` signs
 * give 2^(count - 1) values of p and no more, so that with 6 differences it is .031 for a level
 * of .05, and the one arrangement that it takes there is all differences on one side.
 *
 * Sources: Hoeffding, "The large-sample power of tests based on permutations of observations",
 * Annals of Mathematical Statistics 23 (1952), for t's power as that of the test; the noncentral
 * t distribution as in boots.h; Julious, Owen, "Sample size calculations for clinical studies
 * allowing for uncertainty about the variance", Pharmaceutical Statistics 5 (2006), for the
 * allowance.
 */
#ifndef HMMBENCH_STATS_PAIRED_POWER_H
#define HMMBENCH_STATS_PAIRED_POWER_H

#include <stddef.h>

/*
 * At level `alpha` (two-sided) for a centre of d, `deviation` that of one difference. 0 where so
 * few differences have no p as small as alpha.
 */
double paired_power(size_t count, double deviation, double d, double alpha);

/*
 * The smallest centre that is found with that power, in deviations of one difference. INFINITY
 * where so few find none; 0 < power < 1.
 */
double paired_detectable(size_t count, double alpha, double power);

/*
 * By how much a change has to be larger to be found with that power where the deviation is an
 * estimate with so many degrees of freedom: one that came out small promises too much, and one
 * that came out large does not make up for it. 1 or more; INFINITY where nothing does it.
 */
double paired_allowance(double degrees, double alpha, double power);

#endif
