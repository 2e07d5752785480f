// SPDX-License-Identifier: GPL-2.0-or-later
/* Baselines in the store: what is set stays as it is, whoever asks. */
#include "night_support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "store/baseline_check.h"
#include "store/store_baseline.h"

static const struct night_boot boot = { .kernel = "debian:6.1", .spread = .01 };

static struct store *two_boots(char **path)
{
	struct store *store;

	*path = store_fresh_path();
	store = store_must_open(*path, STORE_WRITE);
	night_put(store, *path, &boot);
	night_put(store, *path, &boot);
	return store;
}

static int set(struct store *store, const char *name, int64_t *runs, size_t count,
	       struct error *error)
{
	const struct store_baseline baseline = { .name = (char *)name, .program = (char *)"0.1.0",
						 .note = (char *)"before the upgrade",
						 .runs = runs, .run_count = count };

	memset(error, 0, sizeof(*error));
	return store_baseline_set(store, &baseline, NULL, error);
}

static void must_say(const struct error *error, int status, const char *part)
{
	assert_int_equal(error->exit_status, status);
	if (!strstr(error->text, part))
		fail_msg("\"%s\" does not say \"%s\"", error->text, part);
}

static void what_is_set_comes_back(void **state)
{
	int64_t runs[] = { 2, 1 };
	struct store_baseline baseline;
	struct error error;
	struct store *store;
	char *path;

	(void)state;
	store = two_boots(&path);
	assert_int_equal(set(store, "6.1-good", runs, 2, &error), 0);
	assert_int_equal(store_baseline_get(store, "6.1-good", &baseline, &error), 0);
	assert_string_equal(baseline.name, "6.1-good");
	assert_string_equal(baseline.note, "before the upgrade");
	assert_string_equal(baseline.program, "0.1.0");
	assert_int_equal(strlen(baseline.made), strlen("2024-05-01T02:00:00Z"));
	assert_int_equal(baseline.run_count, 2);
	assert_int_equal(baseline.runs[0], 1);
	assert_int_equal(baseline.runs[1], 2);
	store_baseline_free(&baseline);
	store_close(store);
	free(path);
}

static void what_cannot_be_a_baseline_is_refused(void **state)
{
	static const char *const names[] = { "", "-x", "a b", "a/b", ".hidden", "\xc3\xa4" };
	int64_t runs[] = { 1, 99 };
	struct store_baseline baseline;
	struct error error;
	struct store *store;
	char *path;

	(void)state;
	store = two_boots(&path);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_equal(set(store, names[i], runs, 1, &error), -EINVAL);
		must_say(&error, STATUS_USAGE, "is no name for a baseline");
	}
	assert_int_equal(set(store, "empty", runs, 0, &error), -EINVAL);
	must_say(&error, STATUS_USAGE, "it would be empty");
	assert_int_equal(set(store, "gone", runs, 2, &error), -ENOENT);
	must_say(&error, STATUS_STORE, "there is no run 99");
	assert_int_equal(set(store, "one", runs, 1, &error), 0);
	assert_int_equal(set(store, "one", runs, 1, &error), -EEXIST);
	must_say(&error, STATUS_USAGE, "there is a baseline 'one' already");
	assert_int_equal(store_baseline_get(store, "gone", &baseline, &error), -ENOENT);
	must_say(&error, STATUS_USAGE, "hmmbench baseline list");
	/* Nothing of what was refused is left: the next one is whole. */
	assert_int_equal(set(store, "two", runs, 1, &error), 0);
	store_close(store);
	free(path);
}

static void must_abort(struct store *store, const char *sql, const char *reason)
{
	char *text = NULL;

	assert_int_equal(sqlite3_exec(store->db, sql, NULL, NULL, &text),
			 SQLITE_CONSTRAINT_TRIGGER);
	assert_string_equal(text, reason);
	sqlite3_free(text);
}

/* Also a program that knows nothing of baselines, and keeps no foreign keys. */
static void what_a_baseline_holds_is_neither_changed_nor_deleted(void **state)
{
	static const char held[] = "a baseline holds this run";
	static const char changed[] = "a baseline is never changed";
	int64_t runs[] = { 1 };
	struct error error;
	struct store *store;
	char *path;

	(void)state;
	store = two_boots(&path);
	assert_int_equal(store_run_note(store, 1, "{\"level\":\"info\",\"text\":\"x\"}", &error), 0);
	assert_int_equal(set(store, "kept", runs, 1, &error), 0);
	sqlite3_exec(store->db, "PRAGMA foreign_keys = OFF", NULL, NULL, NULL);
	must_abort(store, "DELETE FROM run WHERE id = 1", held);
	must_abort(store, "DELETE FROM run", held);
	must_abort(store, "UPDATE run SET label = 'x' WHERE id = 1", held);
	must_abort(store, "DELETE FROM block WHERE run = 1", held);
	must_abort(store, "UPDATE block SET dropped = 1 WHERE run = 1", held);
	must_abort(store, "INSERT INTO block SELECT NULL, run, 9999, cell, cell_name, strategy, quartet, "
			  "position, warmup, unrecorded, operations, rows, dropped, finished, end_json, "
			  "samples FROM block WHERE run = 1 LIMIT 1", held);
	must_abort(store, "DELETE FROM note WHERE run = 1", held);
	must_abort(store, "UPDATE note SET note_json = '{}' WHERE run = 1", held);
	must_abort(store, "INSERT INTO note (run, noted, note_json) VALUES (1, '', '{}')", held);
	must_abort(store, "INSERT INTO baseline_run VALUES (1, 2)", changed);
	must_abort(store, "UPDATE baseline_run SET run = 2", changed);
	must_abort(store, "DELETE FROM baseline_run", changed);
	must_abort(store, "UPDATE baseline SET name = 'x'", changed);
	must_abort(store, "DELETE FROM baseline", "a baseline is never deleted");
	assert_int_equal(store_run_note(store, 1, "{}", &error), -EIO);
	assert_non_null(strstr(error.text, held));
	/* The other run is in none. */
	assert_int_equal(sqlite3_exec(store->db, "DELETE FROM run WHERE id = 2", NULL, NULL, NULL),
			 SQLITE_OK);
	store_close(store);
	free(path);
}

static void a_baseline_is_of_one_thing(void **state)
{
	struct night_boot other = boot, wounded = boot;
	int64_t runs[] = { 1, 2, 3 };
	struct error error = { 0 };
	struct store *store;
	char *path;

	(void)state;
	store = two_boots(&path);
	other.build = "another";
	wounded.status = STATUS_WOUNDED;
	night_put(store, path, &other);
	night_put(store, path, &wounded);
	assert_int_equal(baseline_check(store, runs, 2, &error), 0);
	assert_int_equal(baseline_check(store, runs, 3, &error), -EXDEV);
	must_say(&error, STATUS_NOT_COMPARABLE,
		 "kernel build: debian:6.1 in runs 1, 2; another in run 3");
	memset(&error, 0, sizeof(error));
	runs[0] = 4;
	assert_int_equal(baseline_check(store, runs, 1, &error), -EINVAL);
	must_say(&error, 0, "run 4 did not end whole");
	runs[0] = store_new_run(store, "");
	assert_int_equal(store_run_end(store, runs[0], STATUS_OK, "complete", &error), 0);
	assert_int_equal(baseline_check(store, runs, 1, &error), -EINVAL);
	must_say(&error, 0, "has no samples");
	store_close(store);
	free(path);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_set_comes_back),
		cmocka_unit_test(what_cannot_be_a_baseline_is_refused),
		cmocka_unit_test(what_a_baseline_holds_is_neither_changed_nor_deleted),
		cmocka_unit_test(a_baseline_is_of_one_thing),
	};

	return cmocka_run_group_tests_name("baseline", tests, NULL, NULL);
}
