// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/command.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/look.h"
#include "cmd/options.h"
#include "cmd/plan_campaign.h"
#include "plan/config.h"
#include "plan/plan.h"
#include "report/plan_text.h"
#include "report/selection.h"
#include "stats/planner.h"

struct plan_options {
	struct plan_campaign campaign;
	bool of_campaign;		/* one of its options was given */
	const char *of_plan;		/* an option that only a plan can take, where one was given */
	enum plan_clock clock;
	bool as_json, seed_given, counters, detailed;
	uint64_t seed, nodes;
};

static const struct option longs[] = {
	{ "seed", required_argument, NULL, 's' },
	{ "clock", required_argument, NULL, 'c' },
	{ "nodes", required_argument, NULL, 'n' },
	{ "counters", no_argument, NULL, 'C' },
	{ "detailed", no_argument, NULL, 'D' },
	{ "power", required_argument, NULL, 'p' },
	{ "effect", required_argument, NULL, 'e' },
	{ "budget", required_argument, NULL, 'B' },
	{ "quantile", required_argument, NULL, 'q' },
	{ "store", required_argument, NULL, 'S' },
	{ "json", no_argument, NULL, 'j' },
	COMMAND_OPTION_HELP
};

/* Between 0 and 1, both excluded, as 0.9 or with a per cent sign. */
static int take_fraction(const char *option, const char *text, double *value, struct error *error)
{
	char *end;
	double number = strtod(text, &end);

	if (end != text && !strcmp(end, "%"))
		number /= 100;
	else if (end == text || *end)
		number = NAN;
	if (!(number > 0 && number < 1))
		return error_set(error, EINVAL, "%s %s: not a fraction; write 2%% or 0.02, between 0 and 1",
				 option, text);
	*value = number;
	return 0;
}

/* Equal kernels are called different with PLAN_CAMPAIGN_ALPHA: to ask for less asks for nothing. */
static int take_power(const char *text, double *power, struct error *error)
{
	int result = take_fraction("--power", text, power, error);

	if (!result && *power <= PLAN_CAMPAIGN_ALPHA)
		result = error_set(error, EINVAL,
				   "--power %s: equal kernels are called different in %g %% of all cases; "
				   "write more than that, such as 0.9", text, PLAN_CAMPAIGN_ALPHA * 100);
	return result;
}

static int take_quantile(const char *text, enum gated_quantile *quantile, struct error *error)
{
	for (size_t i = 0; i < GATED_COUNT; i++) {
		if (strcmp(text, gated_quantile_name(i)))
			continue;
		*quantile = (enum gated_quantile)i;
		return 0;
	}
	return command_usage(&command_plan, error, "--quantile %s: p10, p50 or p99", text);
}

/* The options of a campaign that is planned; 1: it is none of them. */
static int take_campaign(struct plan_campaign *campaign, int option, struct error *error)
{
	switch (option) {
	case 'p':
		return take_power(optarg, &campaign->power, error);
	case 'e':
		return take_fraction("--effect", optarg, &campaign->effect, error);
	case 'B':
		return command_duration("--budget", optarg, &campaign->budget_s, error);
	case 'q':
		return take_quantile(optarg, &campaign->quantile, error);
	case 'S':
		campaign->store = optarg;
		return 0;
	}
	return 1;
}

static int take_plan(struct plan_options *options, int option, struct error *error)
{
	switch (option) {
	case 's':
		options->of_plan = "seed";
		options->seed_given = true;
		return command_number("--seed", optarg, 0, INT64_MAX, &options->seed, error);
	case 'c':
		options->of_plan = "clock";
		return option_clock(&command_plan, optarg, &options->clock, error);
	case 'n':
		options->of_plan = "nodes";
		return command_number("--nodes", optarg, 1, CONFIG_NODES_MAX, &options->nodes, error);
	case 'C':
		options->of_plan = "counters";
		options->counters = true;
		break;
	case 'D':
		options->of_plan = "detailed";
		options->detailed = true;
		break;
	case 'j':
		options->as_json = true;
		break;
	}
	return 0;
}

static int parse_options(int argc, char **argv, struct plan_options *options, struct error *error)
{
	int option, result;

	command_options_begin();
	while ((option = command_option(&command_plan, argc, argv, "", longs, error)) >= 0) {
		result = take_campaign(&options->campaign, option, error);
		options->of_campaign |= !result;
		if (result == 1)
			result = take_plan(options, option, error);
		if (result)
			return result;
	}
	if (option != -1)
		return option;
	if (!options->of_campaign && optind + 1 != argc)
		return command_usage(&command_plan, error, "give one configuration");
	if (optind + 1 < argc)
		return command_usage(&command_plan, error, "give at most one configuration");
	if (options->of_campaign && options->of_plan)
		return command_usage(&command_plan, error,
				     "--%s belongs to a plan, --power, --effect and --budget ask how long "
				     "a campaign has to be", options->of_plan);
	if (options->campaign.effect > 0 && options->campaign.budget_s)
		return command_usage(&command_plan, error,
				     "--effect asks what a change takes, --budget what a time shows: give "
				     "one of them");
	return 0;
}

/* What a configuration will run. */
static int print_plan(const struct plan_options *options, const char *path, struct error *error)
{
	const struct report_options look = command_look();
	const struct text_style style = text_style_of(&look);
	struct config *config = NULL;
	struct plan *made = NULL;
	char *text;
	int result = config_load(path, (uint32_t)options->nodes, &config, error);

	if (!result) {
		config->counters = options->counters;
		config->detailed |= options->detailed;
		result = plan_make(config, options->seed_given ? options->seed : config->seed,
				   options->clock, &made, error);
	}
	if (!result && options->as_json) {
		text = plan_to_json(made, NULL);
		if (text)
			puts(text);
		else
			result = error_out_of_memory(error);
		free(text);
	} else if (!result) {
		result = plan_text(made, &style, stdout);
		if (result == -ENOMEM)
			error_out_of_memory(error);
	}
	plan_free(made);
	config_free(config);
	return result;
}

/* How long a campaign of a configuration has to be, by what was measured of it. */
static int print_campaign(struct plan_options *options, const char *path, struct error *error)
{
	struct config *config = NULL;
	int result = path ? config_load(path, 0, &config, error) : 0;

	options->campaign.as_json = options->as_json;
	options->campaign.name = config ? config->name : NULL;
	if (!result)
		result = plan_campaign(&options->campaign, error);
	config_free(config);
	return result;
}

static int plan(int argc, char **argv, struct error *error)
{
	struct plan_options options = {
		.campaign = { .quantile = GATED_P50, .power = PLANNER_POWER },
		.clock = PLAN_CLOCK_HOST,
	};
	int result = parse_options(argc, argv, &options, error);

	if (result)
		return result == -ECANCELED ? 0 : result;
	return options.of_campaign ?
		       print_campaign(&options, optind < argc ? argv[optind] : NULL, error) :
		       print_plan(&options, argv[optind], error);
}

const struct command command_plan = {
	.name = "plan",
	.arguments = "[OPTION]... CONFIG\n--effect E [OPTION]... [CONFIG]\n--budget TIME [OPTION]... [CONFIG]",
	.help = "print what a configuration will run, or how long a campaign has to be",
	.options = "      --seed N         instead of the configuration's\n"
		   "      --clock CLOCK    host (default) or virtual\n"
		   "      --nodes N        of the machine it is for, which layout matrix asks;\n"
		   "                       default: those of [vm]\n"
		   "      --counters       with the pass that 'hmmbench run --counters' adds\n"
		   "      --detailed       with the pass that 'hmmbench run --detailed' adds\n"
		   "      --effect E       how many boots, blocks and operations find a change of E, as\n"
		   "                       in 2%; of CONFIG, or of what was measured last\n"
		   "      --budget TIME    what such a time shows, as in 90m or 2h\n"
		   "      --power P        with what probability; default 0.9\n"
		   "      --quantile NAME  p10, p50 (default) or p99\n"
		   "      --store FILE     the measurements, instead of the usual store\n"
		   "      --json           print the plan as the agent gets it, or the campaign\n",
	.run = plan,
};
