/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What unit tests share: a folder of their own, random numbers from a fixed seed, how
 * often to repeat, and recorded inputs.
 */
#ifndef HMMBENCH_TEST_SUPPORT_H
#define HMMBENCH_TEST_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/*
 * A path in a folder that is made at first use and removed when the test ends. malloc'ed. It lies
 * in $TMPDIR; without that in /dev/shm, where that has room, else in /tmp.
 */
char *support_path(const char *name);

/* Writes a file there; the path is the caller's. */
char *support_file(const char *name, const void *data, size_t bytes);

/* The path of a recorded input in tests/fixtures. malloc'ed. */
char *support_fixture(const char *name);

/* A number of the environment, or the default: how often a loop repeats. */
uint64_t support_count(const char *variable, uint64_t otherwise);

/* The next of a sequence of random numbers, and one below a bound. */
uint64_t support_random(uint64_t *state);
uint64_t support_below(uint64_t *state, uint64_t bound);
void support_fill(uint64_t *state, void *data, size_t bytes);

/* The most memory the process has had so far, in bytes. */
size_t support_peak_bytes(void);

#endif
