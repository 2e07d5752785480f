/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One column of one cell to its effects; internal to the comparison. p comes from the
 * first look at the differences, p_adjusted and the verdict from the comparison, which
 * knows all tests of the report.
 */
#ifndef HMMBENCH_STATS_JUDGE_H
#define HMMBENCH_STATS_JUDGE_H

#include "column_data.h"
#include "comparison.h"

/* What the comparison still needs to know of a judged effect. */
struct judged_effect {
	struct effect *effect;
	double *differences;	/* owned */
	size_t count;
	double deviation;	/* of one difference */
	uint32_t least;		/* differences below which none of this kind is judged */
	uint64_t seed;
};

/* p99 of a single boot takes this many super-blocks. */
#define JUDGE_SUPER_BLOCKS_MIN 16
/* A 95 % interval, and a p below .05, take this many differences. */
#define JUDGE_PAIRS_MIN 6

/* The differences of one quantile in the order they were measured. */
struct judged_levels {
	struct paired_difference *levels;	/* owned */
	size_t count;
};

/*
 * Fills result->effect[] from the data. `judged` has room for GATED_COUNT; *judged_count
 * is how many of the effects are tests (none where the column is not gated).
 * `seed` is the column's own. *medians are the differences and levels of p50, none where it
 * cannot be estimated. -ENOMEM; the differences and *medians are the caller's in any case.
 */
int judge_column(const struct comparison_input *input, const struct column_data *data,
		 struct paired_workspace workspace[GATED_COUNT], uint64_t seed,
		 struct cell_result *result, struct judged_effect *judged, size_t *judged_count,
		 struct judged_levels *medians);

#endif
