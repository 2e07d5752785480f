/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /init of a guest, for busybox's shell.
 */
#ifndef HMMBENCH_GUEST_INIT_H
#define HMMBENCH_GUEST_INIT_H

/*
 * Loads the module, runs the agent on /hmmbench/plan.json with its stream on the second
 * serial port, and ends the machine with one of VM_END_* (vm_machine.h). What it does it
 * says in the kernel's log, on lines of their own, each with this mark:
 */
#define GUEST_MARK "hmmbench-init: "
#define GUEST_MARK_AGENT GUEST_MARK "the agent starts"
/* "... with status 0", "... by signal 9": the last it says of a guest that came so far. */
#define GUEST_MARK_ENDED GUEST_MARK "the agent ended "

extern const char guest_init[];

/* Ends the machine as soon as it runs, with this end: a boot that proves an accelerator. */
#define GUEST_END_PROBE 0x50
extern const char guest_init_probe[];

#endif
