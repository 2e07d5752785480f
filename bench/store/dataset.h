/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the store to the analysis: runs become one comparison_input, with what a reader
 * must know about them beside it.
 */
#ifndef HMMBENCH_DATASET_H
#define HMMBENCH_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "plan/plan.h"
#include "stats/comparison.h"
#include "store/store.h"

struct dataset {
	struct comparison_input input;	/* its pointers belong to the dataset */
	struct plan *plan;		/* of the first run; all have the same cells */
	struct store_run *runs;
	size_t run_count;
	char names[2][64];		/* of the arms, as on the command line: "read", "read,recording=off" */
	char **marks;			/* a line each: what makes the numbers weaker */
	size_t mark_count;
	char **notes;			/* a line each: what was skipped and why, what the agent said */
	size_t note_count;
	bool judged;			/* false: a run was wounded, no verdict is given */
};

/* One side of a comparison inside a boot: which blocks are in it. */
struct dataset_arm {
	uint32_t strategy;	/* enum hmmbench_strategy_id */
	bool unrecorded;	/* the same operations with recording off: the probe effect */
};

/*
 * Loads `run_count` runs (ids; id 0 stands for the newest) to compare two kinds of
 * blocks inside each. `force` gives verdicts on cells that the machine could only measure
 * badly (contended cells with more vCPUs than host cores).
 * -ENOENT: no such run, or a strategy that the runs do not have, with those they have;
 * -EXDEV with STATUS_NOT_COMPARABLE: runs of unlike plans, kernels or labs, with the list
 * of what differs; store errors; -ENOMEM.
 */
int dataset_load(struct store *store, const int64_t *run_ids, size_t run_count,
		 const struct dataset_arm *base, const struct dataset_arm *candidate, bool force,
		 struct dataset **dataset, struct error *error);
void dataset_free(struct dataset *dataset);

#endif
