// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/machine.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "agent/placement.h"

static hwloc_obj_t last_level_cache(hwloc_topology_t topology, hwloc_obj_t pu)
{
	static const hwloc_obj_type_t caches[] = { HWLOC_OBJ_L5CACHE, HWLOC_OBJ_L4CACHE,
						   HWLOC_OBJ_L3CACHE, HWLOC_OBJ_L2CACHE,
						   HWLOC_OBJ_L1CACHE };

	for (size_t i = 0; i < sizeof(caches) / sizeof(caches[0]); i++) {
		hwloc_obj_t cache = hwloc_get_ancestor_obj_by_type(topology, caches[i], pu);

		if (cache)
			return cache;
	}
	return NULL;
}

/* The node a CPU belongs to: the first with memory, where several claim it. */
static uint32_t node_of(hwloc_topology_t topology, const struct machine *machine, hwloc_obj_t pu)
{
	uint32_t found = MACHINE_NONE;

	for (unsigned int i = 0; i < machine->node_count; i++) {
		hwloc_obj_t node = hwloc_get_obj_by_type(topology, HWLOC_OBJ_NUMANODE, i);

		if (!hwloc_bitmap_isset(node->cpuset, pu->os_index))
			continue;
		if (machine->nodes[i].memory_bytes)
			return node->os_index;
		if (found == MACHINE_NONE)
			found = node->os_index;
	}
	return found;
}

static int read_nodes(hwloc_topology_t topology, struct machine *machine)
{
	int count = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_NUMANODE);

	machine->node_count = count > 0 ? (unsigned int)count : 0;
	machine->nodes = calloc(machine->node_count + 1, sizeof(*machine->nodes));
	if (!machine->nodes)
		return -ENOMEM;
	for (unsigned int i = 0; i < machine->node_count; i++) {
		hwloc_obj_t node = hwloc_get_obj_by_type(topology, HWLOC_OBJ_NUMANODE, i);

		machine->nodes[i].os_index = node->os_index;
		machine->nodes[i].memory_bytes = node->attr->numanode.local_memory;
	}
	return 0;
}

static int read_distances(hwloc_topology_t topology, struct machine *machine)
{
	unsigned int count = machine->node_count, one = 1;
	struct hwloc_distances_s *told = NULL;

	machine->distances = calloc((size_t)count * count + 1, sizeof(*machine->distances));
	if (!machine->distances)
		return -ENOMEM;
	for (unsigned int i = 0; i < count * count; i++)
		machine->distances[i] = i % (count + 1) ? 20 : 10;
	if (hwloc_distances_get_by_type(topology, HWLOC_OBJ_NUMANODE, &one, &told,
					HWLOC_DISTANCES_KIND_MEANS_LATENCY, 0) ||
	    !one)
		return 0;
	for (unsigned int i = 0; i < count * count; i++) {
		hwloc_obj_t from = hwloc_get_obj_by_type(topology, HWLOC_OBJ_NUMANODE, i / count);
		hwloc_obj_t to = hwloc_get_obj_by_type(topology, HWLOC_OBJ_NUMANODE, i % count);
		hwloc_uint64_t there, back;

		if (!hwloc_distances_obj_pair_values(told, from, to, &there, &back))
			machine->distances[i] = there;
	}
	hwloc_distances_release(topology, told);
	return 0;
}

static int read_cpus(hwloc_topology_t topology, struct machine *machine)
{
	int count = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_PU);

	if (count > PLACEMENT_CPUS_MAX)
		count = PLACEMENT_CPUS_MAX;
	machine->cpu_count = (unsigned int)count;
	machine->cpus = calloc(machine->cpu_count + 1, sizeof(*machine->cpus));
	if (!machine->cpus)
		return -ENOMEM;
	for (unsigned int i = 0; i < machine->cpu_count; i++) {
		hwloc_obj_t pu = hwloc_get_obj_by_type(topology, HWLOC_OBJ_PU, i);
		hwloc_obj_t core = hwloc_get_ancestor_obj_by_type(topology, HWLOC_OBJ_CORE, pu);
		hwloc_obj_t cache = last_level_cache(topology, pu);
		struct machine_cpu *cpu = &machine->cpus[i];

		/* Where no cores are told, every CPU is a core. */
		cpu->os_index = pu->os_index;
		cpu->core = core ? core->logical_index : i;
		cpu->cache = cache ? cache->logical_index : MACHINE_NONE;
		cpu->node = node_of(topology, machine, pu);
		for (unsigned int j = 0; j < i; j++)
			cpu->sibling += machine->cpus[j].core == cpu->core;
	}
	return 0;
}

static void swap_ranges(struct machine_cpu *cpus, unsigned int first, unsigned int middle,
			unsigned int end, struct machine_cpu *scratch)
{
	unsigned int front = middle - first, back = end - middle;

	memcpy(scratch, cpus + first, front * sizeof(*cpus));
	memmove(cpus + first, cpus + middle, back * sizeof(*cpus));
	memcpy(cpus + first + back, scratch, front * sizeof(*cpus));
}

/*
 * Puts the home node's CPUs first, and in it the first core behind the others. hwloc's
 * logical order keeps the CPUs of a core and the cores of a node together.
 */
static int order_cpus(struct machine *machine, uint32_t home)
{
	struct machine_cpu *cpus = machine->cpus;
	struct machine_cpu *scratch = calloc(machine->cpu_count, sizeof(*scratch));
	unsigned int end = 0, next = 0;

	if (!scratch)
		return -ENOMEM;
	for (int wanted = 1; wanted >= 0; wanted--)
		for (unsigned int i = 0; i < machine->cpu_count; i++)
			if ((cpus[i].node == home) == wanted)
				scratch[end++] = cpus[i];
	memcpy(cpus, scratch, machine->cpu_count * sizeof(*cpus));
	for (end = 0; end < machine->cpu_count && cpus[end].node == home; end++)
		if (cpus[end].core == cpus[0].core)
			next = end + 1;
	if (next < end)
		swap_ranges(cpus, 0, next, end, scratch);
	free(scratch);
	return 0;
}

int machine_centre_node(struct machine *machine, uint32_t node)
{
	for (unsigned int i = 0; i < machine->cpu_count; i++)
		if (machine->cpus[i].node == node)
			return i ? order_cpus(machine, node) : 0;
	return -ENOENT;
}

int machine_centre_cpu(struct machine *machine, uint32_t os_index)
{
	struct machine_cpu *cpus = machine->cpus, centre;

	for (unsigned int i = 0; i < machine->cpu_count; i++) {
		if (cpus[i].os_index != os_index)
			continue;
		centre = cpus[i];
		memmove(cpus + 1, cpus, i * sizeof(*cpus));
		cpus[0] = centre;
		return 0;
	}
	return -ENOENT;
}

const struct machine_node *machine_node(const struct machine *machine, uint32_t os_index)
{
	for (unsigned int i = 0; i < machine->node_count; i++)
		if (machine->nodes[i].os_index == os_index)
			return &machine->nodes[i];
	return NULL;
}

static uint32_t find_home(const struct machine *machine)
{
	for (unsigned int i = 0; i < machine->node_count; i++)
		for (unsigned int j = 0; j < machine->cpu_count; j++)
			if (machine->cpus[j].node == machine->nodes[i].os_index &&
			    machine->nodes[i].memory_bytes)
				return machine->nodes[i].os_index;
	return MACHINE_NONE;
}

int machine_read(hwloc_topology_t topology, struct machine **machine, struct error *error)
{
	struct machine *made = calloc(1, sizeof(*made));
	uint32_t home;
	int result = -ENOMEM;

	if (made)
		result = read_nodes(topology, made);
	if (!result)
		result = read_distances(topology, made);
	if (!result)
		result = read_cpus(topology, made);
	if (result) {
		error_set_errno(error, -result, "reading the topology");
		goto fail;
	}
	home = find_home(made);
	if (home == MACHINE_NONE) {
		result = error_set(error, EOPNOTSUPP,
				   "no node of this machine has both CPUs and memory "
				   "that this process may use; see its cpuset");
		goto fail;
	}
	result = order_cpus(made, home);
	if (result) {
		error_set_errno(error, -result, "reading the topology");
		goto fail;
	}
	*machine = made;
	return 0;
fail:
	machine_free(made);
	return result;
}

void machine_free(struct machine *machine)
{
	if (!machine)
		return;
	free(machine->cpus);
	free(machine->nodes);
	free(machine->distances);
	free(machine);
}

uint64_t machine_distance(const struct machine *machine, uint32_t from, uint32_t to)
{
	uint32_t row = MACHINE_NONE, column = MACHINE_NONE;

	for (unsigned int i = 0; i < machine->node_count; i++) {
		if (machine->nodes[i].os_index == from)
			row = i;
		if (machine->nodes[i].os_index == to)
			column = i;
	}
	if (row == MACHINE_NONE || column == MACHINE_NONE)
		return from == to ? 10 : 20;
	return machine->distances[(size_t)row * machine->node_count + column];
}
