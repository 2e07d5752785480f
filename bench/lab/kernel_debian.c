// SPDX-License-Identifier: GPL-2.0-or-later
#include "lab/kernel_debian.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/exit_status.h"
#include "common/paths.h"
#include "lab/cache.h"
#include "lab/debian_apt.h"
#include "lab/kernel_debian_fetch.h"

/* A kernel of Debian and the suites that carry it; the newest version in them is taken. */
struct series {
	const char *name;
	struct debian_suite suites[4];	/* ends with name NULL */
};

static const struct series all_series[] = {
	{ "6.1", { { "bookworm", false }, { "bookworm-updates", false },
		   { "bookworm-security", true }, { NULL, false } } },
	/* Not from trixie: its linux-kbuild needs a newer libc than older hosts have. */
	{ "6.12", { { "bookworm-backports", false }, { NULL, false } } },
	{ "5.10", { { "bullseye", false }, { "bullseye-security", true }, { NULL, false } } },
};

static const struct flavour {
	const char *suffix;	/* behind the version, on the command line */
	const char *package;	/* behind linux-image- */
} flavours[] = {
	{ "", "amd64" },
	{ "-cloud", "cloud-amd64" },
	{ "-rt", "rt-amd64" },
};

#define SERIES (sizeof(all_series) / sizeof(all_series[0]))
#define FLAVOURS (sizeof(flavours) / sizeof(flavours[0]))

const char *kernel_debian_name(size_t index, char *name)
{
	if (index >= SERIES * FLAVOURS)
		return NULL;
	snprintf(name, 32, "debian:%s%s", all_series[index % SERIES].name,
		 flavours[index / SERIES].suffix);
	return name;
}

static const struct series *find(const char *version, const struct flavour **flavour)
{
	for (size_t i = 0; i < SERIES; i++) {
		const size_t length = strlen(all_series[i].name);

		if (strncmp(version, all_series[i].name, length))
			continue;
		for (size_t j = 0; j < FLAVOURS; j++) {
			if (!strcmp(version + length, flavours[j].suffix)) {
				*flavour = &flavours[j];
				return &all_series[i];
			}
		}
	}
	return NULL;
}

static int unknown(const char *version, struct error *error)
{
	char names[256] = "", name[32];
	size_t used = 0;

	for (size_t i = 0; kernel_debian_name(i, name) && used < sizeof(names); i++)
		used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s",
					 i ? ", " : "", name);
	return error_set(error, ENOENT, "debian:%s: there is none; there are %s", version, names);
}

static void unload(struct kernel *kernel)
{
	free(kernel->release);
	free(kernel->package_version);
	free(kernel->image);
	free(kernel->config);
	free(kernel->headers);
	kernel->release = kernel->package_version = NULL;
	kernel->image = kernel->config = kernel->headers = NULL;
}

/* Fills the kernel from a whole entry. -ENOENT: there is none. */
static int load(const char *folder, struct kernel *kernel, struct error *error)
{
	char *path = path_printf("%s/kernel.json", folder);
	const char *release, *version;
	json_error_t why;
	json_t *record;
	int ret = 0;

	if (!path)
		return error_out_of_memory(error);
	if (access(path, R_OK) < 0) {
		free(path);
		return -ENOENT;
	}
	record = json_load_file(path, 0, &why);
	if (!record || json_unpack_ex(record, &why, 0, "{s:s, s:s}", "release", &release,
				      "package_version", &version)) {
		ret = error_set(error, EINVAL, "%s: %s; remove %s to fetch it again", path, why.text,
				folder);
		goto out;
	}
	kernel->source = KERNEL_DEBIAN;
	kernel->release = strdup(release);
	kernel->package_version = strdup(version);
	kernel->image = path_printf("%s/root/boot/vmlinuz-%s", folder, release);
	kernel->config = path_printf("%s/root/boot/config-%s", folder, release);
	kernel->headers = path_printf("%s/root/usr/src/linux-headers-%s", folder, release);
	if (!kernel->release || !kernel->package_version || !kernel->image || !kernel->config ||
	    !kernel->headers)
		ret = error_out_of_memory(error);
	else if (access(kernel->image, R_OK) < 0 || access(kernel->headers, R_OK) < 0)
		ret = error_set(error, EINVAL, "%s: its files are not all there; remove it to fetch "
				"it again", folder);
out:
	json_decref(record);
	free(path);
	return ret;
}

/* With the lock held: another process may have fetched it meanwhile. */
static int fetch_and_load(struct debian_wanted *wanted, const char *name, bool refresh,
			  struct kernel *kernel, struct error *error)
{
	struct cache_entry entry;
	int ret;

	ret = cache_open("kernels", name, &entry, error);
	if (ret)
		return ret;
	ret = load(entry.path, kernel, error);
	if (ret == -ENOENT || (!ret && refresh)) {
		wanted->have = kernel->package_version;
		ret = kernel_debian_fetch(wanted, &entry, error);
		if (!ret) {
			unload(kernel);
			ret = load(entry.path, kernel, error);
		}
	}
	cache_close(&entry);
	return ret;
}

/* What is wanted, and its entry's name in the cache's folder kernels/. */
static int want(const char *version, struct debian_wanted *wanted, char *entry, size_t bytes,
		struct error *error)
{
	const struct flavour *flavour;
	const struct series *series = find(version, &flavour);

	if (!series)
		return unknown(version, error);
	*wanted = (struct debian_wanted){
		.version = version,
		.series = series->name,
		.package = flavour->package,
		.suites = series->suites,
	};
	snprintf(entry, bytes, "debian-%s-%s", series->name, flavour->package);
	return 0;
}

int kernel_debian_resolve(const char *version, bool fetch, struct kernel *kernel,
			  struct error *error)
{
	struct debian_wanted wanted;
	char entry[64], below[80], *folder;
	int ret = want(version, &wanted, entry, sizeof(entry), error);

	if (ret)
		return ret;
	snprintf(below, sizeof(below), "kernels/%s", entry);
	folder = path_cache(below);
	ret = folder ? load(folder, kernel, error) : error_out_of_memory(error);
	free(folder);
	if (ret != -ENOENT)
		return ret;
	if (fetch)
		return fetch_and_load(&wanted, entry, false, kernel, error);
	return error_set(error, ENOENT, "debian:%s is not in the cache; fetch it with 'hmmbench kernel "
			 "fetch debian:%s'", version, version);
}

int kernel_debian_refresh(const char *version, struct kernel *kernel, struct error *error)
{
	struct debian_wanted wanted;
	char entry[64];
	int ret = want(version, &wanted, entry, sizeof(entry), error);

	return ret ? ret : fetch_and_load(&wanted, entry, true, kernel, error);
}
