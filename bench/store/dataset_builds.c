// SPDX-License-Identifier: GPL-2.0-or-later
/* Two kernel builds, each boot a run of one of them: cells and samples. */
#include "store/dataset_building.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"

/* ---- which cells ---- */

static uint32_t strategy_of(const struct cell *cell, uint32_t strategy)
{
	return cell->workload == WORKLOAD_CONTROL ? COMPARISON_ANY_STRATEGY : strategy;
}

static bool find_entry(const struct building *building, const struct cell *cell, uint32_t strategy,
		       uint32_t *found)
{
	for (*found = 0; *found < building->entry_count; ++*found)
		if (building->entries[*found].strategy == strategy &&
		    cell_equal(&building->entries[*found].cell, cell))
			return true;
	return false;
}

static int add_entry(struct building *building, const struct cell *cell, uint32_t strategy)
{
	uint32_t found;

	strategy = strategy_of(cell, strategy);
	if (find_entry(building, cell, strategy, &found))
		return 0;
	if (building->entry_count == building->entry_room) {
		uint32_t room = building->entry_room ? 2 * building->entry_room : 64;
		struct entry *grown = reallocarray(building->entries, room, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		building->entries = grown;
		building->entry_room = room;
	}
	building->entries[building->entry_count++] = (struct entry){ .cell = *cell,
								     .strategy = strategy };
	return 0;
}

static int add_plan_entries(struct building *building, const struct plan *plan)
{
	int ret = 0;

	for (uint32_t cell = 0; cell < plan->cell_count; cell++) {
		uint32_t count;
		const uint32_t *strategies = plan_strategies(plan, cell, &count);

		for (uint32_t i = 0; i < count && !ret; i++)
			ret = add_entry(building, &plan->cells[cell], strategies[i]);
	}
	return ret;
}

static bool place_in_build(const struct dataset_loading *loading, const struct plan_block *block,
			   struct block_place *place)
{
	const struct building *building = loading->context;
	const struct plan *plan = building->plans[loading->boot];
	const struct cell *cell = &plan->cells[block->cell];

	if (block->unrecorded)
		return false;
	place->arm = building->arm[loading->boot];
	return find_entry(building, cell, strategy_of(cell, block->strategy), &place->cell);
}

static void name_entry(const struct entry *entry, char *text, size_t bytes)
{
	char name[CELL_NAME_BYTES];

	cell_name(&entry->cell, name);
	if (entry->strategy == COMPARISON_ANY_STRATEGY)
		snprintf(text, bytes, "%s", name);
	else
		snprintf(text, bytes, "%s (strategy %s)", name,
			 strategy_name(entry->strategy));
}

static int note_left_out(struct building *building, const struct entry *entry)
{
	struct dataset *dataset = building->dataset;
	char name[CELL_NAME_BYTES + 40];

	name_entry(entry, name, sizeof(name));
	if (!entry->measured[ARM_BASE] && !entry->measured[ARM_CANDIDATE])
		return dataset_add_line(&dataset->notes, &dataset->note_count,
					"%s: neither build has samples of it", name);
	return dataset_add_line(&dataset->notes, &dataset->note_count,
				"%s: only %s has it, it is not compared", name,
				dataset->names[entry->measured[ARM_BASE] ? ARM_BASE :
								       ARM_CANDIDATE]);
}

/* Blocks of cells that are left out are dropped, the others get their cell's new number. */
static void renumber_blocks(struct building *building, const uint32_t *number)
{
	struct dataset_loading *loading = &building->loading;
	uint32_t kept = 0;

	for (uint32_t i = 0; i < loading->blocks.count; i++) {
		struct comparison_block *block = &loading->blocks.blocks[i];

		if (number[block->cell] == UINT32_MAX)
			continue;
		block->cell = number[block->cell];
		loading->blocks.blocks[kept++] = *block;
	}
	loading->blocks.count = kept;
}

/* The cells that both builds have become the input's. */
static int keep_common(struct building *building)
{
	const uint32_t count = building->entry_count;
	struct comparison_input *input = &building->dataset->input;
	struct cell *cells = calloc(count + 1, sizeof(*cells));
	uint32_t *strategies = calloc(count + 1, sizeof(*strategies));
	uint32_t *number = calloc(count + 1, sizeof(*number));
	int ret = cells && strategies && number ? 0 : -ENOMEM;

	input->cells = cells;
	input->strategies = strategies;
	for (uint32_t i = 0; i < building->loading.blocks.count && !ret; i++) {
		const struct comparison_block *block = &building->loading.blocks.blocks[i];

		if (!block->warmup && block->samples.rows)
			building->entries[block->cell].measured[block->arm] = true;
	}
	for (uint32_t i = 0; i < count && !ret; i++) {
		const struct entry *entry = &building->entries[i];

		number[i] = UINT32_MAX;
		if (!entry->measured[ARM_BASE] || !entry->measured[ARM_CANDIDATE]) {
			ret = note_left_out(building, entry);
			continue;
		}
		number[i] = input->cell_count;
		cells[input->cell_count] = entry->cell;
		strategies[input->cell_count++] = entry->strategy;
	}
	if (!ret)
		renumber_blocks(building, number);
	free(number);
	return ret;
}

/* Names a cell that each of them has: often it is the core, or a configuration. */
static int nothing_in_common(const struct building *building, struct error *error)
{
	char names[ARM_COUNT][CELL_NAME_BYTES + 40] = { "none", "none" };

	for (uint32_t i = building->entry_count; i-- > 0;)
		for (size_t arm = 0; arm < ARM_COUNT; arm++)
			if (building->entries[i].measured[arm])
				name_entry(&building->entries[i], names[arm], sizeof(names[arm]));
	error->exit_status = STATUS_NOT_COMPARABLE;
	return error_set(error, EXDEV,
			 "not comparable: %s and %s have samples of no cell in common; the first "
			 "has %s, the second %s",
			 building->dataset->names[ARM_BASE],
			 building->dataset->names[ARM_CANDIDATE], names[ARM_BASE],
			 names[ARM_CANDIDATE]);
}

static int load(struct building *building, struct store *store,
		const struct dataset_side *const sides[ARM_COUNT], struct error *error)
{
	struct dataset *dataset = building->dataset;
	int ret = building_find_runs(building, store, sides, error);

	for (size_t i = 0; i < dataset->run_count && !ret; i++)
		ret = add_plan_entries(building, building->plans[i]);
	for (size_t i = 0; i < dataset->run_count && !ret; i++) {
		building->loading.boot = (uint32_t)i;
		ret = dataset_read_run(store, &building->loading, error);
	}
	if (!ret)
		ret = keep_common(building);
	if (!ret && !dataset->input.cell_count)
		ret = nothing_in_common(building, error);
	if (ret)
		return ret;
	dataset->plan = building->plans[0];
	building->plans[0] = NULL;
	dataset->input.design = DESIGN_BUILDS;
	dataset->input.exact = dataset->plan->clock == PLAN_CLOCK_VIRTUAL;
	ret = dataset_mark_runs(dataset);
	if (!ret)
		ret = dataset_refuse_cells(dataset, building->force);
	return ret ? ret : dataset_fill_input(dataset);
}

int dataset_load_builds(struct store *store, const struct dataset_side *base,
			const struct dataset_side *candidate, bool force,
			struct dataset **out, struct error *error)
{
	const struct dataset_side *const sides[ARM_COUNT] = { base, candidate };
	const size_t count = base->run_count + candidate->run_count;
	struct building building = {
		.dataset = dataset_new(count), .force = force, .stored = base->stored,
		.same_build = base->same_build,
	};
	int ret = -ENOMEM;

	*out = NULL;
	building.loading = (struct dataset_loading){
		.place = place_in_build, .context = &building,
	};
	dataset_begin(&building.loading, building.dataset);
	building.plans = calloc(count + 1, sizeof(*building.plans));
	building.arm = calloc(count + 1, sizeof(*building.arm));
	building.boots = calloc(count + 1, sizeof(*building.boots));
	if (building.dataset && building.plans && building.arm && building.boots)
		ret = load(&building, store, sides, error);
	if (building.dataset)
		building.dataset->input.boot = building.boots;
	else
		free(building.boots);
	for (size_t i = 0; building.plans && i < count; i++)
		plan_free(building.plans[i]);
	free(building.plans);
	free(building.arm);
	free(building.entries);
	return dataset_finish(&building.loading, ret, out, error);
}
