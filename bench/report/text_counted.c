// SPDX-License-Identifier: GPL-2.0-or-later
/* Counters, and how walks divide, in a terminal: a table for all cells, and what is unavailable. */
#include "report/text_counted.h"

#include <errno.h>
#include <stdlib.h>

#include "common/cell.h"
#include "report/clean.h"
#include "report/counted_rows.h"
#include "report/report.h"

#define KEYS 2 /* cell, counter */

static struct text_table *new_table(const struct counted_rows *rows,
				    const struct counted_words *words)
{
	struct text_column columns[KEYS + CONFIG_STRATEGIES_MAX] = {
		{ .title = "cell", .align = ALIGN_LEFT, .key = true },
		{ .align = ALIGN_LEFT },
	};

	snprintf(columns[1].title, sizeof(columns[1].title), "%s", words->what);
	for (size_t i = 0; i < rows->strategy_count; i++) {
		snprintf(columns[KEYS + i].title, sizeof(columns[0].title), "%s",
			 strategy_name(rows->strategies[i]));
		columns[KEYS + i].align = ALIGN_RIGHT;
	}
	return text_table_new(columns, KEYS + rows->strategy_count);
}

static void clean_cell(struct text_table *table, const struct text_style *style, const char *text)
{
	char *clean = clean_text(text, !style->utf8);

	text_table_cell(table, clean ? clean : "?");
	free(clean);
}

static int print_missing(FILE *file, const struct text_style *style,
			 const struct counted_missing *missing)
{
	char *counter = clean_text(missing->counter, !style->utf8);
	char *why = clean_text(missing->why, !style->utf8);
	char line[400];
	int result = counter && why ? 0 : -ENOMEM;

	if (!result) {
		snprintf(line, sizeof(line), "%s: %s", counter, why);
		text_wrap(file, style, "  unavailable: ", line);
	}
	free(counter);
	free(why);
	return result;
}

static int print_table(FILE *file, const struct text_style *style, const struct counted_rows *rows,
		       const struct counted_words *words)
{
	struct text_table *table = new_table(rows, words);
	char text[FORMAT_BYTES];

	for (size_t i = 0; i < rows->row_count; i++) {
		clean_cell(table, style, rows->rows[i].cell);
		clean_cell(table, style, rows->rows[i].counter);
		for (size_t j = 0; j < rows->strategy_count; j++) {
			counted_value_text(rows->rows[i].values[j], text, sizeof(text));
			text_table_cell(table, text);
		}
	}
	return text_table_print(table, style, file, NULL);
}

int text_counted(FILE *file, const struct text_style *style, const struct counted *counted,
		 const struct counted_words *words)
{
	struct counted_rows rows;
	int result;

	if (!counted->count)
		return 0;
	result = counted_rows_make(counted, &rows);
	if (!result) {
		fprintf(file, "\n%s\n", words->title);
		text_wrap(file, style, "", words->explanation);
		fputc('\n', file);
		result = rows.row_count ? print_table(file, style, &rows, words) : 0;
	}
	for (size_t i = 0; i < rows.missing_count && !result; i++)
		result = print_missing(file, style, &rows.missing[i]);
	counted_rows_free(&rows);
	return result;
}
