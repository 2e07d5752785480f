// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/strategies.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/cell_parts.h"
#include "report/json_value.h"
#include "report/phrase.h"

/* The parts in which the table's cells differ. */
static uint32_t parts_varying(const struct report_strategies *strategies)
{
	const struct ranking *ranking = strategies->ranking;
	uint32_t parts = 0;

	for (uint32_t i = 1; i < ranking->row_count; i++)
		parts |= cell_parts_differ(strategies->input, ranking->rows[0].cell,
					   ranking->rows[i].cell);
	return parts & ~PART_BIT(PART_STRATEGY);
}

static void fill_what(const struct report_strategies *strategies, const struct ranking_row *from,
		      uint32_t parts, struct strategy_row *row)
{
	const struct cell *cell = &strategies->input->cells[from->cell];
	const char *column = column_name(from->column);
	size_t used;

	cell_words_text(strategies->input, from->cell, parts | PART_BIT(PART_WORKLOAD), row->what,
			sizeof(row->what));
	used = strlen(row->what);
	if (strcmp(column, cell_workload(cell)))
		snprintf(row->what + used, sizeof(row->what) - used, " (%s)", column);
}

static void fill_place(const struct ranking_row *from, const struct ranked *ranked,
		       struct strategy_row *row)
{
	static const char *const words[] = {
		[RANKING_SHORTEST] = "shortest",
		[RANKING_ALIKE] = "not told from the shortest",
		[RANKING_LONGER] = "longer",
	};

	row->ranked = ranked->place;
	if (ranked->place == RANKING_REFUSED)
		snprintf(row->place, sizeof(row->place), "no verdict: %s", from->refusal);
	else
		snprintf(row->place, sizeof(row->place), "%s", words[ranked->place]);
}

static void fill_row(const struct ranking_row *from, const struct ranked *ranked,
		     struct strategy_row *row)
{
	format_ns(ranked->p10_ns, row->p10, sizeof(row->p10));
	format_ns(ranked->p50_ns, row->p50, sizeof(row->p50));
	format_ns(ranked->p99_ns, row->p99, sizeof(row->p99));
	format_effect(ranked->over, row->over, sizeof(row->over));
	format_interval(ranked->low, ranked->high, row->interval, sizeof(row->interval));
	format_p(ranked->p, row->p, sizeof(row->p));
	fill_place(from, ranked, row);
}

int strategy_rows_each(const struct report_strategies *strategies,
		       int (*each)(const struct strategy_row *row, void *context), void *context)
{
	const struct ranking *ranking = strategies->ranking;
	const uint32_t parts = parts_varying(strategies);
	int result = 0;

	for (uint32_t i = 0; i < ranking->row_count; i++) {
		const struct ranking_row *from = &ranking->rows[i];
		struct strategy_row row = { .first = true };

		fill_what(strategies, from, parts, &row);
		for (uint32_t arm = 0; arm < ranking->arm_count && !result; arm++) {
			if (from->arms[arm].place == RANKING_ABSENT)
				continue;
			row.strategy = strategy_name(strategies->strategies[arm]);
			fill_row(from, &from->arms[arm], &row);
			result = each(&row, context);
			row.first = false;
		}
	}
	return result;
}

void strategies_explain(FILE *file, const struct report_strategies *strategies)
{
	const uint32_t boots = strategies->ranking->boots;
	const uint32_t least = ranking_least(strategies->ranking->arm_count);

	fprintf(file, "Every strategy of %s. \"over\" is how much longer its median is than the "
		"shortest's, with a 95 %% interval, from neighbouring blocks inside ", strategies->of);
	if (boots == 1)
		fputs("this one boot. ", file);
	else
		fprintf(file, "each of %u boots. ", boots);
	if (boots > 1 && boots < least)
		fprintf(file, "%u boots cannot tell any apart, %u can. ", boots, least);
	fprintf(file, "The samples pick the shortest; so all pairs of a cell are tested, and p is after "
		"Holm over them: the chance of any false \"longer\" in a cell is at most %.0f %%, "
		"whichever was picked. This is beside the verdict, not in it.", 100 * RANKING_LEVEL);
}

/* ---- text ---- */

static const struct text_column text_columns[] = {
	{ .title = "cell", .align = ALIGN_LEFT, .key = true },
	{ .title = "strategy", .align = ALIGN_LEFT },
	{ .title = "p10", .align = ALIGN_RIGHT, .drop = 2 },
	{ .title = "p50", .align = ALIGN_RIGHT },
	{ .title = "p99", .align = ALIGN_RIGHT, .drop = 1 },
	{ .title = "over", .align = ALIGN_RIGHT },
	{ .title = "95 % interval", .align = ALIGN_RIGHT, .drop = 3 },
	{ .title = "p adjusted", .align = ALIGN_RIGHT, .drop = 4 },
	{ .title = "place", .align = ALIGN_LEFT },
};

static int text_row(const struct strategy_row *row, void *context)
{
	static const enum text_colour colours[] = {
		[RANKING_SHORTEST] = TEXT_GOOD,
		[RANKING_REFUSED] = TEXT_FAINT,
		[RANKING_LONGER] = TEXT_PLAIN,
	};
	struct text_table *table = context;

	text_table_data(table, row->what);
	text_table_cell(table, row->strategy);
	text_table_cell(table, row->p10);
	text_table_cell(table, row->p50);
	text_table_cell(table, row->p99);
	text_table_cell(table, row->over);
	text_table_cell(table, row->interval);
	text_table_cell(table, row->p);
	text_table_coloured(table, row->place, colours[row->ranked]);
	return 0;
}

int text_strategies(FILE *file, const struct text_style *style,
		    const struct report_strategies *strategies)
{
	struct text_table *table;
	char *text = NULL;
	size_t bytes;
	FILE *explained = open_memstream(&text, &bytes);

	if (!explained)
		return -ENOMEM;
	strategies_explain(explained, strategies);
	if (fclose(explained)) {
		free(text);
		return -ENOMEM;
	}
	fprintf(file, "\n" STRATEGIES_TITLE "\n");
	text_wrap(file, style, "  ", text);
	free(text);
	table = text_table_new(text_columns, sizeof(text_columns) / sizeof(text_columns[0]));
	strategy_rows_each(strategies, text_row, table);
	return text_table_print_fitted(table, style, file);
}

/* ---- JSON ---- */

static json_t *ranked_json(uint32_t strategy, const struct ranked *ranked, bool *failed)
{
	static const char *const places[] = {
		[RANKING_ABSENT] = "absent", [RANKING_REFUSED] = "refused",
		[RANKING_SHORTEST] = "shortest", [RANKING_ALIKE] = "alike",
		[RANKING_LONGER] = "longer",
	};
	struct json_object object = json_object_new(failed);

	json_set(&object, "strategy", json_text(strategy_name(strategy)));
	json_set(&object, "samples", json_integer((json_int_t)ranked->rows));
	json_set(&object, "p10_ns", json_number(ranked->p10_ns));
	json_set(&object, "p50_ns", json_number(ranked->p50_ns));
	json_set(&object, "p99_ns", json_number(ranked->p99_ns));
	json_set(&object, "place", json_text(places[ranked->place]));
	json_set(&object, "over", json_number(ranked->over));
	json_set(&object, "low", json_number(ranked->low));
	json_set(&object, "high", json_number(ranked->high));
	json_set(&object, "p_adjusted", json_number(ranked->p));
	return object.json;
}

json_t *strategies_json(const struct report_strategies *strategies, bool *failed)
{
	const struct ranking *ranking = strategies->ranking;
	struct json_object object = json_object_new(failed);
	json_t *cells = json_array();

	json_set(&object, "of", json_text(strategies->of));
	json_set(&object, "boots", json_integer(ranking->boots));
	json_set(&object, "level", json_number(RANKING_LEVEL));
	for (uint32_t i = 0; i < ranking->row_count; i++) {
		const struct ranking_row *from = &ranking->rows[i];
		struct json_object row = json_object_new(failed);
		json_t *arms = json_array();
		char cell[CELL_NAME_BYTES];

		cell_name(&strategies->input->cells[from->cell], cell);
		json_set(&row, "cell", json_text(cell));
		json_set(&row, "column", json_text(column_name(from->column)));
		json_set(&row, "refusal", from->refusal ? json_text(from->refusal) : json_null());
		for (uint32_t arm = 0; arm < ranking->arm_count; arm++)
			if (from->arms[arm].place != RANKING_ABSENT)
				json_add(arms, ranked_json(strategies->strategies[arm],
							   &from->arms[arm], failed), failed);
		json_set(&row, "strategies", arms);
		json_add(cells, row.json, failed);
	}
	json_set(&object, "cells", cells);
	return object.json;
}
