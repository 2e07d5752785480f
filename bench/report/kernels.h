/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernels of a comparison between builds, in words and as JSON.
 */
#ifndef HMMBENCH_REPORT_KERNELS_H
#define HMMBENCH_REPORT_KERNELS_H

#include <jansson.h>

#include "report/report.h"

/*
 * Calls back with a line for each kernel, and with one for the options that differ, of which
 * at most `options` are named. Nothing where the report has one kernel. A line is valid
 * during the call. -ENOMEM.
 */
int kernel_lines_each(const struct report *report, size_t options,
		      void (*each)(const char *line, void *context), void *context);

/* {"base", "candidate", "options"}, options null where a configuration is not known. */
json_t *kernels_json(const struct kernel_pair *kernels);

#endif
