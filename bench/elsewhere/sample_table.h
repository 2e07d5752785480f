/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Samples that nobody here took, as a table: group, boot, block, cell, value. The rows
 * may come in any order; samples with the same first four are one block.
 *
 * Samples are kept as whole numbers, as all are (common/samples.h): values with decimals
 * are multiplied by the power of ten that makes them whole, as far as 2^53 allows, and
 * sample_ns says what one unit is.
 */
#ifndef HMMBENCH_SAMPLE_TABLE_H
#define HMMBENCH_SAMPLE_TABLE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "common/error.h"
#include "elsewhere/names.h"

#define SAMPLE_TABLE_ROWS_MAX 40000000
#define SAMPLE_TABLE_BLOCKS_MAX 1000000
/*
 * What an analysis may take: 8 bytes a sample in the table, 24 more for each of the cell that is
 * being judged, and what a block has beside its samples, measured with blocks of one sample.
 */
#define SAMPLE_TABLE_BYTES_MAX (480ull << 20)
#define SAMPLE_TABLE_CELL_BYTES 24
#define SAMPLE_TABLE_BLOCK_BYTES 560
/* The analysis takes a larger one for a clock that ran backwards. */
#define SAMPLE_TABLE_LATENCY_MAX_NS 9.2e18

struct table_block {
	uint32_t group, boot, cell;	/* numbers in the sets of names */
	uint64_t block;			/* 0 where the file has no blocks */
	uint64_t *values;		/* in units of sample_ns */
	size_t count, room;
};

struct sample_table {
	struct name_set groups, boots, cells, keys;
	struct table_block *blocks;	/* in the order of their first rows */
	uint32_t block_count, block_room;
	bool has_blocks;
	uint64_t rows;
	double sample_ns;
};

/*
 * Reads a file with a heading. `name` is for messages; `unit_ns` is what the file's unit
 * is (1 for ns). -EINVAL with FILE:LINE: a value that is no latency (not a number,
 * negative, too large), an empty name, a block that is no number, more than the limits, or than
 * an analysis in 512 MiB takes, no row at all; -EIO; -ENOMEM. `table` is to be freed in any case.
 */
int sample_table_read(FILE *file, const char *name, double unit_ns, struct sample_table *table,
		      struct error *error);
void sample_table_free(struct sample_table *table);

#endif
