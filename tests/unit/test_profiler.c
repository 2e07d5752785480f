// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Proves that perf is started, switched on and off and ended, and that what it gives is kept,
 * with the perf of this machine; and that its failure is told in its own words.
 */
#include "support.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/clock.h"
#include "agent/profiler.h"
#include "common/exit_status.h"

static uint32_t pin_here(void)
{
	const int cpu = sched_getcpu();
	cpu_set_t set;

	assert_true(cpu >= 0);
	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	assert_int_equal(sched_setaffinity(0, sizeof(set), &set), 0);
	return (uint32_t)cpu;
}

static void spin(uint64_t ns)
{
	const uint64_t end_ns = clock_now_ns() + ns;

	while (clock_now_ns() < end_ns)
		;
}

static const struct profile_file *file_of(const struct profile *profile, const char *name)
{
	for (size_t i = 0; i < profile->file_count; i++)
		if (!strcmp(profile->files[i].name, name))
			return &profile->files[i];
	fail_msg("no file %s", name);
	return NULL;
}

static void test_perf_of_this_machine_gives_its_files(void **state)
{
	const uint32_t cpu = pin_here();
	struct profiler *profiler;
	struct profile profile = { 0 };
	struct error error = { 0 };

	(void)state;
	if (profiler_new(&profiler, &error) ||
	    profiler_start(profiler, &profile_tools[0], &cpu, 1, &error)) {
		print_message("%s\n", error.text);
		skip(); /* no perf, or none that may look at a whole CPU */
	}
	observer_begin(profiler_observer(profiler));
	spin(200000000);
	observer_end(profiler_observer(profiler));
	if (profiler_stop(profiler, &profile, "read", &error))
		fail_msg("%s", error.text);
	assert_true(profile.any);
	assert_true(!strcmp(profile.event, "cycles") || !strcmp(profile.event, "cpu-clock"));
	assert_int_equal(profile.file_count, 2);
	assert_memory_equal(file_of(&profile, "record-read.data")->data, "PERFILE2", 8);
	assert_non_null(strstr(file_of(&profile, "record-read.txt")->data, "Overhead"));
	profile_free(&profile);
	profiler_free(profiler);
}

/* Puts a program in perf's place. */
static void pretend(const char *script)
{
	char *path = support_file("perf", script, strlen(script)), *slash;

	assert_int_equal(chmod(path, 0700), 0);
	slash = strrchr(path, '/');
	*slash = '\0';
	setenv("PATH", path, 1);
	free(path);
}

static void test_a_perf_that_fails_is_told_in_its_own_words(void **state)
{
	const uint32_t cpu = 0;
	char *path = strdup(getenv("PATH"));
	struct profiler *profiler;
	struct error error = { 0 };

	(void)state;
	pretend("#!/bin/sh\necho 'Error:' >&2\necho 'no permission at all' >&2\nexit 129\n");
	assert_int_equal(profiler_new(&profiler, &error), 0);
	assert_int_equal(profiler_start(profiler, &profile_tools[0], &cpu, 1, &error), -EIO);
	assert_non_null(strstr(error.text, "perf record: "));
	assert_non_null(strstr(error.text, "no permission at all"));
	profiler_free(profiler);
	setenv("PATH", path, 1);
	free(path);
}

static void test_no_perf_is_told_with_the_remedy(void **state)
{
	char *path = strdup(getenv("PATH"));
	struct profiler *profiler;
	struct error error = { 0 };

	(void)state;
	setenv("PATH", "/nonexistent", 1);
	assert_int_equal(profiler_new(&profiler, &error), -ENOENT);
	assert_int_equal(error.exit_status, STATUS_MISSING_TOOL);
	assert_non_null(strstr(error.text, "apt-get install linux-perf"));
	assert_null(profiler);
	setenv("PATH", path, 1);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_perf_of_this_machine_gives_its_files),
		cmocka_unit_test(test_a_perf_that_fails_is_told_in_its_own_words),
		cmocka_unit_test(test_no_perf_is_told_with_the_remedy),
	};

	signal(SIGPIPE, SIG_IGN); /* as the agent does */
	return cmocka_run_group_tests_name("profiler", tests, NULL, NULL);
}
