// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which cells can run: what each workload takes.
 */
#include "plan/config_internal.h"

#include <inttypes.h>

#include "hmmbench_uapi.h"

#define RECORD_EVERY   16 /* keeps an unregister's probe effect within 1 % (make bench) */
#define RECORDED_LEAST 32 /* calls of an operation */

/* What a workload can take. One that is not here takes what the keys' ranges allow. */
struct workload_limits {
	uint32_t workload;
	uint32_t threads_max, processes_max, mirrors_max;
	uint32_t cpus_more;	  /* CPUs that it uses beside one for each thread */
	bool thread_needs_mirror; /* a thread without a mirror would have nothing to do */
	bool plain_profile;	  /* no callback ever runs: only the profile empty */
	const char *why_threads;
};

static const struct workload_limits limits[] = {
	{ WORKLOAD_EXIT, 1, 1, HMMBENCH_MIRRORS_MAX, 0, false, false, "one task exits" },
	{ WORKLOAD_UNREGISTER, CELL_THREADS_MAX, 1, HMMBENCH_MIRRORS_MAX, 0, true, false, "" },
	/* Each thread unregisters one mirror of each exit. */
	{ WORKLOAD_CONTEND, CELL_THREADS_MAX, 1, HMMBENCH_MIRRORS_MAX, 1, true, false, "" },
	{ WORKLOAD_BYSTANDER, CELL_THREADS_MAX, 1, HMMBENCH_MIRRORS_MAX, 2, false, false, "" },
	{ WORKLOAD_STORM, 1, CELL_PROCESSES_MAX, HMMBENCH_MIRRORS_MAX, 0, false, false,
	  "one task of each process exits" },
	{ WORKLOAD_RACE, CELL_THREADS_MAX, 1, HMMBENCH_MIRRORS_MAX, 1, true, false, "" },
	{ WORKLOAD_CONTROL, 1, 1, 0, 0, false, true, "one task exits" },
};

static const struct workload_limits *limits_of(uint32_t workload)
{
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		if (limits[i].workload == workload)
			return &limits[i];
	return NULL;
}

static int check_mirrors(struct config_reader *reader, const struct cells_section *section,
			 const struct cell *cell, const struct workload_limits *limit)
{
	unsigned int line = config_key_line(reader, &section->section, "mirrors");
	const char *workload = name_of(workload_names, cell->workload);
	uint64_t all = (uint64_t)cell->mirrors * cell->processes;

	if (limit && !limit->mirrors_max && cell->mirrors)
		return config_error(reader, line,
				    "workload %s has no mirrors; leave 'mirrors' out, or give %s a "
				    "section of its own",
				    workload, workload);
	if (!cell->mirrors && !(limit && !limit->mirrors_max))
		return config_error(reader, line, "workload %s needs mirrors; 1 to %d", workload,
				    HMMBENCH_MIRRORS_MAX);
	if (all > HMMBENCH_MIRRORS_MAX)
		return config_error(reader, line,
				    "%u mirrors of %u processes are %" PRIu64 " mirrors; at most "
				    "%d together",
				    cell->mirrors, cell->processes, all, HMMBENCH_MIRRORS_MAX);
	if (limit && limit->thread_needs_mirror && cell->threads > cell->mirrors)
		return config_error(reader, line,
				    "%u threads have %u mirrors to %s; at least one mirror for "
				    "each thread",
				    cell->threads, cell->mirrors, workload);
	return 0;
}

static int check_list(struct config_reader *reader, const struct cells_section *section,
		      const struct cell *cell, const struct workload_limits *limit)
{
	uint32_t needed = cell->threads + (limit ? limit->cpus_more : 0);
	struct cell_list list;

	if (cell->layout != LAYOUT_LIST || cell_list_expand(cell, &list) ||
	    list.cpu_count >= needed)
		return 0;
	return config_error(reader, config_key_line(reader, &section->section, "layout"),
			    "layout list:%s has %u CPUs, workload %s with %u threads uses %u; at "
			    "least so many CPUs, or fewer threads",
			    cell->list, list.cpu_count, name_of(workload_names, cell->workload),
			    cell->threads, needed);
}

int config_check_cell(struct config_reader *reader, const struct cells_section *section,
		      const struct cell *cell)
{
	const struct workload_limits *limit = limits_of(cell->workload);
	const char *workload = name_of(workload_names, cell->workload);

	if (limit && cell->threads > limit->threads_max)
		return config_error(reader, config_key_line(reader, &section->section, "threads"),
				    "workload %s cannot have %u threads (%s); threads = %u",
				    workload, cell->threads, limit->why_threads,
				    limit->threads_max);
	if (limit && cell->processes > limit->processes_max)
		return config_error(reader, config_key_line(reader, &section->section, "processes"),
				    "workload %s cannot have %u processes (each operation is one "
				    "process); processes = %u",
				    workload, cell->processes, limit->processes_max);
	if (limit && limit->plain_profile && cell->profile != HMMBENCH_PROFILE_EMPTY)
		return config_error(reader, config_key_line(reader, &section->section, "profile"),
				    "workload %s has no callbacks for a profile; profile = empty",
				    workload);
	if (cell->workload == WORKLOAD_BYSTANDER) {
		uint64_t operations = section->operations ? section->operations
							  : reader->plan.operations;
		const struct config_section *given = section->operations ? &section->section
									 : &reader->plan.section;

		if (operations % BYSTANDER_FORMS)
			return config_error(reader, config_key_line(reader, given, "operations"),
					    "workload bystander takes %d forms in turn and has %" PRIu64
					    " operations; operations = a multiple of %d",
					    BYSTANDER_FORMS, operations, BYSTANDER_FORMS);
	}
	if (check_list(reader, section, cell, limit))
		return reader->result;
	if (section->record_every > 1 && !cell_has_calls(cell))
		return config_error(reader,
				    config_key_line(reader, &section->section, "record-every"),
				    "each operation of workload %s is recorded; leave "
				    "'record-every' out, or give %s a section of its own",
				    workload, workload);
	return check_mirrors(reader, section, cell, limit);
}

uint32_t config_record_every(const struct cell *cell)
{
	uint32_t every = cell->mirrors / RECORDED_LEAST;

	if (!cell_has_calls(cell) || !every)
		return 1;
	return every < RECORD_EVERY ? every : RECORD_EVERY;
}

bool config_workload_has_mirrors(uint32_t workload)
{
	const struct workload_limits *limit = limits_of(workload);

	return !limit || limit->mirrors_max;
}
