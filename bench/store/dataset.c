// SPDX-License-Identifier: GPL-2.0-or-later
/* Two switches of one kernel, strategies mostly, compared inside its boots. */
#include "store/dataset_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "hmmbench_uapi.h"
#include "store/copies.h"
#include "store/likeness.h"

#define CELL_LEFT_OUT UINT32_MAX /* in in_boot.places */

struct in_boot {
	const struct dataset_arm *arms[ARM_COUNT];
	uint32_t *places; /* of the plan's cells among the input's */
};

static bool find_arm(const struct in_boot *in_boot, uint32_t strategy, bool unrecorded,
		     uint32_t *arm)
{
	for (*arm = 0; *arm < ARM_COUNT; ++*arm)
		if (in_boot->arms[*arm]->strategy == strategy &&
		    in_boot->arms[*arm]->unrecorded == unrecorded)
			return true;
	return false;
}

static bool place_in_arm(const struct dataset_loading *loading, const struct plan_block *block,
			 struct block_place *place)
{
	const struct in_boot *in_boot = loading->context;

	place->cell = in_boot->places[block->cell];
	if (place->cell == CELL_LEFT_OUT)
		return false;
	if (find_arm(in_boot, block->strategy, block->unrecorded, &place->arm))
		return true;
	place->beside = block->unrecorded;
	return place->beside && find_arm(in_boot, block->strategy, false, &place->arm);
}

/* One call in how many was recorded: of the cell's first block, like all of them. */
static uint32_t record_every(const struct plan *plan, uint32_t cell)
{
	for (uint32_t i = 0; i < plan->block_count; i++)
		if (plan->blocks[i].cell == cell)
			return plan->blocks[i].record_every;
	return 1;
}

static bool same_recording(const struct plan *plan, const struct plan *other)
{
	for (uint32_t i = 0; i < plan->cell_count; i++)
		if (record_every(plan, i) != record_every(other, i))
			return false;
	return true;
}

/*
 * What would keep two runs from being read as one set of boots, by force or not; "" where nothing
 * does.
 */
static void differences(const struct store_run *first, const struct store_run *other,
			const struct plan *plan, const struct plan *other_plan, char *text,
			size_t bytes)
{
	bool same_cells = plan->cell_count == other_plan->cell_count;

	text[0] = '\0';
	for (uint32_t i = 0; same_cells && i < plan->cell_count; i++)
		same_cells = cell_equal(&plan->cells[i], &other_plan->cells[i]);
	if (!same_cells)
		snprintf(text, bytes, "cells");
	else if (!same_recording(plan, other_plan))
		snprintf(text, bytes, "calls recorded (record-every)");
	else if (plan->clock != other_plan->clock)
		snprintf(text, bytes, "clock");
	else if (strcmp(first->kernel, other->kernel))
		snprintf(text, bytes, "kernel (%s, %s)", first->kernel, other->kernel);
}

/* Blocks of the arm, of one cell or, with ANY_CELL, of any. */
#define ANY_CELL UINT32_MAX
static bool plan_has(const struct plan *plan, uint32_t cell, const struct dataset_arm *arm)
{
	for (uint32_t i = 0; i < plan->block_count; i++)
		if (plan->blocks[i].strategy == arm->strategy &&
		    plan->blocks[i].unrecorded == arm->unrecorded &&
		    !plan_block_is_apart(&plan->blocks[i]) &&
		    (cell == ANY_CELL || plan->blocks[i].cell == cell))
			return true;
	return false;
}

static int check_arm(const struct plan *plan, const struct store_run *run,
		     const struct dataset_arm *arm, struct error *error)
{
	char have[160] = "";

	if (plan_has(plan, ANY_CELL, arm))
		return 0;
	if (arm->unrecorded)
		return error_set(error, ENOENT,
				 "run %lld has no unrecorded blocks; 'unrecorded = yes' in the "
				 "configuration's [plan] makes them",
				 (long long)run->id);
	if (plan->block_count && plan->blocks[0].profiled)
		return error_set(error, ENOENT,
				 "run %lld is a profile: nothing in it is timed; give a run of "
				 "'hmmbench run' with --run",
				 (long long)run->id);
	for (uint32_t id = 0; id <= HMMBENCH_STRATEGY_KERNEL; id++) {
		const struct dataset_arm other = { .strategy = id };

		if (!plan_has(plan, ANY_CELL, &other))
			continue;
		strncat(have, have[0] ? ", " : "", sizeof(have) - strlen(have) - 1);
		strncat(have, strategy_name(id), sizeof(have) - strlen(have) - 1);
	}
	return error_set(error, ENOENT, "run %lld has no strategy '%s'; it has %s",
			 (long long)run->id, strategy_name(arm->strategy), have);
}

/*
 * The cells that have both sides. One of a core that walks as its kernel was built has no
 * `write` and no `read` to choose from; it is compared between kernels.
 */
static int choose_cells(struct in_boot *in_boot, struct dataset *dataset)
{
	const struct plan *plan = dataset->plan;
	struct cell *cells = calloc(plan->cell_count + 1, sizeof(*cells));
	uint32_t count = 0;

	in_boot->places = calloc(plan->cell_count + 1, sizeof(*in_boot->places));
	dataset->input.cells = cells;
	if (!cells || !in_boot->places)
		return -ENOMEM;
	for (uint32_t i = 0; i < plan->cell_count; i++) {
		in_boot->places[i] = CELL_LEFT_OUT;
		if (!plan_has(plan, i, in_boot->arms[ARM_BASE]) ||
		    !plan_has(plan, i, in_boot->arms[ARM_CANDIDATE]))
			continue;
		in_boot->places[i] = count;
		cells[count++] = plan->cells[i];
	}
	dataset->input.cell_count = count;
	if (count == plan->cell_count)
		return 0;
	return dataset_add_line(&dataset->notes, &dataset->note_count,
			"%u of %u cells have not both sides and are left out: cores that walk as "
			"their kernel was built have one strategy, %s",
			plan->cell_count - count, plan->cell_count,
			strategy_name(HMMBENCH_STRATEGY_KERNEL));
}

static int check_plan(const struct dataset *dataset, struct plan *const *plans, size_t i,
		      struct error *error)
{
	char text[160];

	differences(&dataset->runs[0], &dataset->runs[i], plans[0], plans[i], text, sizeof(text));
	if (!text[0])
		return 0;
	error->exit_status = STATUS_NOT_COMPARABLE;
	return error_set(error, EXDEV,
			 "runs %lld and %lld are not boots of one thing: %s differ; "
			 "give runs that differ in nothing but the boot",
			 (long long)dataset->runs[0].id, (long long)dataset->runs[i].id, text);
}

/* Boots of one kernel are to differ in nothing: all runs are one side. */
static int check_likeness(struct dataset *dataset, struct plan *const *plans, bool force,
			  struct error *error)
{
	uint32_t *one_side = calloc(dataset->run_count + 1, sizeof(*one_side));
	const struct likeness_runs runs = { .runs = dataset->runs, .plans = plans,
					    .arm = one_side, .count = dataset->run_count };
	struct likeness likeness = { 0 };
	int result = one_side ? likeness_find(&runs, &likeness) : -ENOMEM;

	free(one_side);
	if (!result && likeness.unlike_count && !force)
		result = likeness_refuse(&likeness, "not boots of one thing",
					 "give runs that differ in nothing but the boot, or --force "
					 "takes them together all the same", error);
	dataset->forced |= likeness.unlike_count > 0;
	for (size_t i = 0; i < likeness.unlike_count && !result; i++)
		result = dataset_add_line(&dataset->marks, &dataset->mark_count,
					  "taken together by force although not alike: %s",
					  likeness.unlike[i]);
	for (size_t i = 0; i < likeness.told_count && !result; i++)
		result = dataset_add_line(&dataset->notes, &dataset->note_count, "differs: %s",
					  likeness.told[i]);
	likeness_free(&likeness);
	return result;
}

/* The same boot twice would count as two. */
static int check_given_once(const struct dataset *dataset, struct error *error)
{
	const struct store_run *last = &dataset->runs[dataset->run_count - 1];

	for (size_t i = 0; i + 1 < dataset->run_count; i++)
		if (dataset->runs[i].id == last->id)
			return error_set(error, EINVAL, "compare: run %lld is given twice",
					 (long long)last->id);
	return 0;
}

/* Runs and their plans, the first of which becomes the dataset's. */
static int find_runs(struct store *store, const int64_t *run_ids, size_t run_count, bool force,
		     struct dataset *dataset, struct error *error)
{
	struct plan **plans = calloc(run_count + 1, sizeof(*plans));
	int result = plans ? 0 : -ENOMEM;

	for (size_t i = 0; i < run_count && !result; i++) {
		struct store_run *run = &dataset->runs[i];

		result = store_run_get(store, run_ids[i], run, error);
		if (result)
			break;
		dataset->run_count++;
		result = check_given_once(dataset, error);
		if (!result) {
			result = plan_from_json(run->plan_json, strlen(run->plan_json), &plans[i],
						error);
			if (result)
				error_prefix(error, "run %lld", (long long)run->id);
		}
		if (!result)
			result = check_plan(dataset, plans, i, error);
	}
	if (!result && run_count > 1)
		result = copies_refuse(store, dataset->runs, dataset->run_count, error);
	if (!result && run_count > 1)
		result = check_likeness(dataset, plans, force, error);
	if (plans && plans[0]) {
		dataset->plan = plans[0];
		plans[0] = NULL;
	}
	for (size_t i = 0; plans && i < run_count; i++)
		plan_free(plans[i]);
	free(plans);
	return result;
}

/* One that ended before its first block, as where its guest did not come up. */
static int check_blocks(const struct dataset_loading *loading, struct error *error)
{
	const struct store_run *run = &loading->dataset->runs[0];

	if (loading->dataset->run_count > 1 || run->blocks)
		return 0;
	return error_set(error, EINVAL,
			 "run %lld has no samples (%s): nothing to compare; give another with --run",
			 (long long)run->id,
			 run->status < 0 ? "killed or still running" : exit_status_text(run->status));
}

static int read_runs(struct store *store, struct in_boot *in_boot, struct dataset_loading *loading,
		     struct error *error)
{
	struct dataset *dataset = loading->dataset;
	int result = check_blocks(loading, error);

	for (size_t i = 0; i < dataset->run_count && !result; i++) {
		for (uint32_t arm = 0; arm < ARM_COUNT && !result; arm++)
			result = check_arm(dataset->plan, &dataset->runs[i], in_boot->arms[arm],
					   error);
		if (!result && !in_boot->places)
			result = choose_cells(in_boot, dataset);
		loading->boot = (uint32_t)i;
		if (!result)
			result = dataset_read_run(store, loading, error);
	}
	return result;
}

static void name_arm(const struct dataset_arm *arm, char *text, size_t bytes)
{
	snprintf(text, bytes, "%s%s", strategy_name(arm->strategy),
		 arm->unrecorded ? ",recording=off" : "");
}

int dataset_load(struct store *store, const int64_t *run_ids, size_t run_count,
		 const struct dataset_arm *base, const struct dataset_arm *candidate, bool force,
		 struct dataset **out, struct error *error)
{
	struct in_boot in_boot = { .arms = { base, candidate } };
	struct dataset *dataset = dataset_new(run_count);
	struct dataset_loading loading = { .place = place_in_arm, .context = &in_boot };
	int result = -ENOMEM;

	*out = NULL;
	dataset_begin(&loading, dataset);
	if (!dataset)
		goto out;
	result = find_runs(store, run_ids, run_count, force, dataset, error);
	if (!result)
		result = read_runs(store, &in_boot, &loading, error);
	if (result)
		goto out;
	name_arm(base, dataset->names[ARM_BASE], sizeof(dataset->names[0]));
	name_arm(candidate, dataset->names[ARM_CANDIDATE], sizeof(dataset->names[0]));
	result = dataset_mark_runs(dataset);
	if (!result)
		result = dataset_refuse_cells(dataset, force);
	if (!result)
		result = dataset_note_tallies(store, dataset, in_boot.arms, error);
	if (!result)
		result = dataset_fill_input(dataset);
out:
	free(in_boot.places);
	return dataset_finish(&loading, result, out, error);
}
