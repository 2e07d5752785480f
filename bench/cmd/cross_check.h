/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hmmbench doctor --cross-check: the release callback by two instruments, on a kernel.
 */
#ifndef HMMBENCH_CMD_CROSS_CHECK_H
#define HMMBENCH_CMD_CROSS_CHECK_H

#include <stdbool.h>

#include "cmd/progress.h"
#include "common/error.h"
#include "plan/plan.h"

struct cross_check_options {
	const char *lab;	/* of --on */
	const char *kernel;	/* NULL: the lab's own */
	bool fetch, json;
	enum plan_clock clock;
	enum progress_mode progress;
};

/*
 * Prints the result. STATUS_OK: the instruments agree; STATUS_FAILED: they do not; -errno: it
 * could not be told, with the exit status of what went wrong.
 */
int cross_check_command(const struct cross_check_options *options, struct error *error);

#endif
