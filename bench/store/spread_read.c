// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/spread_internal.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "common/exit_status.h"
#include "stats/spread_boot.h"

/* A block of the run that is being read, its samples held. */
struct held_block {
	struct comparison_block block;
	uint32_t strategy;
};

struct reading {
	struct measuring *measuring;
	const struct plan *plan;	/* of the run */
	size_t run;
	struct held_block *blocks;
	size_t count, room;
	double blocks_s;		/* that all its blocks took */
	double *cell_s;			/* of each cell of the newest run's plan */
	uint32_t *cell_blocks;		/* without warm-up, under all strategies */
};

/* ---- parts ---- */

static bool is_control(const struct cell *cell)
{
	return cell->workload == WORKLOAD_CONTROL;
}

static int list_parts(struct measuring *measuring)
{
	const struct plan *plan = measuring->plans[0];
	struct measured *measured = measuring->measured;

	size_t most = 1;	/* the control's */

	for (uint32_t cell = 0; cell < plan->cell_count; cell++)
		most += CONFIG_STRATEGIES_MAX * workload_gated_columns(plan->cells[cell].workload);
	measured->cells = calloc(plan->cell_count + 1, sizeof(*measured->cells));
	measured->parts = calloc(most, sizeof(*measured->parts));
	if (!measured->cells || !measured->parts)
		return -ENOMEM;
	for (uint32_t cell = 0; cell < plan->cell_count; cell++) {
		const uint32_t workload = plan->cells[cell].workload;
		uint32_t count;
		const uint32_t *strategies = plan_strategies(plan, cell, &count);

		measured->cells[cell].unit = count > 1 ? count : 1;
		for (uint32_t i = 0; i < count * workload_gated_columns(workload); i++)
			measured->parts[measured->part_count++] = (struct measured_part){
				.cell = cell, .strategy = strategies[i % count],
				.column = workload_columns(workload)[i / count],
			};
	}
	measuring->part_count = measured->part_count + 1;
	measuring->values = calloc(measuring->part_count, sizeof(*measuring->values));
	return measuring->values ? 0 : -ENOMEM;
}

/* ---- blocks ---- */

static uint32_t columns_of(const struct cell *cell)
{
	const enum sample_column *columns = workload_columns(cell->workload);
	uint32_t mask = 1u << COLUMN_KIND, gated = workload_gated_columns(cell->workload);

	for (uint32_t i = 0; i < (gated ? gated : 1); i++)
		mask |= 1u << columns[i];
	return mask;
}

/* The cell in the newest run's plan; false: it has none such. */
static bool find_cell(const struct reading *reading, const struct cell *cell, uint32_t *found)
{
	const struct plan *plan = reading->measuring->plans[0];

	for (*found = 0; *found < plan->cell_count; ++*found)
		if (cell_equal(&plan->cells[*found], cell))
			return true;
	return false;
}

static double seconds_of(const char *end_json)
{
	json_t *json = json_loads(end_json, 0, NULL);
	const double began = json_number_value(json_object_get(json, "started_ns"));
	const double ended = json_number_value(json_object_get(json, "ended_ns"));

	json_decref(json);
	return ended > began ? (ended - began) / 1e9 : 0;
}

static int hold(struct reading *reading, const struct store_block *block, uint32_t cell)
{
	struct held_block *held;
	int ret;

	if (reading->count == reading->room) {
		const size_t room = reading->room ? 2 * reading->room : 256;
		struct held_block *grown = reallocarray(reading->blocks, room, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		reading->blocks = grown;
		reading->room = room;
	}
	held = &reading->blocks[reading->count];
	*held = (struct held_block){
		.block = { .cell = cell, .quartet = block->plan.quartet,
			   .position = block->plan.position },
		.strategy = block->plan.strategy,
	};
	ret = samples_decode_columns(block->samples, block->samples_bytes,
				     columns_of(&reading->measuring->plans[0]->cells[cell]),
				     &held->block.samples);
	reading->count += !ret;
	return ret;
}

static int take_block(const struct store_block *block, void *context)
{
	struct reading *reading = context;
	const double took_s = seconds_of(block->end_json);
	uint32_t cell;

	reading->blocks_s += took_s;
	if (plan_block_is_apart(&block->plan) || block->plan.traced ||
	    block->plan.cell >= reading->plan->cell_count ||
	    !find_cell(reading, &reading->plan->cells[block->plan.cell], &cell))
		return 0;
	reading->cell_s[cell] += took_s;
	if (block->plan.warmup || block->plan.unrecorded)
		return 0;
	reading->cell_blocks[cell]++;
	return hold(reading, block, cell);
}

/* ---- a run ---- */

static int fill_values(const struct reading *reading, const struct measured_part *part, size_t at,
		       struct comparison_block *blocks)
{
	const struct plan *plan = reading->measuring->plans[0];
	const bool control = at + 1 == reading->measuring->part_count;
	const uint32_t workload = control ? WORKLOAD_CONTROL : plan->cells[part->cell].workload;
	const enum sample_column column = control ? workload_columns(workload)[0] : part->column;
	size_t count = 0;

	for (size_t i = 0; i < reading->count; i++) {
		const struct held_block *held = &reading->blocks[i];

		if (control ? is_control(&plan->cells[held->block.cell]) :
			      held->block.cell == part->cell && held->strategy == part->strategy)
			blocks[count++] = held->block;
	}
	return spread_boot_make(blocks, count, column, workload_column_kinds(workload, column),
				reading->measuring->values[at][reading->run]);
}

static int read_run(struct reading *reading, struct error *error)
{
	struct measuring *measuring = reading->measuring;
	const struct store_run *run = &measuring->runs[reading->run];
	struct comparison_block *blocks = NULL;
	int ret = store_blocks_each(measuring->store, run->id, take_block, reading, error);

	if (ret && ret != -ENOMEM && !error->text[0]) {
		error->exit_status = STATUS_STORE;
		error_set(error, -ret, "run %lld: a block's samples cannot be decoded; the store is "
			  "damaged", (long long)run->id);
	}
	if (!ret) {
		blocks = calloc(reading->count + 1, sizeof(*blocks));
		ret = blocks ? 0 : -ENOMEM;
	}
	for (size_t part = 0; part < measuring->part_count && !ret; part++)
		ret = fill_values(reading, &measuring->measured->parts[part], part, blocks);
	free(blocks);
	for (size_t i = 0; i < reading->count; i++)
		samples_free(&reading->blocks[i].block.samples);
	reading->count = 0;
	return ret;
}

/* ---- what they cost ---- */

static double time_of(const char *text)
{
	struct tm utc = { 0 };

	return strptime(text, "%Y-%m-%dT%H:%M:%SZ", &utc) ? (double)timegm(&utc) : NAN;
}

static int by_size(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void fill_costs(const struct reading *reading, double *boots_s)
{
	struct measured *measured = reading->measuring->measured;
	const struct plan *plan = reading->measuring->plans[0];
	const size_t runs = reading->measuring->count;

	for (uint32_t cell = 0; cell < plan->cell_count; cell++) {
		uint32_t strategies;

		plan_strategies(plan, cell, &strategies);
		measured->cells[cell].blocks = (uint32_t)lrint(
			(double)reading->cell_blocks[cell] / strategies / (double)runs);
		if (reading->cell_blocks[cell])
			measured->cells[cell].block_s = reading->cell_s[cell] * strategies /
							reading->cell_blocks[cell];
	}
	qsort(boots_s, runs, sizeof(*boots_s), by_size);
	measured->boot_s = (boots_s[(runs - 1) / 2] + boots_s[runs / 2]) / 2;
}

int measuring_read(struct measuring *measuring, struct error *error)
{
	const uint32_t cells = measuring->plans[0]->cell_count;
	struct measured *measured = measuring->measured;
	struct reading reading = { .measuring = measuring };
	double boots_s[SPREAD_RUNS_MAX];
	int ret = list_parts(measuring);

	reading.cell_s = calloc(cells + 1, sizeof(*reading.cell_s));
	reading.cell_blocks = calloc(cells + 1, sizeof(*reading.cell_blocks));
	measured->runs = calloc(measuring->count + 1, sizeof(*measured->runs));
	measured->lab = strdup(measuring->runs[0].lab);
	if (!reading.cell_s || !reading.cell_blocks || !measured->runs || !measured->lab)
		ret = -ENOMEM;
	for (size_t i = 0; i < measuring->count && !ret; i++) {
		const struct store_run *run = &measuring->runs[i];
		double took_s = time_of(run->ended) - time_of(run->started);

		reading.run = i;
		reading.plan = measuring->plans[i];
		reading.blocks_s = 0;
		ret = read_run(&reading, error);
		took_s -= reading.blocks_s;
		boots_s[i] = took_s > 0 ? took_s : 0;
		measured->runs[measured->run_count++] = run->id;
	}
	if (!ret)
		fill_costs(&reading, boots_s);
	free(reading.blocks);
	free(reading.cell_s);
	free(reading.cell_blocks);
	return ret;
}
