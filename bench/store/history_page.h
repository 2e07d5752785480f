/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A page of the history: of each series its newest nights and every change of it, and what they
 * come to. Nothing older is read: ten years of nights cost no more than sixty.
 */
#ifndef HMMBENCH_HISTORY_PAGE_H
#define HMMBENCH_HISTORY_PAGE_H

#include "stats/comparison.h"
#include "store/history.h"

/* Which series; NULL: any. */
struct history_filter {
	const char *cell;		/* the series' cell contains it */
	const char *machine, *line;	/* begins with it; is it */
};

struct history_row {
	struct history_series series;
	struct history_night *nights;	/* the newest, ascending; at least one */
	size_t night_count;
	struct history_change *changes;	/* all, by first night; inside page->changes */
	char **change_kernels;		/* of each: the first after it */
	size_t change_count;
	char *kernel;			/* of the last night */
	int64_t since_s;		/* first of those nights that are of the level that holds */
	double level;			/* median of these, ln */
	/*
	 * REGRESSED and IMPROVED: by a change that nobody acknowledged; INCONCLUSIVE: too few
	 * nights (SERIES_NIGHTS_MIN); NONE: nothing was found, or it is not judged.
	 */
	enum verdict verdict;
};

struct history_page {
	struct history_row *rows;	/* in the order of history_series_each() */
	size_t row_count;
	struct history_change *changes;
	size_t change_count;
	size_t alarms;			/* changes of judged series that nobody acknowledged */
	enum verdict verdict;		/* the worst; INCONCLUSIVE only where no series has nights enough */
	int exit_status;
};

/*
 * `nights`: how many of each series, at least NIGHTS_WINDOW are read. -ENOENT (STATUS_USAGE): the
 * filter leaves nothing of a history that has series. *page is the caller's in any case.
 */
int history_page_load(struct store *store, const struct history_filter *filter, uint32_t nights,
		      struct history_page *page, struct error *error);
void history_page_free(struct history_page *page);

#endif
