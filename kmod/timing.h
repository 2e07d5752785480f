/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The clock reads inside an operation. Every function here takes the pass as a
 * constant and is inlined, so that what a pass does not measure leaves no code.
 */
#ifndef HMMBENCH_TIMING_H
#define HMMBENCH_TIMING_H

#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/smp.h>

#include "core.h"

/* One operation as it is being measured; on the stack of the task that does it. */
struct hmmbench_sample {
	u64 start_ns;
	u64 end_ns;
	u64 lock_wait_ns;
	u64 callbacks_ns;
	u64 mark_ns;		/* the last clock read of a detailed walk */
	unsigned long switches; /* context switches of the task until the operation began */
	unsigned int cpu;
	u32 mirrors;		/* registered when a walk began */
	u16 flags;		/* HMMBENCH_SAMPLE_* that are known before it began */
};

/* race.c: a callback ran from start_ns to end_ns: counts it, and records it if it is a hit. */
void hmmbench_race_check(struct hmmbench_mirror *mirror, u64 start_ns, u64 end_ns);

/* First thing in an operation. */
static __always_inline void hmmbench_sample_begin(struct hmmbench_sample *sample,
						  const enum hmmbench_pass pass)
{
	if (pass == HMMBENCH_PASS_UNRECORDED)
		return;
	sample->cpu = raw_smp_processor_id();
	sample->switches = current->nvcsw + current->nivcsw;
	sample->start_ns = ktime_get_raw_ns();
}

/* The lock was just taken for the first time. */
static __always_inline void hmmbench_sample_locked(struct hmmbench_sample *sample,
						   const enum hmmbench_pass pass)
{
	if (pass == HMMBENCH_PASS_UNRECORDED)
		return;
	sample->lock_wait_ns = ktime_get_raw_ns() - sample->start_ns;
}

/* mirrors_sem was just taken again, after a callback. */
static __always_inline void hmmbench_sample_relocked(struct hmmbench_sample *sample,
						     const enum hmmbench_pass pass)
{
	if (pass != HMMBENCH_PASS_DETAILED)
		return;
	sample->lock_wait_ns += ktime_get_raw_ns() - sample->mark_ns;
}

/* Last thing in an operation. */
static __always_inline void hmmbench_sample_end(struct hmmbench_sample *sample,
						const enum hmmbench_pass pass)
{
	if (pass == HMMBENCH_PASS_UNRECORDED)
		return;
	sample->end_ns = ktime_get_raw_ns();
}

/* Calls the mirror back, through its driver's pointer as the kernel did. */
static __always_inline void hmmbench_call_release(struct hmmbench_mirror *mirror,
						  struct hmmbench_sample *sample,
						  const enum hmmbench_pass pass)
{
	u64 before_ns = 0;

	if (pass == HMMBENCH_PASS_DETAILED || pass == HMMBENCH_PASS_RACE)
		before_ns = ktime_get_raw_ns();
	mirror->ops->release(mirror);
	if (pass == HMMBENCH_PASS_DETAILED) {
		sample->mark_ns = ktime_get_raw_ns();
		sample->callbacks_ns += sample->mark_ns - before_ns;
	}
	if (pass == HMMBENCH_PASS_RACE)
		hmmbench_race_check(mirror, before_ns, ktime_get_raw_ns());
}

#endif
