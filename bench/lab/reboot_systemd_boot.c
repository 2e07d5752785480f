// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * systemd-boot's one-shot entry: bootctl writes it into an EFI variable, which the boot
 * loader removes when it boots it (systemd's Boot Loader Interface, LoaderEntryOneShot).
 */
#include "lab/reboot_way.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/spawn.h"

#define LIST_BYTES_MAX (1u << 20)
#define LOADER_INFO "/sys/firmware/efi/efivars/LoaderInfo-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"

/* A path like /TOKEN/6.12.9-amd64/linux or /vmlinuz-6.12.9-amd64: the release as a whole word. */
static bool path_has(const char *path, const char *release)
{
	const size_t bytes = strlen(release);

	for (const char *at = strstr(path, release); at; at = strstr(at + 1, release))
		if ((at == path || at[-1] == '/' || at[-1] == '-') &&
		    (!at[bytes] || at[bytes] == '/' || !strcmp(at + bytes, ".efi")))
			return true;
	return false;
}

static bool is_of(json_t *entry, const char *release)
{
	const char *version = json_string_value(json_object_get(entry, "version"));
	const char *image = json_string_value(json_object_get(entry, "linux"));

	return (version && !strcmp(version, release)) || (image && path_has(image, release));
}

char *reboot_systemd_boot_entry(const char *json, const char *release)
{
	json_t *list = json_loads(json, 0, NULL), *entry;
	char *found = NULL;
	size_t index;

	json_array_foreach(list, index, entry) {
		const char *id = json_string_value(json_object_get(entry, "id"));

		if (!found && id && is_of(entry, release))
			found = strdup(id);
	}
	json_decref(list);
	return found;
}

static int find(const struct kernel *kernel, char **entry, struct error *error)
{
	const char *const argv[] = { "bootctl", "list", "--json=short", NULL };
	char *list;
	int ret;

	if (access(LOADER_INFO, F_OK))
		return error_set(error, ENOTSUP, "systemd-boot has not booted this machine");
	ret = spawn_output(argv, LIST_BYTES_MAX, &list, error);
	if (ret)
		return ret;
	*entry = reboot_systemd_boot_entry(list, kernel->release);
	free(list);
	return *entry ? 0 : error_set(error, ENOENT, "'bootctl list' has no entry for %s; add it with "
				      "kernel-install", kernel->release);
}

static int probe(const struct kernel *kernel, struct error *error)
{
	char *entry;
	int ret = find(kernel, &entry, error);

	if (!ret)
		free(entry);
	return ret;
}

static int prepare(const struct kernel *kernel, struct error *error)
{
	char *entry, *output;
	int ret = find(kernel, &entry, error);

	if (!ret) {
		const char *const argv[] = { "bootctl", "set-oneshot", entry, NULL };

		ret = spawn_output(argv, 4096, &output, error);
		if (!ret)
			free(output);
		free(entry);
	}
	return ret;
}

const struct reboot_way reboot_systemd_boot = {
	.name = "systemd-boot",
	.help = "systemd-boot boots the next once, through the firmware",
	.probe = probe,
	.prepare = prepare,
};
