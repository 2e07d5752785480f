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
	struct counted counted;		/* of the first run */
	struct report report;		/* borrows from the others */
	char command[512];
};

/*
 * Takes one of the options that all commands with a comparison have: --run, --store and
 * --force, LOAD_OPTIONS in their tables. 0, or -EINVAL for a wrong argument.
 */
#define LOAD_OPTIONS                                                                               \
	{ "run", required_argument, NULL, 'r' }, { "store", required_argument, NULL, 'S' },        \
	{                                                                                          \
		"force", no_argument, NULL, 'f'                                                    \
	}
int load_option(struct load_options *options, int option, const char *argument,
		struct error *error);

/* Their lines of --help. */
#define LOAD_OPTIONS_HELP                                                                          \
	"      --run ID         a run to read, may be repeated for several boots;\n"               \
	"                       default: the newest\n"                                             \
	"      --force          judge cells that this machine measures badly too\n"                \
	"      --store FILE     instead of the usual store\n"

int load_comparison(const struct load_options *options, struct loaded *loaded,
		    struct error *error);
void load_free(struct loaded *loaded);

#endif
