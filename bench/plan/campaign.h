/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The order of a campaign's boots: everything that will happen, before any of it does.
 *
 * A pair has one boot of each kernel (of each arm), with one seed and so one plan. Pairs
 * alternate in direction, AB BA AB BA, and with three kernels ABC CBA: over every two
 * pairs all arms have the same mean position, so that a machine that warms up or a
 * neighbour that comes and goes meets them alike. With one kernel a pair is one boot.
 */
#ifndef HMMBENCH_CAMPAIGN_H
#define HMMBENCH_CAMPAIGN_H

#include <stdint.h>

#define CAMPAIGN_KERNELS_MAX 8
#define CAMPAIGN_BOOTS_MAX   1000	/* of each kernel */
#define CAMPAIGN_BOOTS_DEFAULT 8	/* 8 against 8: p down to .00016, before correction */

struct campaign_boot {
	uint32_t boot;		/* from 1, in the order they happen */
	uint32_t pair;		/* from 1 */
	uint32_t arm;		/* index into the campaign's kernels; 0 is the base */
	uint64_t seed;		/* of the plan, the same in the whole pair; 0 .. 2^63 - 1 */
};

/* Boot number `boot` (from 1) of a campaign with this many kernels (from 1) and this seed. */
struct campaign_boot campaign_boot(uint32_t kernels, uint64_t seed, uint32_t boot);

#endif
