/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nights that nobody here measured, as a table: night, value and, where there is more than
 * one, cell. A night is a whole number or a date (2024-05-01); rows may come in any order.
 */
#ifndef HMMBENCH_NIGHT_TABLE_H
#define HMMBENCH_NIGHT_TABLE_H

#include <stdint.h>
#include <stdio.h>

#include "common/error.h"
#include "elsewhere/names.h"

#define NIGHT_TABLE_ROWS_MAX 4000000	/* all cells together */
#define NIGHT_TABLE_NIGHTS_MAX 20000	/* of one cell */

struct night_row {
	double night;		/* days since 1970 where it is a date */
	double value;		/* ln(value) */
	uint32_t name;		/* of the night, in the table's set */
	uint64_t line;		/* of the file */
};

struct night_series {
	struct night_row *rows;	/* by night */
	size_t count, room;
	double *nights, *values;	/* the same, as the analysis takes them */
};

struct night_table {
	struct name_set cells, nights;
	struct night_series *series;	/* one per cell; their number is cells.count */
	uint32_t series_count, room;
};

/*
 * -EINVAL with FILE:LINE: a value that is not above 0, a night that is neither number nor
 * date or comes twice in a cell, dates and numbers mixed, more than the limits, no row;
 * -EIO; -ENOMEM. `table` is to be freed in any case.
 */
int night_table_read(FILE *file, const char *name, struct night_table *table,
		     struct error *error);
void night_table_free(struct night_table *table);

#endif
