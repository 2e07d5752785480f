/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Placement: from a layout to CPUs and nodes of this machine.
 *
 * One CPU is the centre of every layout: the exiting CPU. Where the layout does not say
 * otherwise, it is a core of the first node that has CPUs and memory, its second core where
 * it has two (the first one serves most interrupts). Around it, by topological distance
 * (hwloc):
 *
 *	layout		mirrors and pages on	other threads on
 *	same-core	the node itself		the other CPUs of the same core
 *	same-llc	the node itself		cores behind the same last-level cache
 *	same-node	the node itself		cores of the node, taking its caches in turn
 *	near		the nearest other node	that node and this one, in turn
 *	far		the farthest node	that node and this one, in turn
 *	interleave	every node, in turn	every node, in turn
 *	matrix:A:B	node B			cores of node A, whose second one exits
 *	list:C:M:P	mirrors on the nodes	the CPUs C in that order, of which the first
 *			M in turn, pages on P	exits
 *
 * So `near` and `far` tear down remote memory, and threads in pairs across the link.
 * `far` is offered only where a node lies farther than the nearest one: the same
 * measurement never gets two names. The parent that waits sits on another core of
 * the exiting CPU's node (for same-core, on the same core; for same-llc, behind the
 * same cache; for a list, on none of its CPUs where it can), on a sibling CPU or on
 * another node only where there is none, and on the same CPU on a machine with one.
 */
#ifndef HMMBENCH_PLACEMENT_H
#define HMMBENCH_PLACEMENT_H

#include <hwloc.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cell.h"
#include "common/error.h"

#define PLACEMENT_CPUS_MAX  4096 /* machines with more CPUs use the first of them */
#define PLACEMENT_NODES_MAX 1024

struct placement {
	uint32_t layout;       /* enum layout_id */
	uint32_t child_cpu;    /* the exiting CPU, worker 0; numbers are the kernel's */
	uint32_t agent_cpu;    /* where the parent waits */
	uint32_t worker_count; /* CPUs that this layout offers to threads */
	uint32_t workers[PLACEMENT_CPUS_MAX]; /* in order; workers[0] is child_cpu */
	uint32_t mirror_node_count;
	uint32_t mirror_nodes[PLACEMENT_NODES_MAX]; /* mirror i lies on the i-th, modulo count */
	uint32_t page_node_count;
	uint32_t page_nodes[PLACEMENT_NODES_MAX]; /* several: pages interleave over them */
};

/* This machine, as hwloc sees it. The caller's, hwloc_topology_destroy(). */
int placement_topology(hwloc_topology_t *topology, struct error *error);

/*
 * Places the layout of `cell`; nothing else of the cell is looked at. 0; -EOPNOTSUPP:
 * this machine does not offer the layout, error says why; -EINVAL: no such layout;
 * -ENOMEM. Reads nothing but `topology`.
 */
int placement_make(hwloc_topology_t topology, const struct cell *cell, struct placement *placement,
		   struct error *error);

/* Pins the calling thread to a CPU. 0 or -errno of sched_setaffinity(2). */
int placement_pin(uint32_t cpu);

/*
 * Maps `bytes` of anonymous memory of small pages, places it on the placement's page
 * nodes and touches every page. MAP_FAILED and errno on failure. 0 bytes: NULL.
 */
void *placement_memory(const struct placement *placement, uint64_t bytes);

/*
 * What a node can give, from its meminfo in /sys: free memory, and half of its page cache, of
 * which the kernel gives up what is asked for. A machine that has been up for a while has
 * little that is free.
 */
uint64_t placement_room(const char *meminfo);

/*
 * -ENOMEM with the reason when the placement's page nodes have less room than `bytes`
 * (a node without room would get its process killed). 0 where that cannot be known.
 */
int placement_check_memory(const struct placement *placement, uint64_t bytes, struct error *error);

#endif
