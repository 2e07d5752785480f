/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A dataset of two kernel builds while it is made: dataset_building.c finds its runs,
 * dataset_builds.c its cells and samples.
 */
#ifndef HMMBENCH_DATASET_BUILDING_H
#define HMMBENCH_DATASET_BUILDING_H

#include "store/dataset_internal.h"

/* A cell with its strategy, and where it goes. */
struct entry {
	struct cell cell;
	uint32_t strategy;
	bool measured[ARM_COUNT];	/* has samples there, outside the warm-up */
};

struct building {
	struct dataset_loading loading;
	struct dataset *dataset;
	bool force;
	bool stored, same_build;	/* as in struct dataset_side */
	struct plan **plans;		/* of each run */
	uint32_t *arm;
	struct comparison_boot *boots;
	struct entry *entries;
	uint32_t entry_count, entry_room;
};

/*
 * Fills building->dataset's runs and names, plans, arm and boots from the sides, which have
 * room for every run: those that are alike, of a clock that went right and of a night with
 * both builds. What is left out or doubtful is in the dataset's notes and marks. -EXDEV: not
 * comparable; -EINVAL: no run, one given twice, or none with a clock that went right; -ENOMEM;
 * errors of the store.
 */
int building_find_runs(struct building *building, struct store *store,
		       const struct dataset_side *const sides[ARM_COUNT], struct error *error);

#endif
