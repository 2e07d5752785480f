/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The history: what each night said, for each machine, kernel line and cell, and what was found in
 * it. It is kept beside the runs, so that a page of it does not read them: a night is gathered
 * once, when it is over, and looked at then (stats/lanes.h).
 *
 * A series is one cell under one strategy, on one machine, of one kernel line, configuration and
 * clock. A kernel line is what a kernel's versions have in common: of a build tree its path, of
 * debian:6.1 that name, of an installed release its first two numbers and its flavour
 * (6.1.0-56-amd64 is of 6.1-amd64). Of two kernels of one line in one night the candidate counts.
 *
 * Errors as in store.h.
 */
#ifndef HMMBENCH_HISTORY_H
#define HMMBENCH_HISTORY_H

#include <stdbool.h>

#include "plan/plan.h"
#include "store/store.h"

struct history_series {
	int64_t id;
	char *machine;		/* "lab1, reboot", "lab1, vm tcg" */
	char *line;		/* "debian:6.1" */
	char *plan;		/* name of the configuration */
	char *cell;		/* cell_name() */
	char *strategy;		/* "" of the control */
	uint32_t column;	/* enum sample_column */
	enum plan_clock clock;
	bool judged;		/* false: shown, never an alarm (the control) */
	double threshold;	/* smallest effect of interest, a fraction */
	uint32_t nights;	/* in all */
};

struct history_night {
	int64_t series;
	int64_t night_s;	/* when its first boot began, seconds since 1970, UTC */
	double value, error;	/* stats/night_level.h */
	uint32_t boots;
	int64_t kernel;		/* history_kernel_get() */
};

enum history_kind { HISTORY_LEVEL = 0, HISTORY_CREEP };

struct history_change {
	int64_t id;
	int64_t series;
	enum history_kind kind;
	int64_t first_s;	/* level: first night after it; creep: first of its nights */
	int64_t found_s;	/* the night in which it was found */
	double shift;		/* ln; creep: from first to last of its nights */
	double low, high;	/* 95 % interval of it; NAN: none */
	double before, after;	/* ln; medians on either side; creep: NAN */
	double z, critical;	/* level; creep: NAN */
	double p;		/* creep; level: NAN */
	char *acknowledged;	/* ISO 8601, UTC; "" while nobody did */
	char *note;
};

/* ---- into the store ---- */

/*
 * Gathers the nights that are over at `now_s`: campaigns that ended, and runs of none behind which
 * the machine rested (nights_of_runs.h). Each is put down whole or not at all.
 */
int history_gather(struct store *store, int64_t now_s, struct error *error);

/* Are there runs that no night has taken in yet? For those of nights that are over: history_gather(). */
int history_waits(struct store *store, bool *waits, struct error *error);

/* A series by what makes it one; the same again gives the same id, with the newest threshold. */
int history_series_put(struct store *store, const struct history_series *series, int64_t *id,
		       struct error *error);
int history_kernel_put(struct store *store, const char *release, const char *build, int64_t *id,
		       struct error *error);
/* A night of a series, in place of what it had for it. */
int history_night_put(struct store *store, const struct history_night *night, struct error *error);
/* Looks at the newest nights of a series and puts down what it finds. */
int history_watch(struct store *store, const struct history_series *series, struct error *error);

/*
 * Acknowledges changes, all of them or none: they alarm no more. -ENOENT (STATUS_USAGE): there is
 * none of that number; -EALREADY (STATUS_USAGE): somebody did, with the note.
 */
int history_acknowledge(struct store *store, const int64_t *changes, size_t count,
			const char *note, struct error *error);

/* ---- out of it ---- */

/* In the order of machine, line, cell, strategy. As store_runs_each(). */
int history_series_each(struct store *store,
			int (*each)(const struct history_series *series, void *context),
			void *context, struct error *error);
/* The last `limit` nights of a series, ascending; *nights is malloc'ed. */
int history_nights(struct store *store, int64_t series, uint32_t limit,
		   struct history_night **nights, size_t *count, struct error *error);
/* All changes of all series (series 0), or of one, by series and first night; malloc'ed. */
int history_changes(struct store *store, int64_t series, struct history_change **changes,
		    size_t *count, struct error *error);
void history_changes_free(struct history_change *changes, size_t count);
/* "6.1.0-56-amd64 (build 1a2b3c4d)", malloc'ed; "?" where the number is unknown. */
int history_kernel_get(struct store *store, int64_t kernel, char **text, struct error *error);
/* The kernel of the first night from that time on, as history_kernel_get(). */
int history_kernel_at(struct store *store, int64_t series, int64_t night_s, char **text,
		      struct error *error);

void history_series_free(struct history_series *series);	/* its members, not itself */

/* Of which machine and line a run's nights are; malloc'ed. -ENOMEM. */
int history_place(const struct store_run *run, char **machine, char **line);

/* The line of a kernel by its name and its release; malloc'ed, NULL: out of memory. */
char *history_line(const char *name, const char *release);

#endif
