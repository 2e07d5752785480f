// SPDX-License-Identifier: GPL-2.0-or-later
/* The store gives back what was put, and says what it does not have. */
#include "store_support.h"
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/exit_status.h"

static int check_block(const struct store_block *block, void *context)
{
	uint32_t *next = context, index = (*next)++;
	char samples[40];

	snprintf(samples, sizeof(samples), "samples%c%u", '\0', index);
	assert_int_equal(block->block, index);
	assert_int_equal(block->plan.cell, 2);
	assert_int_equal(block->plan.strategy, index % 2);
	assert_int_equal(block->plan.operations, 8);
	assert_int_equal(block->plan.quartet, index / 4);
	assert_int_equal(block->plan.position, index % 4);
	assert_int_equal(block->plan.warmup, index < 4);
	assert_int_equal(block->plan.unrecorded, index == 5);
	assert_string_equal(block->cell_name, "exit/bundled/empty/1024/same-node/t1/p1/4M");
	assert_string_equal(block->end_json, "{\"block\":1}");
	assert_int_equal(block->samples_bytes, sizeof(samples));
	assert_memory_equal(block->samples, samples, strlen("samples"));
	assert_string_equal((const char *)block->samples + 8, samples + 8);
	assert_int_equal(block->rows, 100 + index);
	assert_int_equal(block->dropped, index);
	return 0;
}

static void test_round_trip(void **state)
{
	char *path = support_path("below/folders/store.db");
	struct store *store = store_must_open(path, STORE_WRITE);
	int64_t id = store_new_run(store, "first");
	struct store_run run;
	struct error error;
	struct stat info;
	uint32_t blocks = 0;
	int notes = 1;

	(void)state;
	assert_int_equal(store_run_environment(store, id, "{\"cpu\":\"x\"}", &error), 0);
	for (uint32_t i = 20; i-- > 0;)
		store_put(store, id, i);
	assert_int_equal(store_run_note(store, id, "{\"note\":1}", &error), 0);
	assert_int_equal(store_run_note(store, id, "{\"note\":2}", &error), 0);
	assert_int_equal(store_run_lab(store, id, "{\"qemu\":2}", &error), 0);
	assert_int_equal(store_run_end(store, id, STATUS_WOUNDED, "it bled", &error), 0);
	store_close(store);

	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 07777, 0600);
	store = store_must_open(path, STORE_READ);
	assert_int_equal(store_run_get(store, id, &run, &error), 0);
	assert_string_equal(run.label, "first");
	assert_string_equal(run.plan_name, "quick");
	assert_string_equal(run.plan_json, "{\"plan\":1}");
	assert_string_equal(run.lab, "vm");
	assert_string_equal(run.kernel, "debian:6.1");
	assert_string_equal(run.environment_json, "{\"cpu\":\"x\"}");
	assert_string_equal(run.lab_json, "{\"qemu\":2}");
	assert_string_equal(run.status_text, "it bled");
	assert_int_equal(run.status, STATUS_WOUNDED);
	assert_int_equal(strlen(run.started), strlen("2019-01-01T00:00:00Z"));
	assert_true(strcmp(run.started, run.ended) <= 0);
	assert_int_equal(run.blocks, 20);
	assert_int_equal(run.rows, 20 * 100 + 190);
	assert_int_equal(run.dropped, 190);
	store_run_free(&run);
	assert_int_equal(store_blocks_each(store, id, check_block, &blocks, &error), 0);
	assert_int_equal(blocks, 20);
	assert_int_equal(store_notes_each(store, id, store_check_note, &notes, &error), 0);
	assert_int_equal(notes, 3);
	store_close(store);
	free(path);
}

static int note_id(const struct store_run *run, void *context)
{
	int64_t **next = context;

	*(*next)++ = run->id;
	return run->id == 2 ? 77 : 0;
}

static int stop_at_two(const struct store_block *block, void *context)
{
	(void)context;
	return block->block == 2 ? -ECANCELED : 0;
}

static void test_runs_are_listed_newest_first(void **state)
{
	char *path = store_fresh_path();
	struct store *store = store_must_open(path, STORE_WRITE);
	int64_t ids[4] = { 0 }, *next = ids, last = 0;
	struct store_run run;
	struct error error;

	(void)state;
	for (int i = 0; i < 4; i++)
		last = store_new_run(store, NULL);
	/* 4, 3, 2 and stopped there. */
	assert_int_equal(store_runs_each(store, note_id, &next, &error), 77);
	assert_int_equal(next - ids, 3);
	assert_true(ids[0] == 4 && ids[1] == 3 && ids[2] == 2);
	for (uint32_t i = 0; i < 4; i++)
		store_put(store, last, i);
	assert_int_equal(store_blocks_each(store, last, stop_at_two, NULL, &error), -ECANCELED);

	assert_int_equal(store_run_get(store, 0, &run, &error), 0);
	assert_int_equal(run.id, last);
	/* It runs still, or was killed. */
	assert_int_equal(run.status, -1);
	assert_string_equal(run.ended, "");
	assert_string_equal(run.environment_json, "");
	assert_string_equal(run.label, "");
	store_run_free(&run);
	store_close(store);
	free(path);
}

static void test_what_is_not_there(void **state)
{
	char *path = store_fresh_path();
	struct store *store;
	struct store_run run;
	struct error error;
	int64_t id;

	(void)state;
	assert_int_equal(store_open(path, STORE_READ, &store, &error), -ENOENT);
	assert_store_error(&error, path,
			   "there is no store; hmmbench run CONFIG makes one, or name "
			   "another with --store");
	assert_null(store);
	assert_int_equal(access(path, F_OK), -1);

	store = store_must_open(path, STORE_WRITE);
	assert_int_equal(store_run_get(store, 0, &run, &error), -ENOENT);
	assert_int_equal(error.exit_status, STATUS_USAGE);
	assert_non_null(strstr(error.text, "it has no runs yet; hmmbench run CONFIG makes one"));
	id = store_new_run(store, "x");
	assert_int_equal(store_run_get(store, 7, &run, &error), -ENOENT);
	assert_int_equal(error.exit_status, STATUS_USAGE);
	assert_non_null(strstr(error.text, "there is no run 7; hmmbench list shows those there are"));
	assert_int_equal(store_run_environment(store, 7, "{}", &error), -ENOENT);
	assert_store_error(&error, path, "there is no run 7; hmmbench list shows those there are");
	assert_int_equal(store_run_lab(store, 7, "{}", &error), -ENOENT);
	assert_int_equal(store_run_note(store, 7, "{}", &error), -ENOENT);
	assert_int_equal(store_run_end(store, 7, 0, "", &error), -ENOENT);
	assert_int_equal(store_put_bytes(store, 7, 0, "x", 1, &error), -ENOENT);
	assert_store_error(&error, path, "there is no run 7; hmmbench list shows those there are");
	store_put(store, id, 3);
	assert_int_equal(store_put_bytes(store, id, 3, "x", 1, &error), -EEXIST);
	assert_store_error(&error, path, "run 1 has block 3 already; a block is put once");
	assert_int_equal(store_count_blocks(store, id), 1);
	assert_int_equal(store_count_blocks(store, 7), 0);
	store_close(store);
	free(path);
}

/* What makes a commit last: without these a power failure could take it back. */
static void test_durability_is_switched_on(void **state)
{
	char *path = store_fresh_path();
	struct store *store = store_must_open(path, STORE_WRITE);
	sqlite3_stmt *statement;

	(void)state;
	assert_int_equal(store_pragma(store, "synchronous"), 2);
	assert_int_equal(store_pragma(store, "foreign_keys"), 1);
	assert_int_equal(store_pragma(store, "application_id"), STORE_APPLICATION_ID);
	assert_int_equal(store_pragma(store, "user_version"), STORE_SCHEMA_VERSION);
	sqlite3_prepare_v2(store->db, "PRAGMA journal_mode", -1, &statement, NULL);
	sqlite3_step(statement);
	assert_string_equal((const char *)sqlite3_column_text(statement, 0), "wal");
	sqlite3_finalize(statement);
	store_close(store);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_runs_are_listed_newest_first),
		cmocka_unit_test(test_what_is_not_there),
		cmocka_unit_test(test_durability_is_switched_on),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
