/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the runs of a report were measured: the facts of each, and what differs between them. */
#ifndef HMMBENCH_REPORT_ENVIRONMENT_H
#define HMMBENCH_REPORT_ENVIRONMENT_H

#include "report/facts.h"
#include "report/report.h"

/* What the agent and the lab told of a run. -ENOMEM; *facts is the caller's in any case. */
int environment_facts(const struct store_run *run, struct facts *facts);

/* Runs that have one fact alike. */
struct environment_difference {
	const char *fact;	/* "kernel release" */
	const char *runs;	/* "runs 2, 3, 6-8" */
	const char *value;	/* "6.12.95"; "not told"; of more values than a few "from 85 to 97" */
	bool first;		/* of its fact */
};

/*
 * Calls for each fact that not all runs have alike, value by value in the order of the runs. What
 * differs in every boot by its nature (times since boot, free memory, the order's seed, names of
 * the run's own files) is left out. -ENOMEM, or the first value of `each` that is not 0.
 */
int environment_differences(const struct report *report,
			    int (*each)(const struct environment_difference *difference,
					void *context),
			    void *context);

/* The same as lines, one for a fact: "kernel release: 6.1.192 (runs 1, 4, 5); 6.12.95 (runs 2, 3)". */
int environment_lines(const struct report *report, void (*each)(const char *line, void *context),
		      void *context);

#endif
