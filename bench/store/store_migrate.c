// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A store of an older schema: a copy of it is made beside it, then the steps that it lacks are run
 * (store_schema.c has them).
 */
#include "store/store_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/paths.h"

/* ---- the copy ---- */

/* "PATH.v1", or "PATH.v1.2" and so on: a copy that is there already is never replaced. */
static char *copy_path(const struct store *store, int version)
{
	char *path = path_printf("%s.v%d", store->path, version);

	for (int number = 2; path && !access(path, F_OK); number++) {
		free(path);
		path = path_printf("%s.v%d.%d", store->path, version, number);
	}
	return path;
}

static int copy_pages(const struct store *store, sqlite3 *from, const char *to_path,
		      struct error *error)
{
	struct store copy = { .path = store->path }; /* whose error it will be */
	sqlite3_backup *backup;
	int code, err = 0;

	code = sqlite3_open_v2(to_path, &copy.db, SQLITE_OPEN_READWRITE, NULL);
	if (code == SQLITE_OK) {
		backup = sqlite3_backup_init(copy.db, "main", from, "main");
		if (backup) {
			sqlite3_backup_step(backup, -1);
			code = sqlite3_backup_finish(backup);
		} else {
			code = sqlite3_errcode(copy.db);
		}
	}
	if (code != SQLITE_OK)
		err = store_error(&copy, code, error, "be copied to %s before it is migrated",
				  to_path);
	sqlite3_close(copy.db);
	return err;
}

/* The rename is what makes it the copy; it must be on the disk before the store changes. */
static int publish_copy(const struct store *store, const char *temporary, const char *path,
			struct error *error)
{
	char *slash, *folder;
	int fd, err = 0;

	if (rename(temporary, path))
		return store_refuse(store, errno, error, "cannot rename %s to %s: %s", temporary,
				    path, strerror(errno));
	folder = strdup(path);
	if (!folder)
		return store_out_of_memory(store, error);
	slash = strrchr(folder, '/');
	if (slash)
		slash[slash == folder] = '\0';
	fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd))
		err = store_refuse(store, errno, error, "cannot make the copy %s last: %s", path,
				   strerror(errno));
	if (fd >= 0)
		close(fd);
	free(folder);
	return err;
}

/*
 * The store itself holds the write lock here and cannot be the source of a backup, so
 * a second connection reads what is committed.
 */
static int make_copy(const struct store *store, int version, struct error *error)
{
	char *path = copy_path(store, version);
	char *temporary = path ? path_printf("%s.part", path) : NULL;
	sqlite3 *from = NULL;
	int code, fd, err;

	if (!temporary) {
		err = store_out_of_memory(store, error);
		goto out;
	}
	unlink(temporary);
	fd = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		err = store_refuse(store, errno, error,
				   "cannot be copied to %s before it is migrated: %s; give its "
				   "folder write permission and room",
				   temporary, strerror(errno));
		goto out;
	}
	close(fd);
	code = sqlite3_open_v2(store->path, &from, SQLITE_OPEN_READWRITE, NULL);
	err = code == SQLITE_OK ? copy_pages(store, from, temporary, error)
				: store_error(store, code, error, "be read for a copy");
	sqlite3_close(from);
	if (!err)
		err = publish_copy(store, temporary, path, error);
	if (err)
		unlink(temporary);
out:
	free(temporary);
	free(path);
	return err;
}

/* ---- migrating ---- */

static int run_step(const struct store *store, const struct store_step *step, struct error *error)
{
	char pragma[64];
	int code;

	snprintf(pragma, sizeof(pragma), "PRAGMA user_version = %d", step->to);
	code = sqlite3_exec(store->db, step->sql, NULL, NULL, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_exec(store->db, pragma, NULL, NULL, NULL);
	if (code == SQLITE_OK)
		return 0;
	return store_error(store, code, error, "be migrated to schema %d", step->to);
}

static int run_steps(struct store *store, const struct store_step *list, struct error *error)
{
	char pragma[64];
	int version, code, err = 0;

	/* Asked again under the lock: another process may just have done it. */
	code = store_pragma_number(store->db, "user_version", &version);
	if (code != SQLITE_OK)
		return store_error(store, code, error, "be read");
	if (version >= store_steps_version(list))
		return 0;
	if (version > 0)
		err = make_copy(store, version, error);
	for (; !err && list->sql; list++)
		if (list->to > version)
			err = run_step(store, list, error);
	if (err)
		return err;
	snprintf(pragma, sizeof(pragma), "PRAGMA application_id = %d", STORE_APPLICATION_ID);
	code = sqlite3_exec(store->db, pragma, NULL, NULL, NULL);
	return code == SQLITE_OK ? 0 : store_error(store, code, error, "be marked as a store");
}

int store_migrate(struct store *store, const struct store_options *options, struct error *error)
{
	int code, err;

	code = sqlite3_exec(store->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	if (code != SQLITE_OK)
		return store_error(store, code, error, "be migrated");
	err = run_steps(store, options->steps, error);
	if (!err) {
		code = sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL);
		if (code != SQLITE_OK)
			err = store_error(store, code, error, "be migrated");
	}
	if (err && !sqlite3_get_autocommit(store->db))
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	return err;
}
