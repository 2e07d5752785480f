// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/campaign_confirm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/suspicions.h"
#include "common/exit_status.h"
#include "store/confirmation.h"

static int end(struct store *store, int64_t first, const char *outcome, struct error *error)
{
	fprintf(stderr, "campaign %lld: %s\n", (long long)first, outcome);
	return confirmation_end(store, first, outcome, error);
}

/* The first alone: quiet, or a second set is asked. */
static int judge_first(struct store *store, int64_t campaign, bool *again, struct error *error)
{
	struct campaign_quantiles first;
	struct suspicions found;
	int ret = campaign_quantiles_load(store, campaign, &first, error);

	if (ret)
		return ret;
	suspicions_find(&first, NULL, &found);
	campaign_quantiles_free(&first);
	if (!found.raised)
		return end(store, campaign, "no suspicion: nothing is to be confirmed", error);
	fprintf(stderr, "campaign %lld: suspicion in %zu judged quantile%s, a second set of boots is asked: "
		"%s\n", (long long)campaign, found.raised, found.raised == 1 ? "" : "s", found.text);
	*again = true;
	return 0;
}

static int judge_both(struct store *store, const struct confirmation *confirmation,
		      struct error *error)
{
	struct campaign_quantiles first = { 0 }, second = { 0 };
	struct suspicions found;
	char outcome[600];
	int ret = campaign_quantiles_load(store, confirmation->first, &first, error);

	if (!ret)
		ret = campaign_quantiles_load(store, confirmation->second, &second, error);
	if (!ret) {
		suspicions_find(&first, &second, &found);
		if (found.alarms)
			snprintf(outcome, sizeof(outcome), "ALARM: campaign %lld by itself bears out %zu of %zu "
				 "suspicions: %s", (long long)confirmation->second, found.alarms,
				 found.raised, found.text);
		else
			snprintf(outcome, sizeof(outcome), "no alarm: campaign %lld by itself bears out none of "
				 "%zu suspicions", (long long)confirmation->second, found.raised);
		ret = end(store, confirmation->first, outcome, error);
	}
	campaign_quantiles_free(&first);
	campaign_quantiles_free(&second);
	return ret ? ret : found.slower ? STATUS_REGRESSION : STATUS_OK;
}

int campaign_confirm(struct store *store, int64_t campaign, bool *again, struct error *error)
{
	struct confirmation confirmation;
	int ret = confirmation_get(store, campaign, &confirmation, error);

	*again = false;
	if (ret || !confirmation.first)
		return ret;
	if (campaign == confirmation.second)
		return judge_both(store, &confirmation, error);
	/* One that goes on to boots that were missing has had its second set before. */
	return confirmation.second ? 0 : judge_first(store, campaign, again, error);
}

int campaign_renew(struct store_campaign *record, uint32_t budget_s, struct error *error)
{
	char *label;

	if (asprintf(&label, "%s%sconfirmation of campaign %lld", record->label,
		     record->label[0] ? ", " : "", (long long)record->id) < 0)
		return error_out_of_memory(error);
	free(record->label);
	record->label = label;
	record->seed = campaign_boot(record->arm_count, record->seed, record->boot_count + 1).seed;
	/* The limit that its looks go by, which one that ended before and was resumed has lost. */
	if (record->boots_at_most)
		record->boots = record->boots_at_most;
	record->boot_count = record->arm_count * record->boots;
	/* The first one's has the time in it that it had spent when it was given another. */
	if (budget_s)
		record->budget_s = budget_s;
	return 0;
}
