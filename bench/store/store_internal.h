/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the files of the store, and for its tests: store.c (opening),
 * store_error.c, store_schema.c (the schema), store_migrate.c, store_write.c, store_query.c,
 * store_baseline.c, store_campaign.c, store_campaign_query.c, store_lock.c, store_config.c
 * (configurations of kernels).
 */
#ifndef HMMBENCH_STORE_INTERNAL_H
#define HMMBENCH_STORE_INTERNAL_H

#include <sqlite3.h>

#include "store/store.h"

#define STORE_APPLICATION_ID 0x484d4d42 /* "HMMB", in the header of the file */

struct store {
	sqlite3 *db;
	char *path;
	sqlite3_stmt *put;     /* store_block_put()'s, prepared once */
	sqlite3_stmt *samples; /* store_block_samples()' */
	unsigned int transactions; /* begun and not ended: only the outermost is the database's */
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

/*
 * Steps through a statement until it or `row` ends it, and finalizes it. 0, what `row`
 * gave, or an error of the store ("cannot read WHAT"). `code` is what preparing it gave:
 * a NULL statement with its code is an error as well.
 */
int store_each_row(struct store *store, sqlite3_stmt *statement, int code, const char *what,
		   int (*row)(struct store *store, sqlite3_stmt *statement, void *walk,
			      struct error *error),
		   void *walk, struct error *error);

/* A column's text, malloc'ed; a NULL is "". NULL only when memory is out. */
char *store_column_copy(sqlite3_stmt *statement, int column);

/* Binds a text that outlives the statement; NULL is "". */
void store_bind_text(sqlite3_stmt *statement, int at, const char *text);

/* Runs a statement that is done at once, and finalizes it. A result code of SQLite. */
int store_run_once(sqlite3_stmt *statement);

/*
 * Runs a statement that ends what `id` names: ?1 is the time now, ?2 the status, ?3 what it
 * says, ?4 the id. A result code of SQLite.
 */
int store_run_end_sql(struct store *store, const char *sql, int64_t id, int status,
		      const char *text);

/* The time now, as ISO 8601 in UTC, into `text`; gives `text`. */
const char *store_now_utc(char text[32]);

/*
 * One transaction around writes: `err` 0 commits it, anything else takes it back. One inside
 * another belongs to that: what fails inside must be given on.
 */
int store_transaction_begin(struct store *store, struct error *error);
int store_transaction_end(struct store *store, int err, struct error *error);

/* -ENOENT with the remedy. */
int store_no_such_run(const struct store *store, int64_t run, struct error *error);
int store_no_such_campaign(const struct store *store, int64_t id, struct error *error);

/* Sets "PATH: TEXT" and STATUS_STORE, and gives -errnum. */
int store_refuse(const struct store *store, int errnum, struct error *error, const char *format,
		 ...) __attribute__((format(printf, 4, 5)));
int store_out_of_memory(const struct store *store, struct error *error);

#endif
