// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/html_page.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

#include "report/clean.h"
#include "report/xml.h"

void html_fail(struct html_page *page, int result)
{
	if (!page->result)
		page->result = result;
}

void html_escape(FILE *file, const char *text)
{
	for (; *text; text++) {
		const char *entity = xml_entity((unsigned char)*text);

		if (entity)
			fputs(entity, file);
		else
			fputc(*text, file);
	}
}

static void escape_clean(struct html_page *page, char *clean)
{
	if (clean)
		html_escape(page->file, clean);
	else
		html_fail(page, -ENOMEM);
	free(clean);
}

void html_text(struct html_page *page, const char *text)
{
	escape_clean(page, clean_text(text, false));
}

void html_document(struct html_page *page, const char *text)
{
	escape_clean(page, clean_document(text));
}

void html_format(struct html_page *page, const char *format, ...)
{
	char *text = NULL;
	va_list args;
	int length;

	va_start(args, format);
	length = vasprintf(&text, format, args);
	va_end(args);
	if (length < 0) {
		html_fail(page, -ENOMEM);
		return;
	}
	html_text(page, text);
	free(text);
}

void html_raw(struct html_page *page, const char *markup)
{
	fputs(markup, page->file);
}

void html_fold(struct html_page *page, size_t lines, const char *summary)
{
	html_raw(page, lines <= HTML_PRINTED_LINES ? "<details class=\"brief\">\n<summary>" :
						     "<details>\n<summary>");
	html_raw(page, summary);
}

void html_phrase(struct html_page *page, void (*write)(FILE *, const struct report *))
{
	char *text = phrase_text(write, page->report);

	if (text)
		html_text(page, text);
	else
		html_fail(page, -ENOMEM);
	free(text);
}

void html_verdict(struct html_page *page, enum verdict verdict)
{
	static const char *const classes[] = {
		[VERDICT_EQUIVALENT] = "same", [VERDICT_IMPROVED] = "better",
		[VERDICT_REGRESSED] = "worse", [VERDICT_INCONCLUSIVE] = "open",
		[VERDICT_NONE] = "none",
	};

	fprintf(page->file, "<span class=\"verdict %s\">", classes[verdict]);
	html_text(page, verdict == VERDICT_NONE ? "no verdict" : verdict_name(verdict));
	html_raw(page, "</span>");
}
