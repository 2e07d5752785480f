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

/*
 * How the walks of detailed blocks divide (store/detailed.h), as JSON: [{"cell", "strategy",
 * "walks", "walk_ns", "lock_wait_ns", "callbacks_ns", "rest_ns"} ..], null: unavailable. NULL:
 * out of memory.
 */
json_t *detailed_json(const struct counted *detailed);

/* What a table is called, and says of itself. */
struct counted_words {
	const char *id;		 /* in a page */
	const char *what;	 /* the title of its second column */
	const char *title, *explanation;
};

extern const struct counted_words counted_words;  /* of what --counters counted */
extern const struct counted_words detailed_words; /* of how the walks of a detailed pass divide */

#endif
