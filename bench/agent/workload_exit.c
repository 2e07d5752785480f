// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * exit: a process registers N mirrors, touches its memory and exits. The sample lasts
 * from its last user instruction to the wake-up of its parent; the module times the
 * phases in between:
 *
 *	last instruction                                               parent awake
 *	      |-- before_walk --|-- walk --|-- grace --|-- unmap --| rest |
 *	                                   |---------- after_walk --------|
 *
 * Before, walk and after add up to the whole. So do before, walk, grace (the grace
 * period in which the notifier's teardown ends), unmap (of the address space) and rest,
 * which is everything else: what lies between the phases, the exit behind the unmapping
 * and the wake-up. Where a kernel gives no hook for grace or unmap, that column is
 * missing, and rest with it.
 *
 * Grace and unmap are timed by return probes on functions of the kernel that run after
 * the walk. Nothing of them lies in the walk, which is what is judged. To set and to
 * remove them takes a session longer than all else it does, so they are there in one
 * quartet of four, the second, sixth, and so on. There they add some microseconds to the
 * milliseconds of the whole, in all blocks of the quartet alike: what is paired stays
 * equal, and a sample that has grace, unmap and rest has all three.
 *
 * A whole exit sleeps in its grace period whatever else happens, so "scheduled out" says
 * nothing about it: the flags of a sample are those of its walk.
 */
#include "agent/workload.h"

#include <errno.h>

#include "agent/child.h"
#include "agent/operations.h"
#include "agent/records.h"
#include "agent/session.h"

#define OTHER_RECORDS  32
#define TEARDOWN_EVERY 4

/* One record for each exit, drained after each; a profile may unregister every mirror. */
static uint32_t exit_ring_records(const struct cell *cell)
{
	return OTHER_RECORDS + (cell_profile_unregisters(cell) ? cell->mirrors : 0);
}

static void exit_body(struct child *child, void *context)
{
	operations_prepare_child(context, child);
	child_ready(child);
	child_exit_watched(child);
}

static int exit_lead(struct operations *operations, struct error *error)
{
	const struct workload_context *context = operations->context;
	const struct child_shared *shared = operations->child.shared;
	const struct hmmbench_record *release;
	struct exit_seen seen;
	int result = child_wait_ready(&operations->child, 1, error);

	if (!result)
		result = child_wait_exit(&operations->child, &seen.wake_ns, error);
	if (!result)
		result = records_take(operations->own, context->session, operations->tag, 1, error);
	if (!result)
		result = records_release(operations->own, operations->tag, context->cell->mirrors,
					 context->cell->mirrors, &release, error);
	if (result)
		return result;
	seen.last_ns = shared->last_ns;
	seen.cpu = shared->cpu;
	records_exit_row(operations, operations->operation, &seen, release);
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
	struct records records;
	struct operations operations = {
		.context = context,
		.body = exit_body,
		.lead = exit_lead,
		.rows_each = 1,
		.columns = EXIT_COLUMNS,
		.own = &records,
	};
	int status = records_init(&records, exit_ring_records(context->cell), error);

	if (!status)
		status = operations_run(&operations, result, error);
	records_free(&records);
	return status;
}

const struct workload workload_exit = {
	.id = WORKLOAD_EXIT,
	.concurrent = false,
	.traceable = true,
	.setup = HMMBENCH_SETUP_TEARDOWN,
	.setup_every = TEARDOWN_EVERY,
	.judged = COLUMN_WALK,
	.ring_records = exit_ring_records,
	.check = exit_check,
	.run = exit_run,
};
