// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/aim.h"

#include "common/random.h"
#include "hmmbench_uapi.h"

#define FIXED_NS  2000 /* of a walk with one mirror */
#define MIRROR_NS 50   /* of each, beside what its callback does */

uint64_t aim_first_guess_ns(const struct cell *cell)
{
	return FIXED_NS + cell->mirrors * (MIRROR_NS + cell->profile_ns);
}

void aim_learn(uint64_t *walk_ns, uint64_t measured_ns)
{
	if (!*walk_ns) {
		*walk_ns = measured_ns ? measured_ns : 1;
		return;
	}
	if (measured_ns < *walk_ns)
		*walk_ns -= (*walk_ns - measured_ns) / 2;
	else if (measured_ns < 2 * *walk_ns)
		*walk_ns += (measured_ns - *walk_ns) / 8;
	else
		*walk_ns += *walk_ns / 8;
}

uint64_t aim_offset_ns(uint64_t *state, uint64_t span_ns)
{
	if (span_ns > HMMBENCH_OFFSET_NS_MAX)
		span_ns = HMMBENCH_OFFSET_NS_MAX;
	/* The high half of the product: no bias that a span of this size could show. */
	return span_ns ? (uint64_t)((unsigned __int128)splitmix64(state) * span_ns >> 64) : 0;
}
