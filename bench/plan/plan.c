// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Why this order. A machine drifts: it warms up, a neighbour wakes, a cache fills. With
 * all of A before all of B the drift is taken for a difference. Inside a quartet ABBA
 * (or BAAB) both have the same mean position, so that a linear drift cancels; the coin
 * keeps a drift with a period of its own from lining up with the letters. Between cells
 * the same is done by taking turns: one quartet each, in an order shuffled each round.
 */
#include "plan/plan.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "common/random.h"
#include "hmmbench_uapi.h"

/* ---- random numbers ---- */

/* 0 .. bound - 1, each as likely: values from the incomplete last stretch are drawn again. */
static uint32_t random_below(uint64_t *state, uint32_t bound)
{
	uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
	uint64_t value;

	do
		value = splitmix64(state);
	while (value >= limit);
	return (uint32_t)(value % bound);
}

static void shuffle(uint64_t *state, uint32_t *items, uint32_t count)
{
	uint32_t other, item;

	for (uint32_t i = count; i > 1; i--) {
		other = random_below(state, i);
		item = items[i - 1];
		items[i - 1] = items[other];
		items[other] = item;
	}
}

/* ---- one quartet ---- */

struct maker {
	const struct config *config;
	struct plan *plan;
	uint64_t random;
};

static const uint32_t own_strategy = HMMBENCH_STRATEGY_KERNEL;

/* The strategies that a cell's quartets are made of. */
static const uint32_t *strategies_of(const struct config *config, const struct cell *cell,
				     uint32_t *count)
{
	const bool own = core_has_own_strategy(cell->core);

	*count = own ? 1 : config->strategy_count;
	return own ? &own_strategy : config->strategies;
}

uint32_t plan_warmup_quartets(uint32_t quartets, double warmup)
{
	uint32_t count = (uint32_t)lround(quartets * warmup);

	return warmup > 0 && !count ? 1 : count;
}

/* Which of k strategies (by its index) is at each position. */
static void draw_order(struct maker *maker, uint32_t k, uint32_t *order)
{
	uint32_t rows[CONFIG_STRATEGIES_MAX], start;

	if (k == 2) {
		start = random_below(&maker->random, 2);
		order[0] = order[3] = start;
		order[1] = order[2] = !start;
		return;
	}
	start = random_below(&maker->random, k);
	for (uint32_t row = 0; row < k; row++)
		rows[row] = row;
	shuffle(&maker->random, rows, k);
	for (uint32_t row = 0; row < k; row++)
		for (uint32_t column = 0; column < k; column++)
			order[row * k + column] = (start + rows[row] + column) % k;
}

/* Has each position a second block beside the timed one? */
static bool has_pairs(const struct config *config)
{
	return config->unrecorded || config->traced;
}

static void add_block(struct maker *maker, struct plan_block block, bool timed)
{
	block.unrecorded = !timed && maker->config->unrecorded;
	block.traced = !timed && maker->config->traced;
	maker->plan->blocks[maker->plan->block_count++] = block;
}

/*
 * With unrecorded or traced blocks each position is a pair. The pairs of the second half
 * are the mirror image of those of the first, for the same reason as ABBA.
 */
static void add_quartet(struct maker *maker, uint32_t cell, uint32_t quartet)
{
	const struct config_cell *from = &maker->config->cells[cell];
	uint32_t order[CONFIG_STRATEGIES_MAX * CONFIG_STRATEGIES_MAX];
	uint32_t strategy_count, count;
	const uint32_t *strategies = strategies_of(maker->config, &from->cell, &strategy_count);
	bool timed_last = false;

	count = plan_quartet_blocks(strategy_count);
	draw_order(maker, strategy_count, order);
	if (has_pairs(maker->config))
		timed_last = random_below(&maker->random, 2);
	for (uint32_t position = 0; position < count; position++) {
		struct plan_block block = {
			.cell = cell,
			.strategy = strategies[order[position]],
			.operations = from->operations,
			.record_every = from->record_every,
			.quartet = quartet,
			.position = position,
			.warmup = quartet <
				  plan_warmup_quartets(from->quartets, maker->config->warmup),
		};
		bool timed = !has_pairs(maker->config) || timed_last == (position >= count / 2);

		add_block(maker, block, timed);
		if (has_pairs(maker->config))
			add_block(maker, block, !timed);
	}
}

/* ---- the whole ---- */

/*
 * A cell with fewer quartets than the longest one sits out rounds, evenly spread, so
 * that it too meets the whole of the run: it takes part where its share steps on.
 */
static bool takes_part(uint32_t round, uint32_t quartets, uint32_t rounds)
{
	return (uint64_t)round * quartets % rounds < quartets;
}

static int add_rounds(struct maker *maker, uint32_t rounds)
{
	const struct config *config = maker->config;
	uint32_t *turns = calloc(config->cell_count, sizeof(*turns));
	uint32_t *done = calloc(config->cell_count, sizeof(*done));
	uint32_t count;

	if (!turns || !done) {
		free(turns);
		free(done);
		return -ENOMEM;
	}
	for (uint32_t round = 0; round < rounds; round++) {
		count = 0;
		for (uint32_t cell = 0; cell < config->cell_count; cell++)
			if (takes_part(round, config->cells[cell].quartets, rounds))
				turns[count++] = cell;
		shuffle(&maker->random, turns, count);
		for (uint32_t turn = 0; turn < count; turn++)
			add_quartet(maker, turns[turn], done[turns[turn]]++);
	}
	free(turns);
	free(done);
	return 0;
}

static bool in_pass(const struct plan_block *kind, const struct cell *cell)
{
	return !kind->detailed || cell_walk_divides(cell);
}

/* A pass behind all that is timed. `kind` is the block that it is made of. */
static void add_pass(struct maker *maker, struct plan_block kind)
{
	const struct config *config = maker->config;

	for (uint32_t cell = 0; cell < config->cell_count; cell++) {
		const struct config_cell *from = &config->cells[cell];
		uint32_t count;
		const uint32_t *strategies = strategies_of(config, &from->cell, &count);

		for (uint32_t i = 0; i < count && in_pass(&kind, &from->cell); i++) {
			kind.cell = cell;
			kind.strategy = strategies[i];
			kind.operations = from->operations;
			kind.record_every = from->record_every;
			kind.position = i;
			maker->plan->blocks[maker->plan->block_count++] = kind;
		}
	}
}

static int refuse(const struct config *config, uint32_t line, struct error *error, const char *text)
{
	if (error)
		error->exit_status = STATUS_USAGE;
	return error_set(error, EINVAL, "%s:%u: %s", config->path, line, text);
}

/* How many blocks and rounds there will be, and whether all cells can run. */
static int measure(const struct config *config, enum plan_clock clock, uint64_t *blocks,
		   uint32_t *rounds, struct error *error)
{
	char name[CELL_NAME_BYTES], text[CELL_NAME_BYTES + 200];

	bool divides = false;

	*blocks = 0;
	*rounds = 0;
	for (uint32_t i = 0; i < config->cell_count; i++) {
		const struct config_cell *cell = &config->cells[i];
		uint32_t strategies;

		strategies_of(config, &cell->cell, &strategies);
		if (clock == PLAN_CLOCK_VIRTUAL && cell_is_concurrent(&cell->cell)) {
			cell_name(&cell->cell, name);
			snprintf(text, sizeof(text),
				 "cell %s needs two running CPUs, which the virtual clock does not "
				 "have; --clock host, or take it out",
				 name);
			return refuse(config, cell->line, error, text);
		}
		*blocks += (uint64_t)cell->quartets * plan_quartet_blocks(strategies) *
			   (has_pairs(config) ? 2 : 1);
		*blocks += (config->counters + config->profile) * strategies;
		if (config->detailed && cell_walk_divides(&cell->cell)) {
			*blocks += strategies;
			divides = true;
		}
		if (*blocks > PLAN_BLOCKS_MAX) {
			snprintf(text, sizeof(text),
				 "the cells up to here make more than %u blocks; fewer quartets or "
				 "fewer cells",
				 PLAN_BLOCKS_MAX);
			return refuse(config, cell->line, error, text);
		}
		*rounds = cell->quartets > *rounds ? cell->quartets : *rounds;
	}
	if (config->detailed && !divides)
		return refuse(config, config->cells[0].line, error,
			      "a detailed pass says how the walk of an exit divides, and no cell is "
			      "of workload exit; add one, or leave the pass out");
	return 0;
}

static void take_over(struct plan *plan, const struct config *config)
{
	strcpy(plan->name, config->name);
	plan->threshold = config->threshold;
	plan->threshold_p99 = config->threshold_p99;
	plan->calibration_days = config->calibration_days;
	memcpy(plan->strategies, config->strategies, sizeof(plan->strategies));
	plan->strategy_count = config->strategy_count;
	plan->cell_count = config->cell_count;
	for (uint32_t i = 0; i < config->cell_count; i++)
		plan->cells[i] = config->cells[i].cell;
}

int plan_make(const struct config *config, uint64_t seed, enum plan_clock clock, struct plan **plan,
	      struct error *error)
{
	struct maker maker = { .config = config, .random = seed };
	uint64_t blocks;
	uint32_t rounds;
	int err;

	*plan = NULL;
	if (seed > INT64_MAX)
		return error_set(error, EINVAL, "seed %llu is out of range; 0 to %lld",
				 (unsigned long long)seed, (long long)INT64_MAX);
	err = measure(config, clock, &blocks, &rounds, error);
	if (err)
		return err;
	maker.plan = calloc(1, sizeof(*maker.plan));
	if (!maker.plan)
		return error_out_of_memory(error);
	maker.plan->cells = calloc(config->cell_count, sizeof(*maker.plan->cells));
	maker.plan->blocks = calloc(blocks, sizeof(*maker.plan->blocks));
	err = maker.plan->cells && maker.plan->blocks ? 0 : -ENOMEM;
	if (!err) {
		take_over(maker.plan, config);
		maker.plan->seed = seed;
		maker.plan->clock = clock;
		err = add_rounds(&maker, rounds);
	}
	if (!err && config->counters)
		add_pass(&maker, (struct plan_block){ .counted = true });
	if (!err && config->detailed)
		add_pass(&maker, (struct plan_block){ .detailed = true });
	if (!err && config->profile)
		add_pass(&maker, (struct plan_block){ .profiled = true });
	if (err) {
		plan_free(maker.plan);
		return error_out_of_memory(error);
	}
	*plan = maker.plan;
	return 0;
}
