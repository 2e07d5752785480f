/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What compare and report share: from --run, --store and "strategy=A strategy=B", or two
 * sets of runs, to a comparison, ready for a report format.
 */
#ifndef HMMBENCH_LOAD_H
#define HMMBENCH_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "cmd/request.h"
#include "report/report.h"
#include "stats/comparison.h"
#include "store/dataset.h"
#include "store/detailed.h"
#include "store/history_page.h"
#include "store/store_calibration.h"
#include "store/store_verdict.h"

#define LOAD_RUNS_MAX 256

struct load_options {
	const char *store;		/* NULL: the usual one */
	int64_t runs[LOAD_RUNS_MAX];
	size_t run_count;		/* 0: the newest */
	/* "strategy=write", or a set of runs (store/pick.h); NULL: the plan's first two strategies */
	const char *base, *candidate;
	const char *baseline;		/* a stored baseline's name; then base may be NULL: it is that */
	bool force;
	uint32_t calibration_days;	/* beyond which a calibration is old; 0: as the plan says */
	int64_t replay;			/* a verdict to make again; 0: base and candidate */
};

/* What loaded->command begins with. */
#define COMMAND_BEGIN "hmmbench compare "

/* The nights behind a report. */
struct loaded_history {
	struct history_page page;
	struct report_history shown;
	char *machine, *line[ARM_COUNT];
};

/* Every strategy that runs hold, side by side. */
struct loaded_strategies {
	struct dataset *dataset;
	struct ranking *ranking;		/* NULL: two strategies or fewer */
	char of[64];
	struct report_strategies shown;
};

struct loaded {
	struct store *store;
	const char *store_given;	/* --store; NULL: the usual one */
	char *store_words;		/* in front of a printed command's arguments: "--store FILE ", or "" */
	struct request request;
	struct store_verdict verdict;	/* the one that is made again */
	struct dataset *dataset;
	struct comparison *comparison;
	struct counted counted;		/* of the first run */
	struct counted detailed;	/* likewise: store/detailed.h */
	struct kernel_pair kernels;	/* of builds */
	struct probe *probes;
	struct loaded_history history;
	struct loaded_strategies strategies;
	struct calibration calibration;	/* of the machine; id 0: none */
	char *calibrate;		/* the command that makes a new one */
	struct report_calibration calibrated;
	struct report report;		/* borrows from the others */
	char *command;
};

/*
 * Takes one of the options that all commands with a comparison have: --run, --baseline, --store,
 * --calibration-age and --force, LOAD_OPTIONS in their tables. 0, or -EINVAL for a wrong argument.
 */
#define LOAD_OPTIONS                                                                               \
	{ "run", required_argument, NULL, 'r' }, { "store", required_argument, NULL, 'S' },        \
		{ "baseline", required_argument, NULL, 'B' },                                      \
		{ "calibration-age", required_argument, NULL, 'G' },                               \
	{                                                                                          \
		"force", no_argument, NULL, 'f'                                                    \
	}
int load_option(struct load_options *options, int option, const char *argument,
		struct error *error);

/*
 * Takes BASE and CANDIDATE, with --baseline also CANDIDATE alone, with --replay nothing. 0, or
 * -EINVAL: not so many.
 */
int load_names(struct load_options *options, int count, char **names);

/* Their lines of --help. */
#define LOAD_OPTIONS_HELP                                                                          \
	"      --run ID         a run to read, may be repeated for several boots; default:\n"      \
	"                       the newest (strategies), or all (builds)\n"                        \
	"      --baseline NAME  CANDIDATE against a stored baseline; with BASE too, whether BASE\n"  \
	"                       is still as the baseline says (ENVIRONMENT CHANGED)\n"              \
	"      --force          judge cells that this machine measures badly too, and\n"           \
	"                       builds whose runs are not alike\n"                                 \
	"      --calibration-age DAYS   beyond which a new calibration is asked for; default\n" \
	"                       that of the configuration\n" \
	"      --store FILE     instead of the usual store\n"

/*
 * -EINVAL and -ENOENT for names that mean nothing or no runs; -EXDEV with
 * STATUS_NOT_COMPARABLE for runs that are not alike; store errors.
 */
int load_comparison(const struct load_options *options, struct loaded *loaded,
		    struct error *error);
void load_free(struct loaded *loaded);

/*
 * Keeps the verdict in the store and gives the report its number. A store that cannot be
 * written is said on stderr, and the report goes without a number. -ENOMEM.
 */
int load_keep_verdict(struct loaded *loaded, const struct load_options *options,
		      struct error *error);

/* Between load.c, load_baseline.c, load_request.c, load_command.c and load_verdict.c. */
int load_check_names(const struct load_options *options, bool *builds, struct error *error);
int load_resolve(struct store *store, const struct load_options *options, struct request *request,
		 struct error *error);
/* The command that makes the report again, malloc'ed; NULL: out of memory. */
char *load_command(const struct loaded *loaded);
/* loaded->store_words for --store `given`, which may be NULL; malloc'ed; NULL: out of memory. */
char *load_store_words(const char *given);
/*
 * Is the base what its stored baseline says? -EXDEV with STATUS_NOT_COMPARABLE: ENVIRONMENT CHANGED;
 * with force that becomes a mark.
 */
int load_check_environment(struct loaded *loaded, struct error *error);
/*
 * The nights of the history that the report's figures show, those that are over since the last time
 * taken in before. A store that cannot be written is said on stderr, and the history is as it was.
 * Errors of the store; -ENOMEM.
 */
int load_history(struct loaded *loaded, struct error *error);
void loaded_history_free(struct loaded_history *history);
/* All strategies of the report's runs. Errors of the store; -ENOMEM. */
int load_strategies(struct loaded *loaded, struct error *error);

/* The same of any runs of one plan. *loaded is the caller's in any case. */
int loaded_strategies_make(struct store *store, const int64_t *runs, size_t run_count, bool force,
			   struct loaded_strategies *loaded, struct error *error);
/* NULL: there are no more than two, or none has samples. Borrowed. */
const struct report_strategies *loaded_strategies_shown(const struct loaded_strategies *loaded);
void loaded_strategies_free(struct loaded_strategies *loaded);
/*
 * What can be seen on the machine that was compared on: into the effects, with a note, and a mark
 * where the calibration is old. Its number goes into the request, or comes from it
 * where a verdict is made again. Errors of the store; -ENOMEM.
 */
int load_calibration(struct loaded *loaded, struct error *error);
/* What of the comparison with a stored baseline is a suspicion: a mark on top. -ENOMEM. */
int load_mark_suspicions(struct loaded *loaded);
/* The request of a verdict; its digests are held against the dataset and the report after that. */
int load_replayed(struct loaded *loaded, int64_t verdict, struct error *error);
int load_check_replay(struct loaded *loaded, struct error *error);

#endif
