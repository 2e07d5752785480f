/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a VM lab knows about a run, as JSON for the store:
 *
 *	{"lab": "vm", "accelerator": "tcg|kvm", "accelerator_why", "clock": "host|virtual",
 *	 "qemu": path, "qemu_version", "command": [argument, ..], "console": path,
 *	 "kernel": {"name", "release", "image", "booted" (the file QEMU got),
 *		"image_sha256", "package_version" or null},
 *	 "module": {"path", "sha256"}, "agent": {"path", "sha256"},
 *	 "machine": {"nodes", "cpus", "memory_bytes", "preallocated",
 *		"distances_are_labels": true},
 *	 "limits": {"quiet_s", "total_s"},
 *	 "host": {"name", "model", "cpus", "load": [1, 5, 15 minutes], "release"}, "oversubscribed"}
 *
 * oversubscribed: on the host clock, more running guest CPUs than host CPUs.
 * After the end also "boot": {"status", "first_byte_ns", "whole_ns", "console_lines"};
 * times from the exec of QEMU.
 */
#ifndef HMMBENCH_VM_DESCRIBE_H
#define HMMBENCH_VM_DESCRIBE_H

#include <stdbool.h>

#include "lab/kernel.h"
#include "lab/lab.h"
#include "lab/vm_machine.h"

struct vm_description {
	const struct lab_request *request;
	const struct vm_machine *machine;
	char *const *argv;
	const char *qemu_version, *accelerator_why;
	const char *module, *agent;
	unsigned int quiet_s, total_s;
	const struct lab_result *result;	/* NULL before the end */
	unsigned long long console_lines;
};

/* Malloc'ed; NULL and error set on failure. */
char *vm_describe(const struct vm_description *description, struct error *error);

#endif
