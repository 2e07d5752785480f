// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/history_report.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "report/clean.h"
#include "report/phrase.h"
#include "report/text.h"
#include "stats/nights.h"
#include "stats/series.h"

struct page {
	const struct history_report *report;
	struct text_style style;
	FILE *file;
	bool failed;
};

void history_date(int64_t time_s, char text[HISTORY_DATE_BYTES])
{
	const time_t time = time_s;
	struct tm utc = { 0 };

	gmtime_r(&time, &utc);
	strftime(text, HISTORY_DATE_BYTES, "%Y-%m-%d", &utc);
}

static void paragraph(struct page *page, const char *first, const char *text)
{
	char *clean = clean_text(text, !page->style.utf8);

	if (clean)
		text_wrap(page->file, &page->style, first, clean);
	page->failed |= !clean;
	free(clean);
}

static void clean_cell(struct page *page, struct text_table *table, const char *text)
{
	char *clean = clean_text(text, !page->style.utf8);

	text_table_cell(table, clean ? clean : "?");
	page->failed |= !clean;
	free(clean);
}

static void date_cell(struct text_table *table, int64_t time_s)
{
	char text[HISTORY_DATE_BYTES];

	history_date(time_s, text);
	text_table_cell(table, text);
}

static void level_cell(struct text_table *table, const struct history_series *series, double value)
{
	char text[FORMAT_BYTES];

	if (series->clock == PLAN_CLOCK_VIRTUAL && isfinite(value))
		snprintf(text, sizeof(text), "%.0f insns", exp(value));
	else
		format_ns(isfinite(value) ? exp(value) : NAN, text, sizeof(text));
	text_table_cell(table, text);
}

static void number_cell(struct text_table *table, double value)
{
	char text[FORMAT_BYTES] = "-";

	if (isfinite(value))
		snprintf(text, sizeof(text), "%.2f", value);
	text_table_cell(table, text);
}

/* "exit/.. (lock_wait)": the column where it is not the workload's first is what is meant. */
static void series_cells(struct page *page, struct text_table *table,
			 const struct history_series *series)
{
	char text[200];

	snprintf(text, sizeof(text), "%s (%s)", series->cell, column_name(series->column));
	clean_cell(page, table, text);
	clean_cell(page, table, series->strategy[0] ? series->strategy : "-");
	clean_cell(page, table, series->machine);
	clean_cell(page, table, series->line);
}

static void print(struct page *page, struct text_table *table, const char *title)
{
	char *clean = clean_text(title, !page->style.utf8);

	if (clean)
		fprintf(page->file, "\n%s\n", clean);
	page->failed |= !clean;
	free(clean);
	page->failed |= text_table_print(table, &page->style, page->file, NULL) != 0;
}

/* ---- the head ---- */

static size_t count_verdict(const struct history_page *page, enum verdict verdict)
{
	size_t count = 0;

	for (size_t i = 0; i < page->row_count; i++)
		count += page->rows[i].verdict == verdict && page->rows[i].series.judged;
	return count;
}

static size_t count_judged(const struct history_page *page)
{
	size_t count = 0;

	for (size_t i = 0; i < page->row_count; i++)
		count += page->rows[i].series.judged;
	return count;
}

static void head(struct page *page)
{
	const struct history_page *shown = page->report->page;
	const enum verdict verdict = shown->verdict;
	char line[400];

	text_coloured(page->file, &page->style, verdict_colour(verdict),
		      verdict == VERDICT_NONE ? "nothing found that was not acknowledged" :
						verdict_name(verdict));
	fputc('\n', page->file);
	snprintf(line, sizeof(line),
		 "Of %zu series: %zu slower and %zu faster by a change that nobody acknowledged, %zu "
		 "without one, %zu with too few nights to tell (%d at least).",
		 count_judged(shown), count_verdict(shown, VERDICT_REGRESSED),
		 count_verdict(shown, VERDICT_IMPROVED), count_verdict(shown, VERDICT_NONE),
		 count_verdict(shown, VERDICT_INCONCLUSIVE), SERIES_NIGHTS_MIN);
	paragraph(page, "  ", line);
	snprintf(line, sizeof(line),
		 "A change of level is significant at .001 (rank-CUSUM over at most %d nights, %d at least "
		 "on either side) and moves the median by more than the smallest effect of interest; creep "
		 "is a trend with p below %g that comes to more than that.",
		 NIGHTS_WINDOW, CHANGE_SEGMENT_MIN, NIGHTS_CREEP_P);
	paragraph(page, "  ", line);
}

/* ---- changes ---- */

static const struct text_column change_columns[] = {
	{ "no.", ALIGN_RIGHT, 0, true },
	{ "cell (phase)", ALIGN_LEFT, 0, true },
	{ "strategy", ALIGN_LEFT, 0, true },
	{ "machine", ALIGN_LEFT, 0, true },
	{ "kernel line", ALIGN_LEFT, 0, true },
	{ "what", ALIGN_LEFT, 0, false },
	{ "first night", ALIGN_LEFT, 0, false },
	{ "first kernel", ALIGN_LEFT, 0, false },
	{ "before", ALIGN_RIGHT, 3, false },
	{ "after", ALIGN_RIGHT, 3, false },
	{ "change", ALIGN_RIGHT, 0, false },
	{ "95 % interval", ALIGN_RIGHT, 2, false },
	{ "Z", ALIGN_RIGHT, 1, false },
	{ "critical Z", ALIGN_RIGHT, 1, false },
	{ "p", ALIGN_RIGHT, 1, false },
};

static void change_row(struct page *page, struct text_table *table, const struct history_row *row,
		       size_t i)
{
	const struct history_change *change = &row->changes[i];
	char text[FORMAT_BYTES];

	snprintf(text, sizeof(text), "%lld", (long long)change->id);
	text_table_cell(table, text);
	series_cells(page, table, &row->series);
	text_table_cell(table, change->kind == HISTORY_CREEP ? "creep" : "level");
	date_cell(table, change->first_s);
	clean_cell(page, table, row->change_kernels[i]);
	level_cell(table, &row->series, change->before);
	level_cell(table, &row->series, change->after);
	format_effect(change->shift, text, sizeof(text));
	text_table_coloured(table, text, change->shift > 0 ? TEXT_BAD : TEXT_GOOD);
	format_interval(change->low, change->high, text, sizeof(text));
	text_table_cell(table, text);
	number_cell(table, change->z);
	number_cell(table, change->critical);
	format_p(change->kind == HISTORY_CREEP ? change->p : .001, text, sizeof(text));
	if (change->kind == HISTORY_LEVEL)
		snprintf(text, sizeof(text), "<0.001");
	text_table_cell(table, text);
}

/* Changes that nobody acknowledged: of judged series alarms, of the others for the reader. */
static void alarms(struct page *page)
{
	const struct history_page *shown = page->report->page;
	struct text_table *table = text_table_new(change_columns, sizeof(change_columns) /
								      sizeof(change_columns[0]));
	size_t rows = 0, left = 0;

	for (size_t i = 0; i < shown->row_count; i++)
		for (size_t j = 0; j < shown->rows[i].change_count; j++) {
			if (shown->rows[i].changes[j].acknowledged[0])
				continue;
			if (!page->report->all && rows == HISTORY_ROWS) {
				left++;
				continue;
			}
			rows++;
			change_row(page, table, &shown->rows[i], j);
		}
	if (rows)
		print(page, table, "Changes that nobody acknowledged");
	else
		text_table_free(table);
	if (left)
		fprintf(page->file, "... and %zu more; --all shows them\n", left);
	if (shown->alarms)
		fputs("They alarm until: hmmbench history ack NUMBER --note TEXT\n", page->file);
}

static void acknowledged(struct page *page)
{
	const struct history_page *shown = page->report->page;
	bool any = false;

	for (size_t i = 0; i < shown->row_count; i++)
		for (size_t j = 0; j < shown->rows[i].change_count; j++) {
			const struct history_row *row = &shown->rows[i];
			const struct history_change *change = &row->changes[j];
			char date[HISTORY_DATE_BYTES], effect[FORMAT_BYTES], line[900];

			if (!change->acknowledged[0])
				continue;
			if (!any)
				fputs("\nAcknowledged\n", page->file);
			any = true;
			history_date(change->first_s, date);
			format_effect(change->shift, effect, sizeof(effect));
			snprintf(line, sizeof(line), "%lld: %s%s%s, %s, %s: %s %s from %s on (%s); %.10s: %s",
				 (long long)change->id, row->series.cell,
				 row->series.strategy[0] ? ", " : "", row->series.strategy,
				 row->series.machine, row->series.line,
				 change->kind == HISTORY_CREEP ? "creep" : "level", effect, date,
				 row->change_kernels[j], change->acknowledged, change->note);
			paragraph(page, "  - ", line);
		}
}

/* ---- series ---- */

static const struct text_column row_columns[] = {
	{ "cell (phase)", ALIGN_LEFT, 0, true },
	{ "strategy", ALIGN_LEFT, 0, true },
	{ "machine", ALIGN_LEFT, 0, true },
	{ "kernel line", ALIGN_LEFT, 0, true },
	{ "nights", ALIGN_RIGHT, 2, false },
	{ "last night", ALIGN_LEFT, 0, false },
	{ "its kernel", ALIGN_LEFT, 3, false },
	{ "value", ALIGN_RIGHT, 0, false },
	{ "+-", ALIGN_RIGHT, 1, false },
	{ "level since", ALIGN_LEFT, 1, false },
	{ "level", ALIGN_RIGHT, 0, false },
	{ "verdict", ALIGN_LEFT, 0, false },
};

static void error_cell(struct text_table *table, double error)
{
	char text[FORMAT_BYTES] = "-";

	if (isfinite(error))
		snprintf(text, sizeof(text), "%.1f %%", expm1(error) * 100);
	text_table_cell(table, text);
}

static void series_row(struct page *page, struct text_table *table, const struct history_row *row)
{
	const struct history_night *last = &row->nights[row->night_count - 1];
	char text[FORMAT_BYTES];

	series_cells(page, table, &row->series);
	snprintf(text, sizeof(text), "%u", row->series.nights);
	text_table_cell(table, text);
	date_cell(table, last->night_s);
	clean_cell(page, table, row->kernel);
	level_cell(table, &row->series, last->value);
	error_cell(table, last->error);
	date_cell(table, row->since_s);
	level_cell(table, &row->series, row->level);
	text_table_coloured(table, row->series.judged ? verdict_name(row->verdict) : "not judged",
			    verdict_colour(row->verdict));
}

/* What needs a reader first, then the rest in its order. */
static void series(struct page *page)
{
	static const enum verdict order[] = { VERDICT_REGRESSED, VERDICT_IMPROVED,
					      VERDICT_INCONCLUSIVE, VERDICT_NONE };
	const struct history_page *shown = page->report->page;
	struct text_table *table = text_table_new(row_columns, sizeof(row_columns) /
								   sizeof(row_columns[0]));
	size_t rows = 0;

	for (size_t v = 0; v < sizeof(order) / sizeof(order[0]); v++)
		for (size_t i = 0; i < shown->row_count; i++) {
			if (shown->rows[i].verdict != order[v] ||
			    (rows == HISTORY_ROWS && !page->report->all))
				continue;
			rows++;
			series_row(page, table, &shown->rows[i]);
		}
	if (rows)
		print(page, table, "Series");
	else
		text_table_free(table);
	if (rows < shown->row_count)
		fprintf(page->file, "... and %zu more; --all shows them, CELL those of a cell\n",
			shown->row_count - rows);
}

static void nights(struct page *page, const struct history_row *row)
{
	static const struct text_column columns[] = {
		{ "night", ALIGN_LEFT, 0, false }, { "value", ALIGN_RIGHT, 0, false },
		{ "+-", ALIGN_RIGHT, 1, false },   { "boots", ALIGN_RIGHT, 1, false },
		{ "change", ALIGN_LEFT, 0, false },
	};
	struct text_table *table = text_table_new(columns, sizeof(columns) / sizeof(columns[0]));
	char title[400], text[FORMAT_BYTES];

	for (size_t i = row->night_count; i-- > 0;) {
		const struct history_night *night = &row->nights[i];

		text[0] = '\0';
		for (size_t j = 0; j < row->change_count; j++)
			if (row->changes[j].first_s == night->night_s)
				snprintf(text, sizeof(text), "%lld", (long long)row->changes[j].id);
		date_cell(table, night->night_s);
		level_cell(table, &row->series, night->value);
		error_cell(table, night->error);
		snprintf(title, sizeof(title), "%u", night->boots);
		text_table_cell(table, title);
		text_table_cell(table, text);
	}
	snprintf(title, sizeof(title), "Nights of %s%s%s, %s, %s", row->series.cell,
		 row->series.strategy[0] ? ", " : "", row->series.strategy, row->series.machine,
		 row->series.line);
	print(page, table, title);
}

int history_text(const struct history_report *report, const struct report_options *options,
		 FILE *file, struct error *error)
{
	struct page page = {
		.report = report,
		.style = text_style_of(options),
		.file = file,
	};

	head(&page);
	alarms(&page);
	if (report->all || report->nights)
		acknowledged(&page);
	series(&page);
	for (size_t i = 0; report->nights && i < report->page->row_count; i++)
		nights(&page, &report->page->rows[i]);
	if (page.failed)
		return error_set(error, ENOMEM, "report: out of memory");
	if (ferror(file))
		return error_set(error, EIO, "report: cannot be written; is the disk full?");
	return 0;
}
