/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rows of a block while it runs: as many as its operations must give, filled as
 * records come in, and in the end those that were really measured. Nothing is filled
 * in for the others; they are counted.
 */
#ifndef HMMBENCH_ROWS_H
#define HMMBENCH_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/samples.h"
#include "hmmbench_uapi.h"

struct rows {
	struct samples samples;
	bool *measured; /* per row: it is a sample */
};

/*
 * Room for `count` rows of the columns in `mask` (1 << column). -E2BIG: more than one
 * block may have; -ENOMEM: more than half of the memory that is free.
 */
int rows_init(struct rows *rows, uint64_t count, uint32_t mask, struct error *error);
void rows_free(struct rows *rows);

/* One value, dropped where the mask has no such column. One without any is absent in the end. */
static inline void rows_set(struct rows *rows, size_t row, enum sample_column column,
			    uint64_t value)
{
	if (rows->samples.columns[column])
		rows->samples.columns[column][row] = value;
}

/* What the module wrote about the row: start, flags, CPU, mirrors and the phases measured. */
void rows_set_record(struct rows *rows, size_t row, const struct hmmbench_record *record);

/* The row is a sample. */
static inline void rows_measured(struct rows *rows, size_t row)
{
	rows->measured[row] = true;
}

/* Gives the measured rows, in order, with the columns that have values. Empties `rows`. */
void rows_finish(struct rows *rows, struct samples *samples);

#endif
