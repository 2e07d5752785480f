// SPDX-License-Identifier: GPL-2.0-or-later
#include "block_samples.h"

#include <errno.h>
#include <stdlib.h>

uint32_t workload_column_mask(uint32_t workload)
{
	uint32_t mask = 1u << COLUMN_KIND | 1u << COLUMN_FLAGS;

	for (const enum sample_column *column = workload_columns(workload); *column != COLUMN_COUNT;
	     column++)
		mask |= 1u << *column;
	return mask;
}

static int compare_blocks(const void *a, const void *b)
{
	const struct comparison_block *x = *(const struct comparison_block *const *)a;
	const struct comparison_block *y = *(const struct comparison_block *const *)b;

	if (x->cell != y->cell)
		return x->cell < y->cell ? -1 : 1;
	if (x->boot != y->boot)
		return x->boot < y->boot ? -1 : 1;
	if (x->quartet != y->quartet)
		return x->quartet < y->quartet ? -1 : 1;
	return (x->position > y->position) - (x->position < y->position);
}

void blocks_in_order(const struct comparison_input *input, const struct comparison_block **order)
{
	for (uint32_t i = 0; i < input->block_count; i++)
		order[i] = &input->blocks[i];
	qsort(order, input->block_count, sizeof(*order), compare_blocks);
}

int block_samples_get(const struct comparison_input *input, const struct comparison_block *block,
		      uint32_t mask, struct block_samples *held, struct error *error)
{
	*held = (struct block_samples){ .samples = &block->samples };
	if (!input->bring)
		return 0;
	held->samples = &held->brought;
	return input->bring(input->source, block, mask, &held->brought, error);
}

void block_samples_put(struct block_samples *held)
{
	samples_free(&held->brought);
}

int cell_blocks_get(const struct comparison_input *input,
		    const struct comparison_block *const *from, size_t count, uint32_t mask,
		    struct cell_blocks *held, struct error *error)
{
	*held = (struct cell_blocks){ .blocks = from, .count = count };
	if (!input->bring)
		return 0;
	held->copies = calloc(count + 1, sizeof(*held->copies));
	held->pointers = calloc(count + 1, sizeof(*held->pointers));
	if (!held->copies || !held->pointers)
		return -ENOMEM;
	held->blocks = held->pointers;
	for (size_t i = 0; i < count; i++) {
		int ret;

		held->copies[i] = *from[i];
		held->copies[i].samples = (struct samples){ 0 };
		held->pointers[i] = &held->copies[i];
		ret = input->bring(input->source, from[i], mask, &held->copies[i].samples, error);
		if (ret)
			return ret;
	}
	return 0;
}

void cell_blocks_put(struct cell_blocks *held)
{
	for (size_t i = 0; i < held->count && held->copies; i++)
		samples_free(&held->copies[i].samples);
	free(held->copies);
	free(held->pointers);
	*held = (struct cell_blocks){ 0 };
}
