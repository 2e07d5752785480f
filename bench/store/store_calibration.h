/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calibrations: what came of campaigns of one kernel against itself, between its boots
 * (stats/calibration.h) and inside them (stats/paired_calibration.h).
 * Errors as in store.h.
 */
#ifndef HMMBENCH_STORE_CALIBRATION_H
#define HMMBENCH_STORE_CALIBRATION_H

#include "common/cell.h"
#include "common/samples.h"
#include "plan/plan.h"
#include "stats/calibration.h"
#include "stats/comparison.h"
#include "stats/paired_calibration.h"
#include "store/store.h"

/* One quantile of one judged column of a cell under one strategy. */
struct calibration_part {
	char cell[CELL_NAME_BYTES];
	uint32_t strategy;		/* enum hmmbench_strategy_id */
	enum sample_column column;
	enum gated_quantile quantile;
	struct calibration_effect effect;
};

/* One quantile of one judged column of a cell, two of its strategies compared inside boots. */
struct calibration_in_boot {
	char cell[CELL_NAME_BYTES];
	uint32_t strategies[ARM_COUNT];	/* in the plan's order; it holds for either as the base */
	enum sample_column column;
	enum gated_quantile quantile;
	struct paired_calibration effect;
};

struct calibration {
	int64_t id;			/* 0: not stored */
	int64_t campaign, run;		/* the campaign's first run */
	char *made;			/* ISO 8601, UTC */
	char *program;			/* version of hmmbench */
	char *kernel, *plan_name;
	uint32_t boots;			/* under each of its two names */
	struct calibration_part *parts;	/* in the plan's order */
	size_t part_count;
	struct calibration_in_boot *in_boot;	/* the same; none of one strategy, or of schema 7 */
	size_t in_boot_count;
};

void calibration_free(struct calibration *calibration);	/* its members, not itself */

/*
 * From the whole boots of a campaign whose arms are one kernel; id and made stay unset. -ENODATA
 * (STATUS_BOOTS): fewer than CALIBRATION_PAIRS_MIN pairs are whole. The calibration is the
 * caller's in any case.
 */
int calibration_of_campaign(struct store *store, int64_t campaign, struct calibration *calibration,
			    struct error *error);

/*
 * Fills `in_boot` from runs of one plan, one after the other; calibration_of_campaign() does it.
 * Errors of the store; -ENOMEM.
 */
int calibration_inside_boots(struct store *store, const struct plan *plan, const int64_t *runs,
			     size_t run_count, struct calibration *calibration,
			     struct error *error);

/* Takes it in, with the time of day; sets id and made. */
int store_calibration_put(struct store *store, struct calibration *calibration,
			  struct error *error);

/* `id` 0: the newest. -ENOENT (STATUS_USAGE) with the command that makes one. */
int store_calibration_get(struct store *store, int64_t id, struct calibration *calibration,
			  struct error *error);

/*
 * The calibration of the machine and the way of measuring of this run and plan, of any kernel
 * (likeness.h decides), that tells of most of the plan's cells, the newest of several.
 * calibration->id is 0 where none tells of any.
 */
int store_calibration_find(struct store *store, const struct store_run *run, struct plan *plan,
			   struct calibration *calibration, struct error *error);

#endif
