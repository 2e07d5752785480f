// SPDX-License-Identifier: GPL-2.0-or-later
#include "spread_boot.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "column_data.h"
#include "quantile.h"

/* q (1 - q) / f^2 of the logarithms. */
static int operation_variance(const uint64_t *sorted, size_t count, double q, double *variance)
{
	double *logs = malloc((count + 1) * sizeof(*logs)), density;

	if (!logs)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		logs[i] = log(fmax(PAIRED_ZERO_NS, (double)sorted[i]));
	density = quantile_density(logs, count, q);
	*variance = q * (1 - q) / (density * density);
	free(logs);
	return 0;
}

/* The variance of the quantiles of the blocks, NAN where they have too few samples for it. */
static int block_variance(const struct column_data *data, size_t blocks, double q,
			  struct paired_workspace *workspace, double *variance)
{
	double sum = 0, squares = 0;
	size_t count = 0;

	*variance = NAN;
	for (size_t i = 0; i < blocks; i++) {
		const struct paired_block *block = &data->blocks[i];
		double value;
		int ret;

		if (!block->count)
			continue;
		if (block->count < paired_minimum(q))
			return 0;
		ret = paired_log_quantile(workspace, block->sorted, block->count, q, &value);
		if (ret)
			return ret;
		sum += value;
		squares += value * value;
		count++;
	}
	if (count >= 2)
		*variance = fmax(0, squares - sum * sum / (double)count) / (double)(count - 1);
	return 0;
}

static int fill(const struct column_data *data, size_t blocks, double q, struct spread_boot *boot)
{
	struct paired_workspace workspace = { 0 };
	const size_t count = data->pooled_count[ARM_BASE];
	int ret;

	*boot = (struct spread_boot){ .value = NAN, .control = NAN, .block_variance = NAN,
				      .operation_variance = NAN };
	for (size_t i = 0; i < blocks; i++)
		boot->blocks += data->blocks[i].count > 0;
	if (boot->blocks)
		boot->operations = (double)count / (double)boot->blocks;
	if (count < paired_minimum(q))
		return 0;
	ret = paired_log_quantile(&workspace, data->pooled[ARM_BASE], count, q, &boot->value);
	if (!ret)
		ret = block_variance(data, blocks, q, &workspace, &boot->block_variance);
	if (!ret)
		ret = operation_variance(data->pooled[ARM_BASE], count, q,
					 &boot->operation_variance);
	paired_workspace_free(&workspace);
	return ret;
}

int spread_boot_make(const struct comparison_block *blocks, size_t count, enum sample_column column,
		     uint32_t kinds, struct spread_boot boot[GATED_COUNT])
{
	const struct comparison_block **from = calloc(count + 1, sizeof(*from));
	struct column_data data = { 0 };
	int ret = from ? 0 : -ENOMEM;

	for (size_t i = 0; i < count && !ret; i++)
		from[i] = &blocks[i];
	if (!ret)
		ret = column_data_make(from, count, column, kinds, &data);
	for (size_t i = 0; i < GATED_COUNT && !ret; i++)
		ret = fill(&data, count, gated_quantiles[i], &boot[i]);
	column_data_free(&data);
	free(from);
	return ret;
}
