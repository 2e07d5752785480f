/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A cell in parts: tables make a column of each part that differs between the cells
 * shown, and say the others once. Where builds are compared the strategy is a part too.
 */
#ifndef HMMBENCH_CELL_PARTS_H
#define HMMBENCH_CELL_PARTS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "common/cell.h"
#include "report/report.h"

enum cell_part {
	PART_NAME,		/* of a cell from elsewhere, which has no other part */
	PART_WORKLOAD,
	PART_CORE,
	PART_STRATEGY,
	PART_PROFILE,
	PART_MIRRORS,
	PART_LAYOUT,
	PART_THREADS,
	PART_PROCESSES,
	PART_MEMORY,
	PART_COUNT
};

#define PART_BIT(part) (1u << (part))
#define PARTS_ALL ((1u << PART_COUNT) - 1)

/* "exit"; of a cell from elsewhere "samples". */
const char *cell_workload(const struct cell *cell);

extern const char *const cell_part_names[PART_COUNT];	/* headings: "mirrors" */
bool cell_part_is_number(enum cell_part part);

/* "1024", "delay:2000", "4M" of input->cells[cell]; "-" for a strategy that it has none of. */
void cell_part_value(const struct comparison_input *input, uint32_t cell, enum cell_part part,
		     char *text, size_t bytes);

/* The part that a sweep grows in. */
enum cell_part cell_part_of_sweep(enum sweep_part part);

/* The parts in which two cells differ, as PART_BITs. */
uint32_t cell_parts_differ(const struct comparison_input *input, uint32_t one, uint32_t other);

/* The parts in which the cells of a report's results differ from each other. */
uint32_t report_parts_varying(const struct report *report);

/* "exit, 1024 mirrors, delay:2000, same-node": the parts of `mask` in words. */
void cell_words(FILE *file, const struct comparison_input *input, uint32_t cell, uint32_t mask);

/* Enough for cell_words() of all parts. */
#define CELL_WORDS_BYTES 360
void cell_words_text(const struct comparison_input *input, uint32_t cell, uint32_t mask,
		     char *text, size_t bytes);

#endif
