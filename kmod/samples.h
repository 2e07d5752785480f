/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rings of a session: one per possible CPU number, its pages from the CPU's node,
 * written here, mapped read-only by userspace. The layout is hmmbench_uapi.h's.
 *
 * A ring has one writer at a time, a task on its CPU with preemption off, and one
 * reader that gives records back by moving `tail`. The tail stays on our side of the
 * mapping, so that nothing in it is ever read back from memory userspace could write.
 */
#ifndef HMMBENCH_SAMPLES_H
#define HMMBENCH_SAMPLES_H

#include <linux/bits.h>
#include <linux/mm_types.h>
#include <linux/types.h>

#include "core.h"

struct hmmbench_rings;

/* `records` for each CPU, a power of two. ERR_PTR(-ENOMEM), ERR_PTR(-EINTR) on a fatal signal. */
struct hmmbench_rings *hmmbench_rings_new(u32 records);
void hmmbench_rings_free(struct hmmbench_rings *rings); /* NULL is allowed; sleeps */

size_t hmmbench_rings_region_bytes(const struct hmmbench_rings *rings);
size_t hmmbench_rings_map_bytes(const struct hmmbench_rings *rings);

/* fops->mmap: -EACCES, -EINVAL as hmmbench_uapi.h says, or what inserting a page gave. */
int hmmbench_rings_map(struct hmmbench_rings *rings, struct vm_area_struct *vma);

/* Gives the records of `cpu` below `tail` back. -EINVAL as hmmbench_uapi.h says. */
int hmmbench_rings_consume(struct hmmbench_rings *rings, u32 cpu, u64 tail);

/*
 * A finished operation becomes a record on the CPU that it ended on. A release walk whose
 * session times the rest of the teardown becomes one when that has ended.
 */
void hmmbench_record_release(struct hmmbench_session *session, struct hmmbench_binding *binding,
			     const struct hmmbench_sample *sample);
void hmmbench_record_unregister(struct hmmbench_session *session, struct hmmbench_binding *binding,
				u32 index, const struct hmmbench_sample *sample);
/* `err` of the invalidation: 0 or -EAGAIN. */
void hmmbench_record_invalidate(struct hmmbench_session *session, struct hmmbench_binding *binding,
				int err, const struct hmmbench_sample *sample);
/* A callback that used its mirror until window_ns after its unregister, at unregistered_ns. */
void hmmbench_record_hit(struct hmmbench_session *session, struct hmmbench_mirror *mirror,
			 u64 unregistered_ns, u64 window_ns);

/* Into the ring of this CPU, or counted as dropped. From task context, preemptible or not. */
void hmmbench_record_write(struct hmmbench_session *session, const struct hmmbench_record *record);

static inline void hmmbench_record_phase(struct hmmbench_record *record, enum hmmbench_phase phase,
					 u64 ns)
{
	record->phase_ns[phase] = ns;
	record->phases |= BIT(phase);
}

#endif
