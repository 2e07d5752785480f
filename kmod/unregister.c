// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * HMMBENCH_IOC_UNREGISTER: mirrors of the caller's or of another address space.
 */
#include <linux/err.h>
#include <linux/sched/signal.h>

#include "aligner.h"
#include "samples.h"
#include "session.h"
#include "timing.h"

/* From now on no mirror is registered; who does it at this moment is waited for. */
static void end_registering(struct hmmbench_binding *binding)
{
	mutex_lock(&binding->register_lock);
	WRITE_ONCE(binding->unregistering, true);
	mutex_unlock(&binding->register_lock);
}

/* The mirror is retired first: the race pass wants the time of the return, not one later. */
int hmmbench_unregister(struct hmmbench_binding *binding, u64 index, enum hmmbench_pass pass)
{
	struct hmmbench_session *session = binding->session;
	struct hmmbench_mirror *mirror = hmmbench_mirror_claim(binding, index);
	struct hmmbench_sample sample = {};

	if (!mirror)
		return -ENOENT;
	if (session->core->registers_first && !READ_ONCE(binding->unregistering))
		end_registering(binding);
	if (READ_ONCE(binding->walk) == HMMBENCH_WALK_RUNNING)
		sample.flags = HMMBENCH_SAMPLE_IN_WALK;
	session->core->remove(mirror, &sample, pass);
	/* Only the race pass looks at the time, and it reads the clock itself. */
	hmmbench_mirror_retire(mirror, pass == HMMBENCH_PASS_RACE ?
					       sample.end :
					       HMMBENCH_MIRROR_UNREGISTERED_UNTIMED);
	if (pass != HMMBENCH_PASS_UNRECORDED)
		hmmbench_record_unregister(session, binding, index, &sample);
	atomic_dec(&binding->registered);
	return 0;
}

static int unregister_each(struct hmmbench_binding *binding, struct hmmbench_unregister *argument)
{
	const bool descending = argument->flags & HMMBENCH_UNREGISTER_DESCENDING;
	const enum hmmbench_pass pass = argument->flags & HMMBENCH_UNREGISTER_UNRECORDED ?
						HMMBENCH_PASS_UNRECORDED :
						binding->session->pass;
	int err;

	for (argument->done = 0; argument->done < argument->count; argument->done++) {
		/* Below 0 it is a number that no mirror has. */
		const u64 index = descending ? (u64)argument->first - argument->done :
					       (u64)argument->first + argument->done;

		if (fatal_signal_pending(current))
			return -EINTR;
		/* Reaped meanwhile: its memory is waited for. */
		if (READ_ONCE(binding->given_up))
			return -ENOENT;
		err = hmmbench_unregister(binding, index, pass);
		if (err)
			return err;
		cond_resched();
	}
	return 0;
}

int hmmbench_session_unregister(struct hmmbench_session *session,
				struct hmmbench_unregister *argument)
{
	const bool foreign = argument->flags & HMMBENCH_UNREGISTER_FOREIGN;
	const bool at_walk = argument->flags & HMMBENCH_UNREGISTER_AT_WALK;
	struct hmmbench_binding *binding;
	int err;

	argument->done = 0;
	if (!argument->count || argument->pad || (!foreign && argument->operation))
		return -EINVAL;
	/* A mirror without its stamp would be a use after free that nobody counts. */
	if ((argument->flags & HMMBENCH_UNREGISTER_UNRECORDED) &&
	    session->pass == HMMBENCH_PASS_RACE)
		return -EINVAL;
	if (argument->count > HMMBENCH_MIRRORS_MAX)
		return -E2BIG;
	err = hmmbench_align_check(at_walk, foreign, argument->offset_ns, argument->wait_ns);
	if (err)
		return err;
	binding = hmmbench_session_find(session, foreign, argument->operation);
	if (IS_ERR(binding))
		return PTR_ERR(binding);
	if (at_walk)
		err = hmmbench_align(binding, argument->offset_ns, argument->wait_ns);
	if (!err)
		err = unregister_each(binding, argument);
	hmmbench_binding_put(binding);
	return err;
}
