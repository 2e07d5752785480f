/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `run --compare` ends with: each kernel of a campaign against its first one. */
#ifndef HMMBENCH_CAMPAIGN_COMPARE_H
#define HMMBENCH_CAMPAIGN_COMPARE_H

#include "common/error.h"
#include "store/store_campaign.h"

/*
 * As `hmmbench compare` does it for the campaign's arms, on stdout, its verdicts kept. The most
 * serious of their statuses, STATUS_REGRESSION before STATUS_INCONCLUSIVE; -errno where
 * one could not be compared, and none after it then.
 */
int campaign_compare(const struct store_campaign *campaign, const char *store_path,
		     struct error *error);

#endif
