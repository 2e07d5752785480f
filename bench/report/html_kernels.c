// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernels of a comparison between builds, and which options of theirs differ. */
#include "report/html_page.h"

#include "report/kernels.h"

#define HTML_OPTIONS_NAMED 12 /* more are in a table that opens */

static void line_item(const char *line, void *context)
{
	struct html_page *page = context;

	html_raw(page, "<li>");
	html_text(page, line);
	html_raw(page, "</li>\n");
}

static void option_row(struct html_page *page, const struct kernel_option *option)
{
	html_raw(page, "<tr><th scope=\"row\">");
	html_text(page, option->name);
	html_raw(page, "</th><td>");
	html_text(page, option->base);
	html_raw(page, "</td><td>");
	html_text(page, option->candidate);
	html_raw(page, "</td></tr>\n");
}

static void options_table(struct html_page *page, const struct kernel_pair *kernels)
{
	html_fold(page, kernels->option_count, "Options that differ</summary>\n");
	html_raw(page, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
		       "aria-label=\"options that differ\">\n<table class=\"facts\">\n"
		       "<thead><tr><th scope=\"col\">option</th><th scope=\"col\">");
	html_text(page, kernels->base.name);
	html_raw(page, "</th><th scope=\"col\">");
	html_text(page, kernels->candidate.name);
	html_raw(page, "</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < kernels->option_count; i++)
		option_row(page, &kernels->options[i]);
	html_raw(page, "</tbody>\n</table>\n</div>\n</details>\n");
}

void html_kernels(struct html_page *page)
{
	const struct kernel_pair *kernels = page->report->kernels;
	int result;

	if (!kernels)
		return;
	html_raw(page, "<h2 id=\"kernels\">The kernels</h2>\n<ul>\n");
	result = kernel_lines_each(page->report, HTML_OPTIONS_NAMED, line_item, page);
	if (result)
		html_fail(page, result);
	html_raw(page, "</ul>\n");
	if (kernels->option_count > HTML_OPTIONS_NAMED)
		options_table(page, kernels);
}
