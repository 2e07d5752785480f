// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The first pattern that a line matches is the line's: lockups stand before the general
 * "BUG: " that some of them carry. Clocks are sorted out at boot, which is no fault; the
 * one that was chosen is part of a run's environment.
 */
#include "lab/console.h"

#include "common/exit_status.h"

const struct console_pattern console_patterns[] = {
	{ "panic", "^Kernel panic - not syncing", STATUS_PANIC, false,
	  "the kernel stopped" },

	{ "soft lockup", "^(watchdog: )?BUG: soft lockup - CPU", STATUS_LOCKUP, false,
	  "a CPU did not schedule for many seconds: what waited for it measured that" },
	{ "hard lockup", "^(NMI )?watchdog: Watchdog detected hard LOCKUP", STATUS_LOCKUP, false,
	  "a CPU took no interrupts for many seconds" },
	{ "workqueue lockup", "^BUG: workqueue lockup - pool", STATUS_LOCKUP, false,
	  "no worker of a pool ran for 30 s: deferred frees and callbacks stood still" },
	{ "hung task", "^INFO: task .* blocked for more than [0-9]+ seconds", STATUS_LOCKUP, false,
	  "a task waited for a lock or for I/O for minutes" },
	{ "RCU stall", "^(rcu: )?INFO: rcu_[a-z_]+ (self-detected stall|detected (expedited )?stalls)",
	  STATUS_LOCKUP, false, "no grace period ended: teardown waits for grace periods" },
	{ "RCU starvation", "^rcu: rcu_[a-z_]+ kthread (timer wakeup didn't happen|starved) for",
	  STATUS_LOCKUP, false, "the thread that ends grace periods did not run" },

	{ "KASAN", "^BUG: KASAN: ", STATUS_WOUNDED, false,
	  "memory was used after it was freed or out of its bounds" },
	{ "KFENCE", "^BUG: KFENCE: ", STATUS_WOUNDED, false,
	  "memory was used after it was freed or out of its bounds" },
	{ "KCSAN", "^BUG: KCSAN: ", STATUS_WOUNDED, false, "two CPUs raced for the same data" },
	{ "KMSAN", "^BUG: KMSAN: ", STATUS_WOUNDED, false, "memory was used before it was written" },
	{ "UBSAN", "^UBSAN: ", STATUS_WOUNDED, false, "the C language leaves undefined what happened" },
	{ "BUG", "^(kernel BUG at |BUG: )", STATUS_WOUNDED, false,
	  "the kernel found itself in a state that must not be" },
	{ "oops", "^(Oops: |Internal error: |Unable to handle kernel )", STATUS_WOUNDED, false,
	  "a task was killed in the kernel, with whatever locks it held" },
	/* "general protection fault, probably for ...: 0000 [#1] PREEMPT SMP" and its like. */
	{ "oops", ": [0-9a-f]{4} \\[#[0-9]+\\]", STATUS_WOUNDED, false,
	  "a task was killed in the kernel, with whatever locks it held" },
	/* The second form since 6.18. */
	{ "WARN", "^WARNING: (CPU: [0-9]+ PID: [0-9]+ at |[^ ]+:[0-9]+ at [^ ]+, CPU#)",
	  STATUS_WOUNDED, false,
	  "an assertion of the kernel failed; printing it also took milliseconds" },
	{ "lockdep",
	  "^WARNING: (possible|inconsistent|bad unlock|suspicious RCU|lock held|held lock|"
	  "[Nn]ested lock|(SOFT|HARD)IRQ-|RECLAIM_FS-|[^ ]+ still has locks held)", STATUS_WOUNDED, false,
	  "a lock was taken or freed against its rules; lockdep is off from here on" },
	{ "lockdep", "^(DEBUG_LOCKS_WARN_ON|INFO: trying to register non-static key)",
	  STATUS_WOUNDED, false, "a lock is damaged; lockdep is off from here on" },
	/* Before 4.14: "[ INFO: possible circular locking dependency detected ]". */
	{ "lockdep", "^\\[ INFO: (possible|inconsistent|suspicious RCU)", STATUS_WOUNDED, false,
	  "a lock was taken or freed against its rules; lockdep is off from here on" },
	{ "corruption", "^(list_(add|del) corruption|refcount_t: )", STATUS_WOUNDED, false,
	  "a list or a count of references is damaged" },
	{ "slab", "^BUG [A-Za-z0-9_-]+ \\(", STATUS_WOUNDED, false,
	  "an object was overwritten or freed twice" },
	{ "debug objects", "^ODEBUG: ", STATUS_WOUNDED, false,
	  "a timer, work or RCU head was used after it was freed" },
	{ "leak", "^kmemleak: [0-9]+ new suspected memory leaks", STATUS_WOUNDED, false,
	  "memory was lost" },
	{ "out of memory", "^(Out of memory|Memory cgroup out of memory): Killed process",
	  STATUS_WOUNDED, false,
	  "a process of the measurement may have been killed: give the guest more memory" },
	{ "allocation", "^.*: page allocation failure: order:", STATUS_WOUNDED, false,
	  "memory was short: give the guest more memory" },
	{ "clock", "^(clocksource: )?timekeeping watchdog on CPU.*Marking clocksource .* unstable",
	  STATUS_WOUNDED, true, "the clock was changed in the middle: times before and after differ" },
	{ "clock", "^(tsc: )?Marking TSC unstable due to ", STATUS_WOUNDED, true,
	  "the clock was changed in the middle: times before and after differ" },
	{ "clock", "^clocksource: +Switched to clocksource (hpet|acpi_pm|jiffies|refined-jiffies)",
	  STATUS_WOUNDED, true, "the clock in use is too slow to read" },
	{ NULL, NULL, 0, false, NULL }
};

const struct console_exception console_exceptions[] = {
	{ "^BUG: MAX_(LOCKDEP_[A-Z_]+|LOCK_DEPTH|STACK_TRACE_ENTRIES) too low",
	  "lockdep ran out of its own tables and turned itself off; nothing is wrong with a lock" },
	{ NULL, NULL }
};
