// SPDX-License-Identifier: GPL-2.0-or-later
/* Which two groups of a table are compared. */
#include "elsewhere/arranging.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define GROUPS_SHOWN 8

static void list_groups(const struct name_set *groups, char *text, size_t bytes)
{
	size_t used = 0;

	for (uint32_t i = 0; i < groups->count && used < bytes; i++) {
		used += (size_t)snprintf(text + used, bytes - used, "%s%s", i ? ", " : "",
					 i < GROUPS_SHOWN ? name_set_text(groups, i) : "...");
		if (i == GROUPS_SHOWN)
			break;
	}
}

static int find_group(const struct name_set *groups, const char *option, const char *name,
		      uint32_t *group, struct error *error)
{
	char all[512];

	*group = name_set_find(groups, name, strlen(name));
	if (*group != UINT32_MAX)
		return 0;
	list_groups(groups, all, sizeof(all));
	return error_set(error, EINVAL, "%s %s: no such group; there are %s", option, name, all);
}

int arranging_choose_groups(const struct name_set *groups,
			    const struct arrangement_options *options, uint32_t group[ARM_COUNT],
			    struct error *error)
{
	char all[512];
	int result = 0;

	group[ARM_BASE] = 0;
	if (options->base)
		result = find_group(groups, "--base", options->base, &group[ARM_BASE], error);
	if (result)
		return result;
	list_groups(groups, all, sizeof(all));
	if (groups->count < 2)
		return error_set(error, EINVAL, "one group (%s): nothing to compare it with", all);
	if (!options->candidate && groups->count > 2)
		return error_set(error, EINVAL,
				 "%u groups (%s): name the one to judge by --candidate",
				 groups->count, all);
	group[ARM_CANDIDATE] = group[ARM_BASE] == 0;
	if (options->candidate)
		result = find_group(groups, "--candidate", options->candidate,
				    &group[ARM_CANDIDATE], error);
	if (!result && group[ARM_BASE] == group[ARM_CANDIDATE])
		result = error_set(error, EINVAL, "group %s is compared with itself",
				   name_set_text(groups, group[ARM_BASE]));
	return result;
}
