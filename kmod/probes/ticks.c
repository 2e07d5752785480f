// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * 5.9 on x86, commit 3dc167ba5729: mul_u64_u64_div_u64(). Since 4.6, commit 9da0f49c8767,
 * ktime_get_snapshot() tells the clocksource's cycles and the raw clock of one instant;
 * rdtsc_ordered() is what the TSC's clocksource reads.
 */
#include <linux/ktime.h>
#include <linux/math64.h>
#include <asm/tsc.h>

u64 hmmbench_probe(void);
u64 hmmbench_probe(void)
{
	struct system_time_snapshot snapshot;

	ktime_get_snapshot(&snapshot);
	return mul_u64_u64_div_u64(rdtsc_ordered() - snapshot.cycles, ktime_to_ns(snapshot.raw),
				   tsc_khz + snapshot.cs_was_changed_seq);
}
