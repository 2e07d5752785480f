// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/series_report.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/clean.h"
#include "report/text.h"
#include "stats/nights.h"

#define LEVEL_DIGITS 6
#define Z_DIGITS     4

struct page {
	const struct series_report *report;
	struct text_style style;
	FILE *file;
	bool failed;
};

static void paragraph(struct page *page, const char *first, const char *text)
{
	char *clean = clean_text(text, !page->style.utf8);

	if (clean)
		text_wrap(page->file, &page->style, first, clean);
	else
		page->failed = true;
	free(clean);
}

static void clean_cell(struct page *page, struct text_table *table, const char *text)
{
	char *clean = clean_text(text, !page->style.utf8);

	text_table_cell(table, clean ? clean : "?");
	page->failed |= !clean;
	free(clean);
}

static size_t count_verdict(const struct series_report *report, enum verdict verdict)
{
	size_t count = 0;

	for (size_t i = 0; i < report->cell_count; i++)
		count += report->cells[i].result->verdict == verdict;
	return count;
}

static void head(struct page *page)
{
	static const struct {
		enum verdict verdict;
		const char *text;
	} words[] = {
		{ VERDICT_REGRESSED, "slower since the last change" },
		{ VERDICT_IMPROVED, "faster since the last change" },
		{ VERDICT_NONE, "without a change" },
		{ VERDICT_INCONCLUSIVE, "with too few nights to tell (8 at least)" },
	};
	const struct series_report *report = page->report;
	enum verdict verdict = report->verdict;
	const char *between = "";
	char line[400];
	size_t used;

	text_coloured(page->file, &page->style, verdict_colour(verdict),
		      verdict == VERDICT_NONE ? "no change found" : verdict_name(verdict));
	used = (size_t)snprintf(line, sizeof(line), "Of %zu cell%s: ", report->cell_count,
				report->cell_count == 1 ? "" : "s");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) && used < sizeof(line); i++) {
		const size_t count = count_verdict(report, words[i].verdict);

		if (!count)
			continue;
		used += (size_t)snprintf(line + used, sizeof(line) - used, "%s%zu %s", between,
					 count, words[i].text);
		between = ", ";
	}
	fputc('\n', page->file);
	snprintf(line + strlen(line), sizeof(line) - strlen(line), ".");
	paragraph(page, "  ", line);
	snprintf(line, sizeof(line),
		 "A change of level is significant at .001 (rank-CUSUM, at least %d nights on "
		 "either "
		 "side) and moves the median by more than %g %%.",
		 CHANGE_SEGMENT_MIN, report->threshold * 100);
	paragraph(page, "  ", line);
}

static void number_cell(struct text_table *table, int digits, double value)
{
	char text[FORMAT_BYTES];

	snprintf(text, sizeof(text), "%.*g", digits, value);
	text_table_cell(table, text);
}

static void change_rows(struct page *page, struct text_table *table, const struct series_cell *cell)
{
	for (size_t i = 0; i < cell->result->change_count; i++) {
		const struct series_change *found = &cell->result->changes[i];
		char text[FORMAT_BYTES];

		clean_cell(page, table, cell->name);
		clean_cell(page, table, cell->nights[found->change.first]);
		number_cell(table, LEVEL_DIGITS, exp(found->before));
		number_cell(table, LEVEL_DIGITS, exp(found->after));
		format_effect(found->change.shift, text, sizeof(text));
		text_table_coloured(table, text, found->change.shift > 0 ? TEXT_BAD : TEXT_GOOD);
		number_cell(table, Z_DIGITS, found->change.z);
		number_cell(table, Z_DIGITS, found->change.critical);
	}
}

static void print(struct page *page, struct text_table *table, const char *title)
{
	fprintf(page->file, "\n%s\n", title);
	page->failed |= text_table_print(table, &page->style, page->file, NULL) != 0;
}

static void changes(struct page *page)
{
	static const struct text_column columns[] = {
		{ "cell", ALIGN_LEFT, 0, true },	 { "first night", ALIGN_LEFT, 0, true },
		{ "before", ALIGN_RIGHT, 2, false },	 { "after", ALIGN_RIGHT, 2, false },
		{ "change", ALIGN_RIGHT, 0, false },	 { "Z", ALIGN_RIGHT, 1, false },
		{ "critical Z", ALIGN_RIGHT, 1, false },
	};
	struct text_table *table = text_table_new(columns, sizeof(columns) / sizeof(columns[0]));
	bool any = false;

	for (size_t i = 0; i < page->report->cell_count; i++) {
		any |= page->report->cells[i].result->change_count > 0;
		change_rows(page, table, &page->report->cells[i]);
	}
	if (any)
		print(page, table, "Changes of level");
	else
		text_table_free(table);
}

static void cells(struct page *page)
{
	static const struct text_column columns[] = {
		{ "cell", ALIGN_LEFT, 0, true },
		{ "nights", ALIGN_RIGHT, 1, false },
		{ "level since", ALIGN_LEFT, 1, false },
		{ "level", ALIGN_RIGHT, 0, false },
		{ "creep a night", ALIGN_RIGHT, 2, false },
		{ "p", ALIGN_RIGHT, 2, false },
		{ "verdict", ALIGN_LEFT, 0, false },
	};
	struct text_table *table = text_table_new(columns, sizeof(columns) / sizeof(columns[0]));

	for (size_t i = 0; i < page->report->cell_count; i++) {
		const struct series_cell *cell = &page->report->cells[i];
		const struct series_result *result = cell->result;
		char text[FORMAT_BYTES];

		clean_cell(page, table, cell->name);
		snprintf(text, sizeof(text), "%zu", cell->count);
		text_table_cell(table, text);
		clean_cell(page, table, cell->nights[result->regime]);
		number_cell(table, LEVEL_DIGITS, exp(result->level));
		if (isnan(result->trend.slope))
			snprintf(text, sizeof(text), "-");
		else
			snprintf(text, sizeof(text), "%+.3f %%", expm1(result->trend.slope) * 100);
		text_table_cell(table, text);
		format_p(result->trend.p, text, sizeof(text));
		text_table_cell(table, text);
		snprintf(text, sizeof(text), "%s%s", verdict_name(result->verdict),
			 result->creeps ? " (creeps)" : "");
		text_table_coloured(table, text, verdict_colour(result->verdict));
	}
	print(page, table, "Now");
}

int series_text(const struct series_report *report, const struct report_options *options,
		FILE *file, struct error *error)
{
	struct page page = {
		.report = report,
		.style = text_style_of(options),
		.file = file,
	};

	head(&page);
	changes(&page);
	cells(&page);
	if (report->command[0])
		fprintf(file, "\nAgain: %s\n", report->command);
	if (page.failed)
		return error_set(error, ENOMEM, "report: out of memory");
	if (ferror(file))
		return error_set(error, EIO, "report: cannot be written; is the disk full?");
	return 0;
}
