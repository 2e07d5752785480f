// SPDX-License-Identifier: GPL-2.0-or-later
/* All strategies side by side, where the runs hold more than the two compared. */
#include "report/html_page.h"

#include <errno.h>
#include <stdlib.h>

#include "report/strategies.h"

static void number(struct html_page *page, const char *text)
{
	html_raw(page, "<td class=\"number\">");
	html_text(page, text);
	html_raw(page, "</td>");
}

static int row_of(const struct strategy_row *row, void *context)
{
	struct html_page *page = context;

	html_raw(page, row->first ? "<tr><td>" : "<tr><td class=\"again\">");
	if (row->first)
		html_text(page, row->what);
	html_raw(page, "</td><th scope=\"row\">");
	html_text(page, row->strategy);
	html_raw(page, "</th>");
	number(page, row->p10);
	number(page, row->p50);
	number(page, row->p99);
	number(page, row->over);
	number(page, row->interval);
	number(page, row->p);
	html_raw(page, row->ranked == RANKING_SHORTEST ? "<td><strong>" : "<td>");
	html_text(page, row->place);
	html_raw(page, row->ranked == RANKING_SHORTEST ? "</strong></td></tr>\n" : "</td></tr>\n");
	return 0;
}

static void explain(struct html_page *page)
{
	char *text = NULL;
	size_t bytes;
	FILE *file = open_memstream(&text, &bytes);

	if (file)
		strategies_explain(file, page->report->strategies);
	if (!file || fclose(file))
		html_fail(page, -ENOMEM);
	else
		html_text(page, text);
	free(text);
}

void html_strategies(struct html_page *page)
{
	if (!page->report->strategies)
		return;
	html_raw(page, "<h2 id=\"strategies\">" STRATEGIES_TITLE "</h2>\n<p>");
	explain(page);
	html_raw(page, "</p>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
		       "aria-label=\"all strategies\">\n<table>\n<thead><tr><th scope=\"col\">cell</th>"
		       "<th scope=\"col\">strategy</th><th scope=\"col\" class=\"number\">p10</th>"
		       "<th scope=\"col\" class=\"number\">p50</th>"
		       "<th scope=\"col\" class=\"number\">p99</th>"
		       "<th scope=\"col\" class=\"number\">over</th>"
		       "<th scope=\"col\" class=\"number\">95 % interval</th>"
		       "<th scope=\"col\" class=\"number\">p adjusted</th>"
		       "<th scope=\"col\">place</th></tr></thead>\n<tbody>\n");
	strategy_rows_each(page->report->strategies, row_of, page);
	html_raw(page, "</tbody>\n</table>\n</div>\n");
}
