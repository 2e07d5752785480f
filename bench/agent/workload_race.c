// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * race: correctness, not speed. A driver unregisters a mirror and frees it; is the
 * release callback of that mirror still running? The module keeps unregistered mirrors
 * in quarantine and stamps them, so that a callback that meets the stamp is counted and
 * harms nothing: a hit, with the time the callback went on using its mirror.
 *
 * A process with N mirrors exits; T threads of another process run into its walk. One
 * thread's call unregisters a few mirrors in the walk's own order, newest first, starting
 * at mirrors that the walk has just passed: an unregister is shorter than a callback that
 * delays, so the call catches up with the walk and passes the mirror whose callback runs.
 * Several calls are spread over each walk. How far ahead of the call the walk is aimed to
 * be is swept, since both sides drift. Profile delay gives a callback the length to be
 * met in; with an empty one there is hardly a window.
 *
 * A try is an unregister that began inside a walk. Under a strategy that keeps its word
 * no try may hit; if one does, the block says so as an error. Where the walk keeps the lock
 * from its begin to its end, how many callbacks it owes is known, and stands beside the count
 * of those that were checked: each mirror's but for those unregistered before the walk had
 * the lock, which only an unregister can do that overtakes it between the two.
 *
 * Rows of an operation: the exit (kind 0), then one for each hit (kind 7).
 */
#include "agent/workload.h"

#include <errno.h>

#include "agent/aim.h"
#include "agent/aimed.h"

#define OTHER_RECORDS 32
#define CALLS_MAX     32 /* of all threads in one walk */
#define CALL_MIRRORS  8	 /* unregistered by one call */

#define COLUMNS (EXIT_COLUMNS | 1u << COLUMN_WINDOW | 1u << COLUMN_OFFSET | 1u << COLUMN_KIND)

/*
 * Strategies under which unregister does not wait for a callback that runs: a hit is
 * what they are known for. Of every other one it is a fault.
 */
static const uint32_t strategies_that_hit = 1u << HMMBENCH_STRATEGY_WRITE;

/* Strategies under which a mirror that is there when the walk takes the lock is called back. */
static const uint32_t strategies_that_keep_the_lock = 1u << HMMBENCH_STRATEGY_READ |
						      1u << HMMBENCH_STRATEGY_GETPUT;

/* Calls of one thread: all mirrors of all calls apart, with room for the walk between them. */
static uint32_t calls_each(const struct cell *cell)
{
	uint32_t calls = cell->mirrors / (4 * CALL_MIRRORS);

	if (calls > CALLS_MAX)
		calls = CALLS_MAX;
	calls /= cell->threads;
	return calls ? calls : 1;
}

static uint32_t unregisters_max(const struct cell *cell)
{
	return cell->threads * calls_each(cell) * CALL_MIRRORS;
}

/* Every unregister, a hit for each at most, and the walk. */
static uint32_t race_ring_records(const struct cell *cell)
{
	return 2 * unregisters_max(cell) + OTHER_RECORDS;
}

/* The call at place `at` of `all` in the walk, counted from its begin. */
static struct crew_order aim_call(struct aimed *aimed, uint32_t mirrors, uint32_t at, uint32_t all)
{
	uint64_t stretch = mirrors / all;
	uint64_t count = stretch < CALL_MIRRORS ? stretch : CALL_MIRRORS;
	uint64_t place = at * stretch + aim_offset_ns(&aimed->random, stretch - count + 1);
	uint64_t each_ns = aimed->expected_walk_ns / mirrors + 1;
	uint64_t offset_ns = place * aimed->expected_walk_ns / mirrors +
			     aim_offset_ns(&aimed->random, count * each_ns);

	return (struct crew_order){
		.action = CREW_UNREGISTER,
		.first = (uint32_t)(mirrors - 1 - place),
		.count = (uint32_t)count,
		.offset_ns = offset_ns < HMMBENCH_OFFSET_NS_MAX ? offset_ns
								: HMMBENCH_OFFSET_NS_MAX,
	};
}

/* Threads take the calls in turn, each its own in ascending order. */
static int race_begin(struct operations *operations, struct error *error)
{
	const struct cell *cell = operations->context->cell;
	struct aimed *aimed = operations->own;
	uint32_t each = calls_each(cell), all = each * cell->threads;
	int result = aimed_begin(operations, error);

	if (result)
		return result;
	for (uint32_t at = 0; at < all; at++)
		crew_orders(&aimed->crew,
			    at % cell->threads)[at / cell->threads] = aim_call(aimed, cell->mirrors,
									       at, all);
	return 0;
}

static uint64_t count_tries(const struct aimed *aimed)
{
	const struct records *records = &aimed->records;
	uint64_t tries = 0;

	for (size_t i = 0; i < records->count; i++)
		tries += records->all[i].type == HMMBENCH_RECORD_UNREGISTER &&
			 aimed_in_walk(aimed, &records->all[i]);
	return tries;
}

static int take_hits(struct operations *operations, size_t row, struct error *error)
{
	const struct aimed *aimed = operations->own;
	const size_t end = row + operations->rows_each - 1;
	struct rows *rows = &operations->rows;

	for (size_t i = 0; i < aimed->records.count; i++) {
		const struct hmmbench_record *record = &aimed->records.all[i];

		if (record->type != HMMBENCH_RECORD_HIT)
			continue;
		if (row == end)
			return error_set(error, EPROTO,
					 "more callbacks met an unregistered mirror than "
					 "mirrors were unregistered");
		rows_set_record(rows, row, record);
		rows_set(rows, row, COLUMN_MIRRORS, SAMPLE_MISSING);
		rows_set(rows, row, COLUMN_OPERATION, operations->operation);
		rows_set(rows, row, COLUMN_OFFSET, aimed_offset_ns(aimed, record));
		rows_set(rows, row, COLUMN_KIND, SAMPLE_KIND_HIT);
		rows_measured(rows, row++);
	}
	return 0;
}

/* The module's own count, which no ring can lose. */
static int count_hits(struct operations *operations, uint64_t *hits, struct error *error)
{
	const struct workload_context *context = operations->context;
	struct workload_result *block = operations->result;
	uint64_t before = block->hits == SAMPLE_MISSING ? 0 : block->hits;
	struct hmmbench_counts counts;
	int result = session_counts(context->session, &counts, error);

	if (result)
		return result;
	*hits = counts.hits - before;
	if (counts.hits && !(strategies_that_hit >> context->strategy & 1))
		error_set(&block->fault, 0,
			  "strategy %s: %llu callbacks met a mirror whose unregister had "
			  "returned, the widest window %llu ns: its memory could have been freed",
			  strategy_name(context->strategy), (unsigned long long)counts.hits,
			  (unsigned long long)counts.window_max_ns);
	return 0;
}

/* When it had the lock, where the core times locks; else SAMPLE_MISSING. */
static uint64_t locked_ns(const struct hmmbench_record *record)
{
	if (!(record->phases >> HMMBENCH_PHASE_LOCK_WAIT & 1))
		return SAMPLE_MISSING;
	return record->start_ns + record->phase_ns[HMMBENCH_PHASE_LOCK_WAIT];
}

/* Adds what this walk owes; from one that cannot be told on it is SAMPLE_MISSING. */
static void count_due(struct operations *operations)
{
	const struct aimed *aimed = operations->own;
	const struct records *records = &aimed->records;
	uint64_t *due = &operations->result->callbacks_due;
	const uint64_t walk_ns = aimed->release ? locked_ns(aimed->release) : SAMPLE_MISSING;

	if (!operations->operation)
		*due = 0;
	if (walk_ns == SAMPLE_MISSING ||
	    !(strategies_that_keep_the_lock >> operations->context->strategy & 1))
		*due = SAMPLE_MISSING;
	if (*due == SAMPLE_MISSING)
		return;
	*due += aimed->release->mirrors;
	for (size_t i = 0; i < records->count; i++)
		*due -= records->all[i].type == HMMBENCH_RECORD_UNREGISTER &&
			locked_ns(&records->all[i]) < walk_ns;
}

static int race_lead(struct operations *operations, struct error *error)
{
	const struct cell *cell = operations->context->cell;
	const struct aimed *aimed = operations->own;
	size_t row = operations->operation * operations->rows_each;
	uint32_t unregisters = unregisters_max(cell);
	uint64_t hits = 0;
	int result;

	operations->expected_rows = 1;
	result = aimed_exit(operations,
			    cell->mirrors > unregisters ? cell->mirrors - unregisters : 0, error);
	if (result)
		return result;
	aimed_learn(operations);
	records_exit_row(operations, row, &aimed->seen, aimed->release);
	rows_set(&operations->rows, row, COLUMN_KIND, SAMPLE_KIND_EXIT);
	if (session_is_unrecorded(operations->context->session))
		return 0;
	count_due(operations);
	result = take_hits(operations, row + 1, error);
	if (!result)
		result = count_hits(operations, &hits, error);
	operations->expected_rows += hits;
	aimed_count(operations, count_tries(aimed), hits);
	return result;
}

static int race_check(const struct cell *cell, const struct placement *placement,
		      struct error *error)
{
	if (cell->mirrors < cell->threads)
		return error_set(error, EINVAL, "%u threads have only %u mirrors to unregister",
				 cell->threads, cell->mirrors);
	return aimed_check(cell, placement, error);
}

static int race_run(const struct workload_context *context, struct workload_result *result,
		    struct error *error)
{
	struct operations operations = {
		.context = context,
		.begin = race_begin,
		.body = aimed_body,
		.lead = race_lead,
		.rows_each = 1 + unregisters_max(context->cell),
		.columns = COLUMNS,
	};
	struct aimed aimed;
	int status = aimed_run(&operations, &aimed, context->cell->threads,
			       calls_each(context->cell), race_ring_records(context->cell), result,
			       error);

	/* A process that somebody killed has walked too: checked, and not known what it owed. */
	if (!status && result->operations < context->block->operations)
		result->callbacks_due = SAMPLE_MISSING;
	return status;
}

const struct workload workload_race = {
	.id = WORKLOAD_RACE,
	.concurrent = true,
	.beside = 1, /* the exiting one */
	.setup = HMMBENCH_SETUP_RACE,
	.judged = COLUMN_WALK,
	.judged_kind = SAMPLE_KIND_EXIT,
	.ring_records = race_ring_records,
	.check = race_check,
	.run = race_run,
};
