/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Campaigns whose suspicions are to be confirmed: a second campaign, independent of the first,
 * is asked whether what the first suspected holds. Errors as in store.h.
 */
#ifndef HMMBENCH_CONFIRMATION_H
#define HMMBENCH_CONFIRMATION_H

#include "store/store_campaign.h"

struct confirmation {
	int64_t first;		/* campaign; 0: there is none */
	int64_t second;		/* 0: not begun, or not needed */
	char outcome[400];	/* "" while it is not known */
};

/* From now on the campaign is to be confirmed. */
int confirmation_want(struct store *store, int64_t campaign, struct error *error);
/* Of a campaign that is the first or the second. */
int confirmation_get(struct store *store, int64_t campaign, struct confirmation *confirmation,
		     struct error *error);
/* A campaign that is there becomes the second of `first`. */
int confirmation_begin(struct store *store, int64_t first, int64_t second, struct error *error);
/*
 * store_campaign_begin() of one that is to be confirmed, or of one that confirms `first`: the
 * campaign and what it is for, or neither.
 */
int confirmation_first_begin(struct store *store, const struct store_campaign *campaign,
			     int64_t *id, struct error *error);
int confirmation_second_begin(struct store *store, int64_t first,
			      const struct store_campaign *campaign, int64_t *id,
			      struct error *error);
int confirmation_end(struct store *store, int64_t first, const char *outcome, struct error *error);

#endif
