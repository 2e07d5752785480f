/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The half of workload bystander in which the process lives on: one of its threads
 * unmaps or protects pages, which the kernel announces to every mirror, while another
 * thread unregisters mirrors of the same address space.
 *
 * The calls follow each other as fast as they return. What they run beside goes on
 * whether one of them waits or not, so no call's wait takes the load from the next one;
 * those that begin when no unregister is left to meet are told by the report's times.
 */
#ifndef HMMBENCH_BYSTANDER_LIVE_H
#define HMMBENCH_BYSTANDER_LIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/child.h"
#include "agent/operations.h"

#define LIVE_CALLS	     16	  /* munmap or mprotect of one page each */
#define LIVE_UNREGISTERS_MAX 4096 /* beside them */

/* What the process tells its parent; mapped shared. */
struct live_report {
	uint64_t first_ns, last_ns; /* begin of the first unregister, end of the last */
	struct live_call {
		uint64_t start_ns, whole_ns;
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

/* Did the call begin while unregisters were made? */
bool live_call_met(const struct live_report *report, const struct live_call *call);

#endif
