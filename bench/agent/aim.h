/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where in a release walk the other side is to arrive. The module aligns it to the
 * walk's begin; how long the walk will be is learned from those before, so that offsets
 * drawn over its expected length mostly fall inside it.
 */
#ifndef HMMBENCH_AIM_H
#define HMMBENCH_AIM_H

#include <stdint.h>

#include "common/cell.h"

#define AIM_WAIT_NS 1000000000u /* for a walk to begin: an exit of any size is under way */

/* Before any walk was seen: from what its callbacks take. */
uint64_t aim_first_guess_ns(const struct cell *cell);

/*
 * Takes a measured walk into the expectation, *walk_ns (0: none yet), which follows shorter
 * ones fast and longer ones slowly: a walk is held up by chance, never sped up, and
 * offsets into one that was not held up fall inside one that was as well.
 */
void aim_learn(uint64_t *walk_ns, uint64_t measured_ns);

/* Uniform over 0 .. span_ns - 1, no farther than the module takes. Advances *state. */
uint64_t aim_offset_ns(uint64_t *state, uint64_t span_ns);

#endif
