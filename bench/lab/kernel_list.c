// SPDX-License-Identifier: GPL-2.0-or-later
#include "lab/kernel.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/kernel_debian.h"

/* What can be done with a kernel here, in a few words. */
static const char *state_of(const struct kernel *kernel)
{
	if (kernel->source == KERNEL_DEBIAN)
		return "in the cache";
	if (kernel->image && kernel->headers)
		return kernel->source == KERNEL_RUNNING ? "running" : "installed";
	if (!kernel->headers)
		return "its headers are missing";
	return "its image is missing";
}

static int add(json_t *list, const char *name, const struct kernel *kernel)
{
	json_t *line;

	if (kernel)
		line = json_pack("{s:s, s:s, s:s?, s:s?, s:s?, s:s}", "name", name, "release",
				 kernel->release, "package_version", kernel->package_version,
				 "image", kernel->image, "headers", kernel->headers, "state",
				 state_of(kernel));
	else
		line = json_pack("{s:s, s:n, s:n, s:n, s:n, s:s}", "name", name, "release",
				 "package_version", "image", "headers", "state", "can be fetched");
	return json_array_append_new(list, line) ? -ENOMEM : 0;
}

static int add_debian(json_t *list)
{
	struct kernel *kernel;
	char name[32];
	int ret = 0;

	for (size_t i = 0; kernel_debian_name(i, name) && !ret; i++) {
		if (kernel_resolve(name, false, &kernel, NULL))
			kernel = NULL;
		ret = add(list, name, kernel);
		kernel_free(kernel);
	}
	return ret;
}

static int add_named(json_t *list, const char *name)
{
	struct kernel *kernel;
	int ret = kernel_resolve(name, false, &kernel, NULL);

	if (ret)
		return ret == -ENOMEM ? ret : 0;
	ret = add(list, name, kernel);
	kernel_free(kernel);
	return ret;
}

/* Every release with an image in /boot. */
static int add_installed(json_t *list)
{
	static const char prefix[] = "vmlinuz-";
	struct dirent **entries;
	const int count = scandir("/boot", &entries, NULL, versionsort);
	int ret = 0;

	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;

		if (!ret && !strncmp(name, prefix, sizeof(prefix) - 1))
			ret = add_named(list, name + sizeof(prefix) - 1);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return ret;
}

int kernel_list(json_t **list, struct error *error)
{
	int ret;

	*list = json_array();
	ret = *list ? add_debian(*list) : -ENOMEM;
	if (!ret)
		ret = add_installed(*list);
	if (!ret)
		ret = add_named(*list, "running");
	if (!ret)
		return 0;
	json_decref(*list);
	*list = NULL;
	return error_set_errno(error, -ret, "the list of kernels");
}
