// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/counted_rows.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/cell.h"
#include "report/report.h"

static size_t strategy_of(struct counted_rows *rows, uint32_t strategy)
{
	size_t i = 0;

	while (i < rows->strategy_count && rows->strategies[i] != strategy)
		i++;
	if (i == rows->strategy_count && i < CONFIG_STRATEGIES_MAX)
		rows->strategies[rows->strategy_count++] = strategy;
	return i;
}

static struct counted_row *row_of(struct counted_rows *rows, const char *cell, const char *counter)
{
	struct counted_row *grown;

	for (size_t i = 0; i < rows->row_count; i++)
		if (!strcmp(rows->rows[i].cell, cell) && !strcmp(rows->rows[i].counter, counter))
			return &rows->rows[i];
	grown = reallocarray(rows->rows, rows->row_count + 1, sizeof(*grown));
	if (!grown)
		return NULL;
	rows->rows = grown;
	grown[rows->row_count] = (struct counted_row){ .cell = cell, .counter = counter };
	return &grown[rows->row_count++];
}

static int add_missing(struct counted_rows *rows, const struct counted_value *value)
{
	struct counted_missing *grown;

	for (size_t i = 0; i < rows->missing_count; i++)
		if (!strcmp(rows->missing[i].counter, value->name))
			return 0;
	grown = reallocarray(rows->missing, rows->missing_count + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	rows->missing = grown;
	grown[rows->missing_count++] =
		(struct counted_missing){ value->name, value->unavailable };
	return 0;
}

static bool is_anywhere(const struct counted *counted, const char *counter)
{
	for (size_t i = 0; i < counted->count; i++)
		for (size_t j = 0; j < counted->blocks[i].value_count; j++)
			if (!strcmp(counted->blocks[i].values[j].name, counter) &&
			    !isnan(counted->blocks[i].values[j].per_operation))
				return true;
	return false;
}

static int add_block(const struct counted *counted, const struct counted_block *block,
		     struct counted_rows *rows)
{
	const size_t strategy = strategy_of(rows, block->strategy);
	int result = 0;

	if (strategy == CONFIG_STRATEGIES_MAX)
		return 0; /* no plan has so many */
	for (size_t i = 0; i < block->value_count && !result; i++) {
		const struct counted_value *value = &block->values[i];
		struct counted_row *row;

		if (!is_anywhere(counted, value->name)) {
			result = add_missing(rows, value);
			continue;
		}
		row = row_of(rows, block->cell, value->name);
		if (row)
			row->values[strategy] = value;
		else
			result = -ENOMEM;
	}
	return result;
}

int counted_rows_make(const struct counted *counted, struct counted_rows *rows)
{
	int result = 0;

	*rows = (struct counted_rows){ 0 };
	for (size_t i = 0; i < counted->count && !result; i++)
		result = add_block(counted, &counted->blocks[i], rows);
	return result;
}

void counted_rows_free(struct counted_rows *rows)
{
	free(rows->rows);
	free(rows->missing);
	*rows = (struct counted_rows){ 0 };
}

void counted_value_text(const struct counted_value *value, char *text, size_t bytes)
{
	char number[FORMAT_BYTES];

	if (!value || isnan(value->per_operation)) {
		snprintf(text, bytes, "-");
		return;
	}
	snprintf(number, sizeof(number), "%.*f", value->per_operation < 999.95 ? 1 : 0,
		 value->per_operation);
	snprintf(text, bytes, "%s%s", value->scaled ? "~" : "", number);
}

static json_t *block_json(const struct counted_block *block)
{
	json_t *values = json_object(), *estimated = json_array(), *unavailable = json_object();

	for (size_t i = 0; i < block->value_count; i++) {
		const struct counted_value *value = &block->values[i];
		const bool there = !isnan(value->per_operation);

		json_object_set_new(values, value->name,
				    there ? json_real(value->per_operation) : json_null());
		if (there && value->scaled)
			json_array_append_new(estimated, json_string(value->name));
		if (!there)
			json_object_set_new(unavailable, value->name,
					    json_string(value->unavailable));
	}
	return json_pack("{s:s, s:s, s:I, s:o, s:o, s:o}", "cell", block->cell, "strategy",
			 strategy_name(block->strategy), "operations",
			 (json_int_t)block->operations, "per_operation", values, "estimated",
			 estimated, "unavailable", unavailable);
}

json_t *counted_json(const struct counted *counted)
{
	json_t *array = json_array();

	for (size_t i = 0; i < counted->count; i++)
		if (json_array_append_new(array, block_json(&counted->blocks[i]))) {
			json_decref(array);
			return NULL;
		}
	return array;
}

/* As a member of JSON; null where it is unavailable. */
static json_t *number(double value)
{
	return isnan(value) ? json_null() : json_real(value);
}

static json_t *division_json(const struct counted_block *block)
{
	static const char *const keys[] = { "walk_ns", "lock_wait_ns", "callbacks_ns", "rest_ns" };
	json_t *json = json_pack("{s:s, s:s, s:I}", "cell", block->cell, "strategy",
				 strategy_name(block->strategy), "walks",
				 (json_int_t)block->operations);

	for (size_t i = 0; i < block->value_count && i < sizeof(keys) / sizeof(*keys); i++)
		json_object_set_new(json, keys[i], number(block->values[i].per_operation));
	return json;
}

json_t *detailed_json(const struct counted *detailed)
{
	json_t *array = json_array();

	for (size_t i = 0; i < detailed->count; i++)
		if (json_array_append_new(array, division_json(&detailed->blocks[i]))) {
			json_decref(array);
			return NULL;
		}
	return array;
}

const struct counted_words counted_words = {
	.id = "counters",
	.what = "counter",
	.title = "Counters, for one operation",
	.explanation =
		"Counted in a pass of its own, never the timed one, on the CPUs of the cell and "
		"whatever ran there, from the end of a process's set-up until its parent sees it "
		"exit, or until its last unregister where no exit is measured. A ~ marks an estimate "
		"of a counter that shared its place on the CPU.",
};

const struct counted_words detailed_words = {
	.id = "detailed",
	.what = "part, ns",
	.title = "How the walk divides, for one exit",
	.explanation =
		"From a detailed pass of its own, never the timed one, which reads the clock around "
		"each callback and each lock: means of the middle half, by the walk, with those "
		"readings in them. Lock waits are those of all acquisitions, of which write has one "
		"more than mirrors and the others at most one; lock_wait of a timed sample is the "
		"first alone.",
};
