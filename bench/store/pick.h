/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of sets of runs, as the command line has them:
 *
 *	3,7-9			runs by their numbers
 *	kernel=debian:6.1	by the kernel as it was named, or by its release
 *	label=TEXT		by the label of run --label
 *	campaign=4		by campaign; arm=0 its base, arm=1 the next kernel
 *	WORD			a label or a kernel, whichever there is
 *
 * Conditions are joined by commas: campaign=4,kernel=debian:6.1. Runs that did not end whole
 * are taken only by their number, of a campaign's boot the run that counts.
 *
 * Numbers are taken as they are. Of other sets only runs that are like the newest are
 * taken (likeness.h), so that a kernel that is built anew under the same name, or one
 * measured in several configurations, does not mix; what was left out is in the notes.
 */
#ifndef HMMBENCH_PICK_H
#define HMMBENCH_PICK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "store/store.h"

struct pick {
	int64_t *runs;		/* ascending */
	size_t count;
	bool by_number;
	char name[64];		/* as a report calls the set; "" where its numbers are all there is */
	char note[400];		/* what was left out and why; "": nothing */
};

/* Does the text name runs, and not a strategy inside a boot? */
bool pick_is_runs(const char *text);

/*
 * Picks base and candidate together: the base's runs are to be like the candidate's but
 * for the kernel. `only` (may be NULL) are the runs to choose from. -EINVAL: a wrong
 * condition, a word that is a label and a kernel; -ENOENT: no such runs, with what would be
 * right; store errors. The picks are the caller's, pick_free() in any case.
 */
int pick_sides(struct store *store, const char *base, const char *candidate, const int64_t *only,
	       size_t only_count, struct pick sides[2], struct error *error);

/* One set alone, like its newest run; the same errors. */
int pick_set(struct store *store, const char *text, const int64_t *only, size_t only_count,
	     struct pick *pick, struct error *error);
void pick_free(struct pick *pick);

#endif
