// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/store_baseline.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "store/store_internal.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

int store_baseline_check_name(const char *name, struct error *error)
{
	const size_t length = strlen(name);

	if (length && length < BASELINE_NAME_BYTES && strspn(name, LETTERS) &&
	    strspn(name, LETTERS "._:+-") == length)
		return 0;
	error->exit_status = STATUS_USAGE;
	return error_set(error, EINVAL,
			 "'%.80s' is no name for a baseline; take letters, digits and . _ : + -, at "
			 "most %d, a letter or a digit first", name, BASELINE_NAME_BYTES - 1);
}

/* ---- writing ---- */

static int insert_run(struct store *store, int64_t id, int64_t run)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(store->db,
				      "INSERT INTO baseline_run (baseline, run) VALUES (?1, ?2)", -1,
				      &statement, NULL);

	if (code != SQLITE_OK)
		return code;
	sqlite3_bind_int64(statement, 1, id);
	sqlite3_bind_int64(statement, 2, run);
	return store_run_once(statement);
}

static int insert_baseline(struct store *store, int64_t id, const struct store_baseline *baseline)
{
	sqlite3_stmt *statement;
	char now[32];
	int code = sqlite3_prepare_v2(store->db,
				      "INSERT INTO baseline (id, name, made, program, note) "
				      "VALUES (?1, ?2, ?3, ?4, ?5)", -1, &statement, NULL);

	if (code != SQLITE_OK)
		return code;
	sqlite3_bind_int64(statement, 1, id);
	store_bind_text(statement, 2, baseline->name);
	store_bind_text(statement, 3, baseline->made ? baseline->made : store_now_utc(now));
	store_bind_text(statement, 4, baseline->program);
	store_bind_text(statement, 5, baseline->note);
	return store_run_once(statement);
}

/* Baselines are never deleted: the next number is one above the last. */
static int insert(struct store *store, const struct store_baseline *baseline, int64_t *id,
		  struct error *error)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(store->db, "SELECT ifnull(max(id), 0) + 1 FROM baseline", -1,
				      &statement, NULL);

	if (code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
		*id = sqlite3_column_int64(statement, 0);
	if (code == SQLITE_OK)
		code = sqlite3_finalize(statement);
	for (size_t i = 0; i < baseline->run_count && code == SQLITE_OK; i++) {
		code = insert_run(store, *id, baseline->runs[i]);
		if (code == SQLITE_CONSTRAINT_FOREIGNKEY)
			return store_no_such_run(store, baseline->runs[i], error);
	}
	if (code == SQLITE_OK)
		code = insert_baseline(store, *id, baseline);
	if (code != SQLITE_OK)
		return store_error(store, code, error, "take in the baseline %s", baseline->name);
	return 0;
}

/* ---- reading ---- */

static int run_row(struct store *store, sqlite3_stmt *statement, void *walk, struct error *error)
{
	struct store_baseline *baseline = walk;
	int64_t *runs = reallocarray(baseline->runs, baseline->run_count + 1, sizeof(*runs));

	if (!runs)
		return store_out_of_memory(store, error);
	baseline->runs = runs;
	baseline->runs[baseline->run_count++] = sqlite3_column_int64(statement, 0);
	return 0;
}

static int read_runs(struct store *store, struct store_baseline *baseline, struct error *error)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(store->db,
				      "SELECT run FROM baseline_run WHERE baseline = ?1 ORDER BY run",
				      -1, &statement, NULL);

	if (code == SQLITE_OK)
		sqlite3_bind_int64(statement, 1, baseline->id);
	return store_each_row(store, statement, code, "a baseline's runs", run_row, baseline, error);
}

#define BASELINE_COLUMNS "SELECT id, name, made, program, note FROM baseline "

static int read_baseline(struct store *store, sqlite3_stmt *statement,
			 struct store_baseline *baseline, struct error *error)
{
	int err = 0;

	*baseline = (struct store_baseline){
		.id = sqlite3_column_int64(statement, 0),
		.name = store_column_copy(statement, 1),
		.made = store_column_copy(statement, 2),
		.program = store_column_copy(statement, 3),
		.note = store_column_copy(statement, 4),
	};
	if (!baseline->name || !baseline->made || !baseline->program || !baseline->note)
		err = store_out_of_memory(store, error);
	if (!err)
		err = read_runs(store, baseline, error);
	if (err)
		store_baseline_free(baseline);
	return err;
}

static int first_row(struct store *store, sqlite3_stmt *statement, void *walk, struct error *error)
{
	return read_baseline(store, statement, walk, error);
}

/* baseline->id 0: there is none of that name. */
static int find(struct store *store, const char *name, struct store_baseline *baseline,
		struct error *error)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(store->db, BASELINE_COLUMNS "WHERE name = ?1", -1, &statement,
				      NULL);

	memset(baseline, 0, sizeof(*baseline));
	if (code == SQLITE_OK)
		store_bind_text(statement, 1, name);
	return store_each_row(store, statement, code, "a baseline", first_row, baseline, error);
}

int store_baseline_get(struct store *store, const char *name, struct store_baseline *baseline,
		       struct error *error)
{
	int err = find(store, name, baseline, error);

	if (err || baseline->id)
		return err;
	err = store_refuse(store, ENOENT, error,
			   "there is no baseline '%.80s'; hmmbench baseline list shows those there are",
			   name);
	error->exit_status = STATUS_USAGE;
	return err;
}

void store_baseline_free(struct store_baseline *baseline)
{
	free(baseline->name);
	free(baseline->made);
	free(baseline->program);
	free(baseline->note);
	free(baseline->runs);
	memset(baseline, 0, sizeof(*baseline));
}

struct baseline_walk {
	int (*each)(const struct store_baseline *baseline, void *context);
	void *context;
};

static int each_row(struct store *store, sqlite3_stmt *statement, void *walk, struct error *error)
{
	const struct baseline_walk *baselines = walk;
	struct store_baseline baseline;
	int result = read_baseline(store, statement, &baseline, error);

	if (result)
		return result;
	result = baselines->each(&baseline, baselines->context);
	store_baseline_free(&baseline);
	return result;
}

int store_baselines_each(struct store *store,
			 int (*each)(const struct store_baseline *baseline, void *context),
			 void *context, struct error *error)
{
	struct baseline_walk walk = { each, context };
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(store->db, BASELINE_COLUMNS "ORDER BY name", -1, &statement,
				      NULL);

	return store_each_row(store, statement, code, "its baselines", each_row, &walk, error);
}

/* ---- setting ---- */

static int refuse_taken(const struct store *store, const struct store_baseline *taken,
			struct error *error)
{
	store_refuse(store, EEXIST, error,
		     "there is a baseline '%s' already, of %.40s, and a baseline is never changed; give "
		     "this one another name", taken->name, taken->made);
	error->exit_status = STATUS_USAGE;
	return -EEXIST;
}

int store_baseline_set(struct store *store, const struct store_baseline *baseline, int64_t *id,
		       struct error *error)
{
	struct store_baseline taken = { 0 };
	int64_t number;
	int err = store_baseline_check_name(baseline->name, error);

	if (!err && !baseline->run_count) {
		error->exit_status = STATUS_USAGE;
		err = error_set(error, EINVAL, "baseline %s: it would be empty; name at least one run",
				baseline->name);
	}
	if (!err)
		err = store_transaction_begin(store, error);
	if (err)
		return err;
	err = find(store, baseline->name, &taken, error);
	if (!err && taken.id)
		err = refuse_taken(store, &taken, error);
	if (!err)
		err = insert(store, baseline, id ? id : &number, error);
	store_baseline_free(&taken);
	return store_transaction_end(store, err, error);
}
