// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/looks_of_runs.h"

#include "stats/sequential.h"
#include "store/store_campaign.h"

/* Of the boots up to this one. */
static int looks_of_run(struct store *store, const struct store_run *run, uint32_t *looks,
			struct error *error)
{
	struct store_campaign campaign;
	int ret;

	*looks = 0;
	if (!run->campaign)
		return 0;
	ret = store_campaign_get(store, run->campaign, &campaign, error);
	if (ret)
		return ret;
	if (campaign.adaptive)
		*looks = (uint32_t)sequential_looks(run->pair);
	store_campaign_free(&campaign);
	return 0;
}

int looks_of_runs(struct store *store, const struct store_run *runs, size_t count, uint32_t *looks,
		  bool *mixed, struct error *error)
{
	bool several = false;

	*looks = 0;
	*mixed = false;
	for (size_t i = 0; i < count; i++) {
		uint32_t of_run;
		int ret = looks_of_run(store, &runs[i], &of_run, error);

		if (ret)
			return ret;
		several |= runs[i].campaign != runs[0].campaign;
		if (of_run > *looks)
			*looks = of_run;
	}
	*mixed = several && *looks;
	if (several)
		*looks = 0;
	return 0;
}
