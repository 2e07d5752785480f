/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From samples to verdicts: the whole comparison of two alternatives, as one value
 * that every report format renders. Pure: no I/O, no clock, no global state; random
 * choices come from the seed in the input.
 *
 * "base" is what is compared with, "candidate" what is judged: a candidate that takes
 * longer is REGRESSED.
 *
 * DESIGN_IN_BOOT compares switches of one kernel, strategies mostly. Inside one boot
 * the evidence is one difference per ABBA quartet (stats/paired.h), and the verdict
 * holds for this boot only; with several boots it is one difference per boot, and fewer
 * than 6 of them are INCONCLUSIVE.
 *
 * DESIGN_BUILDS compares kernel builds. Each boot has one of them, and gives one value
 * per cell and quantile (stats/boots.h); on the virtual clock, which has no noise, that
 * is compared exactly (stats/exact.h).
 *
 * A sample of 0 ns counts as half a nanosecond in logarithms; a judged quantile of 0 ns
 * gets no verdict.
 */
#ifndef HMMBENCH_COMPARISON_H
#define HMMBENCH_COMPARISON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cell.h"
#include "common/error.h"
#include "common/samples.h"
#include "drift.h"
#include "slope.h"

enum verdict {
	VERDICT_EQUIVALENT = 0,	/* the interval lies inside plus or minus the threshold */
	VERDICT_IMPROVED,
	VERDICT_REGRESSED,
	VERDICT_INCONCLUSIVE,
	VERDICT_NONE,		/* shown, not judged: the reason is in the text */
};

const char *verdict_name(enum verdict verdict);	/* "REGRESSED", "-" for NONE */

enum comparison_arm { ARM_BASE = 0, ARM_CANDIDATE = 1, ARM_COUNT = 2 };

enum comparison_design { DESIGN_IN_BOOT = 0, DESIGN_BUILDS };

/* Between builds: a boot and what it ran. */
struct comparison_boot {
	uint32_t arm;			/* enum comparison_arm */
	uint32_t night;			/* boots of one night are exchangeable with each other only */
	uint32_t pair;			/* of its campaign, from 1: which looks saw it */
};

/* Of a cell between builds whose blocks are the same under every strategy: the control. */
#define COMPARISON_ANY_STRATEGY UINT32_MAX

/* One block as it was measured. */
struct comparison_block {
	uint32_t cell;			/* index into comparison_input.cells */
	uint32_t arm;			/* enum comparison_arm */
	uint32_t boot;			/* 0 .. boots - 1 */
	uint32_t quartet, position;
	bool warmup;
	uint64_t dropped;		/* samples the rings lost */
	uint32_t marks;			/* SAMPLE_FLAG_* of the marks that its machine can tell */
	struct samples samples;		/* borrowed; with comparison_input.bring its rows alone */
	int64_t source;			/* what bring() knows it by */
};

struct comparison_input {
	enum comparison_design design;
	const char *base_name, *candidate_name;	/* "write", "read"; "debian:6.1", "debian:6.12" */
	const struct cell *cells;
	uint32_t cell_count;
	/*
	 * Between builds a cell stands here once for each strategy that was measured in it, and
	 * this is which (enum hmmbench_strategy_id). NULL inside a boot, where strategies are
	 * what is compared.
	 */
	const uint32_t *strategies;
	const struct comparison_boot *boot;	/* one per boot; NULL inside a boot */
	bool exact;			/* DESIGN_BUILDS on the virtual clock */
	/*
	 * DESIGN_BUILDS: how often the boots were looked at to decide whether more are wanted,
	 * after sequential_boots[] of each build (stats/sequential.h). p is then the repeated p
	 * over these looks, and the interval that of the last. 0: they are looked at once.
	 */
	uint32_t looks;
	/* How many looks there could have been, as was fixed before the first; 0: all. */
	uint32_t looks_planned;
	/*
	 * Where looks: sequential_table_of_boots() of those planned, borrowed, for who compares again
	 * and again. NULL: made for this comparison, which takes longer than all else where cells are
	 * few.
	 */
	const struct sequential_table *looks_table;
	/*
	 * The base is of other nights than the candidate: what would be REGRESSED or IMPROVED is
	 * INCONCLUSIVE (a suspicion), unless the clock is exact and knows no nights.
	 */
	bool suspicion_only;
	/* Nothing is taken out for the control workload: what all boots share is what is asked for. */
	bool keep_shared;
	const struct comparison_block *blocks;
	uint32_t block_count;
	/*
	 * Where samples are too many to be held at once: gets the columns in `mask` (1 << column)
	 * of a block into `samples`, which is empty before and the caller's after. -ENOMEM, or
	 * an error that it sets. NULL: blocks have their samples.
	 */
	int (*bring)(void *source, const struct comparison_block *block, uint32_t mask,
		     struct samples *samples, struct error *error);
	void *source;
	uint32_t boots;
	uint64_t seed;
	double threshold, threshold_p99;	/* smallest effects of interest, fractions */
	double false_discovery_rate;		/* .05 */
	double sample_ns;			/* what one unit of the samples is; 0: 1 ns */
	/*
	 * What one reading of the clock costs, ns; 0 on the virtual clock, which is exact. A
	 * sample holds the end of one reading and the begin of another, and where those lie in
	 * caches and translations is not the measured code's: a difference below one reading can
	 * be the clock's own. Smallest effects of interest finer than that are raised to it.
	 */
	double clock_floor_ns;
	/* Per cell a reason against any verdict (VERDICT_NONE with it), or NULL; the array may be NULL. */
	const char *const *refusals;
};

/* The quantiles that are judged; p99.9 and the maximum are shown only. */
enum gated_quantile { GATED_P10 = 0, GATED_P50, GATED_P99, GATED_COUNT };
extern const double gated_quantiles[GATED_COUNT];	/* .10 .50 .99 */

/* Of an arm's rows: those for which a mark could be told, and those that have it. */
struct mark_count {
	uint64_t told, marked;
};

struct arm_summary {
	uint64_t rows;			/* samples in the analysis, warm-up left out */
	uint64_t warmup_rows;
	uint64_t disturbed;		/* of rows: with a mark of any kind */
	struct mark_count mark[MARK_COUNT];
	uint64_t dropped;
	double p10_ns, p25_ns, p50_ns, p75_ns, p90_ns, p99_ns, p999_ns, max_ns, min_ns;
};

struct effect {
	/* Of ln(candidate / base); the interval 95 %, over all looks together; NAN where none. */
	double estimate, low, high;
	double p, p_adjusted;		/* two-sided; after Benjamini-Hochberg over the whole report */
	double threshold;		/* ln(1 + smallest effect of interest), never finer than the clock */
	/*
	 * The smallest change (ln) that as many boots, or differences of one boot, find on this
	 * machine, by its calibration (stats/calibration.h, stats/paired_calibration.h); NAN where
	 * there is none. Filled by whoever has one.
	 */
	double seen;
	enum verdict verdict;
	uint32_t pairs;			/* differences D_j that went into it; builds: boots of the smaller side */
	uint32_t boots[ARM_COUNT];	/* builds: boots with a value */
	double beta;			/* builds: share of the control's deviation taken out, 0 .. 1 */
	uint32_t needed;		/* INCONCLUSIVE: pairs (boots per build) that would decide, as far as can be told; else 0 */
	double lag1;			/* autocorrelation of the D_j as finally formed; NAN between builds */
	uint32_t block_factor;		/* how often blocks were doubled to bring lag1 down: 1, 2, 4 .. */
	char why[120];			/* VERDICT_NONE: the reason, else "" */
};

#define SHIFT_POINTS 21

/* Shift function: ln ratio per quantile with a simultaneous 95 % band; of a cell's first column. */
struct shift_function {
	uint32_t points;		/* 0: too few samples */
	double quantile[SHIFT_POINTS];	/* .05 .. .999 */
	double estimate[SHIFT_POINTS], low[SHIFT_POINTS], high[SHIFT_POINTS];
};

/* One cell, one column (phase). */
struct cell_result {
	uint32_t cell;
	enum sample_column column;
	bool gated;			/* counts for the verdict of the whole */
	struct arm_summary arm[ARM_COUNT];
	struct effect effect[GATED_COUNT];
	struct shift_function shift;
	struct drift drift;		/* of a cell's first column, else without levels */
	/* By that, and by at least the smallest effect of interest: marks beside the numbers. */
	bool drifts;			/* its level moved over the run */
	bool unsettled;			/* its first quartets behind the warm-up are unlike the rest */
	enum verdict verdict;		/* the worst of its gated quantiles */
};

/* What cells can grow in. */
enum sweep_part {
	SWEEP_MIRRORS = 0,
	SWEEP_THREADS,
	SWEEP_PROCESSES,
	SWEEP_MEMORY,
	SWEEP_PART_COUNT
};
/* "mirrors" */
const char *sweep_part_name(enum sweep_part part);
/* How much of it a cell has. */
uint64_t sweep_size(const struct cell *cell, enum sweep_part part);

/*
 * One column of cells that differ in one number alone, at SLOPE_POINTS_MIN sizes or more, and
 * how its median grows (stats/slope.h). Shown, never judged.
 */
struct sweep {
	enum sweep_part part;
	uint32_t *results;		/* indices into comparison->results, by size */
	uint32_t count;
	struct slope slope;		/* always with exponents; intervals where the units suffice */
};

struct comparison {
	struct cell_result *results;	/* cells in input order, gated column first */
	uint32_t result_count;
	struct sweep *sweeps;		/* of judged columns first */
	uint32_t sweep_count;
	/*
	 * Of the whole: the worst over gated results. A gated cell that could not be judged
	 * (no samples, a broken clock) leaves it INCONCLUSIVE, one that was refused does not;
	 * VERDICT_NONE (exit status 2) where nothing was judged at all.
	 */
	enum verdict verdict;
	uint32_t boots;			/* of both builds together, where those are compared */
	uint32_t arm_boots[ARM_COUNT];	/* builds: boots of each */
	uint32_t nights;		/* builds: how many the boots are from */
	uint32_t count[VERDICT_NONE + 1];	/* gated results by verdict */
	int exit_status;		/* 0, 1 or 2 */
};

/* Which columns of a workload are judged and which are shown; ends with COLUMN_COUNT. First is gated. */
const enum sample_column *workload_columns(uint32_t workload);
/* How many at the front of that list are gated. */
uint32_t workload_gated_columns(uint32_t workload);
/*
 * Which kinds of sample (1 << enum sample_kind) a column of a workload is about. A workload
 * with several kinds has others in the same column, which are kept and not mixed in.
 */
uint32_t workload_column_kinds(uint32_t workload, enum sample_column column);
/* Is the row one of those? */
bool sample_is_of(const struct samples *samples, size_t row, uint32_t kinds);

/* With suspicion_only: would it have a verdict, were the base of the candidate's night? */
bool effect_is_suspicion(const struct comparison_input *input, const struct effect *effect);

/* *comparison is the caller's. -EINVAL: nothing to compare, with the reason; -ENOMEM. */
int comparison_make(const struct comparison_input *input, struct comparison **comparison,
		    struct error *error);
void comparison_free(struct comparison *comparison);

#endif
