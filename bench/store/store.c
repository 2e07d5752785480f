// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Opening and closing the store.
 *
 * WAL with synchronous=FULL: a commit is on the disk before it returns, and readers do
 * not stop the writer. Where a file system cannot do WAL, SQLite stays with its
 * rollback journal, which with FULL keeps the same promise.
 */
#include "store/store_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/exit_status.h"
#include "common/paths.h"

#define WAL_RETRY_MS 10

int store_pragma_number(sqlite3 *db, const char *pragma, int *value)
{
	sqlite3_stmt *statement = NULL;
	char sql[64];
	int code;

	*value = 0;
	snprintf(sql, sizeof(sql), "PRAGMA %s", pragma);
	code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
	if (code != SQLITE_OK)
		return code;
	if (sqlite3_step(statement) == SQLITE_ROW)
		*value = sqlite3_column_int(statement, 0);
	return sqlite3_finalize(statement);
}

/*
 * Makes the file with mode 0600, SQLite would use 0644. A file that is there is not
 * opened: closing it again would drop the locks this process may hold on it.
 */
static int create_file(const struct store *store, struct error *error)
{
	const char *slash = strrchr(store->path, '/');
	char *folder;
	int fd, err;

	if (slash && slash != store->path) {
		folder = path_printf("%.*s", (int)(slash - store->path), store->path);
		err = folder ? path_make_folder(folder, error) : -ENOMEM;
		free(folder);
		if (err) {
			if (error)
				error->exit_status = STATUS_STORE;
			return err;
		}
	}
	fd = open(store->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0)
		close(fd);
	else if (errno != EEXIST)
		return store_refuse(store, errno, error,
				    "cannot be made: %s; name another with --store",
				    strerror(errno));
	return 0;
}

/* "file:/a%3Fb?immutable=1" of "/a?b". */
static char *immutable_uri(const char *path)
{
	char *uri = malloc(3 * strlen(path) + 32), *to = uri;

	if (!uri)
		return NULL;
	to += sprintf(to, "file:");
	for (; *path; path++)
		to += sprintf(to, strchr("?#%", *path) ? "%%%02X" : "%c", (unsigned char)*path);
	sprintf(to, "?immutable=1");
	return uri;
}

static bool has_wal(const char *path)
{
	char *wal = path_printf("%s-wal", path);
	struct stat info;
	bool has = !wal || (!stat(wal, &info) && info.st_size);

	free(wal);
	return has;
}

static int connect_db(struct store *store, const char *name, int flags, int busy_ms)
{
	int version, code;

	sqlite3_close(store->db);
	store->db = NULL;
	code = sqlite3_open_v2(name, &store->db, flags, NULL);
	if (code != SQLITE_OK)
		return code;
	sqlite3_extended_result_codes(store->db, 1);
	sqlite3_busy_timeout(store->db, busy_ms);
	return store_pragma_number(store->db, "schema_version", &version);
}

/*
 * A reader of a WAL file wants to write a lock file beside it. Where it may not, and
 * there is no WAL with commits of its own, nobody is writing: the file is read as it is.
 */
static int connect_reader(struct store *store, int busy_ms)
{
	int code = connect_db(store, store->path, SQLITE_OPEN_READONLY, busy_ms);
	char *uri;

	if ((code & 0xff) != SQLITE_CANTOPEN && (code & 0xff) != SQLITE_READONLY)
		return code;
	if (access(store->path, R_OK) || has_wal(store->path))
		return code;
	uri = immutable_uri(store->path);
	if (!uri)
		return SQLITE_NOMEM;
	code = connect_db(store, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, busy_ms);
	free(uri);
	return code;
}

static int connect_writer(struct store *store, int busy_ms)
{
	int code = connect_db(store, store->path, SQLITE_OPEN_READWRITE, busy_ms);

	if (code == SQLITE_OK && sqlite3_db_readonly(store->db, "main"))
		return SQLITE_READONLY;
	return code;
}

/* Is it a store, and of which version? A file without any table is a new store: version 0. */
static int identify(const struct store *store, int known, int *version, struct error *error)
{
	int code, application, changes;

	code = store_pragma_number(store->db, "application_id", &application);
	if (code == SQLITE_OK)
		code = store_pragma_number(store->db, "user_version", version);
	if (code == SQLITE_OK)
		code = store_pragma_number(store->db, "schema_version", &changes);
	if (code != SQLITE_OK)
		return store_error(store, code, error, "be read");
	if (application != STORE_APPLICATION_ID && (application || *version || changes))
		return store_refuse(store, EINVAL, error,
				    "it is an SQLite file of another program; name another with "
				    "--store");
	if (*version > known)
		return store_refuse(
			store, ENOTSUP, error,
			"its schema is version %d, and this hmmbench knows up to %d; use "
			"the hmmbench that wrote it or a newer one",
			*version, known);
	return 0;
}

/*
 * Of a new store SQLite reads the first page before it makes it one with a WAL, and does not wait
 * for a writer then: two that read and want to write would wait for each other. So it is asked again.
 */
static int enter_wal(const struct store *store, int busy_ms)
{
	for (int waited_ms = 0;; waited_ms += WAL_RETRY_MS) {
		const int code = sqlite3_exec(store->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);

		if ((code & 0xff) != SQLITE_BUSY || waited_ms >= busy_ms)
			return code;
		sqlite3_sleep(WAL_RETRY_MS);
	}
}

static int open_writer(struct store *store, const struct store_options *options,
		       struct error *error)
{
	int known = store_steps_version(options->steps), version, code, err;

	err = create_file(store, error);
	if (err)
		return err;
	code = connect_writer(store, options->busy_ms);
	if (code != SQLITE_OK)
		return store_error(store, code, error, "open the store for writing");
	err = identify(store, known, &version, error);
	if (err)
		return err;
	code = enter_wal(store, options->busy_ms);
	if (code == SQLITE_OK)
		code = sqlite3_exec(store->db, "PRAGMA synchronous = FULL", NULL, NULL, NULL);
	if (code != SQLITE_OK)
		return store_error(store, code, error, "open the store for writing");
	if (version < known)
		err = store_migrate(store, options, error);
	if (err)
		return err;
	code = sqlite3_exec(store->db, "PRAGMA foreign_keys = ON;", NULL, NULL, NULL);
	return code == SQLITE_OK ? 0 : store_error(store, code, error, "be set up");
}

static int open_reader(struct store *store, const struct store_options *options,
		       struct error *error)
{
	int known = store_steps_version(options->steps), version, code, err;

	if (access(store->path, F_OK) && errno == ENOENT)
		return store_refuse(store, ENOENT, error,
				    "there is no store; hmmbench run CONFIG makes one, or name "
				    "another with --store");
	code = connect_reader(store, options->busy_ms);
	if (code != SQLITE_OK)
		return store_error(store, code, error, "open the store");
	err = identify(store, known, &version, error);
	if (err || version == known)
		return err;

	/* Of an older version: once opened for writing it is of this one. */
	err = open_writer(store, options, error);
	if (err)
		return err;
	code = connect_reader(store, options->busy_ms);
	return code == SQLITE_OK ? 0 : store_error(store, code, error, "open the store");
}

int store_open_options(const char *path, enum store_mode mode, const struct store_options *options,
		       struct store **store, struct error *error)
{
	struct store *opened = calloc(1, sizeof(*opened));
	struct stat info;
	int err;

	*store = NULL;
	if (opened)
		opened->path = strdup(path);
	if (!opened || !opened->path) {
		free(opened);
		return error_out_of_memory(error);
	}
	if (!stat(path, &info) && !S_ISREG(info.st_mode))
		err = store_refuse(opened, EINVAL, error,
				   "it is no file; name another with --store");
	else if (mode == STORE_WRITE)
		err = open_writer(opened, options, error);
	else
		err = open_reader(opened, options, error);
	if (err)
		store_close(opened);
	else
		*store = opened;
	return err;
}

int store_open(const char *path, enum store_mode mode, struct store **store, struct error *error)
{
	return store_open_options(path, mode, &store_options_default, store, error);
}

void store_close(struct store *store)
{
	if (!store)
		return;
	sqlite3_finalize(store->put);
	sqlite3_finalize(store->samples);
	sqlite3_close(store->db);
	free(store->path);
	free(store);
}
