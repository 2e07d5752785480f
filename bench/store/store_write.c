// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writing. Each function is one statement and so one transaction: it is on the disk
 * whole, or nothing of it is.
 */
#include "store/store_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

const char *store_now_utc(char text[32])
{
	time_t now = time(NULL);
	struct tm utc;

	gmtime_r(&now, &utc);
	strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &utc);
	return text;
}

void store_bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	sqlite3_bind_text(statement, at, text ? text : "", -1, SQLITE_STATIC);
}

int store_run_once(sqlite3_stmt *statement)
{
	int code = sqlite3_step(statement);

	sqlite3_finalize(statement);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

int store_run_end_sql(struct store *store, const char *sql, int64_t id, int status,
		      const char *text)
{
	sqlite3_stmt *statement;
	char now[32];
	int code = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);

	if (code != SQLITE_OK)
		return code;
	store_bind_text(statement, 1, store_now_utc(now));
	sqlite3_bind_int(statement, 2, status);
	store_bind_text(statement, 3, text);
	sqlite3_bind_int64(statement, 4, id);
	return store_run_once(statement);
}

int store_transaction_begin(struct store *store, struct error *error)
{
	int code;

	if (store->transactions) {
		store->transactions++;
		return 0;
	}
	code = sqlite3_exec(store->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	if (code != SQLITE_OK)
		return store_error(store, code, error, "begin to write");
	store->transactions = 1;
	return 0;
}

int store_transaction_end(struct store *store, int err, struct error *error)
{
	if (--store->transactions)
		return err;
	if (!err) {
		const int code = sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL);

		if (code != SQLITE_OK)
			err = store_error(store, code, error, "keep what was written");
	}
	if (err && !sqlite3_get_autocommit(store->db))
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	return err;
}

int store_run_begin(struct store *store, const struct store_run_new *run, int64_t *id,
		    struct error *error)
{
	sqlite3_stmt *statement;
	char now[32];
	int code;

	code = sqlite3_prepare_v2(store->db,
				  "INSERT INTO run (label, plan_name, lab, kernel, started, "
				  "lab_json, environment_json, plan_json, campaign, boot) "
				  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, '', ?7, nullif(?8, 0), "
				  "nullif(?9, 0))",
				  -1, &statement, NULL);
	if (code == SQLITE_OK) {
		store_bind_text(statement, 1, run->label);
		store_bind_text(statement, 2, run->plan_name);
		store_bind_text(statement, 3, run->lab);
		store_bind_text(statement, 4, run->kernel);
		store_bind_text(statement, 5, store_now_utc(now));
		store_bind_text(statement, 6, run->lab_json);
		store_bind_text(statement, 7, run->plan_json);
		sqlite3_bind_int64(statement, 8, run->campaign);
		sqlite3_bind_int64(statement, 9, run->boot);
		code = store_run_once(statement);
	}
	if (code != SQLITE_OK)
		return store_error(store, code, error, "take in a new run");
	*id = sqlite3_last_insert_rowid(store->db);
	return 0;
}

int store_no_such_run(const struct store *store, int64_t run, struct error *error)
{
	return store_refuse(store, ENOENT, error,
			    "there is no run %lld; hmmbench list shows those there are",
			    (long long)run);
}

/* Sets one text of a run. `sql` has ?1 for the text and ?2 for the run. */
static int set_text(struct store *store, int64_t run, const char *sql, const char *text,
		    const char *what, struct error *error)
{
	sqlite3_stmt *statement;
	int code;

	code = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);
	if (code == SQLITE_OK) {
		store_bind_text(statement, 1, text);
		sqlite3_bind_int64(statement, 2, run);
		code = store_run_once(statement);
	}
	if (code != SQLITE_OK)
		return store_error(store, code, error, "take in %s of run %lld", what,
				   (long long)run);
	return sqlite3_changes(store->db) ? 0 : store_no_such_run(store, run, error);
}

int store_run_environment(struct store *store, int64_t run, const char *environment_json,
			  struct error *error)
{
	return set_text(store, run, "UPDATE run SET environment_json = ?1 WHERE id = ?2",
			environment_json, "the environment", error);
}

int store_run_lab(struct store *store, int64_t run, const char *lab_json, struct error *error)
{
	return set_text(store, run, "UPDATE run SET lab_json = ?1 WHERE id = ?2", lab_json,
			"the lab", error);
}

int store_run_note(struct store *store, int64_t run, const char *note_json, struct error *error)
{
	return set_text(
		store, run,
		"INSERT INTO note (run, noted, note_json) "
		"SELECT id, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), ?1 FROM run WHERE id = ?2",
		note_json, "a note", error);
}

int store_run_end(struct store *store, int64_t run, int status, const char *text,
		  struct error *error)
{
	const int code = store_run_end_sql(
		store, "UPDATE run SET ended = ?1, status = ?2, status_text = ?3 WHERE id = ?4", run,
		status, text);

	if (code != SQLITE_OK)
		return store_error(store, code, error, "take in the end of run %lld",
				   (long long)run);
	return sqlite3_changes(store->db) ? 0 : store_no_such_run(store, run, error);
}

int store_run_date(struct store *store, int64_t run, const char *started, const char *ended,
		   struct error *error)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(store->db,
				      "UPDATE run SET started = ?1, ended = ?2 WHERE id = ?3", -1,
				      &statement, NULL);

	if (code == SQLITE_OK) {
		store_bind_text(statement, 1, started);
		store_bind_text(statement, 2, ended);
		sqlite3_bind_int64(statement, 3, run);
		code = store_run_once(statement);
	}
	if (code != SQLITE_OK)
		return store_error(store, code, error, "take in the time of run %lld",
				   (long long)run);
	return sqlite3_changes(store->db) ? 0 : store_no_such_run(store, run, error);
}

static int prepare_put(struct store *store)
{
	if (store->put)
		return SQLITE_OK;
	return sqlite3_prepare_v3(
		store->db,
		"INSERT INTO block (run, block, cell, cell_name, strategy, "
		"quartet, position, warmup, unrecorded, operations, rows, dropped, "
		"finished, end_json, samples) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, "
		"?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
		-1, SQLITE_PREPARE_PERSISTENT, &store->put, NULL);
}

static void bind_block(sqlite3_stmt *put, int64_t run, const struct store_block *block,
		       const char *finished)
{
	const struct plan_block *plan = &block->plan;

	sqlite3_bind_int64(put, 1, run);
	sqlite3_bind_int64(put, 2, block->block);
	sqlite3_bind_int64(put, 3, plan->cell);
	store_bind_text(put, 4, block->cell_name);
	store_bind_text(put, 5, strategy_name(plan->strategy));
	sqlite3_bind_int64(put, 6, plan->quartet);
	sqlite3_bind_int64(put, 7, plan->position);
	sqlite3_bind_int(put, 8, plan->warmup);
	sqlite3_bind_int(put, 9, plan->unrecorded);
	sqlite3_bind_int64(put, 10, plan->operations);
	sqlite3_bind_int64(put, 11, (sqlite3_int64)block->rows);
	sqlite3_bind_int64(put, 12, (sqlite3_int64)block->dropped);
	store_bind_text(put, 13, finished);
	store_bind_text(put, 14, block->end_json);
	sqlite3_bind_blob64(put, 15, block->samples_bytes ? block->samples : "",
			    block->samples_bytes, SQLITE_STATIC);
}

int store_block_put(struct store *store, int64_t run, const struct store_block *block,
		    struct error *error)
{
	char now[32];
	int code;

	if (block->rows > INT64_MAX || block->dropped > INT64_MAX)
		return store_refuse(store, EINVAL, error, "block %u: counts above 2^63",
				    block->block);
	if (block->plan.traced)
		return store_refuse(store, EINVAL, error,
				    "block %u is traced, which only a cross-check is; no "
				    "comparison may see it",
				    block->block);
	code = prepare_put(store);
	if (code == SQLITE_OK) {
		bind_block(store->put, run, block, store_now_utc(now));
		code = sqlite3_step(store->put);
		sqlite3_reset(store->put);
		sqlite3_clear_bindings(store->put);
	}
	if (code == SQLITE_DONE)
		return 0;
	if (code == SQLITE_CONSTRAINT_FOREIGNKEY)
		return store_no_such_run(store, run, error);
	if (code == SQLITE_CONSTRAINT_UNIQUE)
		return store_refuse(store, EEXIST, error,
				    "run %lld has block %u already; a block is put once",
				    (long long)run, block->block);
	return store_error(store, code, error, "take in block %u of run %lld", block->block,
			   (long long)run);
}
