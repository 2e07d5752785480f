// SPDX-License-Identifier: GPL-2.0-or-later
/* The exponents of what grows: judged columns in a table, the phases in another behind a click. */
#include "report/html_page.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "report/cell_parts.h"

static void text_cell(struct html_page *page, const char *text, bool number)
{
	html_raw(page, number ? "<td class=\"number\">" : "<td>");
	html_text(page, text);
	html_raw(page, "</td>");
}

/* What grows, and against what: the head of the row. */
static void subject(FILE *file, const struct report *report, const struct sweep *sweep)
{
	const uint32_t part = PART_BIT(cell_part_of_sweep(sweep->part));

	phrase_words(file, report, &report->comparison->results[sweep->results[0]],
		     (report_parts_varying(report) | PART_BIT(PART_WORKLOAD)) & ~part);
}

static void range(FILE *file, const struct report *report, const struct sweep *sweep)
{
	fprintf(file, "%s, ", sweep_part_name(sweep->part));
	phrase_sweep_range(file, report, sweep);
}

static void written(struct html_page *page, const struct sweep *sweep,
		    void (*write)(FILE *, const struct report *, const struct sweep *))
{
	char *text = NULL;
	size_t bytes;
	FILE *file = open_memstream(&text, &bytes);

	if (!file) {
		html_fail(page, -ENOMEM);
		return;
	}
	write(file, page->report, sweep);
	if (fclose(file))
		html_fail(page, -ENOMEM);
	else
		html_text(page, text);
	free(text);
}

/* Exponent and fixed cost. */
static void arm_cells(struct html_page *page, const struct sweep *sweep, enum comparison_arm arm)
{
	char text[FORMAT_BYTES];

	format_slope(&sweep->slope.exponent[arm], text, sizeof(text));
	text_cell(page, text, true);
	if (sweep->slope.plain)
		snprintf(text, sizeof(text), "-");
	else
		format_ns(round(sweep->slope.curve[arm].fixed_ns), text, sizeof(text));
	text_cell(page, text, true);
}

static void row(struct html_page *page, const struct sweep *sweep)
{
	const struct slope *slope = &sweep->slope;
	char text[FORMAT_BYTES];

	html_raw(page, "<tr><th scope=\"row\">");
	written(page, sweep, subject);
	html_raw(page, "</th><td>");
	written(page, sweep, range);
	html_raw(page, "</td>");
	arm_cells(page, sweep, ARM_BASE);
	arm_cells(page, sweep, ARM_CANDIDATE);
	format_slope_difference(&slope->difference, text, sizeof(text));
	text_cell(page, text, true);
	if (sweep_fits_any(sweep))
		snprintf(text, sizeof(text), "-");
	else
		snprintf(text, sizeof(text), "%.0f %%",
			 expm1(fmax(slope->curve[ARM_BASE].misfit,
				    slope->curve[ARM_CANDIDATE].misfit)) * 100);
	text_cell(page, text, true);
	html_raw(page, "</tr>\n");
}

static void head(struct html_page *page, const char *name, const char *what)
{
	html_raw(page, "<th scope=\"col\" class=\"number\"><bdi>");
	html_text(page, name);
	html_raw(page, "</bdi>");
	html_raw(page, what);
	html_raw(page, "</th>");
}

static void table(struct html_page *page, bool gated)
{
	const struct comparison *comparison = page->report->comparison;
	const struct comparison_input *input = page->report->input;

	html_raw(page, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
		       "aria-label=\"growth of ");
	html_raw(page, gated ? "what is judged" : "phases");
	html_raw(page, "\">\n<table>\n<caption>Median = fixed cost + factor * "
		       "size^exponent; 95 % intervals</caption>\n<thead>\n<tr><th scope=\"col\">"
		       "what</th><th scope=\"col\">against</th>");
	head(page, input->base_name, "");
	head(page, input->base_name, ", fixed cost");
	head(page, input->candidate_name, "");
	head(page, input->candidate_name, ", fixed cost");
	html_raw(page, "<th scope=\"col\" class=\"number\">difference</th>"
		       "<th scope=\"col\" class=\"number\">off the curve</th></tr>\n</thead>\n"
		       "<tbody>\n");
	for (uint32_t i = 0; i < comparison->sweep_count; i++)
		if (sweep_is_gated(page->report, &comparison->sweeps[i]) == gated)
			row(page, &comparison->sweeps[i]);
	html_raw(page, "</tbody>\n</table>\n</div>\n");
}

/* Sweeps of judged columns come first. */
void html_slopes(struct html_page *page)
{
	const struct comparison *comparison = page->report->comparison;
	uint32_t gated = 0;

	while (gated < comparison->sweep_count &&
	       sweep_is_gated(page->report, &comparison->sweeps[gated]))
		gated++;
	if (comparison->sweep_count)
		html_raw(page, "<h3 id=\"growth\">Growth</h3>\n");
	if (gated)
		table(page, true);
	if (gated < comparison->sweep_count) {
		html_fold(page, comparison->sweep_count - gated,
			  "Growth of the phases that are shown, not judged</summary>\n");
		table(page, false);
		html_raw(page, "</details>\n");
	}
	if (comparison->sweep_count)
		html_raw(page, "<p><a href=\"#read-growth\">How to read it</a></p>\n");
}
