/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A campaign that is planned: how many boots of two builds, and how many blocks in each of
 * them, find a change with a given probability in the least time; or what change a given time
 * finds. Found: significant at `alpha`, two-sided, before the correction for the other tests
 * of a report, by the power of boots.h.
 *
 * The scatter is known from few boots. A plan that took it for the truth would keep its promise
 * for some pilots and miss it by far for others, and on the whole miss it: .78 where .90 was asked
 * for after 3 boots of each build. So it is bought what makes the power that on average over
 * what such pilots come to (boots_detectable_by()). The whole scatter counts as so uncertain,
 * also what blocks and operations add, which is known better.
 *
 * A boot costs what it takes to come up, and finds out about itself; a block costs its
 * operations. Both are bought until the rarest part has what it needs.
 *
 * Source: Kalibera, Jones, "Rigorous benchmarking in reasonable time", ISMM 2013, section 8,
 * searched over the number of boots in place of its closed form, which has one part only and
 * no whole numbers.
 */
#ifndef HMMBENCH_STATS_EXPERIMENT_H
#define HMMBENCH_STATS_EXPERIMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spread.h"

#define EXPERIMENT_BLOCKS_MAX 200000	/* of a strategy in a boot */

/* One judged quantile of a cell under one strategy. */
struct experiment_part {
	uint32_t cell;
	struct spread spread;
	double operations;		/* samples of a block */
	uint32_t least_blocks;		/* that the quantile needs in a boot */
	bool beyond;			/* result: no number of boots up to the limit finds it */
};

struct experiment_cell {
	double block_s;			/* seconds for one block of each of its strategies */
	uint32_t unit;			/* blocks of a strategy in a quartet: they come in these */
	uint32_t measured;		/* blocks of a strategy in a boot, as measured */
	uint32_t least;			/* the same, below which a plan does not go */
	uint32_t blocks;		/* result: the same as planned */
};

struct experiment {
	struct experiment_part *parts;
	size_t part_count;
	struct experiment_cell *cells;
	size_t cell_count;
	double boot_s;			/* seconds of a boot beside its blocks */
	double alpha, power;
	uint32_t boots_max;
	uint32_t boots;			/* result: of each build; 0: none would do */
};

/* The smallest change (ln) of a part that so many boots of each build find. */
double experiment_smallest(const struct experiment *experiment, const struct experiment_part *part,
			   uint32_t boots, uint32_t blocks);

/*
 * Boots and blocks that find a change of `effect` (ln, above 0) in every part but those that
 * are beyond, in the least time. boots is 0 where all parts are beyond.
 */
void experiment_for_effect(struct experiment *experiment, double effect);

/*
 * Boots and blocks of `budget_s` seconds in which the largest of the parts' smallest changes
 * is smallest; blocks of the cells in the proportion that they were measured in. boots is 0
 * where the time is not enough for p to reach alpha.
 */
void experiment_for_time(struct experiment *experiment, double budget_s);

/* Seconds of one boot as planned. */
double experiment_boot_s(const struct experiment *experiment);

/* The fewest boots of each build whose test can reach alpha. */
uint32_t experiment_fewest(double alpha);

#endif
