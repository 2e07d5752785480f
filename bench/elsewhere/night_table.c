// SPDX-License-Identifier: GPL-2.0-or-later
#include "elsewhere/night_table.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/cell.h"
#include "elsewhere/csv.h"

enum { NIGHT, VALUE, CELL, COLUMNS };

#define ONLY_CELL "value" /* the cell's name where the file has no column of it */
#define NIGHT_MAX 1e9

struct reading {
	struct csv csv;
	struct csv_column columns[COLUMNS];
	struct night_table *table;
	bool dates, numbers; /* seen so far */
	uint64_t rows;
};

static const char *field(const struct reading *reading, int column)
{
	return reading->csv.fields[reading->columns[column].field];
}

static int no_memory(struct error *error)
{
	return error_out_of_memory(error);
}

/* "2024-05-01" to days since 1970; false: no date. */
static bool parse_date(const char *text, double *day)
{
	struct tm given = { 0 }, normal;
	const char *end = strlen(text) == 10 ? strptime(text, "%Y-%m-%d", &given) : NULL;
	time_t seconds;

	if (!end || *end)
		return false;
	normal = given;
	seconds = timegm(&normal);
	/* The 31st of April is a date to timegm(), and another one. */
	if (normal.tm_mday != given.tm_mday || normal.tm_mon != given.tm_mon)
		return false;
	*day = floor((double)seconds / 86400);
	return true;
}

static int take_night(struct reading *reading, double *night, struct error *error)
{
	const char *text = field(reading, NIGHT);
	int decimals;

	if (parse_date(text, night)) {
		reading->dates = true;
	} else if (!csv_number(text, night, &decimals) && *night == floor(*night) &&
		   fabs(*night) <= NIGHT_MAX) {
		reading->numbers = true;
	} else {
		return csv_refuse(
			&reading->csv, error,
			"night '%.40s' is neither a whole number nor a date as 2024-05-01", text);
	}
	if (reading->dates && reading->numbers)
		return csv_refuse(&reading->csv, error,
				  "night '%.40s': dates and numbers do not go together", text);
	return 0;
}

static int take_value(struct reading *reading, double *value, struct error *error)
{
	const char *text = field(reading, VALUE);
	int decimals;

	if (csv_number(text, value, &decimals))
		return csv_refuse(&reading->csv, error,
				  "value '%.40s' is not a number; a night without one has no row",
				  text);
	if (!(*value > 0))
		return csv_refuse(&reading->csv, error,
				  "value %.40s: a latency is above 0; its logarithm is what is "
				  "compared",
				  text);
	*value = log(*value);
	return 0;
}

static int take_series(struct reading *reading, struct night_series **series, struct error *error)
{
	struct night_table *table = reading->table;
	const char *cell = reading->columns[CELL].field < 0 ? ONLY_CELL : field(reading, CELL);
	uint32_t number;

	if (!*cell || strlen(cell) >= CELL_NAME_BYTES)
		return csv_refuse(&reading->csv, error, "cell '%.40s': a name has 1 to %d bytes",
				  cell, CELL_NAME_BYTES - 1);
	if (name_set_add(&table->cells, cell, strlen(cell), &number))
		return no_memory(error);
	if (number == table->series_count) {
		if (number == table->room) {
			uint32_t room = number ? 2 * number : 16;

			*series = reallocarray(table->series, room, sizeof(**series));
			if (!*series)
				return no_memory(error);
			table->series = *series;
			table->room = room;
		}
		table->series[table->series_count++] = (struct night_series){ 0 };
	}
	*series = &table->series[number];
	return 0;
}

static int make_room(struct night_series *series)
{
	size_t room = series->room ? 2 * series->room : 64;
	struct night_row *rows = reallocarray(series->rows, room, sizeof(*rows));

	if (!rows)
		return -ENOMEM;
	series->rows = rows;
	series->room = room;
	return 0;
}

static int take_row(struct reading *reading, struct error *error)
{
	struct night_series *series = NULL;
	struct night_row row = { .line = reading->csv.line };
	const char *text = field(reading, NIGHT);
	int result = take_night(reading, &row.night, error);

	if (!result)
		result = take_value(reading, &row.value, error);
	if (!result)
		result = take_series(reading, &series, error);
	if (result)
		return result;
	if (reading->rows++ == NIGHT_TABLE_ROWS_MAX)
		return csv_refuse(&reading->csv, error, "more than %d rows", NIGHT_TABLE_ROWS_MAX);
	if (series->count == NIGHT_TABLE_NIGHTS_MAX)
		return csv_refuse(&reading->csv, error, "more than %d nights of one cell",
				  NIGHT_TABLE_NIGHTS_MAX);
	if (name_set_add(&reading->table->nights, text, strlen(text), &row.name) ||
	    (series->count == series->room && make_room(series)))
		return no_memory(error);
	series->rows[series->count++] = row;
	return 0;
}

static int compare_rows(const void *left, const void *right)
{
	const struct night_row *a = left, *b = right;

	if (a->night < b->night || a->night > b->night)
		return a->night < b->night ? -1 : 1;
	return (a->line > b->line) - (a->line < b->line);
}

static int sort_series(struct night_series *series)
{
	series->nights = malloc((series->count + 1) * sizeof(*series->nights));
	series->values = malloc((series->count + 1) * sizeof(*series->values));
	if (!series->nights || !series->values)
		return -ENOMEM;
	qsort(series->rows, series->count, sizeof(*series->rows), compare_rows);
	for (size_t i = 0; i < series->count; i++) {
		series->nights[i] = series->rows[i].night;
		series->values[i] = series->rows[i].value;
	}
	return 0;
}

static int sort_all(struct reading *reading, struct error *error)
{
	struct night_table *table = reading->table;

	for (uint32_t cell = 0; cell < table->series_count; cell++) {
		struct night_series *series = &table->series[cell];

		if (sort_series(series))
			return no_memory(error);
		for (size_t i = 1; i < series->count; i++) {
			const struct night_row *row = &series->rows[i];

			if (row->night > row[-1].night)
				continue;
			reading->csv.line = row->line;
			return csv_refuse(
				&reading->csv, error,
				"a second value of %.80s for night %s; the first is in line %llu",
				name_set_text(&table->cells, cell),
				name_set_text(&table->nights, row->name),
				(unsigned long long)row[-1].line);
		}
	}
	return 0;
}

int night_table_read(FILE *file, const char *name, struct night_table *table, struct error *error)
{
	struct reading reading = {
		.columns = { [NIGHT] = { "night", true, -1 },
			     [VALUE] = { "value", true, -1 },
			     [CELL] = { "cell", false, -1 } },
		.table = table,
	};
	int result;

	*table = (struct night_table){ 0 };
	csv_begin(&reading.csv, file, name);
	result = csv_heading(&reading.csv, reading.columns, COLUMNS, error);
	while (!result) {
		result = csv_next(&reading.csv, error);
		if (result <= 0)
			break;
		result = take_row(&reading, error);
	}
	if (!result && !reading.rows)
		result = csv_refuse(&reading.csv, error, "a heading and no row");
	if (!result)
		result = sort_all(&reading, error);
	csv_end(&reading.csv);
	return result;
}

void night_table_free(struct night_table *table)
{
	for (uint32_t cell = 0; cell < table->series_count; cell++) {
		free(table->series[cell].rows);
		free(table->series[cell].nights);
		free(table->series[cell].values);
	}
	free(table->series);
	name_set_free(&table->cells);
	name_set_free(&table->nights);
	*table = (struct night_table){ 0 };
}
