/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who looks at an operation beside the module, in a pass of its own: counters.h, profiler.h.
 * It is told in the measured process when its set-up is over (child_observed() in child.h),
 * and when what is measured is over: there too, where it is no exit (child_unobserved()), else
 * in the agent, which has seen the exit. Both sides have the same files open and nothing else in
 * common.
 */
#ifndef HMMBENCH_OBSERVER_H
#define HMMBENCH_OBSERVER_H

#include <stddef.h>

struct observer {
	void (*begin)(const struct observer *observer); /* after fork(); again does nothing */
	void (*end)(const struct observer *observer);	/* likewise */
};

/* NULL is allowed: nobody looks. */
static inline void observer_begin(const struct observer *observer)
{
	if (observer)
		observer->begin(observer);
}

static inline void observer_end(const struct observer *observer)
{
	if (observer)
		observer->end(observer);
}

#endif
