// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/instruments.h"

#include <errno.h>
#include <stdio.h>

#include "agent/placement.h"
#include "common/cell.h"

int instruments_make(const struct plan *plan, struct instruments *instruments, struct error *error)
{
	bool traced = false, counted = false, profiled = false;
	int result = 0;

	for (uint32_t i = 0; i < plan->block_count; i++) {
		traced |= plan->blocks[i].traced;
		counted |= plan->blocks[i].counted;
		profiled |= plan->blocks[i].profiled;
	}
	if (traced)
		result = tracer_new(&instruments->tracer, error);
	if (!result && counted)
		result = counters_new(&instruments->counters, error);
	if (!result && profiled)
		result = profiler_new(&instruments->profiler, error);
	return result;
}

void instruments_free(struct instruments *instruments)
{
	tracer_free(instruments->tracer);
	counters_free(instruments->counters);
	profiler_free(instruments->profiler);
	*instruments = (struct instruments){ 0 };
}

/* The probes are set from before the first operation to the block's end. */
static int run_traced(struct tracer *tracer, const struct workload *workload,
		      struct workload_context *context, struct workload_result *result,
		      struct error *error)
{
	int status = tracer_start(tracer, context->placement->child_cpu, error);

	if (status)
		return status;
	status = workload->run(context, result, error);
	if (status) {
		tracer_finish(tracer, NULL, NULL);
		return status;
	}
	status = tracer_finish(tracer, &result->samples, error);
	if (status)
		samples_free(&result->samples);
	return status;
}

static int run_group(struct counters *counters, uint32_t group, const struct workload *workload,
		     struct workload_context *context, struct workload_result *result,
		     struct counter_values *counts, struct error *error)
{
	const struct placement *placement = context->placement;
	int status = counters_open(counters, group, placement->workers,
				   workload_cpus(context->cell, placement), error);

	if (status)
		return status;
	context->observer = counters_observer(counters);
	status = workload->run(context, result, error);
	context->observer = NULL;
	if (status) {
		counters_close(counters, NULL, NULL);
		return status;
	}
	status = counters_close(counters, counts, error);
	if (status)
		samples_free(&result->samples);
	/* A process that somebody killed makes them fewer in one run than in another. */
	for (size_t i = 0; counter_kinds[i].name; i++)
		if (counter_kinds[i].group == group)
			counts->values[i].operations = result->operations;
	return status;
}

/* Of a further run of the block its oddities are kept: they are the block's as well. */
static void take_further(struct workload_result *result, struct workload_result *again)
{
	warnings_add_all(&result->warnings, &again->warnings);
	if (!result->fault.text[0])
		result->fault = again->fault;
	samples_free(&again->samples);
}

static int run_counted(struct counters *counters, const struct workload *workload,
		       struct workload_context *context, struct workload_result *result,
		       struct error *error)
{
	struct counter_values counts;
	bool first = true;

	counter_values_init(counters, &counts);
	for (uint32_t group = 0; group < COUNTER_GROUPS; group++) {
		struct workload_result again;
		int status;

		if (!counters_have(counters, group))
			continue;
		status = run_group(counters, group, workload, context, first ? result : &again,
				   &counts, error);
		if (status && !first)
			samples_free(&result->samples);
		if (status)
			return status;
		if (!first)
			take_further(result, &again);
		first = false;
	}
	result->counted = counts;
	return 0;
}

/* *tool_failed: an error is the tool's, and the workload may go on without it. */
static int run_tool(struct profiler *profiler, const struct profile_tool *tool,
		    const struct workload *workload, struct workload_context *context,
		    struct workload_result *result, struct profile *profile, bool *tool_failed,
		    struct error *error)
{
	const struct placement *placement = context->placement;
	const char *strategy = strategy_name(context->block->strategy);
	int status = profiler_start(profiler, tool, placement->workers,
				    workload_cpus(context->cell, placement), error);

	*tool_failed = status;
	if (status)
		return status;
	context->observer = profiler_observer(profiler);
	status = workload->run(context, result, error);
	context->observer = NULL;
	if (status) {
		profiler_stop(profiler, NULL, NULL, NULL);
		return status;
	}
	status = profiler_stop(profiler, profile, strategy, error);
	*tool_failed = status;
	if (status)
		samples_free(&result->samples);
	return status;
}

/* One of the further tools. 0: it was there, or profile->unavailable says why not. */
static int run_further(struct profiler *profiler, size_t index, const struct workload *workload,
		       struct workload_context *context, struct workload_result *result,
		       struct profile *profile, struct error *error)
{
	const struct profile_tool *tool = &profile_tools[index];
	const char *why = tool->unavailable ? tool->unavailable() : NULL;
	struct workload_result again;
	struct error reason = { 0 };
	bool tool_failed;
	int status;

	if (!why) {
		status = run_tool(profiler, tool, workload, context, &again, profile, &tool_failed,
				  &reason);
		if (!status) {
			take_further(result, &again);
			return 0;
		}
		if (!tool_failed) {
			*error = reason;
			return status;
		}
		why = reason.text;
	}
	snprintf(profile->unavailable[index], sizeof(profile->unavailable[index]), "%.*s",
		 (int)sizeof(profile->unavailable[index]) - 1, why);
	return 0;
}

/*
 * The first tool has to do its work; what another cannot is told beside what there is. The
 * workload has to do its own with each of them.
 */
static int run_profiled(struct profiler *profiler, const struct workload *workload,
			struct workload_context *context, struct workload_result *result,
			struct error *error)
{
	struct profile profile = { 0 };
	bool tool_failed;
	int status = run_tool(profiler, &profile_tools[0], workload, context, result, &profile,
			      &tool_failed, error);

	for (size_t i = 1; profile_tools[i].name && !status; i++) {
		status = run_further(profiler, i, workload, context, result, &profile, error);
		if (!status && *context->interrupted)
			status = error_set(error, EINTR, "interrupted");
		if (status)
			samples_free(&result->samples);
	}
	if (status)
		profile_free(&profile);
	else
		result->profile = profile;
	return status;
}

int instruments_run(const struct instruments *instruments, const struct workload *workload,
		    struct workload_context *context, struct workload_result *result,
		    struct error *error)
{
	if (context->block->traced)
		return run_traced(instruments->tracer, workload, context, result, error);
	if (context->block->counted)
		return run_counted(instruments->counters, workload, context, result, error);
	if (context->block->profiled)
		return run_profiled(instruments->profiler, workload, context, result, error);
	return workload->run(context, result, error);
}
