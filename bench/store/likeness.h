/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Are runs alike? Boots of two kernel builds are to differ in the kernel and nothing
 * else. What is looked at is a table: some of it must be the same in all runs, some in all
 * runs of one build, and some is part of what a kernel is (its configuration, its
 * defaults) and is told to the reader.
 *
 * What a run does not know is no difference.
 */
#ifndef HMMBENCH_LIKENESS_H
#define HMMBENCH_LIKENESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan/plan.h"
#include "store/store.h"

/* Runs with their plans, each on one of two sides. All borrowed. */
struct likeness_runs {
	const struct store_run *runs;
	struct plan *const *plans;
	const uint32_t *arm;		/* 0 base, 1 candidate */
	size_t count;
};

/* Lines such as "accelerator: tcg in runs 1-4; kvm in runs 5-8". Starts as { 0 }. */
struct likeness {
	char **unlike;		/* what forbids a comparison */
	size_t unlike_count;
	char **told;		/* what a reader should know of */
	size_t told_count;
	bool same_build;	/* all runs of both sides are of one kernel build */
};

/* -ENOMEM; what is in *likeness is the caller's in any case. */
int likeness_find(const struct likeness_runs *runs, struct likeness *likeness);
void likeness_free(struct likeness *likeness);

/* Do two runs differ in nothing but the kernel? -ENOMEM. */
int likeness_of_two(const struct store_run *a, struct plan *a_plan, const struct store_run *b,
		    struct plan *b_plan, bool *alike);

/* -EXDEV with STATUS_NOT_COMPARABLE: "WHAT: what differs; REMEDY", cut where that is long. */
int likeness_refuse(const struct likeness *likeness, const char *what, const char *remedy,
		    struct error *error);

/*
 * Calls back for each thing that is looked at and that the run knows: its name and its value,
 * valid during the call. What a callback gives that is not 0 stops and is given. -ENOMEM.
 */
int likeness_facts(const struct store_run *run, const struct plan *plan,
		   int (*each)(const char *name, const char *value, void *context), void *context);

/*
 * What tells the kernel build of a run from others: its build id, or its banner; malloc'ed,
 * "" where the run does not know. NULL: out of memory.
 */
char *likeness_build(const struct store_run *run);

#endif
