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

/* For a judged result without a decision: what was seen and what it would take. */
void phrase_untold(FILE *file, const struct report *report, const struct cell_result *result);

/* "run 3: vm, debian:6.1, 2024-05-01T02:00:00Z, complete". */
void phrase_run(FILE *file, const struct store_run *run);

/* True when any run was made in a guest. */
bool report_is_guest(const struct report *report);

/* "walk", or "?" for a number that is no column. */
const char *column_name(enum sample_column column);
const char *column_help(enum sample_column column);

/* What the phrase `write` writes, malloc'ed; NULL when memory is out. */
char *phrase_text(void (*write)(FILE *file, const struct report *report),
		  const struct report *report);

#endif
