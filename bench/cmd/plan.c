// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/command.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan/config.h"
#include "plan/plan.h"

static int plan(int argc, char **argv, struct error *error)
{
	static const struct option longs[] = {
		{ "seed", required_argument, NULL, 's' },
		{ "clock", required_argument, NULL, 'c' },
		{ "nodes", required_argument, NULL, 'n' },
		{ "counters", no_argument, NULL, 'C' },
		{ "json", no_argument, NULL, 'j' },
		COMMAND_OPTION_HELP
	};
	enum plan_clock clock = PLAN_CLOCK_HOST;
	struct config *config = NULL;
	struct plan *made = NULL;
	bool as_json = false, seed_given = false, counters = false;
	uint64_t seed = 0, nodes = 0;
	char *text;
	int option, result;

	command_options_begin();
	while ((option = command_option(&command_plan, argc, argv, "", longs, error)) >= 0) {
		switch (option) {
		case 's':
			result = command_number("--seed", optarg, 0, INT64_MAX, &seed, error);
			if (result)
				return result;
			seed_given = true;
			break;
		case 'c':
			if (!strcmp(optarg, "virtual"))
				clock = PLAN_CLOCK_VIRTUAL;
			else if (strcmp(optarg, "host"))
				return command_usage(&command_plan, error,
						     "--clock %s: host or virtual", optarg);
			break;
		case 'n':
			result = command_number("--nodes", optarg, 1, CONFIG_NODES_MAX, &nodes,
						error);
			if (result)
				return result;
			break;
		case 'C':
			counters = true;
			break;
		case 'j':
			as_json = true;
			break;
		}
	}
	if (option != -1)
		return option == -ECANCELED ? 0 : option;
	if (optind + 1 != argc)
		return command_usage(&command_plan, error, "give one configuration");
	result = config_load(argv[optind], (uint32_t)nodes, &config, error);
	if (!result) {
		config->counters = counters;
		result = plan_make(config, seed_given ? seed : config->seed, clock, &made, error);
	}
	if (!result && as_json) {
		text = plan_to_json(made, NULL);
		if (text)
			puts(text);
		else
			result = error_set(error, ENOMEM, "out of memory");
		free(text);
	} else if (!result) {
		result = plan_print(made, stdout);
	}
	plan_free(made);
	config_free(config);
	return result;
}

const struct command command_plan = {
	.name = "plan",
	.arguments = "[OPTION]... CONFIG",
	.help = "print what a configuration will run, in order, without running it",
	.options = "      --seed N         instead of the configuration's\n"
		   "      --clock CLOCK    host (default) or virtual\n"
		   "      --nodes N        of the machine it is for, which layout matrix asks;\n"
		   "                       default: those of [vm]\n"
		   "      --counters       with the pass that 'hmmbench run --counters' adds\n"
		   "      --json           print the plan as the agent gets it\n",
	.run = plan,
};
