/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What compare and report share: from --run, --store and "strategy=A strategy=B" to a
 * comparison, ready for a report format.
 */
#ifndef HMMBENCH_LOAD_H
#define HMMBENCH_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "report/report.h"
#include "stats/comparison.h"
#include "store/dataset.h"

#define LOAD_RUNS_MAX 256

struct load_options {
	const char *store;		/* NULL: the usual one */
	int64_t runs[LOAD_RUNS_MAX];
	size_t run_count;		/* 0: the newest */
	const char *base, *candidate;	/* "strategy=write"; NULL: the plan's first two */
	bool force;
};

struct loaded {
	struct store *store;
	struct dataset *dataset;
	struct comparison *comparison;
	struct report report;		/* borrows from the others */
	char command[512];
};

/* Adds the run id of one --run. */
int load_add_run(struct load_options *options, const char *text, struct error *error);

int load_comparison(const struct load_options *options, struct loaded *loaded,
		    struct error *error);
void load_free(struct loaded *loaded);

#endif
