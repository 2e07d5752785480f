// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/dataset.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "common/exit_status.h"
#include "hmmbench_uapi.h"

#define FALSE_DISCOVERY_RATE .05

#define CELL_LEFT_OUT UINT32_MAX /* in loading.places */

/* While blocks come in from the store. */
struct loading {
	struct dataset *dataset;
	uint32_t *places; /* of the plan's cells among the input's */
	struct comparison_block *blocks;
	uint32_t block_count, block_room;
	const struct dataset_arm *arms[ARM_COUNT];
	uint32_t boot;
	uint64_t dropped, lost;
	int result;
};

static int add_line(char ***lines, size_t *count, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int add_line(char ***lines, size_t *count, const char *format, ...)
{
	char **grown = reallocarray(*lines, *count + 1, sizeof(*grown));
	va_list args;
	int length;

	if (!grown)
		return -ENOMEM;
	*lines = grown;
	va_start(args, format);
	length = vasprintf(&grown[*count], format, args);
	va_end(args);
	if (length < 0)
		return -ENOMEM;
	(*count)++;
	return 0;
}

static uint64_t end_number(const char *end_json, const char *key)
{
	json_t *json = json_loads(end_json, 0, NULL);
	json_int_t value = json_integer_value(json_object_get(json, key));

	json_decref(json);
	return value > 0 ? (uint64_t)value : 0;
}

/* ARM_COUNT: in neither. */
static uint32_t arm_of(const struct loading *loading, const struct plan_block *block)
{
	uint32_t arm = 0;

	while (arm < ARM_COUNT && (loading->arms[arm]->strategy != block->strategy ||
				   loading->arms[arm]->unrecorded != block->unrecorded))
		arm++;
	return arm;
}

static int take_block(const struct store_block *block, void *context)
{
	struct loading *loading = context;
	uint32_t arm = arm_of(loading, &block->plan);
	struct comparison_block *taken;

	if (block->plan.counted)
		return 0;
	loading->dropped += block->dropped;
	loading->lost += end_number(block->end_json, "lost");
	if (arm == ARM_COUNT || loading->places[block->plan.cell] == CELL_LEFT_OUT)
		return 0;
	if (loading->block_count == loading->block_room) {
		uint32_t room = loading->block_room ? 2 * loading->block_room : 256;

		taken = reallocarray(loading->blocks, room, sizeof(*taken));
		if (!taken)
			return -ENOMEM;
		loading->blocks = taken;
		loading->block_room = room;
	}
	taken = &loading->blocks[loading->block_count];
	*taken = (struct comparison_block){
		.cell = loading->places[block->plan.cell],
		.arm = arm,
		.boot = loading->boot,
		.quartet = block->plan.quartet,
		.position = block->plan.position,
		.warmup = block->plan.warmup,
		.dropped = block->dropped,
	};
	loading->result = samples_decode(block->samples, block->samples_bytes, &taken->samples);
	if (loading->result)
		return loading->result;
	loading->block_count++;
	return 0;
}

static int take_note(const char *note_json, void *context)
{
	struct dataset *dataset = context;
	json_t *json = json_loads(note_json, 0, NULL);
	const char *level = json_string_value(json_object_get(json, "level"));
	const char *text = json_string_value(json_object_get(json, "text"));
	const char *cell = json_string_value(json_object_get(json, "cell"));
	int result = 0;

	if (text)
		result = add_line(&dataset->notes, &dataset->note_count, "%s%s%s%s%s",
				  level && strcmp(level, "info") ? level : "",
				  level && strcmp(level, "info") ? ": " : "", cell ? cell : "",
				  cell ? ": " : "", text);
	json_decref(json);
	return result;
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

/* What differs between two runs that are to be one set of boots; "" where nothing does. */
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
	else if (strcmp(first->lab, other->lab))
		snprintf(text, bytes, "lab (%s, %s)", first->lab, other->lab);
	else if (strcmp(first->kernel, other->kernel))
		snprintf(text, bytes, "kernel (%s, %s)", first->kernel, other->kernel);
}

/* Blocks of the arm, of one cell or, with ANY_CELL, of any. */
#define ANY_CELL UINT32_MAX
static bool plan_has(const struct plan *plan, uint32_t cell, const struct dataset_arm *arm)
{
	for (uint32_t i = 0; i < plan->block_count; i++)
		if (plan->blocks[i].strategy == arm->strategy &&
		    plan->blocks[i].unrecorded == arm->unrecorded && !plan->blocks[i].counted &&
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
static int choose_cells(struct loading *loading)
{
	struct dataset *dataset = loading->dataset;
	const struct plan *plan = dataset->plan;
	struct cell *cells = calloc(plan->cell_count + 1, sizeof(*cells));
	uint32_t count = 0;

	loading->places = calloc(plan->cell_count + 1, sizeof(*loading->places));
	dataset->input.cells = cells;
	if (!cells || !loading->places)
		return -ENOMEM;
	for (uint32_t i = 0; i < plan->cell_count; i++) {
		loading->places[i] = CELL_LEFT_OUT;
		if (!plan_has(plan, i, loading->arms[ARM_BASE]) ||
		    !plan_has(plan, i, loading->arms[ARM_CANDIDATE]))
			continue;
		loading->places[i] = count;
		cells[count++] = plan->cells[i];
	}
	dataset->input.cell_count = count;
	if (count == plan->cell_count)
		return 0;
	return add_line(&dataset->notes, &dataset->note_count,
			"%u of %u cells have not both sides and are left out: cores that walk as "
			"their kernel was built have one strategy, %s",
			plan->cell_count - count, plan->cell_count,
			strategy_name(HMMBENCH_STRATEGY_KERNEL));
}

static int mark_run(struct dataset *dataset, const struct store_run *run,
		    const struct loading *loading)
{
	json_t *lab = json_loads(run->lab_json, 0, NULL);
	const char *kvm = json_string_value(json_object_get(lab, "accelerator"));
	int result = 0;

	if (!result && kvm && strcmp(kvm, "kvm"))
		result = add_line(&dataset->marks, &dataset->mark_count,
				  "run %lld: guest under %s: compare inside this report, as ratios; "
				  "absolute times are not this machine's",
				  (long long)run->id, kvm);
	if (!result && !strcmp(run->lab, "vm"))
		result = add_line(&dataset->marks, &dataset->mark_count,
				  "run %lld: NUMA nodes are virtual: distances between them are labels, "
				  "one host memory lies behind them",
				  (long long)run->id);
	if (!result && json_is_true(json_object_get(lab, "oversubscribed")))
		result = add_line(&dataset->marks, &dataset->mark_count,
				  "run %lld: more vCPUs than host cores: millisecond tails can be "
				  "the host's",
				  (long long)run->id);
	if (!result && loading->dropped)
		result = add_line(&dataset->marks, &dataset->mark_count,
				  "run %lld: %llu samples dropped by full rings", (long long)run->id,
				  (unsigned long long)loading->dropped);
	if (!result && loading->lost)
		result = add_line(&dataset->marks, &dataset->mark_count,
				  "run %lld: %llu samples lost without a count", (long long)run->id,
				  (unsigned long long)loading->lost);
	if (!result && run->status != STATUS_OK)
		result = add_line(&dataset->marks, &dataset->mark_count,
				  "run %lld did not end whole: %s", (long long)run->id,
				  run->status < 0 ? "killed or still running" : run->status_text);
	json_decref(lab);
	return result;
}

/*
 * Reasons against a verdict, per cell. A wounded kernel gives numbers and no verdict;
 * neither do contended cells whose CPUs were not all really there.
 */
static int refuse_cells(struct dataset *dataset, bool force)
{
	const char **refusals = calloc(dataset->input.cell_count + 1, sizeof(*refusals));
	bool oversubscribed = false;

	if (!refusals)
		return -ENOMEM;
	dataset->input.refusals = refusals;
	dataset->judged = true;
	for (size_t i = 0; i < dataset->run_count; i++) {
		json_t *lab = json_loads(dataset->runs[i].lab_json, 0, NULL);

		oversubscribed |= json_is_true(json_object_get(lab, "oversubscribed"));
		json_decref(lab);
		if (dataset->runs[i].status == STATUS_WOUNDED)
			dataset->judged = false;
	}
	for (uint32_t i = 0; i < dataset->input.cell_count; i++) {
		const struct cell *cell = &dataset->input.cells[i];

		if (!dataset->judged)
			refusals[i] = "the kernel reported a fault during the run";
		else if (oversubscribed && !force && cell_is_concurrent(cell))
			refusals[i] = "contended, with more vCPUs than host cores";
	}
	return 0;
}

/* The dearest reading among the runs; on the virtual clock readings are exact. */
static double clock_floor_ns(const struct dataset *dataset)
{
	double floor_ns = 0;

	if (dataset->plan->clock == PLAN_CLOCK_VIRTUAL)
		return 0;
	for (size_t i = 0; i < dataset->run_count; i++) {
		json_t *environment = json_loads(dataset->runs[i].environment_json, 0, NULL);
		const json_t *clock = json_object_get(environment, "clock");
		double cost_ns = json_number_value(json_object_get(clock, "read_cost_ns"));
		double step_ns = json_number_value(json_object_get(clock, "resolution_ns"));

		floor_ns = fmax(floor_ns, fmax(cost_ns, step_ns));
		json_decref(environment);
	}
	return floor_ns;
}

static int load_run(struct store *store, struct loading *loading, const struct store_run *run,
		    struct error *error)
{
	struct dataset *dataset = loading->dataset;
	struct plan *plan = NULL;
	char text[160];
	int result;

	result = plan_from_json(run->plan_json, strlen(run->plan_json), &plan, error);
	if (result) {
		error_prefix(error, "run %lld", (long long)run->id);
		return result;
	}
	if (!dataset->plan) {
		dataset->plan = plan;
	} else {
		differences(&dataset->runs[0], run, dataset->plan, plan, text, sizeof(text));
		plan_free(plan);
		if (text[0]) {
			error->exit_status = STATUS_NOT_COMPARABLE;
			return error_set(error, EXDEV,
					 "runs %lld and %lld are not boots of one thing: %s differ; "
					 "give runs that differ in nothing but the boot",
					 (long long)dataset->runs[0].id, (long long)run->id, text);
		}
	}
	for (uint32_t arm = 0; arm < ARM_COUNT; arm++) {
		result = check_arm(dataset->plan, run, loading->arms[arm], error);
		if (result)
			return result;
	}
	result = loading->places ? 0 : choose_cells(loading);
	if (result)
		return result;
	loading->dropped = 0;
	loading->lost = 0;
	loading->result = 0;
	result = store_blocks_each(store, run->id, take_block, loading, error);
	if (result && loading->result) {
		error->exit_status = STATUS_STORE;
		return error_set(error, -loading->result,
				 "run %lld: a block's samples cannot be decoded; the store is damaged",
				 (long long)run->id);
	}
	if (!result)
		result = store_notes_each(store, run->id, take_note, dataset, error);
	if (!result)
		result = mark_run(dataset, run, loading);
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
	struct dataset *dataset = calloc(1, sizeof(*dataset));
	struct loading loading = { .dataset = dataset, .arms = { base, candidate } };
	int result = -ENOMEM;

	*out = NULL;
	if (!dataset)
		goto out;
	dataset->runs = calloc(run_count, sizeof(*dataset->runs));
	if (!dataset->runs)
		goto out;
	for (size_t i = 0; i < run_count; i++) {
		result = store_run_get(store, run_ids[i], &dataset->runs[i], error);
		if (result)
			goto out;
		dataset->run_count++;
		loading.boot = (uint32_t)i;
		result = load_run(store, &loading, &dataset->runs[i], error);
		if (result)
			goto out;
	}
	result = refuse_cells(dataset, force);
	if (result)
		goto out;
	name_arm(base, dataset->names[ARM_BASE], sizeof(dataset->names[0]));
	name_arm(candidate, dataset->names[ARM_CANDIDATE], sizeof(dataset->names[0]));
	dataset->input.base_name = dataset->names[ARM_BASE];
	dataset->input.candidate_name = dataset->names[ARM_CANDIDATE];
	dataset->input.boots = (uint32_t)run_count;
	dataset->input.seed = dataset->plan->seed;
	dataset->input.threshold = dataset->plan->threshold;
	dataset->input.threshold_p99 = dataset->plan->threshold_p99;
	dataset->input.false_discovery_rate = FALSE_DISCOVERY_RATE;
	dataset->input.clock_floor_ns = clock_floor_ns(dataset);
	if (dataset->input.clock_floor_ns > 0)
		result = add_line(&dataset->notes, &dataset->note_count,
				  "one reading of the clock costs %.0f ns: no smaller difference is "
				  "called a change",
				  dataset->input.clock_floor_ns);
out:
	free(loading.places);
	if (dataset) {
		dataset->input.blocks = loading.blocks;
		dataset->input.block_count = loading.block_count;
	}
	if (result) {
		if (result == -ENOMEM && !error->text[0])
			error_set(error, ENOMEM, "out of memory");
		dataset_free(dataset);
		return result;
	}
	*out = dataset;
	return 0;
}

static void free_lines(char **lines, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(lines[i]);
	free(lines);
}

void dataset_free(struct dataset *dataset)
{
	if (!dataset)
		return;
	/* The input is read-only to everyone else; here is its owner. */
	for (uint32_t i = 0; i < dataset->input.block_count; i++)
		samples_free((struct samples *)&dataset->input.blocks[i].samples);
	free((void *)dataset->input.blocks);
	free((void *)dataset->input.cells);
	free((void *)dataset->input.refusals);
	for (size_t i = 0; i < dataset->run_count; i++)
		store_run_free(&dataset->runs[i]);
	free(dataset->runs);
	plan_free(dataset->plan);
	free_lines(dataset->marks, dataset->mark_count);
	free_lines(dataset->notes, dataset->note_count);
	free(dataset);
}
