/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The history as text and as JSON; computes nothing of its own. */
#ifndef HMMBENCH_HISTORY_REPORT_H
#define HMMBENCH_HISTORY_REPORT_H

#include <stdio.h>

#include "common/error.h"
#include "report/report.h"
#include "store/history_page.h"

#define HISTORY_ROWS 40		/* of a page, and of its alarms */

struct history_report {
	const struct history_page *page;
	bool all;		/* every row, acknowledged changes too */
	bool nights;		/* each night of each row */
};

/* 0, or -ENOMEM, -EIO with the error set. */
int history_text(const struct history_report *report, const struct report_options *options,
		 FILE *file, struct error *error);
int history_json(const struct history_report *report, FILE *file, struct error *error);

#define HISTORY_DATE_BYTES 16
/* "2024-05-01", UTC. */
void history_date(int64_t time_s, char text[HISTORY_DATE_BYTES]);

#endif
