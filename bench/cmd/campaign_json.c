// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/campaign_json.h"

#include <stdio.h>

#include "common/exit_status.h"

/* A number that counts from 1, or null. */
static json_t *number_or_null(int64_t number)
{
	return number ? json_integer((json_int_t)number) : json_null();
}

static json_t *status_or_null(int status)
{
	return status < 0 ? json_null() : json_integer(status);
}

json_t *campaign_json(const struct store_campaign *campaign)
{
	json_t *kernels = json_array();

	for (uint32_t arm = 0; arm < campaign->arm_count; arm++)
		json_array_append_new(kernels,
				      json_pack("{s:s, s:s}", "name", campaign->arms[arm].kernel,
						"identity", campaign->arms[arm].identity));
	return json_pack("{s:I, s:s, s:s, s:s, s:s, s:I, s:i, s:i, s:o, s:s, s:s, s:s, s:o, s:s, "
			 "s:i, s:i, s:b, s:i, s:b}",
			 "id", (json_int_t)campaign->id, "label", campaign->label, "plan",
			 campaign->plan_name, "lab", campaign->lab, "clock",
			 campaign->clock == PLAN_CLOCK_VIRTUAL ? "virtual" : "host", "seed",
			 (json_int_t)campaign->seed, "boots_each", (int)campaign->boots, "retries",
			 (int)campaign->retries, "kernels", kernels, "configuration",
			 campaign->config_path, "started", campaign->started, "ended",
			 campaign->ended, "status", status_or_null(campaign->status), "status_text",
			 campaign->status_text, "boots_all", (int)campaign->boot_count,
			 "boots_whole", (int)campaign->whole, "adaptive", campaign->adaptive,
			 "budget_s", (int)campaign->budget_s, "calibration",
			 (int)campaign->calibration);
}

json_t *campaign_boot_json(const struct store_boot *boot)
{
	return json_pack("{s:i, s:i, s:i, s:I, s:o, s:i, s:o, s:o}", "boot", (int)boot->plan.boot,
			 "pair", (int)boot->plan.pair, "arm", (int)boot->plan.arm, "seed",
			 (json_int_t)boot->plan.seed, "run", number_or_null(boot->run), "attempts",
			 (int)boot->attempts, "last_run", number_or_null(boot->last_run),
			 "last_status", status_or_null(boot->last_run ? boot->last_status : -1));
}

void campaign_state(const struct store_campaign *campaign, pid_t running, char *text, size_t bytes)
{
	if (campaign->status >= 0)
		snprintf(text, bytes, "%s", campaign->status_text);
	else if (running)
		snprintf(text, bytes, "process %d runs a campaign", (int)running);
	else
		snprintf(text, bytes, "interrupted; hmmbench run --resume %lld",
			 (long long)campaign->id);
}
