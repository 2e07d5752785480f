// SPDX-License-Identifier: GPL-2.0-or-later
/* The side of placement that acts on the running machine; placement.c only decides. */
#include "agent/placement.h"

#include <errno.h>
#include <numa.h>
#include <numaif.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "agent/kernel_files.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14; older kernels refuse it and pages are touched */
#endif

int placement_topology(hwloc_topology_t *topology, struct error *error)
{
	hwloc_topology_t made;

	if (hwloc_topology_init(&made))
		return error_set_errno(error, errno ? errno : ENOMEM, "hwloc_topology_init");
	if (hwloc_topology_load(made)) {
		int errnum = errno ? errno : EIO;

		hwloc_topology_destroy(made);
		return error_set_errno(error, errnum,
				       "hwloc cannot read the topology; are /sys and "
				       "/proc mounted?");
	}
	*topology = made;
	return 0;
}

int placement_pin(uint32_t cpu)
{
	size_t bytes = CPU_ALLOC_SIZE(cpu + 1);
	cpu_set_t *set = CPU_ALLOC(cpu + 1);
	int result = 0;

	if (!set)
		return -ENOMEM;
	CPU_ZERO_S(bytes, set);
	CPU_SET_S(cpu, bytes, set);
	if (sched_setaffinity(0, bytes, set))
		result = -errno;
	CPU_FREE(set);
	return result;
}

static int bind_pages(const struct placement *placement, void *memory, size_t bytes)
{
	struct bitmask *nodes;
	long result;

	if (numa_available() < 0)
		return placement->page_node_count == 1 ? 0 : -ENOSYS;
	nodes = numa_allocate_nodemask();
	if (!nodes)
		return -ENOMEM;
	for (uint32_t i = 0; i < placement->page_node_count; i++)
		numa_bitmask_setbit(nodes, placement->page_nodes[i]);
	result = mbind(memory, bytes, placement->page_node_count > 1 ? MPOL_INTERLEAVE : MPOL_BIND,
		       nodes->maskp, nodes->size + 1, 0);
	if (result)
		result = -errno;
	numa_free_nodemask(nodes);
	return (int)result;
}

/* "Node 0 MemFree:  1234 kB": the field's bytes; 0 where it is not there. */
static uint64_t meminfo_bytes(const char *meminfo, const char *field)
{
	const char *at = strstr(meminfo, field);
	unsigned long long kilobytes;

	return at && sscanf(at + strlen(field), "%llu", &kilobytes) == 1 ? kilobytes * 1024 : 0;
}

uint64_t placement_room(const char *meminfo)
{
	const uint64_t cache = meminfo_bytes(meminfo, " Active(file):") +
			       meminfo_bytes(meminfo, " Inactive(file):");

	return meminfo_bytes(meminfo, " MemFree:") + cache / 2;
}

int placement_check_memory(const struct placement *placement, uint64_t bytes, struct error *error)
{
	uint64_t share = bytes / placement->page_node_count;

	for (uint32_t i = 0; i < placement->page_node_count; i++) {
		uint64_t room;
		char path[64], *meminfo;

		snprintf(path, sizeof(path), "/sys/devices/system/node/node%u/meminfo",
			 placement->page_nodes[i]);
		meminfo = kernel_file_read(path, KERNEL_FILE_LIMIT, NULL);
		if (!meminfo)
			continue;
		room = placement_room(meminfo);
		free(meminfo);
		if (share > room)
			return error_set(error, ENOMEM,
					 "%llu MiB of pages are asked of node %u, which "
					 "has %llu MiB to give; give the cell less memory",
					 (unsigned long long)(share >> 20),
					 placement->page_nodes[i], (unsigned long long)room >> 20);
	}
	return 0;
}

void *placement_memory(const struct placement *placement, uint64_t bytes)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *memory;
	int result;

	if (!bytes)
		return NULL;
	if (bytes > SIZE_MAX / 2) {
		errno = ENOMEM;
		return MAP_FAILED;
	}
	memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return MAP_FAILED;
	/* Huge pages come and go with fragmentation: the cost of unmapping would, too. */
	if (madvise(memory, bytes, MADV_NOHUGEPAGE) && errno != EINVAL)
		goto fail;
	result = bind_pages(placement, memory, bytes);
	if (result) {
		errno = -result;
		goto fail;
	}
	if (madvise(memory, bytes, MADV_POPULATE_WRITE)) {
		if (errno != EINVAL)
			goto fail;
		for (size_t i = 0; i < bytes; i += page)
			((volatile char *)memory)[i] = 1;
	}
	return memory;
fail:
	result = errno;
	munmap(memory, bytes);
	errno = result;
	return MAP_FAILED;
}
