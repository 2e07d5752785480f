// SPDX-License-Identifier: GPL-2.0-or-later
/* What changed, and what could not be told. */
#include "report/html_page.h"

#include <errno.h>
#include <stdlib.h>

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

static void changed_card(struct html_page *page, uint32_t index)
{
	const struct cell_result *result = &page->report->comparison->results[index];

	html_raw(page, "<section class=\"card\">\n<h3>");
	result_phrase(page, result, phrase_result);
	html_raw(page, " ");
	html_verdict(page, result->verdict);
	html_raw(page, "</h3>\n<p>");
	result_phrase(page, result, all_effects);
	html_raw(page, ".</p>\n");
	html_figures_of(page, index);
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
	if (!changed.count) {
		html_raw(page, "<p>");
		html_phrase(page, phrase_unchanged);
		html_raw(page, "</p>\n");
	}
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

/* A list that has its heading only when it has a line. */
struct list {
	struct html_page *page;
	const char *heading;
	bool any;
};

static void list_line(const char *line, void *context)
{
	struct list *list = context;

	if (!list->any)
		html_raw(list->page, list->heading);
	list->any = true;
	html_raw(list->page, "<li>");
	html_text(list->page, line);
	html_raw(list->page, "</li>\n");
}

static void list_end(struct list *list)
{
	if (list->any)
		html_raw(list->page, "</ul>\n");
}

void html_untold(struct html_page *page)
{
	struct list list = { .page = page,
			     .heading = "<h2 id=\"untold\">What could not be told, and what it "
					"would take</h2>\n<ul>\n" };

	if (untold_each(page->report, list_line, &list))
		html_fail(page, -ENOMEM);
	list_end(&list);
}

void html_trust(struct html_page *page)
{
	struct list list = { .page = page,
			     .heading = "<h2 id=\"trust\">How far to trust the numbers</h2>\n"
					"<ul>\n" };

	if (trust_each(page->report, list_line, &list))
		html_fail(page, -ENOMEM);
	list_end(&list);
}
