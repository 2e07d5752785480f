/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counters for people and programs: cell by cell, the strategies side by side.
 */
#ifndef HMMBENCH_COUNTED_ROWS_H
#define HMMBENCH_COUNTED_ROWS_H

#include <jansson.h>

#include "plan/config.h"
#include "store/counted.h"

/* One counter of one cell. Borrowed from the struct counted it was made of. */
struct counted_row {
	const char *cell, *counter;
	const struct counted_value *values[CONFIG_STRATEGIES_MAX]; /* NULL: not there */
};

/* A counter that no block has. */
struct counted_missing {
	const char *counter, *why;
};

struct counted_rows {
	uint32_t strategies[CONFIG_STRATEGIES_MAX]; /* enum hmmbench_strategy_id */
	size_t strategy_count;
	struct counted_row *rows;
	size_t row_count;
	struct counted_missing *missing;
	size_t missing_count;
};

/* -ENOMEM. Then counted_rows_free(), in any case. */
int counted_rows_make(const struct counted *counted, struct counted_rows *rows);
void counted_rows_free(struct counted_rows *rows);

/* "1834567", "3.2", "~12.0"; "-" of NULL and where it is unavailable. */
void counted_value_text(const struct counted_value *value, char *text, size_t bytes);

/*
 * [{"cell", "strategy", "operations", "per_operation": {"cycles": 123.5 or null ..},
 *   "estimated": ["cycles" ..], "unavailable": {"cycles": why ..}} ..]; NULL: out of memory.
 */
json_t *counted_json(const struct counted *counted);

/* What every table says above it. */
#define COUNTED_TITLE "Counters, for one operation"
#define COUNTED_EXPLANATION                                                                     \
	"Counted in a pass of its own, never the timed one, on the CPUs of the cell and whatever " \
	"ran there, from the end of a process's set-up until its parent sees it exit. A ~ marks " \
	"an estimate of a counter that shared its place on the CPU."

#endif
