/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two kernel builds on the virtual clock: equal inputs give equal counts of instructions,
 * so that there is no noise to test against and one boot of each build is enough.
 *
 * What is left is not the builds' doing: a timer tick that lands elsewhere adds some 1 % to
 * a single sample and .03 % to a median (seen with one more file in the initramfs, QEMU 7.2,
 * Linux 6.1). The gate lies between that and the 1 % that must be found; p10 and p50
 * are judged, a tail made of ticks is not.
 */
#ifndef HMMBENCH_STATS_EXACT_H
#define HMMBENCH_STATS_EXACT_H

#include "boots.h"

/* The smallest effect of interest here, a fraction, where the configuration has no smaller one. */
#define EXACT_GATE .0075

/*
 * The difference of the builds' median boots, and as interval the smallest and the largest
 * difference that any two boots show. p is NAN. NANs where a build has no boot; boots whose
 * value is NAN are left out. Nights and controls mean nothing here. -ENOMEM.
 */
int exact_compare(const struct boot_value *boots, size_t count, struct boots_effect *effect);

#endif
