// SPDX-License-Identifier: GPL-2.0-or-later
/* Which runs two kernel builds are compared by, and what is to be said about them. */
#include "store/dataset_building.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "store/clock_rate.h"
#include "store/copies.h"
#include "store/likeness.h"
#include "store/looks_of_runs.h"
#include "store/nights_of_runs.h"
#include "store/runs_text.h"

/* ---- which runs ---- */

static int add_runs(struct building *building, struct store *store,
		    const struct dataset_side *side, uint32_t arm, struct error *error)
{
	struct dataset *dataset = building->dataset;

	if (!side->run_count)
		return error_set(error, EINVAL, "compare: there is no run of the %s",
				 arm == ARM_BASE ? "base" : "candidate");
	for (size_t i = 0; i < side->run_count; i++) {
		struct store_run *run = &dataset->runs[dataset->run_count];
		int ret = store_run_get(store, side->runs[i], run, error);

		if (ret)
			return ret;
		building->arm[dataset->run_count++] = arm;
		for (size_t j = 0; j + 1 < dataset->run_count; j++)
			if (dataset->runs[j].id == run->id)
				return error_set(error, EINVAL, "compare: run %lld is %s",
						 (long long)run->id, building->arm[j] == arm ?
						 "given twice" :
						 "on both sides: it would be compared with itself");
		ret = plan_from_json(run->plan_json, strlen(run->plan_json),
				     &building->plans[dataset->run_count - 1], error);
		if (ret) {
			error_prefix(error, "run %lld", (long long)run->id);
			return ret;
		}
	}
	return 0;
}

/* Frees the runs of which drop[i] is set and closes the gaps. */
static void drop_runs(struct building *building, const bool *drop)
{
	struct dataset *dataset = building->dataset;
	size_t kept = 0;

	for (size_t i = 0; i < dataset->run_count; i++) {
		if (drop[i]) {
			store_run_free(&dataset->runs[i]);
			plan_free(building->plans[i]);
			continue;
		}
		dataset->runs[kept] = dataset->runs[i];
		building->plans[kept] = building->plans[i];
		building->arm[kept] = building->arm[i];
		building->boots[kept++] = building->boots[i];
	}
	for (size_t i = kept; i < dataset->run_count; i++) {
		memset(&dataset->runs[i], 0, sizeof(dataset->runs[i]));
		building->plans[i] = NULL;
	}
	dataset->run_count = kept;
}

/*
 * A clock that went wrong by a factor makes every latency of its boot wrong by it: inside
 * the boot that cancels, between boots it is a difference that no kernel made.
 */
static int drop_wrong_clocks(struct building *building, struct store *store, struct error *error)
{
	struct dataset *dataset = building->dataset;
	bool *wrong = calloc(dataset->run_count + 1, sizeof(*wrong));
	size_t left[ARM_COUNT] = { 0 };
	int ret = wrong ? 0 : -ENOMEM;

	for (size_t i = 0; i < dataset->run_count && !ret; i++) {
		double rate;

		ret = store_clock_rate(store, dataset->runs[i].id, &rate, error);
		wrong[i] = rate != 1;
		left[building->arm[i]] += !wrong[i];
		if (!ret && wrong[i])
			ret = dataset_add_line(&dataset->marks, &dataset->mark_count,
					       "run %lld is left out: its clock ran %.2f times as fast "
					       "as the machine's", (long long)dataset->runs[i].id, rate);
	}
	for (size_t arm = 0; arm < ARM_COUNT && !ret; arm++)
		if (!left[arm])
			ret = error_set(error, EINVAL, "every run of %s had a clock that went wrong; "
					"run it again on a calmer host", dataset->names[arm]);
	if (!ret)
		drop_runs(building, wrong);
	free(wrong);
	return ret;
}

/* A boot of which the store has a copy counts once, and is not compared with itself. */
static int drop_copies(struct building *building, struct store *store, struct error *error)
{
	struct dataset *dataset = building->dataset;
	size_t *copy_of = calloc(dataset->run_count + 1, sizeof(*copy_of));
	bool *copies = calloc(dataset->run_count + 1, sizeof(*copies));
	int ret = copy_of && copies ?
			  copies_find(store, dataset->runs, dataset->run_count, copy_of, error) :
			  -ENOMEM;

	for (size_t i = 0; i < dataset->run_count && !ret; i++) {
		const struct store_run *run = &dataset->runs[i],
				       *first = &dataset->runs[copy_of[i]];

		copies[i] = copy_of[i] != i;
		if (copies[i] && building->arm[i] != building->arm[copy_of[i]])
			ret = error_set(error, EINVAL,
					"runs %lld and %lld are one boot, of which the store has a "
					"copy: it would be compared with itself",
					(long long)first->id, (long long)run->id);
		else if (copies[i])
			ret = dataset_add_line(&dataset->marks, &dataset->mark_count,
					       "run %lld is left out: it is a copy of run %lld",
					       (long long)run->id, (long long)first->id);
	}
	if (!ret)
		drop_runs(building, copies);
	free(copies);
	free(copy_of);
	return ret;
}

static int no_common_night(const struct building *building, struct error *error)
{
	const struct dataset *dataset = building->dataset;

	error->exit_status = STATUS_NOT_COMPARABLE;
	return error_set(error, EXDEV,
			 "%s and %s were never measured in one night, and a night has a level of its "
			 "own; run both in one campaign, or see with --force what their difference "
			 "and that of the nights come to together",
			 dataset->names[ARM_BASE], dataset->names[ARM_CANDIDATE]);
}

/* A stored baseline's nights are gone: what they had of their own is in the difference. */
static int join_nights(struct building *building)
{
	struct dataset *dataset = building->dataset;

	if (building->plans[0]->clock == PLAN_CLOCK_VIRTUAL || building->same_build)
		return 0;
	return dataset_add_line(&dataset->marks, &dataset->mark_count,
				"%s is a stored baseline, measured on other nights: what differs may be "
				"the nights, so that a difference is a suspicion and no verdict",
				dataset->names[ARM_BASE]);
}

/* Nights with one build only say nothing; on the virtual clock a night means nothing. */
static int find_nights(struct building *building, struct error *error)
{
	struct dataset *dataset = building->dataset;
	const bool virtual = building->plans[0]->clock == PLAN_CLOCK_VIRTUAL;
	const struct nights_runs runs = { dataset->runs, building->arm, dataset->run_count };
	bool *alone = calloc(dataset->run_count + 1, sizeof(*alone));
	char text[RUNS_TEXT_BYTES];
	size_t common = 0;
	int ret = 0;

	if (!alone)
		return -ENOMEM;
	for (size_t i = 0; i < dataset->run_count; i++)
		building->boots[i] = (struct comparison_boot){ .arm = building->arm[i],
							       .pair = dataset->runs[i].pair };
	if (building->stored)
		ret = join_nights(building);
	else if (!virtual)
		ret = nights_find(&runs, building->boots, alone);
	for (size_t i = 0; i < dataset->run_count; i++)
		common += !alone[i];
	if (!ret && !common && !building->force) {
		ret = no_common_night(building, error);
	} else if (!ret && !common) {
		for (size_t i = 0; i < dataset->run_count; i++)
			building->boots[i].night = 0;
		dataset->forced = true;
		ret = dataset_add_line(&dataset->marks, &dataset->mark_count,
				       "compared by force: the builds were never measured in one "
				       "night; what differs may be the nights");
	} else if (!ret && common < dataset->run_count) {
		runs_text_chosen(dataset->runs, dataset->run_count, alone, text, sizeof(text));
		ret = dataset_add_line(&dataset->notes, &dataset->note_count,
				       "left out: the other build was not measured in the night "
				       "of %s", text);
		drop_runs(building, alone);
	}
	free(alone);
	return ret;
}

static int mark_order(struct building *building)
{
	struct dataset *dataset = building->dataset;
	const struct nights_runs runs = { dataset->runs, building->arm, dataset->run_count };
	int first = 0;

	if (building->plans[0]->clock == PLAN_CLOCK_VIRTUAL || dataset->forced || building->stored)
		return 0;
	first = nights_one_after_the_other(&runs, building->boots);
	if (first <= 0)
		return first;
	return dataset_add_line(&dataset->marks, &dataset->mark_count,
				"the boots of the two builds did not alternate: a drift of the "
				"machine is in their difference; a campaign alternates them");
}

/* What decided whether there are more of these boots belongs to the test. */
static int find_looks(struct building *building, struct store *store, struct error *error)
{
	struct dataset *dataset = building->dataset;
	const bool virtual = building->plans[0]->clock == PLAN_CLOCK_VIRTUAL;
	struct looks_of_runs looks;
	int ret = looks_of_runs(store, dataset->runs, dataset->run_count, &looks, error);

	if (ret)
		return ret;
	dataset->input.looks = looks.taken;
	dataset->input.looks_planned = looks.planned;
	if (!looks.mixed || virtual)
		return 0;
	return dataset_add_line(&dataset->marks, &dataset->mark_count,
				"boots of a campaign that ended when it was decided are put together "
				"with others: p does not allow for the looks at them; campaign=N is "
				"one campaign alone");
}

/* ---- are they alike ---- */

static int check_likeness(struct building *building, struct error *error)
{
	struct dataset *dataset = building->dataset;
	uint32_t *one_side = calloc(dataset->run_count + 1, sizeof(*one_side));
	const struct likeness_runs runs = {
		.runs = dataset->runs, .plans = building->plans,
		.arm = building->same_build ? one_side : building->arm, .count = dataset->run_count,
	};
	struct likeness likeness = { 0 };
	int ret = one_side ? likeness_find(&runs, &likeness) : -ENOMEM;

	free(one_side);
	if (!ret && likeness.unlike_count && !building->force)
		ret = likeness_refuse(&likeness, "not comparable",
				      "--force compares all the same", error);
	dataset->forced |= likeness.unlike_count > 0;
	for (size_t i = 0; i < likeness.unlike_count && !ret; i++)
		ret = dataset_add_line(&dataset->marks, &dataset->mark_count,
				       "compared by force although not alike: %s",
				       likeness.unlike[i]);
	for (size_t i = 0; i < likeness.told_count && !ret; i++)
		ret = dataset_add_line(&dataset->notes, &dataset->note_count, "differs: %s",
				       likeness.told[i]);
	if (!ret && likeness.same_build && !building->same_build)
		ret = dataset_add_line(&dataset->notes, &dataset->note_count,
				       "base and candidate are one kernel build: what differs is "
				       "not the kernel");
	likeness_free(&likeness);
	return ret;
}

/* ---- names ---- */

static void name_side(struct building *building, uint32_t arm, const char *given)
{
	struct dataset *dataset = building->dataset;
	bool *chosen = calloc(dataset->run_count + 1, sizeof(*chosen));
	const char *kernel = NULL, *other = NULL;

	for (size_t i = 0; i < dataset->run_count; i++) {
		const char **side = building->arm[i] == arm ? &kernel : &other;

		if (!*side)
			*side = dataset->runs[i].kernel;
		if (chosen)
			chosen[i] = building->arm[i] == arm;
	}
	if (given[0])
		snprintf(dataset->names[arm], sizeof(dataset->names[arm]), "%s", given);
	else if (strcmp(kernel, other))
		snprintf(dataset->names[arm], sizeof(dataset->names[arm]), "%s", kernel);
	else
		runs_text_chosen(dataset->runs, dataset->run_count, chosen, dataset->names[arm],
				  sizeof(dataset->names[arm]));
	free(chosen);
}

int building_find_runs(struct building *building, struct store *store,
		       const struct dataset_side *const sides[ARM_COUNT], struct error *error)
{
	struct dataset *dataset = building->dataset;
	int ret = 0;

	for (uint32_t arm = 0; arm < ARM_COUNT && !ret; arm++)
		ret = add_runs(building, store, sides[arm], arm, error);
	for (uint32_t arm = 0; arm < ARM_COUNT && !ret; arm++)
		name_side(building, arm, sides[arm]->name);
	for (uint32_t arm = 0; arm < ARM_COUNT && !ret; arm++)
		if (sides[arm]->note[0])
			ret = dataset_add_line(&dataset->notes, &dataset->note_count, "%s: %s",
					       dataset->names[arm], sides[arm]->note);
	if (!ret)
		ret = check_likeness(building, error);
	if (!ret)
		ret = drop_copies(building, store, error);
	if (!ret)
		ret = find_looks(building, store, error);
	if (!ret)
		ret = drop_wrong_clocks(building, store, error);
	if (!ret)
		ret = find_nights(building, error);
	return ret ? ret : mark_order(building);
}
