// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/cell_parts.h"

#include <string.h>

const char *const cell_part_names[PART_COUNT] = {
	[PART_NAME] = "cell",	      [PART_WORKLOAD] = "workload",
	[PART_CORE] = "core",	      [PART_STRATEGY] = "strategy",
	[PART_PROFILE] = "profile",   [PART_MIRRORS] = "mirrors",
	[PART_LAYOUT] = "layout",     [PART_THREADS] = "threads",
	[PART_PROCESSES] = "processes", [PART_MEMORY] = "memory",
};

/* In words: the most telling first. */
static const enum cell_part words_order[] = {
	PART_NAME,    PART_WORKLOAD, PART_STRATEGY,  PART_MIRRORS, PART_PROFILE, PART_LAYOUT,
	PART_THREADS, PART_PROCESSES, PART_MEMORY,   PART_CORE,
};

const char *cell_workload(const struct cell *cell)
{
	return cell->name ? "samples" : name_of(workload_names, cell->workload);
}

static bool has_part(const struct cell *cell, enum cell_part part)
{
	return (cell->name != NULL) == (part == PART_NAME);
}

bool cell_part_is_number(enum cell_part part)
{
	return part == PART_MIRRORS || part == PART_THREADS || part == PART_PROCESSES ||
	       part == PART_MEMORY;
}

/* COMPARISON_ANY_STRATEGY also where strategies are what is compared. */
static uint32_t strategy_of(const struct comparison_input *input, uint32_t cell)
{
	return input->strategies ? input->strategies[cell] : COMPARISON_ANY_STRATEGY;
}

void cell_part_value(const struct comparison_input *input, uint32_t number, enum cell_part part,
		     char *text, size_t bytes)
{
	const struct cell *cell = &input->cells[number];
	const uint32_t strategy = strategy_of(input, number);

	switch (part) {
	case PART_NAME:
		snprintf(text, bytes, "%s", cell->name ? cell->name : "");
		break;
	case PART_WORKLOAD:
		snprintf(text, bytes, "%s", cell_workload(cell));
		break;
	case PART_CORE:
		snprintf(text, bytes, "%s", name_of(core_names, cell->core));
		break;
	case PART_STRATEGY:
		snprintf(text, bytes, "%s", strategy == COMPARISON_ANY_STRATEGY ?
			 "-" : strategy_name(strategy));
		break;
	case PART_PROFILE:
		cell_profile_name(cell, text, bytes);
		break;
	case PART_MIRRORS:
		snprintf(text, bytes, "%u", cell->mirrors);
		break;
	case PART_LAYOUT:
		cell_layout_name(cell, text, bytes);
		break;
	case PART_THREADS:
		snprintf(text, bytes, "%u", cell->threads);
		break;
	case PART_PROCESSES:
		snprintf(text, bytes, "%u", cell->processes);
		break;
	case PART_MEMORY:
		bytes_name(cell->memory_bytes, text, bytes);
		break;
	case PART_COUNT:
		snprintf(text, bytes, "?");
		break;
	}
}

enum cell_part cell_part_of_sweep(enum sweep_part part)
{
	static const enum cell_part parts[SWEEP_PART_COUNT] = {
		[SWEEP_MIRRORS] = PART_MIRRORS, [SWEEP_THREADS] = PART_THREADS,
		[SWEEP_PROCESSES] = PART_PROCESSES, [SWEEP_MEMORY] = PART_MEMORY,
	};

	return parts[part];
}

uint32_t cell_parts_differ(const struct comparison_input *input, uint32_t a, uint32_t b)
{
	const struct cell *one = &input->cells[a], *other = &input->cells[b];
	uint32_t mask = 0;

	if (strcmp(one->name ? one->name : "", other->name ? other->name : ""))
		mask |= PART_BIT(PART_NAME);
	if (one->workload != other->workload)
		mask |= PART_BIT(PART_WORKLOAD);
	if (one->core != other->core)
		mask |= PART_BIT(PART_CORE);
	if (strategy_of(input, a) != strategy_of(input, b))
		mask |= PART_BIT(PART_STRATEGY);
	if (one->profile != other->profile || one->profile_ns != other->profile_ns)
		mask |= PART_BIT(PART_PROFILE);
	if (one->mirrors != other->mirrors)
		mask |= PART_BIT(PART_MIRRORS);
	if (!cell_layout_equal(one, other))
		mask |= PART_BIT(PART_LAYOUT);
	if (one->threads != other->threads)
		mask |= PART_BIT(PART_THREADS);
	if (one->processes != other->processes)
		mask |= PART_BIT(PART_PROCESSES);
	if (one->memory_bytes != other->memory_bytes)
		mask |= PART_BIT(PART_MEMORY);
	return mask;
}

uint32_t report_parts_varying(const struct report *report)
{
	const struct comparison *comparison = report->comparison;
	uint32_t mask = 0;

	for (uint32_t i = 1; i < comparison->result_count; i++)
		mask |= cell_parts_differ(report->input, comparison->results[0].cell,
					  comparison->results[i].cell);
	return mask;
}

static void write_part(FILE *file, const struct comparison_input *input, uint32_t cell,
		       enum cell_part part)
{
	char value[CELL_NAME_BYTES];

	cell_part_value(input, cell, part, value, sizeof(value));
	if (part == PART_STRATEGY)
		fputs("strategy ", file);
	fputs(value, file);
	if (part == PART_MEMORY)
		fputs(" memory", file);
	else if (part == PART_CORE)
		fputs(" core", file);
	else if (cell_part_is_number(part))
		fprintf(file, " %.*s",
			(int)strlen(cell_part_names[part]) - (strcmp(value, "1")       ? 0
							      : part == PART_PROCESSES ? 2
										       : 1),
			cell_part_names[part]);
}

void cell_words(FILE *file, const struct comparison_input *input, uint32_t cell, uint32_t mask)
{
	const char *between = "";

	if (strategy_of(input, cell) == COMPARISON_ANY_STRATEGY)
		mask &= ~PART_BIT(PART_STRATEGY);
	for (size_t i = 0; i < PART_COUNT; i++) {
		if (!(mask & PART_BIT(words_order[i])) ||
		    !has_part(&input->cells[cell], words_order[i]))
			continue;
		fputs(between, file);
		write_part(file, input, cell, words_order[i]);
		between = ", ";
	}
}

void cell_words_text(const struct comparison_input *input, uint32_t cell, uint32_t mask,
		     char *text, size_t bytes)
{
	FILE *file = fmemopen(text, bytes, "w");

	text[0] = '\0';
	if (!file)
		return;
	cell_words(file, input, cell, mask);
	fclose(file);
	text[bytes - 1] = '\0';
}
