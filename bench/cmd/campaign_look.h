/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looks at an adaptive campaign: is every verdict decided, and does the budget reach to the
 * next look?
 */
#ifndef HMMBENCH_CAMPAIGN_LOOK_H
#define HMMBENCH_CAMPAIGN_LOOK_H

#include "cmd/campaign_boots.h"

/*
 * To be called when every boot up to pair `pair` was tried and none behind it has begun. 1: it
 * ends here, the boots that are not wanted any more are no part of the campaign, and `text`
 * says why; 0: it goes on; errors of the store. Runs that cannot be compared are said on
 * stderr, and it goes on.
 */
int campaign_look(struct campaign *campaign, uint32_t pair, char *text, size_t bytes,
		  struct error *error);

/* Since the campaign began, whatever cut it in between. Errors of the store. */
int campaign_elapsed_s(const struct campaign *campaign, double *elapsed_s, struct error *error);

#endif
