// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an error of SQLite means to a user: the reason and the remedy.
 */
#include "store/store_internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/exit_status.h"

int store_refuse(const struct store *store, int errnum, struct error *error, const char *format,
		 ...)
{
	char text[sizeof(error->text)];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (error)
		error->exit_status = STATUS_STORE;
	return error_set(error, errnum, "%s: %s", store->path, text);
}

int store_out_of_memory(const struct store *store, struct error *error)
{
	return store_refuse(store, ENOMEM, error, "out of memory");
}

struct reason {
	int code; /* primary result code of SQLite */
	int errnum;
	const char *text; /* the reason and the remedy */
};

static const struct reason reasons[] = {
	{ SQLITE_FULL, ENOSPC,
	  "the disk is full; make room and go on, what was committed is kept" },
	{ SQLITE_BUSY, EBUSY,
	  "another program holds it locked; wait for it to end, fuser(1) tells which it is" },
	{ SQLITE_LOCKED, EBUSY, "another program holds it locked; wait for it to end" },
	{ SQLITE_READONLY, EROFS,
	  "it is read-only; give yourself write permission, or name another with --store" },
	{ SQLITE_CANTOPEN, EACCES,
	  "it cannot be opened; check that it is a file and that you may read and write it "
	  "and its folder, or name another with --store" },
	{ SQLITE_PERM, EACCES, "permission denied; name another with --store" },
	{ SQLITE_NOTADB, EUCLEAN,
	  "file is not a database; move it away, put a copy back, or name another with --store" },
	{ SQLITE_CORRUPT, EUCLEAN,
	  "it is damaged; keep it, get out what can be read with sqlite3(1) .recover, or put a "
	  "copy back" },
	{ SQLITE_NOMEM, ENOMEM, "out of memory" },
	{ SQLITE_TOOBIG, E2BIG, "more than a store can hold in one value" },
};

/* Out of room in another coat: a quota or a limit on file sizes comes as an I/O error. */
static int is_room_error(int system_errno)
{
	return system_errno == ENOSPC || system_errno == EDQUOT || system_errno == EFBIG;
}

/*
 * errno of the last I/O that failed. sqlite3_system_errno() loses it in WAL mode, so the
 * files are asked: the journal or WAL first, which is what most writes go to.
 */
static int last_errno(sqlite3 *db)
{
	sqlite3_file *journal = NULL;
	int value = 0;

	sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &journal);
	if (journal && journal->pMethods)
		journal->pMethods->xFileControl(journal, SQLITE_FCNTL_LAST_ERRNO, &value);
	if (!value)
		sqlite3_file_control(db, "main", SQLITE_FCNTL_LAST_ERRNO, &value);
	return value ? value : sqlite3_system_errno(db);
}

int store_error(const struct store *store, int code, struct error *error, const char *format, ...)
{
	int system_errno = store->db && (code & 0xff) == SQLITE_IOERR ? last_errno(store->db) : 0;
	char what[300];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	if ((code & 0xff) == SQLITE_IOERR && is_room_error(system_errno))
		return store_refuse(store, system_errno, error,
				    "cannot %s: %s; make room and go on, what was committed is "
				    "kept",
				    what, strerror(system_errno));
	if ((code & 0xff) == SQLITE_IOERR)
		return store_refuse(store, EIO, error, "cannot %s: %s%s%s; check the disk", what,
				    sqlite3_errstr(code), system_errno ? ": " : "",
				    system_errno ? strerror(system_errno) : "");
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].code == (code & 0xff))
			return store_refuse(store, reasons[i].errnum, error, "cannot %s: %s", what,
					    reasons[i].text);
	return store_refuse(store, EIO, error, "cannot %s: %s", what,
			    store->db ? sqlite3_errmsg(store->db) : sqlite3_errstr(code));
}
