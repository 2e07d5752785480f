/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the agent says in the stream: the frames of common/stream.h with their payloads.
 * Errors are those of stream_write() and output_flush(), with the remedy.
 */
#ifndef HMMBENCH_FRAMES_H
#define HMMBENCH_FRAMES_H

#include <stdint.h>

#include "agent/environment.h"
#include "agent/output.h"
#include "agent/workload.h"
#include "common/cell.h"
#include "common/error.h"
#include "common/stream.h"

struct frames {
	struct stream_writer *writer;
	const struct output *output;
};

/* FRAME_HELLO: environment_to_json()'s text. */
int frames_hello(const struct frames *frames, const char *text, size_t bytes, struct error *error);

/* FRAME_NOTE. `level`: "info", "warning", "skip", "error"; `cell` may be NULL. */
int frames_note(const struct frames *frames, const char *level, const struct cell *cell,
		const char *text, struct error *error);

int frames_block_begin(const struct frames *frames, uint32_t block, struct error *error);

/* When a block ran, and what the machine said before and after it. */
struct block_times {
	uint64_t started_ns, ended_ns;
	struct environment_moment before, after;
};

/*
 * FRAME_SAMPLES, FRAME_FILEs and FRAME_BLOCK_END, then waits until they have left. BLOCK_END is
 *	{"block", "operations", "rows", "expected_rows", "dropped", "lost", "started_ns",
 *	 "ended_ns", "load", "steal_ns", "start_spread_ns",
 *	 "counter"				the module read the counter behind the clock: a truth value
 *	 "tries", "hits", "hit_rate"		of what was aimed at a walk
 *	 "callbacks", "window_max_ns"		race: callbacks checked, the widest window
 *	 "callbacks_due"			race: that the walks owed, where that is known
 *	 "again", "timeouts"			-EAGAIN of invalidations; a profile's waits
 *	 "first_ns", "early_ns", "late_ns",	agent/steadiness.h
 *	 "mirrors_on_node", "pages_on_node",	counts by node, [on node 0, on node 1, ..]:
 *						agent/node_counts.h
 *	 "counters"				of a counted block: an object with a member for
 *						each of counter_kinds, {"count", "operations",
 *						"scaled"} or {"unavailable": why}
 *	 "profile"				of a profiled block: {"event", "files": [name ..],
 *						"unavailable": {tool: why}}; its files went before
 *	 "detailed"				of a detailed block: true
 * with null for what is unknown or does not apply.
 */
int frames_block_end(const struct frames *frames, uint32_t block,
		     const struct workload_result *result, const struct block_times *times,
		     struct error *error);

/* FRAME_END. */
int frames_end(const struct frames *frames, int status, const char *text, struct error *error);

#endif
