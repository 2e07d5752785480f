// SPDX-License-Identifier: GPL-2.0-or-later
/* The figures of the page: each kind in a part of its own, or beside the result it is about. */
#include "report/html_page.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/paths.h"

#define SVG_BYTES_MAX (8u << 20)

static const struct cell_result *result_of(const struct html_page *page,
					   const struct figure *figure)
{
	return &page->report->comparison->results[figure->result];
}

static int embed(struct html_page *page, const struct figure *figure)
{
	char *path = path_printf("%s/%s.svg", page->folder, figure->name);
	struct error error = { 0 };
	char prefix[32], *svg = NULL;
	int result;

	if (!path)
		return -ENOMEM;
	snprintf(prefix, sizeof(prefix), "f%u-", ++page->figures_placed);
	result = path_read_file(path, SVG_BYTES_MAX, &svg, NULL, &error);
	if (!result)
		result = svg_embed(page->file, svg, prefix, figure->caption);
	free(svg);
	free(path);
	return result;
}

/* The command that draws it again, and where the page says how to read it. */
static void again(struct html_page *page, const struct figure *figure)
{
	html_raw(page, " <span>Again: <code>");
	html_format(page, "hmmbench plot %s%s%s", figure->name, page->report->arguments ? " " : "",
		    page->report->arguments ? page->report->arguments : "");
	html_raw(page, "</code>; script and data: <code>");
	html_text(page, figure->name);
	html_raw(page, ".gp</code>, <code>.dat</code>; <a href=\"#read-");
	html_raw(page, figure->maker->name);
	html_raw(page, "\">how to read it</a>.</span>");
}

static void html_figure(struct html_page *page, const struct figure *figure)
{
	int result;

	html_raw(page, "<figure>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
		       "aria-label=\"figure ");
	html_text(page, figure->name);
	html_raw(page, "\">\n");
	result = embed(page, figure);
	if (result == -ENOMEM)
		html_fail(page, result);
	else if (result)
		html_raw(page, "<p>The picture of this figure cannot be read.</p>\n");
	html_raw(page, "</div>\n<figcaption>");
	html_text(page, figure->caption);
	again(page, figure);
	html_raw(page, "</figcaption>\n</figure>\n");
}

void html_figures_of(struct html_page *page, uint32_t result)
{
	for (size_t i = 0; i < page->figure_count; i++)
		if (page->figures[i].maker->of_result && page->figures[i].result == result)
			html_figure(page, &page->figures[i]);
}

static bool has_kind(const struct html_page *page, const struct figure_maker *maker)
{
	for (size_t i = 0; i < page->figure_count; i++)
		if (page->figures[i].maker == maker)
			return true;
	return false;
}

static bool has_judged(const struct html_page *page, const struct figure_maker *maker)
{
	for (size_t i = 0; i < page->figure_count; i++)
		if (page->figures[i].maker == maker && result_of(page, &page->figures[i])->gated)
			return true;
	return false;
}

/*
 * Of one kind, what its limit leaves undrawn and how to have it. Those that belong to a result are
 * of two places: behind the second.
 */
static void html_undrawn(struct html_page *page, const struct figure_maker *maker)
{
	const char *arguments = page->report->arguments ? page->report->arguments : "";

	for (size_t i = 0; i < page->figure_count; i++) {
		const struct figure *figure = &page->figures[i];

		if (figure->maker != maker || !figure->undrawn)
			continue;
		html_raw(page, "<p class=\"soft undrawn\">");
		html_format(page, "%u more figures ", figure->undrawn);
		html_text(page, maker->name);
		html_raw(page, " are not drawn here, those of what is judged and changed most come "
			       "first. <code>");
		html_format(page, "hmmbench plot %s", arguments);
		html_raw(page, "</code> names them all, and behind <code>plot</code> a name draws "
			       "one.</p>\n");
	}
}

/* One kind: judged columns open, the others behind a click; all open where none is judged. */
static void html_kind(struct html_page *page, const struct figure_maker *maker)
{
	static const char *const end[] = { "</div>\n", "</div>\n</details>\n" };
	const bool judged = has_judged(page, maker);

	for (size_t shown = 0; shown < 2; shown++) {
		bool any = false;

		for (size_t i = 0; i < page->figure_count; i++) {
			const struct figure *figure = &page->figures[i];

			if (figure->maker != maker || result_of(page, figure)->gated == shown)
				continue;
			if (!any && shown && judged)
				html_fold(page, SIZE_MAX, "Phases that are shown, not judged</summary>\n");
			if (!any)
				html_raw(page, "<div class=\"figures\">\n");
			any = true;
			html_figure(page, figure);
		}
		if (any)
			html_raw(page, end[shown && judged]);
	}
}

void html_figures(struct html_page *page)
{
	const char *heading = "";

	for (size_t i = 0; figure_makers[i]; i++) {
		const struct figure_maker *maker = figure_makers[i];

		if (maker->of_result || !has_kind(page, maker))
			continue;
		if (strcmp(heading, maker->heading)) {
			html_raw(page, "<h2 id=\"figures-");
			html_raw(page, maker->name);
			html_raw(page, "\">");
			html_text(page, maker->heading);
			html_raw(page, "</h2>\n");
		}
		heading = maker->heading;
		html_kind(page, maker);
		html_undrawn(page, maker);
	}
}

void html_other_figures(struct html_page *page)
{
	bool any = false;

	for (size_t i = 0; i < page->figure_count; i++) {
		const struct figure *figure = &page->figures[i];
		const enum verdict verdict = result_of(page, figure)->verdict;

		if (!figure->maker->of_result || verdict == VERDICT_REGRESSED ||
		    verdict == VERDICT_IMPROVED)
			continue;
		if (!any) {
			html_fold(page, SIZE_MAX, "Figures of the results without a change</summary>\n");
			html_raw(page, "<div class=\"figures\">\n");
		}
		any = true;
		html_figure(page, figure);
	}
	if (any)
		html_raw(page, "</div>\n</details>\n");
	for (size_t i = 0; figure_makers[i]; i++)
		if (figure_makers[i]->of_result)
			html_undrawn(page, figure_makers[i]);
}

void html_figure_help(struct html_page *page)
{
	for (size_t i = 0; figure_makers[i]; i++) {
		const struct figure_maker *maker = figure_makers[i];

		if (!has_kind(page, maker))
			continue;
		html_raw(page, "<h3 id=\"read-");
		html_raw(page, maker->name);
		html_raw(page, "\">Figures ");
		html_text(page, maker->name);
		html_raw(page, "</h3>\n<p>");
		html_text(page, maker->help);
		html_raw(page, "</p>\n");
	}
}
