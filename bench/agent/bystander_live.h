/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The half of workload bystander in which the process lives on: one of its threads
 * unmaps or protects pages, which the kernel announces to every mirror, while another
 * thread unregisters mirrors of the same address space.
 *
 * Each call has its share of the unregisters, which begins with it and is over with it at the
 * latest: the thread that makes them has seen that the call is next, and is at the first of its
 * share when the call begins. Without that a call that waits long would use up the unregisters
 * of those behind it. Calls that met none all the same, on a machine that held one of the
 * threads up, are told by the times of their share.
 */
#ifndef HMMBENCH_BYSTANDER_LIVE_H
#define HMMBENCH_BYSTANDER_LIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/child.h"
#include "agent/operations.h"

#define LIVE_CALLS	     16	  /* munmap or mprotect of one page each */
#define LIVE_UNREGISTERS_MAX 4096 /* beside all of them, an equal share each at most */

/* What the process tells its parent; mapped shared. */
struct live_report {
	struct live_call {
		uint64_t start_ns, whole_ns;
		uint64_t first_ns, last_ns; /* of its share, begin of the first unregister and
					     * end of the last; the latter 0: it has none */
		uint32_t cpu;
		uint32_t switched; /* the thread was scheduled out inside it */
	} calls[LIVE_CALLS];
};

/*
 * Child, prepared and let go: makes the calls while its second thread, on the layout's
 * second CPU, unregisters from mirror 0 on; both are over when it returns.
 */
void live_run(struct operations *operations, struct child *child, bool mprotect,
	      struct live_report *report);

/* Was an unregister of its share made while the call ran? */
bool live_call_met(const struct live_call *call);

#endif
