/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A campaign of the store as JSON and in words; what list and show share.
 */
#ifndef HMMBENCH_CAMPAIGN_JSON_H
#define HMMBENCH_CAMPAIGN_JSON_H

#include <jansson.h>

#include "store/store_campaign.h"

/* Without its boots and its configuration. A new reference, NULL when memory is out. */
json_t *campaign_json(const struct store_campaign *campaign);

/* {"boot","pair","arm","seed","run","attempts","last_run","last_status"}, null for none. */
json_t *campaign_boot_json(const struct store_boot *boot);

/* "complete", "2 of 16 boots are missing: ...", "running", or how to go on with it. */
void campaign_state(const struct store_campaign *campaign, pid_t running, char *text, size_t bytes);

#endif
