/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How often an adaptive campaign was looked at before it had certain boots: a look may end
 * it, so that how many boots there are depends on what they said.
 */
#ifndef HMMBENCH_STORE_LOOKS_OF_RUNS_H
#define HMMBENCH_STORE_LOOKS_OF_RUNS_H

#include <stdbool.h>

#include "store/store.h"

struct looks_of_runs {
	/*
	 * Those that the runs were decided by (stats/sequential.h); 0 where the campaign is not
	 * adaptive or they are of none. The last pair that was measured counts, also where a boot of
	 * it is missing.
	 */
	uint32_t taken;
	/*
	 * How many there could have been, which the campaign's beginning fixed, and no budget of time
	 * changed; all where it is not known, of campaigns of older programs.
	 */
	uint32_t planned;
	bool mixed;	/* they are not all of one campaign, and some were looked at: taken is 0 */
};

/* Errors of the store. */
int looks_of_runs(struct store *store, const struct store_run *runs, size_t count,
		  struct looks_of_runs *looks, struct error *error);

#endif
