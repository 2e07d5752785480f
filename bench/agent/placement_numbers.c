// SPDX-License-Identifier: GPL-2.0-or-later
/* Layouts that name CPUs and nodes by their numbers: matrix and list. */
#include "agent/placement_choice.h"

#include <errno.h>
#include <stdlib.h>

/* 0, or -EOPNOTSUPP for a node that this machine does not have, or one without memory. */
static int check_memory_node(const struct machine *machine, uint32_t number, struct error *error)
{
	const struct machine_node *node = machine_node(machine, number);

	if (!node)
		return error_set(error, EOPNOTSUPP, "the machine has no node %u", number);
	if (!node->memory_bytes)
		return error_set(error, EOPNOTSUPP, "node %u has no memory", number);
	return 0;
}

/* ---- matrix ---- */

int placement_centre_matrix(struct machine *machine, const struct cell *cell, struct error *error)
{
	int result = machine_centre_node(machine, cell->cpu_node);

	if (result == -ENOENT && !machine_node(machine, cell->cpu_node))
		return error_set(error, EOPNOTSUPP, "the machine has no node %u", cell->cpu_node);
	if (result == -ENOENT)
		return error_set(error, EOPNOTSUPP, "node %u has no CPU that is online",
				 cell->cpu_node);
	return result ? error_set_errno(error, -result, "placing") : 0;
}

int placement_choose_matrix(struct choice *choice, struct placement *placement, struct error *error)
{
	const struct cell *cell = choice->cell;

	placement_cpus_of_node(choice);
	placement_memory_on(placement, cell->memory_node);
	return check_memory_node(choice->machine, cell->memory_node, error);
}

/* ---- list ---- */

static int expand(const struct cell *cell, struct cell_list *list, struct error *error)
{
	return cell_list_expand(cell, list)
		       ? error_set(error, EINVAL, "'%s' is no list of CPUs and nodes", cell->list)
		       : 0;
}

int placement_centre_list(struct machine *machine, const struct cell *cell, struct error *error)
{
	struct cell_list list;
	int result = expand(cell, &list, error);

	if (!result && machine_centre_cpu(machine, list.cpus[0]))
		result = error_set(error, EOPNOTSUPP, "the machine has no CPU %u that is online",
				   list.cpus[0]);
	return result;
}

static int place_cpus(struct choice *choice, const struct cell_list *list,
		      struct placement *placement, struct error *error)
{
	const struct machine *machine = choice->machine;

	for (unsigned int i = 0; i < machine->cpu_count; i++)
		choice->group[i] = -1;
	for (uint32_t i = 0; i < list->cpu_count; i++) {
		unsigned int at = 0;

		while (at < machine->cpu_count && machine->cpus[at].os_index != list->cpus[i])
			at++;
		if (at == machine->cpu_count)
			return error_set(error, EOPNOTSUPP,
					 "the machine has no CPU %u that is online", list->cpus[i]);
		choice->group[at] = 0;
		placement->workers[i] = list->cpus[i];
	}
	placement->worker_count = list->cpu_count;

	/* With every CPU of the machine in the list, the last one has to do for both. */
	placement->agent_cpu = placement_agent_cpu(choice, LAYOUT_LIST, true);
	if (placement->agent_cpu == placement->child_cpu)
		placement->agent_cpu = list->cpus[list->cpu_count - 1];
	return 0;
}

int placement_choose_list(struct choice *choice, struct placement *placement, struct error *error)
{
	struct cell_list list;
	int result = expand(choice->cell, &list, error);

	if (!result)
		result = place_cpus(choice, &list, placement, error);
	for (uint32_t i = 0; !result && i < list.mirror_node_count; i++) {
		result = check_memory_node(choice->machine, list.mirror_nodes[i], error);
		placement->mirror_nodes[i] = list.mirror_nodes[i];
	}
	for (uint32_t i = 0; !result && i < list.page_node_count; i++) {
		result = check_memory_node(choice->machine, list.page_nodes[i], error);
		placement->page_nodes[i] = list.page_nodes[i];
	}
	placement->mirror_node_count = result ? 0 : list.mirror_node_count;
	placement->page_node_count = result ? 0 : list.page_node_count;
	return result;
}
