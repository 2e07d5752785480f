/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A command on a machine that is quiet while it runs. */
#ifndef HMMBENCH_TUNE_COMMAND_H
#define HMMBENCH_TUNE_COMMAND_H

#include "machine/tune.h"

/*
 * Applies the tune, calls `applied`, runs argv to its end, and restores; argv is NULL-terminated.
 * Signals that end a program are handed on to the command. When this process is killed, the
 * command is killed too, and a process apart restores. The caller holds tune_lock().
 *
 * Gives the command's exit status (128 + the signal that killed it), or -errno: the state
 * cannot be kept, no setting could be made, the command cannot be started, or, with the error
 * set, something is stuck.
 */
int tune_command(const struct machine *machine, struct tune *tune, const char *const argv[],
		 void (*applied)(const struct tune *tune), struct error *error);

#endif
