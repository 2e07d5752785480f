// SPDX-License-Identifier: GPL-2.0-or-later
/* What changed, what could not be told, and the figures. */
#include "report/html_page.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/paths.h"

#define SVG_BYTES_MAX (8u << 20)

/* An open phrase about one result, escaped when it is closed. */
static void result_phrase(struct html_page *page, const struct cell_result *result,
			  void (*write)(FILE *file, const struct report *report,
					const struct cell_result *result))
{
	char *text = NULL;
	size_t bytes;
	FILE *file = open_memstream(&text, &bytes);

	if (!file) {
		html_fail(page, -ENOMEM);
		return;
	}
	write(file, page->report, result);
	if (fclose(file))
		html_fail(page, -ENOMEM);
	else
		html_text(page, text);
	free(text);
}

static void all_effects(FILE *file, const struct report *report, const struct cell_result *result)
{
	(void)report;
	for (size_t i = 0; i < GATED_COUNT; i++) {
		fputs(i ? "; " : "", file);
		phrase_effect(file, result, i);
	}
}

const struct figure *html_distribution_of(const struct html_page *page, uint32_t result)
{
	for (size_t i = 0; i < page->figure_count; i++)
		if (page->figures[i].kind == FIGURE_DISTRIBUTION &&
		    page->figures[i].result == result)
			return &page->figures[i];
	return NULL;
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

bool html_figure(struct html_page *page, const struct figure *figure)
{
	int result;

	html_raw(page, "<figure>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
		       "aria-label=\"figure\">\n");
	result = embed(page, figure);
	if (result == -ENOMEM)
		html_fail(page, result);
	else if (result)
		html_raw(page, "<p>The picture of this figure cannot be read.</p>\n");
	html_raw(page, "</div>\n<figcaption>");
	html_text(page, figure->caption);
	html_raw(page, " <span>Drawn by <code>");
	html_text(page, figure->name);
	html_raw(page, ".gp</code>; <a href=\"#read-");
	html_raw(page, figure->kind == FIGURE_MIRRORS ? "mirrors" : "distribution");
	html_raw(page, "\">how to read it</a>.</span></figcaption>\n</figure>\n");
	return !result;
}

static void changed_card(struct html_page *page, uint32_t index)
{
	const struct cell_result *result = &page->report->comparison->results[index];
	const struct figure *figure = html_distribution_of(page, index);

	html_raw(page, "<section class=\"card\">\n<h3>");
	result_phrase(page, result, phrase_result);
	html_raw(page, " ");
	html_verdict(page, result->verdict);
	html_raw(page, "</h3>\n<p>");
	result_phrase(page, result, all_effects);
	html_raw(page, ".</p>\n");
	if (figure)
		html_figure(page, figure);
	html_raw(page, "</section>\n");
}

void html_changed(struct html_page *page)
{
	struct selection changed;

	if (selection_changed(page->report, &changed)) {
		html_fail(page, -ENOMEM);
		return;
	}
	html_raw(page, "<h2 id=\"changed\">What changed, worst first</h2>\n");
	if (!changed.count)
		html_raw(page, "<p>Nothing changed beyond the smallest effect of interest.</p>\n");
	html_raw(page, "<div class=\"figures\">\n");
	for (uint32_t i = 0; i < changed.count && i < FIGURES_PER_KIND_MAX; i++)
		changed_card(page, changed.results[i]);
	html_raw(page, "</div>\n");
	if (changed.count > FIGURES_PER_KIND_MAX) {
		html_raw(page, "<p>");
		html_format(page, "%u more changed; the tables below have them all.",
			    changed.count - FIGURES_PER_KIND_MAX);
		html_raw(page, "</p>\n");
	}
	selection_free(&changed);
}

struct untold {
	struct html_page *page;
	bool any;
};

static void untold_line(const char *line, void *context)
{
	struct untold *untold = context;

	if (!untold->any)
		html_raw(untold->page, "<h2 id=\"untold\">What could not be told, and what it "
				       "would take</h2>\n<ul>\n");
	untold->any = true;
	html_raw(untold->page, "<li>");
	html_text(untold->page, line);
	html_raw(untold->page, "</li>\n");
}

void html_untold(struct html_page *page)
{
	struct untold untold = { .page = page };

	if (untold_each(page->report, untold_line, &untold))
		html_fail(page, -ENOMEM);
	if (untold.any)
		html_raw(page, "</ul>\n");
}

static bool has_mirrors_figure(const struct html_page *page)
{
	for (size_t i = 0; i < page->figure_count; i++)
		if (page->figures[i].kind == FIGURE_MIRRORS)
			return true;
	return false;
}

/* Figures against mirrors: judged columns open, the others behind a click. */
void html_growth(struct html_page *page)
{
	static const char *const begin[] = {
		"<div class=\"figures\">\n",
		"<details>\n<summary>Phases that are shown, not judged</summary>\n"
		"<div class=\"figures\">\n",
	};
	static const char *const end[] = { "</div>\n", "</div>\n</details>\n" };

	if (!page->report->comparison->sweep_count && !has_mirrors_figure(page))
		return;
	html_raw(page, "<h2 id=\"growth\">How it grows</h2>\n");
	html_slopes(page);
	for (size_t shown = 0; shown < 2; shown++) {
		bool any = false;

		for (size_t i = 0; i < page->figure_count; i++) {
			const struct figure *figure = &page->figures[i];

			if (figure->kind != FIGURE_MIRRORS ||
			    page->report->comparison->results[figure->result].gated == shown)
				continue;
			if (!any)
				html_raw(page, begin[shown]);
			any = true;
			html_figure(page, figure);
		}
		if (any)
			html_raw(page, end[shown]);
	}
}

/* Distributions that no card has shown. */
void html_other_distributions(struct html_page *page)
{
	bool any = false;

	for (size_t i = 0; i < page->figure_count; i++) {
		const struct figure *figure = &page->figures[i];
		enum verdict verdict;

		if (figure->kind != FIGURE_DISTRIBUTION)
			continue;
		verdict = page->report->comparison->results[figure->result].verdict;
		if (verdict == VERDICT_REGRESSED || verdict == VERDICT_IMPROVED)
			continue;
		if (!any)
			html_raw(page, "<details>\n<summary>Distributions of the results without a "
				       "change</summary>\n<div class=\"figures\">\n");
		any = true;
		html_figure(page, figure);
	}
	if (any)
		html_raw(page, "</div>\n</details>\n");
}
