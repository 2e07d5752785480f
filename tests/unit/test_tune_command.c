// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A tune around a command: what it changed is given back at the command's end, at a signal and
 * after a kill. On machines laid out in folders; on a running kernel: tests/vm/tune.test.
 */
#include "support.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "machine/tune_command.h"
#include "tune_support.h"

static void say_applied(const struct tune *tune)
{
	(void)tune;
}

static const int ending[] = { SIGTERM, SIGHUP, SIGINT };

/* tune_command() in a process of its own, under the lock; the process. */
static pid_t start_command(const char *const argv[])
{
	const pid_t pid = fork();
	struct error error = { 0 };
	struct tune tune;
	int result;

	if (pid)
		return pid;
	/* What runs the tests in the background may have had them ignored. */
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		signal(ending[i], SIG_DFL);
	tune_lock(&error);
	tune = tune_planned();
	result = tune_command(&tune_fake.machine, &tune, argv, say_applied, &error);
	_exit(result < 0 ? 99 : result);
}

static int end_of(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

/* There is no moment at which it must have happened: the test waits for it. */
static void wait_for(const char *path, const char *value)
{
	char now[MACHINE_TEXT_BYTES] = "";

	while (!machine_choice(&tune_fake.machine, path, now) || strcmp(now, value))
		usleep(2000);
}

static void test_a_command_ends_and_all_is_as_it_was(void **state)
{
	static const char *const good[] = { "true", NULL }, *const bad[] = { "false", NULL },
				 *const none[] = { "/no/such/program", NULL };

	(void)state;
	assert_int_equal(end_of(start_command(good)), 0);
	tune_expect_as_it_was();
	assert_int_equal(end_of(start_command(bad)), 1);
	tune_expect_as_it_was();
	assert_int_equal(end_of(start_command(none)), 99);
	tune_expect_as_it_was();
	assert_false(tune_state_is_there());
}

static void test_a_command_sees_what_was_set(void **state)
{
	char *path = machine_path(&tune_fake.machine, NO_TURBO);
	const char *const argv[] = { "grep", "-q", "1", path, NULL };

	(void)state;
	assert_int_equal(end_of(start_command(argv)), 0);
	tune_expect_as_it_was();
	free(path);
}

static void test_a_signal_ends_the_command_and_all_is_as_it_was(void **state)
{
	static const char *const argv[] = { "sleep", "1000", NULL };
	(void)state;
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++) {
		const pid_t pid = start_command(argv);

		wait_for("/proc/sys/kernel/nmi_watchdog", "0"); /* the last that is set */
		kill(pid, ending[i]);
		assert_int_equal(end_of(pid), 128 + ending[i]);
		tune_expect_as_it_was();
		assert_false(tune_state_is_there());
	}
}

static void test_a_killed_process_leaves_nothing_changed(void **state)
{
	static const char *const argv[] = { "sleep", "1000", NULL };
	const pid_t pid = start_command(argv);

	(void)state;
	wait_for("/proc/sys/kernel/nmi_watchdog", "0");
	kill(pid, SIGKILL);
	assert_int_equal(end_of(pid), 256 + SIGKILL);
	while (tune_is_locked()) /* by the process that restores */
		usleep(2000);
	tune_expect_as_it_was();
	assert_false(tune_state_is_there());
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, tune_set_up, tune_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_a_command_ends_and_all_is_as_it_was),
		TEST(test_a_command_sees_what_was_set),
		TEST(test_a_signal_ends_the_command_and_all_is_as_it_was),
		TEST(test_a_killed_process_leaves_nothing_changed),
	};
#undef TEST
	return cmocka_run_group_tests_name("tune_command", tests, NULL, NULL);
}
