/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hmmbench show --histogram: how the samples of a run's cells are distributed. */
#ifndef HMMBENCH_SHOW_HISTOGRAM_H
#define HMMBENCH_SHOW_HISTOGRAM_H

#include <stdbool.h>

#include "report/report.h"
#include "store/store.h"

struct show_histogram {
	const char *cells; /* pattern of fnmatch(3); NULL: all */
	int column;	   /* enum sample_column; -1: the one that the workload is judged by */
	bool json;
};

/*
 * Of each cell and strategy of the run, warm-up and blocks for counters left out. -ENOENT with
 * the text where no cell of that name has samples of that column; store errors.
 */
int show_histogram(struct store *store, int64_t run, const struct show_histogram *options,
		   const struct report_options *look, struct error *error);

#endif
