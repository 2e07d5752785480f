// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/campaign_compare.h"

#include <stdio.h>

#include "cmd/command.h"
#include "common/exit_status.h"

static int more_serious(int one, int other)
{
	if (one == STATUS_REGRESSION || other == STATUS_REGRESSION)
		return STATUS_REGRESSION;
	return one > other ? one : other;
}

int campaign_compare(const struct store_campaign *campaign, const char *store_path,
		     struct error *error)
{
	char name[] = "compare", option[] = "--store", base[40], candidate[40];
	int worst = 0;

	snprintf(base, sizeof(base), "campaign=%lld,arm=0", (long long)campaign->id);
	for (uint32_t arm = 1; arm < campaign->arm_count; arm++) {
		char *argv[] = { name, option, (char *)store_path, base, candidate, NULL };
		int status;

		snprintf(candidate, sizeof(candidate), "campaign=%lld,arm=%u",
			 (long long)campaign->id, arm);
		status = command_compare.run(5, argv, error);
		if (status < 0)
			return status;
		worst = more_serious(worst, status);
	}
	return worst;
}
