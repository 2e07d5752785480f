/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The placements of a plan's cells on this machine, each layout worked out once. */
#ifndef HMMBENCH_PLACEMENTS_H
#define HMMBENCH_PLACEMENTS_H

#include <hwloc.h>

#include "agent/placement.h"
#include "plan/plan.h"

struct placements;

/* For the cells of `plan`. NULL: out of memory. Both are borrowed. */
struct placements *placements_new(hwloc_topology_t topology, const struct plan *plan);
void placements_free(struct placements *placements); /* NULL is allowed */

/* Borrowed. NULL: this machine does not offer the cell's layout, with the layout and the reason. */
const struct placement *placements_of(struct placements *placements, uint32_t cell,
				      struct error *error);

#endif
