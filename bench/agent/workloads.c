// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/workload.h"

#include <stddef.h>

/* One line for each workload. */
const struct workload *const workloads[] = {
	&workload_exit,
	&workload_unregister,
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
