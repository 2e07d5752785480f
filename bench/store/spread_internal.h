/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between spread_of_runs.c (which runs, and what they come to) and spread_read.c (their blocks). */
#ifndef HMMBENCH_STORE_SPREAD_INTERNAL_H
#define HMMBENCH_STORE_SPREAD_INTERNAL_H

#include "store/spread_of_runs.h"

struct measuring {
	struct store *store;
	struct measured *measured;
	struct store_run runs[SPREAD_RUNS_MAX];	/* the newest first */
	struct plan *plans[SPREAD_RUNS_MAX];
	char *keys[SPREAD_RUNS_MAX];	/* campaign and build, which make a group */
	uint32_t group[SPREAD_RUNS_MAX];
	size_t count;
	/* Of each part, the control behind the measured ones, and each run. */
	struct spread_boot (*values)[SPREAD_RUNS_MAX][GATED_COUNT];
	size_t part_count;
};

/* One more run, with its campaign and build as its group; run and plan are then its own. -ENOMEM. */
int measuring_add(struct measuring *measuring, struct store_run *run, struct plan *plan);

/* Its members, not itself, and not `measured`. */
void measuring_free(struct measuring *measuring);

/* Fills the cells and parts of `measured` and `values` from the runs. Errors of the store; -ENOMEM. */
int measuring_read(struct measuring *measuring, struct error *error);

#endif
