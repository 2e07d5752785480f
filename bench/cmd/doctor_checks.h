/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hmmbench doctor: every check of the table, and what it found. */
#ifndef HMMBENCH_DOCTOR_CHECKS_H
#define HMMBENCH_DOCTOR_CHECKS_H

#include <stdbool.h>
#include <stdio.h>

#include "machine/machine.h"
#include "report/report.h"

/*
 * Looks at everything and prints it, as text or as a JSON array of check_json(). The exit
 * status: 0 when nothing is impossible that one of these labs needs, else STATUS_MISSING_TOOL;
 * -errno where it cannot be written.
 */
int doctor_checks(FILE *file, const struct machine *machine, unsigned int labs, bool json,
		  const struct report_options *look);

#endif
