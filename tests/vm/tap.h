/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of the module, as functions that a program runs one after the other and
 * reports as TAP. A test returns TEST_PASSED, or leaves through CHECK() or SKIP().
 */
#ifndef HMMBENCH_TESTS_TAP_H
#define HMMBENCH_TESTS_TAP_H

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum test_result { TEST_PASSED, TEST_FAILED, TEST_SKIPPED };

struct test {
	const char *proves; /* the sentence behind "ok N - " */
	enum test_result (*run)(void);
};

/* Lists of tests, each ending with an empty one. */
extern const struct test abi_tests[], mapping_tests[], measure_tests[], times_tests[],
	operations_tests[], contend_tests[], profile_tests[], teardown_tests[], lifetime_tests[],
	ends_tests[], undone_tests[], clock_tests[];

/* The module's file, to load it again after a test unloaded it; NULL: not given. */
extern const char *module_file;

/* Of the last SKIP(): memory shared with the test's process. */
#define SKIP_REASON_BYTES 128
extern char *skip_reason;

/* Leaves the test as failed, with the place, the condition and errno. */
#define CHECK(condition)                                                                           \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			printf("# %s:%d: not so: %s (errno: %s)\n", __FILE__, __LINE__,            \
			       #condition, strerror(errno));                                       \
			return TEST_FAILED;                                                        \
		}                                                                                  \
	} while (0)

/* Leaves the test as failed unless `call` fails with `error`. */
#define CHECK_ERRNO(error, call)                                                                   \
	do {                                                                                       \
		errno = 0;                                                                         \
		if ((call) != -1 || errno != (error)) {                                            \
			printf("# %s:%d: %s gave errno %d (%s), not %s\n", __FILE__, __LINE__,     \
			       #call, errno, strerror(errno), #error);                             \
			return TEST_FAILED;                                                        \
		}                                                                                  \
	} while (0)

/* Leaves the test as one that cannot run here. */
#define SKIP(reason)                                                                               \
	do {                                                                                       \
		snprintf(skip_reason, SKIP_REASON_BYTES, "%s", reason);                            \
		return TEST_SKIPPED;                                                               \
	} while (0)

#endif
