/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is missing on this machine, and the command that mends it.
 */
#ifndef HMMBENCH_DOCTOR_H
#define HMMBENCH_DOCTOR_H

#include <stdbool.h>
#include <stdio.h>

/*
 * Looks at everything and prints a line for each. JSON: an array of {"check", "for",
 * "needed" (for runs in guests), "ok", "found", "remedy" or null}.
 * The exit status: 0 when nothing that is needed is missing, else STATUS_MISSING_TOOL;
 * -errno where it cannot be written.
 */
int doctor_run(FILE *file, bool json);

#endif
