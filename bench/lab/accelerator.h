/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * KVM or TCG. /dev/kvm can open, a virtual machine can be made, and an ordinary kernel
 * still hang at boot or QEMU abort. So KVM is used only after a probe boot: the same
 * kernel image, with an /init that does nothing but end the machine with a byte that
 * nothing else ends it with, within 15 seconds.
 *
 * The answer holds for one boot of this machine, one QEMU and one kernel image, and is
 * kept in the cache. $HMMBENCH_ACCELERATOR = tcg or kvm decides without a probe.
 */
#ifndef HMMBENCH_ACCELERATOR_H
#define HMMBENCH_ACCELERATOR_H

#include <signal.h>
#include <stdbool.h>

#include "common/error.h"
#include "lab/vm_machine.h"

struct accelerator_request {
	const char *qemu, *qemu_version;
	const char *busybox;		/* statically linked */
	const char *image;		/* the kernel, as it will be booted with KVM */
	volatile sig_atomic_t *interrupted;	/* may be NULL */
};

struct accelerator_choice {
	enum accelerator accelerator;
	char why[256];	/* why this one: "a probe boot ended well in 1.2 s", "/dev/kvm: No such ..." */
};

/* Always a choice; an error only for an interrupt (-EINTR) or a wrong $HMMBENCH_ACCELERATOR. */
int accelerator_choose(const struct accelerator_request *request,
		       struct accelerator_choice *choice, struct error *error);

/* What the newest probe of this boot of the machine gave; false: there was none yet. */
bool accelerator_recall(struct accelerator_choice *choice);

/* Can /dev/kvm be opened and does it speak the API? Else why not, in text. */
bool accelerator_kvm_opens(char *why, size_t bytes);

#endif
