// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Killed at any moment, the store opens and has every block that was committed.
 *
 * A child puts blocks as fast as it can and tells each one that store_block_put() came
 * back from; it is killed with SIGKILL at a random moment, from before it opened the
 * store on. HMMBENCH_KILL_TRIALS sets how often (30). A kill leaves the kernel's page
 * cache alone: that commits also outlast a power failure is SQLite's synchronous=FULL,
 * which test_store.c looks for.
 */
#include "store_support.h"
#include "support.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAMPLES_MAX 60000
#define MOMENT_US   40000 /* kills come within so long of the child's start */

/* The samples of a block, which the run and the block's index determine. */
static size_t samples_of(int64_t run, uint32_t index, unsigned char *samples)
{
	uint64_t random = (uint64_t)run * 1000003 + index + 1;
	size_t bytes = 1 + support_below(&random, support_below(&random, 4) ? 2000 : SAMPLES_MAX);

	support_fill(&random, samples, bytes);
	return bytes;
}

struct report {
	int64_t run;
	uint32_t block;
};

/* The child: never returns. Writes of a report to a pipe are atomic. */
static void put_until_killed(const char *path, int fd)
{
	static unsigned char samples[SAMPLES_MAX];
	const struct store_run_new new_run = {
		.label = "killed", .plan_json = "{}", .plan_name = "kill",
		.lab = "vm", .kernel = "none", .lab_json = "{}",
	};
	struct report report = { 0 };
	struct store *store;
	struct error error;
	size_t bytes;

	if (store_open(path, STORE_WRITE, &store, &error) ||
	    store_run_begin(store, &new_run, &report.run, &error))
		goto failed;
	for (;; report.block++) {
		bytes = samples_of(report.run, report.block, samples);
		if (store_put_bytes(store, report.run, report.block, samples, bytes, &error))
			goto failed;
		if (write(fd, &report, sizeof(report)) != sizeof(report))
			_exit(2);
	}
failed:
	fprintf(stderr, "%s\n", error.text);
	_exit(1);
}

/* Starts a child, kills it, and gives the last block it reported: -1 where there was none. */
static int64_t run_and_kill(const char *path, useconds_t moment_us, int64_t *run)
{
	struct report report;
	int64_t last = -1;
	int ends[2], status;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		close(ends[0]);
		put_until_killed(path, ends[1]);
	}
	close(ends[1]);
	usleep(moment_us);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	while (read(ends[0], &report, sizeof(report)) == sizeof(report)) {
		assert_int_equal(report.block, last + 1);
		last = report.block;
		*run = report.run;
	}
	close(ends[0]);
	return last;
}

struct check {
	int64_t run;
	uint32_t next;
};

static int check_block(const struct store_block *block, void *context)
{
	static unsigned char samples[SAMPLES_MAX];
	struct check *check = context;

	assert_int_equal(block->block, check->next++);
	assert_int_equal(block->samples_bytes, samples_of(check->run, block->block, samples));
	assert_memory_equal(block->samples, samples, block->samples_bytes);
	return 0;
}

static void check_integrity(struct store *store)
{
	sqlite3_stmt *statement;

	assert_int_equal(sqlite3_prepare_v2(store->db, "PRAGMA integrity_check", -1, &statement,
					    NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(statement, 0), "ok");
	sqlite3_finalize(statement);
}

/* All reported blocks are there; one more may be: committed, and killed before the report. */
static void check_run(const char *path, enum store_mode mode, int64_t run, int64_t last)
{
	struct check check = { run, 0 };
	struct store *store = store_must_open(path, mode);
	struct store_run stored;
	struct error error;

	check_integrity(store);
	if (last >= 0) {
		assert_int_equal(store_blocks_each(store, run, check_block, &check, &error), 0);
		assert_in_range(check.next, last + 1, last + 2);
		assert_int_equal(store_run_get(store, run, &stored, &error), 0);
		assert_int_equal(stored.blocks, check.next);
		assert_int_equal(stored.status, -1);
		store_run_free(&stored);
	}
	store_close(store);
}

static void remove_store(const char *path)
{
	static const char *const endings[] = { "", "-wal", "-shm" };
	char name[300];

	for (int i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "%s%s", path, endings[i]);
		assert_true(!unlink(name) || errno == ENOENT);
	}
}

static void test_killed_at_random_moments(void **state)
{
	uint64_t trials = support_count("HMMBENCH_KILL_TRIALS", 30), random = 1, blocks = 0;
	char *path = store_fresh_path();
	uint64_t committed_trials = 0;

	(void)state;
	for (uint64_t trial = 0; trial < trials; trial++) {
		useconds_t moment = (useconds_t)support_below(&random, MOMENT_US);
		int64_t run = 0, last;

		/* Now and then from nothing, so that making the store is hit as well. */
		if (trial % 4 == 0)
			remove_store(path);
		if (trial % 16 == 0)
			moment /= 8;
		last = run_and_kill(path, moment, &run);
		check_run(path, trial % 2 || access(path, F_OK) ? STORE_WRITE : STORE_READ, run,
			  last);
		committed_trials += last >= 0;
		blocks += (uint64_t)(last + 1);
	}
	/* On a machine too slow to commit anything within a moment this would prove nothing. */
	for (int64_t run = 0, last = -1; !committed_trials; committed_trials += last >= 0) {
		last = run_and_kill(path, MOMENT_US * 50, &run);
		check_run(path, STORE_WRITE, run, last);
		blocks += (uint64_t)(last + 1);
	}
	print_message("# %llu kills, %llu with commits before them, %llu blocks\n",
		      (unsigned long long)trials, (unsigned long long)committed_trials,
		      (unsigned long long)blocks);
	free(path);
}

/* Two programs at a time: both commit all they put, neither waits for the other's run to end. */
static void test_two_writers(void **state)
{
	char *path = store_fresh_path();
	int64_t runs[2];
	int status;
	pid_t child;

	(void)state;
	store_close(store_must_open(path, STORE_WRITE));
	child = fork();
	for (int self = !child, done = 0; !done; done = 1) {
		struct store *store = store_must_open(path, STORE_WRITE);
		int64_t run = store_new_run(store, self ? "child" : "parent");

		for (uint32_t i = 0; i < 100; i++)
			store_put(store, run, i);
		store_close(store);
		if (self)
			_exit(0);
		runs[0] = run;
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	runs[1] = 3 - runs[0];
	for (int i = 0; i < 2; i++) {
		struct store *store = store_must_open(path, STORE_READ);

		assert_int_equal(store_count_blocks(store, runs[i]), 100);
		store_close(store);
	}
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_killed_at_random_moments),
		cmocka_unit_test(test_two_writers),
	};

	return cmocka_run_group_tests_name("store_kill", tests, NULL, NULL);
}
