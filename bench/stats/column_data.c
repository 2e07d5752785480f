// SPDX-License-Identifier: GPL-2.0-or-later
#include "column_data.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "quantile.h"
#include "sort.h"

static int reserve(const struct comparison_block *const *from, size_t count,
		   struct column_data *data)
{
	size_t rows = 0;

	for (size_t i = 0; i < count; i++)
		rows += from[i]->samples.rows;
	data->values = malloc((2 * rows + 1) * sizeof(*data->values));
	data->scratch = malloc((rows + 1) * sizeof(*data->scratch));
	data->blocks = calloc(2 * count + 1, sizeof(*data->blocks));	/* pairs of boots: two each */
	data->quartets = calloc(count + 1, sizeof(*data->quartets));
	data->boots = calloc(count + 1, sizeof(*data->boots));
	data->boot = calloc(count + 1, sizeof(*data->boot));
	if (!data->values || !data->scratch || !data->blocks || !data->quartets || !data->boots ||
	    !data->boot)
		return -ENOMEM;
	return 0;
}

static void count_marks(const struct comparison_block *block, uint64_t flags,
			struct arm_summary *arm)
{
	arm->disturbed += (flags & SAMPLE_FLAGS_DISTURBED) != 0;
	for (size_t i = 0; i < MARK_COUNT; i++) {
		const struct sample_mark_info *mark = &sample_marks[i];

		if (!(block->marks & mark->flag) || flags & mark->untold)
			continue;
		arm->mark[i].told++;
		arm->mark[i].marked += (flags & mark->flag) != 0;
	}
}

/* Copies the values that are latencies into `to`; gives how many. */
static size_t take_values(const struct comparison_block *block, enum sample_column column,
			  uint32_t kinds, uint64_t *to, struct column_data *data)
{
	const uint64_t *values = block->samples.columns[column];
	const uint64_t *flags = block->samples.columns[COLUMN_FLAGS];
	struct arm_summary *arm = &data->arm[block->arm];
	size_t count = 0;

	if (!values)
		return 0;
	data->available = true;
	for (size_t row = 0; row < block->samples.rows; row++) {
		if (values[row] == SAMPLE_MISSING || !sample_is_of(&block->samples, row, kinds))
			continue;
		if (values[row] >= LATENCY_MAX_NS) {
			data->absurd++;
			continue;
		}
		to[count++] = values[row];
		if (!block->warmup && flags && flags[row] != SAMPLE_MISSING)
			count_marks(block, flags[row], arm);
	}
	if (block->warmup)
		arm->warmup_rows += count;
	else
		arm->rows += count;
	return count;
}

/* Each block's values sorted, in data->blocks beside `from`; warm-up has none. */
static void take_blocks(const struct comparison_block *const *from, size_t count,
			enum sample_column column, uint32_t kinds, struct column_data *data)
{
	uint64_t *to = data->values;

	for (size_t i = 0; i < count; i++) {
		const struct comparison_block *block = from[i];
		size_t taken = take_values(block, column, kinds, to, data);

		data->blocks[i] = (struct paired_block){ .sorted = to, .arm = block->arm };
		if (block->warmup)
			continue;
		data->arm[block->arm].dropped += block->dropped;
		sort_u64(to, data->scratch, taken);
		data->blocks[i].count = taken;
		to += taken;
	}
}

static bool same_quartet(const struct comparison_block *a, const struct comparison_block *b)
{
	return a->boot == b->boot && a->quartet == b->quartet && a->warmup == b->warmup;
}

/* Blocks with samples of each arm. */
static void count_blocks(const struct paired_quartet *quartet, size_t blocks[ARM_COUNT])
{
	blocks[ARM_BASE] = blocks[ARM_CANDIDATE] = 0;
	for (size_t i = 0; i < quartet->block_count; i++)
		blocks[quartet->blocks[i].arm] += quartet->blocks[i].count > 0;
}

static void make_quartets(const struct comparison_block *const *from, size_t count,
			  struct column_data *data)
{
	size_t most[ARM_COUNT] = { 1, 1 }, blocks[ARM_COUNT], complete = 0, all = 0;

	for (size_t first = 0, end; first < count; first = end) {
		const struct comparison_block *block = from[first];
		struct paired_quartet *quartet = &data->quartets[all];

		for (end = first; end < count; end++)
			if (!same_quartet(block, from[end]))
				break;
		if (block->warmup)
			continue;
		*quartet = (struct paired_quartet){ .boot = block->boot,
						    .blocks = data->blocks + first,
						    .block_count = end - first };
		count_blocks(quartet, blocks);
		for (size_t arm = 0; arm < ARM_COUNT; arm++)
			most[arm] = blocks[arm] > most[arm] ? blocks[arm] : most[arm];
		all++;
	}
	for (size_t i = 0; i < all; i++) {
		count_blocks(&data->quartets[i], blocks);
		if (blocks[ARM_BASE] == most[ARM_BASE] &&
		    blocks[ARM_CANDIDATE] == most[ARM_CANDIDATE])
			data->quartets[complete++] = data->quartets[i];
	}
	data->quartet_count = complete;
}

static void summarise(const uint64_t *sorted, size_t count, struct arm_summary *arm)
{
	arm->min_ns = count ? (double)sorted[0] : NAN;
	arm->p10_ns = quantile_type7_u64(sorted, count, .10);
	arm->p25_ns = quantile_type7_u64(sorted, count, .25);
	arm->p50_ns = quantile_type7_u64(sorted, count, .50);
	arm->p75_ns = quantile_type7_u64(sorted, count, .75);
	arm->p90_ns = quantile_type7_u64(sorted, count, .90);
	arm->p99_ns = quantile_type7_u64(sorted, count, .99);
	arm->p999_ns = quantile_type7_u64(sorted, count, .999);
	arm->max_ns = count ? (double)sorted[count - 1] : NAN;
}

static void pool_arms(size_t block_count, uint64_t *to, struct column_data *data)
{
	for (uint32_t arm = 0; arm < ARM_COUNT; arm++) {
		size_t count = 0;

		data->pooled[arm] = to;
		for (size_t i = 0; i < block_count; i++) {
			const struct paired_block *block = &data->blocks[i];

			if (block->arm != arm || !block->count)
				continue;
			memcpy(to + count, block->sorted, block->count * sizeof(*to));
			count += block->count;
		}
		sort_u64(to, data->scratch, count);
		data->pooled_count[arm] = count;
		summarise(to, count, &data->arm[arm]);
		to += count;
	}
}

/* The samples of one boot lie behind each other, block by block. */
static void make_boots(const struct comparison_block *const *from, size_t count,
		       struct column_data *data)
{
	for (size_t first = 0, end; first < count; first = end) {
		struct paired_block *boot = &data->boots[data->boot_count];

		*boot = (struct paired_block){ .arm = from[first]->arm };
		for (end = first; end < count && from[end]->boot == from[first]->boot; end++) {
			if (!boot->count)
				boot->sorted = data->blocks[end].sorted;
			boot->count += data->blocks[end].count;
		}
		if (!boot->count)
			continue;
		sort_u64((uint64_t *)boot->sorted, data->scratch, boot->count);
		data->boot[data->boot_count++] = from[first]->boot;
	}
}

/* The blocks of the samples are not needed any more: their place takes the pairs. */
static void pair_boots(struct column_data *data)
{
	size_t seen[ARM_COUNT] = { 0 };

	for (size_t i = 0; i < data->boot_count; i++) {
		uint32_t arm = data->boots[i].arm;

		data->blocks[2 * seen[arm]++ + arm] = data->boots[i];
	}
	data->quartet_count = seen[0] < seen[1] ? seen[0] : seen[1];
	for (size_t i = 0; i < data->quartet_count; i++)
		data->quartets[i] = (struct paired_quartet){ .boot = (uint32_t)i,
							     .blocks = data->blocks + 2 * i,
							     .block_count = 2 };
}

static int make(const struct comparison_block *const *from, size_t count,
		enum sample_column column, uint32_t kinds,
		void (*make_blocks)(const struct comparison_block *const *from, size_t count,
				    struct column_data *data),
		struct column_data *data)
{
	int ret;

	memset(data, 0, sizeof(*data));
	ret = reserve(from, count, data);
	if (ret)
		return ret;
	take_blocks(from, count, column, kinds, data);
	make_blocks(from, count, data);
	/* The pooled samples lie behind those of the blocks. */
	pool_arms(count, data->values + data->arm[ARM_BASE].rows + data->arm[ARM_CANDIDATE].rows,
		  data);
	return 0;
}

int column_data_make_boots(const struct comparison_block *const *from, size_t count,
			   enum sample_column column, uint32_t kinds, struct column_data *data)
{
	const int ret = make(from, count, column, kinds, make_boots, data);

	if (!ret)
		pair_boots(data);
	return ret;
}

int column_data_make(const struct comparison_block *const *from, size_t count,
		     enum sample_column column, uint32_t kinds, struct column_data *data)
{
	return make(from, count, column, kinds, make_quartets, data);
}

void column_data_free(struct column_data *data)
{
	free(data->values);
	free(data->scratch);
	free(data->blocks);
	free(data->quartets);
	free(data->boots);
	free(data->boot);
	memset(data, 0, sizeof(*data));
}
