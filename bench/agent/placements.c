// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/placements.h"

#include <errno.h>
#include <stdlib.h>

/* One layout, tried. */
struct placed {
	const struct cell *cell;     /* the first that has it */
	struct placement *placement; /* NULL: not here */
	struct error reason;
};

struct placements {
	hwloc_topology_t topology;
	const struct plan *plan;
	struct placed **placed; /* room for one of each cell */
	uint32_t count;
};

struct placements *placements_new(hwloc_topology_t topology, const struct plan *plan)
{
	struct placements *placements = calloc(1, sizeof(*placements));

	if (!placements)
		return NULL;
	placements->topology = topology;
	placements->plan = plan;
	placements->placed = calloc(plan->cell_count + 1, sizeof(struct placed *));
	if (!placements->placed) {
		free(placements);
		return NULL;
	}
	return placements;
}

void placements_free(struct placements *placements)
{
	if (!placements)
		return;
	for (uint32_t i = 0; i < placements->count; i++) {
		free(placements->placed[i]->placement);
		free(placements->placed[i]);
	}
	free(placements->placed);
	free(placements);
}

/* A layout that was not asked for before. NULL: out of memory. */
static struct placed *try_layout(struct placements *placements, const struct cell *cell)
{
	struct placed *placed = calloc(1, sizeof(*placed));
	struct placement *placement = malloc(sizeof(*placement));

	if (!placed || !placement) {
		free(placed);
		free(placement);
		return NULL;
	}
	placed->cell = cell;
	if (placement_make(placements->topology, cell, placement, &placed->reason))
		free(placement);
	else
		placed->placement = placement;
	placements->placed[placements->count++] = placed;
	return placed;
}

const struct placement *placements_of(struct placements *placements, uint32_t index,
				      struct error *error)
{
	const struct cell *cell = &placements->plan->cells[index];
	struct placed *placed = NULL;
	char name[CELL_LAYOUT_BYTES];

	for (uint32_t i = 0; i < placements->count && !placed; i++)
		if (cell_layout_equal(placements->placed[i]->cell, cell))
			placed = placements->placed[i];
	if (!placed)
		placed = try_layout(placements, cell);
	if (!placed) {
		error_set_errno(error, ENOMEM, "placing");
		return NULL;
	}
	cell_layout_name(cell, name, sizeof(name));
	if (!placed->placement)
		error_set(error, EOPNOTSUPP, "layout %s: %s", name, placed->reason.text);
	return placed->placement;
}
