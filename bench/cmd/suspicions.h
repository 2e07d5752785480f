/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fast lane over a campaign (stats/nights.h): which judged quantiles of its kernels raise a
 * suspicion against the base, and which of those a second campaign bears out by itself.
 */
#ifndef HMMBENCH_SUSPICIONS_H
#define HMMBENCH_SUSPICIONS_H

#include "stats/nights.h"
#include "store/store.h"

/* One judged quantile of one kernel of a campaign. */
struct campaign_quantile {
	uint32_t arm;
	uint64_t key;		/* of cell, strategy, phase and quantile: the same in both campaigns */
	char what[300];		/* "exit, strategy write, 1024 mirrors (walk), p50" */
	struct fast_result result;
	double threshold;	/* ln(1 + smallest effect of interest) */
};

struct campaign_quantiles {
	struct campaign_quantile *list;
	size_t count;
};

/*
 * All judged quantiles of a campaign's whole boots, its kernels against the first.
 * -EXDEV with STATUS_NOT_COMPARABLE, as dataset_load_builds(); errors of the store; -ENOMEM.
 */
int campaign_quantiles_load(struct store *store, int64_t campaign,
			    struct campaign_quantiles *quantiles, struct error *error);
void campaign_quantiles_free(struct campaign_quantiles *quantiles);

struct suspicions {
	size_t raised;		/* by the first */
	size_t alarms;		/* that the second bears out; 0 where `second` is NULL */
	size_t slower;		/* of the alarms */
	char text[400];		/* names the alarms, or where there are none the suspicions */
};

/* `second` NULL: it has not run. */
void suspicions_find(const struct campaign_quantiles *first,
		     const struct campaign_quantiles *second, struct suspicions *found);

#endif
