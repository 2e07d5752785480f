// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/command.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "cmd/run_json.h"
#include "common/exit_status.h"
#include "store/store.h"

struct listing {
	json_t *json;	/* an array, or NULL for the table */
	size_t count;
};

static int list_one(const struct store_run *run, void *context)
{
	struct listing *listing = context;

	listing->count++;
	if (listing->json)
		return json_array_append_new(listing->json, run_json(run, false)) ? -ENOMEM : 0;
	if (listing->count == 1)
		printf("%5s  %-20s  %-12s %-5s %-22s %7s %9s  %s\n", "run", "started", "plan", "on",
		       "kernel", "blocks", "samples", "end");
	printf("%5lld  %-20s  %-12s %-5s %-22s %7lld %9lld  %s%s%s\n", (long long)run->id,
	       run->started, run->plan_name, run->lab, run->kernel, (long long)run->blocks,
	       (long long)run->rows,
	       run->status < 0 ? "killed or still running" : exit_status_text(run->status),
	       run->label[0] ? "  " : "", run->label);
	return 0;
}

static int list(int argc, char **argv, struct error *error)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "store", required_argument, NULL, 'S' },
		COMMAND_OPTION_HELP
	};
	struct listing listing = { 0 };
	struct store *store = NULL;
	const char *given = NULL;
	bool as_json = false;
	int option, result;

	command_options_begin();
	while ((option = command_option(&command_list, argc, argv, "", longs, error)) >= 0) {
		if (option == 'j')
			as_json = true;
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
		result = store_runs_each(store, list_one, &listing, error);
	}
	if (!result && listing.json) {
		json_dumpf(listing.json, stdout, JSON_INDENT(2));
		putchar('\n');
	} else if (!result && !listing.count) {
		puts("no runs in the store yet; 'hmmbench run CONFIG' makes one");
	}
	json_decref(listing.json);
	store_close(store);
	return result;
}

const struct command command_list = {
	.name = "list",
	.arguments = "[OPTION]...",
	.help = "list the runs in the store, newest first",
	.options = "      --json           print JSON\n"
		   "      --store FILE     instead of the usual store\n",
	.run = list,
};
