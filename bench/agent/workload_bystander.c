// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bystander: who takes pages away while mirrors are torn down. An invalidation takes the
 * mirrors' lock as a reader: beside a walk that reads it runs at once, until an unregister
 * queues for writing; then it waits behind that one, and so for the rest of the walk. The
 * form that must not sleep (the OOM killer's) gives -EAGAIN instead, which is counted.
 *
 * Operations take four forms in turn; a block of 4, 8 ... operations has each as often:
 *	0  a process exits; one thread of another process unregisters one of its mirrors in
 *	   the first quarter of the walk, and each of T threads more invalidates its
 *	   address space once, at any time of the expected walk
 *							(kind 2, column invalidate)
 *	1  the same in the form that must not sleep	(kind 3, column invalidate)
 *	2  a live process unmaps 16 pages, one a call, while another of its threads
 *	   unregisters its mirrors; then it exits	(kind 4, column munmap)
 *	3  the same with mprotect			(kind 5, column mprotect)
 * The first two have the exit (kind 0) and an unregister (kind 1). The exit of a live process
 * is a kind of its own (10): its walk is that of the mirrors which were left, and no walk is
 * expected to be like it. Its unregisters are load beside what is measured, and not recorded.
 *
 * Calls that had nothing to meet are kept as kind 8 and not judged: invalidations and
 * unregisters that came when the walk was over, and calls of a live process beside which no
 * mirror was unregistered.
 *
 * A thread makes one invalidation in each exit, at a moment drawn without regard to what the
 * strategy does. Several in a row would each begin when the one before had returned: where
 * the first waits behind the walk, those that were due meanwhile come when it is over and
 * wait for nothing, so that a strategy that lets one call wait long looks as if it let most
 * not wait at all (coordinated omission: Tene, "How NOT to Measure Latency", Strange Loop
 * 2015). To let latencies count from the moment a call was due would be another way out; it
 * would count the wait of one caller once for every call that it did not get to.
 *
 * The first two forms stand for who reaches an address space from outside: reclaim,
 * migration, truncation of a file that it maps, the OOM reaper. Only such calls run beside a
 * release walk: a thread, or a process that shares the memory (clone(2) with CLONE_VM), uses
 * the address space, and the kernel begins the walk when its last user is gone. Beside
 * unregisters of a live one they can run, and there such a process is like a thread, for lock
 * and notifiers belong to the address space. HMMBENCH_IOC_INVALIDATE calls what the kernel
 * calls on their behalf, at the moment aimed at.
 */
#include "agent/workload.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "agent/aim.h"
#include "agent/aimed.h"
#include "agent/bystander_live.h"
#include "common/random.h"

#define OTHER_RECORDS 32

#define COLUMNS                                                                                   \
	(EXIT_COLUMNS | 1u << COLUMN_UNREGISTER | 1u << COLUMN_INVALIDATE | 1u << COLUMN_OFFSET | \
	 1u << COLUMN_KIND | 1u << COLUMN_MUNMAP | 1u << COLUMN_MPROTECT)

struct bystander {
	struct aimed aimed; /* first: operations->own is both */
	struct live_report *report;
};

static const struct form {
	enum crew_action action;   /* CREW_NOTHING: the process lives */
	enum sample_kind kind;	   /* of its calls that met what they were to meet */
	enum sample_column column; /* their latency */
} forms[BYSTANDER_FORMS] = {
	{ CREW_INVALIDATE, SAMPLE_KIND_INVALIDATE, COLUMN_INVALIDATE },
	{ CREW_INVALIDATE_NONBLOCK, SAMPLE_KIND_NONBLOCK, COLUMN_INVALIDATE },
	{ CREW_NOTHING, SAMPLE_KIND_MUNMAP, COLUMN_MUNMAP },
	{ CREW_NOTHING, SAMPLE_KIND_MPROTECT, COLUMN_MPROTECT },
};

static const struct form *form_of(const struct operations *operations)
{
	return &forms[operations->operation % BYSTANDER_FORMS];
}

/* The calls of one operation: an unregister and its bystanders, or those of a live process. */
static uint32_t calls_max(const struct cell *cell)
{
	return 1 + cell->threads > LIVE_CALLS ? 1 + cell->threads : LIVE_CALLS;
}

static uint32_t bystander_ring_records(const struct cell *cell)
{
	return 1 + cell->threads + OTHER_RECORDS;
}

/* ---- the orders, and the child ---- */

static int bystander_begin(struct operations *operations, struct error *error)
{
	const struct cell *cell = operations->context->cell;
	const struct form *form = form_of(operations);
	struct aimed *aimed = operations->own;
	int result = aimed_begin(operations, error);

	if (result || form->action == CREW_NOTHING)
		return result;
	*crew_orders(&aimed->crew, 0) = (struct crew_order){
		.action = CREW_UNREGISTER,
		.first = (uint32_t)(splitmix64(&aimed->random) % cell->mirrors),
		.count = 1,
		.offset_ns = aim_offset_ns(&aimed->random, aimed->expected_walk_ns / 4),
	};
	for (uint32_t thread = 1; thread <= cell->threads; thread++)
		*crew_orders(&aimed->crew, thread) = (struct crew_order){
			.action = form->action,
			.offset_ns = aim_offset_ns(&aimed->random, aimed->expected_walk_ns),
		};
	return 0;
}

static void bystander_body(struct child *child, void *context)
{
	struct operations *operations = context;
	const struct bystander *bystander = operations->own;
	const struct form *form = form_of(operations);

	if (form->action != CREW_NOTHING)
		aimed_body(child, context);
	operations_prepare_child(operations, child);
	child_ready(child);
	child_observed(child);
	live_run(operations, child, form->column == COLUMN_MPROTECT, bystander->report);
	child_unobserved(child);
	crew_await_armed(&bystander->aimed.crew);
	child_exit_watched(child);
}

/* ---- the rows ---- */

static void take_live(struct operations *operations, size_t row)
{
	const struct bystander *bystander = operations->own;
	const struct form *form = form_of(operations);
	struct rows *rows = &operations->rows;

	for (size_t i = 0; i < LIVE_CALLS; i++, row++) {
		const struct live_call *call = &bystander->report->calls[i];

		rows_set(rows, row, COLUMN_OPERATION, operations->operation);
		rows_set(rows, row, COLUMN_START_NS, call->start_ns);
		/* What the process cannot see of itself. */
		rows_set(rows, row, COLUMN_FLAGS,
			 SAMPLE_FLAG_UNTOLD | (call->switched ? SAMPLE_FLAG_SWITCHED : 0));
		rows_set(rows, row, COLUMN_CPU, call->cpu);
		rows_set(rows, row, form->column, call->whole_ns);
		rows_set(rows, row, COLUMN_KIND,
			 live_call_met(call) ? form->kind : SAMPLE_KIND_MISSED);
		rows_measured(rows, row);
	}
	operations->expected_rows += LIVE_CALLS;
}

/*
 * The unregister and the invalidations, in the order of the rings. Only the invalidations
 * count as tries: what is judged is theirs.
 */
static int take_foreign(struct operations *operations, size_t row, struct error *error)
{
	const size_t end = (operations->operation + 1) * operations->rows_each;
	const struct aimed *aimed = operations->own;
	const struct form *form = form_of(operations);
	struct rows *rows = &operations->rows;
	uint64_t hits = 0, tries = aimed_done(aimed, form->action);

	for (size_t i = 0; i < aimed->records.count; i++) {
		const struct hmmbench_record *record = &aimed->records.all[i];
		const bool unregister = record->type == HMMBENCH_RECORD_UNREGISTER;
		const bool met = aimed_in_walk(aimed, record);

		if (!unregister && record->type != HMMBENCH_RECORD_INVALIDATE)
			continue;
		if (row == end)
			return error_set(error, EPROTO,
					 "an operation gave more samples than it made calls");
		rows_set_record(rows, row, record);
		rows_set(rows, row, COLUMN_MIRRORS, SAMPLE_MISSING);
		rows_set(rows, row, COLUMN_OPERATION, operations->operation);
		rows_set(rows, row, COLUMN_OFFSET, aimed_offset_ns(aimed, record));
		rows_set(rows, row, COLUMN_KIND,
			 !met	      ? SAMPLE_KIND_MISSED
			 : unregister ? SAMPLE_KIND_UNREGISTER
				      : form->kind);
		rows_measured(rows, row++);
		hits += met && !unregister;
	}
	aimed_count(operations, tries, hits);
	operations->expected_rows += tries + aimed_done(aimed, CREW_UNREGISTER);
	return 0;
}

/* How many invalidations gave -EAGAIN. */
static void count_again(struct operations *operations)
{
	const struct aimed *aimed = operations->own;
	uint64_t *again = &operations->result->again;

	if (*again == SAMPLE_MISSING)
		*again = 0;
	for (uint32_t thread = 0; thread < aimed->crew.threads; thread++)
		*again += crew_orders(&aimed->crew, thread)->again;
}

static int bystander_lead(struct operations *operations, struct error *error)
{
	const struct cell *cell = operations->context->cell;
	const struct aimed *aimed = operations->own;
	size_t row = operations->operation * operations->rows_each;
	bool live = form_of(operations)->action == CREW_NOTHING;
	int result;

	operations->expected_rows = 1;
	result = aimed_exit(operations, live ? 0 : cell->mirrors - 1, error);
	if (result)
		return result;
	records_exit_row(operations, row, &aimed->seen, aimed->release);
	rows_set(&operations->rows, row, COLUMN_KIND,
		 live ? SAMPLE_KIND_LIVE_EXIT : SAMPLE_KIND_EXIT);
	count_again(operations);
	if (live) {
		take_live(operations, row + 1);
		return 0;
	}
	aimed_learn(operations);
	if (session_is_unrecorded(operations->context->session))
		return 0;
	return take_foreign(operations, row + 1, error);
}

/* One CPU exits, one unregisters, the others are bystanders. */
static int bystander_check(const struct cell *cell, const struct placement *placement,
			   struct error *error)
{
	return aimed_check(cell, placement, error);
}

static int bystander_run(const struct workload_context *context, struct workload_result *result,
			 struct error *error)
{
	struct bystander bystander;
	struct operations operations = {
		.context = context,
		.begin = bystander_begin,
		.body = bystander_body,
		.lead = bystander_lead,
		.rows_each = 1 + calls_max(context->cell),
		.columns = COLUMNS,
	};
	int status;

	bystander.report = mmap(NULL, sizeof(*bystander.report), PROT_READ | PROT_WRITE,
				MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (bystander.report == MAP_FAILED)
		return error_set_errno(error, errno, "mapping a page shared with a child");
	status = aimed_run(&operations, &bystander.aimed, context->cell->threads + 1, 1,
			   bystander_ring_records(context->cell), result, error);
	munmap(bystander.report, sizeof(*bystander.report));
	return status;
}

const struct workload workload_bystander = {
	.id = WORKLOAD_BYSTANDER,
	.concurrent = true,
	.beside = 2, /* the exiting one and the one that unregisters */
	.invalidates = true,
	.judged = COLUMN_INVALIDATE,
	.judged_kind = SAMPLE_KIND_INVALIDATE,
	.ring_records = bystander_ring_records,
	.check = bystander_check,
	.run = bystander_run,
};
