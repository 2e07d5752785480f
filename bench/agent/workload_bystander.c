// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bystander: who takes pages away while mirrors are torn down. An invalidation takes the
 * mirrors' lock as a reader: beside a walk that reads it runs at once, until an unregister
 * queues for writing; then it waits behind that one. The form that must not sleep (the OOM
 * killer's) gives -EAGAIN instead, which is counted.
 *
 * Operations take four forms in turn; a block of 4, 8 ... operations has each as often:
 *	0  a process exits; one thread of another process unregisters one of its mirrors in
 *	   the first half of the walk, and T threads more invalidate its address space
 *	   16 times each, spread over the expected walk	(kind 2, column invalidate)
 *	1  the same in the form that must not sleep	(kind 3, column invalidate)
 *	2  a live process unmaps 16 pages, one a call, while another of its threads
 *	   unregisters its mirrors; then it exits	(kind 4, column whole)
 *	3  the same with mprotect			(kind 5, column whole)
 * Each has the exit (kind 0), the first two an unregister (kind 1). The unregisters of a
 * live process are load beside what is measured, and not recorded.
 */
#include "agent/workload.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "agent/aim.h"
#include "agent/aimed.h"
#include "agent/bystander_live.h"
#include "common/random.h"

#define ROUNDS	      16 /* invalidations of one thread */
#define OTHER_RECORDS 32

#define COLUMNS                                                                                   \
	(EXIT_COLUMNS | 1u << COLUMN_THREAD | 1u << COLUMN_UNREGISTER | 1u << COLUMN_INVALIDATE | \
	 1u << COLUMN_OFFSET | 1u << COLUMN_KIND)

struct bystander {
	struct aimed aimed; /* first: operations->own is both */
	struct live_report *report;
};

static const struct form {
	enum crew_action action; /* CREW_NOTHING: the process lives */
	enum sample_kind kind;
	bool mprotect;
} forms[BYSTANDER_FORMS] = {
	{ CREW_INVALIDATE, SAMPLE_KIND_INVALIDATE, false },
	{ CREW_INVALIDATE_NONBLOCK, SAMPLE_KIND_NONBLOCK, false },
	{ CREW_NOTHING, SAMPLE_KIND_MUNMAP, false },
	{ CREW_NOTHING, SAMPLE_KIND_MPROTECT, true },
};

static const struct form *form_of(const struct operations *operations)
{
	return &forms[operations->operation % BYSTANDER_FORMS];
}

static uint32_t invalidations(const struct cell *cell)
{
	return cell->threads * ROUNDS > LIVE_CALLS ? cell->threads * ROUNDS : LIVE_CALLS;
}

static uint32_t bystander_ring_records(const struct cell *cell)
{
	return invalidations(cell) + OTHER_RECORDS;
}

/* ---- the orders, and the child ---- */

static int bystander_begin(struct operations *operations, struct error *error)
{
	const struct cell *cell = operations->context->cell;
	const struct form *form = form_of(operations);
	struct aimed *aimed = operations->own;
	uint64_t interval_ns;
	int result = aimed_begin(operations, error);

	if (result || form->action == CREW_NOTHING)
		return result;
	interval_ns = aimed->expected_walk_ns / ROUNDS;
	if (interval_ns > HMMBENCH_OFFSET_NS_MAX)
		interval_ns = HMMBENCH_OFFSET_NS_MAX;
	*crew_orders(&aimed->crew, 0) = (struct crew_order){
		.action = CREW_UNREGISTER,
		.first = (uint32_t)(splitmix64(&aimed->random) % cell->mirrors),
		.count = 1,
		.offset_ns = aim_offset_ns(&aimed->random, aimed->expected_walk_ns / 2),
	};
	for (uint32_t thread = 1; thread <= cell->threads; thread++)
		*crew_orders(&aimed->crew, thread) = (struct crew_order){
			.action = form->action,
			.count = ROUNDS,
			.offset_ns = aim_offset_ns(&aimed->random, interval_ns),
			.interval_ns = interval_ns,
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
	live_run(operations, child, form->mprotect, bystander->report);
	child_unobserved(child);
	crew_await_armed(&bystander->aimed.crew);
	child_exit_watched(child);
}

/* ---- the rows ---- */

static void take_live(struct operations *operations, size_t row)
{
	const struct bystander *bystander = operations->own;
	struct rows *rows = &operations->rows;

	for (size_t i = 0; i < LIVE_CALLS; i++, row++) {
		const struct live_call *call = &bystander->report->calls[i];

		rows_set(rows, row, COLUMN_OPERATION, operations->operation);
		rows_set(rows, row, COLUMN_START_NS, call->start_ns);
		/* What the process cannot see of itself. */
		rows_set(rows, row, COLUMN_FLAGS,
			 SAMPLE_FLAG_UNTOLD | (call->switched ? SAMPLE_FLAG_SWITCHED : 0));
		rows_set(rows, row, COLUMN_CPU, call->cpu);
		rows_set(rows, row, COLUMN_WHOLE, call->whole_ns);
		rows_set(rows, row, COLUMN_KIND, form_of(operations)->kind);
		rows_measured(rows, row);
	}
	operations->expected_rows += LIVE_CALLS;
}

/* Unregisters and invalidations, in the order of the rings. */
static int take_foreign(struct operations *operations, size_t row, struct error *error)
{
	const size_t end = (operations->operation + 1) * operations->rows_each;
	const struct aimed *aimed = operations->own;
	struct rows *rows = &operations->rows;
	uint64_t hits = 0, calls = aimed_done(aimed, CREW_UNREGISTER) +
				   aimed_done(aimed, form_of(operations)->action);

	for (size_t i = 0; i < aimed->records.count; i++) {
		const struct hmmbench_record *record = &aimed->records.all[i];
		bool unregister = record->type == HMMBENCH_RECORD_UNREGISTER;

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
			 unregister ? SAMPLE_KIND_UNREGISTER : form_of(operations)->kind);
		rows_measured(rows, row++);
		hits += aimed_in_walk(aimed, record);
	}
	aimed_count(operations, calls, hits);
	operations->expected_rows += calls;
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
	rows_set(&operations->rows, row, COLUMN_KIND, SAMPLE_KIND_EXIT);
	count_again(operations);
	if (live)
		take_live(operations, row + 1);
	else if (!session_is_unrecorded(operations->context->session))
		return take_foreign(operations, row + 1, error);
	return 0;
}

/* One CPU exits, one unregisters, the others are bystanders. */
static int bystander_check(const struct cell *cell, const struct placement *placement,
			   struct error *error)
{
	return aimed_check(cell, cell->threads + 1, placement, error);
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
		.rows_each = 2 + invalidations(context->cell),
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
	.invalidates = true,
	.judged = COLUMN_INVALIDATE,
	.judged_kind = SAMPLE_KIND_INVALIDATE,
	.ring_records = bystander_ring_records,
	.check = bystander_check,
	.run = bystander_run,
};
