/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's own tracer on the release callback, an instrument that shares no line with
 * the module: a kprobe at the entry of bundled_release() and one at its return, each an
 * event of perf_event_open(2) (the kernel's PMU `kprobe`, Linux 4.17, commit e12f03d7031a)
 * whose records carry CLOCK_MONOTONIC_RAW.
 *
 * The callback itself and not __mmu_notifier_release(), which also waits for a grace period.
 *
 * The probes belong to the file descriptors. They are gone when those are closed, which the
 * kernel does however the agent ends; no state is left in tracefs, nor is it needed.
 *
 * What is measured holds the end of the entry probe and the begin of the return probe: the
 * tracer's own cost, the same for every call, whatever the number of mirrors.
 */
#ifndef HMMBENCH_TRACER_H
#define HMMBENCH_TRACER_H

#include <stddef.h>
#include <stdint.h>

#include "agent/perf_ring.h"
#include "common/error.h"
#include "common/samples.h"

/* The module's release callback: kmod/core_bundled.c. */
#define TRACER_FUNCTION "bundled_release"

struct tracer;

/*
 * Finds the callback in the running kernel. *tracer is the caller's, tracer_free().
 * -EOPNOTSUPP: this kernel has no kprobe events; -EPERM: /proc/kallsyms hides addresses;
 * -ENOENT: no such function of the module; each with its remedy.
 */
int tracer_new(struct tracer **tracer, struct error *error);
void tracer_free(struct tracer *tracer); /* NULL is allowed; removes the probes */

/* Sets the probes, for calls that begin and end on `cpu`. -errno of perf_event_open(2). */
int tracer_start(struct tracer *tracer, uint32_t cpu, struct error *error);

/*
 * Removes the probes and, unless `samples` is NULL, fills their COLUMN_TRACED: exits, one call
 * of the callback each. -EPROTO: the tracer's ring is full (above some 10900 calls in
 * a block, with pages of 4 KB), or it saw none or several calls within a sample.
 */
int tracer_finish(struct tracer *tracer, struct samples *samples, struct error *error);

/* One call of the callback. */
struct tracer_span {
	uint32_t tid;
	uint64_t begin_ns, end_ns;
};

/*
 * Joins entries and returns, each in order of time, to the calls they were: the next return
 * of the same thread. An entry whose return is missing, and the reverse, gives none. `spans`
 * has room for as many as there are entries; gives how many it has.
 */
size_t tracer_join(const struct perf_ring_sample *entries, size_t entry_count,
		   const struct perf_ring_sample *returns, size_t return_count,
		   struct tracer_span *spans);

/*
 * Fills COLUMN_TRACED: a sample's call is the one that lies inside it (COLUMN_START_NS and
 * COLUMN_WHOLE). Calls outside of all samples are somebody else's. Errors as tracer_finish(),
 * -ENOMEM.
 */
int tracer_fill(const struct tracer_span *spans, size_t count, struct samples *samples,
		struct error *error);

#endif
