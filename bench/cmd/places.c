// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/places.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/samples.h"

/* ---- gathering ---- */

/* The cell's object; NULL: out of memory. */
static json_t *place_of(json_t *places, const char *cell)
{
	json_t *place = json_object_get(places, cell);

	if (place)
		return place;
	place = json_pack("{s[] s[] s[]}", "cpus", "mirrors_on_node", "pages_on_node");
	return json_object_set_new(places, cell, place) ? NULL : place;
}

static int add_counts(json_t *sums, const json_t *counts)
{
	for (size_t node = 0; node < json_array_size(counts); node++) {
		json_int_t more = json_integer_value(json_array_get(counts, node));
		json_t *sum = json_array_get(sums, node);

		if (sum ? json_integer_set(sum, json_integer_value(sum) + more)
			: json_array_append_new(sums, json_integer(more)))
			return -ENOMEM;
	}
	return 0;
}

/* Keeps the list ascending. */
static int add_cpu(json_t *cpus, uint64_t cpu)
{
	size_t at = 0;

	while (at < json_array_size(cpus) &&
	       (uint64_t)json_integer_value(json_array_get(cpus, at)) < cpu)
		at++;
	if (at < json_array_size(cpus) &&
	    (uint64_t)json_integer_value(json_array_get(cpus, at)) == cpu)
		return 0;
	return json_array_insert_new(cpus, at, json_integer((json_int_t)cpu)) ? -ENOMEM : 0;
}

static int add_cpus(json_t *cpus, const struct store_block *block)
{
	struct samples samples;
	const uint64_t *column;
	int result = samples_decode_columns(block->samples, block->samples_bytes, 1u << COLUMN_CPU,
					    &samples);

	if (result)
		return result;
	column = samples.columns[COLUMN_CPU];
	for (size_t row = 0; column && row < samples.rows && !result; row++)
		if (column[row] != SAMPLE_MISSING && (!row || column[row] != column[row - 1]))
			result = add_cpu(cpus, column[row]);
	samples_free(&samples);
	return result;
}

static int add_block(const struct store_block *block, void *context)
{
	json_t *place = place_of(context, block->cell_name);
	json_t *end = json_loads(block->end_json, 0, NULL);
	int result = place ? add_cpus(json_object_get(place, "cpus"), block) : -ENOMEM;

	if (!result)
		result = add_counts(json_object_get(place, "mirrors_on_node"),
				    json_object_get(end, "mirrors_on_node"));
	if (!result)
		result = add_counts(json_object_get(place, "pages_on_node"),
				    json_object_get(end, "pages_on_node"));
	json_decref(end);
	return result;
}

/* Blocks come in the order in which they ran; a reader looks for a cell in that of the plan. */
static int put_in_order(const struct store_run *run, json_t *found, json_t *places)
{
	json_t *plan = json_loads(run->plan_json, 0, NULL), *cell, *place;
	int result = 0;
	size_t i;

	json_array_foreach(json_object_get(plan, "cells"), i, cell) {
		place = json_object_get(found, json_string_value(cell));
		if (place && json_object_set(places, json_string_value(cell), place))
			result = -ENOMEM;
	}
	json_decref(plan);
	return result;
}

int places_json(struct store *store, const struct store_run *run, json_t **places,
		struct error *error)
{
	json_t *found = json_object();
	int result = -ENOMEM;

	*places = json_object();
	if (found && *places)
		result = store_blocks_each(store, run->id, add_block, found, error);
	if (!result)
		result = put_in_order(run, found, *places);
	json_decref(found);
	if (!result)
		return 0;
	json_decref(*places);
	*places = NULL;
	if (!error->text[0])
		error_set_errno(error, -result, "run %lld: where its cells were measured",
				(long long)run->id);
	return result;
}

/* ---- printing ---- */

static void print_counts(const char *what, const json_t *counts, FILE *file)
{
	const char *before = what;

	for (size_t node = 0; node < json_array_size(counts); node++) {
		json_int_t count = json_integer_value(json_array_get(counts, node));

		if (!count)
			continue;
		fprintf(file, "%s%lld on node %zu", before, (long long)count, node);
		before = ", ";
	}
}

void places_print(const json_t *places, FILE *file)
{
	const char *cell, *before;
	json_t *place, *cpu;
	size_t i;

	if (!json_object_size(places))
		return;
	fputs("\nplaces, as samples, module and kernel told them\n", file);
	json_object_foreach((json_t *)places, cell, place) {
		fprintf(file, "  %s:", cell);
		before = " CPU ";
		json_array_foreach(json_object_get(place, "cpus"), i, cpu) {
			fprintf(file, "%s%lld", before, (long long)json_integer_value(cpu));
			before = ", ";
		}
		print_counts("; mirrors ", json_object_get(place, "mirrors_on_node"), file);
		print_counts("; pages ", json_object_get(place, "pages_on_node"), file);
		putc('\n', file);
	}
}
