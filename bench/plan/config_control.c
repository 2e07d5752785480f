// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/config.h"

#include <errno.h>
#include <stdlib.h>

#include "common/exit_status.h"
#include "hmmbench_uapi.h"

static const struct config_cell *longest(const struct config *config)
{
	const struct config_cell *longest = &config->cells[0];

	for (uint32_t i = 1; i < config->cell_count; i++)
		if (config->cells[i].quartets > longest->quartets)
			longest = &config->cells[i];
	return longest;
}

int config_add_control(struct config *config, const struct cell **added, struct error *error)
{
	struct config_cell *cells, control;

	*added = NULL;
	for (uint32_t i = 0; i < config->cell_count; i++)
		if (config->cells[i].cell.workload == WORKLOAD_CONTROL)
			return 0;
	if (config->cell_count == CONFIG_CELLS_MAX) {
		if (error)
			error->exit_status = STATUS_USAGE;
		return error_set(
			error, E2BIG,
			"%s: %d cells leave no room for the control workload; take one out",
			config->path, CONFIG_CELLS_MAX);
	}
	control = *longest(config);
	control.line = 0;
	control.cell = (struct cell){
		.workload = WORKLOAD_CONTROL,
		.core = HMMBENCH_CORE_BUNDLED,
		.profile = HMMBENCH_PROFILE_EMPTY,
		.layout = LAYOUT_SAME_NODE,
		.threads = 1,
		.processes = 1,
		.memory_bytes = UINT64_C(4) << 20,
	};
	cells = reallocarray(config->cells, config->cell_count + 1, sizeof(*cells));
	if (!cells)
		return error_out_of_memory(error);
	config->cells = cells;
	cells[config->cell_count] = control;
	*added = &cells[config->cell_count++].cell;
	return 0;
}
