/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Path lengths of a run on the virtual clock: for each cell, strategy and phase that the
 * module times, the shortest and the median count of instructions.
 */
#ifndef HMMBENCH_COUNTS_H
#define HMMBENCH_COUNTS_H

#include <stddef.h>
#include <stdint.h>

#include "common/cell.h"
#include "common/error.h"
#include "common/samples.h"
#include "store/store.h"

struct count {
	char cell[CELL_NAME_BYTES];
	uint32_t strategy; /* enum hmmbench_strategy_id */
	enum sample_column column;
	uint64_t rows;			      /* samples, warm-up left out */
	uint64_t minimum_insns, median_insns; /* the median is the lower of two in the middle */
};

/*
 * The counts of a run's recorded blocks, less the samples in which the task was scheduled out
 * (an unregister that waits for a grace period has none), in the order in which the run met them; *counts is
 * malloc'ed and the caller's. Not asked: the run's clock. -ENOENT: no such run; -EBADMSG:
 * damaged samples; errors of the store; -ENOMEM.
 */
int counts_load(struct store *store, int64_t run, struct count **counts, size_t *count,
		struct error *error);

#endif
