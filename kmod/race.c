// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The race pass: counts uses after free without committing one.
 *
 * A driver may free its mirror as soon as its unregister has returned. So a release
 * callback that ends after that has used freed memory, for as long as lies between the
 * two. Unregister stamps the mirror with the time at which it returned, the mirror keeps
 * its memory (mirrors.c), and each callback, when it ends, reads the stamp. One that is
 * there is a hit, and only then the clock is read: every callback of a walk is looked at
 * so, under `read` with the lock held, and hardly one of them hits. The difference of clock
 * and stamp is the window. What every strategy but `write` guarantees is that the unregister
 * returns after the callback: then there is no stamp yet.
 *
 * Nothing orders the stamp's store before what its caller does next: one that is stored late is
 * not seen, and the count can be too little by that. A stamp that is seen was stored, its time was
 * read before and the clock here behind it: a hit is an unregister that had returned when this
 * looked, a handful of instructions behind the callback's end.
 */
#include <linux/compiler.h>
#include <linux/ktime.h>

#include "samples.h"
#include "session.h"
#include "timing.h"

#ifdef HMMBENCH_REAL_FREE

/* Nothing is stamped that can be read. What a driver's callback does to its end: use its mirror. */
void hmmbench_race_check(struct hmmbench_mirror *mirror)
{
	(void)READ_ONCE(mirror->index);
}

#else

static void widest(atomic64_t *max_ns, u64 window_ns)
{
	u64 seen_ns = atomic64_read(max_ns);

	while (seen_ns < window_ns) {
		const u64 old_ns = atomic64_cmpxchg(max_ns, seen_ns, window_ns);

		if (old_ns == seen_ns)
			return;
		seen_ns = old_ns;
	}
}

void hmmbench_race_check(struct hmmbench_mirror *mirror)
{
	struct hmmbench_session *session = mirror->binding->session;
	const u64 unregistered_ns = atomic64_read(&mirror->unregistered_ns);
	u64 window_ns;

	atomic64_inc(&session->callbacks);
	if (likely(unregistered_ns <= HMMBENCH_MIRROR_UNREGISTERED_UNTIMED))
		return;
	window_ns = ktime_get_raw_ns() - unregistered_ns;
	atomic64_inc(&session->hits);
	widest(&session->window_max_ns, window_ns);
	hmmbench_record_hit(session, mirror, unregistered_ns, window_ns);
}

#endif
