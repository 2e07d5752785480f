// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A file that cannot be used, a lock, a full disk or missing permissions give an error
 * that says so, and what was committed stays.
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
#include <sys/wait.h>
#include <unistd.h>

#include "common/exit_status.h"
#include "common/paths.h"

static void test_newer_schema_is_refused(void **state)
{
	char *path = store_fresh_path(), text[200];
	struct error error;
	struct store *store;

	(void)state;
	store_close(store_must_open(path, STORE_WRITE));
	store_execute(path, "PRAGMA user_version = 99");
	snprintf(
		text, sizeof(text),
		"its schema is version 99, and this hmmbench knows up to %d; use the hmmbench that "
		"wrote it or a newer one",
		STORE_SCHEMA_VERSION);
	assert_int_equal(store_open(path, STORE_WRITE, &store, &error), -ENOTSUP);
	assert_store_error(&error, path, text);
	assert_int_equal(store_open(path, STORE_READ, &store, &error), -ENOTSUP);
	assert_store_error(&error, path, text);
	free(path);
}

static void test_files_of_others_are_refused(void **state)
{
	static const char *const texts[] = { "This is a text, and no database at all.", "xy" };
	static const char not_ours[] =
		"it is an SQLite file of another program; name another with --store";
	char *path, *folder;
	struct error error;
	struct store *store;

	(void)state;
	for (int i = 0; i < 2; i++) {
		path = support_file("text.db", texts[i], strlen(texts[i]));
		assert_int_equal(store_open(path, STORE_WRITE, &store, &error), -EUCLEAN);
		assert_store_error(
			&error, path,
			"cannot open the store for writing: file is not a database; move it "
			"away, put a copy back, or name another with --store");
		assert_int_equal(store_open(path, STORE_READ, &store, &error), -EUCLEAN);
		free(path);
	}

	path = store_fresh_path();
	store_execute(path, "CREATE TABLE mail (id INTEGER PRIMARY KEY)");
	assert_int_equal(store_open(path, STORE_WRITE, &store, &error), -EINVAL);
	assert_store_error(&error, path, not_ours);
	assert_int_equal(store_open(path, STORE_READ, &store, &error), -EINVAL);
	free(path);
	path = store_fresh_path();
	store_execute(path, "PRAGMA application_id = 4711");
	assert_int_equal(store_open(path, STORE_WRITE, &store, &error), -EINVAL);
	assert_store_error(&error, path, not_ours);
	free(path);

	folder = support_path("");
	assert_int_equal(store_open(folder, STORE_READ, &store, &error), -EINVAL);
	assert_store_error(&error, folder, "it is no file; name another with --store");
	assert_int_equal(store_open(folder, STORE_WRITE, &store, &error), -EINVAL);
	free(folder);
	path = support_path("text.db/store.db");
	assert_true(store_open(path, STORE_WRITE, &store, &error) < 0);
	assert_int_equal(error.exit_status, STATUS_STORE);
	free(path);
}

/* Pages overwritten or lost: an error or what is there, and never a crash. */
static void test_damaged_stores_give_an_error(void **state)
{
	uint64_t rounds = support_count("HMMBENCH_FUZZ_ROUNDS", 300), random = 1, refused = 0;
	char *path = store_recorded(1), *whole, *damaged;
	struct error error;
	struct store *store;
	size_t bytes, size;
	uint32_t blocks;

	(void)state;
	store = store_must_open(path, STORE_WRITE);
	for (uint32_t i = 0; i < 200; i++)
		store_put(store, 2, i);
	store_close(store);
	assert_int_equal(path_read_file(path, 1 << 24, &whole, &bytes, &error), 0);
	damaged = malloc(bytes);
	for (uint64_t i = 0; i < (rounds > 3000 ? 3000 : rounds); i++) {
		char *damaged_path;
		int result;

		memcpy(damaged, whole, bytes);
		size = support_below(&random, 3) ? bytes : support_below(&random, bytes);
		if (size == bytes)
			support_fill(&random, damaged + support_below(&random, bytes - 600),
				     1 + support_below(&random, 600));
		damaged_path = support_file("damaged.db", damaged, size);
		result = store_open(damaged_path, STORE_READ, &store, &error);
		if (!result) {
			blocks = 0;
			result = store_blocks_each(store, 2, store_count_block, &blocks, &error);
			store_close(store);
		}
		if (result) {
			refused++;
			assert_int_equal(error.exit_status, STATUS_STORE);
			assert_memory_equal(error.text, damaged_path, strlen(damaged_path));
		}
		free(damaged_path);
	}
	assert_true(refused > 0);
	free(whole);
	free(damaged);
	free(path);
}

static void test_locked_by_another_writer(void **state)
{
	const struct store_options hasty = { store_options_default.steps, 50 };
	char *path = store_fresh_path();
	struct store *store, *second;
	struct error error;
	sqlite3 *other;
	int64_t id;

	(void)state;
	store_close(store_must_open(path, STORE_WRITE));
	assert_int_equal(store_open_options(path, STORE_WRITE, &hasty, &store, &error), 0);
	id = store_new_run(store, "x");
	sqlite3_open(path, &other);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(store_put_bytes(store, id, 0, "x", 1, &error), -EBUSY);
	assert_store_error(&error, path,
			   "cannot take in block 0 of run 1: another program holds it locked; "
			   "wait for it to end, fuser(1) tells which it is");
	/* Readers are not stopped. */
	second = store_must_open(path, STORE_READ);
	assert_int_equal(store_count_blocks(second, id), 0);
	store_close(second);
	sqlite3_exec(other, "COMMIT", NULL, NULL, NULL);
	store_put(store, id, 0);
	assert_int_equal(store_count_blocks(store, id), 1);
	sqlite3_close(other);
	store_close(store);
	free(path);
}

/* As where somebody lists the runs of a campaign that is about to begin: who comes first makes it. */
static void test_a_store_that_two_make_waits_for_the_first(void **state)
{
	const struct store_options hasty = { store_options_default.steps, 50 };
	char *path = store_fresh_path();
	struct store *store;
	struct error error;
	int begun[2], status;
	pid_t first;
	char byte;

	(void)state;
	assert_int_equal(pipe(begun), 0);
	first = fork();
	if (!first) {
		sqlite3 *other;

		sqlite3_open(path, &other);
		sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL);
		if (write(begun[1], "", 1) != 1)
			_exit(1);
		sqlite3_sleep(1000);
		_exit(0);
	}
	assert_int_equal(read(begun[0], &byte, 1), 1);
	assert_int_equal(store_open_options(path, STORE_WRITE, &hasty, &store, &error), -EBUSY);
	assert_store_error(&error, path,
			   "cannot open the store for writing: another program holds it locked; "
			   "wait for it to end, fuser(1) tells which it is");
	store_close(store_must_open(path, STORE_WRITE));
	assert_int_equal(waitpid(first, &status, 0), first);
	assert_int_equal(status, 0);
	close(begun[0]);
	close(begun[1]);
	free(path);
}

static void test_full_disk(void **state)
{
	char *path = store_fresh_path(), *samples = malloc(20000), sql[60];
	struct store *store = store_must_open(path, STORE_WRITE);
	int64_t id = store_new_run(store, "x");
	uint64_t random = 1;
	struct error error;
	uint32_t done = 0;
	int result;

	(void)state;
	support_fill(&random, samples, 20000);
	snprintf(sql, sizeof(sql), "PRAGMA max_page_count = %d",
		 store_pragma(store, "page_count") + 40);
	sqlite3_exec(store->db, sql, NULL, NULL, NULL);
	while (!(result = store_put_bytes(store, id, done, samples, 20000, &error)))
		done++;
	assert_int_equal(result, -ENOSPC);
	assert_in_range(done, 5, 9);
	snprintf(sql, sizeof(sql), "block %u of run 1: the disk is full", done);
	assert_non_null(strstr(error.text, sql));
	assert_int_equal(error.exit_status, STATUS_STORE);
	assert_int_equal(store_count_blocks(store, id), done);
	/* There is room again: the same block goes in. */
	sqlite3_exec(store->db, "PRAGMA max_page_count = 1000000", NULL, NULL, NULL);
	store_put(store, id, done);
	store_close(store);
	store = store_must_open(path, STORE_READ);
	assert_int_equal(store_count_blocks(store, id), done + 1);
	store_close(store);
	free(samples);
	free(path);
}

/* The same from below: write(2) itself gives the error. */
static void test_file_size_limit(void **state)
{
	char *path = store_fresh_path(), *samples = malloc(20000);
	struct store *store = store_must_open(path, STORE_WRITE);
	int64_t id = store_new_run(store, "x");
	struct rlimit limit, unlimited;
	uint64_t random = 1;
	struct error error;
	uint32_t done = 0;
	int result;

	(void)state;
	support_fill(&random, samples, 20000);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &unlimited);
	limit = unlimited;
	limit.rlim_cur = 400000;
	setrlimit(RLIMIT_FSIZE, &limit);
	while (!(result = store_put_bytes(store, id, done, samples, 20000, &error)))
		done++;
	setrlimit(RLIMIT_FSIZE, &unlimited);
	assert_int_equal(result, -EFBIG);
	assert_true(done > 0);
	assert_non_null(strstr(error.text, "File too large; make room and go on"));
	assert_int_equal(store_count_blocks(store, id), done);
	store_put(store, id, done);
	store_close(store);
	store = store_must_open(path, STORE_READ);
	assert_int_equal(store_count_blocks(store, id), done + 1);
	store_close(store);
	free(samples);
	free(path);
}

/* In a child that is nobody, since root may write everywhere. */
static int as_nobody(const char *path, int (*what)(const char *path))
{
	int status;
	pid_t child = fork();

	if (!child) {
		if (!geteuid() && (setgid(65534) || setuid(65534)))
			_exit(99);
		_exit(what(path));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int can_reach(const char *path)
{
	return access(path, R_OK) != 0;
}

static int read_only_reads(const char *path)
{
	struct store *store;
	struct error error;
	uint32_t count = 0;

	if (store_open(path, STORE_READ, &store, &error))
		return fprintf(stderr, "%s\n", error.text), 1;
	if (store_blocks_each(store, 1, store_count_block, &count, &error) || count != 3)
		return 2;
	store_close(store);
	return 0;
}

static int read_only_does_not_write(const char *path)
{
	struct store *store;
	struct error error;

	if (store_open(path, STORE_WRITE, &store, &error) != -EROFS)
		return fprintf(stderr, "%s\n", error.text), 1;
	return !strstr(error.text, "cannot open the store for writing: it is read-only; give "
				   "yourself write permission, or name another with --store");
}

static int cannot_make_a_store(const char *path)
{
	struct store *store;
	struct error error;
	char *other = path_printf("%s.other", path);

	if (store_open(other, STORE_WRITE, &store, &error) != -EACCES)
		return fprintf(stderr, "%s\n", error.text), 1;
	return !strstr(error.text, "cannot be made: Permission denied; name another with --store");
}

static int may_not_read(const char *path)
{
	struct store *store;
	struct error error;

	if (store_open(path, STORE_READ, &store, &error) != -EACCES)
		return fprintf(stderr, "%s\n", error.text), 1;
	return !strstr(error.text, "cannot open the store: it cannot be opened; check that");
}

static void test_permissions(void **state)
{
	char *path = support_path("read-only/odd?#%name.db"), *folder = support_path("read-only");
	char *above = support_path("");
	struct store *store = store_must_open(path, STORE_WRITE);
	int64_t id = store_new_run(store, "x");

	(void)state;
	for (uint32_t i = 0; i < 3; i++)
		store_put(store, id, i);
	store_close(store);
	assert_int_equal(chmod(path, 0444) | chmod(above, 0755), 0);
	if (as_nobody(path, can_reach)) {
		print_message(
			"# skipped: another user cannot get at the folder for temporary files\n");
		skip();
	}
	assert_int_equal(chmod(folder, 0555), 0);
	assert_int_equal(as_nobody(path, read_only_reads), 0);
	assert_int_equal(as_nobody(path, read_only_does_not_write), 0);
	assert_int_equal(as_nobody(path, cannot_make_a_store), 0);
	assert_int_equal(chmod(path, 0000), 0);
	assert_int_equal(as_nobody(path, may_not_read), 0);
	chmod(folder, 0755);
	chmod(above, 0700);
	free(path);
	free(folder);
	free(above);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_newer_schema_is_refused),
		cmocka_unit_test(test_files_of_others_are_refused),
		cmocka_unit_test(test_damaged_stores_give_an_error),
		cmocka_unit_test(test_locked_by_another_writer),
		cmocka_unit_test(test_a_store_that_two_make_waits_for_the_first),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_file_size_limit),
		cmocka_unit_test(test_permissions),
	};

	return cmocka_run_group_tests_name("store_errors", tests, NULL, NULL);
}
