/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Baselines in the store: named sets of runs that never change. From store_baseline_set() on the
 * database refuses to change or delete the baseline, its runs and their blocks, whichever
 * program asks (store_schema.c).
 *
 * Errors as in store.h.
 */
#ifndef HMMBENCH_STORE_BASELINE_H
#define HMMBENCH_STORE_BASELINE_H

#include "store/store.h"

#define BASELINE_NAME_BYTES 65	/* with the NUL */

struct store_baseline {
	int64_t id;
	char *name;
	char *made;		/* ISO 8601, UTC */
	char *program;		/* version of hmmbench that made it */
	char *note;		/* "" where none was given */
	int64_t *runs;		/* ascending */
	size_t run_count;
};

/*
 * 0, or -EINVAL (STATUS_USAGE) with what a name may be: letters, digits and . _ : + -, at most
 * 64 of them, the first a letter or a digit.
 */
int store_baseline_check_name(const char *name, struct error *error);

/*
 * Takes name, program, note and runs; `made` too where it is not NULL. *id (may be NULL) is the
 * new one. -EEXIST (STATUS_USAGE): there is one of that name; -EINVAL: a name that is none, no
 * runs; -ENOENT: no such run.
 */
int store_baseline_set(struct store *store, const struct store_baseline *baseline, int64_t *id,
		       struct error *error);

/* -ENOENT (STATUS_USAGE) with the remedy. *baseline is the caller's where 0. */
int store_baseline_get(struct store *store, const char *name, struct store_baseline *baseline,
		       struct error *error);
void store_baseline_free(struct store_baseline *baseline);	/* its members, not itself */

/* By name; as store_runs_each(). */
int store_baselines_each(struct store *store,
			 int (*each)(const struct store_baseline *baseline, void *context),
			 void *context, struct error *error);

#endif
