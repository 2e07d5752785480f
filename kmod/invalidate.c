// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * HMMBENCH_IOC_INVALIDATE: what a bystander's munmap() or mprotect() does to the mirrors of
 * an address space, through the core's own code.
 */
#include <linux/err.h>
#include <linux/sched/signal.h>

#include "aligner.h"
#include "samples.h"
#include "session.h"
#include "timing.h"

/* One call, one sample. 0 or -EAGAIN. */
static int invalidate_once(struct hmmbench_session *session, struct hmmbench_binding *binding,
			   bool blockable)
{
	const struct hmmbench_update update = {
		.start = 0,
		.end = PAGE_SIZE,
		.blockable = blockable,
	};
	struct hmmbench_sample sample = { .mirrors = atomic_read(&binding->registered) };
	int err;

	if (READ_ONCE(binding->walk) == HMMBENCH_WALK_RUNNING)
		sample.flags = HMMBENCH_SAMPLE_IN_WALK;
	err = session->core->invalidate(binding, &update, &sample);
	if (session->pass != HMMBENCH_PASS_UNRECORDED)
		hmmbench_record_invalidate(session, binding, err, &sample);
	return err;
}

static int invalidate_each(struct hmmbench_session *session, struct hmmbench_binding *binding,
			   struct hmmbench_invalidate *argument)
{
	const bool blockable = !(argument->flags & HMMBENCH_INVALIDATE_NONBLOCK);
	int err;

	for (;;) {
		if (fatal_signal_pending(current))
			return -EINTR;
		/* Reaped meanwhile: its memory is waited for. */
		if (READ_ONCE(binding->given_up))
			return -ENOENT;
		if (invalidate_once(session, binding, blockable) == -EAGAIN)
			argument->again++;
		if (++argument->done == argument->count)
			return 0;
		err = hmmbench_pause(argument->interval_ns);
		if (err)
			return err;
		cond_resched();
	}
}

int hmmbench_session_invalidate(struct hmmbench_session *session,
				struct hmmbench_invalidate *argument)
{
	const bool foreign = argument->flags & HMMBENCH_INVALIDATE_FOREIGN;
	const bool at_walk = argument->flags & HMMBENCH_INVALIDATE_AT_WALK;
	struct hmmbench_binding *binding;
	int err;

	argument->done = 0;
	argument->again = 0;
	if (!session->core->invalidate)
		return -EOPNOTSUPP;
	if (!argument->count || argument->pad || (!foreign && argument->operation))
		return -EINVAL;
	if (argument->count > HMMBENCH_INVALIDATE_MAX ||
	    argument->interval_ns > HMMBENCH_OFFSET_NS_MAX)
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
		err = invalidate_each(session, binding, argument);
	hmmbench_binding_put(binding);
	return err;
}
