/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A table for a terminal: aligned columns that fit a width. Where they do not fit, the
 * columns with the highest `drop` go first; then the key columns become lines of their own.
 */
#ifndef HMMBENCH_TEXT_TABLE_H
#define HMMBENCH_TEXT_TABLE_H

#include <stdbool.h>
#include <stdio.h>

enum text_align { ALIGN_LEFT, ALIGN_RIGHT };

#define TEXT_TITLE_BYTES 64

struct text_column {
	char title[TEXT_TITLE_BYTES];	/* clean text */
	enum text_align align;
	int drop;			/* 0: never; larger ones go first */
	bool key;			/* tells rows apart; keys come first, once each */
};

struct text_style {
	size_t width;		/* columns of the terminal, 0: no limit */
	bool utf8;		/* rules may use characters outside ASCII */
	bool colour;
};

enum text_colour { TEXT_PLAIN, TEXT_BAD, TEXT_GOOD, TEXT_DOUBT, TEXT_FAINT };

struct report_options;
struct text_table;

/* How `options` says that text looks, with the character set of the locale. */
struct text_style text_style_of(const struct report_options *options);

/*
 * Takes a copy of the columns. NULL: out of memory. That, like what a cell fails to get, is kept
 * until the table is printed: a NULL table takes cells as any other.
 */
struct text_table *text_table_new(const struct text_column *columns, size_t count);
void text_table_free(struct text_table *table);

/* Fills the next cell, row by row. */
void text_table_cell(struct text_table *table, const char *text);
/* The same of text that came with the data and may be anything (report/clean.h). */
void text_table_data(struct text_table *table, const char *text);
void text_table_coloured(struct text_table *table, const char *text, enum text_colour colour);

/*
 * Prints the table and frees it. 0 or -ENOMEM. Titles of columns that were left out go to
 * *dropped ("p, interval"), malloc'ed or NULL; `dropped` may be NULL.
 */
int text_table_print(struct text_table *table, const struct text_style *style, FILE *file,
		     char **dropped);

/* The same, with a line below the table that names the columns that were left out. */
int text_table_print_fitted(struct text_table *table, const struct text_style *style, FILE *file);

/*
 * Writes `text` wrapped to the width, `first` before its first line and blanks as wide before
 * the others.
 */
void text_wrap(FILE *file, const struct text_style *style, const char *first, const char *text);

/* The same of a format; with no memory left the text comes without a wrap. */
void text_wrap_format(FILE *file, const struct text_style *style, const char *first,
		      const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Writes text in a colour where the style has colours. */
void text_coloured(FILE *file, const struct text_style *style, enum text_colour colour,
		   const char *text);

#endif
