/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was measured on this machine of how much boots, blocks and operations scatter: out of
 * the newest runs of one configuration, which may be of any kernels.
 */
#ifndef HMMBENCH_STORE_SPREAD_OF_RUNS_H
#define HMMBENCH_STORE_SPREAD_OF_RUNS_H

#include "plan/plan.h"
#include "stats/comparison.h"
#include "stats/spread.h"
#include "store/store.h"

#define SPREAD_RUNS_MAX 200	/* the newest */

/* One cell of the plan, as it was measured. */
struct measured_cell {
	uint32_t unit;		/* blocks of a strategy in a quartet */
	uint32_t blocks;	/* of a strategy in a boot, without warm-up */
	double block_s;		/* of each of its strategies one block, warm-up's time among them */
};

/* One judged column of a cell under one strategy. */
struct measured_part {
	uint32_t cell;		/* of plan->cells */
	uint32_t strategy;	/* enum hmmbench_strategy_id */
	enum sample_column column;
	double operations;	/* samples of a block */
	bool known[GATED_COUNT];	/* two boots of a build have the quantile */
	struct spread spread[GATED_COUNT];
};

struct measured {
	struct plan *plan;	/* of the newest run */
	char *lab;
	int64_t *runs;		/* the newest first */
	size_t run_count;
	struct measured_cell *cells;	/* plan->cell_count of them */
	struct measured_part *parts;
	size_t part_count;
	double boot_s;		/* of a boot beside its blocks: the median */
};

/*
 * From runs that ended whole, on the host's clock, of the plan `name` (NULL: of the newest
 * run), like the newest of them but for the kernel (likeness.h). -ENODATA (STATUS_USAGE):
 * nothing, or too little, was measured, with the command that measures it; store errors;
 * -ENOMEM. *measured is the caller's.
 */
int measured_load(struct store *store, const char *name, struct measured **measured,
		  struct error *error);
void measured_free(struct measured *measured);

#endif
