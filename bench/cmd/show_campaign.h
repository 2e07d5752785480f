/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HMMBENCH_SHOW_CAMPAIGN_H
#define HMMBENCH_SHOW_CAMPAIGN_H

#include <stdbool.h>

#include "store/store.h"

/* Prints a campaign, its kernels and its boots. `id` 0: the newest. */
int show_campaign(struct store *store, int64_t id, bool as_json, struct error *error);

#endif
