/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which runs belong to one night. A campaign is one. Runs of no campaign are put together
 * by their start: a machine that rests for NIGHTS_PAUSE_S, or a day that is over, ends a night.
 */
#ifndef HMMBENCH_NIGHTS_OF_RUNS_H
#define HMMBENCH_NIGHTS_OF_RUNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/comparison.h"
#include "store/store.h"

#define NIGHTS_PAUSE_S (3 * 3600)
#define NIGHTS_LENGTH_S (24 * 3600)

/* All borrowed. */
struct nights_runs {
	const struct store_run *runs;
	const uint32_t *arm;		/* enum comparison_arm, of each run */
	size_t count;
};

/*
 * Sets boots[i].night, counted from 0 in the order of their beginning, and alone[i] where
 * the night has runs of one arm only. -ENOMEM.
 */
int nights_find(const struct nights_runs *runs, struct comparison_boot *boots, bool *alone);

/*
 * 1: in some night with two or more runs of each arm all runs of one came before all of the
 * other. 0, or -ENOMEM.
 */
int nights_one_after_the_other(const struct nights_runs *runs,
			       const struct comparison_boot *boots);

#endif
