// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One self-contained page for somebody who was not there: the verdict first, then what
 * weakens it, what changed, everything in tables, where it was measured, and how to read
 * and repeat it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/formats.h"
#include "report/html_page.h"

static void html_begin(struct html_page *page)
{
	const struct comparison_input *input = page->report->input;

	html_raw(
		page,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		"style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n"
		"<link rel=\"icon\" href=\"data:,\">\n<title>");
	html_format(page, "%s: %s against %s - hmmbench",
		    verdict_name(page->report->comparison->verdict), input->candidate_name,
		    input->base_name);
	html_raw(page, "</title>\n<style>\n");
	html_raw(page, html_style);
	html_raw(page, "</style>\n</head>\n<body>\n<main>\n");
}

static void html_marks(struct html_page *page)
{
	const struct report *report = page->report;

	if (!report->mark_count && !page->figures_missing)
		return;
	html_raw(page, "<section class=\"marks\" aria-labelledby=\"marks\">\n"
		       "<strong id=\"marks\">Before you trust it</strong>\n<ul>\n");
	for (size_t i = 0; i < report->mark_count; i++) {
		html_raw(page, "<li>");
		html_text(page, report->marks[i]);
		html_raw(page, "</li>\n");
	}
	if (page->figures_missing) {
		html_raw(page, "<li>This report has no figures: ");
		html_text(page, page->figures_missing);
		html_raw(page, "</li>\n");
	}
	html_raw(page, "</ul>\n</section>\n");
}

static void html_sides(struct html_page *page)
{
	bool any = false;

	for (size_t side = 0; side < SIDE_COUNT; side++) {
		char *text = NULL;
		size_t bytes;
		FILE *file = open_memstream(&text, &bytes);

		if (!file) {
			html_fail(page, -ENOMEM);
			return;
		}
		phrase_side(file, page->report, side);
		if (fclose(file)) {
			html_fail(page, -ENOMEM);
		} else if (text[0]) {
			if (!any)
				html_raw(page,
					 "<h2 id=\"sides\">Both sides of the teardown</h2>\n");
			any = true;
			html_raw(page, "<p>");
			html_text(page, text);
			html_raw(page, "</p>\n");
		}
		free(text);
	}
	if (any) {
		html_raw(page, "<p class=\"soft\">");
		html_phrase(page, phrase_other_half);
		html_raw(page, "</p>\n");
	}
}

static void html_top(struct html_page *page)
{
	const struct report *report = page->report;

	html_raw(page, "<header>\n<h1><bdi>");
	html_text(page, report->input->candidate_name);
	html_raw(page, "</bdi> against <bdi>");
	html_text(page, report->input->base_name);
	html_raw(page, "</bdi>: ");
	html_verdict(page, report->comparison->verdict);
	html_raw(page, "</h1>\n<p class=\"lead\">");
	html_phrase(page, phrase_verdict);
	html_raw(page, " ");
	html_phrase(page, phrase_scope);
	html_raw(page, "</p>\n");
	html_marks(page);
	html_raw(page, "<nav aria-label=\"sections\"><a href=\"#changed\">what changed</a> "
		       "<a href=\"#results\">all results</a> ");
	if (report->run_count)
		html_raw(page, "<a href=\"#environment\">where it was measured</a> ");
	html_raw(page, "<a href=\"#read\">how to read it</a></nav>\n</header>\n");
}

static void html_notes(struct html_page *page)
{
	const struct report *report = page->report;

	if (!report->note_count)
		return;
	html_raw(page, "<h2 id=\"notes\">Notes of the measurement</h2>\n<ul>\n");
	for (size_t i = 0; i < report->note_count; i++) {
		html_raw(page, "<li>");
		html_text(page, report->notes[i]);
		html_raw(page, "</li>\n");
	}
	html_raw(page, "</ul>\n");
}

static void html_command(struct html_page *page)
{
	if (!page->report->command || !page->report->command[0])
		return;
	html_raw(page,
		 "<h2 id=\"again\">Again</h2>\n<p>The same tables from the same samples:</p>\n"
		 "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
		 "aria-label=\"command that reproduces this report\"><pre><code>");
	html_text(page, page->report->command);
	html_raw(page, "</code></pre></div>\n<p>");
	html_phrase(page, phrase_replay);
	html_raw(page, "</p>\n");
}

static void html_body(struct html_page *page)
{
	struct selection all;

	html_top(page);
	html_sides(page);
	html_changed(page);
	html_strategies(page);
	html_untold(page);
	html_trust(page);
	html_kernels(page);
	html_environment(page);
	html_figures(page);
	if (selection_all(page->report, &all)) {
		html_fail(page, -ENOMEM);
		return;
	}
	html_raw(page, "<h2 id=\"results\">All results</h2>\n");
	if (!all.count)
		html_raw(page, "<p>There are no results.</p>\n");
	html_judged_tables(page, &all);
	html_raw(page, "<p>");
	html_phrase(page, phrase_clock);
	html_phrase(page, phrase_control);
	html_raw(page, "</p>\n");
	html_slopes(page);
	html_other_figures(page);
	html_shown_tables(page, &all);
	selection_free(&all);
	html_counted(page);
	html_notes(page);
	html_help(page);
	html_command(page);
}

/* A page without its figures is still the report: it says what is missing and why. */
static void make_figures(struct html_page *page, struct error *error)
{
	struct error reason = { 0 };

	if (!page->folder) {
		page->figures_missing = "there was no folder to draw them in.";
		return;
	}
	if (!figures_make(page->report, page->folder, FIGURE_FORMAT_BIT(FIGURE_SVG),
			  &page->figures, &page->figure_count, &reason))
		return;
	if (!error) {
		page->figures_missing = "they could not be drawn.";
		return;
	}
	*error = reason;
	page->figures_missing = error->text;
}

static int html_render(const struct report *report, const struct report_options *options,
		       FILE *file, const char *folder, struct error *error)
{
	struct html_page page = { .report = report, .file = file, .folder = folder };

	(void)options;
	make_figures(&page, error);
	html_begin(&page);
	html_body(&page);
	html_raw(&page, "</main>\n</body>\n</html>\n");
	free(page.figures);
	if (page.result)
		return error_set(error, -page.result, "report: out of memory");
	if (ferror(file))
		return error_set(error, EIO, "report: cannot be written; is the disk full?");
	return 0;
}

const struct report_format report_html = {
	.name = "html",
	.help = "one page with figures",
	.file = "report.html",
	.render = html_render,
};
