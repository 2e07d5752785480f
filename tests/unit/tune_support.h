/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What tests of a tune share: a laptop laid out in a folder, and how it was. */
#ifndef HMMBENCH_TEST_TUNE_SUPPORT_H
#define HMMBENCH_TEST_TUNE_SUPPORT_H

#include <stdbool.h>

#include "fake_machine.h"
#include "machine/tune.h"

#define NO_TURBO "/sys/devices/system/cpu/intel_pstate/no_turbo"

extern struct fake_machine tune_fake;

/* Before and after each test: the machine anew, and a folder of its own for the state. */
int tune_set_up(void **state);
int tune_tear_down(void **state);

/* What a tune of the machine would change; the caller's. */
struct tune tune_planned(void);

/* Fail the test where a file of the machine, or any that a tune changes, is not so. */
void tune_expect(const char *path, const char *value);
void tune_expect_as_it_was(void);

bool tune_state_is_there(void);

#endif
