/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One column of one cell to its effects; internal to the comparison. p comes from the
 * first look at the differences, p_adjusted and the verdict from the comparison, which
 * knows all tests of the report.
 */
#ifndef HMMBENCH_STATS_JUDGE_H
#define HMMBENCH_STATS_JUDGE_H

#include "boots.h"
#include "column_data.h"
#include "comparison.h"
#include "sequential.h"

/* What the comparison still needs to know of a judged effect. */
struct judged_effect {
	struct effect *effect;
	double *differences;	/* in a boot; owned */
	struct boot_value *boots;	/* between builds; owned */
	uint32_t *pairs;		/* of each boot, where there are looks; owned */
	size_t count;		/* of either */
	double deviation;	/* of one difference; between boots of a build */
	double degrees;		/* between builds: of freedom that it was estimated with */
	uint32_t least;		/* differences below which none of this kind is judged */
	uint64_t seed;
};

/*
 * p99 of a single boot takes this many super-blocks, so that where neighbours are alike they can
 * be joined and PAIRED_JOINED_MIN are left. Boots are no neighbours: of several, each gives one
 * difference, for which one super-block will do. That only makes the interval wide: strategies
 * that do not differ are called different as often as with any other difference of boots, and the
 * interval holds what it should (doc/numbers.md, "a super-block in each").
 */
#define JUDGE_SUPER_BLOCKS_MIN 16
/* A 95 % interval, and a p below .05, take this many differences. */
#define JUDGE_PAIRS_MIN 6

/* The differences of one quantile in the order they were measured. */
struct judged_levels {
	struct paired_difference *levels;	/* owned */
	size_t count;
};

/* The control workload's quantiles (ln) in each boot; NAN: too few samples there. */
struct control_values {
	double (*boot)[GATED_COUNT];	/* NULL: no control was measured */
};

/* What the judging of one report shares. */
struct judging {
	const struct comparison_input *input;
	struct paired_workspace workspace[GATED_COUNT];
	struct control_values controls;
	struct judged_levels *medians;	/* of the column at hand: where its p50 goes */
	const struct sequential_table *looks;	/* where input->looks */
	double misrate;			/* of an interval: all looks together miss with 5 % */
	bool is_control;		/* the cell at hand: nothing is taken out of it */
};

/* levels.c: which of the comparison's cells drift or are unsettled. -ENOMEM. */
int comparison_mark_levels(const struct comparison_input *input, struct comparison *comparison);

/*
 * Fills result->effect[] from the data. `judged` has room for GATED_COUNT; *judged_count
 * is how many of the effects are tests (none where the column is not gated).
 * `seed` is the column's own. *judging->medians become the differences and levels of p50, of
 * builds those of pairs of boots, none where it cannot be estimated. -ENOMEM; the medians
 * and what judged effects own are the caller's in any case.
 */
int judge_column(struct judging *judging, const struct column_data *data, uint64_t seed,
		 struct cell_result *result, struct judged_effect *judged, size_t *judged_count);
void judged_free(struct judged_effect *judged);

/* Each boot's quantiles of the control's column. -ENOMEM. */
int judge_controls(struct judging *judging, const struct column_data *data);

/* Sets the reason of an effect without a verdict. */
void judge_refuse(struct effect *effect, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * One quantile under one design: fills estimate and interval of judged->effect, or its
 * reason, and the values that its test is made of; judge_*_test() then sets p. -ENOMEM.
 */
int judge_in_boot(struct judging *judging, const struct column_data *data,
		  enum gated_quantile quantile, struct judged_effect *judged);
int judge_in_boot_test(const struct judging *judging, struct judged_effect *judged);
int judge_builds(struct judging *judging, const struct column_data *data,
		 enum gated_quantile quantile, struct judged_effect *judged);
int judge_builds_test(const struct judging *judging, struct judged_effect *judged);
/* The same from so many random arrangements. */
int judge_builds_p(const struct judging *judging, struct judged_effect *judged, uint64_t seed,
		   uint64_t random);

/*
 * The p of a judged effect again, from so many random arrangements, where those made
 * before cannot give one small enough. -ENOMEM.
 */
int judge_refine(const struct judging *judging, struct judged_effect *judged, uint64_t wanted);

extern const char *const judge_quantile_names[GATED_COUNT];

#endif
