// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * unregister: T threads of a live process unregister its N mirrors, each thread one
 * share of them, one mirror a call. The module times calls (unregister, lock_wait). With
 * one thread that is the cost of a call alone, with more that of one contended by its like;
 * a call beside an exit is workload contend.
 *
 * Recording a call costs a good part of what the call itself costs. So only one call in
 * `record_every` is recorded; the others take the path of an unrecorded session, and the
 * threads read no clock between their calls. Which one of each `record_every` that follow
 * each other in a thread's share is drawn from the block's seed, for each operation anew:
 * evenly over the share, and in step with nothing that repeats, as the pages that the
 * mirrors lie in do.
 *
 * Rows of an operation: the recorded calls (kind 1), then all its calls together (kind 9),
 * whose whole lasts from the first thread's first call to the end of the last one's last.
 * Unrecorded there is the latter alone. The difference of the two is the probe effect.
 *
 * The threads start together. They meet twice: asleep, because a thread may have to
 * get its CPU first, and then spinning until a moment that the last one to arrive sets
 * a little into the future. How far apart they began in fact is in the block's
 * start_spread_ns.
 *
 * More mirrors than the rings hold are unregistered in rounds; the parent empties the
 * rings between them, while no thread runs.
 */
#include "agent/workload.h"

#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "agent/child.h"
#include "agent/clock.h"
#include "agent/operations.h"
#include "agent/placement.h"
#include "agent/session.h"
#include "common/random.h"

#define ROUND_MAX     8128  /* mirrors; with OTHER_RECORDS a ring of 8192 */
#define OTHER_RECORDS 64    /* room for the release walks of processes that ended */
#define HEAD_START_NS 20000 /* from the last thread's arrival to the common start */

#define COLUMNS                                                                                   \
	(1u << COLUMN_OPERATION | 1u << COLUMN_START_NS | 1u << COLUMN_FLAGS | 1u << COLUMN_CPU | \
	 1u << COLUMN_THREAD | 1u << COLUMN_WHOLE | 1u << COLUMN_LOCK_WAIT |                      \
	 1u << COLUMN_UNREGISTER | 1u << COLUMN_KIND)

#define NOT_RECORDED UINT32_MAX

/* What the child's threads tell the parent; mapped shared. */
struct report {
	uint64_t start_spread_ns; /* widest of the rounds */
	uint64_t start_ns;	  /* of the first round */
	uint64_t whole_ns;	  /* of all rounds */
};

/* The parent's; the child has it as it was at its fork. */
struct unregisters {
	struct report *report;
	uint64_t random; /* state of the block's own generator */
	uint32_t *row;	 /* by mirror: its row of the operation, or NOT_RECORDED */
};

/* The child's side of one operation. */
struct team {
	const struct session *session;
	const struct placement *placement;
	struct report *report;
	const uint32_t *row; /* of struct unregisters */
	uint32_t mirrors, threads, rounds;
	pthread_barrier_t meeting; /* asleep, before and after a round */
	uint32_t arrived;	   /* spinning, in all rounds so far */
	uint64_t start_ns;	   /* when the round starts, set by the last to arrive */
	uint32_t started;	   /* rounds that have a start */
	struct member *members;
};

struct member {
	struct team *team;
	pthread_t thread;
	uint32_t index;
	uint32_t mirror;   /* the next one of its share */
	uint64_t first_ns; /* when its first call of the round began ... */
	uint64_t last_ns;  /* ... and its last one ended */
	int result;	   /* 0 or -errno of its first failure */
};

/* Thread `index` has the mirrors from share(index) to share(index + 1) - 1. */
static uint32_t share(uint32_t mirrors, uint32_t threads, uint32_t index)
{
	return (uint32_t)((uint64_t)mirrors * index / threads);
}

static uint32_t round_share(uint32_t threads)
{
	return ROUND_MAX / threads;
}

/* Rounds that the largest share takes. */
static uint32_t round_count(const struct cell *cell)
{
	uint32_t largest = (cell->mirrors + cell->threads - 1) / cell->threads;
	uint32_t each = round_share(cell->threads);

	return (largest + each - 1) / each;
}

/* ---- the child's threads ---- */

/* Spins until all are here and the moment has come. */
static void start_together(struct team *team, uint32_t round)
{
	if (team->threads == 1)
		return;
	if (__atomic_add_fetch(&team->arrived, 1, __ATOMIC_ACQ_REL) ==
	    team->threads * (round + 1)) {
		team->start_ns = clock_now_ns() + HEAD_START_NS;
		__atomic_store_n(&team->started, round + 1, __ATOMIC_RELEASE);
	}
	while (__atomic_load_n(&team->started, __ATOMIC_ACQUIRE) <= round)
		;
	while (clock_now_ns() < team->start_ns)
		;
}

static void unregister_share(struct member *member, uint32_t end)
{
	const struct session *session = member->team->session;
	const uint32_t *row = member->team->row;
	uint32_t mirror = member->mirror;

	member->first_ns = clock_now_ns();
	while (mirror < end && !member->result) {
		member->result = session_unregister(session, mirror, row[mirror] != NOT_RECORDED);
		mirror += !member->result;
	}
	member->last_ns = clock_now_ns();
	member->mirror = mirror;
}

static void run_round(struct member *member, uint32_t round)
{
	struct team *team = member->team;
	uint32_t end = share(team->mirrors, team->threads, member->index + 1);

	if (end - member->mirror > round_share(team->threads))
		end = member->mirror + round_share(team->threads);
	pthread_barrier_wait(&team->meeting);
	start_together(team, round);
	if (!member->result)
		unregister_share(member, end);
	pthread_barrier_wait(&team->meeting);
}

static void prepare_member(struct member *member)
{
	struct team *team = member->team;

	member->mirror = share(team->mirrors, team->threads, member->index);
	member->result = placement_pin(team->placement->workers[member->index]);
}

static void *member_main(void *context)
{
	struct member *member = context;

	prepare_member(member);
	for (uint32_t round = 0; round < member->team->rounds; round++)
		run_round(member, round);
	return NULL;
}

/* ---- the child's first thread, which is also worker 0 ---- */

static void start_members(struct team *team, struct child *child)
{
	int errnum;

	team->members = calloc(team->threads, sizeof(*team->members));
	if (!team->members)
		child_fail(child, ENOMEM, "making room for %u threads", team->threads);
	errnum = pthread_barrier_init(&team->meeting, NULL, team->threads);
	if (errnum)
		child_fail(child, errnum, "making a barrier for %u threads", team->threads);
	for (uint32_t i = 0; i < team->threads; i++) {
		team->members[i] = (struct member){ .team = team, .index = i };
		if (!i)
			continue;
		errnum = pthread_create(&team->members[i].thread, NULL, member_main,
					&team->members[i]);
		if (errnum)
			child_fail(child, errnum, "starting thread %u of %u", i + 1, team->threads);
	}
	prepare_member(&team->members[0]);
}

/* After a round: fails for the first thread that failed, and notes what it took. */
static void end_round(struct team *team, struct child *child)
{
	struct report *report = team->report;
	uint64_t first_ns = UINT64_MAX, last_first_ns = 0, last_ns = 0;

	for (uint32_t i = 0; i < team->threads; i++) {
		const struct member *member = &team->members[i];

		if (member->result)
			child_fail(child, -member->result, "unregistering mirror %u in thread %u",
				   member->mirror, i);
		if (member->first_ns < first_ns)
			first_ns = member->first_ns;
		if (member->first_ns > last_first_ns)
			last_first_ns = member->first_ns;
		if (member->last_ns > last_ns)
			last_ns = member->last_ns;
	}
	if (last_first_ns - first_ns > report->start_spread_ns)
		report->start_spread_ns = last_first_ns - first_ns;
	if (!report->start_ns)
		report->start_ns = first_ns;
	report->whole_ns += last_ns - first_ns;
}

static void unregister_body(struct child *child, void *context)
{
	struct operations *operations = context;
	const struct cell *cell = operations->context->cell;
	const struct unregisters *unregisters = operations->own;
	struct team team = {
		.session = operations->context->session,
		.placement = operations->context->placement,
		.report = unregisters->report,
		.row = unregisters->row,
		.mirrors = cell->mirrors,
		.threads = cell->threads,
		.rounds = round_count(cell),
	};

	*team.report = (struct report){ 0 };
	operations_prepare_child(operations, child);
	start_members(&team, child);
	for (uint32_t round = 0; round < team.rounds; round++) {
		child_ready(child);
		if (!round)
			child_observed(child);
		run_round(&team.members[0], round);
		end_round(&team, child);
	}
	child_unobserved(child);
	for (uint32_t i = 1; i < team.threads; i++)
		pthread_join(team.members[i].thread, NULL);
	child_ready(child);
	child_exit(child);
}

/* ---- the parent ---- */

/* The calls of one thread: one of each `every`, and one of what is left at the end. */
static uint32_t recorded_of(uint32_t calls, uint32_t every)
{
	return (calls + every - 1) / every;
}

static uint32_t recorded_calls(const struct cell *cell, uint32_t every)
{
	uint32_t recorded = 0;

	for (uint32_t thread = 0; thread < cell->threads; thread++)
		recorded += recorded_of(share(cell->mirrors, cell->threads, thread + 1) -
						share(cell->mirrors, cell->threads, thread),
					every);
	return recorded;
}

/* Draws the calls that are recorded. */
static int unregister_begin(struct operations *operations, struct error *error)
{
	const struct cell *cell = operations->context->cell;
	const uint32_t every = operations->context->block->record_every;
	struct unregisters *unregisters = operations->own;
	uint32_t row = 0;

	(void)error;
	for (uint32_t i = 0; i < cell->mirrors; i++)
		unregisters->row[i] = NOT_RECORDED;
	if (session_is_unrecorded(operations->context->session))
		return 0;
	for (uint32_t thread = 0; thread < cell->threads; thread++) {
		uint32_t end = share(cell->mirrors, cell->threads, thread + 1), length;

		for (uint32_t i = share(cell->mirrors, cell->threads, thread); i < end;
		     i += length) {
			length = end - i < every ? end - i : every;
			unregisters->row[i + splitmix64(&unregisters->random) % length] = row++;
		}
	}
	return 0;
}

static int take_unregister(const struct hmmbench_record *record, void *context)
{
	struct operations *operations = context;
	const struct unregisters *unregisters = operations->own;
	size_t row = operations->operation * operations->rows_each;

	/* The exit of an earlier operation's process leaves a walk without mirrors. */
	if (record->type != HMMBENCH_RECORD_UNREGISTER ||
	    record->operation != operations->operation)
		return 0;
	if (record->mirror >= operations->context->cell->mirrors ||
	    unregisters->row[record->mirror] == NOT_RECORDED)
		return -EPROTO;
	row += unregisters->row[record->mirror];
	if (operations->rows.measured[row])
		return -EPROTO;
	rows_set_record(&operations->rows, row, record);
	rows_set(&operations->rows, row, COLUMN_OPERATION, operations->operation);
	rows_set(&operations->rows, row, COLUMN_KIND, SAMPLE_KIND_UNREGISTER);
	rows_measured(&operations->rows, row);
	return 0;
}

/* Which thread made each of the recorded calls, and all of the calls together. */
static void take_report(struct operations *operations)
{
	const struct unregisters *unregisters = operations->own;
	const struct cell *cell = operations->context->cell;
	size_t first = operations->operation * operations->rows_each;
	size_t all = first + operations->rows_each - 1;
	struct rows *rows = &operations->rows;
	uint32_t thread = 0;

	for (uint32_t i = 0; i < cell->mirrors; i++) {
		while (i >= share(cell->mirrors, cell->threads, thread + 1))
			thread++;
		if (unregisters->row[i] != NOT_RECORDED)
			rows_set(rows, first + unregisters->row[i], COLUMN_THREAD, thread);
	}
	rows_set(rows, all, COLUMN_OPERATION, operations->operation);
	rows_set(rows, all, COLUMN_KIND, SAMPLE_KIND_CALLS);
	rows_set(rows, all, COLUMN_START_NS, unregisters->report->start_ns);
	rows_set(rows, all, COLUMN_WHOLE, unregisters->report->whole_ns);
	rows_measured(rows, all);
}

static int drain(struct operations *operations, struct error *error)
{
	int result = session_drain(operations->context->session, take_unregister, operations,
				   error);

	if (result == -EPROTO)
		return error_set(error, EPROTO,
				 "operation %llu gave a mirror's sample twice, or one of "
				 "a mirror whose call was not to be recorded",
				 (unsigned long long)operations->operation);
	return result;
}

static int unregister_lead(struct operations *operations, struct error *error)
{
	const struct unregisters *unregisters = operations->own;
	const struct report *report = unregisters->report;
	struct workload_result *block = operations->result;
	uint32_t rounds = round_count(operations->context->cell);
	uint64_t wake_ns;
	int result = 0;

	for (uint32_t step = 1; step <= rounds + 1 && !result; step++) {
		result = child_wait_ready(&operations->child, step, error);
		if (!result)
			result = drain(operations, error);
		if (!result && step <= rounds)
			child_let_go(&operations->child);
	}
	if (!result)
		result = child_wait_exit(&operations->child, &wake_ns, error);
	if (result)
		return result;
	take_report(operations);
	if (operations->context->cell->threads > 1 &&
	    (block->start_spread_ns == SAMPLE_MISSING ||
	     report->start_spread_ns > block->start_spread_ns))
		block->start_spread_ns = report->start_spread_ns;
	return 0;
}

static uint32_t unregister_ring_records(const struct cell *cell)
{
	return (cell->mirrors < ROUND_MAX ? cell->mirrors : ROUND_MAX) + OTHER_RECORDS;
}

static int unregister_check(const struct cell *cell, const struct placement *placement,
			    struct error *error)
{
	if (cell->mirrors < cell->threads)
		return error_set(error, EINVAL, "%u threads have only %u mirrors to unregister",
				 cell->threads, cell->mirrors);
	return operations_check(cell, placement, error);
}

static int run_reported(struct unregisters *unregisters, const struct workload_context *context,
			struct workload_result *result, struct error *error)
{
	struct operations operations = {
		.context = context,
		.begin = unregister_begin,
		.body = unregister_body,
		.lead = unregister_lead,
		.rows_each = 1,
		.columns = COLUMNS,
		.own = unregisters,
	};

	if (!session_is_unrecorded(context->session))
		operations.rows_each += recorded_calls(context->cell, context->block->record_every);
	unregisters->random = context->seed;
	unregisters->row = calloc(context->cell->mirrors, sizeof(*unregisters->row));
	if (!unregisters->row)
		return error_set_errno(error, ENOMEM, "drawing from %u calls",
				       context->cell->mirrors);
	return operations_run(&operations, result, error);
}

static int unregister_run(const struct workload_context *context, struct workload_result *result,
			  struct error *error)
{
	struct unregisters unregisters = { 0 };
	int status;

	unregisters.report = mmap(NULL, sizeof(*unregisters.report), PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (unregisters.report == MAP_FAILED)
		return error_set_errno(error, errno, "mapping a page shared with a child");
	status = run_reported(&unregisters, context, result, error);
	free(unregisters.row);
	munmap(unregisters.report, sizeof(*unregisters.report));
	return status;
}

const struct workload workload_unregister = {
	.id = WORKLOAD_UNREGISTER,
	.concurrent = false, /* with one thread it is not; the caller looks at the cell's threads */
	.judged = COLUMN_UNREGISTER,
	.judged_kind = SAMPLE_KIND_UNREGISTER,
	.ring_records = unregister_ring_records,
	.check = unregister_check,
	.run = unregister_run,
};
