/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * perf(1) around the operations of a profiled block: `perf record`, and on kernels that tell
 * about it `perf lock contention`, on the CPUs of the cell. perf is switched on by the
 * measured process as its set-up ends and off behind its operation, of an exit by the agent
 * that sees it (observer.h), so that the profile is of the teardown and not of fork and
 * registration.
 *
 * Samples are taken by the CPU's cycles where it counts them, else by the kernel's clock
 * event, which sees nothing of what runs with interrupts off.
 */
#ifndef HMMBENCH_PROFILER_H
#define HMMBENCH_PROFILER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/observer.h"
#include "common/error.h"

/* Ways to look; each is a line in the table `profile_tools`. */
struct profile_tool {
	const char *name;	     /* "record", "lock"; files are called after it */
	const char *const *record;   /* arguments of perf in front of the common ones */
	const char *const *report;   /* in front of "-i FILE" */
	const char *const *report_more; /* behind it */
	bool event;		     /* it takes the event as -e */
	/* NULL, or why this kernel cannot. */
	const char *(*unavailable)(void);
};

extern const struct profile_tool profile_tools[]; /* ends with name NULL */
#define PROFILE_TOOLS_MAX 4

/* A file that a tool gave. */
struct profile_file {
	char name[64]; /* "record-write.data", "record-write.txt" */
	char *data;
	size_t bytes;
};

/* What a block's tools gave. */
struct profile {
	bool any;	   /* false: the block was not profiled */
	const char *event; /* "cycles" or "cpu-clock" */
	struct profile_file files[2 * PROFILE_TOOLS_MAX];
	size_t file_count;
	char unavailable[PROFILE_TOOLS_MAX][200]; /* by tool; "": it was there */
};

void profile_free(struct profile *profile);

struct profiler;

/*
 * Finds perf in PATH. *profiler is the caller's, profiler_free(). -ENOENT with
 * STATUS_MISSING_TOOL.
 */
int profiler_new(struct profiler **profiler, struct error *error);
void profiler_free(struct profiler *profiler); /* NULL is allowed; ends a perf that runs */

/*
 * Starts perf, switched off, and waits until it answers. -EIO with its last words. SIGPIPE is
 * the caller's to ignore.
 */
int profiler_start(struct profiler *profiler, const struct profile_tool *tool, const uint32_t *cpus,
		   uint32_t cpu_count, struct error *error);
const struct observer *profiler_observer(const struct profiler *profiler);

/*
 * Ends perf, has it report, and adds both files to `profile`, named after the tool and
 * `suffix`. NULL: only ends it. -EIO: perf failed, with its last words.
 */
int profiler_stop(struct profiler *profiler, struct profile *profile, const char *suffix,
		  struct error *error);

#endif
