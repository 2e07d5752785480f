// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Proves that a block which runs again for each of its instruments ends where one of the runs
 * fails, goes on where only a further instrument does, and keeps what each run had to say.
 */
#include "support.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/instruments.h"
#include "agent/placement.h"

/* In perf's place: it answers, leaves a file and ends by SIGINT. `lock` fails where asked to. */
#define PERF                                                                             \
	"#!/bin/sh\n"                                                                    \
	"case \"$*\" in *--control*) ;; *) echo Overhead; exit 0 ;; esac\n"              \
	"[ \"$1\" = \"$FAILING_TOOL\" ] && { echo 'no such event' >&2; exit 129; }\n"    \
	"while [ \"$1\" != --control ]; do shift; done\n"                                \
	"wires=${2#fd:}\n"                                                               \
	"echo PERFILE2 >\"$4\"\n"                                                        \
	"exec 3</proc/self/fd/${wires%,*} 4>/proc/self/fd/${wires#*,}\n"                 \
	"while read -r command <&3; do echo ack >&4; done\n"

static struct placement placement = { .worker_count = 1 };
static const struct cell cell = { .workload = WORKLOAD_EXIT, .threads = 1, .processes = 1 };

static unsigned int runs;
static int second_run; /* what it gives */

static int run_it(const struct workload_context *context, struct workload_result *result,
		  struct error *error)
{
	(void)context;
	if (++runs == 2 && second_run)
		return error_set(error, -second_run, "process 7 hangs in the kernel");
	workload_result_init(result);
	warnings_add(&result->warnings, "operation %u is lost", runs);
	assert_int_equal(samples_init(&result->samples, 1, 1u << COLUMN_WHOLE), 0);
	result->operations = 10 - runs;
	return 0;
}

static const struct workload workload = { .id = WORKLOAD_EXIT, .run = run_it };

static void test_each_group_counts_over_its_own_operations(void **state)
{
	const struct plan_block block = { .operations = 10, .counted = true };
	struct workload_context context = { .cell = &cell, .block = &block,
					    .placement = &placement };
	struct instruments instruments = { 0 };
	struct workload_result result;
	struct error error = { 0 };
	uint64_t operations = 10;

	(void)state;
	if (counters_new(&instruments.counters, &error)) {
		print_message("%s\n", error.text);
		skip();
	}
	runs = 0;
	second_run = 0;
	if (instruments_run(&instruments, &workload, &context, &result, &error))
		fail_msg("%s", error.text);
	for (uint32_t group = 0; group < COUNTER_GROUPS; group++) {
		operations -= counters_have(instruments.counters, group);
		for (size_t i = 0; counter_kinds[i].name; i++)
			if (counter_kinds[i].group == group && result.counted.values[i].counted)
				assert_int_equal(result.counted.values[i].operations, operations);
	}
	assert_int_equal(runs, 10 - operations);
	assert_int_equal(result.operations, 9);
	assert_int_equal(result.warnings.count, 1);
	assert_int_equal(result.warnings.all[0].times, runs);
	samples_free(&result.samples);
	instruments_free(&instruments);
}

static int run_profiled(const char *failing_tool, int second, struct workload_result *result,
			struct error *error)
{
	static volatile sig_atomic_t interrupted;
	const struct plan_block block = { .operations = 10, .profiled = true };
	struct workload_context context = { .cell = &cell, .block = &block,
					    .placement = &placement, .interrupted = &interrupted };
	char *path = support_file("perf", PERF, strlen(PERF)), *whole, *before;
	struct instruments instruments = { 0 };
	int status;

	before = strdup(getenv("PATH"));
	assert_int_equal(chmod(path, 0700), 0);
	*strrchr(path, '/') = '\0';
	whole = malloc(strlen(path) + strlen(before) + 2);
	stpcpy(stpcpy(stpcpy(whole, path), ":"), before);
	setenv("PATH", whole, 1);
	setenv("FAILING_TOOL", failing_tool, 1);
	runs = 0;
	second_run = second;
	assert_int_equal(profiler_new(&instruments.profiler, error), 0);
	status = instruments_run(&instruments, &workload, &context, result, error);
	instruments_free(&instruments);
	setenv("PATH", before, 1);
	free(before);
	free(whole);
	free(path);
	return status;
}

static void test_a_further_tool_that_fails_is_told_and_the_block_goes_on(void **state)
{
	struct workload_result result;
	struct error error = { 0 };

	(void)state;
	if (run_profiled("lock", 0, &result, &error))
		fail_msg("%s", error.text);
	assert_true(result.profile.any);
	assert_int_equal(result.profile.file_count, 2);
	assert_string_equal(result.profile.unavailable[0], "");
	assert_true(result.profile.unavailable[1][0]);
	assert_int_equal(result.operations, 9);
	profile_free(&result.profile);
	samples_free(&result.samples);
}

static void test_the_first_tool_has_to_do_its_work(void **state)
{
	struct workload_result result;
	struct error error = { 0 };

	(void)state;
	assert_int_equal(run_profiled("record", 0, &result, &error), -EIO);
	assert_non_null(strstr(error.text, "no such event"));
	assert_int_equal(runs, 0);
}

static void test_a_hang_under_a_further_tool_ends_the_block(void **state)
{
	const char *why = profile_tools[1].unavailable ? profile_tools[1].unavailable() : NULL;
	struct workload_result result;
	struct error error = { 0 };

	(void)state;
	if (why) {
		print_message("perf %s: %s\n", profile_tools[1].name, why);
		skip();
	}
	assert_int_equal(run_profiled("", -ETIME, &result, &error), -ETIME);
	assert_string_equal(error.text, "process 7 hangs in the kernel");
	assert_int_equal(runs, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_group_counts_over_its_own_operations),
		cmocka_unit_test(test_a_further_tool_that_fails_is_told_and_the_block_goes_on),
		cmocka_unit_test(test_the_first_tool_has_to_do_its_work),
		cmocka_unit_test(test_a_hang_under_a_further_tool_ends_the_block),
	};

	signal(SIGPIPE, SIG_IGN); /* as the agent does */
	signal(SIGINT, SIG_DFL);  /* by which perf is ended; a job in the background ignores it */
	return cmocka_run_group_tests_name("instruments", tests, NULL, NULL);
}
