// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/command.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "cmd/campaign_json.h"
#include "cmd/look.h"
#include "cmd/run_json.h"
#include "common/exit_status.h"
#include "report/clean.h"
#include "report/text_table.h"
#include "store/store_campaign.h"

struct listing {
	json_t *json;			/* an array, or NULL for the table */
	struct text_table *table;
	size_t count;
	pid_t running;			/* the process that runs a campaign, or 0 */
};

static const struct text_column run_columns[] = {
	{ "run", ALIGN_RIGHT, 0, false },	{ "started", ALIGN_LEFT, 3, false },
	{ "plan", ALIGN_LEFT, 0, false },	{ "on", ALIGN_LEFT, 4, false },
	{ "kernel", ALIGN_LEFT, 0, false },	{ "campaign", ALIGN_RIGHT, 5, false },
	{ "blocks", ALIGN_RIGHT, 6, false },	{ "samples", ALIGN_RIGHT, 2, false },
	{ "end", ALIGN_LEFT, 0, false },	{ "label", ALIGN_LEFT, 1, false },
};

static const struct text_column campaign_columns[] = {
	{ "campaign", ALIGN_RIGHT, 0, false },	{ "started", ALIGN_LEFT, 2, false },
	{ "plan", ALIGN_LEFT, 0, false },	{ "on", ALIGN_LEFT, 3, false },
	{ "boots", ALIGN_RIGHT, 0, false },	{ "kernels", ALIGN_LEFT, 0, false },
	{ "end", ALIGN_LEFT, 0, false },	{ "label", ALIGN_LEFT, 1, false },
};

static void put_number(struct text_table *table, int64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)number);
	text_table_cell(table, text);
}

static int list_run(const struct store_run *run, void *context)
{
	struct listing *listing = context;
	struct text_table *table = listing->table;
	char campaign[40] = "-";

	listing->count++;
	if (listing->json)
		return json_array_append_new(listing->json, run_json(run, false)) ? -ENOMEM : 0;
	if (run->campaign)
		snprintf(campaign, sizeof(campaign), "%lld.%u", (long long)run->campaign, run->boot);
	put_number(table, run->id);
	text_table_data(table, run->started);
	text_table_data(table, run->plan_name);
	text_table_data(table, run->lab);
	text_table_data(table, run->kernel);
	text_table_data(table, campaign);
	put_number(table, run->blocks);
	put_number(table, run->rows);
	text_table_data(table, run->status < 0 ? "killed or still running" : exit_status_text(run->status));
	text_table_data(table, run->label);
	return 0;
}

static void put_kernels(struct text_table *table, const struct store_campaign *campaign)
{
	char text[1024];
	size_t used = 0;

	text[0] = '\0';
	for (uint32_t arm = 0; arm < campaign->arm_count && used < sizeof(text); arm++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s", arm ? ", " : "",
					 campaign->arms[arm].kernel);
	text_table_data(table, text);
}

static int list_campaign(const struct store_campaign *campaign, void *context)
{
	struct listing *listing = context;
	struct text_table *table = listing->table;
	char state[200], boots[40];

	listing->count++;
	if (listing->json)
		return json_array_append_new(listing->json, campaign_json(campaign)) ? -ENOMEM : 0;
	campaign_state(campaign, listing->running, state, sizeof(state));
	snprintf(boots, sizeof(boots), "%u/%u", campaign->whole, campaign->boot_count);
	put_number(table, campaign->id);
	text_table_data(table, campaign->started);
	text_table_data(table, campaign->plan_name);
	text_table_data(table, campaign->lab);
	text_table_data(table, boots);
	put_kernels(table, campaign);
	text_table_data(table, state);
	text_table_data(table, campaign->label);
	return 0;
}

static int list_all(struct store *store, bool campaigns, struct listing *listing,
		    struct error *error)
{
	const struct text_column *columns = campaigns ? campaign_columns : run_columns;
	const size_t count = campaigns ? sizeof(campaign_columns) / sizeof(campaign_columns[0]) :
					 sizeof(run_columns) / sizeof(run_columns[0]);

	if (!listing->json)
		listing->table = text_table_new(columns, count);
	listing->running = store_campaign_process(store);
	return campaigns ? store_campaigns_each(store, list_campaign, listing, error) :
			   store_runs_each(store, list_run, listing, error);
}

static int print_table(struct listing *listing, bool campaigns, struct error *error)
{
	const struct report_options look = command_look();
	const struct text_style style = text_style_of(&look);
	int result;

	if (!listing->count) {
		puts(campaigns ? "no campaigns in the store yet; 'hmmbench run CONFIG --kernel A "
				 "--kernel B' makes one" :
				 "no runs in the store yet; 'hmmbench run CONFIG' makes one");
		return 0;
	}
	result = text_table_print_fitted(listing->table, &style, stdout);
	listing->table = NULL;
	return result ? error_out_of_memory(error) : 0;
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
		result = list_all(store, campaigns, &listing, error);
	}
	if (!result && listing.json) {
		json_dumpf(listing.json, stdout, JSON_INDENT(2));
		putchar('\n');
	} else if (!result) {
		result = print_table(&listing, campaigns, error);
	}
	text_table_free(listing.table);
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
