/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plan: everything that will happen in one boot, in order, with its seed. The same
 * configuration and seed give the same plan, byte for byte.
 *
 * Order: all cells take turns, one quartet each per round, in an order shuffled anew
 * each round, so that a slow drift of the machine meets all cells alike. A quartet
 * of k = 2 strategies is ABBA or BAAB by a coin from the seed; for k > 2 it is the k
 * rows of a cyclic Latin square whose start and row order come from the seed. Of a core
 * that has a strategy of its own a quartet is one block, for there is nothing to alternate
 * with: its blocks lie beside those of the others all through the run. The first quartets
 * are warm-up, fixed here and not by looking at data.
 *
 * A cell with fewer quartets than others sits out rounds, evenly spread over the run;
 * its own first quartets are its warm-up. With `unrecorded` or `traced`, each position
 * holds two blocks, a timed one and one of the other kind beside it, in an order that the
 * second half of the quartet turns round.
 *
 * With `counters` a pass of its own follows all that is timed: for each cell and strategy one
 * counted block, whose quartet is 0 and whose position is the strategy's place in the list.
 * So it is with `profile`, whose blocks are profiled, and with `detailed`, whose blocks are of
 * the cells that cell_walk_divides() has.
 *
 * The generator is splitmix64 (Steele, Lea, Flood 2014), so that it is the same
 * everywhere.
 */
#ifndef HMMBENCH_PLAN_H
#define HMMBENCH_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/cell.h"
#include "common/error.h"
#include "plan/config.h"

#define PLAN_VERSION 1
#define PLAN_BLOCKS_MAX (1u << 20)

/* Is it 1 to PLAN_NAME_MAX characters of a-z, 0-9 and -? NULL is not. */
#define PLAN_NAME_MAX 40
bool plan_name_is_valid(const char *name);

struct plan_block {
	uint32_t cell;		/* index into cells */
	uint32_t strategy;	/* enum hmmbench_strategy_id */
	uint32_t operations;
	uint32_t record_every;	/* of an operation's calls, one in so many is recorded; 1: all */
	uint32_t quartet;	/* of its cell, from 0 */
	uint32_t position;	/* inside its quartet, 0 .. 3 (k * k - 1) */
	bool warmup;
	bool unrecorded;	/* probe effect: the same operations without recording */
	bool traced;		/* cross-check: the kernel's own tracer times them as well */
	bool counted;		/* counters of kernel and CPU run beside: never compared */
	bool profiled;		/* perf runs beside: never compared */
	bool detailed;		/* every callback and lock is clocked: never compared */
};

/* Is the block of a pass of its own, behind all that is timed? No comparison sees it. */
static inline bool plan_block_is_apart(const struct plan_block *block)
{
	return block->counted || block->profiled || block->detailed;
}

enum plan_clock { PLAN_CLOCK_HOST = 0, PLAN_CLOCK_VIRTUAL = 1 };

struct plan {
	char name[PLAN_NAME_MAX + 1];
	uint64_t seed;
	enum plan_clock clock;
	double threshold, threshold_p99;
	uint32_t calibration_days;	/* beyond which a calibration is old; 0: not said */
	uint32_t strategies[CONFIG_STRATEGIES_MAX];
	uint32_t strategy_count;
	struct cell *cells;
	uint32_t cell_count;
	struct plan_block *blocks;
	uint32_t block_count;
};

/* Blocks of one quartet: 4 for two strategies, a Latin square (k * k) for more, 1 for one. */
uint32_t plan_quartet_blocks(uint32_t strategies);

/* What a cell's quartets are made of: the plan's strategies, or the one that its core has. */
const uint32_t *plan_strategies(const struct plan *plan, uint32_t cell, uint32_t *count);

/* How many of a cell's quartets are warm-up: the nearest whole number, at least one above 0. */
uint32_t plan_warmup_quartets(uint32_t quartets, double warmup);

/*
 * *plan is the caller's, freed by plan_free(). -EINVAL (STATUS_USAGE): a cell that this
 * clock cannot run, more than PLAN_BLOCKS_MAX blocks, a seed above 2^63-1, a detailed pass
 * without a cell that it is of. -ENOMEM.
 */
int plan_make(const struct config *config, uint64_t seed, enum plan_clock clock,
	      struct plan **plan, struct error *error);
void plan_free(struct plan *plan);

/*
 * As JSON text, malloc'ed, stable key order:
 * {"plan":1,"name","seed","clock":"host|virtual","threshold","threshold_p99",
 *  "strategies":["write",..],"cells":["exit/...",..],	(strategies: of the bundled core)
 *  "blocks":[[cell,"write",operations,quartet,position,flags],..]}  flags: 1 warm-up, 2 unrecorded,
 *  4 traced, 8 counted, 16 profiled, 32 detailed. A block has a seventh number,
 *  record_every, where that is not 1, and "calibration_days" stands at the end where it is not
 *  the default.
 */
char *plan_to_json(const struct plan *plan, size_t *bytes);	/* bytes may be NULL; NULL: out of memory */

/* -EINVAL for anything that is not a plan of this version, with the reason. */
int plan_from_json(const char *text, size_t bytes, struct plan **plan, struct error *error);

#endif
