// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A store of an older version is brought to this one after a copy, whole or not at all.
 */
#include "store_support.h"
#include "support.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/exit_status.h"
#include "common/paths.h"

/* Two versions that only this test knows, behind the real steps. */
static const char test_step[] =
	"ALTER TABLE run ADD COLUMN colour TEXT NOT NULL DEFAULT 'green';"
	"CREATE TABLE colour_of (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
	"INSERT INTO colour_of (name) SELECT label FROM run;";

static const char broken_step[] = "UPDATE run SET colour = 'red';"
				    "INSERT INTO nowhere VALUES (1);";

static struct store_options extended_options(struct store_step steps[STORE_SCHEMA_VERSION + 3],
					     const char *next, const char *after)
{
	int version = STORE_SCHEMA_VERSION;

	for (int i = 0; i < version; i++)
		steps[i] = store_options_default.steps[i];
	steps[version] = (struct store_step){ version + 1, next };
	steps[version + 1] = (struct store_step){ after ? version + 2 : 0, after };
	steps[version + 2] = (struct store_step){ 0, NULL };
	return (struct store_options){ steps, 1000 };
}

static int check_recorded_block(const struct store_block *block, void *context)
{
	struct samples samples;

	++*(uint32_t *)context;
	assert_string_equal(block->cell_name, "exit/bundled/empty/32/same-node/t1/p1/1M");
	assert_int_equal(samples_decode(block->samples, block->samples_bytes, &samples), 0);
	assert_int_equal(samples.rows, block->rows);
	assert_int_equal(samples.columns[COLUMN_OPERATION][1], 1);
	assert_int_equal(samples.columns[COLUMN_WALK][0], 1000 * (block->block + 1));
	assert_true(samples.columns[COLUMN_WALK][2] == SAMPLE_MISSING);
	assert_null(samples.columns[COLUMN_GRACE]);
	samples_free(&samples);
	return 0;
}

static void check_recorded_of(struct store *store, int64_t campaign)
{
	struct store_run run;
	struct error error;
	uint32_t blocks = 0;
	struct plan *plan;
	int notes = 1;

	if (store_run_get(store, 1, &run, &error))
		fail_msg("%s", error.text);
	assert_string_equal(run.label, "recorded");
	assert_string_equal(run.environment_json, "{\"kernel\":\"6.1.0\"}");
	assert_int_equal(run.status, STATUS_OK);
	assert_int_equal(run.blocks, 4);
	assert_int_equal(run.rows, 12);
	assert_int_equal(run.campaign, campaign);
	assert_string_equal(run.config_digest, "");
	assert_int_equal(plan_from_json(run.plan_json, strlen(run.plan_json), &plan, &error), 0);
	assert_string_equal(plan->name, "recorded");
	plan_free(plan);
	store_run_free(&run);
	assert_int_equal(store_blocks_each(store, 1, check_recorded_block, &blocks, &error), 0);
	assert_int_equal(blocks, 4);
	assert_int_equal(store_notes_each(store, 1, store_check_note, &notes, &error), 0);
	assert_int_equal(notes, 2);
	if (store_run_get(store, 2, &run, &error))
		fail_msg("%s", error.text);
	assert_int_equal(run.status, -1);
	store_run_free(&run);
}

static void check_recorded(struct store *store)
{
	check_recorded_of(store, 0);
}

/* Every store ever written can be read by this version. */
static void check_that_it_is_read(int version)
{
	char *path = store_recorded(version), *copy = path_printf("%s.v%d", path, version);
	struct store *store = store_must_open(path, STORE_READ);
	const int64_t campaign = version >= 2;

	check_recorded_of(store, campaign);
	assert_int_equal(store_pragma(store, "user_version"), STORE_SCHEMA_VERSION);
	store_close(store);
	assert_int_equal(access(copy, F_OK), 0);
	store = store_must_open(path, STORE_WRITE);
	check_recorded_of(store, campaign);
	store_put(store, 2, 9);
	store_close(store);
	free(copy);
	free(path);
}

static void test_recorded_stores_are_read(void **state)
{
	(void)state;
	for (int version = 1; version <= STORE_RECORDED_VERSIONS; version++)
		check_that_it_is_read(version);
	assert_int_equal(STORE_RECORDED_VERSIONS, STORE_SCHEMA_VERSION - 1);
}

static void test_older_store_is_migrated_after_a_copy(void **state)
{
	struct store_step steps[STORE_SCHEMA_VERSION + 3];
	struct store_options options = extended_options(steps, test_step, NULL);
	enum store_mode modes[] = { STORE_WRITE, STORE_READ };
	struct error error;
	struct store *store;

	(void)state;
	for (int i = 0; i < 2; i++) {
		char *path = store_recorded(1);
		char *copy = path_printf("%s.v%d", path, STORE_SCHEMA_VERSION);
		char *part = path_printf("%s.part", copy);
		struct stat info;

		store_close(store_must_open(path, STORE_WRITE));
		if (store_open_options(path, modes[i], &options, &store, &error))
			fail_msg("%s", error.text);
		check_recorded(store);
		assert_int_equal(store_pragma(store, "user_version"), STORE_SCHEMA_VERSION + 1);
		assert_int_equal(sqlite3_exec(store->db, "SELECT colour FROM run, colour_of", NULL,
					      NULL, NULL),
				 SQLITE_OK);
		store_close(store);

		/* The copy is a whole store of the version before, for nobody else to read. */
		assert_int_equal(stat(copy, &info), 0);
		assert_int_equal(info.st_mode & 0777, 0600);
		assert_int_equal(access(part, F_OK), -1);
		store = store_must_open(copy, STORE_READ);
		check_recorded(store);
		assert_int_equal(store_pragma(store, "user_version"), STORE_SCHEMA_VERSION);
		store_close(store);

		/* And this version refuses the newer one. */
		assert_int_equal(store_open(path, STORE_WRITE, &store, &error), -ENOTSUP);
		free(path);
		free(copy);
		free(part);
	}
}

static void test_a_copy_is_never_replaced(void **state)
{
	struct store_step steps[STORE_SCHEMA_VERSION + 3];
	struct store_options options = extended_options(steps, test_step, NULL);
	char *path = store_recorded(1), *first, *second, *text;
	struct error error;
	struct store *store;

	(void)state;
	store_close(store_must_open(path, STORE_WRITE));
	first = path_printf("%s.v%d", path, STORE_SCHEMA_VERSION);
	second = path_printf("%s.v%d.2", path, STORE_SCHEMA_VERSION);
	assert_int_equal(path_write_file(first, "precious", 8, &error), 0);
	if (store_open_options(path, STORE_WRITE, &options, &store, &error))
		fail_msg("%s", error.text);
	store_close(store);
	assert_int_equal(path_read_file(first, 100, &text, NULL, &error), 0);
	assert_string_equal(text, "precious");
	store = store_must_open(second, STORE_READ);
	check_recorded(store);
	store_close(store);
	free(text);
	free(first);
	free(second);
	free(path);
}

/* One of two steps fails: the store is as it was, all of it. */
static void test_a_migration_that_fails_changes_nothing(void **state)
{
	struct store_step steps[STORE_SCHEMA_VERSION + 3];
	struct store_options options = extended_options(steps, test_step, broken_step);
	char *path = store_recorded(1), text[200];
	struct error error;
	struct store *store;

	(void)state;
	store_close(store_must_open(path, STORE_WRITE));
	assert_int_equal(store_open_options(path, STORE_WRITE, &options, &store, &error), -EIO);
	snprintf(text, sizeof(text), "cannot be migrated to schema %d: no such table: nowhere",
		 STORE_SCHEMA_VERSION + 2);
	assert_store_error(&error, path, text);
	store = store_must_open(path, STORE_WRITE);
	check_recorded(store);
	assert_int_equal(store_pragma(store, "user_version"), STORE_SCHEMA_VERSION);
	assert_int_equal(sqlite3_exec(store->db, "SELECT colour FROM run", NULL, NULL, NULL),
			 SQLITE_ERROR);
	store_close(store);
	free(path);
}

static void test_no_room_for_the_copy_changes_nothing(void **state)
{
	struct store_step steps[STORE_SCHEMA_VERSION + 3];
	struct store_options options = extended_options(steps, test_step, NULL);
	struct rlimit limit, unlimited;
	char *path = store_recorded(1);
	static char samples[400000];
	struct error error;
	struct store *store;

	(void)state;
	store = store_must_open(path, STORE_WRITE);
	assert_int_equal(store_put_bytes(store, 2, 0, samples, sizeof(samples), &error), 0);
	store_close(store);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &unlimited);
	limit = unlimited;
	limit.rlim_cur = 100000;
	setrlimit(RLIMIT_FSIZE, &limit);
	assert_int_equal(store_open_options(path, STORE_WRITE, &options, &store, &error), -EFBIG);
	setrlimit(RLIMIT_FSIZE, &unlimited);
	assert_non_null(strstr(error.text, "before it is migrated: File too large; make room"));
	store = store_must_open(path, STORE_WRITE);
	check_recorded(store);
	store_close(store);
	free(path);
}

/* A new store and a migrated one have the same schema, and both have that of the steps. */
static void test_new_and_migrated_schema_are_the_same(void **state)
{
	static const char sql[] =
		"SELECT count(*) FROM (SELECT type, name, tbl_name, sql FROM main.sqlite_master "
		"EXCEPT SELECT type, name, tbl_name, sql FROM other.sqlite_master)";
	char *old_path = store_recorded(1), *new_path = store_fresh_path(), attach[400];
	struct store *store = store_must_open(old_path, STORE_WRITE);
	sqlite3_stmt *statement;

	(void)state;
	store_close(store_must_open(new_path, STORE_WRITE));
	snprintf(attach, sizeof(attach), "ATTACH '%s' AS other", new_path);
	assert_int_equal(sqlite3_exec(store->db, attach, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	assert_int_equal(sqlite3_column_int(statement, 0), 0);
	sqlite3_finalize(statement);
	store_close(store);
	free(old_path);
	free(new_path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recorded_stores_are_read),
		cmocka_unit_test(test_older_store_is_migrated_after_a_copy),
		cmocka_unit_test(test_a_copy_is_never_replaced),
		cmocka_unit_test(test_a_migration_that_fails_changes_nothing),
		cmocka_unit_test(test_no_room_for_the_copy_changes_nothing),
		cmocka_unit_test(test_new_and_migrated_schema_are_the_same),
	};

	return cmocka_run_group_tests_name("store_migration", tests, NULL, NULL);
}
