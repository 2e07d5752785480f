/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a boot ended, from what was seen of it. Pure.
 */
#ifndef HMMBENCH_VM_OUTCOME_H
#define HMMBENCH_VM_OUTCOME_H

#include <stdbool.h>

#include "lab/console.h"
#include "lab/lab.h"

enum vm_limit {
	VM_LIMIT_NONE,
	VM_LIMIT_QUIET,		/* no new byte for too long */
	VM_LIMIT_STUCK,		/* the same, shortened: the console says why */
	VM_LIMIT_TOTAL,
};

struct vm_evidence {
	bool interrupted;
	enum vm_limit limit;	/* the one that made us end the machine */
	unsigned int limit_s;	/* and how long it was */
	bool first_byte;	/* did any byte of the stream come? */
	bool ended;		/* did the end record? */
	int qemu_status;	/* spawn_wait()'s; -1: we ended it */
	const struct console_scanner *console;
	const char *console_error;	/* why the console could not be read, or NULL */
	const char *console_path;
	const char *qemu_error;		/* QEMU's last line on stderr, "" for none */
	const char *release;		/* of the kernel */
};

/*
 * Fills status and text of the result. What a user did comes first, then what the
 * console tells (a panic before a wound before a limit: it is the cause), then how the
 * machine ended. Without a fault and with the end record the run is whole.
 */
void vm_outcome(const struct vm_evidence *evidence, struct lab_result *result);

#endif
