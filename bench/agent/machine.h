/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What placement needs to know of a machine, in flat tables read from hwloc once. CPU
 * 0 of the table is the exiting CPU; the others follow in the order in which they are
 * preferred.
 */
#ifndef HMMBENCH_MACHINE_H
#define HMMBENCH_MACHINE_H

#include <hwloc.h>
#include <stdint.h>

#include "common/error.h"

#define MACHINE_NONE UINT32_MAX

struct machine_cpu {
	uint32_t os_index; /* the kernel's number */
	uint32_t node;	   /* the kernel's number of its node; MACHINE_NONE */
	uint32_t core;	   /* hwloc's logical index of its core */
	uint32_t sibling;  /* 0: the first CPU of its core, 1: the second .. */
	uint32_t cache;	   /* logical index of its last-level cache; MACHINE_NONE */
};

struct machine_node {
	uint32_t os_index;
	uint64_t memory_bytes; /* 0: a node without memory */
};

struct machine {
	unsigned int cpu_count, node_count;
	struct machine_cpu *cpus;
	struct machine_node *nodes;
	uint64_t *distances; /* node_count squared, the kernel's units (10 is local) */
};

/* *machine is the caller's, machine_free(). -EOPNOTSUPP: no node has both CPUs and memory. */
int machine_read(hwloc_topology_t topology, struct machine **machine, struct error *error);
void machine_free(struct machine *machine);

/*
 * Makes a CPU of `node`, by the rule for the home node, or the CPU `os_index` the exiting
 * one. -ENOENT: the machine has no such CPU. -ENOMEM.
 */
int machine_centre_node(struct machine *machine, uint32_t node);
int machine_centre_cpu(struct machine *machine, uint32_t os_index);

/* NULL: the machine has no node of that number. */
const struct machine_node *machine_node(const struct machine *machine, uint32_t os_index);

/* Between two nodes, by the kernel's numbers; 10 and 20 where the machine does not tell. */
uint64_t machine_distance(const struct machine *machine, uint32_t from, uint32_t to);

#endif
