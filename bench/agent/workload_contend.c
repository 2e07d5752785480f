// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * contend: unregisters run into an exit. A process with N mirrors exits; meanwhile each
 * of T threads of another process of the session unregisters one of its mirrors, as a
 * driver does that gives a device up while its user dies. That is where a walk under one
 * down_read has its price: the unregister waits for the rest of the walk.
 *
 * When a thread calls is drawn uniformly from the expected length of the walk, and the
 * module aligns the call to the walk's begin; so the waits are those of a caller that
 * comes at any time during a walk. How many really began inside the walk is the block's
 * hit rate. A thread makes one call in each exit: a second one would come after the first
 * had waited, which under one strategy is behind the walk and under the other is not.
 *
 * Rows of an operation: the exit (kind 0), then one unregister for each thread: kind 1 if
 * it began inside the walk, which are the ones that are judged, kind 8 if it came when the
 * walk was over. When it came is chosen without regard to the strategy.
 * Unrecorded, there is the exit alone: a call's own time holds its wait for the walk.
 */
#include "agent/workload.h"

#include <errno.h>

#include "agent/aim.h"
#include "agent/aimed.h"
#include "common/random.h"

#define OTHER_RECORDS 32

#define COLUMNS                                                                               \
	(EXIT_COLUMNS | 1u << COLUMN_THREAD | 1u << COLUMN_UNREGISTER | 1u << COLUMN_OFFSET | \
	 1u << COLUMN_KIND)

static uint32_t contend_ring_records(const struct cell *cell)
{
	return cell->threads + OTHER_RECORDS;
}

/* Each thread has its own stretch of the mirrors, so that no two take the same. */
static int contend_begin(struct operations *operations, struct error *error)
{
	const struct cell *cell = operations->context->cell;
	struct aimed *aimed = operations->own;
	int result = aimed_begin(operations, error);

	if (result)
		return result;
	for (uint32_t thread = 0; thread < cell->threads; thread++) {
		uint32_t from = (uint32_t)((uint64_t)cell->mirrors * thread / cell->threads);
		uint32_t to = (uint32_t)((uint64_t)cell->mirrors * (thread + 1) / cell->threads);

		*crew_orders(&aimed->crew, thread) = (struct crew_order){
			.action = CREW_UNREGISTER,
			.first = from + (uint32_t)(splitmix64(&aimed->random) % (to - from)),
			.count = 1,
			.offset_ns = aim_offset_ns(&aimed->random, aimed->expected_walk_ns),
		};
	}
	return 0;
}

static const struct hmmbench_record *find_unregister(const struct records *records, uint32_t mirror)
{
	for (size_t i = 0; i < records->count; i++)
		if (records->all[i].type == HMMBENCH_RECORD_UNREGISTER &&
		    records->all[i].mirror == mirror)
			return &records->all[i];
	return NULL;
}

static void take_unregisters(struct operations *operations, size_t row)
{
	const struct cell *cell = operations->context->cell;
	const struct aimed *aimed = operations->own;
	struct rows *rows = &operations->rows;
	uint64_t hits = 0;

	for (uint32_t thread = 0; thread < cell->threads; thread++, row++) {
		const struct crew_order *order = crew_orders(&aimed->crew, thread);
		const struct hmmbench_record *record;

		record = find_unregister(&aimed->records, order->first);
		if (!record)
			continue;
		rows_set_record(rows, row, record);
		rows_set(rows, row, COLUMN_MIRRORS, SAMPLE_MISSING);
		rows_set(rows, row, COLUMN_OPERATION, operations->operation);
		rows_set(rows, row, COLUMN_THREAD, thread);
		rows_set(rows, row, COLUMN_OFFSET, aimed_offset_ns(aimed, record));
		rows_set(rows, row, COLUMN_KIND,
			 aimed_in_walk(aimed, record) ? SAMPLE_KIND_UNREGISTER
						      : SAMPLE_KIND_MISSED);
		rows_measured(rows, row);
		hits += aimed_in_walk(aimed, record);
	}
	aimed_count(operations, aimed_done(aimed, CREW_UNREGISTER), hits);
}

static int contend_lead(struct operations *operations, struct error *error)
{
	const struct cell *cell = operations->context->cell;
	const struct aimed *aimed = operations->own;
	size_t row = operations->operation * operations->rows_each;
	bool recorded = !session_is_unrecorded(operations->context->session);
	int result;

	operations->expected_rows = recorded ? operations->rows_each : 1;
	result = aimed_exit(operations, cell->mirrors - cell->threads, error);
	if (result)
		return result;
	aimed_learn(operations);
	records_exit_row(operations, row, &aimed->seen, aimed->release);
	rows_set(&operations->rows, row, COLUMN_KIND, SAMPLE_KIND_EXIT);
	if (recorded) {
		take_unregisters(operations, row + 1);
		operations->expected_rows = 1 + aimed_done(aimed, CREW_UNREGISTER);
	}
	return 0;
}

static int contend_check(const struct cell *cell, const struct placement *placement,
			 struct error *error)
{
	if (cell->mirrors < cell->threads)
		return error_set(error, EINVAL, "%u threads have only %u mirrors to unregister",
				 cell->threads, cell->mirrors);
	return aimed_check(cell, placement, error);
}

static int contend_run(const struct workload_context *context, struct workload_result *result,
		       struct error *error)
{
	struct operations operations = {
		.context = context,
		.begin = contend_begin,
		.body = aimed_body,
		.lead = contend_lead,
		.rows_each = 1 + context->cell->threads,
		.columns = COLUMNS,
	};
	struct aimed aimed;

	return aimed_run(&operations, &aimed, context->cell->threads, 1,
			 context->cell->threads + OTHER_RECORDS, result, error);
}

const struct workload workload_contend = {
	.id = WORKLOAD_CONTEND,
	.concurrent = true,
	.beside = 1, /* the exiting one */
	.judged = COLUMN_UNREGISTER,
	.judged_kind = SAMPLE_KIND_UNREGISTER,
	.ring_records = contend_ring_records,
	.check = contend_check,
	.run = contend_run,
};
