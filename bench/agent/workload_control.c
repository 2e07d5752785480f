// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * control: a process without mirrors touches the same memory and exits. Nothing of the
 * module takes part, so what differs between two boots here is the boots.
 */
#include "agent/workload.h"

#include <errno.h>

#include "agent/child.h"
#include "agent/operations.h"

#define RING_RECORDS 32 /* nothing is recorded */

static uint32_t control_ring_records(const struct cell *cell)
{
	(void)cell;
	return RING_RECORDS;
}

static void control_body(struct child *child, void *context)
{
	operations_prepare_child(context, child);
	child_ready(child);
	child_exit_watched(child);
}

static int control_lead(struct operations *operations, struct error *error)
{
	const struct child_shared *shared = operations->child.shared;
	struct exit_seen seen;
	int result = child_wait_ready(&operations->child, 1, error);

	if (!result)
		result = child_wait_exit(&operations->child, &seen.wake_ns, error);
	if (result)
		return result;
	seen.last_ns = shared->last_ns;
	seen.cpu = shared->cpu;
	operations_set_whole(operations, operations->operation, &seen);
	rows_measured(&operations->rows, operations->operation);
	return 0;
}

static int control_check(const struct cell *cell, const struct placement *placement,
			 struct error *error)
{
	if (cell->mirrors)
		return error_set(error, EINVAL, "a process with mirrors is workload exit");
	return operations_check(cell, placement, error);
}

static int control_run(const struct workload_context *context, struct workload_result *result,
		       struct error *error)
{
	struct operations operations = {
		.context = context,
		.body = control_body,
		.lead = control_lead,
		.rows_each = 1,
		.columns = 1u << COLUMN_OPERATION | 1u << COLUMN_START_NS | 1u << COLUMN_CPU |
			   1u << COLUMN_WHOLE,
	};

	return operations_run(&operations, result, error);
}

const struct workload workload_control = {
	.id = WORKLOAD_CONTROL,
	.concurrent = false,
	.coreless = true,
	.judged = COLUMN_WHOLE,
	.ring_records = control_ring_records,
	.check = control_check,
	.run = control_run,
};
