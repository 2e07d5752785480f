// SPDX-License-Identifier: GPL-2.0-or-later
/* What `hmmbench compare` prints. */
#include "report/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/clean.h"
#include "report/environment.h"
#include "report/formats.h"
#include "report/kernels.h"
#include "report/phrase.h"
#include "report/strategies.h"
#include "report/text_counted.h"

#define WIDTH_MIN	 40 /* narrower terminals get lines of this width */
#define NAME_COLUMNS_MAX 18 /* longer names of alternatives are cut in table headings */
#define NAME_COLUMNS_MIN 8
#define OPTIONS_NAMED	 8  /* of kernels that differ in more, the other formats tell */

enum text_colour verdict_colour(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_REGRESSED:
		return TEXT_BAD;
	case VERDICT_IMPROVED:
		return TEXT_GOOD;
	case VERDICT_INCONCLUSIVE:
		return TEXT_DOUBT;
	case VERDICT_EQUIVALENT:
	case VERDICT_NONE:
		break;
	}
	return TEXT_PLAIN;
}

static void fail(struct text_page *page, int result)
{
	if (!page->result)
		page->result = result;
}

static void paragraph(struct text_page *page, const char *first, const char *text)
{
	char *clean = clean_text(text, !page->style.utf8);

	if (!clean) {
		fail(page, -ENOMEM);
		return;
	}
	if (clean[0])
		text_wrap(page->file, &page->style, first, clean);
	free(clean);
}

static void phrase(struct text_page *page, const char *first,
		   void (*write)(FILE *file, const struct report *report))
{
	char *text = phrase_text(write, page->report);

	if (!text)
		fail(page, -ENOMEM);
	else
		paragraph(page, first, text);
	free(text);
}

static void side_exit(FILE *file, const struct report *report)
{
	phrase_side(file, report, SIDE_EXIT);
}

static void side_unregister(FILE *file, const struct report *report)
{
	phrase_side(file, report, SIDE_UNREGISTER);
}

static void text_head(struct text_page *page)
{
	const struct report *report = page->report;

	text_coloured(page->file, &page->style, verdict_colour(report->comparison->verdict),
		      verdict_name(report->comparison->verdict));
	fputc('\n', page->file);
	phrase(page, "  ", phrase_verdict);
	phrase(page, "  ", phrase_scope);
	for (size_t i = 0; i < report->mark_count; i++)
		paragraph(page, "  ! ", report->marks[i]);
	/* Samples from elsewhere have no sides. */
	if (report->input->cell_count && report->input->cells[0].name)
		return;
	fputc('\n', page->file);
	phrase(page, "  ", side_exit);
	phrase(page, "  ", side_unregister);
	phrase(page, "  ", phrase_other_half);
}

static void heading(struct text_page *page, const char *text)
{
	fputc('\n', page->file);
	text_wrap(page->file, &page->style, "", text);
}

/* A list that has its heading only when it has a line. */
struct list {
	struct text_page *page;
	const char *heading;
};

static void list_line(const char *line, void *context)
{
	struct list *list = context;

	if (list->heading)
		heading(list->page, list->heading);
	list->heading = NULL;
	paragraph(list->page, "  - ", line);
}

static void text_untold(struct text_page *page)
{
	struct list list = { page, "What could not be told, and what it would take" };

	if (untold_each(page->report, list_line, &list))
		fail(page, -ENOMEM);
}

static void text_trust(struct text_page *page)
{
	struct list list = { page, "How far to trust the numbers" };

	if (trust_each(page->report, list_line, &list))
		fail(page, -ENOMEM);
}

static void text_all_strategies(struct text_page *page)
{
	if (page->report->strategies &&
	    text_strategies(page->file, &page->style, page->report->strategies))
		fail(page, -ENOMEM);
}

static void text_counters(struct text_page *page)
{
	const struct report *report = page->report;

	if ((report->counted &&
	     text_counted(page->file, &page->style, report->counted, &counted_words)) ||
	    (report->detailed &&
	     text_counted(page->file, &page->style, report->detailed, &detailed_words)))
		fail(page, -ENOMEM);
}

struct kernel_lines {
	struct text_page *page;
	bool any;
};

static void kernel_line(const char *line, void *context)
{
	struct kernel_lines *lines = context;

	if (!lines->any)
		heading(lines->page, "Kernels");
	lines->any = true;
	paragraph(lines->page, "  - ", line);
}

static void text_kernels(struct text_page *page)
{
	struct kernel_lines lines = { .page = page };

	if (kernel_lines_each(page->report, OPTIONS_NAMED, kernel_line, &lines))
		fail(page, -ENOMEM);
}

static void text_foot(struct text_page *page)
{
	const struct report *report = page->report;
	struct list differences = { page, "What differs between the runs" };

	text_kernels(page);
	if (environment_lines(report, list_line, &differences))
		fail(page, -ENOMEM);
	if (report->note_count)
		heading(page, "Notes");
	for (size_t i = 0; i < report->note_count; i++)
		paragraph(page, "  - ", report->notes[i]);
	for (size_t i = 0; i < report->run_count; i++) {
		char *text = NULL;
		size_t bytes;
		FILE *file = open_memstream(&text, &bytes);

		if (!file) {
			fail(page, -ENOMEM);
			return;
		}
		phrase_run(file, &report->runs[i]);
		if (!i)
			fputc('\n', page->file);
		if (fclose(file))
			fail(page, -ENOMEM);
		else
			paragraph(page, "From ", text);
		free(text);
	}
	if (report->command && report->command[0]) {
		/* Not wrapped: it is there to be copied. */
		char *clean = clean_text(report->command, !page->style.utf8);

		if (clean)
			fprintf(page->file, "Again: %s\n", clean);
		else
			fail(page, -ENOMEM);
		free(clean);
	}
	phrase(page, "", phrase_replay);
}

/* How judged medians grow; the phases' growth is in the other formats. */
static void text_growth(struct text_page *page)
{
	const struct comparison *comparison = page->report->comparison;

	for (uint32_t i = 0; i < comparison->sweep_count; i++) {
		const struct sweep *sweep = &comparison->sweeps[i];
		char *text = NULL;
		size_t bytes;
		FILE *file;

		if (!sweep_is_gated(page->report, sweep))
			break;
		file = open_memstream(&text, &bytes);
		if (!file) {
			fail(page, -ENOMEM);
			return;
		}
		if (!i)
			heading(page, "How the median grows, as fixed cost + factor * size^c; "
				      "95 % intervals");
		phrase_sweep(file, page->report, sweep);
		if (fclose(file))
			fail(page, -ENOMEM);
		else
			paragraph(page, "  - ", text);
		free(text);
	}
}

static void text_tables(struct text_page *page)
{
	struct selection all;

	if (selection_all(page->report, &all)) {
		fail(page, -ENOMEM);
		return;
	}
	if (!all.count)
		fputs("\nThere are no results.\n", page->file);
	text_judged(page, &all);
	phrase(page, "* ", phrase_clock);
	phrase(page, "", phrase_control);
	text_growth(page);
	text_shown(page, &all);
	if (all.count)
		phrase(page, "", phrase_change);
	selection_free(&all);
	if (page->dropped_any)
		text_wrap(page->file, &page->style, "",
			  "Columns were left out for the width of the terminal; a wider one or "
			  "--json has them.");
}

/* Names that look the same when they are cut would make a table that cannot be read. */
static int page_names(struct text_page *page)
{
	const struct comparison_input *input = page->report->input;
	size_t columns = NAME_COLUMNS_MAX;

	page->base = clean_text(input->base_name, !page->style.utf8);
	page->candidate = clean_text(input->candidate_name, !page->style.utf8);
	if (!page->base || !page->candidate)
		return -ENOMEM;
	if (page->style.width && page->style.width / 5 < columns)
		columns = page->style.width / 5;
	if (columns < NAME_COLUMNS_MIN)
		columns = NAME_COLUMNS_MIN;
	clean_cut(page->base, columns);
	clean_cut(page->candidate, columns);
	if (strcmp(page->base, page->candidate))
		return 0;
	free(page->base);
	free(page->candidate);
	page->base = strdup("base");
	page->candidate = strdup("candidate");
	return page->base && page->candidate ? 0 : -ENOMEM;
}

static int text_render(const struct report *report, const struct report_options *options,
		       FILE *file, const char *folder, struct error *error)
{
	struct text_page page = {
		.report = report,
		.style = text_style_of(options),
		.file = file,
	};

	(void)folder;
	if (page.style.width && page.style.width < WIDTH_MIN)
		page.style.width = WIDTH_MIN;
	page.result = page_names(&page);
	if (!page.result) {
		text_head(&page);
		text_tables(&page);
		text_untold(&page);
		text_all_strategies(&page);
		text_trust(&page);
		text_counters(&page);
		text_foot(&page);
	}
	free(page.base);
	free(page.candidate);
	if (page.result)
		return error_set(error, -page.result, "report: out of memory");
	if (ferror(file))
		return error_set(error, EIO, "report: cannot be written; is the disk full?");
	return 0;
}

const struct report_format report_text = {
	.name = "text",
	.help = "tables for a terminal",
	.file = "report.txt",
	.render = text_render,
};
