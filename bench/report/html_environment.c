// SPDX-License-Identifier: GPL-2.0-or-later
/* Where it was measured: the first run in full, of the others what differs. */
#include "report/html_page.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/facts.h"

static int run_facts(const struct store_run *run, struct facts *facts)
{
	int result = facts_add(facts, "", run->environment_json);

	return result ? result : facts_add(facts, "lab", run->lab_json);
}

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
		html_raw(page, "<details>\n<summary>");
		html_format(page, "%s%s%s", fact->group, fact->name[0] ? ": " : "", fact->name);
		html_raw(page, "</summary>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
			       "aria-label=\"document ");
		html_format(page, "%s %s", fact->group, fact->name);
		html_raw(page, "\"><pre>");
		html_document(page, fact->value);
		html_raw(page, "</pre></div>\n</details>\n");
	}
}

static void difference_row(struct html_page *page, const struct store_run *run,
			   const struct fact *fact, const struct fact *first)
{
	html_raw(page, "<tr><th scope=\"row\">");
	html_format(page, "run %lld: %s %s", (long long)run->id, fact->group, fact->name);
	html_raw(page, "</th><td>");
	value(page, fact);
	html_raw(page, "</td><td>");
	if (first)
		value(page, first);
	else
		html_raw(page, "<span class=\"soft\">not there</span>");
	html_raw(page, "</td></tr>\n");
}

/* Facts that one run has otherwise than the first, and those that only the first has. */
static void run_differences(struct html_page *page, const struct facts *first,
			    const struct store_run *run)
{
	const struct fact gone = { .value = (char *)"", .null = true };
	struct facts facts = { 0 };

	if (run_facts(run, &facts)) {
		html_fail(page, -ENOMEM);
		facts_free(&facts);
		return;
	}
	for (size_t i = 0; i < facts.count; i++) {
		const struct fact *fact = &facts.facts[i];
		const struct fact *other = facts_find(first, fact->group, fact->name);

		if (!other || other->null != fact->null || strcmp(other->value, fact->value))
			difference_row(page, run, fact, other);
	}
	for (size_t i = 0; i < first->count; i++) {
		struct fact missing = gone;

		missing.group = first->facts[i].group;
		missing.name = first->facts[i].name;
		if (!facts_find(&facts, missing.group, missing.name))
			difference_row(page, run, &missing, &first->facts[i]);
	}
	facts_free(&facts);
}

static void differences(struct html_page *page, const struct facts *first)
{
	const struct report *report = page->report;

	if (report->run_count < 2)
		return;
	html_raw(page, "<details>\n<summary>What differs between the runs</summary>\n"
		       "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
		       "aria-label=\"differences between the runs\">\n<table class=\"facts\">\n"
		       "<thead><tr><th scope=\"col\">fact</th><th scope=\"col\">there</th>"
		       "<th scope=\"col\">in the first run</th></tr></thead>\n<tbody>\n");
	for (size_t i = 1; i < report->run_count; i++)
		run_differences(page, first, &report->runs[i]);
	html_raw(page, "</tbody>\n</table>\n</div>\n</details>\n");
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
	if (run_facts(&report->runs[0], &first)) {
		html_fail(page, -ENOMEM);
	} else if (!first.count) {
		html_raw(page, "<p>The run ended before it told its environment.</p>\n");
	} else {
		html_raw(page, "<details>\n<summary>The machine, the kernel and the lab</summary>\n");
		facts_table(page, &first);
		html_raw(page, "</details>\n");
		documents(page, &first);
		differences(page, &first);
	}
	facts_free(&first);
}
