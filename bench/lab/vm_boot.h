/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One boot of one machine: QEMU is started, its stream handed on, its console watched,
 * and it is ended when it has to be. Nothing is left running whatever happens, also
 * when this program is killed.
 */
#ifndef HMMBENCH_VM_BOOT_H
#define HMMBENCH_VM_BOOT_H

#include "lab/lab.h"

struct vm_boot {
	const struct lab_request *request;
	char *const *argv;
	const char *console_path;	/* a new file, made here */
	const char *log_path;		/* what QEMU says on stderr */
	/*
	 * No new byte for quiet_s, or total_s since the start, ends the machine. Until the
	 * agent starts a byte of the console counts as well. When the console shows a
	 * fault, a silence of stuck_s is enough.
	 */
	unsigned int quiet_s, stuck_s, total_s;
	unsigned long long console_lines;	/* out */
};

/* 0 and the result; -errno where it could not be tried or a callback stopped it. */
int vm_boot_run(struct vm_boot *boot, struct lab_result *result, struct error *error);

#endif
