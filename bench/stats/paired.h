/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two alternatives inside one boot: from ABBA quartets of blocks to one difference per
 * quartet, and from those to an effect.
 *
 * Samples next to each other in time are alike (placement, caches, a neighbour's load),
 * so that they are no independent evidence. Inside a quartet A B B A, or B A A B by a
 * coin, whatever drifts steadily meets both alternatives alike and cancels in
 *	D_j = mean over the quartet of Q_q(ln B) - Q_q(ln A),
 * and the coin makes D_j and -D_j equally likely where A and B do not differ. The D_j are the
 * evidence. Q_q is the Harrell-Davis quantile.
 *
 * A quantile needs samples to stand on: 10 for p10, 2 for p50, 500 for p99. Where the
 * blocks of a quartet have them, Q_q is the mean over the blocks; else the samples of
 * an arm are pooled over the quartet, and over as many quartets as it takes (a
 * super-block).
 *
 * Sources: for the design Cox, Planning of Experiments (1958), chapter 3; for the
 * quantiles Harrell, Davis (1982); for joining neighbours until they are uncorrelated
 * the method of batch means: Law, Carson, Operations Research 27 (1979).
 */
#ifndef HMMBENCH_STATS_PAIRED_H
#define HMMBENCH_STATS_PAIRED_H

#include <stddef.h>
#include <stdint.h>

#include "permutation.h"
#include "quantile.h"

#define PAIRED_ARMS 2
#define PAIRED_LAG1_MAX 0.2	/* above this the D_j are joined two by two */
#define PAIRED_JOINED_MIN 8	/* but never to fewer than this: p reaches .0078 with 8 */
#define PAIRED_MISRATE 0.05	/* of the interval */
#define PAIRED_ZERO_NS 0.5	/* what a latency of 0 ns counts as: half the unit of storage */

struct paired_block {
	const uint64_t *sorted;		/* latencies, ascending; borrowed */
	size_t count;
	uint32_t arm;			/* 0 base, 1 candidate */
};

struct paired_quartet {
	uint32_t boot;
	const struct paired_block *blocks;	/* in the order they ran; borrowed */
	size_t block_count;
};

struct paired_difference {
	double value;			/* of ln(candidate / base) */
	double level[PAIRED_ARMS];	/* the Q_q of which it is the difference */
	uint32_t boot;
};

/* How many samples Q_q needs: 1 / min(q, 1 - q), and 5 / (1 - q) above the 95th percentile. */
size_t paired_minimum(double q);

/* Weights and scratch memory that serve many calls. Starts as { 0 }. */
struct paired_workspace {
	struct quantile_weights weights[32];	/* by count modulo 32 */
	uint64_t *values;
	size_t capacity;
};

void paired_workspace_free(struct paired_workspace *workspace);

/* Q_q of ln(latency) of a sorted sample. -ENOMEM; -EINVAL for an empty one. */
int paired_log_quantile(struct paired_workspace *workspace, const uint64_t *sorted, size_t count,
			double q, double *result);

/*
 * The D_j of the quartets in order. A super-block never spans two boots; quartets at
 * the end of a boot that do not fill one join the one before, or are left out where
 * there is none. `differences` has room for quartet_count; *count is how many there are.
 * -ENOMEM.
 */
int paired_differences(const struct paired_quartet *quartets, size_t quartet_count, double q,
		       struct paired_workspace *workspace,
		       struct paired_difference *differences, size_t *count);

/*
 * Autocorrelation at lag 1 of `count` values in order; 0 for fewer than 3 values or
 * values that are all equal.
 */
double paired_lag1(const double *values, size_t count);

/*
 * Joins neighbours (their mean; a last single one joins the pair before it) while lag 1
 * is above PAIRED_LAG1_MAX and PAIRED_JOINED_MIN would remain. Gives the factor: 1, 2, 4 ..
 */
uint32_t paired_join(double *values, size_t *count);

/*
 * One value per boot in place of its differences: their Hodges-Lehmann centre. `values`
 * has room for `count`; gives how many of them are used.
 */
size_t paired_per_boot(const struct paired_difference *differences, size_t count, double *values);

struct paired_effect {
	double estimate;	/* Hodges-Lehmann centre */
	double low, high;	/* 95 %, by inverting the signed-rank test; NAN below 6 values */
	double deviation;	/* standard deviation of one value, as the interval shows it */
	double lag1;
	size_t count;
};

/* Estimate and interval of the values, which it sorts. NANs where count is 0. */
struct paired_effect paired_estimate(double *values, size_t count);

#endif
