// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/placement_choice.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The order in which threads get their CPUs: fields compared from the first on. */
struct turn {
	unsigned int is_agent; /* the parent's CPU comes last */
	unsigned int sibling;  /* cores before the second CPU of a core */
	unsigned int position; /* inside its group */
	unsigned int group;
	uint32_t cpu;
};

static int compare_turns(const void *left, const void *right)
{
	const struct turn *a = left, *b = right;

	if (a->is_agent != b->is_agent)
		return a->is_agent < b->is_agent ? -1 : 1;
	if (a->sibling != b->sibling)
		return a->sibling < b->sibling ? -1 : 1;
	if (a->position != b->position)
		return a->position < b->position ? -1 : 1;
	return (a->group > b->group) - (a->group < b->group);
}

static int order_workers(const struct choice *choice, struct placement *placement)
{
	const struct machine *machine = choice->machine;
	struct turn *turns = calloc(machine->cpu_count, sizeof(*turns));
	unsigned int count = 0;

	if (!turns)
		return -ENOMEM;
	for (unsigned int i = 0; i < machine->cpu_count; i++) {
		const struct machine_cpu *cpu = &machine->cpus[i];
		struct turn *turn = &turns[count];

		if (choice->group[i] < 0)
			continue;
		*turn = (struct turn){
			.is_agent = cpu->os_index == placement->agent_cpu &&
				    cpu->os_index != placement->child_cpu,
			.sibling = cpu->sibling,
			.group = (unsigned int)choice->group[i],
			.cpu = cpu->os_index,
		};
		for (unsigned int j = 0; j < count; j++)
			turn->position += turns[j].group == turn->group &&
					  turns[j].sibling == turn->sibling && !turns[j].is_agent;
		count++;
	}
	qsort(turns, count, sizeof(*turns), compare_turns);
	for (unsigned int i = 0; i < count; i++)
		placement->workers[i] = turns[i].cpu;
	placement->worker_count = count;
	free(turns);
	return 0;
}

/* How unsuitable a CPU is for the waiting parent; the exiting CPU itself is the last resort. */
static unsigned int agent_rank(const struct machine *machine, uint32_t layout,
			       const struct machine_cpu *cpu)
{
	const struct machine_cpu *centre = &machine->cpus[0];
	bool same_core = cpu->core == centre->core;

	if (cpu == centre)
		return UINT_MAX;
	if (layout == LAYOUT_SAME_CORE && same_core)
		return 0;
	if (cpu->node != centre->node)
		return 1000 + (unsigned int)machine_distance(machine, centre->node, cpu->node);
	if (same_core)
		return 4;
	if (layout == LAYOUT_SAME_LLC && cpu->cache == centre->cache)
		return cpu->sibling ? 2 : 1;
	return 3;
}

uint32_t placement_agent_cpu(const struct choice *choice, uint32_t layout, bool outside)
{
	const struct machine *machine = choice->machine;
	const struct machine_cpu *best = &machine->cpus[0];

	for (unsigned int i = 1; i < machine->cpu_count; i++) {
		if (outside && choice->group[i] >= 0)
			continue;
		if (agent_rank(machine, layout, &machine->cpus[i]) <
		    agent_rank(machine, layout, best))
			best = &machine->cpus[i];
	}
	return best->os_index;
}

void placement_memory_on(struct placement *placement, uint32_t node)
{
	placement->mirror_nodes[0] = placement->page_nodes[0] = node;
	placement->mirror_node_count = placement->page_node_count = 1;
}

static int choose_same_core(struct choice *choice, struct placement *placement, struct error *error)
{
	const struct machine *machine = choice->machine;

	(void)error;
	for (unsigned int i = 0; i < machine->cpu_count; i++)
		choice->group[i] = machine->cpus[i].core == machine->cpus[0].core ? 0 : -1;
	placement_memory_on(placement, machine->cpus[0].node);
	return 0;
}

static int choose_same_llc(struct choice *choice, struct placement *placement, struct error *error)
{
	const struct machine *machine = choice->machine;
	const struct machine_cpu *centre = &machine->cpus[0];
	bool shared = false;

	if (centre->cache == MACHINE_NONE)
		return error_set(error, EOPNOTSUPP,
				 "the machine does not tell which CPUs share a cache");
	for (unsigned int i = 0; i < machine->cpu_count; i++) {
		bool member = machine->cpus[i].cache == centre->cache &&
			      machine->cpus[i].node == centre->node;

		choice->group[i] = member ? 0 : -1;
		shared |= member && machine->cpus[i].core != centre->core;
	}
	if (!shared)
		return error_set(error, EOPNOTSUPP,
				 "the last-level cache of CPU %u serves one core: "
				 "that is layout same-core",
				 centre->os_index);
	placement_memory_on(placement, centre->node);
	return 0;
}

void placement_cpus_of_node(struct choice *choice)
{
	const struct machine *machine = choice->machine;
	const struct machine_cpu *centre = &machine->cpus[0];

	for (unsigned int i = 0; i < machine->cpu_count; i++) {
		const struct machine_cpu *cpu = &machine->cpus[i];

		if (cpu->node != centre->node)
			choice->group[i] = -1;
		else if (cpu->cache == MACHINE_NONE || cpu->cache == centre->cache)
			choice->group[i] = 0;
		else
			choice->group[i] = (int)cpu->cache + 1;
	}
}

static int choose_same_node(struct choice *choice, struct placement *placement, struct error *error)
{
	(void)error;
	placement_cpus_of_node(choice);
	placement_memory_on(placement, choice->machine->cpus[0].node);
	return 0;
}

static int choose_other_node(struct choice *choice, struct placement *placement, uint32_t node)
{
	const struct machine *machine = choice->machine;

	for (unsigned int i = 0; i < machine->cpu_count; i++) {
		if (machine->cpus[i].node == machine->cpus[0].node)
			choice->group[i] = 0;
		else
			choice->group[i] = machine->cpus[i].node == node ? 1 : -1;
	}
	placement_memory_on(placement, node);
	return 0;
}

/* The nearest and the farthest other node with memory, lowest number first. */
static int other_nodes(const struct machine *machine, const struct machine_node **near,
		       const struct machine_node **far, struct error *error)
{
	uint32_t home = machine->cpus[0].node;

	*near = *far = NULL;
	for (unsigned int i = 0; i < machine->node_count; i++) {
		const struct machine_node *node = &machine->nodes[i];
		uint64_t distance = machine_distance(machine, home, node->os_index);

		if (node->os_index == home || !node->memory_bytes)
			continue;
		if (!*near || distance < machine_distance(machine, home, (*near)->os_index))
			*near = node;
		if (!*far || distance > machine_distance(machine, home, (*far)->os_index))
			*far = node;
	}
	if (!*near)
		return error_set(error, EOPNOTSUPP,
				 "the machine has no other node with memory than "
				 "node %u",
				 home);
	return 0;
}

static int choose_near(struct choice *choice, struct placement *placement, struct error *error)
{
	const struct machine_node *near, *far;
	int result = other_nodes(choice->machine, &near, &far, error);

	return result ? result : choose_other_node(choice, placement, near->os_index);
}

static int choose_far(struct choice *choice, struct placement *placement, struct error *error)
{
	const struct machine *machine = choice->machine;
	const struct machine_node *near, *far;
	uint32_t home = machine->cpus[0].node;
	int result = other_nodes(machine, &near, &far, error);

	if (result)
		return result;
	if (machine_distance(machine, home, far->os_index) <=
	    machine_distance(machine, home, near->os_index))
		return error_set(error, EOPNOTSUPP,
				 "no node lies farther from node %u than the nearest "
				 "one: that is layout near",
				 home);
	return choose_other_node(choice, placement, far->os_index);
}

static int choose_interleave(struct choice *choice, struct placement *placement,
			     struct error *error)
{
	const struct machine *machine = choice->machine;
	uint32_t count = 0;

	for (unsigned int i = 0; i < machine->node_count && count < PLACEMENT_NODES_MAX; i++)
		if (machine->nodes[i].memory_bytes)
			placement->mirror_nodes[count++] = machine->nodes[i].os_index;
	if (count < 2)
		return error_set(error, EOPNOTSUPP,
				 "the machine has one node with memory: nothing to "
				 "interleave");
	memcpy(placement->page_nodes, placement->mirror_nodes, count * sizeof(uint32_t));
	placement->mirror_node_count = placement->page_node_count = count;
	for (unsigned int i = 0; i < machine->cpu_count; i++)
		choice->group[i] = machine->cpus[i].node == machine->cpus[0].node
					   ? 0
					   : (int)machine->cpus[i].node + 1;
	return 0;
}

static const struct layout_rule {
	/* Moves the exiting CPU; NULL: it stays on the home node. */
	int (*centre)(struct machine *machine, const struct cell *cell, struct error *error);
	/*
	 * Gives every CPU its group, the exiting CPU's being 0, and places the memory. One
	 * that has an order of its own for the workers puts them into the placement itself.
	 */
	int (*choose)(struct choice *choice, struct placement *placement, struct error *error);
} rules[LAYOUT_COUNT] = {
	[LAYOUT_SAME_CORE] = { NULL, choose_same_core },
	[LAYOUT_SAME_LLC] = { NULL, choose_same_llc },
	[LAYOUT_SAME_NODE] = { NULL, choose_same_node },
	[LAYOUT_NEAR] = { NULL, choose_near },
	[LAYOUT_FAR] = { NULL, choose_far },
	[LAYOUT_INTERLEAVE] = { NULL, choose_interleave },
	[LAYOUT_MATRIX] = { placement_centre_matrix, placement_choose_matrix },
	[LAYOUT_LIST] = { placement_centre_list, placement_choose_list },
};

static int place(struct choice *choice, struct machine *machine, struct placement *placement,
		 struct error *error)
{
	const struct layout_rule *rule = &rules[choice->cell->layout];
	int result = rule->centre ? rule->centre(machine, choice->cell, error) : 0;

	if (result)
		return result;
	memset(placement, 0, sizeof(*placement));
	placement->layout = choice->cell->layout;
	placement->child_cpu = machine->cpus[0].os_index;
	placement->agent_cpu = placement_agent_cpu(choice, placement->layout, false);
	result = rule->choose(choice, placement, error);
	if (!result && !placement->worker_count)
		result = order_workers(choice, placement);
	return result;
}

int placement_make(hwloc_topology_t topology, const struct cell *cell, struct placement *placement,
		   struct error *error)
{
	struct choice *choice = NULL;
	struct machine *machine;
	int result;

	if (cell->layout >= LAYOUT_COUNT)
		return error_set(error, EINVAL, "there is no layout %u", cell->layout);
	result = machine_read(topology, &machine, error);
	if (result)
		return result;
	choice = calloc(1, sizeof(*choice));
	if (choice) {
		choice->machine = machine;
		choice->cell = cell;
		result = place(choice, machine, placement, error);
	} else {
		result = error_set_errno(error, ENOMEM, "placing");
	}
	free(choice);
	machine_free(machine);
	return result;
}
