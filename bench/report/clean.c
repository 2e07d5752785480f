// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/clean.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define REPLACEMENT 0xfffdu
#define PLUS_MINUS  0xb1

/* Length of the sequence that a lead byte announces and the least code point worth it. */
static size_t sequence_length(unsigned char lead, uint32_t *bits, uint32_t *least)
{
	if (lead >= 0xc2 && lead <= 0xdf) {
		*bits = lead & 0x1f;
		*least = 0x80;
		return 2;
	}
	if (lead >= 0xe0 && lead <= 0xef) {
		*bits = lead & 0x0f;
		*least = 0x800;
		return 3;
	}
	if (lead >= 0xf0 && lead <= 0xf4) {
		*bits = lead & 0x07;
		*least = 0x10000;
		return 4;
	}
	return 0;
}

bool clean_next(const char **text, uint32_t *character)
{
	const unsigned char *at = (const unsigned char *)*text;
	uint32_t value, least;
	size_t length;

	if (!*at)
		return false;
	*character = *at;
	*text += 1;
	if (*at < 0x80)
		return true;
	*character = REPLACEMENT;
	length = sequence_length(*at, &value, &least);
	if (!length)
		return true;
	for (size_t i = 1; i < length; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return true;
		value = value << 6 | (at[i] & 0x3f);
	}
	if (value < least || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
		return true;
	*character = value;
	*text += length - 1;
	return true;
}

void clean_put(FILE *file, uint32_t character)
{
	if (character < 0x80) {
		fputc((int)character, file);
	} else if (character < 0x800) {
		fputc((int)(0xc0 | character >> 6), file);
		fputc((int)(0x80 | (character & 0x3f)), file);
	} else if (character < 0x10000) {
		fputc((int)(0xe0 | character >> 12), file);
		fputc((int)(0x80 | (character >> 6 & 0x3f)), file);
		fputc((int)(0x80 | (character & 0x3f)), file);
	} else {
		fputc((int)(0xf0 | character >> 18), file);
		fputc((int)(0x80 | (character >> 12 & 0x3f)), file);
		fputc((int)(0x80 | (character >> 6 & 0x3f)), file);
		fputc((int)(0x80 | (character & 0x3f)), file);
	}
}

static bool is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

/* Marks that turn the direction of the text behind them, and separators that break lines. */
static bool is_direction(uint32_t c)
{
	return c == 0x200e || c == 0x200f || c == 0x061c || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

static bool is_noncharacter(uint32_t c)
{
	return (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef) || c == 0xfeff;
}

static uint32_t harmless(uint32_t c, bool document)
{
	if (c == '\n' || c == '\t')
		return document ? c : ' ';
	if (c == '\r')
		return ' ';
	if (is_control(c) || is_direction(c) || is_noncharacter(c))
		return REPLACEMENT;
	return c;
}

static char *clean(const char *text, bool ascii, bool document)
{
	char *result = NULL;
	size_t bytes;
	FILE *file = open_memstream(&result, &bytes);
	uint32_t c;
	bool failed;

	if (!file)
		return NULL;
	while (text && clean_next(&text, &c)) {
		c = harmless(c, document);
		if (ascii && c == PLUS_MINUS)
			fputs("+-", file);
		else
			clean_put(file, ascii && c >= 0x80 ? '?' : c);
	}
	failed = ferror(file);
	if (fclose(file) || failed) {
		free(result);
		return NULL;
	}
	return result;
}

char *clean_text(const char *text, bool ascii)
{
	return clean(text, ascii, false);
}

char *clean_document(const char *text)
{
	return clean(text, false, true);
}

/* wcwidth() says -1 for what the locale cannot print; such a character is shown as one. */
static size_t columns_of(uint32_t c)
{
	const int width = c < 0x80 ? 1 : wcwidth((wchar_t)c);

	return width < 0 ? 1 : (size_t)width;
}

size_t clean_columns(const char *text)
{
	size_t columns = 0;
	uint32_t c;

	while (clean_next(&text, &c))
		columns += columns_of(c);
	return columns;
}

void clean_cut(char *text, size_t columns)
{
	const char *at = text;
	char *end = text;
	size_t used = 0;
	uint32_t c;

	if (clean_columns(text) <= columns)
		return;
	while (clean_next(&at, &c)) {
		used += columns_of(c);
		if (used + 2 > columns)
			break;
		end = text + (at - text);
	}
	/* What goes is at least ".." wide, each column of it a byte or more. */
	strcpy(end, columns >= 2 ? ".." : "");
}

int clean_stream_open(struct clean_stream *out)
{
	*out = (struct clean_stream){ 0 };
	out->stream = open_memstream(&out->text, &out->bytes);
	return out->stream ? 0 : -ENOMEM;
}

int clean_stream_close(struct clean_stream *out, FILE *file)
{
	char *clean = NULL;
	int result = fclose(out->stream) ? -ENOMEM : 0;

	if (file && !result) {
		clean = clean_document(out->text);
		if (clean)
			fputs(clean, file);
		else
			result = -ENOMEM;
	}
	free(clean);
	free(out->text);
	*out = (struct clean_stream){ 0 };
	return result;
}
