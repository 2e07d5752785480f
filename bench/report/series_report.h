/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A look back over nights, as text and as JSON; computes nothing of its own. */
#ifndef HMMBENCH_SERIES_REPORT_H
#define HMMBENCH_SERIES_REPORT_H

#include <stdio.h>

#include "common/error.h"
#include "report/report.h"
#include "stats/series.h"

struct series_cell {
	const char *name;
	const struct series_result *result;
	const char *const *nights;	/* as they are called, one per value */
	size_t count;
};

/* All borrowed. */
struct series_report {
	const struct series_cell *cells;
	size_t cell_count;
	double threshold;		/* smallest effect of interest, a fraction */
	enum verdict verdict;		/* the worst of the cells' */
	int exit_status;
	const char *command;		/* that reproduces it */
};

/* 0, or -ENOMEM, -EIO with the error set. */
int series_text(const struct series_report *report, const struct report_options *options,
		FILE *file, struct error *error);
int series_json(const struct series_report *report, FILE *file, struct error *error);

#endif
