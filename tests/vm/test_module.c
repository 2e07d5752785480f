// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of the kernel module, as root on a machine where it is loaded: a guest. Nothing
 * but libc, so that it can be linked statically and run from an initramfs.
 *
 *     test_module [hmmbench.ko]
 *
 * prints TAP. With the module's file it also unloads the module and loads it again. It
 * can also take the agent's place in a guest: tests/vm/module.test.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"
#include "tap.h"

#define GUEST_MODULE "/hmmbench/hmmbench.ko"

const char *module_file;
char *skip_reason;

static const struct test *const lists[] = { abi_tests, mapping_tests, measure_tests, times_tests,
					    operations_tests, contend_tests, profile_tests,
					    teardown_tests, undone_tests, lifetime_tests,
					    ends_tests, clock_tests };

#define LISTS (sizeof(lists) / sizeof(lists[0]))

/* In a process group of its own: what a failed test leaves open or running ends with it. */
static enum test_result run(const struct test *test)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		enum test_result result;

		setpgid(0, 0);
		result = test->run();
		fflush(stdout);
		_exit(result);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid) {
		perror("# test");
		return TEST_FAILED;
	}
	kill(-pid, SIGKILL);
	if (!WIFEXITED(status)) {
		printf("# died from signal %d\n", WTERMSIG(status));
		return TEST_FAILED;
	}
	return WEXITSTATUS(status);
}

static bool report(int number, const struct test *test)
{
	enum test_result result = run(test);

	if (result == TEST_PASSED)
		printf("ok %d - %s\n", number, test->proves);
	else if (result == TEST_SKIPPED)
		printf("ok %d - %s # SKIP %s\n", number, test->proves, skip_reason);
	else
		printf("not ok %d - %s\n", number, test->proves);
	return result != TEST_FAILED;
}

int main(int argc, char **argv)
{
	/* As a guest's init calls its agent: --plan FILE --output FILE. */
	const bool guest = argc == 5 && !strcmp(argv[3], "--output");
	int number = 0, failed = 0;

	/* What a test executes to end the address space of its child. */
	if (argc > 1 && !strcmp(argv[1], "--nothing"))
		return EXIT_SUCCESS;
	if (guest) {
		if (!freopen(argv[4], "w", stdout)) {
			perror(argv[4]);
			return EXIT_FAILURE;
		}
		module_file = GUEST_MODULE;
	} else if (argc > 1) {
		module_file = argv[1];
	}
	skip_reason = mmap(NULL, SKIP_REASON_BYTES, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (skip_reason == MAP_FAILED) {
		perror("Bail out! mmap");
		return EXIT_FAILURE;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	/* A child that died early is seen by its exit status. */
	signal(SIGPIPE, SIG_IGN);

	if (!nth_walk(0))
		perror("# the module has no core");
	for (size_t i = 0; i < LISTS; i++)
		for (const struct test *test = lists[i]; test->run; test++)
			number++;
	printf("TAP version 13\n1..%d\n", number);
	number = 0;
	for (size_t i = 0; i < LISTS; i++)
		for (const struct test *test = lists[i]; test->run; test++)
			failed += !report(++number, test);
	if (guest) {
		/* The stream's last line: all tests were run, and what they found stands above. */
		printf("end\n");
		return EXIT_SUCCESS;
	}
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
