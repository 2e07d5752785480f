/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What comes after a campaign of `run --confirm` that ended whole. */
#ifndef HMMBENCH_CAMPAIGN_CONFIRM_H
#define HMMBENCH_CAMPAIGN_CONFIRM_H

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "store/store_campaign.h"

/*
 * Judges a campaign that is to be confirmed, or the second that was to confirm one. *again: the
 * first raised a suspicion, and a second set of boots is wanted. STATUS_REGRESSION: the second bears
 * out that a kernel is slower, which is the alarm; 0: there is none, also where nothing is to be
 * confirmed; -errno of loading. What was found is said on stderr and stays in the store.
 */
int campaign_confirm(struct store *store, int64_t campaign, bool *again, struct error *error);

/*
 * Makes a campaign's record that of the second one, as if the first had never been: of as many
 * boots as that was begun with, also where it ended before, with another seed and a label of its
 * own. `budget_s`: what was given on the command line that goes on with the first, or 0. -ENOMEM.
 */
int campaign_renew(struct store_campaign *record, uint32_t budget_s, struct error *error);

#endif
