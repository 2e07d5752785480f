// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The race pass: counts uses after free without committing one.
 *
 * A driver may free its mirror as soon as its unregister has returned. So a release
 * callback that ends after that has used freed memory, for as long as lies between the
 * two. Unregister stamps the mirror with the time at which it returned, the mirror keeps
 * its memory (mirrors.c), and each callback, when it ends, reads the clock and then the
 * stamp. A stamp that is there and not later than that reading is a hit; the difference is
 * the window. A stamp from the future is an unregister that returned after the callback:
 * what every strategy but `write` guarantees.
 */
#include "samples.h"
#include "session.h"
#include "timing.h"

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

#ifdef HMMBENCH_REAL_FREE
/* Nothing is stamped that can be read. What a driver's callback does to its end: use its mirror. */
void hmmbench_race_check(struct hmmbench_mirror *mirror, u64 start_ns, u64 end_ns)
{
	(void)READ_ONCE(mirror->index);
}
#else
void hmmbench_race_check(struct hmmbench_mirror *mirror, u64 start_ns, u64 end_ns)
{
	struct hmmbench_session *session = mirror->binding->session;
	const u64 unregistered_ns = atomic64_read(&mirror->unregistered_ns);

	atomic64_inc(&session->callbacks);
	if (unregistered_ns <= HMMBENCH_MIRROR_UNREGISTERED_UNTIMED || unregistered_ns > end_ns)
		return;
	atomic64_inc(&session->hits);
	widest(&session->window_max_ns, end_ns - unregistered_ns);
	hmmbench_record_hit(session, mirror, start_ns, end_ns - unregistered_ns);
}
#endif
