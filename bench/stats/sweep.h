/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the sweeps of a comparison and fits their slopes. Internal to the comparison. */
#ifndef HMMBENCH_STATS_SWEEP_H
#define HMMBENCH_STATS_SWEEP_H

#include "comparison.h"
#include "judge.h"

/* The cell's name without the part: all cells of a sweep have the same. */
void sweep_key(const struct cell *cell, enum sweep_part part, char name[CELL_NAME_BYTES]);

/*
 * Fills comparison->sweeps; `medians` stand beside its results, which are complete. A size
 * without a median of 1 ns or more in both arms is left out. -ENOMEM; what was made is the
 * comparison's.
 */
int sweeps_make(const struct comparison_input *input, const struct judged_levels *medians,
		struct comparison *comparison);

#endif
