// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What stands around every release walk, whatever core it is of.
 */
#include <linux/ktime.h>

#include "core.h"
#include "samples.h"
#include "session.h"
#include "timing.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

void hmmbench_walk_begin(struct hmmbench_binding *binding, struct hmmbench_sample *sample)
{
	trace_hmmbench_release_begin(binding);
	sample->mirrors = atomic_read(&binding->registered);
	binding->walk_began_ns = ktime_get_raw_ns();
	smp_store_release(&binding->walk, HMMBENCH_WALK_RUNNING);
}

void hmmbench_walk_end(struct hmmbench_binding *binding, const struct hmmbench_sample *sample)
{
	struct hmmbench_session *session = binding->session;

	WRITE_ONCE(binding->walk, HMMBENCH_WALK_OVER);
	trace_hmmbench_release_end(binding);
	if (session->pass == HMMBENCH_PASS_UNRECORDED)
		hmmbench_binding_released(binding);
	else
		hmmbench_record_release(session, binding, sample);
}
