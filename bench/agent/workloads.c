// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/workload.h"

#include <stddef.h>

#include "agent/placement.h"

/* One line for each workload. */
const struct workload *const workloads[] = {
	&workload_exit,
	&workload_unregister,
	&workload_contend,
	&workload_bystander,
	&workload_storm,
	&workload_race,
	&workload_control,
	NULL,
};

const struct workload *workload_find(uint32_t id)
{
	for (size_t i = 0; workloads[i]; i++)
		if (workloads[i]->id == id)
			return workloads[i];
	return NULL;
}

uint32_t workload_cpus(const struct cell *cell, const struct placement *placement)
{
	const uint32_t threads = cell->threads + workload_find(cell->workload)->beside;
	const uint32_t wanted = threads > cell->processes ? threads : cell->processes;

	return wanted < placement->worker_count ? wanted : placement->worker_count;
}

void workload_result_init(struct workload_result *result)
{
	*result = (struct workload_result){
		.start_spread_ns = SAMPLE_MISSING,
		.tries = SAMPLE_MISSING,
		.hits = SAMPLE_MISSING,
		.again = SAMPLE_MISSING,
		.callbacks_due = SAMPLE_MISSING,
		.steadiness = { SAMPLE_MISSING, SAMPLE_MISSING, SAMPLE_MISSING },
	};
}
