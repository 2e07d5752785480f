// SPDX-License-Identifier: GPL-2.0-or-later
/* Two processes share the cache without harm; a kill leaves no half entry. */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/paths.h"
#include "lab/cache.h"

#define MAKERS 6

static int set_up(void **state)
{
	char *cache = support_path("cache");

	(void)state;
	setenv("XDG_CACHE_HOME", cache, 1);
	free(cache);
	return 0;
}

static void write_part(const char *folder, const char *name, const char *text)
{
	char *path = path_printf("%s/%s", folder, name);

	assert_int_equal(path_write_file(path, text, strlen(text), NULL), 0);
	free(path);
}

static bool exists(const char *folder, const char *name)
{
	char *path = path_printf("%s/%s", folder, name);
	const bool there = !access(path, F_OK);

	free(path);
	return there;
}

static void test_entry(void **state)
{
	struct cache_entry entry;
	struct error error = { 0 };
	char *path;

	(void)state;
	assert_int_equal(cache_open("things", "one", &entry, &error), 0);
	assert_false(exists(entry.path, "."));
	assert_int_equal(cache_make(&entry, &error), 0);
	write_part(entry.making, "part", "new");
	assert_false(exists(entry.path, "."));	/* not under its name before it is whole */
	assert_int_equal(cache_commit(&entry, &error), 0);
	assert_true(exists(entry.path, "part"));
	assert_false(exists(entry.making, "."));
	/* Made again: the old one is replaced whole. */
	assert_int_equal(cache_make(&entry, &error), 0);
	write_part(entry.making, "other", "newer");
	assert_int_equal(cache_commit(&entry, &error), 0);
	assert_false(exists(entry.path, "part"));
	assert_true(exists(entry.path, "other"));
	path = path_cache("things/one");
	assert_string_equal(entry.path, path);
	free(path);
	cache_close(&entry);
}

/* Each maker sees the entry whole, made once: the others waited for the one that made it. */
static void test_many_makers(void **state)
{
	char *count = support_file("count", "", 0);
	pid_t pids[MAKERS];
	struct stat status;

	(void)state;
	for (int i = 0; i < MAKERS; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			struct cache_entry entry;
			int fd;

			if (cache_open("things", "shared", &entry, NULL))
				_exit(1);
			if (!exists(entry.path, "whole")) {
				if (cache_make(&entry, NULL))
					_exit(2);
				fd = open(count, O_WRONLY | O_APPEND);
				if (write(fd, "x", 1) != 1)
					_exit(3);
				usleep(100000);
				write_part(entry.making, "whole", "yes");
				if (cache_commit(&entry, NULL))
					_exit(4);
			}
			_exit(exists(entry.path, "whole") ? 0 : 5);
		}
	}
	for (int i = 0; i < MAKERS; i++) {
		int raw;

		assert_int_equal(waitpid(pids[i], &raw, 0), pids[i]);
		assert_int_equal(raw, 0);
	}
	assert_int_equal(stat(count, &status), 0);
	assert_int_equal(status.st_size, 1);
	free(count);
}

/* Killed in the middle: the lock is free, the entry not there, the rest is swept up. */
static void test_killed_maker(void **state)
{
	struct cache_entry entry;
	int pipes[2], raw;
	char byte;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	pid = fork();
	if (pid == 0) {
		if (cache_open("things", "killed", &entry, NULL) || cache_make(&entry, NULL))
			_exit(1);
		write_part(entry.making, "half", "");
		if (write(pipes[1], "x", 1) != 1)
			_exit(1);
		pause();
	}
	assert_int_equal(read(pipes[0], &byte, 1), 1);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &raw, 0), pid);
	assert_int_equal(cache_open("things", "killed", &entry, NULL), 0);
	assert_false(exists(entry.path, "."));
	assert_false(exists(entry.making, "."));
	cache_close(&entry);
	close(pipes[0]);
	close(pipes[1]);
}

/* What was used last is kept; locks and what is being made are nobody's old entries. */
static void test_prune(void **state)
{
	struct cache_entry entry;
	struct stat status;
	char name[32];

	(void)state;
	for (int i = 0; i < 6; i++) {
		struct timespec times[2];

		snprintf(name, sizeof(name), "entry%d", i);
		assert_int_equal(cache_open("many", name, &entry, NULL), 0);
		assert_int_equal(cache_make(&entry, NULL), 0);
		assert_int_equal(cache_commit(&entry, NULL), 0);
		memset(times, 0, sizeof(times));
		times[0].tv_sec = times[1].tv_sec = 1000 + i;
		assert_int_equal(utimensat(AT_FDCWD, entry.path, times, 0), 0);
		if (i == 1)
			cache_touch(entry.path);
		cache_close(&entry);
	}
	assert_int_equal(cache_open("many", "new", &entry, NULL), 0);
	assert_int_equal(cache_make(&entry, NULL), 0);
	cache_prune("many", 3);
	assert_int_equal(stat(entry.making, &status), 0);
	for (int i = 0; i < 6; i++) {
		char *path;

		snprintf(name, sizeof(name), "many/entry%d", i);
		path = path_cache(name);
		assert_int_equal(!access(path, F_OK), i == 1 || i >= 4);
		free(path);
	}
	cache_close(&entry);
	cache_prune("nothing", 0);	/* no such folder: nothing to do */
}

static void test_digest(void **state)
{
	char *path = support_file("abc \\ and\nnewline", "abc", 3), digest[65];
	struct error error = { 0 };

	(void)state;
	/* FIPS 180-2, appendix B.1. */
	assert_int_equal(cache_digest(path, digest, &error), 0);
	assert_string_equal(digest,
			    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_int_not_equal(cache_digest("/no/such/file", digest, &error), 0);
	assert_non_null(strstr(error.text, "/no/such/file"));
	free(path);
}

static void test_no_cache(void **state)
{
	char *file = support_file("file", "", 0);
	struct cache_entry entry;
	struct error error = { 0 };

	(void)state;
	setenv("XDG_CACHE_HOME", file, 1);
	assert_int_equal(cache_open("things", "one", &entry, &error), -ENOTDIR);
	assert_non_null(strstr(error.text, "XDG_CACHE_HOME"));
	free(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entry),
		cmocka_unit_test(test_many_makers),
		cmocka_unit_test(test_killed_maker),
		cmocka_unit_test(test_prune),
		cmocka_unit_test(test_digest),
		cmocka_unit_test(test_no_cache),
	};

	return cmocka_run_group_tests_name("cache", tests, set_up, NULL);
}
