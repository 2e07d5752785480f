/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The probe effect: how much longer an operation takes because it is recorded. Beside each
 * recorded block stands the same one unrecorded, in an order that the second half of a
 * quartet turns round; so what an alternative's own recording costs is a paired comparison
 * as stats/paired.h makes it, of the whole operation as userspace saw it. Shown, never
 * judged.
 */
#ifndef HMMBENCH_STATS_PROBE_H
#define HMMBENCH_STATS_PROBE_H

#include <stdint.h>

#include "comparison.h"

struct probe {
	uint32_t cell;			/* index into comparison_input.cells */
	uint32_t arm;			/* whose recording: enum comparison_arm */
	uint64_t rows[2];		/* samples unrecorded and recorded */
	double off_p50_ns, on_p50_ns;
	double estimate, low, high;	/* of ln(recorded / unrecorded) at the median; 95 % */
	uint32_t pairs;			/* differences that went into it */
};

/*
 * Of each cell and arm that `unrecorded` blocks (their arm is that of the recorded ones
 * beside them) and the input's blocks both have, in that order; warm-up is left out. *probes
 * is malloc'ed and the caller's, NULL where there are none. -ENOMEM, or an error of bring().
 */
int probe_make(const struct comparison_input *input, const struct comparison_block *unrecorded,
	       uint32_t unrecorded_count, struct probe **probes, uint32_t *count,
	       struct error *error);

#endif
