// SPDX-License-Identifier: GPL-2.0-or-later
/* The layouts of a section: their names, and the pairs of nodes that a matrix stands for. */
#include "plan/config_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The word for every pair of nodes; a single one is matrix:CPU-NODE:MEMORY-NODE. */
static bool is_whole_matrix(const struct cell *layout)
{
	return layout->layout == LAYOUT_COUNT;
}

static int layouts_add(struct config_reader *reader, struct config_layouts *layouts,
		       const struct cell *layout)
{
	char name[CELL_LAYOUT_BYTES];
	struct cell *larger;

	for (uint32_t i = 0; i < layouts->count; i++) {
		if (!cell_layout_equal(&layouts->entries[i], layout))
			continue;
		cell_layout_name(layout, name, sizeof(name));
		return config_error(reader, layouts->line,
				    "layout: '%s' gives an entry that the list has already; give "
				    "each once",
				    is_whole_matrix(layout) ? "matrix" : name);
	}
	if (layouts->count == CONFIG_CELLS_MAX)
		return config_error(reader, layouts->line, "layout: more than %d entries",
				    CONFIG_CELLS_MAX);
	larger = reallocarray(layouts->entries, layouts->count + 1, sizeof(*larger));
	if (!larger)
		return reader->result = error_out_of_memory(reader->error);
	layouts->entries = larger;
	larger[layouts->count++] = *layout;
	return 0;
}

/* ---- reading ---- */

static const char *next_layout(const void *names, uint32_t index)
{
	return ((const struct name_table *)names)[index].name;
}

static int refuse(struct config_reader *reader, const char *text, int reason)
{
	char remedy[300];

	switch (reason) {
	case -ENOENT:
		config_suggest(text, next_layout, layout_names, remedy, sizeof(remedy));
		return config_error(reader, reader->line, "layout: '%s' is not known; %s%s", text,
				    remedy, config_comment_hint(text));
	case -ERANGE:
		return config_error(reader, reader->line,
				    "layout: '%s' has a number out of range; CPUs 0 to %u, nodes 0 "
				    "to %u",
				    text, CELL_CPU_MAX, CELL_NODE_MAX);
	case -EEXIST:
		return config_error(reader, reader->line,
				    "layout: '%s' names a CPU or a node twice; each once", text);
	case -E2BIG:
		return config_error(reader, reader->line,
				    "layout: '%s' is too long; at most %u CPUs and %u characters "
				    "with ranges written as FROM-TO",
				    text, CELL_LIST_CPUS_MAX, CELL_LIST_BYTES - 1);
	default:
		return config_error(reader, reader->line,
				    "layout: '%s' is not one; matrix, matrix:CPU-NODE:MEMORY-NODE "
				    "and list:CPUS:MIRROR-NODES:PAGE-NODES with numbers and ranges "
				    "like 4+0-2, others without numbers%s",
				    text, config_comment_hint(text));
	}
}

static int layout_entry(struct config_reader *reader, const struct config_key *key,
			const char *text, void *to)
{
	struct config_layouts *layouts = to;
	struct cell layout = { 0 };
	int err = 0;

	(void)key;
	layouts->line = reader->line;
	if (!strcmp(text, name_of(layout_names, LAYOUT_MATRIX)))
		layout.layout = LAYOUT_COUNT;
	else
		err = cell_layout_parse(text, &layout);
	return err ? refuse(reader, text, err) : layouts_add(reader, layouts, &layout);
}

int config_parse_layouts(struct config_reader *reader, const struct config_key *key,
			 const char *text, void *to)
{
	return config_parse_list(reader, key, text, to, layout_entry);
}

/* ---- every pair of nodes ---- */

int config_complete_layouts(struct config_reader *reader, struct config_layouts *layouts)
{
	static const struct cell same_node = { .layout = LAYOUT_SAME_NODE };
	const struct config_layouts given = *layouts;
	struct cell pair = { .layout = LAYOUT_MATRIX };
	int err = 0;

	if (!given.count)
		return layouts_add(reader, layouts, &same_node);
	*layouts = (struct config_layouts){ .line = given.line };
	for (uint32_t i = 0; i < given.count && !err; i++) {
		if (!is_whole_matrix(&given.entries[i])) {
			err = layouts_add(reader, layouts, &given.entries[i]);
			continue;
		}
		for (pair.cpu_node = 0; pair.cpu_node < reader->nodes && !err; pair.cpu_node++)
			for (pair.memory_node = 0; pair.memory_node < reader->nodes && !err;
			     pair.memory_node++)
				err = layouts_add(reader, layouts, &pair);
	}
	free(given.entries);
	return err;
}
