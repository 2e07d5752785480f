/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hmmbench plan --power, --effect, --budget: how long a campaign has to be on this machine. */
#ifndef HMMBENCH_PLAN_CAMPAIGN_H
#define HMMBENCH_PLAN_CAMPAIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "stats/comparison.h"

#define PLAN_CAMPAIGN_ALPHA .05	/* the p at which a change is found */

struct plan_campaign {
	const char *store;		/* NULL: the usual one */
	const char *name;		/* of the plan that was measured; NULL: the newest run's */
	enum gated_quantile quantile;	/* what is planned for */
	double power;			/* above PLAN_CAMPAIGN_ALPHA, below 1 */
	double effect;			/* a fraction; 0: the smallest effect of interest of the plan */
	uint32_t budget_s;		/* 0: what `effect` takes */
	bool as_json;
};

/*
 * Prints it. -ENODATA (STATUS_USAGE) where too little was measured here, with the command that
 * measures it; -ERANGE (STATUS_INCONCLUSIVE) where no campaign does; store errors; -ENOMEM.
 */
int plan_campaign(const struct plan_campaign *asked, struct error *error);

#endif
