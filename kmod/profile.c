// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Profiles: what a mirror's driver does in its callbacks. Those that need more than a
 * function are in profile_work.c and profile_writeback.c.
 */
#include <linux/ktime.h>

#include "core.h"
#include "session.h"

/* Nothing to invalidate: no profile keeps a second page table. */
static int sync_nothing(struct hmmbench_mirror *mirror, const struct hmmbench_update *update)
{
	return 0;
}

/* As nouveau had it. */
static void release_empty(struct hmmbench_mirror *mirror)
{
}

/*
 * A driver that is busy for a known time, without sleeping. Bounded: a register call
 * refuses mirrors whose walk would take longer than HMMBENCH_WALK_NS_MAX.
 */
static void release_delay(struct hmmbench_mirror *mirror)
{
	struct hmmbench_binding *binding = mirror->binding;
	const u64 start_ns = ktime_get_raw_ns();
	const u64 until_ns = start_ns + binding->session->profile_ns;
	u64 now_ns = start_ns;

	/* It uses its mirror until it returns, as drivers do: what KASAN sees if it is freed. */
	while (READ_ONCE(mirror->ops) && now_ns < until_ns) {
		cpu_relax();
		now_ns = ktime_get_raw_ns();
	}
	binding->callbacks_ns += now_ns - start_ns;
}

const struct hmmbench_profile hmmbench_profile_empty = {
	.id = HMMBENCH_PROFILE_EMPTY,
	.name = "empty",
	.ops = { .release = release_empty, .sync = sync_nothing },
};

const struct hmmbench_profile hmmbench_profile_delay = {
	.id = HMMBENCH_PROFILE_DELAY,
	.name = "delay",
	.takes_ns = true,
	.clocks_itself = true,
	.ops = { .release = release_delay, .sync = sync_nothing },
};
