// SPDX-License-Identifier: GPL-2.0-or-later
/* Programs are started without a shell, their ends are told apart, and none is left over. */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/exit_status.h"
#include "common/paths.h"
#include "common/spawn.h"

static void test_output(void **state)
{
	const char *const argv[] = { "printf", "%s", "a b; $HOME `x`", NULL };
	struct error error = { 0 };
	char *output;

	(void)state;
	assert_int_equal(spawn_output(argv, 100, &output, &error), 0);
	assert_string_equal(output, "a b; $HOME `x`");	/* no shell has read it */
	free(output);
}

static void test_output_too_long(void **state)
{
	const char *const argv[] = { "yes", NULL };
	struct error error = { 0 };
	char *output = (char *)"untouched";

	(void)state;
	assert_int_equal(spawn_output(argv, 10000, &output, &error), -EFBIG);
	assert_null(output);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);	/* "yes" is not left running */
	assert_int_equal(errno, ECHILD);
}

static void test_output_fails(void **state)
{
	const char *const argv[] = { "sh", "-c", "echo one >&2; echo two >&2; exit 7", NULL };
	struct error error = { 0 };
	char *output;

	(void)state;
	assert_int_equal(spawn_output(argv, 100, &output, &error), -EIO);
	assert_null(output);
	assert_non_null(strstr(error.text, "exit status 7"));
	assert_non_null(strstr(error.text, "two"));
	assert_null(strstr(error.text, "one"));
}

static void test_missing_program(void **state)
{
	const char *const names[] = { "hmmbench-no-such-program", "/no/such/program", "/etc/passwd" };
	struct spawn_options options = SPAWN_OPTIONS_DEFAULT;
	pid_t pid;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const char *const argv[] = { names[i], NULL };
		struct error error = { 0 };

		assert_int_equal(spawn_start(argv, &options, &pid, &error), -ENOENT);
		assert_int_equal(error.exit_status, STATUS_MISSING_TOOL);
		assert_non_null(strstr(error.text, names[i]));
	}
}

/* A file that may be executed and is no program: the error comes from exec itself. */
static void test_not_executable(void **state)
{
	char *path = support_file("broken", "\x7f" "ELFbroken", 10);
	const char *const argv[] = { path, NULL };

	(void)state;
	assert_int_equal(chmod(path, 0700), 0);
	for (int die = 0; die < 2; die++) {
		struct spawn_options options = SPAWN_OPTIONS_DEFAULT;
		struct error error = { 0 };
		pid_t pid;

		options.die_with_parent = die;
		assert_int_equal(spawn_start(argv, &options, &pid, &error), -ENOEXEC);
		assert_non_null(strstr(error.text, path));
		assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	}
	free(path);
}

static volatile sig_atomic_t stopped;

static void stop(int signal_number)
{
	(void)signal_number;
	stopped = 1;
}

/* A build that is interrupted ends then and not minutes later, and no other begins. */
static void test_logged_is_stopped(void **state)
{
	const char *const forever[] = { "sh", "-c", "kill -USR1 $PPID; exec sleep 1000", NULL };
	const char *const next[] = { "sh", "-c", "echo begun", NULL };
	struct sigaction action = { .sa_handler = stop };
	char *log = support_path("log"), *text;
	struct error error = { 0 };

	(void)state;
	sigemptyset(&action.sa_mask);
	assert_int_equal(sigaction(SIGUSR1, &action, NULL), 0);
	spawn_stop_by(&stopped);
	assert_int_equal(spawn_logged(forever, NULL, log, &error), -EINTR);
	assert_non_null(strstr(error.text, "interrupted"));
	assert_int_equal(spawn_logged(next, NULL, log, &error), -EINTR);
	assert_int_equal(path_read_file(log, 1000, &text, NULL, &error), 0);
	assert_string_equal(text, "");
	spawn_stop_by(NULL);
	signal(SIGUSR1, SIG_DFL);
	free(text);
	unlink(log);
	free(log);
}

static void test_logged(void **state)
{
	const char *const good[] = { "sh", "-c", "pwd; echo to stderr >&2", NULL };
	const char *const bad[] = { "sh", "-c", "echo the reason; kill -9 $$", NULL };
	char *log = support_path("log"), *text;
	struct error error = { 0 };
	struct stat status;

	(void)state;
	assert_int_equal(spawn_logged(good, "/", log, &error), 0);
	assert_int_equal(spawn_logged(bad, NULL, log, &error), -EIO);
	assert_int_equal(path_read_file(log, 1000, &text, NULL, &error), 0);
	assert_string_equal(text, "/\nto stderr\nthe reason\n");
	assert_non_null(strstr(error.text, "signal 9"));
	assert_non_null(strstr(error.text, log));
	assert_non_null(strstr(error.text, "to stderr | the reason"));
	assert_null(strchr(error.text, '\n'));
	assert_int_equal(stat(log, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	free(text);
	free(log);
}

/* Descriptors that already have the numbers of others' targets arrive where they belong. */
static void test_crossed_descriptors(void **state)
{
	const char *const argv[] = { "sh", "-c", "cat; echo err >&2", NULL };
	struct spawn_options options = SPAWN_OPTIONS_DEFAULT;
	const int saved[3] = { dup(0), dup(1), dup(2) };
	char *in = support_file("in", "input\n", 6), *out = support_path("out");
	char *err = support_path("err"), *text;
	struct error error = { 0 };
	int status = -1, ret;
	pid_t pid;

	(void)state;
	/* stdin comes from 1, stdout goes to 2, stderr to 0. */
	assert_int_equal(dup2(open(in, O_RDONLY), 1), 1);
	assert_int_equal(dup2(open(out, O_WRONLY | O_CREAT, 0600), 2), 2);
	assert_int_equal(dup2(open(err, O_WRONLY | O_CREAT, 0600), 0), 0);
	options.stdin_fd = 1;
	options.stdout_fd = 2;
	options.stderr_fd = 0;
	ret = spawn_start(argv, &options, &pid, &error);
	if (!ret)
		spawn_wait(pid, &status);
	for (int i = 0; i < 3; i++) {
		dup2(saved[i], i);
		close(saved[i]);
	}
	assert_int_equal(ret, 0);
	assert_int_equal(status, 0);
	assert_int_equal(path_read_file(out, 100, &text, NULL, NULL), 0);
	assert_string_equal(text, "input\n");
	free(text);
	assert_int_equal(path_read_file(err, 100, &text, NULL, NULL), 0);
	assert_string_equal(text, "err\n");
	free(text);
	free(in);
	free(out);
	free(err);
}

static void test_environment(void **state)
{
	static const char *const more[] = { "HMMBENCH_A=new", "HMMBENCH_B=two", NULL };
	const char *const argv[] = { "sh", "-c", "echo $HMMBENCH_A $HMMBENCH_B $HMMBENCH_AB", NULL };
	struct spawn_options options = SPAWN_OPTIONS_DEFAULT;
	char text[100] = "";
	int pipes[2], status;
	pid_t pid;

	(void)state;
	setenv("HMMBENCH_A", "old", 1);
	setenv("HMMBENCH_AB", "kept", 1);
	assert_int_equal(pipe(pipes), 0);
	options.stdout_fd = pipes[1];
	options.environment = more;
	assert_int_equal(spawn_start(argv, &options, &pid, NULL), 0);
	close(pipes[1]);
	assert_int_equal(spawn_wait(pid, &status), 0);
	assert_true(read(pipes[0], text, sizeof(text) - 1) > 0);
	assert_string_equal(text, "new two kept\n");
	close(pipes[0]);
}

/* Its own group: a kill of the group reaches a grandchild as well. */
static void test_group(void **state)
{
	const char *const argv[] = { "sh", "-c", "sleep 1000 & echo; wait", NULL };
	struct spawn_options options = SPAWN_OPTIONS_DEFAULT;
	int pipes[2], status;
	char byte;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	options.stdout_fd = pipes[1];
	options.new_group = 1;
	assert_int_equal(spawn_start(argv, &options, &pid, NULL), 0);
	close(pipes[1]);
	assert_int_equal(read(pipes[0], &byte, 1), 1);
	assert_int_equal(getpgid(pid), pid);
	assert_int_equal(kill(-pid, SIGKILL), 0);
	assert_int_equal(spawn_wait(pid, &status), 0);
	assert_int_equal(status, 256 + SIGKILL);
	assert_int_equal(read(pipes[0], &byte, 1), 0);	/* the grandchild has let go of it, too */
	close(pipes[0]);
}

/* Killed with SIGKILL, a parent cannot clean up: its child goes with it all the same. */
static void test_dies_with_parent(void **state)
{
	int pipes[2], status;
	char byte;
	pid_t parent;

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	parent = fork();
	if (parent == 0) {
		const char *const argv[] = { "sh", "-c", "echo; exec sleep 1000", NULL };
		struct spawn_options options = SPAWN_OPTIONS_DEFAULT;
		pid_t pid;

		close(pipes[0]);
		options.stdout_fd = pipes[1];
		options.die_with_parent = 1;
		if (spawn_start(argv, &options, &pid, NULL))
			_exit(1);
		close(pipes[1]);
		pause();
		_exit(0);
	}
	close(pipes[1]);
	assert_int_equal(read(pipes[0], &byte, 1), 1);	/* it runs */
	assert_int_equal(kill(parent, SIGKILL), 0);
	assert_int_equal(spawn_wait(parent, &status), 0);
	/* End of file comes when its last holder, the child, is gone; else this test hangs. */
	alarm(60);
	assert_int_equal(read(pipes[0], &byte, 1), 0);
	alarm(0);
	close(pipes[0]);
}

/* A child has no blocked signals and no ignored SIGPIPE of its parent's. */
static void test_signals(void **state)
{
	const char *const argv[] = { "grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status", NULL };
	struct error error = { 0 };
	sigset_t blocked, old;
	char *text;

	(void)state;
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigprocmask(SIG_BLOCK, &blocked, &old);
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(spawn_output(argv, 1000, &text, &error), 0);
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_SETMASK, &old, NULL);
	assert_non_null(strstr(text, "SigBlk:\t0000000000000000"));
	assert_int_equal(strtoull(strstr(text, "SigIgn:") + 7, NULL, 16) & (1u << (SIGPIPE - 1)), 0);
	free(text);
}

static void test_find(void **state)
{
	char *program = support_file("program", "#!/bin/sh\n", 10), *folder = support_path("");
	char *old = strdup(getenv("PATH")), *path, *found;

	(void)state;
	folder[strlen(folder) - 1] = '\0';
	path = path_printf("/nowhere::%s", folder);
	setenv("PATH", path, 1);
	assert_null(spawn_find("program"));	/* not executable */
	assert_int_equal(chmod(program, 0700), 0);
	found = spawn_find("program");
	assert_string_equal(found, program);
	free(found);
	assert_int_equal(chdir(folder), 0);
	setenv("PATH", ":/nowhere", 1);
	assert_null(spawn_find("program"));	/* the current folder is never searched */
	setenv("PATH", old, 1);
	free(path);
	free(old);
	free(folder);
	free(program);
}

#define REPLACED "--replaced"
#define AGAIN	 "--again"
#define STARTED	 42

/* What a copy of this program does: it starts itself when its file is another's. */
static int start_replaced(const char *file)
{
	const char *const argv[] = { "/proc/self/exe", AGAIN, NULL };
	static const char other[] = "#!/bin/sh\nexit 1\n";
	struct spawn_options options = SPAWN_OPTIONS_DEFAULT;
	struct error error = { 0 };
	int status = -1;
	pid_t pid;

	if (path_write_file(file, other, sizeof(other) - 1, &error) || chmod(file, 0700) ||
	    spawn_start(argv, &options, &pid, &error) || spawn_wait(pid, &status))
		fprintf(stderr, "%s\n", error.text);
	return status;
}

static void test_starts_itself_when_its_file_was_replaced(void **state)
{
	char *copy = support_path("replaced"), *data;
	const char *const argv[] = { copy, REPLACED, NULL };
	struct spawn_options options = SPAWN_OPTIONS_DEFAULT;
	struct error error = { 0 };
	size_t bytes;
	int status;
	pid_t pid;

	(void)state;
	assert_int_equal(path_read_file("/proc/self/exe", 64u << 20, &data, &bytes, &error), 0);
	assert_int_equal(path_write_file(copy, data, bytes, &error), 0);
	free(data);
	assert_int_equal(chmod(copy, 0700), 0);
	options.stderr_fd = STDERR_FILENO;
	assert_int_equal(spawn_start(argv, &options, &pid, &error), 0);
	assert_int_equal(spawn_wait(pid, &status), 0);
	assert_int_equal(status, STARTED);
	free(copy);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_output),
		cmocka_unit_test(test_output_too_long),
		cmocka_unit_test(test_output_fails),
		cmocka_unit_test(test_missing_program),
		cmocka_unit_test(test_not_executable),
		cmocka_unit_test(test_logged_is_stopped),
		cmocka_unit_test(test_logged),
		cmocka_unit_test(test_crossed_descriptors),
		cmocka_unit_test(test_environment),
		cmocka_unit_test(test_group),
		cmocka_unit_test(test_dies_with_parent),
		cmocka_unit_test(test_signals),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_starts_itself_when_its_file_was_replaced),
	};

	if (argc > 1)
		return strcmp(argv[1], REPLACED) ? STARTED : start_replaced(argv[0]);

	return cmocka_run_group_tests_name("spawn", tests, NULL, NULL);
}
