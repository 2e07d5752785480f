/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tracepoints, for a pass of its own and never the timed one. Both stand outside the
 * clock reads of the walk; switched off they are a no-op each.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM hmmbench

#if !defined(HMMBENCH_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define HMMBENCH_TRACE_H

#include <linux/tracepoint.h>

#include "core.h"

DECLARE_EVENT_CLASS(hmmbench_release,
	TP_PROTO(struct hmmbench_binding *binding),
	TP_ARGS(binding),
	TP_STRUCT__entry(
		__field(u64, operation)
		__field(u32, mirrors)
	),
	TP_fast_assign(
		__entry->operation = binding->operation;
		__entry->mirrors = atomic_read(&binding->registered);
	),
	TP_printk("operation=%llu mirrors=%u", __entry->operation, __entry->mirrors)
);

/* A release walk begins. */
DEFINE_EVENT(hmmbench_release, hmmbench_release_begin,
	TP_PROTO(struct hmmbench_binding *binding),
	TP_ARGS(binding)
);

/* It is over. */
DEFINE_EVENT(hmmbench_release, hmmbench_release_end,
	TP_PROTO(struct hmmbench_binding *binding),
	TP_ARGS(binding)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
