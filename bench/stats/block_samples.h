/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Samples of blocks wherever they are: in memory, or brought out of the store for as long as
 * they are looked at (comparison_input.bring).
 */
#ifndef HMMBENCH_BLOCK_SAMPLES_H
#define HMMBENCH_BLOCK_SAMPLES_H

#include "comparison.h"

struct block_samples {
	const struct samples *samples;
	struct samples brought;
};

/* At least the columns in `mask`. block_samples_put() in any case. Errors of bring(). */
int block_samples_get(const struct comparison_input *input, const struct comparison_block *block,
		      uint32_t mask, struct block_samples *held, struct error *error);
void block_samples_put(struct block_samples *held);

/* All blocks by cell, boot, quartet and position; `order` has room for them. */
void blocks_in_order(const struct comparison_input *input, const struct comparison_block **order);

/*
 * The blocks of one cell with their samples in memory: `from` themselves where they have
 * them, else copies.
 */
struct cell_blocks {
	const struct comparison_block *const *blocks;
	size_t count;

	struct comparison_block *copies;
	const struct comparison_block **pointers;
};

/* cell_blocks_put() in any case. */
int cell_blocks_get(const struct comparison_input *input,
		    const struct comparison_block *const *from, size_t count, uint32_t mask,
		    struct cell_blocks *held, struct error *error);
void cell_blocks_put(struct cell_blocks *held);

/* The columns that results of a workload are made of, kinds and flags among them. */
uint32_t workload_column_mask(uint32_t workload);

#endif
