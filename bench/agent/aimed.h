/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An exit that another process aims at: what the workloads contend, bystander and race
 * have in common. Their begin() gives the crew its orders, their body exits under the
 * crew's eyes, their lead() takes the rows from what aimed_exit() gathered.
 */
#ifndef HMMBENCH_AIMED_H
#define HMMBENCH_AIMED_H

#include <stdint.h>

#include "agent/crew.h"
#include "agent/operations.h"
#include "agent/records.h"

struct aimed {
	struct crew crew;
	struct records records;
	uint64_t random;	   /* state of the block's own generator */
	uint64_t expected_walk_ns; /* of the operation that begins */
	struct exit_seen seen;
	const struct hmmbench_record *release; /* NULL: lost, or nothing is recorded */
};

/*
 * Runs a block: operations->own is `aimed`, with a crew of `threads` threads that have
 * `orders_each` orders. `records`: what one operation can record at most.
 */
int aimed_run(struct operations *operations, struct aimed *aimed, uint32_t threads,
	      uint32_t orders_each, size_t records, struct workload_result *result,
	      struct error *error);

/* For begin(): a crew without orders, and the walk that is expected. */
int aimed_begin(struct operations *operations, struct error *error);

/* The child's body: prepares, waits until the crew is armed, exits. */
void aimed_body(struct child *child, void *operations);

/*
 * For lead(): the exit from "ready" to the wake-up, then everything recorded about it; of
 * the mirrors at least `least` were called back.
 */
int aimed_exit(struct operations *operations, uint32_t least, struct error *error);

/*
 * Behind aimed_exit(), where the walk was one of those that are aimed at: it goes into what
 * the next ones are expected to take.
 */
void aimed_learn(struct operations *operations);

/* Begin of a record less that of the walk, in two's complement; SAMPLE_MISSING without a walk. */
uint64_t aimed_offset_ns(const struct aimed *aimed, const struct hmmbench_record *record);

/* Did it begin inside the walk, as the walk itself was timed? */
bool aimed_in_walk(const struct aimed *aimed, const struct hmmbench_record *record);

/* How much the orders of one action did, by the crew's own count. */
uint64_t aimed_done(const struct aimed *aimed, enum crew_action action);

/* Counts tries and hits (those that began inside the walk) into the block's result. */
void aimed_count(struct operations *operations, uint64_t tries, uint64_t hits);

/* operations_check_cpus() for all CPUs of the cell, and profiles that aim at nothing. */
int aimed_check(const struct cell *cell, const struct placement *placement, struct error *error);

#endif
