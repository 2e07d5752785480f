// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What can stand in a configuration: its sections and their keys, as tables.
 */
#include "plan/config_internal.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "hmmbench_uapi.h"

/* ---- what can stand in a file ---- */

#define PLAN(member)  offsetof(struct plan_section, member)
#define VM(member)    offsetof(struct vm_section, member)
#define CELLS(member) offsetof(struct cells_section, member)

static const struct config_key plan_keys[] = {
	{ "name", config_parse_name, PLAN(name), 0, 0, NULL },
	{ "seed", config_parse_number, PLAN(seed), 0, INT64_MAX, NULL },
	{ "strategies", config_parse_names, PLAN(strategies), 0, 0, strategy_names },
	{ "quartets", config_parse_number, PLAN(quartets), 1, CONFIG_QUARTETS_MAX, NULL },
	{ "operations", config_parse_number, PLAN(operations), 1, CONFIG_OPERATIONS_MAX, NULL },
	{ "warmup", config_parse_percent, PLAN(warmup), 0, 500, NULL },
	{ "threshold", config_parse_percent, PLAN(threshold), 1, 1000, NULL },
	{ "threshold-p99", config_parse_percent, PLAN(threshold_p99), 1, 1000, NULL },
	{ "calibration-age", config_parse_days, PLAN(calibration_days), 1,
	  CONFIG_CALIBRATION_DAYS_MAX, NULL },
	{ "unrecorded", config_parse_yes_no, PLAN(unrecorded), 0, 0, NULL },
	{ "detailed", config_parse_yes_no, PLAN(detailed), 0, 0, NULL },
	{ NULL, NULL, 0, 0, 0, NULL },
};

static const struct config_key vm_keys[] = {
	{ "nodes", config_parse_number, VM(nodes), 1, CONFIG_VM_NODES_MAX, NULL },
	{ "cpus", config_parse_node_numbers, VM(cpus), 1, CONFIG_VM_CPUS_MAX, NULL },
	{ "memory", config_parse_node_bytes, VM(memory), CONFIG_VM_NODE_BYTES_MIN,
	  CONFIG_VM_BYTES_MAX, NULL },
	{ "distances", config_parse_distances, VM(distances), CONFIG_VM_DISTANCE_MIN,
	  CONFIG_VM_DISTANCE_MAX, NULL },
	{ "quiet-limit", config_parse_seconds, VM(quiet_limit_s), 1, CONFIG_LIMIT_S_MAX, NULL },
	{ "total-limit", config_parse_seconds, VM(total_limit_s), 1, CONFIG_LIMIT_S_MAX, NULL },
	{ NULL, NULL, 0, 0, 0, NULL },
};

static const struct config_key cells_keys[] = {
	{ "workload", config_parse_names, CELLS(workload), 0, 0, workload_names },
	{ "core", config_parse_names, CELLS(core), 0, 0, core_names },
	{ "profile", config_parse_profiles, CELLS(profile), 0, 0, profile_names },
	{ "mirrors", config_parse_numbers, CELLS(mirrors), 0, HMMBENCH_MIRRORS_MAX, NULL },
	{ "layout", config_parse_layouts, CELLS(layout), 0, 0, NULL },
	{ "threads", config_parse_numbers, CELLS(threads), 1, CELL_THREADS_MAX, NULL },
	{ "processes", config_parse_numbers, CELLS(processes), 1, CELL_PROCESSES_MAX, NULL },
	{ "memory", config_parse_sizes, CELLS(memory), 0, CELL_MEMORY_MAX, NULL },
	{ "quartets", config_parse_number, CELLS(quartets), 1, CONFIG_QUARTETS_MAX, NULL },
	{ "operations", config_parse_number, CELLS(operations), 1, CONFIG_OPERATIONS_MAX, NULL },
	{ "record-every", config_parse_number, CELLS(record_every), 1, CONFIG_RECORD_EVERY_MAX,
	  NULL },
	{ NULL, NULL, 0, 0, 0, NULL },
};

static const char sections_known[] = "a section is [plan], [vm] or [cells NAME]";

unsigned int config_key_line(const struct config_reader *reader,
			     const struct config_section *section, const char *key)
{
	for (uint32_t i = 0; section->line && section->keys[i].name; i++)
		if (!strcmp(section->keys[i].name, key) && section->key_line[i])
			return section->key_line[i];
	return section->line ? section->line : reader->line;
}

/* ---- sections ---- */

static int begin_section(struct config_reader *reader, struct config_section *section,
			 const struct config_key *keys, const char *title)
{
	if (section->line)
		return config_error(reader, reader->line,
				    "a second %s; the first is in line %u, keep one", title,
				    section->line);
	section->keys = keys;
	section->line = reader->line;
	snprintf(section->title, sizeof(section->title), "%s", title);
	reader->section = section;
	return 0;
}

static int begin_cells(struct config_reader *reader, const char *name)
{
	struct cells_section *cells, **array;
	char title[PLAN_NAME_MAX + 16];

	if (!plan_name_is_valid(name))
		return config_error(reader, reader->line,
				    "[cells %.60s] has no name that can be used; [cells NAME] with "
				    "1 to %d characters of a-z, 0-9 and -",
				    name, PLAN_NAME_MAX);
	snprintf(title, sizeof(title), "[cells %.*s]", PLAN_NAME_MAX, name);
	for (uint32_t i = 0; i < reader->cells_count; i++)
		if (!strcmp(reader->cells[i]->section.title, title))
			return begin_section(reader, &reader->cells[i]->section, cells_keys, title);
	if (reader->cells_count == CONFIG_SECTIONS_MAX)
		return config_error(reader, reader->line, "more than %d [cells] sections",
				    CONFIG_SECTIONS_MAX);
	array = reallocarray(reader->cells, reader->cells_count + 1, sizeof(*array));
	if (array)
		reader->cells = array;
	cells = calloc(1, sizeof(*cells));
	if (!array || !cells) {
		free(cells);
		return reader->result = error_out_of_memory(reader->error);
	}
	reader->cells[reader->cells_count++] = cells;
	return begin_section(reader, &cells->section, cells_keys, title);
}

/* A section without keys says nothing, and is more likely a mistake. */
int config_end_section(struct config_reader *reader)
{
	const struct config_section *section = reader->section;

	for (uint32_t i = 0; section && section->keys[i].name; i++)
		if (section->key_line[i])
			return 0;
	if (!section)
		return 0;
	return config_error(reader, section->line, "%s is empty; give it keys or take it out",
			    section->title);
}

static const char *next_section(const void *names, uint32_t index)
{
	(void)names;
	return (const char *const[]){ "plan", "vm", "cells NAME", NULL }[index];
}

/* "[plan]" or "[cells NAME]", and behind it nothing but a comment. */
int config_read_section(struct config_reader *reader, const char *text)
{
	const char *close = strchr(text, ']'), *behind;
	char title[256], suggestion[100];

	if (!close)
		return config_error(reader, reader->line, "'%.60s' has no ']'; %s", text,
				    sections_known);
	behind = close + 1 + strspn(close + 1, " \t");
	if (*behind && *behind != ';' && *behind != '#')
		return config_error(reader, reader->line,
				    "'%.60s' behind the section's name; a line of its own for each "
				    "key",
				    behind);
	if (config_end_section(reader))
		return reader->result;
	snprintf(title, sizeof(title), "%.*s", (int)(close - text - 1), text + 1);
	if (!strcmp(title, "plan"))
		return begin_section(reader, &reader->plan.section, plan_keys, "[plan]");
	if (!strcmp(title, "vm"))
		return begin_section(reader, &reader->vm.section, vm_keys, "[vm]");
	if (!strcmp(title, "cells"))
		return config_error(reader, reader->line, "[cells] has no name; [cells NAME]");
	if (!strncmp(title, "cells ", 6))
		return begin_cells(reader, title + 6);
	config_suggest(title, next_section, NULL, suggestion, sizeof(suggestion));
	return config_error(reader, reader->line, "unknown section [%.60s]; %s", title,
			    strchr(suggestion, '?') ? suggestion : sections_known);
}

/* ---- keys ---- */

static const char *next_key(const void *names, uint32_t index)
{
	return ((const struct config_key *)names)[index].name;
}

int config_read_key(struct config_reader *reader, const char *name, const char *value)
{
	struct config_section *section = reader->section;
	const struct config_key *key;
	char suggestion[400];
	uint32_t index = 0;

	if (!section)
		return config_error(reader, reader->line, "key '%.60s' before any section; %s",
				    name, sections_known);
	while (section->keys[index].name && strcmp(section->keys[index].name, name))
		index++;
	key = &section->keys[index];
	if (!key->name) {
		config_suggest(name, next_key, section->keys, suggestion, sizeof(suggestion));
		return config_error(reader, reader->line, "unknown key '%.60s' in %s; %s", name,
				    section->title, suggestion);
	}
	if (section->key_line[index])
		return config_error(reader, reader->line,
				    "a second '%s' in %s; the first is in line %u, keep one", name,
				    section->title, section->key_line[index]);
	if (!*value)
		return config_error(reader, reader->line,
				    "'%s' has no value; '%s = VALUE', or take the line out", name,
				    name);
	section->key_line[index] = reader->line;
	return key->parse(reader, key, value, (char *)section + key->offset);
}
