// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From sections to cells: the product of each section's lists, and whether every cell
 * can run at all. What only the machine can tell (its nodes, its memory) the agent tells.
 */
#include "plan/config_internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "hmmbench_uapi.h"

/* ---- one section ---- */

static const struct cells_section *section_at(const struct config_reader *reader, unsigned int line)
{
	for (uint32_t i = 0; i < reader->cells_count; i++)
		if (reader->cells[i]->section.line == line)
			return reader->cells[i];
	return NULL;
}

static int add_cell(struct config_reader *reader, const struct cells_section *section,
		    const struct cell *cell)
{
	struct config *config = reader->config;
	struct config_cell *added = &config->cells[config->cell_count];
	const struct cells_section *other;
	char name[CELL_NAME_BYTES];
	int err = config_check_cell(reader, section, cell);

	if (err)
		return err;
	for (uint32_t i = 0; i < config->cell_count; i++) {
		if (!cell_equal(&config->cells[i].cell, cell))
			continue;
		cell_name(cell, name);
		other = section_at(reader, config->cells[i].line);
		return config_error(reader, section->section.line,
				    "%s makes the cell %s, which %s in line %u makes already; take "
				    "it out of one",
				    section->section.title, name, other->section.title,
				    other->section.line);
	}
	added->cell = *cell;
	added->quartets = (uint32_t)(section->quartets ? section->quartets : reader->plan.quartets);
	added->operations = (uint32_t)(section->operations ? section->operations
							   : reader->plan.operations);
	added->record_every = section->record_every ? (uint32_t)section->record_every
						    : config_record_every(cell);
	added->line = section->section.line;
	config->cell_count++;
	return 0;
}

static void default_entry(struct config_list *list, uint64_t value)
{
	if (list->count)
		return;
	list->entries[0] = (struct config_entry){ .value = value };
	list->count = 1;
}

/* Mirrors have a default where no workload of the section can have any. */
static bool needs_mirrors(const struct cells_section *section)
{
	for (uint32_t i = 0; i < section->workload.count; i++)
		if (config_workload_has_mirrors((uint32_t)section->workload.entries[i].value))
			return true;
	return false;
}

static int complete_section(struct config_reader *reader, struct cells_section *section)
{
	char known[200];

	if (!section->workload.count) {
		name_list(workload_names, known, sizeof(known));
		return config_error(reader, section->section.line, "%s has no workload; one of %s",
				    section->section.title, known);
	}
	if (!section->mirrors.count && needs_mirrors(section))
		return config_error(reader, section->section.line,
				    "%s has no mirrors; mirrors = 1 to %d, or a list",
				    section->section.title, HMMBENCH_MIRRORS_MAX);
	default_entry(&section->core, HMMBENCH_CORE_BUNDLED);
	default_entry(&section->profile, HMMBENCH_PROFILE_EMPTY);
	default_entry(&section->mirrors, 0);
	default_entry(&section->threads, 1);
	default_entry(&section->processes, 1);
	default_entry(&section->memory, UINT64_C(4) << 20);
	return config_complete_layouts(reader, &section->layout);
}

/* What a section's cells run through; the last dimension runs fastest. */
enum dimension {
	BY_WORKLOAD,
	BY_CORE,
	BY_PROFILE,
	BY_LAYOUT,
	BY_THREADS,
	BY_PROCESSES,
	BY_MEMORY,
	BY_MIRRORS,
	DIMENSIONS
};

static void measure_section(const struct cells_section *section, uint32_t counts[DIMENSIONS])
{
	counts[BY_WORKLOAD] = section->workload.count;
	counts[BY_CORE] = section->core.count;
	counts[BY_PROFILE] = section->profile.count;
	counts[BY_LAYOUT] = section->layout.count;
	counts[BY_THREADS] = section->threads.count;
	counts[BY_PROCESSES] = section->processes.count;
	counts[BY_MEMORY] = section->memory.count;
	counts[BY_MIRRORS] = section->mirrors.count;
}

static struct cell cell_at(const struct cells_section *section, const uint32_t at[DIMENSIONS])
{
	const struct config_entry *profile = &section->profile.entries[at[BY_PROFILE]];
	struct cell cell = section->layout.entries[at[BY_LAYOUT]];

	cell.workload = (uint32_t)section->workload.entries[at[BY_WORKLOAD]].value;
	cell.core = (uint32_t)section->core.entries[at[BY_CORE]].value;
	cell.profile = (uint32_t)profile->value;
	cell.profile_ns = profile->ns;
	cell.threads = (uint32_t)section->threads.entries[at[BY_THREADS]].value;
	cell.processes = (uint32_t)section->processes.entries[at[BY_PROCESSES]].value;
	cell.memory_bytes = section->memory.entries[at[BY_MEMORY]].value;
	cell.mirrors = (uint32_t)section->mirrors.entries[at[BY_MIRRORS]].value;
	return cell;
}

/* The product of the lists. */
static int expand_section(struct config_reader *reader, struct cells_section *section)
{
	struct config *config = reader->config;
	uint32_t counts[DIMENSIONS], at[DIMENSIONS] = { 0 };
	struct cell cell;
	uint64_t count = 1;
	int dimension, err;

	measure_section(section, counts);
	for (int i = 0; i < DIMENSIONS && count <= CONFIG_CELLS_MAX; i++)
		count *= counts[i];
	if (count > CONFIG_CELLS_MAX - config->cell_count)
		return config_error(reader, section->section.line,
				    "%s makes more than %u cells; a configuration has at most %d",
				    section->section.title, CONFIG_CELLS_MAX - config->cell_count,
				    CONFIG_CELLS_MAX);
	do {
		cell = cell_at(section, at);
		err = add_cell(reader, section, &cell);
		if (err)
			return err;
		for (dimension = DIMENSIONS - 1; dimension >= 0; dimension--) {
			if (++at[dimension] < counts[dimension])
				break;
			at[dimension] = 0;
		}
	} while (dimension >= 0);
	return 0;
}

/* ---- the whole ---- */

static int check_plan(struct config_reader *reader)
{
	const struct plan_section *plan = &reader->plan;
	struct config *config = reader->config;

	if (!plan->section.line)
		return config_error(
			reader, reader->line ? reader->line : 1,
			"the file ends without a [plan]; begin with [plan] and its name");
	if (!plan->name[0])
		return config_error(reader, plan->section.line, "[plan] has no name; name = NAME");
	strcpy(config->name, plan->name);
	config->seed = plan->seed;
	config->warmup = plan->warmup;
	config->threshold = plan->threshold;
	config->threshold_p99 = plan->threshold_p99;
	config->calibration_days = (uint32_t)plan->calibration_days;
	config->unrecorded = plan->unrecorded;
	config->detailed = plan->detailed;
	return 0;
}

static int check_strategies(struct config_reader *reader)
{
	struct config_list *list = &reader->plan.strategies;
	struct config *config = reader->config;
	char known[200];

	if (!list->line) {
		list->entries[0].value = HMMBENCH_STRATEGY_WRITE;
		list->entries[1].value = HMMBENCH_STRATEGY_READ;
		list->count = 2;
	}
	if (list->count < 2 || list->count > CONFIG_STRATEGIES_MAX) {
		name_list(strategy_names, known, sizeof(known));
		return config_error(reader, list->line,
				    "strategies: %u given; 2 to %d of %s, the first is the base",
				    list->count, CONFIG_STRATEGIES_MAX, known);
	}
	for (uint32_t i = 0; i < list->count; i++)
		config->strategies[i] = (uint32_t)list->entries[i].value;
	config->strategy_count = list->count;
	return 0;
}

/* Warm-up is not measured: something must be left behind it. */
static int check_quartets(struct config_reader *reader, const struct cells_section *section)
{
	uint64_t quartets = section->quartets ? section->quartets : reader->plan.quartets;
	const struct config_section *given = section->quartets ? &section->section
							       : &reader->plan.section;

	if (plan_warmup_quartets((uint32_t)quartets, reader->plan.warmup) < quartets)
		return 0;
	return config_error(reader, config_key_line(reader, given, "quartets"),
			    "quartets = %" PRIu64 " leaves nothing behind the warm-up in %s; "
			    "quartets of 2 or more, or warmup = 0%%",
			    quartets, section->section.title);
}

int config_check(struct config_reader *reader)
{
	int err;

	err = check_plan(reader);
	if (!err)
		err = check_strategies(reader);
	if (!err)
		err = config_check_machine(reader);
	if (err)
		return err;
	if (!reader->nodes)
		reader->nodes = reader->config->vm.nodes;
	if (!reader->cells_count)
		return config_error(reader, reader->line,
				    "the file ends without cells; add a [cells NAME] section");
	reader->config->cells = calloc(CONFIG_CELLS_MAX, sizeof(*reader->config->cells));
	if (!reader->config->cells)
		return error_out_of_memory(reader->error);
	for (uint32_t i = 0; i < reader->cells_count && !err; i++) {
		err = complete_section(reader, reader->cells[i]);
		if (!err)
			err = check_quartets(reader, reader->cells[i]);
		if (!err)
			err = expand_section(reader, reader->cells[i]);
	}
	return err;
}
