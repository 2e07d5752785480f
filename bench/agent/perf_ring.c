// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/perf_ring.h"

#include <errno.h>
#include <string.h>

/* What is read of a record; longer ones are passed over by their own length. */
union record {
	struct perf_event_header header;
	struct {
		struct perf_event_header header;
		uint32_t pid, tid;
		uint64_t time_ns;
	} sample;
	struct {
		struct perf_event_header header;
		uint64_t id, lost;
	} lost;
};

static void copy_out(const unsigned char *data, size_t bytes, uint64_t position, void *to,
		     size_t count)
{
	const size_t at = (size_t)(position & (bytes - 1));
	const size_t first = count < bytes - at ? count : bytes - at;

	memcpy(to, data + at, first);
	memcpy((unsigned char *)to + first, data, count - first);
}

static int take(const union record *record,
		int (*each)(const struct perf_ring_sample *sample, void *context), void *context,
		uint64_t *lost)
{
	struct perf_ring_sample sample;

	if (record->header.type == PERF_RECORD_LOST) {
		if (record->header.size < sizeof(record->lost))
			return -EPROTO;
		*lost += record->lost.lost;
	}
	if (record->header.type != PERF_RECORD_SAMPLE)
		return 0;
	if (record->header.size != sizeof(record->sample))
		return -EPROTO;
	sample = (struct perf_ring_sample){ record->sample.pid, record->sample.tid,
					    record->sample.time_ns };
	return each(&sample, context);
}

/* The kernel never fills it to the last byte. */
bool perf_ring_is_full(size_t bytes, uint64_t tail, uint64_t head)
{
	return head - tail + sizeof(((union record *)NULL)->sample) >= bytes;
}

size_t perf_ring_room(size_t bytes)
{
	return (bytes - 1) / sizeof(((union record *)NULL)->sample);
}

int perf_ring_each(const void *data, size_t bytes, uint64_t tail, uint64_t head,
		   int (*each)(const struct perf_ring_sample *sample, void *context), void *context,
		   uint64_t *lost)
{
	if (head - tail > bytes)
		return -EPROTO;
	while (tail != head) {
		union record record;
		int result;

		memset(&record, 0, sizeof(record));
		if (head - tail < sizeof(record.header))
			return -EPROTO;
		copy_out(data, bytes, tail, &record.header, sizeof(record.header));
		if (record.header.size < sizeof(record.header) || record.header.size > head - tail)
			return -EPROTO;
		copy_out(data, bytes, tail, &record,
			 record.header.size < sizeof(record) ? record.header.size : sizeof(record));
		result = take(&record, each, context, lost);
		if (result)
			return result;
		tail += record.header.size;
	}
	return 0;
}
