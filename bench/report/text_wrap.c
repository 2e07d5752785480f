// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/text_table.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "report/clean.h"

/* Writes one word, broken where a line ends when it is longer than one. Gives the new column. */
static size_t put_word(FILE *file, const char *word, size_t bytes, size_t indent, size_t width,
		       size_t column)
{
	const char *at = word, *end = word + bytes;
	uint32_t c;

	while (at < end && clean_next(&at, &c)) {
		if (width && column >= width) {
			fprintf(file, "\n%*s", (int)indent, "");
			column = indent;
		}
		clean_put(file, c);
		column++;
	}
	return column;
}

static size_t word_columns(const char *word, size_t bytes)
{
	const char *at = word;
	size_t columns = 0;
	uint32_t c;

	while (at < word + bytes && clean_next(&at, &c))
		columns++;
	return columns;
}

void text_wrap(FILE *file, const struct text_style *style, const char *first, const char *text)
{
	const size_t indent = clean_columns(first);
	size_t column = indent;

	fputs(first, file);
	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		const size_t bytes = strcspn(text, " ");
		const size_t columns = word_columns(text, bytes);

		if (column > indent && style->width && column + 1 + columns > style->width) {
			fprintf(file, "\n%*s", (int)indent, "");
			column = indent;
		} else if (column > indent) {
			fputc(' ', file);
			column++;
		}
		column = put_word(file, text, bytes, indent, style->width, column);
		text += bytes;
	}
	fputc('\n', file);
}

void text_wrap_format(FILE *file, const struct text_style *style, const char *first,
		      const char *format, ...)
{
	va_list args;
	char *text;
	int bytes;

	va_start(args, format);
	bytes = vasprintf(&text, format, args);
	va_end(args);
	if (bytes >= 0) {
		text_wrap(file, style, first, text);
		free(text);
		return;
	}
	fputs(first, file);
	va_start(args, format);
	vfprintf(file, format, args);
	va_end(args);
	fputc('\n', file);
}
