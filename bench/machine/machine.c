// SPDX-License-Identifier: GPL-2.0-or-later
#include "machine/machine.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/paths.h"

#define FILE_BYTES_MAX (4u << 20)

struct machine machine_here(void)
{
	return (struct machine){ .root = "", .root_user = geteuid() == 0 };
}

char *machine_path(const struct machine *machine, const char *path)
{
	return path_printf("%s%s", machine->root, path);
}

bool machine_has(const struct machine *machine, const char *path)
{
	char *whole = machine_path(machine, path);
	const bool there = whole && !access(whole, F_OK);

	free(whole);
	return there;
}

char *machine_text(const struct machine *machine, const char *path)
{
	char *whole = machine_path(machine, path), *text = NULL;

	if (whole && path_read_file(whole, FILE_BYTES_MAX, &text, NULL, NULL))
		text = NULL;
	free(whole);
	return text;
}

bool machine_line(const struct machine *machine, const char *path, char text[MACHINE_TEXT_BYTES])
{
	char *whole = machine_text(machine, path);
	size_t length;

	text[0] = '\0';
	if (!whole)
		return false;
	snprintf(text, MACHINE_TEXT_BYTES, "%.*s", (int)strcspn(whole, "\n"), whole);
	free(whole);
	for (length = strlen(text); length && isspace((unsigned char)text[length - 1]); length--)
		text[length - 1] = '\0';
	return true;
}

bool machine_number(const struct machine *machine, const char *path, long long *number)
{
	char text[MACHINE_TEXT_BYTES], *end;

	if (!machine_line(machine, path, text))
		return false;
	*number = strtoll(text, &end, 10);
	return end != text;
}

bool machine_choice(const struct machine *machine, const char *path, char text[MACHINE_TEXT_BYTES])
{
	char *open, *close;

	if (!machine_line(machine, path, text))
		return false;
	open = strchr(text, '[');
	close = open ? strchr(open, ']') : NULL;
	if (close) {
		*close = '\0';
		memmove(text, open + 1, strlen(open + 1) + 1);
	}
	return true;
}

static int by_version(const void *left, const void *right)
{
	return strverscmp(*(char *const *)left, *(char *const *)right);
}

int machine_each(const struct machine *machine, const char *pattern,
		 int (*visit)(const struct machine *machine, const char *path, void *context),
		 void *context)
{
	char *whole = machine_path(machine, pattern);
	glob_t found = { 0 };
	int result = 0;

	if (!whole)
		return -ENOMEM;
	if (glob(whole, GLOB_NOSORT, NULL, &found) == GLOB_NOSPACE)
		result = -ENOMEM;
	if (found.gl_pathc)
		qsort(found.gl_pathv, found.gl_pathc, sizeof(*found.gl_pathv), by_version);
	for (size_t i = 0; i < found.gl_pathc && !result; i++)
		result = visit(machine, found.gl_pathv[i] + strlen(machine->root), context);
	globfree(&found);
	free(whole);
	return result;
}

struct counting {
	const char *text;
	struct machine_count count;
};

static int count_one(const struct machine *machine, const char *path, void *context)
{
	struct counting *counting = context;
	char text[MACHINE_TEXT_BYTES];

	if (!machine_choice(machine, path, text))
		return 0;
	counting->count.files++;
	if (!strcmp(text, counting->text))
		counting->count.equal++;
	else if (!counting->count.other[0])
		memcpy(counting->count.other, text, sizeof(text));
	return 0;
}

struct machine_count machine_count(const struct machine *machine, const char *pattern,
				   const char *text)
{
	struct counting counting = { .text = text };

	machine_each(machine, pattern, count_one, &counting);
	return counting.count;
}

int machine_write(const struct machine *machine, const char *path, const char *value)
{
	char *whole = machine_path(machine, path);
	const size_t bytes = strlen(value);
	ssize_t written;
	int fd, result = 0;

	if (!whole)
		return -ENOMEM;
	if (machine->write) {
		result = machine->write(whole, value);
		goto out;
	}
	fd = open(whole, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		result = -errno;
		goto out;
	}
	written = write(fd, value, bytes);
	if (written < 0)
		result = -errno;
	else if ((size_t)written != bytes)
		result = -EIO;
	if (close(fd) < 0 && !result)
		result = -errno;
out:
	free(whole);
	return result;
}
