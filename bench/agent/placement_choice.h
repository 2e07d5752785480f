/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between placement.c, which has the layouts by distance, and placement_numbers.c, which
 * has those that name CPUs and nodes by their numbers.
 */
#ifndef HMMBENCH_PLACEMENT_CHOICE_H
#define HMMBENCH_PLACEMENT_CHOICE_H

#include <stdbool.h>

#include "agent/machine.h"
#include "agent/placement.h"

/* Who takes part: cpus[i] of the machine belongs to group `group[i]`, or to none (-1). */
struct choice {
	const struct machine *machine; /* its first CPU is the exiting one */
	const struct cell *cell;       /* whose layout it is */
	int group[PLACEMENT_CPUS_MAX];
};

/* The CPUs of the exiting CPU's node, one group for each of its caches. */
void placement_cpus_of_node(struct choice *choice);

/* Mirrors and pages on one node. */
void placement_memory_on(struct placement *placement, uint32_t node);

/*
 * The waiting parent's CPU; with `outside` one that is in no group. The exiting CPU where
 * there is no other.
 */
uint32_t placement_agent_cpu(const struct choice *choice, uint32_t layout, bool outside);

/* struct layout_rule's functions. */
int placement_centre_matrix(struct machine *machine, const struct cell *cell, struct error *error);
int placement_choose_matrix(struct choice *choice, struct placement *placement,
			    struct error *error);
int placement_centre_list(struct machine *machine, const struct cell *cell, struct error *error);
int placement_choose_list(struct choice *choice, struct placement *placement, struct error *error);

#endif
