// SPDX-License-Identifier: GPL-2.0-or-later
#include "machine/tune.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/paths.h"

#define STATE_VERSION	1
#define STATE_BYTES_MAX (64u << 20) /* thousands of CPUs with ten idle states each */

char *tune_state_path(void)
{
	return path_state("tune.json");
}

static bool take(char *to, size_t bytes, const char *from)
{
	return (size_t)snprintf(to, bytes, "%s", from) < bytes;
}

/* Files that a state names are written as root: it names none outside /proc and /sys. */
static bool is_kernel_file(const char *path)
{
	return (!strncmp(path, "/sys/", 5) || !strncmp(path, "/proc/", 6)) && !strstr(path, "/..");
}

static bool parse_value(json_t *json, struct tune_value *value)
{
	const char *setting, *path, *was, *set;

	return !json_unpack(json, "{s:s, s:s, s:s, s:s}", "setting", &setting, "file", &path, "was",
			    &was, "set", &set) &&
	       is_kernel_file(path) && take(value->setting, sizeof(value->setting), setting) &&
	       take(value->path, sizeof(value->path), path) &&
	       take(value->was, sizeof(value->was), was) &&
	       take(value->set, sizeof(value->set), set);
}

static bool parse(json_t *root, struct tune *tune)
{
	const char *boot_id, *since, *command;
	json_int_t process;
	json_t *values;
	int version;

	if (json_unpack(root, "{s:i, s:s, s:s, s:s, s:I, s:o}", "version", &version, "boot_id",
			&boot_id, "since", &since, "command", &command, "process", &process,
			"values", &values) ||
	    version != STATE_VERSION || !json_is_array(values) ||
	    !take(tune->boot_id, sizeof(tune->boot_id), boot_id) ||
	    !take(tune->since, sizeof(tune->since), since) ||
	    !take(tune->command, sizeof(tune->command), command))
		return false;
	tune->process = (long)process;
	tune->values = calloc(json_array_size(values) + 1, sizeof(*tune->values));
	if (!tune->values)
		return false;
	for (; tune->count < json_array_size(values); tune->count++)
		if (!parse_value(json_array_get(values, tune->count), &tune->values[tune->count]))
			return false;
	return true;
}

int tune_state_load(struct tune *tune, struct error *error)
{
	char *path = tune_state_path(), *text = NULL;
	struct error why = { 0 };
	json_t *root = NULL;
	int result;

	*tune = (struct tune){ 0 };
	if (!path)
		return error_out_of_memory(error);
	result = path_read_file(path, STATE_BYTES_MAX, &text, NULL, &why);
	if (result == -ENOENT)
		goto out;
	if (result) {
		result = error_set(error, -result, "%s", why.text);
		goto out;
	}
	root = json_loads(text, 0, NULL);
	if (!root || !parse(root, tune)) {
		tune_free(tune);
		result = error_set(
			error, EUCLEAN,
			"%s is no state of a tune that this version knows; "
			"what was set stays so until the next start: restart the machine "
			"and remove it",
			path);
	}
out:
	json_decref(root);
	free(text);
	free(path);
	return result;
}

static json_t *values_json(const struct tune *tune)
{
	json_t *values = json_array();

	for (size_t i = 0; i < tune->count; i++)
		json_array_append_new(values,
				      json_pack("{s:s, s:s, s:s, s:s}", "setting",
						tune->values[i].setting, "file",
						tune->values[i].path, "was", tune->values[i].was,
						"set", tune->values[i].set));
	return values;
}

static int make_folder_of(const char *path, struct error *error)
{
	char *folder = strdup(path), *slash = folder ? strrchr(folder, '/') : NULL;
	int result;

	if (slash && slash != folder)
		*slash = '\0';
	result = folder ? path_make_folder(folder, error) : error_out_of_memory(error);
	free(folder);
	return result;
}

int tune_state_save(const struct tune *tune, struct error *error)
{
	json_t *root = json_pack("{s:i, s:s, s:s, s:s, s:I, s:o}", "version", STATE_VERSION,
				 "boot_id", tune->boot_id, "since", tune->since, "command",
				 tune->command, "process", (json_int_t)tune->process, "values",
				 values_json(tune));
	char *text = root ? json_dumps(root, JSON_INDENT(1)) : NULL;
	char *path = tune_state_path();
	int result = text && path ? make_folder_of(path, error) : error_out_of_memory(error);

	if (!result)
		result = path_write_file(path, text, strlen(text), error);
	json_decref(root);
	free(text);
	free(path);
	return result;
}

int tune_state_remove(struct error *error)
{
	char *path = tune_state_path();
	int result = 0;

	if (!path)
		return error_out_of_memory(error);
	if (unlink(path) && errno != ENOENT)
		result = error_set_errno(error, errno, "%s cannot be removed", path);
	free(path);
	return result;
}

/* A lock of the open file, not the process: a fork holds it on. fcntl(2), F_OFD_SETLK. */
static int take_lock(int fd)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	return fcntl(fd, F_OFD_SETLK, &lock) < 0 ? -errno : 0;
}

int tune_lock(struct error *error)
{
	char *path = path_state("tune.lock");
	int fd = -1, result = path ? make_folder_of(path, error) : error_out_of_memory(error);

	if (result)
		goto out;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0) {
		result = error_set_errno(error, errno, "%s", path);
		goto out;
	}
	result = take_lock(fd);
	if (result == -EAGAIN || result == -EACCES)
		result = error_set(error, EBUSY,
				   "another hmmbench tune is at work on this machine, "
				   "and restores it when it ends");
	else if (result)
		result = error_set_errno(error, -result, "%s", path);
	if (result)
		close(fd);
out:
	free(path);
	return result ? result : fd;
}

bool tune_is_locked(void)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char *path = path_state("tune.lock");
	const int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	bool locked = false;

	/* Asks only: a lock taken here, if for a moment, would refuse somebody a tune. */
	if (fd >= 0) {
		locked = !fcntl(fd, F_OFD_GETLK, &lock) && lock.l_type != F_UNLCK;
		close(fd);
	}
	free(path);
	return locked;
}
