/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counters of the kernel and the CPU over the operations of a block, by perf_event_open(2).
 * For a pass of its own: to switch them on and off takes longer than many an operation.
 *
 * They count what runs on the CPUs of the cell, in user space and kernel: its processes and
 * threads, and whatever else is there. The measured process switches them on when its set-up
 * is done and off when its operation is, which of an exit the parent does (observer.h).
 *
 * Of CPUs and not of tasks, because a task's events end before its address space goes, on
 * kernels since "perf: Fix sample vs do_exit()" (6.16, and stable ones before it): of an exit
 * they would count nothing that is measured here.
 *
 * A CPU has few counters of its own (the kernel's cost it none). So the table is in groups
 * that fit together, and a counted block runs its operations once for each group that this
 * machine has.
 */
#ifndef HMMBENCH_COUNTERS_H
#define HMMBENCH_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/observer.h"
#include "common/error.h"

#define COUNTER_GROUPS 3

struct counter_kind {
	const char *name; /* as perf-list(1) calls it */
	uint32_t type;	  /* perf_event_attr.type and .config */
	uint64_t config;
	uint32_t group; /* 0 .. COUNTER_GROUPS - 1 */
};

extern const struct counter_kind counter_kinds[]; /* ends with name NULL */
#define COUNTERS_MAX 16

/* What was counted over a block, one entry for each of counter_kinds. */
struct counter_values {
	bool any; /* false: the block was not counted */
	struct counter_value {
		bool counted;
		bool scaled; /* it had to share its place and is an estimate */
		uint64_t value;
		uint64_t operations; /* that it was counted over: those of its group's run */
		const char *unavailable; /* where it was not counted: why, for people */
	} values[COUNTERS_MAX];
};

/* Does this machine count it, and lets us? */
bool counters_can(const char *name);

struct counters;

/*
 * Finds out which counters this machine has. *counters is the caller's, counters_free().
 * -EACCES with STATUS_USAGE: it may use none, with the remedy; -EOPNOTSUPP: there are none.
 */
int counters_new(struct counters **counters, struct error *error);
void counters_free(struct counters *counters); /* NULL is allowed */

/* Nothing counted yet. The reasons in it belong to `counters`. */
void counter_values_init(const struct counters *counters, struct counter_values *counts);

/* Has this machine any counter of the group? */
bool counters_have(const struct counters *counters, uint32_t group);

/* Opens those of one group on some CPUs, switched off. */
int counters_open(struct counters *counters, uint32_t group, const uint32_t *cpus,
		  uint32_t cpu_count, struct error *error);

/* Switches them on and off; what is on already stays on. */
const struct observer *counters_observer(const struct counters *counters);

/* Puts what was counted since counters_open() into `counts` (NULL: nowhere), and closes them. */
int counters_close(struct counters *counters, struct counter_values *counts, struct error *error);

/*
 * What a counter has counted, of which it was on its CPU for running_ns of enabled_ns: the
 * kernel takes turns where there are more events than places. Estimated for the whole;
 * UINT64_MAX: it never ran.
 */
uint64_t counter_estimate(uint64_t value, uint64_t enabled_ns, uint64_t running_ns, bool *scaled);

#endif
