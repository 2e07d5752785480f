// SPDX-License-Identifier: GPL-2.0-or-later
/* The numbers of a cell that can be swept. */
#include "sweep.h"

const char *sweep_part_name(enum sweep_part part)
{
	static const char *const names[SWEEP_PART_COUNT] = {
		[SWEEP_MIRRORS] = "mirrors", [SWEEP_THREADS] = "threads",
		[SWEEP_PROCESSES] = "processes", [SWEEP_MEMORY] = "memory",
	};

	return names[part];
}

uint64_t sweep_size(const struct cell *cell, enum sweep_part part)
{
	switch (part) {
	case SWEEP_MIRRORS:
		return cell->mirrors;
	case SWEEP_THREADS:
		return cell->threads;
	case SWEEP_PROCESSES:
		return cell->processes;
	case SWEEP_MEMORY:
		return cell->memory_bytes;
	case SWEEP_PART_COUNT:
		break;
	}
	return 0;
}

void sweep_key(const struct cell *cell, enum sweep_part part, char name[CELL_NAME_BYTES])
{
	struct cell key = *cell;

	switch (part) {
	case SWEEP_MIRRORS:
		key.mirrors = 0;
		break;
	case SWEEP_THREADS:
		key.threads = 0;
		break;
	case SWEEP_PROCESSES:
		key.processes = 0;
		break;
	case SWEEP_MEMORY:
		key.memory_bytes = 0;
		break;
	case SWEEP_PART_COUNT:
		break;
	}
	cell_name(&key, name);
}
