// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/store_verdict.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "store/store_internal.h"

static int found_row(struct store *store, sqlite3_stmt *statement, void *walk, struct error *error)
{
	(void)store;
	(void)error;
	*(int64_t *)walk = sqlite3_column_int64(statement, 0);
	return 0;
}

/* The number of the same verdict; 0: there is none. */
static int find(struct store *store, const struct store_verdict *verdict, int64_t *id,
		struct error *error)
{
	sqlite3_stmt *statement = NULL;
	int code;

	*id = 0;
	code = sqlite3_prepare_v2(store->db,
				  "SELECT id FROM verdict WHERE request = ?1 AND input_digest = ?2 "
				  "AND report_digest = ?3", -1, &statement, NULL);
	if (code == SQLITE_OK) {
		store_bind_text(statement, 1, verdict->request);
		store_bind_text(statement, 2, verdict->input_digest);
		store_bind_text(statement, 3, verdict->report_digest);
	}
	return store_each_row(store, statement, code, "its verdicts", found_row, id, error);
}

static int insert(struct store *store, const struct store_verdict *verdict, int64_t *id,
		  struct error *error)
{
	sqlite3_stmt *statement;
	char now[32];
	int code;

	code = sqlite3_prepare_v2(store->db,
				  "INSERT INTO verdict (made, program, request, seed, input_digest, "
				  "report_digest, verdict, exit_status) "
				  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", -1, &statement, NULL);
	if (code == SQLITE_OK) {
		store_bind_text(statement, 1, store_now_utc(now));
		store_bind_text(statement, 2, verdict->program);
		store_bind_text(statement, 3, verdict->request);
		sqlite3_bind_int64(statement, 4, (sqlite3_int64)verdict->seed);
		store_bind_text(statement, 5, verdict->input_digest);
		store_bind_text(statement, 6, verdict->report_digest);
		store_bind_text(statement, 7, verdict->verdict);
		sqlite3_bind_int(statement, 8, verdict->exit_status);
		code = store_run_once(statement);
	}
	if (code != SQLITE_OK)
		return store_error(store, code, error, "take in a verdict");
	*id = sqlite3_last_insert_rowid(store->db);
	return 0;
}

int store_verdict_put(struct store *store, const struct store_verdict *verdict, int64_t *id,
		      struct error *error)
{
	int err = store_transaction_begin(store, error);

	if (err)
		return err;
	err = find(store, verdict, id, error);
	if (!err && !*id)
		err = insert(store, verdict, id, error);
	return store_transaction_end(store, err, error);
}

static int verdict_row(struct store *store, sqlite3_stmt *statement, void *walk,
		       struct error *error)
{
	struct store_verdict *verdict = walk;

	*verdict = (struct store_verdict){
		.id = sqlite3_column_int64(statement, 0),
		.made = store_column_copy(statement, 1),
		.program = store_column_copy(statement, 2),
		.request = store_column_copy(statement, 3),
		.seed = (uint64_t)sqlite3_column_int64(statement, 4),
		.input_digest = store_column_copy(statement, 5),
		.report_digest = store_column_copy(statement, 6),
		.verdict = store_column_copy(statement, 7),
		.exit_status = sqlite3_column_int(statement, 8),
	};
	if (verdict->made && verdict->program && verdict->request && verdict->input_digest &&
	    verdict->report_digest && verdict->verdict)
		return 0;
	store_verdict_free(verdict);
	return store_out_of_memory(store, error);
}

int store_verdict_get(struct store *store, int64_t id, struct store_verdict *verdict,
		      struct error *error)
{
	sqlite3_stmt *statement = NULL;
	int code, result;

	memset(verdict, 0, sizeof(*verdict));
	code = sqlite3_prepare_v2(store->db,
				  "SELECT id, made, program, request, seed, input_digest, "
				  "report_digest, verdict, exit_status FROM verdict WHERE id = ?1",
				  -1, &statement, NULL);
	if (code == SQLITE_OK)
		sqlite3_bind_int64(statement, 1, id);
	result = store_each_row(store, statement, code, "a verdict", verdict_row, verdict, error);
	if (result || verdict->id)
		return result;
	result = store_refuse(store, ENOENT, error,
			      "there is no verdict %lld; each report ends with its number",
			      (long long)id);
	error->exit_status = STATUS_USAGE;
	return result;
}

void store_verdict_free(struct store_verdict *verdict)
{
	free(verdict->made);
	free(verdict->program);
	free(verdict->request);
	free(verdict->input_digest);
	free(verdict->report_digest);
	free(verdict->verdict);
	memset(verdict, 0, sizeof(*verdict));
}
