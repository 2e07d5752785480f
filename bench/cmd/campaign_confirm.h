/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What comes after a campaign of `run --confirm` that ended whole. */
#ifndef HMMBENCH_CAMPAIGN_CONFIRM_H
#define HMMBENCH_CAMPAIGN_CONFIRM_H

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "store/store.h"

/*
 * Judges a campaign that is to be confirmed, or the second that was to confirm one. *again: the
 * first raised a suspicion, and a second set of boots is wanted. STATUS_REGRESSION: the second bears
 * out that a kernel is slower, which is the alarm; 0: there is none, also where nothing is to be
 * confirmed; -errno of loading. What was found is said on stderr and stays in the store.
 */
int campaign_confirm(struct store *store, int64_t campaign, bool *again, struct error *error);

#endif
