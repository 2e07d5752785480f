// SPDX-License-Identifier: GPL-2.0-or-later
#include "lab/initramfs.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "common/paths.h"
#include "lab/libraries.h"

#define FILE_BYTES_MAX (512u << 20)

struct initramfs {
	struct archive *archive;
	char *path;
	char **names;		/* of folders made, and of libraries */
	size_t name_count;
	int inode;		/* one number each: equal ones would be hard links */
	int failed;		/* the first error */
};

struct initramfs *initramfs_open(const char *path, struct error *error)
{
	struct initramfs *initramfs = calloc(1, sizeof(*initramfs));

	if (!initramfs)
		goto no_memory;
	initramfs->path = strdup(path);
	initramfs->archive = archive_write_new();
	if (!initramfs->path || !initramfs->archive)
		goto no_memory;
	if (archive_write_set_format_cpio_newc(initramfs->archive) != ARCHIVE_OK ||
	    archive_write_open_filename(initramfs->archive, path) != ARCHIVE_OK) {
		error_set(error, EIO, "%s: %s", path, archive_error_string(initramfs->archive));
		goto failed;
	}
	return initramfs;
no_memory:
	error_set(error, ENOMEM, "%s: out of memory", path);
failed:
	if (initramfs) {
		archive_write_free(initramfs->archive);
		free(initramfs->path);
		free(initramfs);
	}
	return NULL;
}

/* The archive's error as ours; the first one counts. */
static int fail(struct initramfs *initramfs, const char *name, struct error *error)
{
	const int errnum = archive_errno(initramfs->archive);

	if (errnum > 0)
		initramfs->failed = error_set_errno(error, errnum, "%s: %s", initramfs->path, name);
	else
		initramfs->failed = error_set(error, EIO, "%s: %s: %s", initramfs->path, name,
					      archive_error_string(initramfs->archive));
	return initramfs->failed;
}

static int put(struct initramfs *initramfs, const char *name, mode_t type, unsigned int mode,
	       dev_t device, const void *data, size_t bytes, struct error *error)
{
	struct archive_entry *entry;
	int ret = 0;

	if (initramfs->failed)
		return initramfs->failed;
	entry = archive_entry_new();
	if (!entry)
		return initramfs->failed = error_set(error, ENOMEM, "%s: out of memory", name);
	archive_entry_set_pathname(entry, name + (name[0] == '/'));
	archive_entry_set_filetype(entry, type);
	archive_entry_set_perm(entry, mode);
	archive_entry_set_size(entry, (la_int64_t)bytes);
	archive_entry_set_ino64(entry, ++initramfs->inode);
	archive_entry_set_nlink(entry, 1);
	archive_entry_set_mtime(entry, 0, 0);
	if (type == AE_IFCHR)
		archive_entry_set_rdev(entry, device);
	if (archive_write_header(initramfs->archive, entry) != ARCHIVE_OK)
		ret = fail(initramfs, name, error);
	else if (bytes && archive_write_data(initramfs->archive, data, bytes) != (la_ssize_t)bytes)
		ret = fail(initramfs, name, error);
	archive_entry_free(entry);
	return ret;
}

/* 1: the name is there already; 0: it was not and is from now on; -ENOMEM. Takes `name`. */
static int remember(struct initramfs *initramfs, char *name)
{
	char **larger;

	if (!name)
		return -ENOMEM;
	for (size_t i = 0; i < initramfs->name_count; i++)
		if (!strcmp(initramfs->names[i], name)) {
			free(name);
			return 1;
		}
	larger = realloc(initramfs->names, (initramfs->name_count + 1) * sizeof(*larger));
	if (!larger) {
		free(name);
		return -ENOMEM;
	}
	initramfs->names = larger;
	larger[initramfs->name_count++] = name;
	return 0;
}

int initramfs_add_folder(struct initramfs *initramfs, const char *name, struct error *error)
{
	for (const char *slash = strchr(name + 1, '/');; slash = strchr(slash + 1, '/')) {
		int ret = remember(initramfs,
				   slash ? strndup(name, (size_t)(slash - name)) : strdup(name));

		if (ret < 0)
			return error_set(error, ENOMEM, "%s: out of memory", name);
		if (!ret)
			ret = put(initramfs, initramfs->names[initramfs->name_count - 1], AE_IFDIR,
				  0755, 0, NULL, 0, error);
		if (ret < 0 || !slash)
			return ret < 0 ? ret : 0;
	}
}

static int add_folder_of(struct initramfs *initramfs, const char *name, struct error *error)
{
	const char *slash = strrchr(name, '/');
	char *folder;
	int ret;

	if (!slash || slash == name)
		return 0;
	folder = strndup(name, (size_t)(slash - name));
	if (!folder)
		return error_set(error, ENOMEM, "%s: out of memory", name);
	ret = initramfs_add_folder(initramfs, folder, error);
	free(folder);
	return ret;
}

int initramfs_add_data(struct initramfs *initramfs, const char *name, unsigned int mode,
		       const void *data, size_t bytes, struct error *error)
{
	const int ret = add_folder_of(initramfs, name, error);

	return ret ? ret : put(initramfs, name, AE_IFREG, mode, 0, data, bytes, error);
}

int initramfs_add_file(struct initramfs *initramfs, const char *name, unsigned int mode,
		       const char *source, struct error *error)
{
	size_t bytes;
	char *data;
	int ret;

	ret = path_read_file(source, FILE_BYTES_MAX, &data, &bytes, error);
	if (ret)
		return ret;
	ret = initramfs_add_data(initramfs, name, mode, data, bytes, error);
	free(data);
	return ret;
}

int initramfs_add_device(struct initramfs *initramfs, const char *name, unsigned int major_number,
			 unsigned int minor_number, struct error *error)
{
	const int ret = add_folder_of(initramfs, name, error);

	return ret ? ret : put(initramfs, name, AE_IFCHR, 0600,
			       makedev(major_number, minor_number), NULL, 0, error);
}

int initramfs_close(struct initramfs *initramfs, struct error *error)
{
	int ret = initramfs->failed;

	if (archive_write_close(initramfs->archive) != ARCHIVE_OK && !ret)
		ret = fail(initramfs, "its end", error);
	archive_write_free(initramfs->archive);
	if (ret)
		unlink(initramfs->path);
	for (size_t i = 0; i < initramfs->name_count; i++)
		free(initramfs->names[i]);
	free(initramfs->names);
	free(initramfs->path);
	free(initramfs);
	return ret;
}

/* Programs share libraries: one that is there already is left as it is. */
static int add_library(struct initramfs *initramfs, const char *as, const char *path,
		       struct error *error)
{
	const int there = remember(initramfs, strdup(as));

	if (there < 0)
		return error_out_of_memory(error);
	return there ? 0 : initramfs_add_file(initramfs, as, 0755, path, error);
}

/* A program, and its libraries in one folder: the guest has no cache of where they are. */
static int add_program(struct initramfs *initramfs, const char *as, const char *program,
		       struct error *error)
{
	struct libraries libraries;
	int ret;

	ret = libraries_find(program, &libraries, error);
	if (ret)
		return ret;
	ret = initramfs_add_file(initramfs, as, 0755, program, error);
	if (!ret && libraries.loader)
		ret = add_library(initramfs, libraries.loader, libraries.loader, error);
	for (size_t i = 0; i < libraries.count && !ret; i++) {
		const char *slash = strrchr(libraries.paths[i], '/');
		char *name = path_printf("/hmmbench/lib%s", slash);

		ret = name ? add_library(initramfs, name, libraries.paths[i], error) :
			     error_out_of_memory(error);
		free(name);
	}
	libraries_free(&libraries);
	return ret;
}

static int add_contents(struct initramfs *initramfs, const struct initramfs_contents *contents,
			struct error *error)
{
	static const char *const folders[] = { "/proc", "/sys", "/tmp", "/run" };
	int ret = 0;

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]) && !ret; i++)
		ret = initramfs_add_folder(initramfs, folders[i], error);
	if (!ret)
		ret = initramfs_add_device(initramfs, "/dev/console", 5, 1, error);
	if (!ret)
		ret = initramfs_add_file(initramfs, "/bin/busybox", 0755, contents->busybox, error);
	if (!ret)
		ret = initramfs_add_data(initramfs, "/init", 0755, contents->init,
					 strlen(contents->init), error);
	if (!ret && contents->agent)
		ret = add_program(initramfs, "/hmmbench/agent", contents->agent, error);
	if (!ret && contents->perf)
		ret = add_program(initramfs, "/bin/perf", contents->perf, error);
	if (!ret && contents->module)
		ret = initramfs_add_file(initramfs, "/hmmbench/hmmbench.ko", 0644,
					 contents->module, error);
	if (!ret && contents->plan_json)
		ret = initramfs_add_data(initramfs, "/hmmbench/plan.json", 0644,
					 contents->plan_json, strlen(contents->plan_json), error);
	return ret;
}

int initramfs_write(const char *path, const struct initramfs_contents *contents,
		    struct error *error)
{
	struct initramfs *initramfs = initramfs_open(path, error);
	int ret, closed;

	if (!initramfs)
		return -EIO;
	ret = add_contents(initramfs, contents, error);
	if (ret)
		initramfs->failed = ret;
	closed = initramfs_close(initramfs, ret ? NULL : error);
	return ret ? ret : closed;
}
