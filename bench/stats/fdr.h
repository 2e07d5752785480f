/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * False discovery rate over many tests: of the tests called significant at q, on
 * average at most the fraction q is wrong, for independent and for positively dependent tests.
 *
 * Sources: Benjamini, Hochberg, "Controlling the false discovery rate", JRSS B 57
 * (1995), section 3.1; adjusted p as in Yekutieli, Benjamini, Journal of Statistical
 * Planning and Inference 82 (1999), definition 2.4.
 */
#ifndef HMMBENCH_STATS_FDR_H
#define HMMBENCH_STATS_FDR_H

#include <stddef.h>

/*
 * adjusted[i] is the smallest q at which test i is significant, never below p[i], at
 * most 1. A NAN in p is no test: it counts for nothing and stays NAN. `adjusted` may be
 * `p`. -ENOMEM.
 */
int benjamini_hochberg(const double *p, double *adjusted, size_t count);

#endif
