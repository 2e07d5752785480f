/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Comma-separated values as other tools write them: RFC 4180, with a heading, and with
 * what is common beside it (a byte order mark, blanks around a field, either line end).
 *
 * Errors name FILE:LINE, what is wrong and what would be right.
 */
#ifndef HMMBENCH_ELSEWHERE_CSV_H
#define HMMBENCH_ELSEWHERE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/error.h"

#define CSV_FIELDS_MAX 16
#define CSV_ROW_MAX 65536	/* bytes, a quoted field's line ends included */

struct csv {
	FILE *file;
	const char *name;	/* of the file, for messages; borrowed */
	uint64_t line;		/* on which the last row began, from 1 */
	char *fields[CSV_FIELDS_MAX];	/* of the last row; valid until the next */
	size_t count;

	uint64_t lines;		/* read so far */
	char *text;
	size_t room;
	size_t width;		/* fields of the heading; 0: not read yet */
};

/* `file` stays the caller's. */
void csv_begin(struct csv *csv, FILE *file, const char *name);
void csv_end(struct csv *csv);

struct csv_column {
	const char *name;
	bool required;
	int field;		/* -1: the file has none */
};

/*
 * Reads the heading and finds the columns in it, in whatever order. -EINVAL: no heading, a
 * required column missing, one twice, or one that is not among `columns`.
 */
int csv_heading(struct csv *csv, struct csv_column *columns, size_t count, struct error *error);

/*
 * The next row, which has as many fields as the heading; blank lines are passed over. 1; 0
 * at the end; -EINVAL: it is no row of this file; -EIO, -ENOMEM.
 */
int csv_next(struct csv *csv, struct error *error);

/* error_set() of EINVAL with "FILE:LINE: " of the last row in front. */
int csv_refuse(const struct csv *csv, struct error *error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * A decimal number: *value, and *decimals digits behind its point, exponent reckoned in
 * (negative for 1e3). -EINVAL for anything else: NaN, infinity, hexadecimal, nothing.
 */
int csv_number(const char *text, double *value, int *decimals);

#endif
