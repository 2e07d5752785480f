/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which results a part of a report shows, and in what order. */
#ifndef HMMBENCH_SELECTION_H
#define HMMBENCH_SELECTION_H

#include "report/report.h"

struct selection {
	uint32_t *results;	/* indices into comparison->results */
	uint32_t count;
};

void selection_free(struct selection *selection);

/* All give -ENOMEM or 0; the selection is the caller's. */

/* All, by: judged first, workload, column, then as they come. */
int selection_all(const struct report *report, struct selection *selection);
/* Judged ones that got slower, the most first; then those that got faster, the most first. */
int selection_changed(const struct report *report, struct selection *selection);
/* Judged ones with a change that hides below one reading of the clock. */
int selection_below_clock(const struct report *report, struct selection *selection);
/* Judged ones of which some quantile is INCONCLUSIVE. */
int selection_untold(const struct report *report, struct selection *selection);

/* Neighbours in selection_all() that share a table: one workload, and of judged ones one column. */
struct result_group {
	const uint32_t *results;	/* borrowed from the selection */
	uint32_t count;
	bool gated;
	uint32_t varying;		/* PART_BITs in which their cells differ */
	uint32_t columns;		/* 1 << column of those that have samples */
	uint32_t lacking;		/* the same of those that have none in some cell */
	uint64_t least_rows, most_rows;	/* samples per alternative, over all that have any */
};

/* The group that begins at `first`, which must be below all->count. */
struct result_group result_group_at(const struct report *report, const struct selection *all,
				    uint32_t first);

/* True when neither alternative has a sample: this kernel or machine does not give the column. */
bool result_is_unavailable(const struct cell_result *result);

/*
 * The quantile that speaks for a result: of those whose verdict is the result's, the
 * one with the largest effect; else p50.
 */
enum gated_quantile result_leading_quantile(const struct cell_result *result);

const char *gated_quantile_name(enum gated_quantile quantile);	/* "p50" */

#endif
