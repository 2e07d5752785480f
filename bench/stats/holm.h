/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Several tests of which not one may be wrong: adjusted p for the probability of any false call
 * among them, however they depend on each other.
 *
 * Source: Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal
 * of Statistics 6 (1979).
 */
#ifndef HMMBENCH_STATS_HOLM_H
#define HMMBENCH_STATS_HOLM_H

#include <stddef.h>

/*
 * adjusted[i] is the smallest level at which test i is significant, never below p[i], at most 1.
 * A NAN in p is no test: it counts for nothing and stays NAN. `adjusted` may be `p`. -ENOMEM.
 */
int holm(const double *p, double *adjusted, size_t count);

#endif
