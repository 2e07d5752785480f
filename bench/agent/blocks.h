/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The blocks of a plan, run in its order: each in a session of its own, written to the
 * stream and flushed before the next begins. A cell that this machine cannot run is
 * skipped with a note; one that fails is given up with a note; the others go on.
 */
#ifndef HMMBENCH_BLOCKS_H
#define HMMBENCH_BLOCKS_H

#include <hwloc.h>
#include <signal.h>
#include <stdint.h>

#include "agent/output.h"
#include "common/error.h"
#include "common/stream.h"
#include "hmmbench_uapi.h"
#include "plan/plan.h"

struct blocks_input {
	const struct plan *plan;
	const char *device;
	const struct hmmbench_info *module;
	hwloc_topology_t topology;
	struct stream_writer *writer;
	const struct output *output;
	volatile sig_atomic_t *interrupted;
};

/*
 * 0: every block of a cell that this machine can run was run, *text says how many;
 * else -errno with error->exit_status: -EINTR STATUS_INTERRUPTED; -EIO, -ETIME and others
 * STATUS_AGENT: cells were given up, nothing was run at all, or the stream cannot be
 * written any more (-EPIPE, -ENOSPC ...).
 */
int blocks_run(const struct blocks_input *input, char *text, size_t bytes, struct error *error);

#endif
