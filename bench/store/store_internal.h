/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the files of the store, and for its tests: store.c (opening),
 * store_error.c, store_schema.c (schema and migrations), store_write.c, store_query.c.
 */
#ifndef HMMBENCH_STORE_INTERNAL_H
#define HMMBENCH_STORE_INTERNAL_H

#include <sqlite3.h>

#include "store/store.h"

#define STORE_APPLICATION_ID 0x484d4d42 /* "HMMB", in the header of the file */

struct store {
	sqlite3 *db;
	char *path;
	sqlite3_stmt *put; /* store_block_put()'s, prepared once */
};

/* One step of a migration: from version to - 1, where to counts from 1. */
struct store_step {
	int to;
	const char *sql;
};

/* How to open. Tests give steps of their own behind the real ones. */
struct store_options {
	const struct store_step *steps; /* ends with sql NULL; to = 1, 2, 3 ... */
	int busy_ms;			/* how long to wait for another writer */
};

extern const struct store_options store_options_default;

int store_open_options(const char *path, enum store_mode mode, const struct store_options *options,
		       struct store **store, struct error *error);

/*
 * Brings an open, writable store to the last of the steps; a new file gets all of them.
 * Before a file that holds something is touched, a copy "PATH.vN" is made.
 */
int store_migrate(struct store *store, const struct store_options *options, struct error *error);

/* The version of the last step. */
int store_steps_version(const struct store_step *steps);

/* The value of a PRAGMA that gives one number. 0 or a result code of SQLite. */
int store_pragma_number(sqlite3 *db, const char *pragma, int *value);

/*
 * Sets "PATH: cannot WHAT: the reason; the remedy" from a result code of SQLite, and
 * STATUS_STORE. Gives -errno: -ENOSPC, -EBUSY, -EROFS, -EACCES, -EUCLEAN, -EIO ...
 */
int store_error(const struct store *store, int code, struct error *error, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Sets "PATH: TEXT" and STATUS_STORE, and gives -errnum. */
int store_refuse(const struct store *store, int errnum, struct error *error, const char *format,
		 ...) __attribute__((format(printf, 4, 5)));

#endif
