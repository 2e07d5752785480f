/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A report as a list of test cases, for the formats that know tests: each judged quantile
 * of each judged result is one, in the report's order. REGRESSED fails, INCONCLUSIVE and
 * a quantile without a verdict are skipped with their reason, the others pass.
 *
 * Names are stable: the same configuration gives the same ones on any machine and night.
 */
#ifndef HMMBENCH_REPORT_CASE_H
#define HMMBENCH_REPORT_CASE_H

#include "report/report.h"

enum case_outcome { CASE_PASSED, CASE_FAILED, CASE_SKIPPED, CASE_OUTCOMES };

struct report_case {
	const struct cell_result *result;
	enum gated_quantile quantile;
	const struct effect *effect;
	enum case_outcome outcome;
	char cell[CELL_NAME_BYTES + 32];	/* "exit/bundled/empty/1024/same-node/t1/p1/4M" */
	char name[64];			/* inside the cell: "walk p50" */
	double base_ns, candidate_ns;	/* the quantile itself; NAN where there is none */
	/*
	 * What was found and what decided ("REGRESSED: read against write: p50 +5.1 % (95 % interval
	 * +3.9 .. +6.2 %), p adjusted 0.0012, smallest effect of interest 2.0 %"), or "no verdict: "
	 * and why. Names are in it as they came.
	 */
	char text[512];
};

/* Calls back for each; the case is valid during the call. Stops at and gives what is not 0. */
int report_cases_each(const struct report *report,
		      int (*each)(const struct report_case *test, void *context), void *context);

struct case_counts {
	uint32_t all, of[CASE_OUTCOMES];
};

struct case_counts report_cases_count(const struct report *report);

/* The name of a result's cell, between builds with "/read" behind it, its strategy. */
void result_cell_name(const struct report *report, const struct cell_result *result, char *text,
		      size_t bytes);

/* A gated quantile of one side, from its summary. */
double arm_quantile_ns(const struct arm_summary *arm, enum gated_quantile quantile);

/* The time the first run began, seconds since 1970; NAN: no run, or no time. */
double report_started(const struct report *report);

/* The end of a format's render(): -EIO where `file` has failed, else 0. */
int report_written(FILE *file, struct error *error);

#endif
