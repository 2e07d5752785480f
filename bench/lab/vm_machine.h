/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtual machine: QEMU's command line and the guest kernel's, from nodes, CPUs,
 * memory, clock and accelerator. Pure: nothing is started or read here.
 */
#ifndef HMMBENCH_VM_MACHINE_H
#define HMMBENCH_VM_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "plan/plan.h"

enum accelerator { ACCELERATOR_TCG, ACCELERATOR_KVM };

const char *accelerator_name(enum accelerator accelerator);	/* "tcg", "kvm" */

/*
 * How the guest ends: its /init writes one byte to this I/O port, and QEMU exits with
 * (byte << 1) | 1. QEMU's own ends are 0 (power-off, reset, panic) and 1 (its own
 * error), so bytes begin at VM_END_AGENT. QEMU has 8 bits of exit status: 0x7f is the last.
 */
#define VM_END_PORT	0xf4
#define VM_END_INIT	0x10	/* /init could not do its work */
#define VM_END_MODULE	0x11	/* the module did not load */
#define VM_END_SIGNAL	0x12	/* the agent was killed by a signal */
#define VM_END_ODD	0x13	/* the agent ended with a status that fits nowhere */
#define VM_END_AGENT	0x20	/* plus the agent's exit status, 0 .. 0x5f */
#define VM_END_LAST	0x7f

/* Memory of a machine: its nodes' added up, each a multiple of 1 MiB. */
struct vm_machine {
	const char *qemu;
	enum accelerator accelerator;
	enum plan_clock clock;		/* virtual: TCG with instruction counting, one running CPU */
	uint32_t nodes, cpus;		/* more nodes than CPUs: the last ones have memory only */
	uint64_t memory_bytes;
	struct config_vm_nodes each;	/* adds up to cpus and memory_bytes, or is all 0 */
	bool preallocate;		/* the host's page faults happen before the boot */
	const char *kernel, *initramfs;
	const char *console;		/* file for the first serial port; the second is QEMU's stdout */
	const char *append;		/* more for the guest's command line, or NULL */
};

/*
 * The argument vector, NULL-terminated, freed by vm_machine_free_argv(). -EINVAL for a
 * machine that cannot be (no node, no CPU, less than 64 MiB a node that is to have memory,
 * CPUs of nodes that are not all CPUs, virtual clock on KVM).
 */
int vm_machine_argv(const struct vm_machine *machine, char ***argv, struct error *error);
void vm_machine_free_argv(char **argv);

/* The argument vector as one line for a shell, quoted where needed; malloc'ed. */
char *vm_machine_line(char *const *argv);

/*
 * The first CPU of `node`, the CPUs being numbered node by node. Where `each` does not say
 * how many it has, they are spread evenly, the first nodes take the remainder.
 */
uint32_t vm_machine_first_cpu(const struct vm_machine *machine, uint32_t node);

/*
 * The distance label between two nodes, as in an ACPI SLIT: 10 to itself; what `each`
 * says; else 10 more for each step on a ring of nodes, so that with four nodes or more there
 * is near and far.
 */
uint32_t vm_machine_distance(const struct vm_machine *machine, uint32_t from, uint32_t to);

/* A node's memory, a multiple of 1 MiB; 0: it has none. Spread evenly as the CPUs are. */
uint64_t vm_machine_node_bytes(const struct vm_machine *machine, uint32_t node);

#endif
