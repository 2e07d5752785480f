// SPDX-License-Identifier: GPL-2.0-or-later
#include "cell.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hmmbench_uapi.h"

/*
 * What can be named is what the module and the agent have. A new core, strategy,
 * profile, workload or layout is one more line here, in the commit that brings it.
 */
const struct name_table core_names[] = {
	{ "bundled", HMMBENCH_CORE_BUNDLED, "ours, on the kernel's mmu_notifier" },
	{ "intree", HMMBENCH_CORE_INTREE, "the kernel's hmm_mirror, 4.17 to 5.4" },
	{ "interval", HMMBENCH_CORE_INTERVAL, "the kernel's mmu_interval_notifier, 5.5 on" },
	{ NULL, 0, NULL },
};

const struct name_table strategy_names[] = {
	{ "write", HMMBENCH_STRATEGY_WRITE,
	  "drains the list under down_write, dropped around each callback" },
	{ "read", HMMBENCH_STRATEGY_READ, "one down_read over the whole walk" },
	{ "srcu", HMMBENCH_STRATEGY_SRCU, "walks under SRCU; unregister waits a grace period" },
	{ "getput", HMMBENCH_STRATEGY_GETPUT,
	  "as read; each mirror takes and puts its notifier, as 5.4 has it" },
	{ NULL, 0, NULL },
};

const struct name_table profile_names[] = {
	{ "empty", HMMBENCH_PROFILE_EMPTY, "the release callback returns at once" },
	{ "delay", HMMBENCH_PROFILE_DELAY, "it spins for delay:NS nanoseconds" },
	{ "schedule-unregister", HMMBENCH_PROFILE_SCHEDULE_UNREGISTER,
	  "it schedules a worker that unregisters the mirror" },
	{ "drain-workqueue", HMMBENCH_PROFILE_DRAIN_WORKQUEUE,
	  "it schedules that worker and waits for it: a deadlock but under write, ended at 100 ms" },
	{ "writeback", HMMBENCH_PROFILE_WRITEBACK, "it copies a page" },
	{ NULL, 0, NULL },
};

const struct name_table workload_names[] = {
	{ "exit", WORKLOAD_EXIT, "a process with mirrors exits" },
	{ "unregister", WORKLOAD_UNREGISTER, "threads unregister the mirrors of a live process" },
	{ "contend", WORKLOAD_CONTEND, "another process unregisters mirrors of one that exits" },
	{ "bystander", WORKLOAD_BYSTANDER, "invalidations beside a teardown" },
	{ "storm", WORKLOAD_STORM, "many processes with mirrors exit at once" },
	{ "race", WORKLOAD_RACE, "counts callbacks that meet an unregistered mirror" },
	{ "control", WORKLOAD_CONTROL, "a process without mirrors exits" },
	{ NULL, 0, NULL },
};

const struct name_table layout_names[] = {
	{ "same-core", LAYOUT_SAME_CORE, "everything on one core and its node" },
	{ "same-llc", LAYOUT_SAME_LLC, "CPUs under one last-level cache, memory on their node" },
	{ "same-node", LAYOUT_SAME_NODE, "CPUs and memory on one node" },
	{ "near", LAYOUT_NEAR, "memory on the nearest other node" },
	{ "far", LAYOUT_FAR, "memory on the most distant node" },
	{ "interleave", LAYOUT_INTERLEAVE, "CPUs and memory in turn over all nodes" },
	{ "matrix", LAYOUT_MATRIX,
	  "CPUs of one node, memory on one: every pair of nodes, or matrix:CPU-NODE:MEMORY-NODE" },
	{ "list", LAYOUT_LIST, "by number: list:CPUS:MIRROR-NODES:PAGE-NODES" },
	{ NULL, 0, NULL },
};

/* What the cores have whose walk is the kernel's. No configuration chooses it. */
#define STRATEGY_KERNEL_NAME "kernel"

/* Workloads that have two or more CPUs running at once whatever the cell says. */
static const uint32_t concurrent_workloads[] = {
	WORKLOAD_CONTEND,
	WORKLOAD_BYSTANDER,
	WORKLOAD_STORM,
	WORKLOAD_RACE,
};

const char *name_of(const struct name_table *table, uint32_t value)
{
	for (; table->name; table++)
		if (table->value == value)
			return table->name;
	return "?";
}

int name_lookup(const struct name_table *table, const char *name, uint32_t *value)
{
	for (; table->name; table++) {
		if (strcmp(table->name, name))
			continue;
		*value = table->value;
		return 0;
	}
	return -ENOENT;
}

const char *strategy_name(uint32_t strategy)
{
	return strategy == HMMBENCH_STRATEGY_KERNEL ? STRATEGY_KERNEL_NAME
						    : name_of(strategy_names, strategy);
}

int strategy_lookup(const char *name, uint32_t *strategy)
{
	if (strcmp(name, STRATEGY_KERNEL_NAME))
		return name_lookup(strategy_names, name, strategy);
	*strategy = HMMBENCH_STRATEGY_KERNEL;
	return 0;
}

int core_has_own_strategy(uint32_t core)
{
	return core != HMMBENCH_CORE_BUNDLED;
}

void name_list(const struct name_table *table, char *text, size_t bytes)
{
	size_t used = 0;

	if (bytes)
		text[0] = '\0';
	for (const struct name_table *entry = table; entry->name && used < bytes; entry++)
		used += (size_t)snprintf(text + used, bytes - used, "%s%s",
					 entry == table ? "" : ", ", entry->name);
}

static const char suffixes[] = "KMGT";

void bytes_name(uint64_t value, char *text, size_t bytes)
{
	size_t unit = 0;

	while (value && value % 1024 == 0 && unit < strlen(suffixes)) {
		value /= 1024;
		unit++;
	}
	snprintf(text, bytes, "%" PRIu64 "%.1s", value, unit ? &suffixes[unit - 1] : "");
}

/* strtoull() that takes digits only. 0, -EINVAL or -ERANGE. */
static int digits_parse(const char *text, char **end, uint64_t *value)
{
	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	*value = strtoull(text, end, 10);
	return errno ? -ERANGE : 0;
}

int bytes_parse(const char *text, uint64_t *value)
{
	unsigned int shift = 0;
	const char *suffix;
	uint64_t number;
	char *end;
	int err;

	err = digits_parse(text, &end, &number);
	if (err)
		return err;
	if (*end) {
		suffix = strchr(suffixes, *end);
		if (!suffix || end[1])
			return -EINVAL;
		shift = 10 * (unsigned int)(suffix - suffixes + 1);
	}
	if (number > UINT64_MAX >> shift)
		return -ERANGE;
	*value = number << shift;
	return 0;
}

void cell_profile_name(const struct cell *cell, char *text, size_t bytes)
{
	const char *name = name_of(profile_names, cell->profile);

	if (cell->profile == HMMBENCH_PROFILE_DELAY)
		snprintf(text, bytes, "%s:%" PRIu64, name, cell->profile_ns);
	else
		snprintf(text, bytes, "%s", name);
}

int cell_profile_parse(const char *text, struct cell *cell)
{
	const char *colon = strchr(text, ':');
	uint32_t profile;
	uint64_t ns = 0;
	char name[32];
	char *end;
	int err;

	err = snprintf(name, sizeof(name), "%.*s", colon ? (int)(colon - text) : (int)sizeof(name),
		       text);
	if (err >= (int)sizeof(name) || name_lookup(profile_names, name, &profile))
		return -ENOENT;
	if ((profile == HMMBENCH_PROFILE_DELAY) != !!colon)
		return -EINVAL;
	if (colon) {
		err = digits_parse(colon + 1, &end, &ns);
		if (err)
			return err;
		if (*end)
			return -EINVAL;
		if (ns < 1 || ns > HMMBENCH_DELAY_NS_MAX)
			return -ERANGE;
	}
	cell->profile = profile;
	cell->profile_ns = ns;
	return 0;
}

int cell_equal(const struct cell *a, const struct cell *b)
{
	return a->core == b->core && a->workload == b->workload && a->profile == b->profile &&
	       a->profile_ns == b->profile_ns && a->mirrors == b->mirrors &&
	       a->threads == b->threads && a->processes == b->processes &&
	       a->memory_bytes == b->memory_bytes && cell_layout_equal(a, b) &&
	       !strcmp(a->name ? a->name : "", b->name ? b->name : "");
}

int cell_profile_unregisters(const struct cell *cell)
{
	return cell->profile == HMMBENCH_PROFILE_SCHEDULE_UNREGISTER ||
	       cell->profile == HMMBENCH_PROFILE_DRAIN_WORKQUEUE;
}

int cell_is_concurrent(const struct cell *cell)
{
	for (size_t i = 0; i < sizeof(concurrent_workloads) / sizeof(*concurrent_workloads); i++)
		if (cell->workload == concurrent_workloads[i])
			return 1;
	return cell->threads > 1 || cell->processes > 1;
}

int cell_walk_divides(const struct cell *cell)
{
	return cell->workload == WORKLOAD_EXIT;
}

int cell_has_calls(const struct cell *cell)
{
	return cell->workload == WORKLOAD_UNREGISTER;
}

void cell_name(const struct cell *cell, char name[CELL_NAME_BYTES])
{
	char profile[48], layout[CELL_LAYOUT_BYTES], memory[24];

	if (cell->name) {
		snprintf(name, CELL_NAME_BYTES, "%s", cell->name);
		return;
	}
	cell_profile_name(cell, profile, sizeof(profile));
	cell_layout_name(cell, layout, sizeof(layout));
	bytes_name(cell->memory_bytes, memory, sizeof(memory));
	snprintf(name, CELL_NAME_BYTES, "%s/%s/%s/%u/%s/t%u/p%u/%s",
		 name_of(workload_names, cell->workload), name_of(core_names, cell->core), profile,
		 cell->mirrors, layout, cell->threads, cell->processes, memory);
}

/* A number behind a one-letter prefix, in its range; what is not canonical is caught later. */
static int part_number(const char *part, const char *prefix, uint32_t low, uint32_t high,
		       uint32_t *value)
{
	size_t prefix_length = strlen(prefix);
	uint64_t number;
	char *end;

	if (strncmp(part, prefix, prefix_length))
		return -EINVAL;
	if (digits_parse(part + prefix_length, &end, &number) || *end)
		return -EINVAL;
	if (number < low || number > high)
		return -EINVAL;
	*value = (uint32_t)number;
	return 0;
}

enum {
	PART_WORKLOAD,
	PART_CORE,
	PART_PROFILE,
	PART_MIRRORS,
	PART_LAYOUT,
	PART_THREADS,
	PART_PROCESSES,
	PART_MEMORY,
	PART_COUNT
};

static int cell_from_parts(char *const part[PART_COUNT], struct cell *cell)
{
	memset(cell, 0, sizeof(*cell));
	if (name_lookup(workload_names, part[PART_WORKLOAD], &cell->workload) ||
	    name_lookup(core_names, part[PART_CORE], &cell->core) ||
	    cell_layout_parse(part[PART_LAYOUT], cell) ||
	    cell_profile_parse(part[PART_PROFILE], cell) ||
	    part_number(part[PART_MIRRORS], "", 0, HMMBENCH_MIRRORS_MAX, &cell->mirrors) ||
	    part_number(part[PART_THREADS], "t", 1, CELL_THREADS_MAX, &cell->threads) ||
	    part_number(part[PART_PROCESSES], "p", 1, CELL_PROCESSES_MAX, &cell->processes) ||
	    bytes_parse(part[PART_MEMORY], &cell->memory_bytes))
		return -EINVAL;
	if (cell->memory_bytes > CELL_MEMORY_MAX)
		return -EINVAL;
	if ((cell->workload == WORKLOAD_CONTROL) != (cell->mirrors == 0))
		return -EINVAL;
	return 0;
}

int cell_parse(const char *name, struct cell *cell)
{
	char copy[CELL_NAME_BYTES], canonical[CELL_NAME_BYTES];
	char *part[PART_COUNT], *rest = copy;
	int count = 0;

	if (strlen(name) >= sizeof(copy))
		return -EINVAL;
	strcpy(copy, name);
	while (rest && count < PART_COUNT)
		part[count++] = strsep(&rest, "/");
	if (rest || count < PART_COUNT || cell_from_parts(part, cell))
		return -EINVAL;

	/* One cell has one name: "01", "1024K" for "1M" and the like are no names. */
	cell_name(cell, canonical);
	return strcmp(name, canonical) ? -EINVAL : 0;
}
