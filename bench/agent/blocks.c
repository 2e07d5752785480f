// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/blocks.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/clock.h"
#include "agent/environment.h"
#include "agent/frames.h"
#include "agent/placement.h"
#include "agent/session.h"
#include "agent/workload.h"
#include "common/exit_status.h"

/* One cell on this machine. */
struct cell_state {
	const struct workload *workload;
	const struct placement *placement; /* NULL: skipped */
	bool failed;			   /* given up */
};

struct blocks {
	const struct blocks_input *input;
	struct frames frames;
	struct cell_state *cells;
	struct placement *placements[LAYOUT_COUNT];
	struct error placement_errors[LAYOUT_COUNT];
	uint32_t skipped, failed; /* cells */
	uint64_t done, rows;	  /* blocks and their samples */
	uint64_t live_mirrors;	  /* of others, before the first block */
	struct error first_failure;
};

/* ---- which cells can run ---- */

/* The layout on this machine, worked out once; NULL with the reason kept. */
static const struct placement *placement_of(struct blocks *blocks, uint32_t layout,
					    struct error *error)
{
	struct error *reason = &blocks->placement_errors[layout];
	struct placement **placement = &blocks->placements[layout];

	if (!*placement && !reason->text[0]) {
		*placement = malloc(sizeof(**placement));
		if (!*placement)
			error_set_errno(reason, ENOMEM, "placing");
		else if (placement_make(blocks->input->topology, layout, *placement, reason)) {
			free(*placement);
			*placement = NULL;
		}
	}
	if (!*placement)
		error_set(error, EOPNOTSUPP, "layout %s: %s", name_of(layout_names, layout),
			  reason->text);
	return *placement;
}

static int check_strategies(const struct blocks *blocks, uint32_t cell, struct error *error)
{
	const struct plan *plan = blocks->input->plan;

	if (plan->cells[cell].core != HMMBENCH_CORE_BUNDLED)
		return 0; /* its kernel decides: SETUP will tell */
	for (uint32_t i = 0; i < plan->block_count; i++)
		if (plan->blocks[i].cell == cell &&
		    !(blocks->input->module->strategies & 1u << plan->blocks[i].strategy))
			return error_set(error, EOPNOTSUPP, "the module has no strategy %s",
					 name_of(strategy_names, plan->blocks[i].strategy));
	return 0;
}

static int check_cell(struct blocks *blocks, uint32_t index, struct error *error)
{
	const struct plan *plan = blocks->input->plan;
	const struct cell *cell = &plan->cells[index];
	struct cell_state *state = &blocks->cells[index];
	int result;

	state->workload = workload_find(cell->workload);
	if (!state->workload)
		return error_set(error, EOPNOTSUPP, "this agent has no workload %s",
				 name_of(workload_names, cell->workload));
	if (!(blocks->input->module->cores & 1u << cell->core))
		return error_set(error, EOPNOTSUPP, "the module has no core %s on this kernel",
				 name_of(core_names, cell->core));
	if (plan->clock == PLAN_CLOCK_VIRTUAL &&
	    (state->workload->concurrent || cell->threads > 1 || cell->processes > 1))
		return error_set(error, EOPNOTSUPP,
				 "it needs two running CPUs and the virtual clock has "
				 "one: its time would be the sum over both");
	result = check_strategies(blocks, index, error);
	if (result)
		return result;
	state->placement = placement_of(blocks, cell->layout, error);
	if (!state->placement)
		return -EOPNOTSUPP;
	result = state->workload->check(cell, state->placement, error);
	if (result)
		state->placement = NULL;
	return result;
}

static int check_cells(struct blocks *blocks, struct error *error)
{
	for (uint32_t i = 0; i < blocks->input->plan->cell_count; i++) {
		struct error reason = { 0 };
		int result;

		if (!check_cell(blocks, i, &reason))
			continue;
		if (!blocks->skipped++)
			blocks->first_failure = reason;
		result = frames_note(&blocks->frames, "skip", &blocks->input->plan->cells[i],
				     reason.text, error);
		if (result)
			return result;
	}
	return 0;
}

/* ---- one block ---- */

static int check_leaks(struct blocks *blocks, struct session *session,
		       struct workload_result *result, struct error *error)
{
	uint64_t live;
	int status = session_live_mirrors(session, &live, error);

	if (!status && live > blocks->live_mirrors && !result->warning.text[0])
		error_set(&result->warning, 0,
			  "%llu mirrors are still alive after the block, %llu were "
			  "before the first one",
			  (unsigned long long)live, (unsigned long long)blocks->live_mirrors);
	return status;
}

/* In a session of its own. On success *result is the caller's. */
static int measure(struct blocks *blocks, const struct plan_block *block,
		   struct workload_result *result, struct error *error)
{
	const struct cell *cell = &blocks->input->plan->cells[block->cell];
	const struct cell_state *state = &blocks->cells[block->cell];
	const struct session_options options = {
		.device = blocks->input->device,
		.core = cell->core,
		.strategy = block->strategy,
		.profile = cell->profile,
		.profile_ns = cell->profile_ns,
		.records = state->workload->ring_records(cell),
		.unrecorded = block->unrecorded,
	};
	struct workload_context context = {
		.cell = cell,
		.block = block,
		.placement = state->placement,
		.interrupted = blocks->input->interrupted,
	};
	int status = session_open(&options, &context.session, error);

	if (status)
		return status;
	status = state->workload->run(&context, result, error);
	if (!status) {
		status = check_leaks(blocks, context.session, result, error);
		if (status)
			samples_free(&result->samples);
	}
	session_close(context.session);
	return status;
}

/* A cell that failed is given up. Others may still do, unless the agent cannot go on. */
static int give_up(struct blocks *blocks, const struct plan_block *block, int status,
		   const struct error *reason, struct error *error)
{
	const struct cell *cell = &blocks->input->plan->cells[block->cell];
	char name[CELL_NAME_BYTES];
	int result;

	if (status == -EINTR) {
		*error = *reason;
		return status;
	}
	cell_name(cell, name);
	if (!blocks->failed++) {
		blocks->first_failure = *reason;
		error_prefix(&blocks->first_failure, "%s with strategy %s", name,
			     name_of(strategy_names, block->strategy));
	}
	blocks->cells[block->cell].failed = true;
	result = frames_note(&blocks->frames, "error", cell, reason->text, error);
	if (result)
		return result;
	if (status == -ETIME)
		*error = blocks->first_failure;
	return status == -ETIME ? status : 0;
}

static int run_block(struct blocks *blocks, uint32_t index, struct error *error)
{
	const struct plan_block *block = &blocks->input->plan->blocks[index];
	const struct cell *cell = &blocks->input->plan->cells[block->cell];
	struct workload_result result = { 0 };
	struct block_times times;
	struct error reason = { 0 };
	int status = frames_block_begin(&blocks->frames, index, error);

	if (status)
		return status;
	environment_moment(&times.before);
	times.started_ns = clock_now_ns();
	status = measure(blocks, block, &result, &reason);
	times.ended_ns = clock_now_ns();
	environment_moment(&times.after);
	if (status)
		return give_up(blocks, block, status, &reason, error);
	status = frames_block_end(&blocks->frames, index, &result, &times, &reason);
	blocks->done += !status;
	blocks->rows += status ? 0 : result.samples.rows;
	samples_free(&result.samples);
	if (status == -E2BIG || status == -ENOMEM) /* nothing of it was written */
		return give_up(blocks, block, status, &reason, error);
	if (status)
		*error = reason;
	else if (result.warning.text[0])
		status = frames_note(&blocks->frames, "warning", cell, result.warning.text, error);
	return status;
}

static int run_blocks(struct blocks *blocks, struct error *error)
{
	const struct plan *plan = blocks->input->plan;

	for (uint32_t i = 0; i < plan->block_count; i++) {
		const struct cell_state *state = &blocks->cells[plan->blocks[i].cell];
		int result;

		if (!state->placement || state->failed)
			continue;
		if (*blocks->input->interrupted)
			return error_set(error, EINTR, "interrupted");
		result = run_block(blocks, i, error);
		if (result)
			return result;
	}
	return 0;
}

/* ---- all of them ---- */

/* Did the plan run as far as this machine can? */
static int conclude(const struct blocks *blocks, char *text, size_t bytes, struct error *error)
{
	const struct plan *plan = blocks->input->plan;

	if (blocks->failed)
		return error_set(error, EIO, "%u of %u cells failed, the first: %.800s",
				 blocks->failed, plan->cell_count, blocks->first_failure.text);
	if (!blocks->done)
		return error_set(error, EOPNOTSUPP,
				 "nothing was measured: this machine can run none of "
				 "the %u cells, the first because: %.800s",
				 plan->cell_count, blocks->first_failure.text);
	snprintf(text, bytes, "%llu blocks, %llu samples; %u of %u cells skipped",
		 (unsigned long long)blocks->done, (unsigned long long)blocks->rows,
		 blocks->skipped, plan->cell_count);
	return 0;
}

int blocks_run(const struct blocks_input *input, char *text, size_t bytes, struct error *error)
{
	struct blocks blocks = {
		.input = input,
		.frames = { .writer = input->writer, .output = input->output },
		.live_mirrors = input->module->live_mirrors,
	};
	int result = -ENOMEM;

	blocks.cells = calloc(input->plan->cell_count + 1, sizeof(*blocks.cells));
	if (!blocks.cells)
		error_set_errno(error, ENOMEM, "making room for %u cells", input->plan->cell_count);
	else
		result = check_cells(&blocks, error);
	if (!result)
		result = run_blocks(&blocks, error);
	if (!result)
		result = conclude(&blocks, text, bytes, error);
	if (result == -EINTR)
		error->exit_status = STATUS_INTERRUPTED;
	else if (result && !error->exit_status)
		error->exit_status = STATUS_AGENT;
	for (size_t i = 0; i < LAYOUT_COUNT; i++)
		free(blocks.placements[i]);
	free(blocks.cells);
	return result;
}
