/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The runs of one kernel in one night, to one value for each cell and strategy. */
#ifndef HMMBENCH_NIGHT_LEVELS_H
#define HMMBENCH_NIGHT_LEVELS_H

#include "plan/plan.h"
#include "stats/night_level.h"
#include "store/store.h"

struct cell_level {
	struct cell cell;
	uint32_t strategy;		/* COMPARISON_ANY_STRATEGY: of the control */
	enum sample_column column;
	bool judged;			/* shown only: the control */
	struct night_level level;
};

struct night_levels {
	struct cell_level *levels;
	size_t count;
	double threshold;		/* smallest effect of interest, of the plan; stats/exact.h */
	enum plan_clock clock;
};

/*
 * Of runs that are boots of one kernel. A boot whose clock went wrong is left out, as are cells
 * without samples. Errors of the store; -ENOMEM. night_levels_free() in any case.
 */
int night_levels_load(struct store *store, const int64_t *runs, size_t run_count,
		      struct night_levels *levels, struct error *error);
void night_levels_free(struct night_levels *levels);

#endif
