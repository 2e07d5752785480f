/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The CPU's time stamp counter in place of ktime_get_raw_ns(), where that clock is nothing
 * but the counter: the reading inside an operation is then one instruction and its fence,
 * not a call with a sequence lock and a multiplication, which are left for afterwards. A
 * record has nanoseconds of CLOCK_MONOTONIC_RAW either way.
 *
 * That clock is linear in the counter (kernel/time/timekeeping.c: its rate is set once and
 * never disciplined), and ktime_get_snapshot() gives both of one instant. So two snapshots
 * far enough apart give the rate: the base, from the module's begin or the last change of
 * the kernel's clocksource, and one from the session's.
 *
 * The error of a time against a reading of the clock itself: 1 ns for the rounding of the
 * session's snapshot, and 2 ns over the base's age at its setup for every second that the
 * session lasts (2 ns being the rounding of both snapshots); of a duration, its rounding
 * down to whole nanoseconds. The age is at least HMMBENCH_TICKS_BASE_MS.
 */
#ifndef HMMBENCH_TICKS_H
#define HMMBENCH_TICKS_H

#include <linux/math64.h>

#include "compat.h"

#define HMMBENCH_TICKS_BASE_MS	100

/* So fine that the rate's own rounding is 2^-48 ns a tick: at 4 GHz 0.00002 ns in a second. */
#define HMMBENCH_TICKS_SHIFT	48

/* How a session turns ticks into nanoseconds. */
struct hmmbench_ticks {
	u64 origin;	 /* ticks, and ... */
	u64 origin_ns;	 /* ... CLOCK_MONOTONIC_RAW, of one instant before its first sample */
	u64 ns_per_tick; /* in units of 2^-HMMBENCH_TICKS_SHIFT ns */
	u64 clocksources; /* that the kernel had had until then: its own count of changes */
};

/* The module begins. Sleeps. */
void hmmbench_ticks_init(void);

/*
 * False: the clock is not this counter, or was not all the time; ktime_get_raw_ns() it is.
 * Sleeps until the base is HMMBENCH_TICKS_BASE_MS old.
 */
bool hmmbench_ticks_start(struct hmmbench_ticks *ticks);

/*
 * Has the clock been this counter ever since? A kernel that has found its counter unstable
 * takes another clocksource: from then on these times and CLOCK_MONOTONIC_RAW drift apart.
 */
bool hmmbench_ticks_hold(const struct hmmbench_ticks *ticks);

static inline u64 hmmbench_ticks_duration_ns(const struct hmmbench_ticks *ticks, u64 duration)
{
	return mul_u64_u64_shr(duration, ticks->ns_per_tick, HMMBENCH_TICKS_SHIFT);
}

static inline u64 hmmbench_ticks_ns(const struct hmmbench_ticks *ticks, u64 at)
{
	return ticks->origin_ns + hmmbench_ticks_duration_ns(ticks, at - ticks->origin);
}

#endif
