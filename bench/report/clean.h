/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text from data made harmless: valid UTF-8 without control characters, so that a
 * label cannot move a terminal's cursor, turn a line's direction round or break a file.
 */
#ifndef HMMBENCH_CLEAN_H
#define HMMBENCH_CLEAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * The next character of *text, which moves behind it: *character is its code point, or
 * U+FFFD for a byte that is no UTF-8 (overlong forms and surrogates among them). False at
 * the end.
 */
bool clean_next(const char **text, uint32_t *character);

/* Writes one code point as UTF-8. */
void clean_put(FILE *file, uint32_t character);

/*
 * A copy on one line, malloc'ed; NULL when memory is out. Tabs and line ends become
 * blanks; other control characters and marks of direction become U+FFFD. With `ascii` every
 * character outside ASCII becomes '?', and "±", which reports write themselves, "+-". NULL is
 * taken as "".
 */
char *clean_text(const char *text, bool ascii);

/* The same with line ends and tabs kept: for documents (XML, logs). */
char *clean_document(const char *text);

/*
 * What a command prints of data, line by line, cleaned in one place on its way out.
 * clean_stream_open() gives -ENOMEM or 0; what is written to `stream` then goes to `file` as
 * clean_document() makes it, at clean_stream_close(), which frees it all. `file` may be NULL: it
 * is dropped. -ENOMEM there as well.
 */
struct clean_stream {
	FILE *stream;
	char *text;
	size_t bytes;
};

int clean_stream_open(struct clean_stream *out);
int clean_stream_close(struct clean_stream *out, FILE *file);

/* Columns that a clean text takes on a terminal. */
size_t clean_columns(const char *text);

/* Cuts a clean text in place to so many columns, ".." at its end where something went. */
void clean_cut(char *text, size_t columns);

#endif
