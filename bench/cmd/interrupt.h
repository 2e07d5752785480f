/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ctrl-C, SIGTERM and a closed terminal of a command that measures: it stops in order and
 * cleans up.
 */
#ifndef HMMBENCH_INTERRUPT_H
#define HMMBENCH_INTERRUPT_H

#include <signal.h>

#include "common/error.h"

extern volatile sig_atomic_t interrupted;

/* From now on. A second signal of the same kind ends the program the hard way. */
void interrupt_catch(void);

/* Gives `result` on, which of a command that was interrupted has STATUS_INTERRUPTED. */
int interrupt_status(int result, struct error *error);

#endif
