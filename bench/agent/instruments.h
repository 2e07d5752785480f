/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What measures beside the module, in passes of their own: the kernel's tracer in traced
 * blocks (tracer.h), counters of kernel and CPU in counted ones (counters.h), perf in profiled
 * ones (profiler.h). A timed block has none of them.
 */
#ifndef HMMBENCH_INSTRUMENTS_H
#define HMMBENCH_INSTRUMENTS_H

#include "agent/counters.h"
#include "agent/profiler.h"
#include "agent/tracer.h"
#include "agent/workload.h"
#include "common/error.h"
#include "plan/plan.h"

/* NULL: no block of the plan asks for it. */
struct instruments {
	struct tracer *tracer;
	struct counters *counters;
	struct profiler *profiler;
};

/*
 * Those that the plan asks for, before anything is measured: what this machine lacks is told
 * at once. Errors of tracer_new(), counters_new() and profiler_new().
 */
int instruments_make(const struct plan *plan, struct instruments *instruments,
		     struct error *error);
void instruments_free(struct instruments *instruments);

/*
 * workload->run() with the instruments that the block asks for. A counted block runs once for
 * each group of counters, a profiled one for each of profile_tools; its samples are the first
 * run's, its warnings those of all. As workload->run() otherwise.
 */
int instruments_run(const struct instruments *instruments, const struct workload *workload,
		    struct workload_context *context, struct workload_result *result,
		    struct error *error);

#endif
