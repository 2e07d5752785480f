// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/operations.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "agent/circle.h"
#include "agent/placement.h"
#include "agent/session.h"
#include "agent/steadiness.h"

uint64_t operations_limit_ns(const struct cell *cell)
{
	uint64_t per_mirror_ns = 200000 + 2 * cell->profile_ns;

	return 60000000000u + cell->mirrors * per_mirror_ns + cell->memory_bytes * 20;
}

void operations_warn(struct operations *operations, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	warnings_add_list(&operations->result->warnings, format, args);
	va_end(args);
}

static int run_one(struct operations *operations, struct error *error)
{
	const struct placement *placement = operations->context->placement;
	int result;

	if (*operations->context->interrupted)
		return error_set(error, EINTR, "interrupted");
	operations->tag = operations->operation;
	operations->expected_rows = operations->rows_each;
	result = operations->begin ? operations->begin(operations, error) : 0;
	if (!result)
		result = child_start(&operations->child, placement->child_cpu, operations->body,
				     operations, error);
	if (!result)
		result = operations->lead(operations, error);
	if (result == -ECHILD) {
		operations_warn(operations, "operation %llu is lost: %s",
				(unsigned long long)operations->operation, error->text);
		return -ECHILD;
	}
	return result;
}

static int run_all(struct operations *operations, struct error *error)
{
	const struct workload_context *context = operations->context;
	struct workload_result *result = operations->result;
	int status;

	for (operations->operation = 0; operations->operation < context->block->operations;
	     operations->operation++) {
		status = run_one(operations, error);
		if (status && status != -ECHILD)
			return status;
		result->operations += !status;
		result->expected_rows += operations->expected_rows;
		/*
		 * After each one, though it costs a grace period: the next exit then finds SRCU
		 * idle. With grace periods still under way, exits come in two kinds, of which
		 * the slow one waits ticks longer, and the block's median is a matter of luck.
		 */
		status = session_reap(context->session, error);
		if (status)
			return status;
	}
	if (!result->operations)
		return -ECHILD;
	return 0;
}

static void warn_of_counts(const struct workload_context *context, struct workload_result *result)
{
	const struct hmmbench_counts *counts = &result->counts;
	char text[512];

	if (counts->timeouts) {
		circle_text(context->strategy, name_of(profile_names, context->cell->profile),
			    counts->timeouts, text, sizeof(text));
		warnings_add(&result->warnings, "%s", text);
	}
	if (counts->clock_changed)
		warnings_add(&result->warnings,
			     "the kernel has changed its clocksource since the block began, as it "
			     "does where it finds the time stamp counter unstable: the block's times "
			     "are those of a counter that its own clock no longer trusts; see the "
			     "kernel's log, and measure again");
}

/* What the block's samples and the module's counts say about it. */
static int conclude(const struct workload_context *context, struct workload_result *result,
		    struct error *error)
{
	const struct workload *workload = workload_find(context->cell->workload);
	uint64_t accounted;
	int status = steadiness_of(&result->samples, workload->judged, workload->judged_kind,
				   &result->steadiness);

	if (status)
		error_set_errno(error, -status, "looking at the block's samples");
	else
		status = session_counts(context->session, &result->counts, error);
	if (status) {
		samples_free(&result->samples);
		return status;
	}
	warn_of_counts(context, result);
	result->counter = session_reads_counter(context->session);
	result->dropped = session_dropped(context->session);
	accounted = result->samples.rows + result->dropped;
	result->lost = result->expected_rows > accounted ? result->expected_rows - accounted : 0;
	return 0;
}

int operations_run(struct operations *operations, struct workload_result *result,
		   struct error *error)
{
	const struct workload_context *context = operations->context;
	const struct placement *placement = context->placement;
	int status;

	workload_result_init(result);
	operations->result = result;
	status = placement_pin(placement->agent_cpu);
	if (status)
		return error_set_errno(error, -status, "pinning the agent to CPU %u",
				       placement->agent_cpu);
	status = rows_init(&operations->rows, operations->rows_each * context->block->operations,
			   operations->columns, error);
	if (status)
		return status;
	operations->nodes = node_counts_new();
	status = operations->nodes
			 ? child_init(&operations->child, operations_limit_ns(context->cell),
				      context->interrupted, error)
			 : error_set_errno(error, errno, "mapping a page of counts");
	if (!status) {
		operations->child.observer = context->observer;
		status = run_all(operations, error);
		child_destroy(&operations->child);
		result->nodes = *operations->nodes;
	}
	node_counts_free(operations->nodes);
	if (status) {
		rows_free(&operations->rows);
		return status;
	}
	rows_finish(&operations->rows, &result->samples);
	return conclude(context, result, error);
}

void operations_set_whole(struct operations *operations, size_t row, const struct exit_seen *seen)
{
	rows_set(&operations->rows, row, COLUMN_OPERATION, operations->operation);
	rows_set(&operations->rows, row, COLUMN_START_NS, seen->last_ns);
	rows_set(&operations->rows, row, COLUMN_CPU, seen->cpu);
	if (seen->wake_ns >= seen->last_ns)
		rows_set(&operations->rows, row, COLUMN_WHOLE, seen->wake_ns - seen->last_ns);
	else
		operations_warn(operations,
				"the clocks of CPUs %u and %u disagree: a parent woke before "
				"its child exited",
				seen->cpu, operations->context->placement->agent_cpu);
}

static int register_on(struct operations *operations, struct child *child, uint32_t count,
		       uint32_t node)
{
	uint32_t on_node;
	int result = session_register(operations->context->session, count, (int32_t)node,
				      operations->tag, &on_node);

	if (result)
		child_fail(child, -result, "registering %u mirrors on node %u", count, node);
	if (on_node != count)
		child_fail(child, ENOMEM,
			   "only %u of %u mirrors lie on node %u: it has too little "
			   "free memory",
			   on_node, count, node);
	return 0;
}

/* The pages in the first operation only: the policy that placed them is the same in all. */
static void count_nodes(struct operations *operations, struct child *child, const void *memory)
{
	const struct workload_context *context = operations->context;
	int result = node_counts_mirrors(operations->nodes, context->session,
					 context->cell->mirrors);

	if (result)
		child_fail(child, -result, "asking the module where its mirrors lie");
	if (!operations->operation && memory)
		result = node_counts_pages(operations->nodes, memory, context->cell->memory_bytes);
	if (result)
		child_fail(child, -result, "asking the kernel where its pages lie");
}

void operations_prepare_child(struct operations *operations, struct child *child)
{
	const struct placement *placement = operations->context->placement;
	const struct cell *cell = operations->context->cell;
	const void *memory = placement_memory(placement, cell->memory_bytes);
	uint32_t nodes = placement->mirror_node_count;

	if (memory == MAP_FAILED)
		child_fail(child, errno, "taking %llu bytes of memory on node %u",
			   (unsigned long long)cell->memory_bytes, placement->page_nodes[0]);
	if (nodes == 1 && cell->mirrors)
		register_on(operations, child, cell->mirrors, placement->mirror_nodes[0]);
	/* Neighbours in the walk lie on different nodes. */
	for (uint32_t i = 0; nodes > 1 && i < cell->mirrors; i++)
		register_on(operations, child, 1, placement->mirror_nodes[i % nodes]);
	count_nodes(operations, child, memory);
}

int operations_check_cpus(const struct cell *cell, uint32_t cpus, const struct placement *placement,
			  struct error *error)
{
	uint64_t walk_ns = cell->mirrors * cell->profile_ns;
	char layout[CELL_LAYOUT_BYTES];

	cell_layout_name(cell, layout, sizeof(layout));
	if (cpus > placement->worker_count)
		return error_set(error, EOPNOTSUPP,
				 "workload %s with %u threads needs %u CPUs, layout %s "
				 "offers %u here",
				 name_of(workload_names, cell->workload), cell->threads, cpus,
				 layout, placement->worker_count);
	if (walk_ns > HMMBENCH_WALK_NS_MAX)
		return error_set(error, E2BIG,
				 "%u callbacks of %llu ns are a walk of more than %llu s, "
				 "which the module refuses",
				 cell->mirrors, (unsigned long long)cell->profile_ns,
				 HMMBENCH_WALK_NS_MAX / 1000000000);
	if (cell_profile_unregisters(cell) &&
	    (uint64_t)cell->mirrors * cell->processes > HMMBENCH_RING_RECORDS_MAX / 2)
		return error_set(
			error, E2BIG,
			"profile %s unregisters %u mirrors of %u processes, each a "
			"sample of one CPU, whose ring holds %u: at most half of them together",
			name_of(profile_names, cell->profile), cell->mirrors, cell->processes,
			HMMBENCH_RING_RECORDS_MAX);
	return placement_check_memory(placement, cell->memory_bytes * cell->processes, error);
}

int operations_check(const struct cell *cell, const struct placement *placement,
		     struct error *error)
{
	if (cell->processes > 1)
		return error_set(error, EOPNOTSUPP,
				 "workload %s measures one process at a time, not %u",
				 name_of(workload_names, cell->workload), cell->processes);
	return operations_check_cpus(cell, cell->threads, placement, error);
}
