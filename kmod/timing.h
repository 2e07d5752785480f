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
#include "interrupts.h"

/*
 * One operation as it is being measured; on the stack of the task that does it. Times are
 * in the unit of its pass: ticks in HMMBENCH_PASS_TICKS, else nanoseconds.
 */
struct hmmbench_sample {
	u64 start;
	u64 end;
	u64 lock_wait;
	u64 callbacks;
	u64 mark;		/* the last clock read of a detailed walk */
	unsigned long switches; /* of the task: until the operation began, then inside it */
	u64 stolen_ns;		/* of this CPU; the same */
	u32 interrupts;		/* of this CPU; the same */
	unsigned int cpu;	/* where it began ... */
	unsigned int end_cpu;	/* ... and where it ended */
	u32 mirrors;		/* registered when a walk began */
	u16 flags;		/* HMMBENCH_SAMPLE_* that are known before it began */
};

/* race.c: a callback has ended: counts it, and records it if it is a hit. */
void hmmbench_race_check(struct hmmbench_mirror *mirror);

static __always_inline u64 hmmbench_now(const enum hmmbench_pass pass)
{
	return pass == HMMBENCH_PASS_TICKS ? hmmbench_ticks() : ktime_get_raw_ns();
}

/* First thing in an operation. */
static __always_inline void hmmbench_sample_begin(struct hmmbench_sample *sample,
						  const enum hmmbench_pass pass)
{
	if (pass == HMMBENCH_PASS_UNRECORDED)
		return;
	sample->cpu = raw_smp_processor_id();
	sample->switches = current->nvcsw + current->nivcsw;
	sample->interrupts = hmmbench_interrupts();
	sample->stolen_ns = hmmbench_stolen_ns();
	sample->start = hmmbench_now(pass);
}

/* The lock was just taken for the first time. */
static __always_inline void hmmbench_sample_locked(struct hmmbench_sample *sample,
						   const enum hmmbench_pass pass)
{
	if (pass == HMMBENCH_PASS_UNRECORDED)
		return;
	sample->lock_wait = hmmbench_now(pass) - sample->start;
}

/* mirrors_sem was just taken again, after a callback. */
static __always_inline void hmmbench_sample_relocked(struct hmmbench_sample *sample,
						     const enum hmmbench_pass pass)
{
	if (pass != HMMBENCH_PASS_DETAILED)
		return;
	sample->lock_wait += hmmbench_now(pass) - sample->mark;
}

/*
 * Last thing in an operation. What disturbed it is read at once, before anything is recorded:
 * a tick or a switch that comes in between these readings and that of the clock is a handful
 * of instructions away from being the operation's own, and marks it falsely. The CPU is read
 * last, so that no count of another CPU is taken for one of this.
 */
static __always_inline void hmmbench_sample_end(struct hmmbench_sample *sample,
						const enum hmmbench_pass pass)
{
	if (pass == HMMBENCH_PASS_UNRECORDED)
		return;
	sample->end = hmmbench_now(pass);
	sample->interrupts = hmmbench_interrupts() - sample->interrupts;
	sample->stolen_ns = hmmbench_stolen_ns() - sample->stolen_ns;
	sample->switches = current->nvcsw + current->nivcsw - sample->switches;
	sample->end_cpu = raw_smp_processor_id();
}

/* Calls the mirror back, through its driver's pointer as the kernel did. */
static __always_inline void hmmbench_call_release(struct hmmbench_mirror *mirror,
						  struct hmmbench_sample *sample,
						  const enum hmmbench_pass pass)
{
	u64 before = 0;

	if (pass == HMMBENCH_PASS_DETAILED)
		before = hmmbench_now(pass);
	mirror->ops->release(mirror);
	if (pass == HMMBENCH_PASS_DETAILED) {
		sample->mark = hmmbench_now(pass);
		sample->callbacks += sample->mark - before;
	}
	if (pass == HMMBENCH_PASS_RACE)
		hmmbench_race_check(mirror);
}

#endif
