// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From a mirror of Debian into the cache: which packages, fetched, unpacked, and their
 * headers made to work where they are.
 */
#include "lab/kernel_debian_fetch.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/paths.h"
#include "common/spawn.h"
#include "lab/kernel_debian.h"

#define PACKAGES_MAX	   8
#define MAKEFILE_BYTES_MAX (1 << 20)

/* What is fetched: "NAME=VERSION" each. */
struct packages {
	char *names[PACKAGES_MAX];
	size_t count;
	char *release; /* "6.1.0-56-amd64" */
	char *version; /* "6.1.192-2" */
};

static int add(struct packages *packages, char *name, struct error *error)
{
	if (!name)
		return error_out_of_memory(error);
	if (packages->count == PACKAGES_MAX) {
		free(name);
		return error_set(error, E2BIG, "too many packages");
	}
	packages->names[packages->count++] = name;
	return 0;
}

/* All packages that `package` depends on and whose names begin so. */
static int add_dependencies(struct debian_apt *apt, const char *package, const char *prefix,
			    struct packages *packages, struct error *error)
{
	char *depends, *name;
	int ret = debian_apt_field(apt, package, "Depends", &depends, error);

	if (ret)
		return ret;
	name = debian_dependency(depends, prefix);
	if (name)
		ret = add(packages, name, error);
	else
		ret = error_set(error, ENOENT, "package %s depends on no %s...: %.200s", package,
				prefix, depends);
	free(depends);
	return ret;
}

/*
 * linux-image-amd64 depends on the newest linux-image-RELEASE; its headers have the same
 * release and version, and depend on what is common to all flavours and on kbuild.
 */
static int choose_packages(struct debian_apt *apt, const struct debian_wanted *wanted,
			   struct packages *packages, struct error *error)
{
	static const char image[] = "linux-image-";
	char meta[64], *equal;
	int ret;

	snprintf(meta, sizeof(meta), "%s%s", image, wanted->package);
	ret = add_dependencies(apt, meta, image, packages, error);
	if (ret)
		return ret;
	equal = strchr(packages->names[0], '=');
	if (!equal)
		return error_set(error, EPROTO, "%s depends on no exact version: %s", meta,
				 packages->names[0]);
	packages->version = strdup(equal + 1);
	packages->release = strndup(packages->names[0] + strlen(image),
				    (size_t)(equal - packages->names[0]) - strlen(image));
	if (!packages->version || !packages->release)
		return error_out_of_memory(error);
	if (strncmp(packages->release, wanted->series, strlen(wanted->series)))
		return error_set(error, ENOENT, "the mirror has %s there instead of %s",
				 packages->release, wanted->series);
	ret = add(packages,
		  path_printf("linux-headers-%s=%s", packages->release, packages->version), error);
	if (!ret)
		ret = add_dependencies(apt, packages->names[1], "linux-headers-", packages, error);
	if (!ret)
		ret = add_dependencies(apt, packages->names[1], "linux-kbuild-", packages, error);
	return ret;
}

static void free_packages(struct packages *packages)
{
	for (size_t i = 0; i < packages->count; i++)
		free(packages->names[i]);
	free(packages->release);
	free(packages->version);
}

/* Unpacks every package of the folder into `root`. */
static int unpack(const char *folder, const char *root, const char *log, struct error *error)
{
	struct dirent *found;
	DIR *directory = opendir(folder);
	int ret = 0;

	if (!directory)
		return error_set_errno(error, errno, "%s", folder);
	while (!ret && (found = readdir(directory))) {
		const char *const argv[] = { "dpkg-deb", "-x", found->d_name, root, NULL };

		if (found->d_name[0] != '.')
			ret = spawn_logged(argv, folder, log, error);
	}
	closedir(directory);
	return ret;
}

int kernel_debian_relocate(const char *makefile, char **fixed)
{
	static const char include[] = "include /usr/src/";
	const char *line = strstr(makefile, include);
	const char *rest;

	if (!line || (line != makefile && line[-1] != '\n'))
		return -EINVAL;
	rest = line + strlen(include);
	*fixed = path_printf("%.*sinclude $(dir $(lastword $(MAKEFILE_LIST)))../%s",
			     (int)(line - makefile), makefile, rest);
	return *fixed ? 0 : -ENOMEM;
}

static int relocate(const char *root, const char *release, struct error *error)
{
	char *path = path_printf("%s/usr/src/linux-headers-%s/Makefile", root, release);
	char *text = NULL, *fixed = NULL;
	int ret;

	if (!path)
		return error_out_of_memory(error);
	ret = path_read_file(path, MAKEFILE_BYTES_MAX, &text, NULL, error);
	if (!ret) {
		ret = kernel_debian_relocate(text, &fixed);
		if (ret)
			error_set(error, -ret, "%s: does not include what is common, as expected",
				  path);
	}
	if (!ret)
		ret = path_write_file(path, fixed, strlen(fixed), error);
	free(fixed);
	free(text);
	free(path);
	return ret;
}

static int write_record(const char *folder, const char *version, const struct packages *packages,
			struct error *error)
{
	char *path = path_printf("%s/kernel.json", folder), *text = NULL, fetched[32];
	const time_t now = time(NULL);
	struct tm utc;
	json_t *names = json_array(), *root;
	int ret;

	strftime(fetched, sizeof(fetched), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
	for (size_t i = 0; i < packages->count; i++)
		json_array_append_new(names, json_string(packages->names[i]));
	root = json_pack("{s:s, s:s, s:s, s:s, s:o}", "version", version, "release",
			 packages->release, "package_version", packages->version, "fetched",
			 fetched, "packages", names);
	if (root)
		text = json_dumps(root, JSON_INDENT(1));
	if (path && text)
		ret = path_write_file(path, text, strlen(text), error);
	else
		ret = error_out_of_memory(error);
	json_decref(root);
	free(text);
	free(path);
	return ret;
}

/* Into entry->making, whole or not at all. */
static int fetch_packages(struct debian_apt *apt, const char *version,
			  const struct packages *packages, struct cache_entry *entry,
			  struct error *error)
{
	char *folder = path_printf("%s/packages", entry->making);
	char *root = path_printf("%s/root", entry->making);
	int ret = -ENOMEM;

	if (!folder || !root) {
		error_out_of_memory(error);
		goto out;
	}
	ret = cache_make(entry, error);
	if (!ret)
		ret = path_make_folder(folder, error);
	for (size_t i = 0; i < packages->count && !ret; i++) {
		fprintf(stderr, "hmmbench: debian:%s: fetching %s\n", version, packages->names[i]);
		ret = debian_apt_download(apt, packages->names[i], folder, error);
	}
	if (ret)
		goto out;
	fprintf(stderr, "hmmbench: debian:%s: unpacking\n", version);
	ret = path_make_folder(root, error);
	if (!ret)
		ret = unpack(folder, root, apt->log, error);
	if (!ret)
		ret = relocate(root, packages->release, error);
	if (!ret)
		ret = path_remove_tree(folder, error);
	if (!ret)
		ret = write_record(entry->making, version, packages, error);
	if (!ret)
		ret = cache_commit(entry, error);
out:
	if (ret)
		path_remove_tree(entry->making, NULL);
	free(folder);
	free(root);
	return ret;
}

/* The newest there is, unless the cache has it. */
static int fetch_chosen(struct debian_apt *apt, const struct debian_wanted *wanted,
			struct cache_entry *entry, struct error *error)
{
	struct packages packages = { .count = 0 };
	int ret = choose_packages(apt, wanted, &packages, error);

	if (!ret && wanted->have && !strcmp(packages.version, wanted->have))
		fprintf(stderr, "hmmbench: debian:%s: %s is the newest there is\n", wanted->version,
			wanted->have);
	else if (!ret)
		ret = fetch_packages(apt, wanted->version, &packages, entry, error);
	free_packages(&packages);
	return ret;
}

int kernel_debian_fetch(const struct debian_wanted *wanted, struct cache_entry *entry,
			struct error *error)
{
	struct debian_apt apt;
	int ret;

	ret = debian_apt_open(wanted->series, wanted->suites, &apt, error);
	if (!ret) {
		fprintf(stderr, "hmmbench: debian:%s: reading the mirror's package lists\n",
			wanted->version);
		ret = debian_apt_update(&apt, error);
		if (!ret)
			ret = fetch_chosen(&apt, wanted, entry, error);
		debian_apt_close(&apt);
	}
	if (ret)
		error_prefix(error, "debian:%s cannot be fetched", wanted->version);
	return ret;
}
