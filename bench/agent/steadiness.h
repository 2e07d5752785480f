/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Was a block steady? Its first sample against the rest tells of a warm-up that goes on
 * inside each block, its second half against the first of a drift.
 */
#ifndef HMMBENCH_STEADINESS_H
#define HMMBENCH_STEADINESS_H

#include <stdint.h>

#include "common/samples.h"

/* Latencies; SAMPLE_MISSING where a block has too few samples for them. */
struct steadiness {
	uint64_t first_ns; /* the first sample, in the order of the rows */
	uint64_t early_ns; /* median of the first half */
	uint64_t late_ns;  /* median of the second half */
};

/*
 * Of the values of one column of the rows of one kind; without a column of kinds all
 * rows are of kind 0. Fewer than 4 values have no halves. -ENOMEM.
 */
int steadiness_of(const struct samples *samples, enum sample_column column, uint32_t kind,
		  struct steadiness *steadiness);

#endif
