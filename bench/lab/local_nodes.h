/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many nodes this machine has, by its highest number. */
#ifndef HMMBENCH_LOCAL_NODES_H
#define HMMBENCH_LOCAL_NODES_H

#include <stdint.h>

#include "common/error.h"

/* The highest number in a list as the kernel writes it ("0-1,4"), plus one. 0 or -EINVAL. */
int local_nodes_parse(const char *list, uint32_t *nodes);

/* Of the nodes that are online; 1 on a kernel without NUMA. Errors of reading. */
int local_nodes(uint32_t *nodes, struct error *error);

#endif
