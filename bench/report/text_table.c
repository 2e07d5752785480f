// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/text_table.h"

#include <errno.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>

#include "report/clean.h"
#include "report/report.h"

#define GAP    2 /* blanks between columns */
#define INDENT 2 /* of rows under keys on lines of their own */

struct text_cell {
	char *text;
	enum text_colour colour;
};

struct text_table {
	struct text_column *columns;
	size_t column_count;
	struct text_cell *cells; /* row by row */
	size_t cell_count, cells_allocated;
	bool failed;
};

/* How a table is laid out for one width. */
struct layout {
	size_t *widths; /* of each column */
	bool *shown;
	bool stacked; /* keys on lines of their own */
	size_t total;
};

struct text_style text_style_of(const struct report_options *options)
{
	return (struct text_style){
		.width = options->width > 0 ? (size_t)options->width : 0,
		.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8"),
		.colour = options->colour,
	};
}

struct text_table *text_table_new(const struct text_column *columns, size_t count)
{
	struct text_table *table = calloc(1, sizeof(*table));

	if (!table)
		return NULL;
	table->columns = malloc(count * sizeof(*columns));
	if (!table->columns) {
		free(table);
		return NULL;
	}
	memcpy(table->columns, columns, count * sizeof(*columns));
	table->column_count = count;
	return table;
}

void text_table_free(struct text_table *table)
{
	if (!table)
		return;
	for (size_t i = 0; i < table->cell_count; i++)
		free(table->cells[i].text);
	free(table->cells);
	free(table->columns);
	free(table);
}

void text_table_coloured(struct text_table *table, const char *text, enum text_colour colour)
{
	char *copy;

	if (!table)
		return;
	copy = strdup(text);
	if (table->cell_count == table->cells_allocated) {
		const size_t more = table->cells_allocated ? 2 * table->cells_allocated : 256;
		struct text_cell *cells = realloc(table->cells, more * sizeof(*cells));

		if (cells) {
			table->cells = cells;
			table->cells_allocated = more;
		}
	}
	if (!copy || table->cell_count == table->cells_allocated) {
		free(copy);
		table->failed = true;
		return;
	}
	table->cells[table->cell_count++] = (struct text_cell){ copy, colour };
}

void text_table_cell(struct text_table *table, const char *text)
{
	text_table_coloured(table, text, TEXT_PLAIN);
}

void text_table_data(struct text_table *table, const char *text)
{
	char *clean = clean_text(text, false);

	if (!clean && table)
		table->failed = true;
	text_table_cell(table, clean ? clean : "");
	free(clean);
}

static void measure(const struct text_table *table, struct layout *layout)
{
	size_t between = 0;

	layout->total = 0;
	for (size_t i = 0; i < table->column_count; i++) {
		const struct text_column *column = &table->columns[i];
		size_t width = clean_columns(column->title);

		for (size_t cell = i; cell < table->cell_count; cell += table->column_count) {
			const size_t columns = clean_columns(table->cells[cell].text);

			if (columns > width)
				width = columns;
		}
		layout->widths[i] = width;
		if (!layout->shown[i] || (layout->stacked && column->key))
			continue;
		layout->total += width + between;
		between = GAP;
	}
	if (layout->stacked)
		layout->total += INDENT;
}

/* Leaves out the columns that may go first. False when none is left that may go. */
static bool drop_next(const struct text_table *table, struct layout *layout)
{
	int most = 0;

	for (size_t i = 0; i < table->column_count; i++)
		if (layout->shown[i] && table->columns[i].drop > most)
			most = table->columns[i].drop;
	if (!most)
		return false;
	for (size_t i = 0; i < table->column_count; i++)
		if (table->columns[i].drop == most)
			layout->shown[i] = false;
	return true;
}

/* Keys on lines of their own cost nothing but height: that comes before losing a column. */
static void fit(const struct text_table *table, size_t width, struct layout *layout)
{
	measure(table, layout);
	if (!width || layout->total <= width)
		return;
	layout->stacked = table->column_count && table->columns[0].key;
	measure(table, layout);
	while (layout->total > width && drop_next(table, layout))
		measure(table, layout);
}

void text_coloured(FILE *file, const struct text_style *style, enum text_colour colour,
		   const char *text)
{
	static const char *const codes[] = {
		[TEXT_PLAIN] = "",	   [TEXT_BAD] = "\033[1;31m", [TEXT_GOOD] = "\033[32m",
		[TEXT_DOUBT] = "\033[33m", [TEXT_FAINT] = "\033[2m",
	};

	if (style->colour && colour != TEXT_PLAIN && text[0])
		fprintf(file, "%s%s\033[0m", codes[colour], text);
	else
		fputs(text, file);
}

static void blanks(FILE *file, size_t count)
{
	fprintf(file, "%*s", (int)count, "");
}

/* The last column that this row has something in: nothing is written behind it. */
static size_t last_filled(const struct text_table *table, const struct layout *layout,
			  const struct text_cell *row)
{
	size_t last = 0;

	for (size_t i = 0; i < table->column_count; i++)
		if (layout->shown[i] && (row ? row[i].text : table->columns[i].title)[0])
			last = i;
	return last;
}

static void print_row(FILE *file, const struct text_table *table, const struct layout *layout,
		      const struct text_style *style, const struct text_cell *row,
		      const struct text_cell *before)
{
	const size_t last = last_filled(table, layout, row);
	bool repeats = before != NULL; /* a key repeats only when those left of it do */

	if (layout->stacked)
		blanks(file, INDENT);
	for (size_t i = 0; i < table->column_count; i++) {
		const struct text_column *column = &table->columns[i];
		const char *text = row ? row[i].text : column->title;
		size_t pad;

		if (!layout->shown[i] || (layout->stacked && column->key))
			continue;
		if (column->key && repeats)
			repeats = !strcmp(row[i].text, before[i].text);
		if (column->key && repeats)
			text = "";
		pad = layout->widths[i] - clean_columns(text);
		if (column->align == ALIGN_RIGHT)
			blanks(file, pad);
		text_coloured(file, style, row ? row[i].colour : TEXT_FAINT, text);
		if (i == last)
			break;
		blanks(file, (column->align == ALIGN_LEFT ? pad : 0) + GAP);
	}
	fputc('\n', file);
}

static bool same_keys(const struct text_table *table, const struct text_cell *row,
		      const struct text_cell *before)
{
	for (size_t i = 0; i < table->column_count && table->columns[i].key; i++)
		if (strcmp(row[i].text, before[i].text))
			return false;
	return true;
}

static int print_keys(FILE *file, const struct text_table *table, const struct text_style *style,
		      const struct text_cell *row)
{
	char *line = NULL;
	size_t bytes;
	FILE *stream = open_memstream(&line, &bytes);

	if (!stream)
		return -ENOMEM;
	for (size_t i = 0; i < table->column_count && table->columns[i].key; i++)
		fprintf(stream, "%s%s %s", i ? ", " : "", table->columns[i].title, row[i].text);
	if (fclose(stream)) {
		free(line);
		return -ENOMEM;
	}
	text_wrap(file, style, "", line);
	free(line);
	return 0;
}

static int print_rows(FILE *file, const struct text_table *table, const struct layout *layout,
		      const struct text_style *style)
{
	const struct text_cell *before = NULL;
	int result = 0;

	print_row(file, table, layout, style, NULL, NULL);
	for (size_t i = 0; i + table->column_count <= table->cell_count && !result;
	     i += table->column_count) {
		const struct text_cell *row = &table->cells[i];

		if (layout->stacked && (!before || !same_keys(table, row, before)))
			result = print_keys(file, table, style, row);
		print_row(file, table, layout, style, row, before);
		before = row;
	}
	return result;
}

static int name_dropped(const struct text_table *table, const struct layout *layout, char **dropped)
{
	size_t bytes;
	FILE *stream;
	bool any = false;

	for (size_t i = 0; i < table->column_count; i++)
		any |= !layout->shown[i];
	if (!any)
		return 0;
	stream = open_memstream(dropped, &bytes);
	if (!stream)
		return -ENOMEM;
	any = false;
	for (size_t i = 0; i < table->column_count; i++) {
		if (layout->shown[i])
			continue;
		fprintf(stream, "%s%s", any ? ", " : "", table->columns[i].title);
		any = true;
	}
	return fclose(stream) ? -ENOMEM : 0;
}

int text_table_print(struct text_table *table, const struct text_style *style, FILE *file,
		     char **dropped)
{
	struct layout layout = { 0 };
	int result = -ENOMEM;

	if (dropped)
		*dropped = NULL;
	if (!table)
		return result;
	layout.widths = calloc(table->column_count, sizeof(*layout.widths));
	layout.shown = malloc(table->column_count * sizeof(*layout.shown));
	if (table->failed || !layout.widths || !layout.shown)
		goto out;
	for (size_t i = 0; i < table->column_count; i++)
		layout.shown[i] = true;
	fit(table, style->width, &layout);
	result = print_rows(file, table, &layout, style);
	if (!result && dropped)
		result = name_dropped(table, &layout, dropped);
out:
	free(layout.widths);
	free(layout.shown);
	text_table_free(table);
	return result;
}

int text_table_print_fitted(struct text_table *table, const struct text_style *style, FILE *file)
{
	char *dropped = NULL, *line = NULL;
	int result = text_table_print(table, style, file, &dropped);

	if (!result && dropped) {
		if (asprintf(&line, "not shown, the terminal is too narrow: %s", dropped) < 0)
			line = NULL;
		result = line ? 0 : -ENOMEM;
		if (line)
			text_wrap(file, style, "", line);
	}
	free(line);
	free(dropped);
	return result;
}
