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

/* Samples that a run did not keep. */
struct dataset_loss {
	uint64_t dropped;		/* by full rings, which count them */
	uint64_t lost;			/* without a count */
};

struct dataset {
	/* Its pointers belong to the dataset; samples are brought out of the store, cell by cell. */
	struct comparison_input input;
	struct store *store;		/* borrowed: as long as samples are asked for it stays open */
	struct plan *plan;		/* of the first run */
	struct store_run *runs;		/* in the order of the input's boots */
	struct dataset_loss *losses;	/* of each run */
	size_t run_count;
	char names[2][64];		/* of the arms: "read", "read,recording=off"; "debian:6.1" */
	char **marks;			/* a line each: what makes the numbers weaker */
	size_t mark_count;
	char **notes;			/* a line each: what was skipped and why, what the agent said */
	size_t note_count;
	/* The unrecorded blocks beside those of the input, with the arms of those; whole and kind. */
	struct comparison_block *unrecorded;
	uint32_t unrecorded_count;
	/*
	 * SHA-256 of everything that was read of the runs, in order, and of builds of how they lie in
	 * nights and looks; and without those, as verdicts have it that were kept before it had them.
	 */
	char digest[65], runs_digest[65];
	bool judged;			/* false: a run was wounded, no verdict is given */
	bool forced;			/* unlike things were compared because of `force` */
};

/* One side of a comparison inside a boot: which blocks are in it. */
struct dataset_arm {
	uint32_t strategy;	/* enum hmmbench_strategy_id */
	bool unrecorded;	/* the same operations with recording off: the probe effect */
};

/*
 * Loads `run_count` runs (ids; id 0 stands for the newest) to compare two kinds of
 * blocks inside each. `force` gives verdicts on cells that the machine could only measure
 * badly (contended cells with more vCPUs than host cores), and takes runs together that
 * differ in more than the boot; the first marks say so.
 * -ENOENT: no such run, or a strategy that the runs do not have, with those they have;
 * -EINVAL: a run given twice, be it as a copy (copies.h), or the only one without samples;
 * -EXDEV with STATUS_NOT_COMPARABLE: runs that are not boots of one
 * kernel on one machine, with the list of what differs (likeness.h), or whose cells, clocks or
 * kernels differ, which no force puts together; store errors; -ENOMEM.
 */
int dataset_load(struct store *store, const int64_t *run_ids, size_t run_count,
		 const struct dataset_arm *base, const struct dataset_arm *candidate, bool force,
		 struct dataset **dataset, struct error *error);
/* The runs of one build. */
struct dataset_side {
	const char *name;		/* as a report calls it; "": by its kernel, or by its runs */
	const char *note;		/* for the report's notes; "": none */
	const int64_t *runs;
	size_t run_count;
	/* Of the base alone: a stored baseline, measured on other nights than the candidate ... */
	bool stored;
	bool same_build;		/* ... and of the candidate's own kernel build, or refused */
};

/*
 * Loads the runs of two kernel builds to compare between boots, each run a boot. A night
 * is a campaign, or, of runs that are in none, what was started within a day without a pause of
 * 3 hours; boots of a night without the other build are left out and named. Cells and
 * strategies that only one of the builds has are named and left out.
 *
 * Runs that differ in more than the kernel build give -EXDEV and STATUS_NOT_COMPARABLE with
 * the list of what differs (likeness.h), as do builds without a night in common on the host
 * clock. With `force` they are compared all the same, all nights as one, and the first marks
 * say so. Where the base is a stored baseline, a night in common is not asked for, all nights
 * count as one, and a mark says so. Of copies (copies.h) one is taken, and a mark says so.
 * -EINVAL: the same run on both sides, or a side without runs; -ENOENT: no such
 * run; store errors; -ENOMEM.
 */
int dataset_load_builds(struct store *store, const struct dataset_side *base,
			const struct dataset_side *candidate, bool force,
			struct dataset **dataset, struct error *error);

/*
 * Loads runs of one plan with every strategy that it has: an arm of the input's blocks is an index
 * into plan->strategies, its cells are the plan's. Of a plan with no more strategies than a
 * comparison has there are no blocks. -ENOENT: no such run; store errors; -ENOMEM.
 */
int dataset_load_strategies(struct store *store, const int64_t *runs, size_t run_count, bool force,
			    struct dataset **dataset, struct error *error);
void dataset_free(struct dataset *dataset);

#endif
