// SPDX-License-Identifier: GPL-2.0-or-later
#include "lab/libraries.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/spawn.h"

#define LIST_BYTES_MAX (1 << 20)
#define LOADER_BYTES_MAX 4096

static bool read_at(int fd, uint64_t offset, void *data, size_t bytes)
{
	return pread(fd, data, bytes, (off_t)offset) == (ssize_t)bytes;
}

/* 0 with *loader NULL for a static program. */
static int loader_of(int fd, char **loader)
{
	Elf64_Ehdr header;
	Elf64_Phdr segment;

	if (!read_at(fd, 0, &header, sizeof(header)) ||
	    memcmp(header.e_ident, ELFMAG, SELFMAG) ||
	    header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_phentsize != sizeof(segment))
		return -ENOEXEC;
	for (size_t i = 0; i < header.e_phnum; i++) {
		if (!read_at(fd, header.e_phoff + i * sizeof(segment), &segment, sizeof(segment)))
			return -ENOEXEC;
		if (segment.p_type != PT_INTERP)
			continue;
		if (!segment.p_filesz || segment.p_filesz > LOADER_BYTES_MAX)
			return -ENOEXEC;
		*loader = calloc(1, segment.p_filesz + 1);
		if (!*loader)
			return -ENOMEM;
		if (!read_at(fd, segment.p_offset, *loader, segment.p_filesz))
			return -ENOEXEC;
		return 0;
	}
	return 0;
}

int libraries_loader(const char *program, char **loader, struct error *error)
{
	const int fd = open(program, O_RDONLY | O_CLOEXEC);
	int ret;

	*loader = NULL;
	if (fd < 0)
		return error_set_errno(error, errno, "%s", program);
	ret = loader_of(fd, loader);
	close(fd);
	if (ret) {
		free(*loader);
		*loader = NULL;
		error_set(error, -ret, "%s: is no 64-bit ELF program", program);
	}
	return ret;
}

static int add(struct libraries *libraries, const char *path, size_t length)
{
	char **larger = realloc(libraries->paths, (libraries->count + 1) * sizeof(*larger));

	if (!larger)
		return -ENOMEM;
	libraries->paths = larger;
	larger[libraries->count] = strndup(path, length);
	if (!larger[libraries->count])
		return -ENOMEM;
	libraries->count++;
	return 0;
}

/*
 * Lines of the loader: "libc.so.6 => /lib/.../libc.so.6 (0x...)", "libx.so => not
 * found", and without an arrow the loader itself and the kernel's vDSO.
 */
static int parse(const char *program, char *list, struct libraries *libraries,
		 struct error *error)
{
	char *save = NULL;

	for (char *line = strtok_r(list, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		const char *arrow = strstr(line, " => "), *path;

		if (!arrow)
			continue;
		path = arrow + 4;
		line += strspn(line, " \t");
		if (path[0] != '/')
			return error_set(error, ENOENT, "%s: its library %.*s is not found",
					 program, (int)(arrow - line), line);
		if (add(libraries, path, strcspn(path, " \t")))
			return error_set(error, ENOMEM, "%s: out of memory", program);
	}
	return 0;
}

int libraries_find(const char *program, struct libraries *libraries, struct error *error)
{
	char *list;
	int ret;

	*libraries = (struct libraries){ 0 };
	ret = libraries_loader(program, &libraries->loader, error);
	if (ret || !libraries->loader)
		return ret;
	{
		const char *const argv[] = { libraries->loader, "--list", program, NULL };

		ret = spawn_output(argv, LIST_BYTES_MAX, &list, error);
	}
	if (!ret) {
		ret = parse(program, list, libraries, error);
		free(list);
	} else {
		error_prefix(error, "%s: its libraries cannot be listed", program);
	}
	if (ret)
		libraries_free(libraries);
	return ret;
}

void libraries_free(struct libraries *libraries)
{
	for (size_t i = 0; i < libraries->count; i++)
		free(libraries->paths[i]);
	free(libraries->paths);
	free(libraries->loader);
	*libraries = (struct libraries){ 0 };
}
