// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/blocks.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/cell_check.h"
#include "agent/clock.h"
#include "agent/environment.h"
#include "agent/frames.h"
#include "agent/own_strategy.h"
#include "agent/instruments.h"
#include "agent/placements.h"
#include "agent/session.h"
#include "agent/workload.h"
#include "common/exit_status.h"
#include "common/random.h"

#define STRATEGY_IDS 32 /* bits in hmmbench_info.strategies */

#define CLOSE_LIMIT_MS 10000 /* for a closed session to be gone, with a million mirrors */

/* One cell on this machine. */
struct cell_state {
	const struct workload *workload;
	const struct placement *placement; /* NULL: skipped */
	bool failed;			   /* given up */
	uint64_t walk_ns[STRATEGY_IDS];	   /* by strategy: what workload_context keeps */
};

struct blocks {
	const struct blocks_input *input;
	struct frames frames;
	struct cell_state *cells;
	struct placements *placements;
	struct instruments instruments;
	uint32_t skipped, failed; /* cells */
	uint64_t done, rows;	  /* blocks and their samples */
	struct error first_failure, first_skip;
};

/* ---- which cells can run ---- */

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
	result = cell_check(plan, index, state->workload, blocks->input->module, error);
	if (result)
		return result;
	state->placement = placements_of(blocks->placements, index, error);
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
			blocks->first_skip = reason;
		result = frames_note(&blocks->frames, "skip", &blocks->input->plan->cells[i],
				     reason.text, error);
		if (result)
			return result;
	}
	return 0;
}

/* ---- one block ---- */

/*
 * A block leaves nothing of its own alive: neither mirrors nor address spaces while its
 * session is still there, nor the session when it is closed. Others may use the module.
 * Each look is made through one open session, that before the first block as well.
 */
static void look_for_leaks(struct workload_result *result, const char *when,
			   const struct hmmbench_info *now, const struct hmmbench_info *before)
{
	if (now->live_mirrors <= before->live_mirrors &&
	    now->live_bindings <= before->live_bindings &&
	    now->live_sessions <= before->live_sessions)
		return;
	warnings_add(&result->warnings,
		     "%s, %llu mirrors of %llu address spaces and %llu sessions are "
		     "alive; before the first block it was %llu, %llu and %llu",
		     when, (unsigned long long)now->live_mirrors,
		     (unsigned long long)now->live_bindings,
		     (unsigned long long)now->live_sessions,
		     (unsigned long long)before->live_mirrors,
		     (unsigned long long)before->live_bindings,
		     (unsigned long long)before->live_sessions);
}

static int run_in_session(struct blocks *blocks, const struct workload *workload,
			  struct workload_context *context, struct workload_result *result,
			  struct error *error)
{
	struct hmmbench_info now;
	int status = instruments_run(&blocks->instruments, workload, context, result, error);

	if (status)
		return status;
	status = session_live(context->session, &now, error);
	if (status)
		samples_free(&result->samples);
	else
		look_for_leaks(result, "at the block's end", &now, blocks->input->module);
	return status;
}

/*
 * The session is gone when the last file that a process held is put, which the kernel leaves
 * to a worker where the process was killed.
 */
static void look_after_close(struct blocks *blocks, struct workload_result *result)
{
	const struct hmmbench_info *before = blocks->input->module;
	const struct timespec pause = { .tv_nsec = 1000000 };
	struct hmmbench_info now;

	for (int i = 0; i < CLOSE_LIMIT_MS; i++) {
		if (session_info(blocks->input->device, &now, NULL))
			return;
		if (now.live_sessions <= before->live_sessions)
			break;
		nanosleep(&pause, NULL);
	}
	look_for_leaks(result, "after the block", &now, before);
}

/* All blocks of a quartet alike: what a flag costs is in both of what is compared. */
static uint32_t setup_flags(const struct workload *workload, const struct plan_block *block)
{
	uint32_t every = workload->setup_every ? workload->setup_every : 1;

	if (block->unrecorded)
		return HMMBENCH_SETUP_UNRECORDED;
	if (block->detailed)
		return HMMBENCH_SETUP_CALLBACKS;
	return block->quartet % every == 1 % every ? workload->setup : 0;
}

/* In a session of its own. On success *result is the caller's. */
static int measure(struct blocks *blocks, uint32_t index, struct workload_result *result,
		   struct error *error)
{
	const struct plan *plan = blocks->input->plan;
	const struct plan_block *block = &plan->blocks[index];
	const struct cell *cell = &plan->cells[block->cell];
	struct cell_state *state = &blocks->cells[block->cell];
	struct session_options options = {
		.device = blocks->input->device,
		.profile = cell->profile,
		.profile_ns = cell->profile_ns,
		.records = state->workload->ring_records(cell),
		.flags = setup_flags(state->workload, block),
	};
	uint64_t seed = plan->seed + index;
	struct workload_context context = {
		.cell = cell,
		.block = block,
		.strategy = own_strategy_of(blocks->input->module, cell->core, block->strategy),
		.placement = state->placement,
		.interrupted = blocks->input->interrupted,
		.seed = splitmix64(&seed),
		.walk_ns = &state->walk_ns[block->strategy],
	};
	int status;

	cell_session(cell, block->strategy, state->workload, blocks->input->module, &options);
	status = session_open(&options, &context.session, error);
	if (status)
		return status;
	status = run_in_session(blocks, state->workload, &context, result, error);
	result->detailed = block->detailed;
	session_close(context.session);
	look_after_close(blocks,
			 result); /* after a failure too: the next block is not to find it */
	return status;
}

/* A machine with too little memory for a cell is no failure: the cell is skipped. */
static int skip_rest(struct blocks *blocks, const struct plan_block *block,
		     const struct error *reason, struct error *error)
{
	if (!blocks->skipped++)
		blocks->first_skip = *reason;
	blocks->cells[block->cell].failed = true;
	return frames_note(&blocks->frames, "skip", &blocks->input->plan->cells[block->cell],
			   reason->text, error);
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
	if (status == -ENOMEM)
		return skip_rest(blocks, block, reason, error);
	cell_name(cell, name);
	if (!blocks->failed++) {
		blocks->first_failure = *reason;
		error_prefix(&blocks->first_failure, "%s with strategy %s", name,
			     strategy_name(block->strategy));
	}
	blocks->cells[block->cell].failed = true;
	result = frames_note(&blocks->frames, "error", cell, reason->text, error);
	if (result)
		return result;
	if (status == -ETIME)
		*error = blocks->first_failure;
	return status == -ETIME ? status : 0;
}

static int note_warnings(const struct frames *frames, const struct cell *cell,
			 const struct warnings *warnings, struct error *error)
{
	char text[sizeof(warnings->all[0].text) + 40];
	int status = 0;

	for (uint32_t i = 0; i < warnings->count && !status; i++) {
		warning_text(&warnings->all[i], text, sizeof(text));
		status = frames_note(frames, "warning", cell, text, error);
	}
	return status;
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
	status = measure(blocks, index, &result, &reason);
	times.ended_ns = clock_now_ns();
	environment_moment(&times.after);
	if (status)
		return give_up(blocks, block, status, &reason, error);
	status = frames_block_end(&blocks->frames, index, &result, &times, &reason);
	blocks->done += !status;
	blocks->rows += status ? 0 : result.samples.rows;
	samples_free(&result.samples);
	profile_free(&result.profile);
	if (status == -E2BIG || status == -ENOMEM) /* nothing of it was written */
		return give_up(blocks, block, status, &reason, error);
	if (status)
		*error = reason;
	if (!status)
		status = note_warnings(&blocks->frames, cell, &result.warnings, error);
	if (!status && result.fault.text[0])
		status = frames_note(&blocks->frames, "error", cell, result.fault.text, error);
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
				 plan->cell_count, blocks->first_skip.text);
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
	};
	int result = -ENOMEM;

	blocks.cells = calloc(input->plan->cell_count + 1, sizeof(*blocks.cells));
	blocks.placements = placements_new(input->topology, input->plan);
	if (!blocks.cells || !blocks.placements)
		error_set_errno(error, ENOMEM, "making room for %u cells", input->plan->cell_count);
	else
		result = check_cells(&blocks, error);
	if (!result)
		result = instruments_make(input->plan, &blocks.instruments, error);
	if (!result)
		result = run_blocks(&blocks, error);
	if (!result)
		result = conclude(&blocks, text, bytes, error);
	if (result == -EINTR)
		error->exit_status = STATUS_INTERRUPTED;
	else if (result && !error->exit_status)
		error->exit_status = STATUS_AGENT;
	placements_free(blocks.placements);
	instruments_free(&blocks.instruments);
	free(blocks.cells);
	return result;
}
