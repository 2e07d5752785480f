// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a tune changes, it gives back: after its end, after a kill at any write, after a
 * failure, and never over somebody else's change. On machines laid out in folders; on a
 * running kernel: tests/vm/tune.test.
 */
#include "support.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/paths.h"
#include "machine/check.h"
#include "machine/tune.h"
#include "tune_support.h"

#define BOOT_ID	 "/proc/sys/kernel/random/boot_id"

static int writes_left; /* before write_hook() does what it is for */

static int write_plainly(const char *path, const char *value)
{
	FILE *file = fopen(path, "w");

	if (!file)
		return -errno;
	fputs(value, file);
	return fclose(file) ? -errno : 0;
}

static int write_and_die(const char *path, const char *value)
{
	if (!writes_left--)
		raise(SIGKILL);
	return write_plainly(path, value);
}

static int write_but_turbo(const char *path, const char *value)
{
	return strstr(path, NO_TURBO) ? -EPERM : write_plainly(path, value);
}

static int write_nothing(const char *path, const char *value)
{
	(void)path;
	(void)value;
	writes_left++;
	return 0;
}

static void restore_from_state(int wanted)
{
	struct error error = { 0 };
	struct tune tune;

	assert_int_equal(tune_state_load(&tune, &error), 0);
	assert_int_equal(tune_restore(&tune_fake.machine, &tune, &error), wanted);
	tune_free(&tune);
}

static const struct tune_value *value_of(const struct tune *tune, const char *path)
{
	for (size_t i = 0; i < tune->count; i++)
		if (!strcmp(tune->values[i].path, path))
			return &tune->values[i];
	return NULL;
}

static int set_up(void **state)
{
	writes_left = 0;
	return tune_set_up(state);
}

/* ---- what is changed ---- */

static void test_just_what_is_not_as_it_should_be_is_planned(void **state)
{
	struct tune tune = tune_planned();

	(void)state;
	assert_int_equal(tune.count, 8); /* three governors, and one file of the others */
	assert_null(value_of(&tune, "/sys/devices/system/cpu/cpu0/cpuidle/state0/disable"));
	assert_string_equal(value_of(&tune, NO_TURBO)->was, "0");
	assert_string_equal(value_of(&tune, NO_TURBO)->set, "1");
	tune_free(&tune);
	tune_expect_as_it_was();
	assert_false(tune_state_is_there());
}

static void test_interrupts_leave_the_cpus_set_aside(void **state)
{
	struct tune tune;
	const struct tune_value *value;

	(void)state;
	fake_machine_free(&tune_fake);
	tune_fake = fake_machine("amd-desktop");
	tune = tune_planned();
	value = value_of(&tune, "/proc/irq/30/smp_affinity_list");
	assert_string_equal(value->was, "0-7");
	assert_string_equal(value->set, "0-3");
	assert_null(value_of(&tune, "/proc/irq/31/smp_affinity_list"));
	assert_string_equal(value_of(&tune, "/sys/devices/system/cpu/cpufreq/boost")->set, "0");
	assert_null(value_of(&tune, "/sys/kernel/mm/transparent_hugepage/enabled"));
	tune_free(&tune);
	/* One that may come to those alone goes to all others. */
	fake_machine_file(&tune_fake.machine, "/proc/irq/30/smp_affinity_list", "5");
	tune = tune_planned();
	assert_string_equal(value_of(&tune, "/proc/irq/30/smp_affinity_list")->set, "0-3");
	tune_free(&tune);
}

static void test_a_prepared_machine_is_left_alone(void **state)
{
	struct tune tune;

	(void)state;
	fake_machine_free(&tune_fake);
	tune_fake = fake_machine("intel-prepared");
	fake_machine_file(&tune_fake.machine, BOOT_ID, "1");
	tune = tune_planned();
	assert_int_equal(tune.count, 0);
	tune_free(&tune);
}

static void test_it_is_changed_and_given_back(void **state)
{
	struct tune tune = tune_planned();
	struct error error = { 0 };

	(void)state;
	assert_int_equal(tune_apply(&tune_fake.machine, &tune, &error), 0);
	for (size_t i = 0; i < tune.count; i++) {
		assert_int_equal(tune.values[i].end, TUNE_SET);
		tune_expect(tune.values[i].path, tune.values[i].set);
	}
	tune_free(&tune);
	assert_true(tune_state_is_there());
	restore_from_state(0);
	tune_expect_as_it_was();
	assert_false(tune_state_is_there());
}

/* ---- kills ---- */

static void die_in_apply(void)
{
	struct tune tune = tune_planned();

	tune_fake.machine.write = write_and_die;
	tune_apply(&tune_fake.machine, &tune, NULL);
}

static void die_in_restore(void)
{
	struct tune tune = tune_planned();

	if (tune_apply(&tune_fake.machine, &tune, NULL))
		_exit(3);
	tune_fake.machine.write = write_and_die;
	tune_restore(&tune_fake.machine, &tune, NULL);
}

/* Kills before each write in turn, and once behind the last. */
static void kill_everywhere(void (*dies)(void), bool killed_behind_last)
{
	for (int at = 0; at <= 8; at++) {
		pid_t pid = fork();
		int status;

		if (!pid) {
			writes_left = at;
			dies();
			raise(SIGKILL);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		assert_true(tune_state_is_there() || (at == 8 && !killed_behind_last));
		if (tune_state_is_there())
			restore_from_state(0);
		tune_expect_as_it_was();
		assert_false(tune_state_is_there());
	}
}

static void test_a_kill_at_any_write_is_mended(void **state)
{
	(void)state;
	kill_everywhere(die_in_apply, true);
}

static void test_a_kill_of_what_restores_is_mended_too(void **state)
{
	(void)state;
	kill_everywhere(die_in_restore, false);
}

/* ---- failures ---- */

static void test_what_the_kernel_refuses_stays_and_is_told(void **state)
{
	struct tune tune = tune_planned();
	struct error error = { 0 };

	(void)state;
	tune_fake.machine.write = write_but_turbo;
	assert_int_equal(tune_apply(&tune_fake.machine, &tune, &error), 0);
	assert_int_equal(value_of(&tune, NO_TURBO)->end, TUNE_REFUSED);
	assert_int_equal(value_of(&tune, NO_TURBO)->errnum, EPERM);
	tune_expect(NO_TURBO, "0");
	tune_expect("/proc/sys/kernel/nmi_watchdog", "0");
	tune_free(&tune);
	restore_from_state(0);
	tune_expect_as_it_was();
}

/* Written without an error, and not taken: reading back tells. */
static void test_a_write_without_effect_is_seen(void **state)
{
	struct tune tune = tune_planned();
	struct error error = { 0 };

	(void)state;
	tune_fake.machine.write = write_nothing;
	assert_int_equal(tune_apply(&tune_fake.machine, &tune, &error), 0);
	for (size_t i = 0; i < tune.count; i++)
		assert_int_equal(tune.values[i].end, TUNE_REFUSED);
	tune_free(&tune);
}

static void test_what_cannot_be_given_back_stays_in_the_state(void **state)
{
	struct tune tune = tune_planned();
	struct error error = { 0 };

	(void)state;
	assert_int_equal(tune_apply(&tune_fake.machine, &tune, &error), 0);
	tune_fake.machine.write = write_but_turbo;
	assert_int_equal(tune_restore(&tune_fake.machine, &tune, &error), -EBUSY);
	assert_non_null(strstr(error.text, NO_TURBO));
	assert_non_null(strstr(error.text, "--restore"));
	tune_free(&tune);
	assert_int_equal(tune_state_load(&tune, &error), 0);
	assert_int_equal(tune.count, 1);
	tune_free(&tune);
	tune_fake.machine.write = NULL;
	restore_from_state(0);
	tune_expect_as_it_was();
}

static void test_others_changes_stay_and_lost_files_are_no_failure(void **state)
{
	struct tune tune = tune_planned();
	struct error error = { 0 };
	char *path = machine_path(&tune_fake.machine, NO_TURBO);

	(void)state;
	assert_int_equal(tune_apply(&tune_fake.machine, &tune, &error), 0);
	fake_machine_file(&tune_fake.machine, "/sys/kernel/mm/transparent_hugepage/enabled", "never");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(tune_restore(&tune_fake.machine, &tune, &error), 0);
	assert_int_equal(value_of(&tune, NO_TURBO)->end, TUNE_GONE);
	assert_int_equal(value_of(&tune, "/sys/kernel/mm/transparent_hugepage/enabled")->end,
			 TUNE_FOREIGN);
	tune_expect("/sys/kernel/mm/transparent_hugepage/enabled", "never");
	tune_expect("/proc/sys/kernel/numa_balancing", "1");
	assert_false(tune_state_is_there());
	tune_free(&tune);
	free(path);
}

static void test_nothing_is_changed_where_the_state_cannot_be_kept(void **state)
{
	struct tune tune = tune_planned();
	struct error error = { 0 };
	char *file = support_file("no-folder", "", 0);

	(void)state;
	setenv("HMMBENCH_STATE_DIR", file, 1);
	tune_fake.machine.write = write_nothing;
	assert_true(tune_apply(&tune_fake.machine, &tune, &error) < 0);
	assert_true(error.text[0]);
	assert_int_equal(writes_left, 0);
	tune_free(&tune);
	free(file);
}

static void test_a_damaged_state_is_refused(void **state)
{
#define HEAD                                                                                      \
	"{\"version\": 1, \"boot_id\": \"b\", \"since\": \"s\", \"command\": \"\", \"process\": " \
	"1, "
	static const char *const texts[] = {
		"",
		"[]",
		"{\"version\": 1}",
		HEAD "\"values\": 3}",
		HEAD "\"values\": [{}]}",
		HEAD "\"values\": [{\"setting\": \"s\", \"file\": \"/etc/passwd\", \"was\": \"1\", "
		     "\"set\": \"2\"}]}",
		HEAD "\"values\": [{\"setting\": \"s\", \"file\": \"/sys/../etc/passwd\", "
		     "\"was\": \"1\", \"set\": \"2\"}]}",
	};
#undef HEAD
	char *path = tune_state_path();

	(void)state;
	assert_int_equal(path_make_folder(getenv("HMMBENCH_STATE_DIR"), NULL), 0);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct error error = { 0 };
		struct tune tune;

		assert_int_equal(path_write_file(path, texts[i], strlen(texts[i]), NULL), 0);
		if (tune_state_load(&tune, &error) != -EUCLEAN)
			fail_msg("taken for a state: %s", texts[i]);
		assert_non_null(strstr(error.text, "remove it"));
	}
	free(path);
}

/* ---- one at a time, and told ---- */

static void test_one_at_a_time(void **state)
{
	struct error error = { 0 };
	int lock = tune_lock(&error), ends[2], status;
	char byte;
	pid_t pid;

	(void)state;
	assert_true(lock >= 0 && tune_is_locked());
	assert_int_equal(tune_lock(&error), -EBUSY);
	/* A fork holds it on when the process that took it is gone. */
	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (!pid) {
		close(ends[1]);
		_exit(read(ends[0], &byte, 1) != 0);
	}
	close(lock);
	assert_true(tune_is_locked());
	close(ends[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(ends[0]);
	assert_false(tune_is_locked());
	lock = tune_lock(&error);
	assert_true(lock >= 0);
	close(lock);
}

static void doctor_finds(enum finding finding, const char *text)
{
	const struct check *check = &checks_tune.checks[0];
	char found[CHECK_FOUND_BYTES] = "";

	assert_int_equal(check->look(check, &tune_fake.machine, found), finding);
	if (!strstr(found, text))
		fail_msg("no '%s' in: %s", text, found);
}

static void test_the_doctor_tells_of_it(void **state)
{
	struct tune tune = tune_planned();
	struct error error = { 0 };
	int lock;

	(void)state;
	doctor_finds(FINDING_GOOD, "none is in force");
	assert_int_equal(tune_apply(&tune_fake.machine, &tune, &error), 0);
	doctor_finds(FINDING_GOOD, "with 8 settings changed; 'hmmbench tune --restore'");
	strcpy(tune.command, "hmmbench run");
	assert_int_equal(tune_state_save(&tune, &error), 0);
	lock = tune_lock(&error);
	doctor_finds(FINDING_GOOD, "while hmmbench run runs");
	close(lock);
	doctor_finds(FINDING_NOISY, "was killed");
	assert_true(tune_is_of_this_boot(&tune_fake.machine, &tune));
	fake_machine_file(&tune_fake.machine, BOOT_ID, "22222222-bbbb");
	assert_false(tune_is_of_this_boot(&tune_fake.machine, &tune));
	doctor_finds(FINDING_GOOD, "earlier start");
	tune_free(&tune);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tune_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_just_what_is_not_as_it_should_be_is_planned),
		TEST(test_interrupts_leave_the_cpus_set_aside),
		TEST(test_a_prepared_machine_is_left_alone),
		TEST(test_it_is_changed_and_given_back),
		TEST(test_a_kill_at_any_write_is_mended),
		TEST(test_a_kill_of_what_restores_is_mended_too),
		TEST(test_what_the_kernel_refuses_stays_and_is_told),
		TEST(test_a_write_without_effect_is_seen),
		TEST(test_what_cannot_be_given_back_stays_in_the_state),
		TEST(test_others_changes_stay_and_lost_files_are_no_failure),
		TEST(test_nothing_is_changed_where_the_state_cannot_be_kept),
		TEST(test_a_damaged_state_is_refused),
		TEST(test_one_at_a_time),
		TEST(test_the_doctor_tells_of_it),
	};
#undef TEST
	return cmocka_run_group_tests_name("tune", tests, NULL, NULL);
}
