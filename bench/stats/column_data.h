/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One column of one cell, taken out of the blocks: sorted per block, pooled per arm,
 * and as quartets; between builds sorted per boot in place of block. Internal to the
 * comparison.
 */
#ifndef HMMBENCH_STATS_COLUMN_DATA_H
#define HMMBENCH_STATS_COLUMN_DATA_H

#include "comparison.h"
#include "paired.h"

/* A larger value is a clock that ran backwards, subtracted without a sign. */
#define LATENCY_MAX_NS (UINT64_C(1) << 63)

struct column_data {
	struct arm_summary arm[ARM_COUNT];
	uint64_t *pooled[ARM_COUNT];		/* sorted, warm-up left out */
	size_t pooled_count[ARM_COUNT];
	struct paired_quartet *quartets;	/* complete ones, warm-up left out */
	size_t quartet_count;
	struct paired_block *boots;		/* of column_data_make_boots(): all samples of a boot */
	uint32_t *boot;				/* which boot that is */
	size_t boot_count;
	uint64_t absurd;			/* values above LATENCY_MAX_NS, left out */
	bool available;				/* some block has the column */

	uint64_t *values, *scratch;		/* memory behind the above */
	struct paired_block *blocks;
};

/*
 * Of the samples of `kinds` (workload_column_kinds()). `from` lists the cell's blocks by
 * boot, quartet and position. A quartet is complete where each arm has as many blocks with
 * samples as it has at most in this cell. -ENOMEM; `data` is to be freed in any case.
 */
int column_data_make(const struct comparison_block *const *from, size_t count,
		     enum sample_column column, uint32_t kinds, struct column_data *data);
/*
 * The same between builds: `boots` has an entry for each boot with samples. For the
 * shift function the first boots of both builds make a "quartet", the second ones
 * another and so on; boots left over are in none.
 */
int column_data_make_boots(const struct comparison_block *const *from, size_t count,
			   enum sample_column column, uint32_t kinds, struct column_data *data);
void column_data_free(struct column_data *data);

#endif
