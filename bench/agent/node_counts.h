/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the memory of a block's processes really lay: what the module says of every
 * mirror, and what the kernel says of the pages. A placement is what was asked; this is
 * what came of it.
 */
#ifndef HMMBENCH_NODE_COUNTS_H
#define HMMBENCH_NODE_COUNTS_H

#include <stdint.h>

#include "agent/placement.h"
#include "common/error.h"

struct session;

struct node_counts {
	uint64_t mirrors[PLACEMENT_NODES_MAX]; /* by node; of all operations */
	uint64_t pages[PLACEMENT_NODES_MAX];   /* by node; looked at in the first operation */
};

/* Mapped shared, so that the processes of a block count into one. NULL and errno. */
struct node_counts *node_counts_new(void);
void node_counts_free(struct node_counts *counts); /* NULL is allowed */

/*
 * After fork(): counts the caller's `mirrors` mirrors, each by the node that the module
 * names. 0 or -errno of the ioctl; -EPROTO: a node that cannot be.
 */
int node_counts_mirrors(struct node_counts *counts, const struct session *session,
			uint32_t mirrors);

/*
 * After fork(): counts the pages of `memory` by move_pages(2), up to NODE_COUNTS_PAGES_MAX of
 * them, evenly spread. 0, also on a kernel without NUMA, where none are counted; or -errno.
 */
#define NODE_COUNTS_PAGES_MAX 4096
int node_counts_pages(struct node_counts *counts, const void *memory, uint64_t bytes);

#endif
