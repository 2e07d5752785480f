// SPDX-License-Identifier: GPL-2.0-or-later
#include "lab/local_nodes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/cell.h"
#include "common/paths.h"

#define ONLINE "/sys/devices/system/node/online"

int local_nodes_parse(const char *list, uint32_t *nodes)
{
	const char *last = list + strcspn(list, "\n");
	unsigned long number;

	if (*last && last[1])
		return -EINVAL;
	while (last > list && last[-1] >= '0' && last[-1] <= '9')
		last--;
	if (strspn(list, "0123456789,-\n") != strlen(list) || *last < '0' || *last > '9')
		return -EINVAL;
	number = strtoul(last, NULL, 10);
	if (number > CELL_NODE_MAX)
		return -EINVAL;
	*nodes = (uint32_t)number + 1;
	return 0;
}

int local_nodes(uint32_t *nodes, struct error *error)
{
	struct error reason = { 0 };
	char *text = NULL;
	int ret = path_read_file(ONLINE, 4096, &text, NULL, &reason);

	*nodes = 1;
	if (ret == -ENOENT)
		return 0;
	if (ret) {
		if (error)
			*error = reason;
		return ret;
	}
	ret = local_nodes_parse(text, nodes);
	if (ret)
		error_set(error, EINVAL, ONLINE ": '%.60s' is no list of nodes", text);
	free(text);
	return ret;
}
