/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A process under measurement: forked for one operation, led by its parent step by
 * step, and never waited for without a limit.
 *
 * Parent and child share one page. The child prepares itself and reports "ready"; the
 * parent does what it has to do and lets it go; so often as the operation asks. Both
 * sleep on futexes while they wait: it works with one running CPU.
 *
 * The last step of an exit is special. Its latency ends with the wake-up of a parent
 * that sleeps in waitid(2), so the child must not exit before its parent sleeps there.
 * It cannot be told so by a parent asleep; it looks at the parent's state in /proc
 * (the parent has no other sleep left between letting go and waitid) and only then
 * reads the clock and exits.
 *
 * A child ignores SIGINT and SIGTERM, which a terminal sends to it as well, and is
 * killed by the kernel when its parent dies, however that happens.
 */
#ifndef HMMBENCH_CHILD_H
#define HMMBENCH_CHILD_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "agent/observer.h"
#include "common/error.h"

/* The page both sides see. */
struct child_shared {
	uint32_t child_step;  /* futex: how often the child was ready */
	uint32_t parent_step; /* futex: how often the parent let it go */
	uint32_t ended;	      /* the child ended by its own will, with or without an error */
	int32_t errnum;	      /* 0, or why it could not do its part */
	char text[200];	      /* what it could not do */
	uint64_t last_ns;     /* its last user instruction: CLOCK_MONOTONIC_RAW */
	uint32_t cpu;	      /* where that was */
};

struct child {
	struct child_shared *shared;
	int parent_stat; /* /proc/self/stat of the parent, opened by the parent */
	pid_t pid;	 /* 0: none running */
	pid_t parent;
	uint64_t limit_ns; /* for each wait */
	volatile sig_atomic_t *interrupted;
	/*
	 * Looks on from child_observed() to child_unobserved(), at the latest to the exit. NULL,
	 * as child_init() leaves it: nobody.
	 */
	const struct observer *observer;
};

/*
 * What parent and children need, once for a block. `limit_ns`: how long one step may
 * take before the child is killed. A parent that is interrupted gives a child two
 * seconds more.
 */
int child_init(struct child *child, uint64_t limit_ns, volatile sig_atomic_t *interrupted,
	       struct error *error);
/* Kills what still runs. */
void child_destroy(struct child *child);
/* Kills the process, where one runs. -ETIME: it hangs in the kernel. */
int child_kill(struct child *child);

/*
 * Forks; the child is pinned to `cpu` and runs body(), which ends in child_exit(),
 * child_exit_watched() or child_fail().
 */
int child_start(struct child *child, uint32_t cpu, void (*body)(struct child *child, void *context),
		void *context, struct error *error);

/*
 * Parent: waits until the child is ready for the step-th time (from 1). On failure the
 * child is gone: -ECHILD it was killed by somebody (a sample is lost, another child may
 * do), -ETIMEDOUT it was killed here, -EINTR the agent was interrupted meanwhile and it
 * was killed, or what the child reported as its error.
 */
int child_wait_ready(struct child *child, uint32_t step, struct error *error);

/* Parent: lets the child go on. */
void child_let_go(struct child *child);

/*
 * Parent: sleeps in waitid(2) until the child has exited; *wake_ns is the first clock
 * reading behind it. Errors as child_wait_ready().
 */
int child_wait_exit(struct child *child, uint64_t *wake_ns, struct error *error);

/*
 * Parent: lets `count` children go at once and sleeps in waitid(2) until all have exited;
 * wake_ns[i] is the first clock reading behind the exit of children[i]. The caller has no
 * other child. On an error none of them is left.
 */
int children_wait_exit(struct child *const *children, uint32_t count, uint64_t *wake_ns,
		       struct error *error);

/* Child: reports that it is ready and sleeps until it is let go. */
void child_ready(struct child *child);

/* Child: gives up; the parent gets `errnum` (positive) and the text. */
void child_fail(struct child *child, int errnum, const char *format, ...)
	__attribute__((noreturn, format(printf, 3, 4)));

/*
 * Child: its set-up is over, an observer looks on from here. child_leave() and
 * child_exit_watched() do it themselves, as late as they can.
 */
void child_observed(struct child *child);

/*
 * Child: what is to be looked at is over, and its exit is not part of it. Where an exit is what
 * is measured, this is never called: the parent ends the observer when it has seen it.
 */
void child_unobserved(struct child *child);

/* Child: exits; nothing is measured about it. */
void child_exit(struct child *child) __attribute__((noreturn));

/*
 * Child: the two halves of child_exit_watched(), for what has to happen between them: waits
 * until the parent sleeps interruptibly (which waitid(2) must be the one reason for); writes
 * the clock into last_ns as the last user action and exits.
 */
void child_await_parent(struct child *child);
void child_leave(struct child *child) __attribute__((noreturn));

/*
 * Child: waits until the parent sleeps in waitid(2), writes the clock into last_ns as
 * its last user action and exits.
 */
void child_exit_watched(struct child *child) __attribute__((noreturn));

#endif
