// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading what the store holds.
 */
#include "store/store_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"

void store_run_free(struct store_run *run)
{
	free(run->label);
	free(run->plan_name);
	free(run->plan_json);
	free(run->lab);
	free(run->kernel);
	free(run->environment_json);
	free(run->lab_json);
	free(run->started);
	free(run->ended);
	free(run->status_text);
	free(run->config_digest);
	memset(run, 0, sizeof(*run));
}

#define RUN_COLUMNS                                                                           \
	"SELECT run.id, label, plan_name, lab, kernel, started, ended, status, status_text, " \
	"lab_json, environment_json, plan_json, tally.blocks, tally.rows, tally.dropped, "    \
	"run.campaign, run.boot, boot.pair, boot.arm, config_digest "                         \
	"FROM run JOIN tally ON tally.run = run.id "                                          \
	"LEFT JOIN boot ON boot.campaign = run.campaign AND boot.boot = run.boot "

char *store_column_copy(sqlite3_stmt *statement, int column)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);

	if (!text && sqlite3_column_type(statement, column) != SQLITE_NULL)
		return NULL;
	return strdup(text ? text : "");
}

static int read_run(sqlite3_stmt *statement, struct store_run *run)
{
	*run = (struct store_run){
		.id = sqlite3_column_int64(statement, 0),
		.label = store_column_copy(statement, 1),
		.plan_name = store_column_copy(statement, 2),
		.lab = store_column_copy(statement, 3),
		.kernel = store_column_copy(statement, 4),
		.started = store_column_copy(statement, 5),
		.ended = store_column_copy(statement, 6),
		.status = sqlite3_column_type(statement, 7) == SQLITE_NULL
				  ? -1
				  : sqlite3_column_int(statement, 7),
		.status_text = store_column_copy(statement, 8),
		.lab_json = store_column_copy(statement, 9),
		.environment_json = store_column_copy(statement, 10),
		.plan_json = store_column_copy(statement, 11),
		.blocks = sqlite3_column_int64(statement, 12),
		.rows = sqlite3_column_int64(statement, 13),
		.dropped = sqlite3_column_int64(statement, 14),
		.campaign = sqlite3_column_int64(statement, 15),
		.boot = (uint32_t)sqlite3_column_int64(statement, 16),
		.pair = (uint32_t)sqlite3_column_int64(statement, 17),
		.arm = (uint32_t)sqlite3_column_int64(statement, 18),
		.config_digest = store_column_copy(statement, 19),
	};
	if (run->label && run->plan_name && run->lab && run->kernel && run->started && run->ended &&
	    run->status_text && run->lab_json && run->environment_json && run->plan_json &&
	    run->config_digest)
		return 0;
	store_run_free(run);
	return -ENOMEM;
}

int store_each_row(struct store *store, sqlite3_stmt *statement, int code, const char *what,
		   int (*row)(struct store *store, sqlite3_stmt *statement, void *walk,
			      struct error *error),
		   void *walk, struct error *error)
{
	int result = 0;

	while (code == SQLITE_OK && !result) {
		int step = sqlite3_step(statement);

		if (step == SQLITE_DONE)
			break;
		if (step != SQLITE_ROW)
			code = step;
		else
			result = row(store, statement, walk, error);
	}
	if (code != SQLITE_OK)
		result = store_error(store, code, error, "read %s", what);
	sqlite3_finalize(statement);
	return result;
}

/* ---- runs ---- */

struct run_walk {
	int (*each)(const struct store_run *run, void *context);
	void *context;
};

static int run_row(struct store *store, sqlite3_stmt *statement, void *walk, struct error *error)
{
	const struct run_walk *runs = walk;
	struct store_run run;
	int result;

	if (read_run(statement, &run))
		return store_out_of_memory(store, error);
	result = runs->each(&run, runs->context);
	store_run_free(&run);
	return result;
}

int store_runs_each(struct store *store, int (*each)(const struct store_run *run, void *context),
		    void *context, struct error *error)
{
	struct run_walk walk = { each, context };
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(store->db, RUN_COLUMNS "ORDER BY run.id DESC", -1, &statement,
				      NULL);

	return store_each_row(store, statement, code, "its runs", run_row, &walk, error);
}

static int first_run_row(struct store *store, sqlite3_stmt *statement, void *walk,
			 struct error *error)
{
	struct store_run *run = walk;

	if (read_run(statement, run))
		return store_out_of_memory(store, error);
	return 0;
}

int store_run_get(struct store *store, int64_t id, struct store_run *run, struct error *error)
{
	sqlite3_stmt *statement = NULL;
	int code, result;

	memset(run, 0, sizeof(*run));
	code = sqlite3_prepare_v2(store->db,
				  RUN_COLUMNS "WHERE run.id = CASE ?1 WHEN 0 THEN "
					      "(SELECT max(id) FROM run) ELSE ?1 END",
				  -1, &statement, NULL);
	if (code == SQLITE_OK)
		sqlite3_bind_int64(statement, 1, id);
	result = store_each_row(store, statement, code, "a run", first_run_row, run, error);
	if (result || run->id)
		return result;
	if (!id)
		result = store_refuse(store, ENOENT, error,
				      "it has no runs yet; hmmbench run CONFIG makes one");
	else
		result = store_refuse(store, ENOENT, error,
				      "there is no run %lld; hmmbench list shows those there are",
				      (long long)id);
	/* Nothing is wrong with the store. */
	error->exit_status = STATUS_USAGE;
	return result;
}

/* ---- blocks ---- */

struct block_walk {
	int64_t run;
	int (*each)(const struct store_block *block, void *context);
	void *context;
};

/* A number that a u32 holds; what else stands there was not written by us. */
static int column_u32(sqlite3_stmt *statement, int column, uint32_t *value)
{
	sqlite3_int64 number = sqlite3_column_int64(statement, column);

	*value = (uint32_t)number;
	return number < 0 || number > UINT32_MAX ? -EUCLEAN : 0;
}

static int read_block(sqlite3_stmt *statement, struct store_block *block)
{
	const char *cell = (const char *)sqlite3_column_text(statement, 3);
	const char *strategy = (const char *)sqlite3_column_text(statement, 4);

	block->id = sqlite3_column_int64(statement, 0);
	if (!cell || strlen(cell) >= sizeof(block->cell_name) || !strategy ||
	    strategy_lookup(strategy, &block->plan.strategy) ||
	    column_u32(statement, 1, &block->block) ||
	    column_u32(statement, 2, &block->plan.cell) ||
	    column_u32(statement, 5, &block->plan.quartet) ||
	    column_u32(statement, 6, &block->plan.position) ||
	    column_u32(statement, 9, &block->plan.operations))
		return -EUCLEAN;
	strcpy(block->cell_name, cell);
	block->plan.warmup = sqlite3_column_int(statement, 7);
	block->plan.unrecorded = sqlite3_column_int(statement, 8);
	block->rows = (uint64_t)sqlite3_column_int64(statement, 10);
	block->dropped = (uint64_t)sqlite3_column_int64(statement, 11);
	block->end_json = (const char *)sqlite3_column_text(statement, 12);
	block->samples = sqlite3_column_blob(statement, 13);
	block->samples_bytes = (size_t)sqlite3_column_bytes(statement, 13);
	block->plan.counted = sqlite3_column_int(statement, 14);
	block->plan.profiled = sqlite3_column_int(statement, 15);
	block->plan.detailed = sqlite3_column_int(statement, 16);
	return block->end_json ? 0 : -EUCLEAN;
}

static int block_row(struct store *store, sqlite3_stmt *statement, void *walk, struct error *error)
{
	const struct block_walk *blocks = walk;
	struct store_block block = { 0 };

	if (read_block(statement, &block))
		return store_refuse(store, EUCLEAN, error,
				    "block %lld of run %lld has values that this hmmbench does not "
				    "know; use the hmmbench that wrote it, or put a copy back",
				    (long long)sqlite3_column_int64(statement, 1),
				    (long long)blocks->run);
	return blocks->each(&block, blocks->context);
}

int store_blocks_each(struct store *store, int64_t run,
		      int (*each)(const struct store_block *block, void *context), void *context,
		      struct error *error)
{
	struct block_walk walk = { run, each, context };
	sqlite3_stmt *statement = NULL;
	int code;

	code = sqlite3_prepare_v2(
		store->db,
		"SELECT id, block, cell, cell_name, strategy, quartet, position, "
		"warmup, unrecorded, operations, rows, dropped, end_json, samples, "
		"CASE WHEN json_valid(end_json) "
		"THEN json_type(end_json, '$.counters') = 'object' END, "
		"CASE WHEN json_valid(end_json) "
		"THEN json_type(end_json, '$.profile') = 'object' END, "
		"CASE WHEN json_valid(end_json) "
		"THEN json_type(end_json, '$.detailed') = 'true' END "
		"FROM block WHERE run = ?1 ORDER BY block",
		-1, &statement, NULL);
	if (code == SQLITE_OK)
		sqlite3_bind_int64(statement, 1, run);
	return store_each_row(store, statement, code, "blocks", block_row, &walk, error);
}

int store_block_samples(struct store *store, int64_t block,
			int (*take)(const void *samples, size_t bytes, void *context),
			void *context, struct error *error)
{
	int code = SQLITE_OK, result;

	if (!store->samples)
		code = sqlite3_prepare_v2(store->db, "SELECT samples FROM block WHERE id = ?1", -1,
					  &store->samples, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_bind_int64(store->samples, 1, block);
	if (code == SQLITE_OK)
		code = sqlite3_step(store->samples);
	if (code == SQLITE_ROW)
		result = take(sqlite3_column_blob(store->samples, 0),
			      (size_t)sqlite3_column_bytes(store->samples, 0), context);
	else if (code == SQLITE_DONE)
		result = store_refuse(store, ENOENT, error, "block %lld is gone; was its run deleted?",
				      (long long)block);
	else
		result = store_error(store, code, error, "read samples");
	sqlite3_reset(store->samples);
	return result;
}

/* ---- notes ---- */

struct note_walk {
	int (*each)(const char *note_json, void *context);
	void *context;
};

static int note_row(struct store *store, sqlite3_stmt *statement, void *walk, struct error *error)
{
	const char *text = (const char *)sqlite3_column_text(statement, 0);
	const struct note_walk *notes = walk;

	if (!text)
		return store_out_of_memory(store, error);
	return notes->each(text, notes->context);
}

int store_notes_each(struct store *store, int64_t run,
		     int (*each)(const char *note_json, void *context), void *context,
		     struct error *error)
{
	struct note_walk walk = { each, context };
	sqlite3_stmt *statement = NULL;
	int code;

	code = sqlite3_prepare_v2(store->db,
				  "SELECT note_json FROM note WHERE run = ?1 ORDER BY id", -1,
				  &statement, NULL);
	if (code == SQLITE_OK)
		sqlite3_bind_int64(statement, 1, run);
	return store_each_row(store, statement, code, "notes", note_row, &walk, error);
}
