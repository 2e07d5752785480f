// SPDX-License-Identifier: GPL-2.0-or-later
/* Of the first run: counters and how walks divide, a table each, and what is unavailable. */
#include "report/html_page.h"

#include "common/cell.h"
#include "report/counted_rows.h"

static void head(struct html_page *page, const struct counted_rows *rows,
		 const struct counted_words *words)
{
	html_raw(page, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
	html_text(page, words->title);
	html_raw(page, "\">\n<table>\n<thead><tr><th scope=\"col\">cell</th><th scope=\"col\">");
	html_text(page, words->what);
	html_raw(page, "</th>");
	for (size_t i = 0; i < rows->strategy_count; i++) {
		html_raw(page, "<th scope=\"col\" class=\"number\">");
		html_text(page, strategy_name(rows->strategies[i]));
		html_raw(page, "</th>");
	}
	html_raw(page, "</tr></thead>\n<tbody>\n");
}

static void row(struct html_page *page, const struct counted_rows *rows, size_t index)
{
	const struct counted_row *row = &rows->rows[index];
	char text[FORMAT_BYTES];

	html_raw(page, "<tr><td>");
	html_text(page, row->cell);
	html_raw(page, "</td><th scope=\"row\">");
	html_text(page, row->counter);
	html_raw(page, "</th>");
	for (size_t i = 0; i < rows->strategy_count; i++) {
		counted_value_text(row->values[i], text, sizeof(text));
		html_raw(page, "<td class=\"number\">");
		html_text(page, text);
		html_raw(page, "</td>");
	}
	html_raw(page, "</tr>\n");
}

static void missing(struct html_page *page, const struct counted_rows *rows)
{
	if (!rows->missing_count)
		return;
	html_raw(page, "<p>Unavailable:</p>\n<ul>\n");
	for (size_t i = 0; i < rows->missing_count; i++) {
		html_raw(page, "<li>");
		html_format(page, "%s: %s", rows->missing[i].counter, rows->missing[i].why);
		html_raw(page, "</li>\n");
	}
	html_raw(page, "</ul>\n");
}

static void section(struct html_page *page, const struct counted *counted,
		    const struct counted_words *words)
{
	struct counted_rows rows;
	int result;

	if (!counted || !counted->count)
		return;
	result = counted_rows_make(counted, &rows);
	if (result) {
		html_fail(page, result);
	} else {
		html_raw(page, "<h2 id=\"");
		html_text(page, words->id);
		html_raw(page, "\">");
		html_text(page, words->title);
		html_raw(page, "</h2>\n<p>");
		html_text(page, words->explanation);
		html_raw(page, "</p>\n");
		if (rows.row_count) {
			head(page, &rows, words);
			for (size_t i = 0; i < rows.row_count; i++)
				row(page, &rows, i);
			html_raw(page, "</tbody>\n</table>\n</div>\n");
		}
		missing(page, &rows);
	}
	counted_rows_free(&rows);
}

void html_counted(struct html_page *page)
{
	section(page, page->report->counted, &counted_words);
	section(page, page->report->detailed, &detailed_words);
}
