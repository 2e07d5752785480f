// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/command.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "cmd/campaign_json.h"
#include "cmd/run_json.h"
#include "common/exit_status.h"
#include "store/store_campaign.h"

struct listing {
	json_t *json;	/* an array, or NULL for the table */
	size_t count;
	pid_t running;	/* the process that runs a campaign, or 0 */
};

static int list_run(const struct store_run *run, void *context)
{
	struct listing *listing = context;
	char campaign[40] = "-";

	listing->count++;
	if (listing->json)
		return json_array_append_new(listing->json, run_json(run, false)) ? -ENOMEM : 0;
	if (listing->count == 1)
		printf("%5s  %-20s  %-12s %-5s %-22s %8s %7s %9s  %s\n", "run", "started", "plan",
		       "on", "kernel", "campaign", "blocks", "samples", "end");
	if (run->campaign)
		snprintf(campaign, sizeof(campaign), "%lld.%u", (long long)run->campaign, run->boot);
	printf("%5lld  %-20s  %-12s %-5s %-22s %8s %7lld %9lld  %s%s%s\n", (long long)run->id,
	       run->started, run->plan_name, run->lab, run->kernel, campaign,
	       (long long)run->blocks, (long long)run->rows,
	       run->status < 0 ? "killed or still running" : exit_status_text(run->status),
	       run->label[0] ? "  " : "", run->label);
	return 0;
}

static int list_campaign(const struct store_campaign *campaign, void *context)
{
	struct listing *listing = context;
	char state[200];

	listing->count++;
	if (listing->json)
		return json_array_append_new(listing->json, campaign_json(campaign)) ? -ENOMEM : 0;
	if (listing->count == 1)
		printf("%8s  %-20s  %-12s %-5s %9s  %-28s %s\n", "campaign", "started", "plan", "on",
		       "boots", "kernels", "end");
	printf("%8lld  %-20s  %-12s %-5s %4u/%-4u  ", (long long)campaign->id, campaign->started,
	       campaign->plan_name, campaign->lab, campaign->whole, campaign->boot_count);
	campaign_state(campaign, listing->running, state, sizeof(state));
	for (uint32_t arm = 0; arm < campaign->arm_count; arm++)
		printf("%s%s", arm ? ", " : "", campaign->arms[arm].kernel);
	printf("  %s%s%s\n", state, campaign->label[0] ? "  " : "", campaign->label);
	return 0;
}

static int list(int argc, char **argv, struct error *error)
{
	static const struct option longs[] = {
		{ "campaigns", no_argument, NULL, 'c' },
		{ "json", no_argument, NULL, 'j' },
		{ "store", required_argument, NULL, 'S' },
		COMMAND_OPTION_HELP
	};
	struct listing listing = { 0 };
	struct store *store = NULL;
	const char *given = NULL;
	bool as_json = false, campaigns = false;
	int option, result;

	command_options_begin();
	while ((option = command_option(&command_list, argc, argv, "", longs, error)) >= 0) {
		if (option == 'j')
			as_json = true;
		else if (option == 'c')
			campaigns = true;
		else
			given = optarg;
	}
	if (option != -1)
		return option == -ECANCELED ? 0 : option;
	if (optind != argc)
		return command_usage(&command_list, error, "unexpected '%s'", argv[optind]);
	result = command_open_store(given, STORE_READ, &store, error);
	if (!result) {
		listing.json = as_json ? json_array() : NULL;
		listing.running = store_campaign_process(store);
		result = campaigns ? store_campaigns_each(store, list_campaign, &listing, error) :
				     store_runs_each(store, list_run, &listing, error);
	}
	if (!result && listing.json) {
		json_dumpf(listing.json, stdout, JSON_INDENT(2));
		putchar('\n');
	} else if (!result && !listing.count) {
		puts(campaigns ? "no campaigns in the store yet; 'hmmbench run CONFIG --kernel A "
				 "--kernel B' makes one" :
				 "no runs in the store yet; 'hmmbench run CONFIG' makes one");
	}
	json_decref(listing.json);
	store_close(store);
	return result;
}

const struct command command_list = {
	.name = "list",
	.arguments = "[OPTION]...",
	.help = "list the runs in the store, newest first",
	.options = "      --campaigns      the campaigns instead of the runs\n"
		   "      --json           print JSON\n"
		   "      --store FILE     instead of the usual store\n",
	.run = list,
};
