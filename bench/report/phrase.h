/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sentences of a report, the same in every format. They are plain text in UTF-8 with
 * names from data in them as they came: a format cleans or escapes what it gets.
 */
#ifndef HMMBENCH_PHRASE_H
#define HMMBENCH_PHRASE_H

#include <stdbool.h>

#include "report/report.h"

/*
 * A patch can make one side of teardown cheaper and let the other pay. Workloads that
 * time the exit of a process are one side, those that time its neighbours (callers of
 * unregister, bystanders) the other.
 */
enum side { SIDE_EXIT, SIDE_UNREGISTER, SIDE_COUNT };

/* "read is faster than write in 6 of 8 judged results, the most in ...". */
void phrase_verdict(FILE *file, const struct report *report);

/* How far it reaches: "One boot: this holds for this boot only." */
void phrase_scope(FILE *file, const struct report *report);

/* In place of what changed, where that is nothing: that none was found is not that there is none. */
void phrase_unchanged(FILE *file, const struct report *report);

/* What the column "change" is, which the two beside it do not give; nothing where they do. */
void phrase_change(FILE *file, const struct report *report);

/* Between builds: what the control workload took out of the changes; else nothing. */
void phrase_control(FILE *file, const struct report *report);

/* What changes on one side; writes nothing where that side was not measured. */
void phrase_side(FILE *file, const struct report *report, enum side side);
const char *side_name(enum side side);	/* "Exit", "Unregister" */

/* What is missing when one side was not measured; nothing where both were. */
void phrase_other_half(FILE *file, const struct report *report);

/*
 * "exit, 1024 mirrors, empty (walk)": a result by the parts of `mask`, or by those that tell
 * it from the others. The column is left out where it is the workload's own name.
 */
void phrase_words(FILE *file, const struct report *report, const struct cell_result *result,
		  uint32_t mask);
void phrase_result(FILE *file, const struct report *report, const struct cell_result *result);

/* "p50 -89.2 % (95 % interval -90.1 .. -88.0 %)". */
void phrase_effect(FILE *file, const struct cell_result *result, enum gated_quantile quantile);

/*
 * Calls back for each thing that could not be told, with what it would take: INCONCLUSIVE
 * quantiles, changes below the clock, reasons why a quantile has no verdict (each once). The
 * line is valid during the call. -ENOMEM.
 */
int untold_each(const struct report *report, void (*each)(const char *line, void *context),
		void *context);

/*
 * Calls back for each thing that says how far the numbers can be trusted: disturbed samples
 * of each alternative, marks that cannot be told, levels that did not hold, what recording
 * costs where that was measured. As untold_each().
 */
int trust_each(const struct report *report, void (*each)(const char *line, void *context),
	       void *context);

/*
 * Verdicts that the clock limits (comparison_input.clock_floor_ns): the quantile's smallest
 * effect of interest was raised to one reading of the clock.
 */
bool effect_is_clock_bound(const struct report *report, const struct cell_result *result,
			   enum gated_quantile quantile);
bool report_is_clock_bound(const struct report *report);
/* A quantile is EQUIVALENT only because of that. */
bool effect_hides_below_clock(const struct report *report, const struct cell_result *result,
			      enum gated_quantile quantile);
bool result_hides_below_clock(const struct report *report, const struct cell_result *result);

/* What one reading costs and what follows; nothing where no verdict is limited. */
void phrase_clock(FILE *file, const struct report *report);
/* The changes of a result that hide below the clock. */
void phrase_below_clock(FILE *file, const struct report *report, const struct cell_result *result);

/*
 * How a median grows: "exit, empty (walk) against mirrors, 1 to 1024: write N^0.95 ± .04, ..".
 */
void phrase_sweep(FILE *file, const struct report *report, const struct sweep *sweep);
/* "1 to 1024", "256K to 16M". */
void phrase_sweep_range(FILE *file, const struct report *report, const struct sweep *sweep);
/* What an exponent does not say: that it is a plain line's, that a point is off the curve. */
bool sweep_is_doubtful(const struct sweep *sweep);
void phrase_sweep_doubt(FILE *file, const struct sweep *sweep);
/* A curve with a fixed cost goes through any three points: that none is off it says nothing. */
bool sweep_fits_any(const struct sweep *sweep);
bool sweep_is_gated(const struct report *report, const struct sweep *sweep);

/* The verdict's number and how to make it again; nothing where it is not kept. */
void phrase_replay(FILE *file, const struct report *report);

/* "run 3: vm, debian:6.1, 2024-05-01T02:00:00Z, complete". */
void phrase_run(FILE *file, const struct store_run *run);

/* True when any run was made in a guest. */
bool report_is_guest(const struct report *report);

/* True when any run was timed by the virtual clock, as its lab says. */
bool report_is_virtual(const struct report *report);

/* "walk", or "?" for a number that is no column. */
const char *column_name(enum sample_column column);
const char *column_help(enum sample_column column);

/* What the phrase `write` writes, malloc'ed; NULL when memory is out. */
char *phrase_text(void (*write)(FILE *file, const struct report *report),
		  const struct report *report);

#endif
