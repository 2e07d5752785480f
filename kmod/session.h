/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One open file of /dev/hmmbench: what it was set up for, its limits and its lifetime.
 *
 * Lifetime
 *   - The file holds one reference, each binding that the session claimed another. The
 *     last one frees the session with its rings.
 *   - The file closes when no process holds it and no mapping of the rings is left.
 *     Then every binding is given back to its core, whether its address space lives,
 *     exits at this moment or has exited. A release walk that runs then still finds
 *     its binding, which waits for the grace period, and through it the session. A
 *     mirror's worker that is under way holds its binding until it is through.
 *   - Before that, HMMBENCH_IOC_REAP gives back the bindings whose walk is over. An
 *     exited address space stays pinned until either happens.
 *   - The open file holds the module; what is freed later is waited for at unload.
 */
#ifndef HMMBENCH_SESSION_H
#define HMMBENCH_SESSION_H

#include <linux/hashtable.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/wait.h>

#include "core.h"
#include "ticks.h"

struct hmmbench_rings;

struct hmmbench_session {
	/* Set up once, then never changes; see hmmbench_session_ready(). */
	const struct hmmbench_core_ops *core;
	const struct hmmbench_strategy *strategy; /* NULL: its core has its own */
	const struct hmmbench_profile *profile;
	enum hmmbench_pass pass;
	struct hmmbench_ticks ticks; /* of HMMBENCH_PASS_TICKS */
	u64 profile_ns;
	bool teardown; /* the phases behind the walk are timed too */
	struct hmmbench_pages *pages; /* of profile writeback, else NULL */
	struct hmmbench_rings *rings; /* published last */

	refcount_t references;
	struct mutex lock;		/* setup, bindings, binding_count */
	DECLARE_HASHTABLE(bindings, 6); /* by mm */
	u32 binding_count;
	u32 binding_serial;	 /* ever claimed */
	atomic_t mirrors;	 /* held, of at most HMMBENCH_MIRRORS_MAX */
	atomic_t freeing;	 /* bindings given back whose memory is not */
	wait_queue_head_t freed; /* freeing fell to 0 */

	/* HMMBENCH_IOC_COUNTS: see struct hmmbench_counts. */
	atomic64_t callbacks ____cacheline_aligned_in_smp;
	atomic64_t hits;
	atomic64_t window_max_ns;
	atomic64_t timeouts;
};

struct hmmbench_session *hmmbench_session_open(void); /* NULL: no memory */
void hmmbench_session_close(struct hmmbench_session *session);

/* A time of a sample and a duration, in the unit of the session's pass, as nanoseconds. */
static inline u64 hmmbench_session_ns(const struct hmmbench_session *session, u64 at)
{
	return session->pass == HMMBENCH_PASS_TICKS ? hmmbench_ticks_ns(&session->ticks, at) : at;
}

static inline u64 hmmbench_session_duration_ns(const struct hmmbench_session *session,
					       u64 duration)
{
	return session->pass == HMMBENCH_PASS_TICKS ?
		       hmmbench_ticks_duration_ns(&session->ticks, duration) :
		       duration;
}

/* Is it set up? What setup wrote can be read after this has said so. */
bool hmmbench_session_ready(const struct hmmbench_session *session);

/* A binding of this session is freed, with `mirrors` mirrors: drops its reference. */
void hmmbench_session_unbound(struct hmmbench_session *session, u32 mirrors);

/*
 * The session's binding of the caller's address space, with `foreign` that of the one
 * which `operation` tags, the newest of that tag. A reference on it for the caller.
 * ERR_PTR(-ENOENT), or ERR_PTR(-EINTR) on a fatal signal.
 */
struct hmmbench_binding *hmmbench_session_find(struct hmmbench_session *session, bool foreign,
					       u64 operation);
/*
 * The binding of the caller's address space, made where there is none. No reference: the
 * caller is a task of it. ERR_PTR() of an error of HMMBENCH_IOC_REGISTER.
 */
struct hmmbench_binding *hmmbench_session_bind(struct hmmbench_session *session);

/*
 * The ioctls: hmmbench_uapi.h says what each does and which errors it gives. The
 * argument is the caller's structure, in kernel memory, with its size, flags and
 * reserved words already checked. session.c, register.c, unregister.c, invalidate.c.
 */
int hmmbench_session_setup(struct hmmbench_session *session, struct hmmbench_setup *argument);
int hmmbench_session_register(struct hmmbench_session *session, struct hmmbench_register *argument);
int hmmbench_session_nodes(struct hmmbench_session *session, struct hmmbench_nodes *argument);
int hmmbench_session_unregister(struct hmmbench_session *session,
				struct hmmbench_unregister *argument);
int hmmbench_session_invalidate(struct hmmbench_session *session,
				struct hmmbench_invalidate *argument);
int hmmbench_session_counts(struct hmmbench_session *session, struct hmmbench_counts *argument);
int hmmbench_session_reap(struct hmmbench_session *session, struct hmmbench_reap *argument);
int hmmbench_session_consume(struct hmmbench_session *session, struct hmmbench_consume *argument);

#endif
