// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/node_counts.h"

#include <errno.h>
#include <numaif.h>
#include <sys/mman.h>
#include <unistd.h>

#include "agent/session.h"

#define AT_ONCE 256 /* asked for in one call: it is the stack of a measured process */

struct node_counts *node_counts_new(void)
{
	struct node_counts *counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE,
					  MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return counts == MAP_FAILED ? NULL : counts;
}

void node_counts_free(struct node_counts *counts)
{
	if (counts)
		munmap(counts, sizeof(*counts));
}

/* Processes of a storm count at once. */
static int count(uint64_t *by_node, int node)
{
	if (node < 0 || node >= PLACEMENT_NODES_MAX)
		return -EPROTO;
	__atomic_add_fetch(&by_node[node], 1, __ATOMIC_RELAXED);
	return 0;
}

int node_counts_mirrors(struct node_counts *counts, const struct session *session, uint32_t mirrors)
{
	int16_t nodes[AT_ONCE];
	int result = 0;

	for (uint32_t first = 0; first < mirrors && !result; first += AT_ONCE) {
		uint32_t some = mirrors - first < AT_ONCE ? mirrors - first : AT_ONCE;

		result = session_nodes(session, first, some, nodes);
		for (uint32_t i = 0; i < some && !result; i++)
			result = count(counts->mirrors, nodes[i]);
	}
	return result;
}

int node_counts_pages(struct node_counts *counts, const void *memory, uint64_t bytes)
{
	const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), pages = (bytes + page - 1) / page;
	const uint64_t stride = (pages + NODE_COUNTS_PAGES_MAX - 1) / NODE_COUNTS_PAGES_MAX;
	void *addresses[AT_ONCE];
	int nodes[AT_ONCE], result = 0;

	for (uint64_t at = 0; at < pages && !result;) {
		unsigned long some = 0;

		for (; some < AT_ONCE && at < pages; at += stride)
			addresses[some++] = (char *)(uintptr_t)memory + at * page;
		if (move_pages(0, some, addresses, NULL, nodes, 0))
			return errno == ENOSYS ? 0 : -errno;
		for (unsigned long i = 0; i < some && !result; i++)
			result = nodes[i] < 0 ? nodes[i] : count(counts->pages, nodes[i]);
	}
	return result;
}
