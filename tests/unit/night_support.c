// SPDX-License-Identifier: GPL-2.0-or-later
#include "night_support.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hmmbench_uapi.h"
#include "stats/random.h"
#include "store/store_campaign.h"

const double night_shift[4] = { 0, -.1, -.1, .1 };

/* ABBA, or of four strategies each once in an order that goes round. */
static uint32_t strategy_at(const struct night_boot *boot, uint32_t position, uint32_t quartet)
{
	if (boot->four_strategies)
		return (position + quartet) % 4;
	return position == 1 || position == 2;
}

static struct plan *night_plan(const struct night_boot *boot)
{
	const uint32_t exits = boot->exit_cells ? boot->exit_cells : 1;
	const uint32_t cells = exits + !boot->only_exits + !(boot->only_exits || boot->no_control);
	const uint32_t positions = boot->one_strategy ? 1 : 4;
	struct plan *plan = calloc(1, sizeof(*plan));

	snprintf(plan->name, sizeof(plan->name), "%s", boot->plan_name ? boot->plan_name : "night");
	plan->seed = 5;
	plan->clock = boot->clock;
	plan->threshold = .02;
	plan->threshold_p99 = .05;
	plan->calibration_days = boot->calibration_days;
	plan->strategies[0] = HMMBENCH_STRATEGY_WRITE;
	plan->strategies[1] = HMMBENCH_STRATEGY_READ;
	plan->strategies[2] = HMMBENCH_STRATEGY_SRCU;
	plan->strategies[3] = HMMBENCH_STRATEGY_GETPUT;
	plan->strategy_count = boot->one_strategy ? 1 : boot->four_strategies ? 4 : 2;
	plan->cell_count = cells;
	plan->cells = calloc(cells, sizeof(*plan->cells));
	for (uint32_t i = 0; i < cells; i++)
		plan->cells[i] = (struct cell){ .workload = WORKLOAD_EXIT, .threads = 1,
						.processes = 1, .layout = LAYOUT_SAME_NODE,
						.mirrors = (boot->mirrors ? boot->mirrors : 1024) +
							   i };
	if (cells > exits) {
		plan->cells[exits].workload = WORKLOAD_UNREGISTER;
		plan->cells[exits].mirrors = 64;
	}
	if (cells > exits + 1) {
		plan->cells[exits + 1].workload = WORKLOAD_CONTROL;
		plan->cells[exits + 1].mirrors = 0;
	}
	plan->block_count = cells * NIGHT_QUARTETS * 4;
	plan->blocks = calloc(plan->block_count, sizeof(*plan->blocks));
	for (uint32_t i = 0; i < plan->block_count; i++)
		plan->blocks[i] = (struct plan_block){
			.cell = i / positions % cells, .position = i % positions,
			.quartet = i / positions / cells,
			.strategy = plan->strategies[strategy_at(boot, i % positions,
								 i / positions / cells)],
			.operations = boot->operations ? boot->operations : 8,
			.warmup = i / positions < cells,
		};
	return plan;
}

static void put_block(struct store *store, int64_t run, const struct night_boot *boot,
		      const struct plan *plan, uint32_t index, struct generator *generator)
{
	static const enum sample_column columns[] = { [WORKLOAD_EXIT] = COLUMN_WALK,
						      [WORKLOAD_UNREGISTER] = COLUMN_UNREGISTER,
						      [WORKLOAD_CONTROL] = COLUMN_WHOLE };
	char end_json[120];
	struct store_block block = { .block = index, .plan = plan->blocks[index],
				     .end_json = end_json };
	const struct cell *cell = &plan->cells[block.plan.cell];
	const enum sample_column column = columns[cell->workload];
	const double begin_ns = 1e9 + (double)run; /* no two boots come up in the same time */
	struct samples samples;
	struct error error;
	void *data;

	assert_int_equal(samples_init(&samples, block.plan.operations,
				      1u << column | (boot->marks ? 1u << COLUMN_FLAGS : 0)), 0);
	for (size_t i = 0; i < samples.rows; i++) {
		double log_ns = boot->level + boot->spread * generator_normal(generator);

		if (cell->workload == WORKLOAD_EXIT)
			log_ns += boot->effect;
		if (cell->workload == WORKLOAD_EXIT && boot->four_strategies)
			log_ns += night_shift[strategy_at(boot, block.plan.position,
							  block.plan.quartet)];
		samples.columns[column][i] = (uint64_t)llrint(NIGHT_BASE_NS * exp(log_ns));
		if (boot->marks)
			samples.columns[COLUMN_FLAGS][i] = i ? 0 : SAMPLE_FLAG_INTERRUPTED;
		if (boot->marks && !i)
			samples.columns[column][i] *= 10;
	}
	cell_name(cell, block.cell_name);
	block.rows = samples.rows;
	snprintf(end_json, sizeof(end_json), "{\"block\":%u,\"rows\":%zu,\"dropped\":0,"
		 "\"started_ns\":%.0f,\"ended_ns\":%.0f}", index, samples.rows, begin_ns,
		 begin_ns + 1e9 * NIGHT_BLOCK_S);
	assert_int_equal(samples_encode(&samples, &data, &block.samples_bytes), 0);
	block.samples = data;
	if (store_block_put(store, run, &block, &error))
		fail_msg("%s", error.text);
	free(data);
	samples_free(&samples);
}

/* The store takes the time of day; the tests have their own. */
static void set_started(const char *path, int64_t run, const struct night_boot *boot)
{
	char sql[200], started[40];

	snprintf(started, sizeof(started), "2024-05-01T02:%02d:00Z", (int)(run % 60));
	snprintf(sql, sizeof(sql), "UPDATE run SET started = '%s', ended = "
		 "strftime('%%Y-%%m-%%dT%%H:%%M:%%SZ', '%s', '+%d seconds') WHERE id = %d",
		 boot->started ? boot->started : started, boot->started ? boot->started : started,
		 NIGHT_BOOT_S, (int)run);
	store_execute(path, sql);
}

/* A name may have quotes in it. */
static char *night_environment(const struct night_boot *boot, const char *kernel)
{
	json_t *json = json_pack("{s:{s:s+,s:s},s:{s:i,s:i}}", "kernel", "release", kernel, "-rel",
				 "build_id", boot->build ? boot->build : kernel, "clock",
				 "read_cost_ns", 20, "resolution_ns", 1);
	char *text = json_dumps(json, JSON_COMPACT);

	assert_non_null(text);
	json_decref(json);
	return text;
}

int64_t night_put(struct store *store, const char *path, const struct night_boot *boot)
{
	const char *kernel = boot->kernel ? boot->kernel : "debian:6.1";
	struct plan *plan = night_plan(boot);
	struct store_run_new new = { .label = boot->label ? boot->label : "", .lab = "vm",
				     .kernel = kernel, .plan_name = plan->name,
				     .campaign = boot->campaign, .boot = boot->boot };
	char *plan_json = plan_to_json(plan, NULL), *environment = night_environment(boot, kernel);
	char lab_json[200];
	struct generator generator;
	struct error error;
	int64_t run;

	new.plan_json = plan_json;
	snprintf(lab_json, sizeof(lab_json), "{\"accelerator\":\"%s\",\"clock\":\"%s\","
		 "\"host\":{\"name\":\"%s\",\"model\":\"made up\",\"release\":\"6.1.0\"}}",
		 boot->accelerator ? boot->accelerator : "kvm", boot->clock ? "virtual" : "host",
		 boot->machine ? boot->machine : "lab1");
	new.lab_json = lab_json;
	if (store_run_begin(store, &new, &run, &error) ||
	    store_run_environment(store, run, environment, &error) ||
	    (boot->note && store_run_note(store, run, boot->note, &error)) ||
	    (boot->config &&
	     store_run_kernel_config(store, run, boot->config, boot->config, &error)))
		fail_msg("%s", error.text);
	generator_seed(&generator, (uint64_t)run);
	for (uint32_t i = 0; i < plan->block_count; i++)
		put_block(store, run, boot, plan, i, &generator);
	if (store_run_end(store, run, boot->status, "complete", &error))
		fail_msg("%s", error.text);
	set_started(path, run, boot);
	free(environment);
	free(plan_json);
	plan_free(plan);
	return run;
}

static void put_boots(struct store *store, const char *path, const struct night_boot *base,
		      const struct night_boot *candidate, size_t count, double deviation,
		      int64_t campaign)
{
	for (size_t i = 0; i < 2 * count; i++) {
		struct night_boot boot = i % 4 == 1 || i % 4 == 2 ? *candidate : *base;

		boot.level += i / 2 % 2 ? -deviation : deviation;
		boot.campaign = campaign;
		boot.boot = campaign ? (uint32_t)i + 1 : 0;
		night_put(store, path, &boot);
	}
}

void night_put_builds(struct store *store, const char *path, const struct night_boot *base,
		      const struct night_boot *candidate, size_t count, double deviation)
{
	put_boots(store, path, base, candidate, count, deviation, 0);
}

int64_t night_put_campaign(struct store *store, const char *path, const struct night_boot *base,
			   const struct night_boot *candidate, size_t count, double deviation,
			   bool adaptive)
{
	struct store_arm arms[] = { { (char *)base->kernel, (char *)"a" },
				    { (char *)candidate->kernel, (char *)"b" } };
	const struct store_campaign campaign = {
		.label = (char *)"", .plan_name = (char *)"night", .lab = (char *)"vm",
		.boots = (uint32_t)count, .adaptive = adaptive, .arms = arms, .arm_count = 2,
		.config_path = (char *)"night.conf", .config_text = (char *)"",
		.boot_count = (uint32_t)(2 * count),
	};
	struct error error;
	int64_t id;

	if (store_campaign_begin(store, &campaign, &id, &error))
		fail_msg("%s", error.text);
	put_boots(store, path, base, candidate, count, deviation, id);
	return id;
}
