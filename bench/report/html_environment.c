// SPDX-License-Identifier: GPL-2.0-or-later
/* Where it was measured: the first run in full, and what differs between the runs. */
#include "report/html_page.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "report/environment.h"

static void run_line(struct html_page *page, const struct store_run *run)
{
	char *text = NULL;
	size_t bytes;
	FILE *file = open_memstream(&text, &bytes);

	if (!file) {
		html_fail(page, -ENOMEM);
		return;
	}
	phrase_run(file, run);
	if (fclose(file)) {
		html_fail(page, -ENOMEM);
	} else {
		html_raw(page, "<li>");
		html_text(page, text);
		html_raw(page, "</li>\n");
	}
	free(text);
}

static void value(struct html_page *page, const struct fact *fact)
{
	if (fact->null)
		html_raw(page, "<span class=\"soft\">not told</span>");
	else if (fact_is_document(fact))
		html_raw(page, "<span class=\"soft\">see below</span>");
	else
		html_text(page, fact->value);
}

static void facts_table(struct html_page *page, const struct facts *facts)
{
	const char *group = NULL;

	html_raw(page, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
		       "aria-label=\"environment\">\n<table class=\"facts\">\n<caption>");
	html_format(page, "Run %lld", (long long)page->report->runs[0].id);
	html_raw(page, "</caption>\n");
	for (size_t i = 0; i < facts->count; i++) {
		const struct fact *fact = &facts->facts[i];

		if (!group || strcmp(group, fact->group)) {
			html_raw(page, group ? "</tbody>\n<tbody>\n" : "<tbody>\n");
			if (fact->name[0]) {
				html_raw(page, "<tr><th class=\"group\" scope=\"rowgroup\" "
					       "colspan=\"2\">");
				html_text(page, fact->group);
				html_raw(page, "</th></tr>\n");
			}
		}
		group = fact->group;
		html_raw(page, "<tr><th scope=\"row\">");
		html_text(page, fact->name[0] ? fact->name : fact->group);
		html_raw(page, "</th><td>");
		value(page, fact);
		html_raw(page, "</td></tr>\n");
	}
	html_raw(page, group ? "</tbody>\n</table>\n</div>\n" : "</table>\n</div>\n");
}

static void documents(struct html_page *page, const struct facts *facts)
{
	for (size_t i = 0; i < facts->count; i++) {
		const struct fact *fact = &facts->facts[i];

		if (!fact_is_document(fact))
			continue;
		html_fold(page, SIZE_MAX, "");
		html_format(page, "%s%s%s", fact->group, fact->name[0] ? ": " : "", fact->name);
		html_raw(page, "</summary>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
			       "aria-label=\"document ");
		html_format(page, "%s %s", fact->group, fact->name);
		html_raw(page, "\"><pre>");
		html_document(page, fact->value);
		html_raw(page, "</pre></div>\n</details>\n");
	}
}

struct difference_rows {
	struct html_page *page;
	bool any;
};

static int difference_row(const struct environment_difference *difference, void *context)
{
	struct difference_rows *rows = context;
	struct html_page *page = rows->page;

	if (!rows->any) {
		/* A few lines for each fact, whatever the number of runs. */
		html_fold(page, 0, "What differs between the runs");
		html_raw(page, "</summary>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
			       "aria-label=\"differences between the runs\">\n"
			       "<table class=\"facts\">\n<thead><tr><th scope=\"col\">fact</th>"
			       "<th scope=\"col\">runs</th><th scope=\"col\">value</th></tr>"
			       "</thead>\n<tbody>\n");
	}
	rows->any = true;
	html_raw(page, "<tr><th scope=\"row\">");
	html_text(page, difference->fact);
	html_raw(page, "</th><td>");
	html_text(page, difference->runs);
	html_raw(page, "</td><td>");
	html_text(page, difference->value);
	html_raw(page, "</td></tr>\n");
	return 0;
}

static void differences(struct html_page *page)
{
	struct difference_rows rows = { .page = page };

	if (environment_differences(page->report, difference_row, &rows))
		html_fail(page, -ENOMEM);
	if (rows.any)
		html_raw(page, "</tbody>\n</table>\n</div>\n</details>\n");
	else if (page->report->run_count > 1)
		html_raw(page, "<p>Nothing that counts differs between the runs.</p>\n");
}

void html_environment(struct html_page *page)
{
	const struct report *report = page->report;
	struct facts first = { 0 };

	if (!report->run_count)
		return;
	html_raw(page, "<h2 id=\"environment\">Where it was measured</h2>\n<ul>\n");
	for (size_t i = 0; i < report->run_count; i++)
		run_line(page, &report->runs[i]);
	html_raw(page, "</ul>\n");
	if (environment_facts(&report->runs[0], &first)) {
		html_fail(page, -ENOMEM);
	} else if (!first.count) {
		html_raw(page, "<p>The run ended before it told its environment.</p>\n");
	} else {
		html_fold(page, first.count, "The machine, the kernel and the lab</summary>\n");
		facts_table(page, &first);
		html_raw(page, "</details>\n");
		documents(page, &first);
		differences(page);
	}
	facts_free(&first);
}
