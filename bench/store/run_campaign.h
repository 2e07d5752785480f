/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The campaign of a run as JSON, so that the boots of one are found together in another store. */
#ifndef HMMBENCH_RUN_CAMPAIGN_H
#define HMMBENCH_RUN_CAMPAIGN_H

#include <jansson.h>

#include "common/error.h"
#include "store/store.h"

/* Of a run that has one; the caller's, in *json. Errors of the store, -ENOMEM. */
int run_campaign_make(struct store *store, const struct store_run *run, json_t **json,
		      struct error *error);

/* As run_origin_take() says. -EINVAL without a text: the JSON is no campaign's. */
int run_campaign_take(struct store *store, const json_t *json, int64_t run, struct error *error);

#endif
