// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The race aligner: see aligner.h.
 */
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "aligner.h"

/* A look at the clock costs more than one at the word: so many looks between two. */
#define POLLS	32

/* From here on a sleep is exact enough and a spin is a waste of a CPU. */
#define SLEEP_NS	1000000

int hmmbench_align_check(bool at_walk, bool foreign, u64 offset_ns, u64 wait_ns)
{
	if (!at_walk)
		return offset_ns || wait_ns ? -EINVAL : 0;
	if (!foreign || !wait_ns)
		return -EINVAL;
	return offset_ns > HMMBENCH_OFFSET_NS_MAX || wait_ns > HMMBENCH_WAIT_NS_MAX ? -E2BIG : 0;
}

static bool walk_begun(const struct hmmbench_binding *binding)
{
	return smp_load_acquire(&binding->walk) != HMMBENCH_WALK_AHEAD;
}

static int spin_until(u64 until_ns)
{
	while (ktime_get_raw_ns() < until_ns) {
		if (fatal_signal_pending(current))
			return -EINTR;
		if (need_resched())
			cond_resched();
		cpu_relax();
	}
	return 0;
}

int hmmbench_align(struct hmmbench_binding *binding, u64 offset_ns, u64 wait_ns)
{
	const u64 until_ns = ktime_get_raw_ns() + wait_ns;
	int i;

	for (;;) {
		for (i = 0; i < POLLS; i++) {
			if (walk_begun(binding))
				return spin_until(binding->walk_began_ns + offset_ns);
			cpu_relax();
		}
		if (fatal_signal_pending(current))
			return -EINTR;
		if (ktime_get_raw_ns() >= until_ns)
			return -ETIMEDOUT;
		if (need_resched())
			cond_resched();
	}
}

int hmmbench_pause(u64 ns)
{
	ktime_t sleep = ns_to_ktime(ns);

	if (ns < SLEEP_NS)
		return spin_until(ktime_get_raw_ns() + ns);
	set_current_state(TASK_KILLABLE);
	schedule_hrtimeout(&sleep, HRTIMER_MODE_REL);
	return fatal_signal_pending(current) ? -EINTR : 0;
}
