// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which clocks are the counter, and at which rate: see ticks.h.
 */
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/mutex.h>

#include "ticks.h"

#ifdef HMMBENCH_HAVE_TICKS

static DEFINE_MUTEX(base_lock);
static struct system_time_snapshot base; /* under base_lock */
static bool base_is_ticks;

/* One instant on both. False: what the clock counts is no reading of the counter. */
static bool snapshot_take(struct system_time_snapshot *snapshot)
{
	const u64 before = hmmbench_ticks();

	ktime_get_snapshot(snapshot);
	return snapshot->cycles >= before && snapshot->cycles <= hmmbench_ticks();
}

void hmmbench_ticks_init(void)
{
	mutex_lock(&base_lock);
	base_is_ticks = snapshot_take(&base);
	mutex_unlock(&base_lock);
}

/*
 * As many ticks as the kernel's idea of the counter's rate makes of the time? Not where the
 * machine slept meanwhile, which the counter does not survive.
 */
static bool ticks_are_sane(u64 ticks, u64 age_ns)
{
	const u64 told = mul_u64_u64_div_u64(age_ns, tsc_khz, USEC_PER_SEC);

	return ticks >= told - told / 10000 && ticks <= told + told / 10000;
}

/* Holds base_lock. */
static void base_grow_old(void)
{
	const u64 age_ns = ktime_get_raw_ns() - ktime_to_ns(base.raw);

	if (age_ns < HMMBENCH_TICKS_BASE_MS * NSEC_PER_MSEC)
		msleep(HMMBENCH_TICKS_BASE_MS - div_u64(age_ns, NSEC_PER_MSEC) + 1);
}

/* One more snapshot, and from both the rate. Holds base_lock. */
static bool rate_from_base(struct hmmbench_ticks *ticks)
{
	struct system_time_snapshot now;
	u64 age_ns;

	base_grow_old();
	if (!snapshot_take(&now) || now.cs_was_changed_seq != base.cs_was_changed_seq)
		return false;
	age_ns = ktime_to_ns(now.raw) - ktime_to_ns(base.raw);
	if (!ticks_are_sane(now.cycles - base.cycles, age_ns))
		return false;
	ticks->origin = now.cycles;
	ticks->origin_ns = ktime_to_ns(now.raw);
	ticks->clocksources = now.cs_was_changed_seq;
	ticks->ns_per_tick = mul_u64_u64_div_u64(age_ns, 1ULL << HMMBENCH_TICKS_SHIFT,
						 now.cycles - base.cycles);
	return true;
}

/* A boot goes from tsc-early to tsc, a second after modules can be loaded: once more then. */
bool hmmbench_ticks_start(struct hmmbench_ticks *ticks)
{
	bool started;

	if (!tsc_khz)
		return false;
	mutex_lock(&base_lock);
	started = base_is_ticks && rate_from_base(ticks);
	if (!started) {
		base_is_ticks = snapshot_take(&base);
		started = base_is_ticks && rate_from_base(ticks);
	}
	mutex_unlock(&base_lock);
	return started;
}

bool hmmbench_ticks_hold(const struct hmmbench_ticks *ticks)
{
	struct system_time_snapshot now;

	return snapshot_take(&now) && now.cs_was_changed_seq == ticks->clocksources;
}

#else

void hmmbench_ticks_init(void)
{
}

bool hmmbench_ticks_start(struct hmmbench_ticks *ticks)
{
	return false;
}

bool hmmbench_ticks_hold(const struct hmmbench_ticks *ticks)
{
	return true;
}

#endif
