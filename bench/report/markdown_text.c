// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/markdown.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* Characters that mean something wherever they stand. */
static bool is_markup(char c)
{
	return c && strchr("\\`*[]<>&|~$", c);
}

/* A letter or digit, or a byte of something outside ASCII. */
static bool is_word(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/*
 * One character of clean text, `before` and `after` around it. An underscore inside a word is
 * none of emphasis (lock_wait), a colon only begins a link before "//", "www." only with its dot;
 * "@name" and "#1" get a character without width behind the sign, since escaping does not keep a
 * site from making them links.
 */
static void put(FILE *file, char before, const char *at)
{
	const char c = *at, after = at[1];
	const bool edge = c == '_' && !(is_word(before) && is_word(after));
	const bool link = (c == ':' && after == '/') || (c == '.' && tolower(before) == 'w');

	if (is_markup(c) || edge || link)
		fputc('\\', file);
	fputc(c, file);
	if ((c == '@' || c == '#') && is_word(after) && !is_word(before))
		fputs("\xe2\x80\x8b", file);
}

void markdown_text(FILE *file, const char *text)
{
	size_t digits = strspn(text, "0123456789");

	if (*text && strchr("#+-=", *text))
		fputc('\\', file);
	else if (digits && (text[digits] == '.' || text[digits] == ')'))
		fprintf(file, "%.*s\\", (int)digits, text);
	else
		digits = 0;
	for (const char *at = text + digits; *at; at++)
		put(file, at > text ? at[-1] : ' ', at);
}

void markdown_code(FILE *file, const char *text)
{
	size_t longest = 0, run = 0;

	for (const char *at = text; *at; at++) {
		run = *at == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	for (size_t i = 0; i <= longest; i++)
		fputc('`', file);
	fprintf(file, longest ? " %s " : "%s", text);
	for (size_t i = 0; i <= longest; i++)
		fputc('`', file);
}
