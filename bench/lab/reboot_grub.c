// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * GRUB's one-shot entry: grub-reboot writes the entry into GRUB's environment, which takes
 * it out again when it boots it.
 */
#include "lab/reboot_way.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/paths.h"
#include "common/spawn.h"

#define CONFIG_BYTES_MAX (4u << 20)

/* Debian's names and Fedora's. */
static const struct {
	const char *program, *config;
} grubs[] = {
	{ "grub-reboot", "/boot/grub/grub.cfg" },
	{ "grub2-reboot", "/boot/grub2/grub.cfg" },
};

/* The id in "menuentry 'TITLE' ... $menuentry_id_option 'ID' {", malloc'ed, or NULL. */
static char *entry_id(const char *line, size_t length)
{
	static const char mark[] = "$menuentry_id_option '";
	const char *id = memmem(line, length, mark, sizeof(mark) - 1);
	const char *end;

	if (!id)
		return NULL;
	id += sizeof(mark) - 1;
	end = memchr(id, '\'', length - (size_t)(id - line));
	return end ? strndup(id, (size_t)(end - id)) : NULL;
}

static bool starts(const char *line, size_t length, const char *word)
{
	const size_t bytes = strlen(word);

	return length > bytes && !strncmp(line, word, bytes) &&
	       (line[bytes] == ' ' || line[bytes] == '\t');
}

/* Does "linux /boot/vmlinuz-RELEASE root=..." name this release's image? */
static bool boots_release(const char *line, size_t length, const char *release)
{
	const char *end, *path = line + strcspn(line, " \t");
	const size_t bytes = strlen(release);

	path += strspn(path, " \t");
	if (path >= line + length)
		return false;
	end = path + strcspn(path, " \t\n");
	/* Behind "vmlinuz-": another release may end in this one. */
	return (size_t)(end - path) > bytes + 8 && !strncmp(end - bytes, release, bytes) &&
	       !strncmp(end - bytes - 8, "vmlinuz-", 8);
}

static char *join(const char *submenu, const char *entry)
{
	return submenu ? path_printf("%s>%s", submenu, entry) : strdup(entry);
}

char *reboot_grub_entry(const char *config, const char *release)
{
	char *submenu = NULL, *entry = NULL, *found = NULL;
	int depth = 0, submenu_depth = 0;

	for (const char *next, *line = config; *line && !found; line = next) {
		const size_t indent = strspn(line, " \t");
		size_t length;

		next = line + strcspn(line, "\n");
		length = (size_t)(next - line) - indent;
		line += indent;
		next += *next == '\n';
		if (starts(line, length, "submenu")) {
			free(submenu);
			submenu = entry_id(line, length);
			submenu_depth = ++depth;
		} else if (starts(line, length, "menuentry")) {
			free(entry);
			entry = entry_id(line, length);
			/* It boots the release to a root shell. */
			if (entry && strstr(entry, "-recovery-")) {
				free(entry);
				entry = NULL;
			}
			depth++;
		} else if (length == 1 && *line == '}') {
			if (depth == submenu_depth) {
				free(submenu);
				submenu = NULL;
				submenu_depth = 0;
			}
			depth -= depth > 0;
		} else if (entry && starts(line, length, "linux") &&
			   boots_release(line, length, release)) {
			found = join(submenu, entry);
		}
	}
	free(submenu);
	free(entry);
	return found;
}

static int find(const struct kernel *kernel, const char **program, char **entry,
		struct error *error)
{
	for (size_t i = 0; i < sizeof(grubs) / sizeof(grubs[0]); i++) {
		char *path = spawn_find(grubs[i].program), *config;

		if (!path)
			continue;
		free(path);
		if (path_read_file(grubs[i].config, CONFIG_BYTES_MAX, &config, NULL, NULL))
			continue;
		*program = grubs[i].program;
		*entry = reboot_grub_entry(config, kernel->release);
		free(config);
		if (*entry)
			return 0;
		return error_set(error, ENOENT, "%s has no entry for %s; run update-grub",
				 grubs[i].config, kernel->release);
	}
	return error_set(error, ENOENT, "no grub-reboot with a grub.cfg is installed");
}

static int probe(const struct kernel *kernel, struct error *error)
{
	const char *program;
	char *entry;
	int ret = find(kernel, &program, &entry, error);

	if (!ret)
		free(entry);
	return ret;
}

static int prepare(const struct kernel *kernel, struct error *error)
{
	const char *program;
	char *entry, *output;
	int ret = find(kernel, &program, &entry, error);

	if (!ret) {
		const char *const argv[] = { program, entry, NULL };

		ret = spawn_output(argv, 4096, &output, error);
		if (!ret)
			free(output);
		free(entry);
	}
	return ret;
}

const struct reboot_way reboot_grub = {
	.name = "grub",
	.help = "GRUB boots the next once, through the firmware",
	.probe = probe,
	.prepare = prepare,
};
