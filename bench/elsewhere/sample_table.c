// SPDX-License-Identifier: GPL-2.0-or-later
#include "elsewhere/sample_table.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/cell.h"
#include "elsewhere/csv.h"

enum { GROUP, BOOT, BLOCK, CELL, VALUE, COLUMNS };

#define WHOLE_MAX    9007199254740992.0 /* 2^53: up to here doubles are whole numbers exactly */
#define DECIMALS_MAX 22			/* 10^22 is the last power of ten that a double has */

/* While rows come in. Values are doubles in the room of the whole numbers they become. */
struct reading {
	struct csv csv;
	struct csv_column columns[COLUMNS];
	struct sample_table *table;
	double unit_ns;
	double largest;
	int decimals;  /* the most of any value, at least 0 */
	uint32_t last; /* the block of the row before */
};

static const char *field(const struct reading *reading, int column)
{
	return reading->csv.fields[reading->columns[column].field];
}

static int no_memory(struct error *error)
{
	return error_out_of_memory(error);
}

static bool is_name(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

/* The number of the row's name in a set; rows of one block mostly follow each other. */
static int take_name(struct reading *reading, int column, struct name_set *set, uint32_t last,
		     uint32_t *number, struct error *error)
{
	const char *text = field(reading, column);

	*number = last;
	if (last < set->count && !strcmp(set->keys[last].bytes, text))
		return 0;
	if (!*text || strlen(text) >= CELL_NAME_BYTES || !is_name(text))
		return csv_refuse(&reading->csv, error,
				  "%s '%.40s': a name has 1 to %d bytes and no control characters",
				  reading->columns[column].name, text, CELL_NAME_BYTES - 1);
	return name_set_add(set, text, strlen(text), number) ? no_memory(error) : 0;
}

static int take_block_number(struct reading *reading, uint64_t *block, struct error *error)
{
	const char *text;
	double value;
	int decimals;

	*block = 0;
	if (!reading->table->has_blocks)
		return 0;
	text = field(reading, BLOCK);
	if (csv_number(text, &value, &decimals) || value < 0 || value != floor(value) ||
	    value >= WHOLE_MAX)
		return csv_refuse(&reading->csv, error,
				  "block '%.40s': the blocks of a boot are numbered in the order "
				  "they ran, by whole numbers from 0 on",
				  text);
	*block = (uint64_t)value;
	return 0;
}

static int add_block(struct reading *reading, const struct table_block *key, struct error *error)
{
	struct sample_table *table = reading->table;
	uint64_t bytes[4] = { key->group, key->boot, key->cell, key->block };
	uint32_t before = table->block_count;

	if (name_set_add(&table->keys, bytes, sizeof(bytes), &reading->last))
		return no_memory(error);
	if (reading->last < before)
		return 0;
	if (before == SAMPLE_TABLE_BLOCKS_MAX)
		return csv_refuse(&reading->csv, error, "more than %d blocks",
				  SAMPLE_TABLE_BLOCKS_MAX);
	if (before == table->block_room) {
		uint32_t room = before ? 2 * before : 64;
		struct table_block *blocks = reallocarray(table->blocks, room, sizeof(*blocks));

		if (!blocks)
			return no_memory(error);
		table->blocks = blocks;
		table->block_room = room;
	}
	table->blocks[table->block_count++] = *key;
	return 0;
}

static int find_block(struct reading *reading, struct error *error)
{
	struct sample_table *table = reading->table;
	struct table_block key = { 0 };
	const struct table_block *last = reading->last < table->block_count
						 ? &table->blocks[reading->last]
						 : &key;
	int result;

	result = take_name(reading, GROUP, &table->groups, last->group, &key.group, error);
	if (!result)
		result = take_name(reading, BOOT, &table->boots, last->boot, &key.boot, error);
	if (!result)
		result = take_name(reading, CELL, &table->cells, last->cell, &key.cell, error);
	if (!result)
		result = take_block_number(reading, &key.block, error);
	if (result)
		return result;
	if (last != &key && key.group == last->group && key.boot == last->boot &&
	    key.cell == last->cell && key.block == last->block)
		return 0;
	return add_block(reading, &key, error);
}

static int add_value(struct reading *reading, struct error *error)
{
	struct table_block *block = &reading->table->blocks[reading->last];
	const char *text = field(reading, VALUE);
	double value;
	int decimals;

	if (csv_number(text, &value, &decimals))
		return csv_refuse(&reading->csv, error,
				  "value '%.40s' is not a number; a latency is written as 1234 or "
				  "1234.5",
				  text);
	if (value < 0)
		return csv_refuse(&reading->csv, error,
				  "value %.40s: a latency is not negative; did its clock run "
				  "backwards?",
				  text);
	if (value * reading->unit_ns > SAMPLE_TABLE_LATENCY_MAX_NS)
		return csv_refuse(&reading->csv, error,
				  "value %.40s: longer than 292 years; is the unit right?", text);
	if (reading->table->rows++ == SAMPLE_TABLE_ROWS_MAX)
		return csv_refuse(
			&reading->csv, error,
			"more than %d samples, which are held in memory; give fewer cells "
			"at a time",
			SAMPLE_TABLE_ROWS_MAX);
	if (block->count == block->room) {
		size_t room = block->room ? block->room + block->room / 2 : 4;
		uint64_t *values = reallocarray(block->values, room, sizeof(*values));

		if (!values)
			return no_memory(error);
		block->values = values;
		block->room = room;
	}
	memcpy(&block->values[block->count++], &value, sizeof(value));
	reading->largest = fmax(reading->largest, value);
	reading->decimals = decimals > reading->decimals ? decimals : reading->decimals;
	return 0;
}

/* Decimals that are kept: all, or as many as leave the largest value a whole number. */
static int kept_decimals(const struct reading *reading)
{
	int decimals = reading->decimals < DECIMALS_MAX ? reading->decimals : DECIMALS_MAX;

	while (decimals > 0 && reading->largest * pow(10, decimals) > WHOLE_MAX)
		decimals--;
	return decimals;
}

static void make_whole(struct reading *reading)
{
	struct sample_table *table = reading->table;
	double scale = pow(10, kept_decimals(reading));

	table->sample_ns = reading->unit_ns / scale;
	for (uint32_t i = 0; i < table->block_count; i++) {
		struct table_block *block = &table->blocks[i];
		uint64_t *values;

		for (size_t j = 0; j < block->count; j++) {
			double value;

			memcpy(&value, &block->values[j], sizeof(value));
			block->values[j] = (uint64_t)rint(value * scale);
		}
		/* Giving memory back does not fail in any way that matters. */
		values = realloc(block->values, block->count * sizeof(*values));
		block->values = values ? values : block->values;
	}
}

/* The rows of the largest cell; *failed: out of memory. */
static uint64_t largest_cell(const struct sample_table *table, bool *failed)
{
	uint64_t *rows = calloc(table->cells.count + 1, sizeof(*rows)), largest = 0;

	*failed = !rows;
	for (uint32_t i = 0; i < table->block_count && rows; i++) {
		uint64_t *of_cell = &rows[table->blocks[i].cell];

		*of_cell += table->blocks[i].count;
		if (*of_cell > largest)
			largest = *of_cell;
	}
	free(rows);
	return largest;
}

/* Gives back what blocks have grown too far, and refuses what the analysis had no room for. */
static int fit(struct reading *reading, struct error *error)
{
	struct sample_table *table = reading->table;
	bool failed;
	const uint64_t largest = largest_cell(table, &failed);
	const uint64_t bytes = 8 * table->rows + SAMPLE_TABLE_CELL_BYTES * largest +
			       SAMPLE_TABLE_BLOCK_BYTES * (uint64_t)table->block_count;

	if (failed)
		return no_memory(error);
	if (bytes > SAMPLE_TABLE_BYTES_MAX)
		return csv_refuse(&reading->csv, error,
				  "%" PRIu64 " samples, %" PRIu64 " of them in one cell, in %" PRIu32
				  " blocks: more than an analysis in 512 MiB takes; give fewer cells "
				  "at a time, or a part of the samples",
				  table->rows, largest, table->block_count);
	for (uint32_t i = 0; i < table->block_count; i++) {
		struct table_block *block = &table->blocks[i];
		uint64_t *values = reallocarray(block->values, block->count, sizeof(*values));

		if (!values)
			continue; /* it stays as large as it was */
		block->values = values;
		block->room = block->count;
	}
	return 0;
}

int sample_table_read(FILE *file, const char *name, double unit_ns, struct sample_table *table,
		      struct error *error)
{
	struct reading reading = {
		.columns = { [GROUP] = { "group", true, -1 },
			     [BOOT] = { "boot", true, -1 },
			     [BLOCK] = { "block", false, -1 },
			     [CELL] = { "cell", true, -1 },
			     [VALUE] = { "value", true, -1 } },
		.table = table,
		.unit_ns = unit_ns,
		.last = UINT32_MAX,
	};
	int result;

	*table = (struct sample_table){ .sample_ns = unit_ns };
	csv_begin(&reading.csv, file, name);
	result = csv_heading(&reading.csv, reading.columns, COLUMNS, error);
	table->has_blocks = reading.columns[BLOCK].field >= 0;
	while (!result) {
		result = csv_next(&reading.csv, error);
		if (result <= 0)
			break;
		result = find_block(&reading, error);
		if (!result)
			result = add_value(&reading, error);
	}
	if (!result && !table->rows)
		result = csv_refuse(&reading.csv, error, "a heading and no row");
	if (!result)
		result = fit(&reading, error);
	if (!result)
		make_whole(&reading);
	csv_end(&reading.csv);
	return result;
}

void sample_table_free(struct sample_table *table)
{
	for (uint32_t i = 0; i < table->block_count; i++)
		free(table->blocks[i].values);
	free(table->blocks);
	name_set_free(&table->groups);
	name_set_free(&table->boots);
	name_set_free(&table->cells);
	name_set_free(&table->keys);
	*table = (struct sample_table){ 0 };
}
