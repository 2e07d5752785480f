/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text format's own parts, shared between its files. */
#ifndef HMMBENCH_REPORT_TEXT_H
#define HMMBENCH_REPORT_TEXT_H

#include "report/report.h"
#include "report/selection.h"
#include "report/text_table.h"

/* A text report on its way out. */
struct text_page {
	const struct report *report;
	struct text_style style;
	FILE *file;
	char *base, *candidate;		/* the names, clean and cut to a table's column */
	bool dropped_any;
	int result;			/* the first -errno */
};

enum text_colour verdict_colour(enum verdict verdict);

/* The judged results, one table per workload and column, each quantile a row. */
void text_judged(struct text_page *page, const struct selection *all);
/* The results that are shown only, one table per workload, each column a row. */
void text_shown(struct text_page *page, const struct selection *all);

#endif
