// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>

#include "agent/tracer.h"

size_t tracer_join(const struct perf_ring_sample *entries, size_t entry_count,
		   const struct perf_ring_sample *returns, size_t return_count,
		   struct tracer_span *spans)
{
	size_t count = 0;

	for (size_t i = 0; i < entry_count; i++) {
		const struct perf_ring_sample *entry = &entries[i];
		uint64_t next_ns = UINT64_MAX; /* of the thread's next entry */
		size_t j;

		for (j = i + 1; j < entry_count && next_ns == UINT64_MAX; j++)
			if (entries[j].tid == entry->tid)
				next_ns = entries[j].time_ns;
		for (j = 0; j < return_count; j++)
			if (returns[j].tid == entry->tid && returns[j].time_ns >= entry->time_ns)
				break;
		if (j < return_count && returns[j].time_ns <= next_ns)
			spans[count++] = (struct tracer_span){ entry->tid, entry->time_ns,
							       returns[j].time_ns };
	}
	return count;
}

/* The spans inside the sample, of which there must be one. */
static size_t spans_inside(const struct tracer_span *spans, size_t count, uint64_t begin_ns,
			   uint64_t length_ns, const struct tracer_span **found)
{
	size_t inside = 0;

	for (size_t i = 0; i < count; i++) {
		if (spans[i].begin_ns < begin_ns || spans[i].end_ns - begin_ns > length_ns)
			continue;
		*found = &spans[i];
		inside++;
	}
	return inside;
}

int tracer_fill(const struct tracer_span *spans, size_t count, struct samples *samples,
		struct error *error)
{
	const uint64_t *starts = samples->columns[COLUMN_START_NS];
	const uint64_t *wholes = samples->columns[COLUMN_WHOLE];
	uint64_t *traced;

	if (!samples->rows)
		return 0;
	if (!starts || !wholes)
		return error_set(error, EPROTO, "the samples do not say when they were taken");
	traced = malloc(samples->rows * sizeof(*traced));
	if (!traced)
		return error_set_errno(error, ENOMEM, "making room for what was traced");
	free(samples->columns[COLUMN_TRACED]);
	samples->columns[COLUMN_TRACED] = traced;
	for (size_t row = 0; row < samples->rows; row++) {
		const struct tracer_span *span = NULL;
		const size_t inside = spans_inside(spans, count, starts[row], wholes[row], &span);

		if (inside != 1)
			return error_set(error, EPROTO,
					 "the kernel's tracer saw %zu calls of " TRACER_FUNCTION
					 "() within an exit that has one; is something else using "
					 "the module?",
					 inside);
		traced[row] = span->end_ns - span->begin_ns;
	}
	return 0;
}
