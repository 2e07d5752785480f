// SPDX-License-Identifier: GPL-2.0-or-later
#include "lab/cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/paths.h"
#include "common/spawn.h"

#define MAKING ".making"
#define LOCK ".lock"

/* Takes the lock; says so when somebody else has it for more than a second. */
static int lock(int fd, const char *name, struct error *error)
{
	for (int tries = 0; flock(fd, LOCK_EX | LOCK_NB) < 0; tries++) {
		const struct timespec pause = { .tv_nsec = 50000000 };

		if (errno != EWOULDBLOCK)
			return error_set_errno(error, errno, "%s: cannot be locked", name);
		if (tries == 20) {
			fprintf(stderr, "hmmbench: another hmmbench is making %s; waiting for it\n",
				name);
			if (flock(fd, LOCK_EX) < 0)
				return error_set_errno(error, errno, "%s: waiting for its lock",
						       name);
			return 0;
		}
		nanosleep(&pause, NULL);
	}
	return 0;
}

int cache_open(const char *folder, const char *name, struct cache_entry *entry,
	       struct error *error)
{
	char *parent = path_cache(folder), *lock_path = NULL;
	int ret = -ENOMEM;

	*entry = (struct cache_entry){ .lock_fd = -1 };
	if (!parent)
		goto out;
	ret = path_make_folder(parent, error);
	if (ret) {
		error_prefix(error, "the cache (XDG_CACHE_HOME puts it elsewhere)");
		goto out;
	}
	ret = -ENOMEM;
	entry->path = path_printf("%s/%s", parent, name);
	entry->making = path_printf("%s/%s" MAKING, parent, name);
	lock_path = path_printf("%s/%s" LOCK, parent, name);
	if (!entry->path || !entry->making || !lock_path)
		goto out;
	entry->lock_fd = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (entry->lock_fd < 0) {
		ret = error_set_errno(error, errno, "%s", lock_path);
		goto out;
	}
	ret = lock(entry->lock_fd, entry->path, error);
	if (!ret)
		ret = path_remove_tree(entry->making, error);
out:
	if (ret == -ENOMEM)
		error_set(error, ENOMEM, "cache entry %s: out of memory", name);
	if (ret)
		cache_close(entry);
	free(parent);
	free(lock_path);
	return ret;
}

/* The lock's file stays: removing it would let two processes hold two files of one name. */
void cache_close(struct cache_entry *entry)
{
	if (entry->lock_fd >= 0)
		close(entry->lock_fd);
	free(entry->path);
	free(entry->making);
	*entry = (struct cache_entry){ .lock_fd = -1 };
}

int cache_make(struct cache_entry *entry, struct error *error)
{
	const int ret = path_remove_tree(entry->making, error);

	return ret ? ret : path_make_folder(entry->making, error);
}

int cache_commit(struct cache_entry *entry, struct error *error)
{
	const int fd = open(entry->making, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return error_set_errno(error, errno, "%s", entry->making);
	/* A power cut must not leave the new name with empty files behind it. */
	ret = syncfs(fd) < 0 ? error_set_errno(error, errno, "%s", entry->making) : 0;
	close(fd);
	if (!ret)
		ret = path_remove_tree(entry->path, error);
	if (!ret && rename(entry->making, entry->path) < 0)
		ret = error_set_errno(error, errno, "%s: cannot be renamed", entry->making);
	return ret;
}

void cache_touch(const char *path)
{
	utimensat(AT_FDCWD, path, NULL, 0);
}

struct used {
	char *path;
	struct timespec when;
};

static int newest_first(const void *left, const void *right)
{
	const struct used *a = left, *b = right;

	if (a->when.tv_sec != b->when.tv_sec)
		return a->when.tv_sec < b->when.tv_sec ? 1 : -1;
	return (a->when.tv_nsec < b->when.tv_nsec) - (a->when.tv_nsec > b->when.tv_nsec);
}

static int ends_with(const char *text, const char *end)
{
	const size_t length = strlen(text), end_length = strlen(end);

	return length >= end_length && !strcmp(text + length - end_length, end);
}

void cache_prune(const char *folder, size_t keep)
{
	char *path = path_cache(folder);
	DIR *directory = path ? opendir(path) : NULL;
	struct used *entries = NULL, *larger;
	struct dirent *found;
	struct stat status;
	size_t count = 0;

	while (directory && (found = readdir(directory))) {
		if (found->d_name[0] == '.' || ends_with(found->d_name, MAKING) ||
		    ends_with(found->d_name, LOCK) ||
		    fstatat(dirfd(directory), found->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0 ||
		    !S_ISDIR(status.st_mode))
			continue;
		larger = realloc(entries, (count + 1) * sizeof(*entries));
		if (!larger)
			break;
		entries = larger;
		entries[count].path = path_printf("%s/%s", path, found->d_name);
		entries[count].when = status.st_mtim;
		count += entries[count].path != NULL;
	}
	if (directory)
		closedir(directory);
	if (count > keep)
		qsort(entries, count, sizeof(*entries), newest_first);
	for (size_t i = 0; i < count; i++) {
		if (i >= keep)
			path_remove_tree(entries[i].path, NULL);
		free(entries[i].path);
	}
	free(entries);
	free(path);
}

int cache_digest(const char *path, char digest[65], struct error *error)
{
	const char *const argv[] = { "sha256sum", "--", path, NULL };
	const char *start;
	char *output;
	int ret;

	ret = spawn_output(argv, 8192, &output, error);
	if (ret)
		return ret;
	start = output[0] == '\\' ? output + 1 : output;	/* a name that needed quoting */
	if (strspn(start, "0123456789abcdef") == 64) {
		memcpy(digest, start, 64);
		digest[64] = '\0';
	} else {
		ret = error_set(error, EIO, "sha256sum %s: gives no digest", path);
	}
	free(output);
	return ret;
}
