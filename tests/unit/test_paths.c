// SPDX-License-Identifier: GPL-2.0-or-later
/* Paths follow the environment; files are read whole, written whole, and removed within bounds. */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/exit_status.h"
#include "common/paths.h"
#include "common/spawn.h"

static void check_and_free(char *path, const char *expected)
{
	assert_non_null(path);
	assert_string_equal(path, expected);
	free(path);
}

static void test_user_folders(void **state)
{
	(void)state;
	setenv("HOME", "/home/somebody", 1);
	unsetenv("XDG_CACHE_HOME");
	unsetenv("XDG_DATA_HOME");
	unsetenv("HMMBENCH_STORE");
	check_and_free(path_cache(""), "/home/somebody/.cache/hmmbench");
	check_and_free(path_cache("kernels"), "/home/somebody/.cache/hmmbench/kernels");
	check_and_free(path_store(), "/home/somebody/.local/share/hmmbench/store.db");
	setenv("XDG_CACHE_HOME", "/fast", 1);
	setenv("XDG_DATA_HOME", "/large", 1);
	check_and_free(path_cache("a/b"), "/fast/hmmbench/a/b");
	check_and_free(path_store(), "/large/hmmbench/store.db");
	/* The XDG specification: a relative path is to be ignored. */
	setenv("XDG_CACHE_HOME", "relative", 1);
	check_and_free(path_cache(""), "/home/somebody/.cache/hmmbench");
	setenv("HMMBENCH_STORE", "my.db", 1);
	check_and_free(path_store(), "my.db");
}

/* The exit status of a copy of this program at `name`, run with --uninstalled `mode`. */
static int run_copy(const char *name, const char *mode)
{
	char *self = realpath("/proc/self/exe", NULL);
	const char *const copy[] = { "cp", self, name, NULL };
	const char *const argv[] = { name, "--uninstalled", mode, NULL };
	struct spawn_options options = SPAWN_OPTIONS_DEFAULT;
	char *output;
	int status;
	pid_t pid;

	assert_int_equal(spawn_output(copy, 1000, &output, NULL), 0);
	free(output);
	free(self);
	assert_int_equal(spawn_start(argv, &options, &pid, NULL), 0);
	assert_int_equal(spawn_wait(pid, &status), 0);
	return status;
}

/* A program that lies beside uninstalled.conf, or up to two folders below, uses the tree. */
static void test_uninstalled(void **state)
{
	static const char *const below[] = { "", "tests/", "tests/unit/", "tests/unit/deep/" };
	char *folder = support_path("build"), *deep = path_printf("%s/tests/unit/deep", folder);
	char *conf = path_printf("%s/uninstalled.conf", folder);

	(void)state;
	assert_int_equal(path_make_folder(deep, NULL), 0);
	assert_int_equal(path_write_file(conf, "/the/source\n/the/build\n", 23, NULL), 0);
	for (size_t i = 0; i < 4; i++) {
		char *name = path_printf("%s/%sprogram", folder, below[i]);

		assert_int_equal(run_copy(name, i < 3 ? "found" : "not found"), 0);
		free(name);
	}
	free(conf);
	free(deep);
	free(folder);
}

/* What the copy of this program does: are its paths those of the tree? */
static int check_uninstalled(const char *mode)
{
	char *agent = path_agent(), *kmod = path_kmod(), *data = path_data("configs/quick.conf");
	const int found = !strcmp(agent, "/the/build/hmmbench-agent") &&
			  !strcmp(kmod, "/the/source/kmod") &&
			  !strcmp(data, "/the/source/configs/quick.conf");

	free(agent);
	free(kmod);
	free(data);
	return found == !strcmp(mode, "found") ? 0 : 1;
}

static void test_chosen(void **state)
{
	(void)state;
	setenv("HMMBENCH_AGENT", "/my/agent", 1);
	setenv("HMMBENCH_KMOD", "/my/kmod", 1);
	check_and_free(path_agent(), "/my/agent");
	check_and_free(path_kmod(), "/my/kmod");
	unsetenv("HMMBENCH_AGENT");
	unsetenv("HMMBENCH_KMOD");
}

/* Run 1 of one store is not run 1 of the store beside it. */
static void test_run_folders(void **state)
{
	(void)state;
	check_and_free(path_run_folder("/data/hmmbench/store.db", 7), "/data/hmmbench/runs/7");
	check_and_free(path_run_folder("store.db", 7), "runs/7");
	check_and_free(path_run_folder("/data/hmmbench/old.db", 7), "/data/hmmbench/old.db.runs/7");
	check_and_free(path_run_folder("old.db", 7), "old.db.runs/7");
}

static void test_make_folder(void **state)
{
	char *top = support_path("made"), *deep = path_printf("%s/a//b/c/", top);
	char *file = support_file("file", "x", 1), *in_file = path_printf("%s/folder", file);
	struct error error = { 0 };
	struct stat status;

	(void)state;
	umask(0);
	assert_int_equal(path_make_folder(deep, &error), 0);
	assert_int_equal(path_make_folder(deep, &error), 0);
	assert_int_equal(stat(deep, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0700);
	assert_int_equal(path_make_folder(file, &error), -ENOTDIR);
	assert_non_null(strstr(error.text, file));
	assert_int_equal(path_make_folder(in_file, &error), -ENOTDIR);
	free(in_file);
	free(file);
	free(deep);
	free(top);
}

static void test_a_shared_folder_that_cannot_be_made_is_a_wrong_name(void **state)
{
	char *shared = support_path("shared"), *file = support_file("a-file", "x", 1);
	struct error error = { 0 };
	struct stat status;
	mode_t mask;

	(void)state;
	mask = umask(022);
	assert_int_equal(path_make_shared_folder(shared, &error), 0);
	assert_int_equal(error.exit_status, 0);
	assert_int_equal(stat(shared, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0755);
	assert_int_equal(path_make_shared_folder(file, &error), -ENOTDIR);
	assert_int_equal(error.exit_status, STATUS_USAGE);
	umask(mask);
	free(file);
	free(shared);
}

static void test_remove_tree(void **state)
{
	char *top = support_path("tree"), *deep = path_printf("%s/a/b", top);
	char *outside = support_file("outside", "keep me", 7);
	char *outside_folder = support_path("outside-folder"), *kept;
	char *link_file = path_printf("%s/a/file", top), *link_folder = path_printf("%s/a/folder", top);
	char *link_top = support_path("link-to-tree");
	struct error error = { 0 };

	(void)state;
	assert_int_equal(path_make_folder(deep, NULL), 0);
	assert_int_equal(path_make_folder(outside_folder, NULL), 0);
	kept = path_printf("%s/kept", outside_folder);
	assert_int_equal(path_write_file(kept, "x", 1, NULL), 0);
	assert_int_equal(symlink(outside, link_file), 0);
	assert_int_equal(symlink(outside_folder, link_folder), 0);
	assert_int_equal(symlink(top, link_top), 0);
	assert_int_not_equal(path_remove_tree(link_top, &error), 0);	/* a link is no folder */
	assert_int_equal(access(deep, F_OK), 0);
	assert_int_equal(path_remove_tree(top, &error), 0);
	assert_int_equal(access(top, F_OK), -1);
	assert_int_equal(access(outside, F_OK), 0);
	assert_int_equal(access(kept, F_OK), 0);
	assert_int_equal(path_remove_tree(top, &error), 0);	/* nothing there: done */
	free(link_top);
	free(link_folder);
	free(link_file);
	free(kept);
	free(outside_folder);
	free(outside);
	free(deep);
	free(top);
}

static void test_read_file(void **state)
{
	char *path = support_file("read", "a\0b\n", 4), *folder = support_path(""), *data;
	char *nothing = support_path("nothing");
	struct error error = { 0 };
	size_t bytes;

	(void)state;
	assert_int_equal(path_read_file(path, 4, &data, &bytes, &error), 0);
	assert_int_equal(bytes, 4);
	assert_memory_equal(data, "a\0b\n\0", 5);
	free(data);
	assert_int_equal(path_read_file(path, 3, &data, &bytes, &error), -EFBIG);
	assert_null(data);
	assert_non_null(strstr(error.text, path));
	/* A file of /proc says it has no bytes. */
	assert_int_equal(path_read_file("/proc/self/status", 1 << 20, &data, &bytes, &error), 0);
	assert_true(bytes > 100);
	assert_int_equal(strlen(data), bytes);
	free(data);
	assert_int_equal(path_read_file("/proc/self/status", 100, &data, NULL, &error), -EFBIG);
	assert_int_equal(path_read_file(folder, 100, &data, NULL, &error), -EISDIR);
	assert_int_equal(path_read_file(nothing, 100, &data, NULL, &error), -ENOENT);
	free(nothing);
	free(folder);
	free(path);
}

/* What was there stays whole until the new file is; nothing else is left behind. */
static void test_write_file(void **state)
{
	char *folder = support_path("written"), *path = path_printf("%s/file", folder);
	char *no_folder = support_path("no-folder/file"), *data;
	struct error error = { 0 };
	int old, entries = 0;

	(void)state;
	assert_int_equal(path_make_folder(folder, NULL), 0);
	assert_int_equal(path_write_file(path, "first", 5, &error), 0);
	old = open(path, O_RDONLY);
	assert_int_equal(path_write_file(path, "second", 6, &error), 0);
	assert_int_equal(path_read_file(path, 100, &data, NULL, &error), 0);
	assert_string_equal(data, "second");
	free(data);
	{
		char text[10] = "";

		assert_int_equal(read(old, text, 9), 5);	/* not written over in its place */
		assert_string_equal(text, "first");
	}
	close(old);
	assert_int_equal(path_write_file(no_folder, "x", 1, &error), -ENOENT);
	assert_non_null(strstr(error.text, no_folder));
	assert_int_equal(unlink(path), 0);
	entries = rmdir(folder);	/* fails if a temporary file is left */
	assert_int_equal(entries, 0);
	free(no_folder);
	free(path);
	free(folder);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_user_folders),
		cmocka_unit_test(test_uninstalled),
		cmocka_unit_test(test_chosen),
		cmocka_unit_test(test_run_folders),
		cmocka_unit_test(test_make_folder),
		cmocka_unit_test(test_a_shared_folder_that_cannot_be_made_is_a_wrong_name),
		cmocka_unit_test(test_remove_tree),
		cmocka_unit_test(test_read_file),
		cmocka_unit_test(test_write_file),
	};

	if (argc == 3 && !strcmp(argv[1], "--uninstalled"))
		return check_uninstalled(argv[2]);
	return cmocka_run_group_tests_name("paths", tests, NULL, NULL);
}
