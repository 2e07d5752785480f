// SPDX-License-Identifier: GPL-2.0-or-later
/* The tables of the text format. */
#include "report/text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/cell_parts.h"
#include "report/clean.h"
#include "report/phrase.h"

static const struct cell_result *result_at(const struct text_page *page,
					   const struct result_group *group, uint32_t i)
{
	return &page->report->comparison->results[group->results[i]];
}

static uint32_t cell_at(const struct text_page *page, const struct result_group *group, uint32_t i)
{
	return result_at(page, group, i)->cell;
}

static size_t key_columns(const struct result_group *group, struct text_column *columns)
{
	size_t count = 0;

	for (enum cell_part part = 0; part < PART_COUNT; part++) {
		if (!(group->varying & PART_BIT(part)))
			continue;
		snprintf(columns[count].title, TEXT_TITLE_BYTES, "%s", cell_part_names[part]);
		columns[count].align = cell_part_is_number(part) ? ALIGN_RIGHT : ALIGN_LEFT;
		columns[count].drop = 0;
		columns[count].key = true;
		count++;
	}
	return count;
}

static void key_cells(struct text_table *table, const struct text_page *page,
		      const struct result_group *group, uint32_t i)
{
	char value[CELL_NAME_BYTES], *clean;

	for (enum cell_part part = 0; part < PART_COUNT; part++) {
		if (!(group->varying & PART_BIT(part)))
			continue;
		cell_part_value(page->report->input, cell_at(page, group, i), part, value,
				sizeof(value));
		clean = clean_text(value, !page->style.utf8);
		text_table_cell(table, clean ? clean : "?");
		free(clean);
	}
}

static void duration_cell(struct text_table *table, double ns)
{
	char text[FORMAT_BYTES];

	format_ns(ns, text, sizeof(text));
	text_table_cell(table, text);
}

/* Change, interval, p and verdict of one quantile; "*" where the clock limits the verdict. */
static void effect_cells(struct text_table *table, const struct text_page *page,
			 const struct cell_result *result, enum gated_quantile quantile)
{
	const struct effect *effect = &result->effect[quantile];
	char text[FORMAT_BYTES];

	format_effect(effect->estimate, text, sizeof(text));
	text_table_cell(table, text);
	format_interval(effect->low, effect->high, text, sizeof(text));
	text_table_cell(table, text);
	format_p(effect->p_adjusted, text, sizeof(text));
	text_table_cell(table, text);
	if (page->report->calibration) {
		format_size(effect->seen, text, sizeof(text));
		text_table_cell(table, text);
	}
	snprintf(text, sizeof(text), "%s%s", verdict_name(effect->verdict),
		 effect_is_clock_bound(page->report, result, quantile) ? "*" : "");
	text_table_coloured(table, text, verdict_colour(effect->verdict));
}

static void empty_cells(struct text_table *table, size_t count)
{
	for (size_t i = 0; i < count; i++)
		text_table_cell(table, "");
}

static void judged_rows(struct text_table *table, const struct text_page *page,
			const struct result_group *group, uint32_t i)
{
	const struct cell_result *result = result_at(page, group, i);
	const struct arm_summary *base = &result->arm[ARM_BASE];
	const struct arm_summary *candidate = &result->arm[ARM_CANDIDATE];
	const struct {
		const char *name;
		double base_ns, candidate_ns;
		enum gated_quantile quantile;
	} rows[] = {
		{ "p10", base->p10_ns, candidate->p10_ns, GATED_P10 },
		{ "p50", base->p50_ns, candidate->p50_ns, GATED_P50 },
		{ "p99", base->p99_ns, candidate->p99_ns, GATED_P99 },
		{ "max", base->max_ns, candidate->max_ns, GATED_COUNT },
	};

	for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
		key_cells(table, page, group, i);
		text_table_cell(table, rows[row].name);
		duration_cell(table, rows[row].base_ns);
		duration_cell(table, rows[row].candidate_ns);
		if (rows[row].quantile < GATED_COUNT)
			effect_cells(table, page, result, rows[row].quantile);
		else
			empty_cells(table, page->report->calibration ? 5 : 4);
	}
}

/* "exit, walk: what all cells share; n = 224 each". */
static void group_heading(const struct text_page *page, const struct result_group *group,
			  const char *what)
{
	const uint32_t constant = PARTS_ALL & ~group->varying & ~PART_BIT(PART_WORKLOAD);
	const struct comparison_input *input = page->report->input;
	const uint32_t cell = cell_at(page, group, 0);
	const char *workload = cell_workload(&input->cells[cell]);
	char heading[CELL_WORDS_BYTES + 200], words[CELL_WORDS_BYTES], rows[64], *clean;

	cell_words_text(input, cell, constant, words, sizeof(words));
	if (group->least_rows == group->most_rows)
		snprintf(rows, sizeof(rows), "n = %llu each", (unsigned long long)group->most_rows);
	else
		snprintf(rows, sizeof(rows), "n = %llu to %llu",
			 (unsigned long long)group->least_rows,
			 (unsigned long long)group->most_rows);
	snprintf(heading, sizeof(heading), "%s%s%s: %s%s%s", workload,
		 strcmp(what, workload) ? ", " : "", strcmp(what, workload) ? what : "", words,
		 words[0] ? "; " : "", rows);
	clean = clean_text(heading, !page->style.utf8);
	fputc('\n', page->file);
	text_wrap(page->file, &page->style, "", clean ? clean : "?");
	free(clean);
}

static void print_table(struct text_page *page, struct text_table *table)
{
	char *dropped = NULL;
	const int result = text_table_print(table, &page->style, page->file, &dropped);

	if (result && !page->result)
		page->result = result;
	if (dropped)
		page->dropped_any = true;
	free(dropped);
}

static void judged_table(struct text_page *page, const struct result_group *group)
{
	static const struct text_column tail[] = {
		{ "", ALIGN_LEFT, 0, false },
		{ "base", ALIGN_RIGHT, 0, false },
		{ "candidate", ALIGN_RIGHT, 0, false },
		{ "change", ALIGN_RIGHT, 1, false },
		{ "95 % interval", ALIGN_RIGHT, 2, false },
		{ "p adjusted", ALIGN_RIGHT, 3, false },
		{ "seen here", ALIGN_RIGHT, 2, false },
		{ "verdict", ALIGN_LEFT, 0, false },
	};
	enum { SEEN_HERE = 6 };		/* of a machine that is calibrated */
	struct text_column columns[PART_COUNT + sizeof(tail) / sizeof(tail[0])];
	const size_t keys = key_columns(group, columns);
	size_t count = keys;
	struct text_table *table;
	const struct cell *cell = &page->report->input->cells[cell_at(page, group, 0)];
	char what[64];

	for (size_t i = 0; i < sizeof(tail) / sizeof(tail[0]); i++)
		if (i != SEEN_HERE || page->report->calibration)
			columns[count++] = tail[i];
	snprintf(columns[keys + 1].title, TEXT_TITLE_BYTES, "%s", page->base);
	snprintf(columns[keys + 2].title, TEXT_TITLE_BYTES, "%s", page->candidate);
	table = text_table_new(columns, count);
	for (uint32_t i = 0; i < group->count; i++)
		judged_rows(table, page, group, i);
	snprintf(what, sizeof(what), "%s",
		 cell->name ? cell_workload(cell) : column_name(result_at(page, group, 0)->column));
	group_heading(page, group, what);
	print_table(page, table);
}

static void shown_row(struct text_table *table, const struct text_page *page,
		      const struct result_group *group, uint32_t i)
{
	const struct cell_result *result = result_at(page, group, i);
	char change[FORMAT_BYTES];

	key_cells(table, page, group, i);
	text_table_cell(table, column_name(result->column));
	duration_cell(table, result->arm[ARM_BASE].p50_ns);
	duration_cell(table, result->arm[ARM_CANDIDATE].p50_ns);
	format_effect(result->effect[GATED_P50].estimate, change, sizeof(change));
	text_table_cell(table, change);
	duration_cell(table, result->arm[ARM_BASE].p99_ns);
	duration_cell(table, result->arm[ARM_CANDIDATE].p99_ns);
}

/* Said once per table, not per cell. */
static void columns_line(const struct text_page *page, const char *what, uint32_t columns)
{
	char line[256];
	int used = snprintf(line, sizeof(line), "%s: ", what);
	const char *between = "";

	for (uint32_t column = 0; column < COLUMN_COUNT && used < (int)sizeof(line); column++) {
		if (!(columns & 1u << column))
			continue;
		used += snprintf(line + used, sizeof(line) - (size_t)used, "%s%s", between,
				 column_name(column));
		between = ", ";
	}
	if (columns)
		text_wrap(page->file, &page->style, "", line);
}

static void unavailable_columns(const struct text_page *page, const struct result_group *group)
{
	columns_line(page, "unavailable here", group->lacking & ~group->columns);
	columns_line(page, "unavailable in some cells", group->lacking & group->columns);
}

/* A name that says too much: the one phase of which a strategy's samples have a part. */
static void lock_wait_note(const struct text_page *page, const struct result_group *group)
{
	char line[256];

	if (!(group->columns & 1u << COLUMN_LOCK_WAIT))
		return;
	snprintf(line, sizeof(line), "%s: %s.", column_name(COLUMN_LOCK_WAIT),
		 column_help(COLUMN_LOCK_WAIT));
	text_wrap(page->file, &page->style, "", line);
}

static void shown_table(struct text_page *page, const struct result_group *group)
{
	struct text_column columns[PART_COUNT + 6];
	const size_t keys = key_columns(group, columns);
	struct text_table *table;

	columns[keys] = (struct text_column){ "phase", ALIGN_LEFT, 0, false };
	for (size_t i = 1; i < 6; i++)
		columns[keys + i] = (struct text_column){ "", ALIGN_RIGHT, i > 3 ? 2 : i == 3,
							  false };
	snprintf(columns[keys + 1].title, TEXT_TITLE_BYTES, "p50 %s", page->base);
	snprintf(columns[keys + 2].title, TEXT_TITLE_BYTES, "p50 %s", page->candidate);
	snprintf(columns[keys + 3].title, TEXT_TITLE_BYTES, "change");
	snprintf(columns[keys + 4].title, TEXT_TITLE_BYTES, "p99 %s", page->base);
	snprintf(columns[keys + 5].title, TEXT_TITLE_BYTES, "p99 %s", page->candidate);
	table = text_table_new(columns, keys + 6);
	for (uint32_t i = 0; i < group->count; i++)
		if (!result_is_unavailable(result_at(page, group, i)))
			shown_row(table, page, group, i);
	group_heading(page, group, "shown and not judged");
	print_table(page, table);
	unavailable_columns(page, group);
	lock_wait_note(page, group);
}

static void each_group(struct text_page *page, const struct selection *all, bool gated,
		       void (*table)(struct text_page *page, const struct result_group *group))
{
	struct result_group group;

	for (uint32_t first = 0; first < all->count; first += group.count) {
		group = result_group_at(page->report, all, first);
		if (group.gated == gated)
			table(page, &group);
	}
}

void text_judged(struct text_page *page, const struct selection *all)
{
	each_group(page, all, true, judged_table);
}

void text_shown(struct text_page *page, const struct selection *all)
{
	each_group(page, all, false, shown_table);
}
