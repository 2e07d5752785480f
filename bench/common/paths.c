// SPDX-License-Identifier: GPL-2.0-or-later
#include "paths.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exit_status.h"

#define STORE_NAME "store.db"

/* Where an installed hmmbench finds its parts; configure gives the real ones. */
#ifndef HMMBENCH_PKGDATADIR
#define HMMBENCH_PKGDATADIR "/usr/local/share/hmmbench"
#endif
#ifndef HMMBENCH_BINDIR
#define HMMBENCH_BINDIR "/usr/local/bin"
#endif
#ifndef HMMBENCH_KMODDIR
#define HMMBENCH_KMODDIR "/usr/local/src/hmmbench"
#endif

#ifndef HMMBENCH_STATEDIR
#define HMMBENCH_STATEDIR "/var/lib/hmmbench"
#endif

#define AGENT_NAME "hmmbench-agent"

/* Test programs lie up to two folders below the build folder. */
#define UNINSTALLED_LEVELS 3

char *path_printf(const char *format, ...)
{
	va_list args;
	char *text;
	int ret;

	va_start(args, format);
	ret = vasprintf(&text, format, args);
	va_end(args);
	return ret < 0 ? NULL : text;
}

/* $NAME/hmmbench where NAME is set to an absolute path, else HOME/below/hmmbench. */
static char *user_folder(const char *variable, const char *below_home)
{
	const char *folder = getenv(variable);
	const char *home = getenv("HOME");
	const struct passwd *user;

	if (folder && folder[0] == '/')
		return path_printf("%s/hmmbench", folder);
	if (!home || home[0] != '/') {
		user = getpwuid(geteuid());
		home = user && user->pw_dir ? user->pw_dir : "/";
	}
	return path_printf("%s/%s/hmmbench", home, below_home);
}

/* "FOLDER/below", or the folder where below is "". Frees the folder. */
static char *append(char *folder, const char *below)
{
	char *path;

	if (!folder || !below[0])
		return folder;
	path = path_printf("%s/%s", folder, below);
	free(folder);
	return path;
}

char *path_cache(const char *below)
{
	return append(user_folder("XDG_CACHE_HOME", ".cache"), below);
}

char *path_store(void)
{
	const char *store = getenv("HMMBENCH_STORE");

	if (store && store[0])
		return strdup(store);
	return append(user_folder("XDG_DATA_HOME", ".local/share"), STORE_NAME);
}

char *path_run_folder(const char *store, int64_t id)
{
	const char *slash = strrchr(store, '/');
	const char *name = slash ? slash + 1 : store;

	if (strcmp(name, STORE_NAME))
		return path_printf("%s.runs/%lld", store, (long long)id);
	return path_printf("%.*sruns/%lld", (int)(name - store), store, (long long)id);
}

/* The folder this program's file lies in. */
static char *program_folder(void)
{
	char path[4096];
	const ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	if (length <= 0)
		return NULL;
	path[length] = '\0';
	slash = strrchr(path, '/');
	if (!slash)
		return NULL;
	*slash = '\0';
	return strdup(path);
}

/* Line 0 or 1 of uninstalled.conf: the source or the build folder; NULL when installed. */
static char *uninstalled(int line)
{
	char *folder = program_folder(), *file, *data = NULL, *found = NULL, *slash, *start;
	int ret = -ENOENT;

	for (int level = 0; folder && level < UNINSTALLED_LEVELS && ret; level++) {
		file = path_printf("%s/uninstalled.conf", folder);
		if (file)
			ret = path_read_file(file, 65536, &data, NULL, NULL);
		free(file);
		slash = strrchr(folder, '/');
		if (!slash || slash == folder)
			break;
		*slash = '\0';
	}
	free(folder);
	if (ret)
		return NULL;
	start = data;
	while (line-- && start) {
		start = strchr(start, '\n');
		if (start)
			start++;
	}
	if (start) {
		start[strcspn(start, "\n")] = '\0';
		if (start[0] == '/')
			found = strdup(start);
	}
	free(data);
	return found;
}

/* What the user set, or NULL. */
static char *chosen(const char *variable)
{
	const char *path = getenv(variable);

	return path && path[0] ? strdup(path) : NULL;
}

char *path_agent(void)
{
	char *agent = chosen("HMMBENCH_AGENT"), *build;

	if (agent)
		return agent;
	build = uninstalled(1);
	return build ? append(build, AGENT_NAME) :
		       path_printf("%s/%s", HMMBENCH_BINDIR, AGENT_NAME);
}

char *path_kmod(void)
{
	char *kmod = chosen("HMMBENCH_KMOD"), *source;

	if (kmod)
		return kmod;
	source = uninstalled(0);
	return source ? append(source, "kmod") : strdup(HMMBENCH_KMODDIR);
}

char *path_data(const char *below)
{
	char *source = uninstalled(0);

	return append(source ? source : strdup(HMMBENCH_PKGDATADIR), below);
}

char *path_state(const char *name)
{
	const char *folder = getenv("HMMBENCH_STATE_DIR");

	return path_printf("%s/%s", folder && folder[0] ? folder : HMMBENCH_STATEDIR, name);
}

static int make_folder(const char *path, mode_t mode, struct error *error)
{
	char *copy = strdup(path), *slash;
	struct stat status;
	int ret = 0;

	if (!copy)
		return error_set(error, ENOMEM, "%s: out of memory", path);
	for (slash = copy; !ret; ) {
		slash = strchr(slash + 1, '/');
		if (slash)
			*slash = '\0';
		if (mkdir(copy, mode) < 0 && errno != EEXIST)
			ret = error_set_errno(error, errno, "%s: cannot make this folder", copy);
		if (!slash)
			break;
		*slash = '/';
	}
	if (!ret && stat(path, &status) < 0)
		ret = error_set_errno(error, errno, "%s", path);
	else if (!ret && !S_ISDIR(status.st_mode))
		ret = error_set(error, ENOTDIR, "%s: is there and is no folder; name another", path);
	free(copy);
	return ret;
}

int path_make_folder(const char *path, struct error *error)
{
	return make_folder(path, 0700, error);
}

int path_make_shared_folder(const char *path, struct error *error)
{
	const int result = make_folder(path, 0777, error);

	if (error && result && result != -ENOSPC && result != -ENOMEM)
		error->exit_status = STATUS_USAGE;
	return result;
}

/* Removes what is in the folder `fd`, which it closes. 0 or -errno of the first failure. */
static int remove_inside(int fd)
{
	struct dirent *entry;
	int child, ret = 0;
	DIR *folder = fdopendir(fd);

	if (!folder) {
		ret = -errno;
		close(fd);
		return ret;
	}
	while (errno = 0, (entry = readdir(folder))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (!unlinkat(fd, entry->d_name, 0))
			continue;
		if (errno != EISDIR && errno != EPERM) {
			ret = ret ? ret : -errno;
			continue;
		}
		child = openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (child < 0) {
			ret = ret ? ret : -errno;
			continue;
		}
		child = remove_inside(child);
		if (!child && unlinkat(fd, entry->d_name, AT_REMOVEDIR) < 0)
			child = -errno;
		ret = ret ? ret : child;
	}
	if (errno && !ret)
		ret = -errno;
	closedir(folder);
	return ret;
}

int path_remove_tree(const char *path, struct error *error)
{
	const int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return errno == ENOENT ? 0 : error_set_errno(error, errno, "%s", path);
	ret = remove_inside(fd);
	if (!ret && rmdir(path) < 0)
		ret = -errno;
	return ret ? error_set_errno(error, -ret, "%s: cannot be removed whole", path) : 0;
}

/* Reads on to the end of the file; /proc tells no size beforehand. */
static int read_whole(int fd, size_t limit, char **data, size_t *bytes)
{
	size_t size = 4096, used = 0;
	struct stat status;
	char *larger;
	ssize_t got;

	if (fstat(fd, &status) < 0)
		return -errno;
	if (S_ISDIR(status.st_mode))
		return -EISDIR;
	if (S_ISREG(status.st_mode) && (uint64_t)status.st_size > limit)
		return -EFBIG;
	if (S_ISREG(status.st_mode) && status.st_size > 0)
		size = (size_t)status.st_size + 2;
	*data = malloc(size);
	if (!*data)
		return -ENOMEM;
	for (;;) {
		if (used + 1 >= size) {
			larger = realloc(*data, size * 2);
			if (!larger)
				return -ENOMEM;
			*data = larger;
			size *= 2;
		}
		got = read(fd, *data + used, size - used - 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			break;
		used += (size_t)got;
		if (used > limit)
			return -EFBIG;
	}
	(*data)[used] = '\0';
	if (bytes)
		*bytes = used;
	return 0;
}

int path_read_file(const char *path, size_t limit, char **data, size_t *bytes,
		   struct error *error)
{
	int fd, ret;

	*data = NULL;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return error_set_errno(error, errno, "%s", path);
	ret = read_whole(fd, limit, data, bytes);
	close(fd);
	if (!ret)
		return 0;
	free(*data);
	*data = NULL;
	if (ret == -EFBIG)
		return error_set(error, EFBIG, "%s: larger than %zu bytes", path, limit);
	return error_set_errno(error, -ret, "%s", path);
}

static int write_whole(int fd, const char *data, size_t bytes)
{
	ssize_t done;

	while (bytes) {
		done = write(fd, data, bytes);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		data += done;
		bytes -= (size_t)done;
	}
	return fsync(fd) < 0 ? -errno : 0;
}

/* The rename is on the disk when its folder is. */
static int sync_folder_of(const char *path)
{
	char *folder = strdup(path), *slash;
	int fd, ret = 0;

	if (!folder)
		return -ENOMEM;
	slash = strrchr(folder, '/');
	if (slash && slash != folder)
		*slash = '\0';
	fd = open(slash ? (slash == folder ? "/" : folder) : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		ret = -errno;
	else if (fsync(fd) < 0 && errno != EINVAL)	/* some file systems cannot */
		ret = -errno;
	if (fd >= 0)
		close(fd);
	free(folder);
	return ret;
}

int path_write_file(const char *path, const void *data, size_t bytes, struct error *error)
{
	char *temporary = path_printf("%s.XXXXXX", path);
	int fd, ret;

	if (!temporary)
		return error_set(error, ENOMEM, "%s: out of memory", path);
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0) {
		ret = -errno;
		goto out;
	}
	ret = write_whole(fd, data, bytes);
	if (close(fd) < 0 && !ret)
		ret = -errno;
	if (!ret && rename(temporary, path) < 0)
		ret = -errno;
	if (ret)
		unlink(temporary);
	else
		ret = sync_folder_of(path);
out:
	free(temporary);
	return ret ? error_set_errno(error, -ret, "%s: cannot be written", path) : 0;
}

int path_write_below(const char *folder, const char *name, const void *data, size_t bytes,
		     struct error *error)
{
	char *path = path_printf("%s/%s", folder, name);
	int result = path ? path_make_folder(folder, error) : error_out_of_memory(error);

	if (!result)
		result = path_write_file(path, data, bytes, error);
	free(path);
	return result;
}
