/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A whole series of nights of one cell, looked at afterwards: every change of level
 * (stats/change.h), and the creep since the last one (stats/trend.h).
 *
 * The verdict is about the last thing that happened: the level went up and stayed there,
 * REGRESSED; it went down, IMPROVED. A series in which nothing was found has no verdict: that
 * nothing changed by less than some amount is not shown by finding nothing.
 */
#ifndef HMMBENCH_STATS_SERIES_H
#define HMMBENCH_STATS_SERIES_H

#include <stdbool.h>
#include <stddef.h>

#include "change.h"
#include "comparison.h"
#include "trend.h"

#define SERIES_NIGHTS_MIN 8	/* fewer cannot show a change */

struct series_change {
	struct change change;
	double before, after;		/* medians of the ln values on either side, to the next changes */
};

struct series_result {
	struct series_change *changes;	/* owned, ascending */
	size_t change_count;
	size_t regime;			/* index of the first night of the last level */
	double level;			/* median of its ln values */
	struct trend trend;		/* of its last NIGHTS_WINDOW nights; NANs where too few */
	bool creeps;
	/* VERDICT_NONE: nothing was found; INCONCLUSIVE: fewer than SERIES_NIGHTS_MIN nights. */
	enum verdict verdict;
};

/*
 * `nights` are day numbers, ascending; `values` the ln of a quantile; `threshold` is
 * ln(1 + smallest effect of interest). -ENOMEM.
 */
int series_judge(const double *nights, const double *values, size_t count, double threshold,
		 struct series_result *result);
void series_result_free(struct series_result *result);

/* As verdict_exit_status(), but nothing found is STATUS_OK. */
int series_exit_status(enum verdict verdict);

#endif
