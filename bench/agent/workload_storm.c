// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * storm: P processes with N mirrors each exit at once. They share the kernel's one SRCU
 * domain of notifiers, in which each of them waits for a grace period, and the CPUs, if
 * they are more than those.
 *
 * The processes are spread over the layout's CPUs in turn. Each waits until the parent
 * sleeps in waitid(2) and then at a gate for the others; how far apart their last user
 * instructions were in fact is the block's start spread. The parent takes one exit after
 * the other: the whole of a process ends when the parent has it.
 *
 * Rows of an operation: one for each process (kind 0), then the storm (kind 6), whose
 * whole lasts from the first process's last instruction to the parent's last wake-up.
 */
#include "agent/workload.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "agent/operations.h"
#include "agent/placement.h"
#include "agent/records.h"
#include "agent/session.h"

#define OTHER_RECORDS 32

#define COLUMNS (EXIT_COLUMNS | 1u << COLUMN_THREAD | 1u << COLUMN_KIND)

struct storm {
	uint32_t processes;
	uint32_t index;	      /* of the process that is started next */
	uint32_t *arrived;    /* at the gate; mapped shared */
	struct child *others; /* processes 1 .. */
	struct child **all;
	uint64_t *wake_ns;
	struct records records;
};

static uint32_t storm_ring_records(const struct cell *cell)
{
	uint32_t each = 1 + (cell_profile_unregisters(cell) ? cell->mirrors : 0);

	return cell->processes * each + OTHER_RECORDS;
}

static uint32_t cpu_of(const struct placement *placement, uint32_t index)
{
	return placement->workers[index % placement->worker_count];
}

/* ---- a process ---- */

static void await_arrivals(const struct storm *storm, uint32_t count, bool share_cpus)
{
	while (__atomic_load_n(storm->arrived, __ATOMIC_ACQUIRE) < count)
		if (share_cpus)
			sched_yield();
}

/*
 * The first process alone has the observer. It comes to the gate last: none leaves before the
 * observer looks on, and the wait for the others is not looked at.
 */
static void observe_all(const struct storm *storm, struct child *child, bool share_cpus)
{
	await_arrivals(storm, storm->processes - 1, share_cpus);
	child_observed(child);
	child->observer = NULL; /* this process's own: its exit does not begin anew */
}

static void storm_body(struct child *child, void *context)
{
	struct operations *operations = context;
	const struct storm *storm = operations->own;
	bool share_cpus = storm->processes > operations->context->placement->worker_count;

	operations->tag = operations->operation * storm->processes + storm->index;
	operations_prepare_child(operations, child);
	child_ready(child);
	child_await_parent(child);
	if (child->observer)
		observe_all(storm, child, share_cpus);
	__atomic_add_fetch(storm->arrived, 1, __ATOMIC_ACQ_REL);
	await_arrivals(storm, storm->processes, share_cpus);
	child_leave(child);
}

/* ---- the parent ---- */

static int storm_begin(struct operations *operations, struct error *error)
{
	struct storm *storm = operations->own;

	(void)error;
	storm->index = 0;
	storm->all[0] = &operations->child;
	__atomic_store_n(storm->arrived, 0, __ATOMIC_RELEASE);
	return 0;
}

static int start_others(struct operations *operations, struct error *error)
{
	const struct placement *placement = operations->context->placement;
	struct storm *storm = operations->own;
	int result = 0;

	while (!result && ++storm->index < storm->processes)
		result = child_start(storm->all[storm->index], cpu_of(placement, storm->index),
				     storm_body, operations, error);
	return result;
}

static int run_storm(struct operations *operations, struct error *error)
{
	struct storm *storm = operations->own;
	int result = start_others(operations, error);

	for (uint32_t i = 0; i < storm->processes && !result; i++)
		result = child_wait_ready(storm->all[i], 1, error);
	if (!result)
		return children_wait_exit(storm->all, storm->processes, storm->wake_ns, error);
	for (uint32_t i = 0; i < storm->processes; i++)
		if (child_kill(storm->all[i]))
			return error_set(error, ETIME,
					 "a measured process does not die of SIGKILL");
	return result;
}

static void take_storm(struct operations *operations, size_t row)
{
	const struct storm *storm = operations->own;
	struct workload_result *block = operations->result;
	uint64_t first_ns = UINT64_MAX, last_ns = 0, wake_ns = 0;

	for (uint32_t i = 0; i < storm->processes; i++) {
		uint64_t left_ns = storm->all[i]->shared->last_ns;

		first_ns = left_ns < first_ns ? left_ns : first_ns;
		last_ns = left_ns > last_ns ? left_ns : last_ns;
		wake_ns = storm->wake_ns[i] > wake_ns ? storm->wake_ns[i] : wake_ns;
	}
	if (block->start_spread_ns == SAMPLE_MISSING || last_ns - first_ns > block->start_spread_ns)
		block->start_spread_ns = last_ns - first_ns;
	rows_set(&operations->rows, row, COLUMN_OPERATION, operations->operation);
	rows_set(&operations->rows, row, COLUMN_START_NS, first_ns);
	rows_set(&operations->rows, row, COLUMN_WHOLE, wake_ns - first_ns);
	rows_set(&operations->rows, row, COLUMN_KIND, SAMPLE_KIND_STORM);
	rows_measured(&operations->rows, row);
}

static int storm_lead(struct operations *operations, struct error *error)
{
	const struct workload_context *context = operations->context;
	struct storm *storm = operations->own;
	uint64_t first_tag = operations->operation * storm->processes;
	size_t row = operations->operation * operations->rows_each;
	int result = run_storm(operations, error);

	if (!result)
		result = records_take(&storm->records, context->session, first_tag,
				      storm->processes, error);
	for (uint32_t i = 0; i < storm->processes && !result; i++, row++) {
		const struct child_shared *shared = storm->all[i]->shared;
		const struct exit_seen seen = { shared->last_ns, storm->wake_ns[i], shared->cpu };
		const struct hmmbench_record *release;

		result = records_release(&storm->records, first_tag + i, context->cell->mirrors,
					 context->cell->mirrors, &release, error);
		if (result)
			break;
		records_exit_row(operations, row, &seen, release);
		rows_set(&operations->rows, row, COLUMN_THREAD, i);
		rows_set(&operations->rows, row, COLUMN_KIND, SAMPLE_KIND_EXIT);
	}
	if (!result)
		take_storm(operations, row);
	return result;
}

static int storm_check(const struct cell *cell, const struct placement *placement,
		       struct error *error)
{
	return operations_check_cpus(cell, 1, placement, error);
}

/* ---- a block ---- */

static void storm_free(struct storm *storm)
{
	for (uint32_t i = 1; storm->others && i < storm->processes; i++)
		child_destroy(&storm->others[i]);
	if (storm->arrived)
		munmap(storm->arrived, sizeof(*storm->arrived));
	records_free(&storm->records);
	free(storm->others);
	free(storm->all);
	free(storm->wake_ns);
}

/* Each process costs the parent a descriptor. As many as root may have is enough. */
static void allow_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static int storm_init(struct storm *storm, const struct workload_context *context,
		      struct error *error)
{
	uint32_t count = context->cell->processes;
	uint64_t limit_ns = operations_limit_ns(context->cell);
	int result;

	allow_descriptors();
	*storm = (struct storm){ .processes = count };
	storm->all = calloc(count, sizeof(struct child *));
	storm->wake_ns = calloc(count, sizeof(*storm->wake_ns));
	storm->arrived = mmap(NULL, sizeof(*storm->arrived), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (storm->arrived == MAP_FAILED)
		storm->arrived = NULL;
	storm->others = calloc(count, sizeof(*storm->others));
	if (!storm->all || !storm->wake_ns || !storm->arrived || !storm->others)
		return error_set_errno(error, ENOMEM, "making room for %u processes", count);
	for (uint32_t i = 0; i < count; i++)
		storm->others[i].parent_stat = -1;
	result = records_init(&storm->records, storm_ring_records(context->cell), error);
	for (uint32_t i = 1; i < count && !result; i++) {
		result = child_init(&storm->others[i], limit_ns, context->interrupted, error);
		storm->all[i] = &storm->others[i];
	}
	return result;
}

static int storm_run(const struct workload_context *context, struct workload_result *result,
		     struct error *error)
{
	struct storm storm;
	struct operations operations = {
		.context = context,
		.begin = storm_begin,
		.body = storm_body,
		.lead = storm_lead,
		.rows_each = context->cell->processes + 1,
		.columns = COLUMNS,
		.own = &storm,
	};
	int status = storm_init(&storm, context, error);

	if (!status)
		status = operations_run(&operations, result, error);
	storm_free(&storm);
	return status;
}

const struct workload workload_storm = {
	.id = WORKLOAD_STORM,
	.concurrent = true,
	.judged = COLUMN_WHOLE,
	.judged_kind = SAMPLE_KIND_EXIT,
	.ring_records = storm_ring_records,
	.check = storm_check,
	.run = storm_run,
};
