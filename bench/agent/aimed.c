// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/aimed.h"

#include <errno.h>
#include <string.h>

#include "agent/aim.h"

int aimed_run(struct operations *operations, struct aimed *aimed, uint32_t threads,
	      uint32_t orders_each, size_t records, struct workload_result *result,
	      struct error *error)
{
	const struct workload_context *context = operations->context;
	int status;

	operations->own = aimed;
	*aimed = (struct aimed){
		.random = context->seed,
		.crew = {
			.session = context->session,
			.placement = context->placement,
			.threads = threads,
			.orders_each = orders_each,
			.limit_ns = operations_limit_ns(context->cell),
			.interrupted = context->interrupted,
		},
	};
	status = records_init(&aimed->records, records, error);
	if (!status)
		status = crew_init(&aimed->crew, error);
	if (!status) {
		status = operations_run(operations, result, error);
		crew_free(&aimed->crew);
	}
	records_free(&aimed->records);
	return status;
}

int aimed_begin(struct operations *operations, struct error *error)
{
	const struct workload_context *context = operations->context;
	struct aimed *aimed = operations->own;

	aimed->expected_walk_ns = *context->walk_ns ? *context->walk_ns
						    : aim_first_guess_ns(context->cell);
	crew_clear(&aimed->crew);
	return crew_ready(&aimed->crew, error);
}

void aimed_body(struct child *child, void *context)
{
	struct operations *operations = context;
	const struct aimed *aimed = operations->own;

	operations_prepare_child(operations, child);
	child_ready(child);
	crew_await_armed(&aimed->crew);
	child_exit_watched(child);
}

/* What the crew's calls gave. One that saw no walk in time is a try that was not made. */
static int check_orders(struct operations *operations, struct error *error)
{
	struct aimed *aimed = operations->own;
	const struct crew *crew = &aimed->crew;

	for (uint32_t i = 0; i < crew->threads * crew->orders_each; i++) {
		const struct crew_order *order = &crew->shared->orders[i];

		if (!order->result)
			continue;
		if (order->result != -ETIMEDOUT)
			return error_set_errno(error, -order->result,
					       "%s a process that exits, mirror "
					       "%u",
					       order->action == CREW_UNREGISTER
						       ? "unregistering from"
						       : "invalidating",
					       order->first);
		operations_warn(operations,
				"operation %llu: no release walk began within %u ms: a call "
				"aimed at it was not made",
				(unsigned long long)operations->operation, AIM_WAIT_NS / 1000000);
	}
	return 0;
}

int aimed_exit(struct operations *operations, uint32_t least, struct error *error)
{
	const struct workload_context *context = operations->context;
	struct aimed *aimed = operations->own;
	int result = child_wait_ready(&operations->child, 1, error), crew_result;

	aimed->release = NULL;
	if (result)
		return result;
	crew_go(&aimed->crew, operations->tag);
	result = child_wait_exit(&operations->child, &aimed->seen.wake_ns, error);
	/* The walk is over or its process killed: nothing holds the crew any more. */
	crew_result = crew_wait(&aimed->crew, result ? NULL : error);
	if (!result)
		result = crew_result;
	if (!result)
		result = check_orders(operations, error);
	if (!result)
		result = records_take(&aimed->records, context->session, operations->tag, 1, error);
	if (!result)
		result = records_release(&aimed->records, operations->tag, least,
					 context->cell->mirrors, &aimed->release, error);
	if (result)
		return result;
	aimed->seen.last_ns = operations->child.shared->last_ns;
	aimed->seen.cpu = operations->child.shared->cpu;
	return 0;
}

void aimed_learn(struct operations *operations)
{
	const struct aimed *aimed = operations->own;

	if (aimed->release)
		aim_learn(operations->context->walk_ns,
			  aimed->release->phase_ns[HMMBENCH_PHASE_WALK]);
}

uint64_t aimed_offset_ns(const struct aimed *aimed, const struct hmmbench_record *record)
{
	return aimed->release ? record->start_ns - aimed->release->start_ns : SAMPLE_MISSING;
}

uint64_t aimed_done(const struct aimed *aimed, enum crew_action action)
{
	const struct crew *crew = &aimed->crew;
	uint64_t done = 0;

	for (uint32_t i = 0; i < crew->threads * crew->orders_each; i++)
		if (crew->shared->orders[i].action == action)
			done += crew->shared->orders[i].done;
	return done;
}

bool aimed_in_walk(const struct aimed *aimed, const struct hmmbench_record *record)
{
	/* Not the record's flag: it is cleared a little after the lock is free. */
	return aimed->release && record->start_ns - aimed->release->start_ns <
					 aimed->release->phase_ns[HMMBENCH_PHASE_WALK];
}

static void add(uint64_t *sum, uint64_t value)
{
	*sum = *sum == SAMPLE_MISSING ? value : *sum + value;
}

void aimed_count(struct operations *operations, uint64_t tries, uint64_t hits)
{
	add(&operations->result->tries, tries);
	add(&operations->result->hits, hits);
}

int aimed_check(const struct cell *cell, const struct placement *placement, struct error *error)
{
	const uint32_t beside = workload_find(cell->workload)->beside;

	if (cell_profile_unregisters(cell))
		return error_set(error, EOPNOTSUPP,
				 "profile %s unregisters the mirrors by itself, workload "
				 "%s would find none to unregister",
				 name_of(profile_names, cell->profile),
				 name_of(workload_names, cell->workload));
	return operations_check_cpus(cell, cell->threads + beside, placement, error);
}
