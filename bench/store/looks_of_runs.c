// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/looks_of_runs.h"

#include "stats/sequential.h"
#include "store/store_campaign.h"

/* Of the boots up to this one. */
static int looks_of_run(struct store *store, const struct store_run *run,
			struct looks_of_runs *looks, struct error *error)
{
	struct store_campaign campaign;
	int ret;

	*looks = (struct looks_of_runs){ .planned = SEQUENTIAL_LOOKS };
	if (!run->campaign)
		return 0;
	ret = store_campaign_get(store, run->campaign, &campaign, error);
	if (ret)
		return ret;
	if (campaign.adaptive)
		looks->taken = (uint32_t)sequential_looks(run->pair);
	if (campaign.boots_at_most)
		looks->planned = (uint32_t)sequential_looks(campaign.boots_at_most);
	store_campaign_free(&campaign);
	return 0;
}

int looks_of_runs(struct store *store, const struct store_run *runs, size_t count,
		  struct looks_of_runs *looks, struct error *error)
{
	bool several = false;

	*looks = (struct looks_of_runs){ .planned = SEQUENTIAL_LOOKS };
	for (size_t i = 0; i < count; i++) {
		struct looks_of_runs of_run;
		int ret = looks_of_run(store, &runs[i], &of_run, error);

		if (ret)
			return ret;
		several |= runs[i].campaign != runs[0].campaign;
		if (of_run.taken > looks->taken)
			*looks = of_run;
	}
	looks->mixed = several && looks->taken;
	if (several)
		looks->taken = 0;
	return 0;
}
