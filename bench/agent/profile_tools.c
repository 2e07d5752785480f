// SPDX-License-Identifier: GPL-2.0-or-later
#include <unistd.h>

#include "agent/profiler.h"

static const char *const record[] = { "record", "-F", "4999", "--call-graph", "fp", "-N", NULL };
static const char *const record_report[] = { "report", "--stdio", "--no-children", NULL };
static const char *const record_report_more[] = { "-g", "none", "-F", "overhead,sample,symbol,dso",
						  "--percent-limit", "0.5", NULL };

static const char *const lock[] = { "lock", "record", NULL };
static const char *const lock_report[] = { "lock", "contention", NULL };
static const char *const none[] = { NULL };

/* perf lock works without these too, on the events of lockdep, which no ordinary kernel has. */
static const char *lock_unavailable(void)
{
	if (!access("/sys/kernel/tracing/events/lock/contention_begin", R_OK) ||
	    !access("/sys/kernel/debug/tracing/events/lock/contention_begin", R_OK))
		return NULL;
	if (!access("/sys/kernel/tracing/events", R_OK) ||
	    !access("/sys/kernel/debug/tracing/events", R_OK))
		return "this kernel has no lock:contention_begin; Linux 5.19 and later do";
	return "tracefs is not mounted: mount -t tracefs none /sys/kernel/tracing";
}

const struct profile_tool profile_tools[] = {
	{ "record", record, record_report, record_report_more, true, NULL },
	{ "lock", lock, lock_report, none, false, lock_unavailable },
	{ NULL, NULL, NULL, NULL, false, NULL },
};
