// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * exit: a process registers N mirrors, touches its memory and exits. The sample lasts
 * from its last user instruction to the wake-up of its parent, with the release walk as
 * the module timed it in between:
 *
 *	last instruction        walk's start     walk's end           parent awake
 *	      |---- before_walk ----|---- walk ------|---- after_walk ----|
 *
 * The three add up to the whole. The grace period of the notifier's teardown and the
 * unmapping of the address space lie in after_walk.
 */
#include "agent/workload.h"

#include <errno.h>

#include "agent/child.h"
#include "agent/operations.h"
#include "agent/placement.h"
#include "agent/session.h"

#define RING_RECORDS 32 /* one record for each exit, drained after each */

#define COLUMNS                                                                                   \
	(1u << COLUMN_OPERATION | 1u << COLUMN_START_NS | 1u << COLUMN_FLAGS | 1u << COLUMN_CPU | \
	 1u << COLUMN_WHOLE | 1u << COLUMN_LOCK_WAIT | 1u << COLUMN_CALLBACKS |                   \
	 1u << COLUMN_WALK | 1u << COLUMN_GRACE | 1u << COLUMN_UNMAP | 1u << COLUMN_BEFORE_WALK | \
	 1u << COLUMN_AFTER_WALK | 1u << COLUMN_MIRRORS)

static uint32_t exit_ring_records(const struct cell *cell)
{
	(void)cell;
	return RING_RECORDS;
}

static void exit_body(struct child *child, void *context)
{
	operations_prepare_child(context, child);
	child_ready(child);
	child_exit_watched(child);
}

/* The release record of the operation that runs, among what the rings held. */
struct found {
	uint64_t operation;
	unsigned int count;
	struct hmmbench_record record;
};

static int find_release(const struct hmmbench_record *record, void *context)
{
	struct found *found = context;

	if (record->type == HMMBENCH_RECORD_RELEASE && record->operation == found->operation) {
		found->record = *record;
		found->count++;
	}
	return 0;
}

static int take_release(struct operations *operations, uint64_t wake_ns, struct error *error)
{
	const struct workload_context *context = operations->context;
	struct found found = { .operation = operations->operation };
	const struct hmmbench_record *record = &found.record;
	uint64_t last_ns = operations->child.shared->last_ns, walk_end_ns;
	size_t row = operations->operation;
	int result = session_drain(context->session, find_release, &found, error);

	if (result)
		return result;
	if (!found.count) /* dropped, or lost: the counts tell */
		return 0;
	if (found.count > 1 || record->mirrors != context->cell->mirrors)
		return error_set(error, EPROTO,
				 "operation %zu gave %u release walks and the last one "
				 "called %u of %u mirrors back",
				 row, found.count, record->mirrors, context->cell->mirrors);
	rows_set_record(&operations->rows, row, record);
	operations_set_whole(operations, wake_ns);
	walk_end_ns = record->start_ns + record->phase_ns[HMMBENCH_PHASE_WALK];
	if (record->start_ns >= last_ns && wake_ns >= walk_end_ns) {
		rows_set(&operations->rows, row, COLUMN_BEFORE_WALK, record->start_ns - last_ns);
		rows_set(&operations->rows, row, COLUMN_AFTER_WALK, wake_ns - walk_end_ns);
	} else {
		operations_warn(operations,
				"the clocks of CPUs %u and %u disagree: a walk lies outside "
				"its exit",
				operations->child.shared->cpu, context->placement->agent_cpu);
	}
	rows_measured(&operations->rows, row);
	return 0;
}

static int exit_lead(struct operations *operations, struct error *error)
{
	uint64_t wake_ns;
	int result = child_wait_ready(&operations->child, 1, error);

	if (!result)
		result = child_wait_exit(&operations->child, &wake_ns, error);
	if (result)
		return result;
	if (!session_is_unrecorded(operations->context->session))
		return take_release(operations, wake_ns, error);
	operations_set_whole(operations, wake_ns);
	rows_measured(&operations->rows, operations->operation);
	return 0;
}

static int exit_check(const struct cell *cell, const struct placement *placement,
		      struct error *error)
{
	if (!cell->mirrors)
		return error_set(error, EINVAL, "a process without mirrors is workload control");
	return operations_check(cell, placement, error);
}

static int exit_run(const struct workload_context *context, struct workload_result *result,
		    struct error *error)
{
	struct operations operations = {
		.context = context,
		.body = exit_body,
		.lead = exit_lead,
		.rows_each = 1,
		.columns = COLUMNS,
	};

	return operations_run(&operations, result, error);
}

const struct workload workload_exit = {
	.id = WORKLOAD_EXIT,
	.concurrent = false,
	.ring_records = exit_ring_records,
	.check = exit_check,
	.run = exit_run,
};
