/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ring of records that the kernel fills for an event of perf_event_open(2): what the
 * manual page calls the mmap layout, for events whose sample_type is PERF_RING_SAMPLE_TYPE.
 */
#ifndef HMMBENCH_PERF_RING_H
#define HMMBENCH_PERF_RING_H

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PERF_RING_SAMPLE_TYPE (PERF_SAMPLE_TID | PERF_SAMPLE_TIME)

/* A record of type PERF_RECORD_SAMPLE. */
struct perf_ring_sample {
	uint32_t pid, tid;
	uint64_t time_ns; /* of the event's clock */
};

/*
 * Reads the records that lie between the positions `tail` and `head` of the data area:
 * `bytes` bytes, a power of two, in which a record may wrap round. Calls back for each
 * sample in order; a callback that gives non-zero ends it and that is returned. *lost grows
 * by the samples that the kernel says did not fit. Records of other types are passed over.
 * -EPROTO: what lies there are no records.
 */
int perf_ring_each(const void *data, size_t bytes, uint64_t tail, uint64_t head,
		   int (*each)(const struct perf_ring_sample *sample, void *context), void *context,
		   uint64_t *lost);

/*
 * Has it no room for one more sample? What comes then is dropped, and nothing in the ring says
 * so: the kernel writes its record of what was lost before the next one that fits, and in a
 * ring that is read only at its end none does (kernel/events/ring_buffer.c, Linux 6.1).
 */
bool perf_ring_is_full(size_t bytes, uint64_t tail, uint64_t head);

/* How many samples fit into an empty one. */
size_t perf_ring_room(size_t bytes);

#endif
