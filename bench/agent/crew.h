/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The crew: a second process of the session whose threads act on the address space of
 * the measured process while that one exits, as another process of the same driver
 * would. It lives as long as a block, so that its threads are warm and nothing of its
 * own start lies near an exit.
 *
 * Order of one operation, with nobody waiting for a CPU that somebody spins on:
 *	parent	writes the orders, crew_go(), then sleeps in waitid(2) for the child
 *	crew	waits until the parent sleeps (they may share a CPU); its threads then
 *		report "armed" one by one and enter the module, which spins for the walk
 *	child	crew_await_armed(), then exits under the parent's eyes
 *	parent	wakes up, crew_wait()
 */
#ifndef HMMBENCH_CREW_H
#define HMMBENCH_CREW_H

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "agent/child.h"
#include "agent/placement.h"
#include "agent/session.h"
#include "common/error.h"

enum crew_action {
	CREW_NOTHING = 0,
	CREW_UNREGISTER,
	CREW_INVALIDATE,
	CREW_INVALIDATE_NONBLOCK,
};

/* One call of one thread: the parent writes it, the thread answers. */
struct crew_order {
	uint32_t action;       /* enum crew_action */
	uint32_t first, count; /* of an unregister: mirrors first, first - 1, ... */
	uint64_t offset_ns;    /* from the walk's begin; ascending in the orders of a thread */
	uint32_t done, again;  /* out */
	int32_t result;	       /* out: 0 or -errno */
};

/* Mapped shared between parent, crew and child. */
struct crew_shared {
	uint64_t tag;		    /* of the address space */
	uint32_t armed;		    /* threads that are about to act in this operation */
	struct crew_order orders[]; /* threads x orders_each */
};

struct crew {
	/* The workload's. */
	const struct session *session;
	const struct placement *placement;
	uint32_t threads; /* thread i is on CPU workers[1 + i] */
	uint32_t orders_each;
	uint64_t limit_ns; /* for one operation */
	volatile sig_atomic_t *interrupted;

	/* The crew's. */
	struct child child;
	struct crew_shared *shared;
	uint32_t rounds;	   /* gone through since the process was started */
	pthread_barrier_t meeting; /* of the threads, in the crew's process only */
};

/* Takes the memory; starts nothing. Then crew_free(), in any case. */
int crew_init(struct crew *crew, struct error *error);
/* Ends the process, where one runs. */
void crew_free(struct crew *crew);

/* The orders of a thread. The parent clears all of them with crew_clear(). */
struct crew_order *crew_orders(const struct crew *crew, uint32_t thread);
void crew_clear(struct crew *crew);

/*
 * Parent, before it starts the child of an operation: starts the process where none runs.
 * Errors as child_start() and child_wait_ready().
 */
int crew_ready(struct crew *crew, struct error *error);

/* Parent: the threads carry out their orders on the address space `tag`. */
void crew_go(struct crew *crew, uint64_t tag);

/*
 * Parent, after the child's exit, or when it died before: waits until all have. -ECHILD:
 * somebody killed the crew; the next crew_ready() starts another. What single orders
 * gave is in them.
 */
int crew_wait(struct crew *crew, struct error *error);

/* Child: waits until all threads are armed; a crew that was killed is given up soon. */
void crew_await_armed(const struct crew *crew);

#endif
