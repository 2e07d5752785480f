// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/command.h"

#include <errno.h>
#include <stdio.h>

#include "cmd/load.h"
#include "cmd/look.h"

static int compare(int argc, char **argv, struct error *error)
{
	static const struct option longs[] = {
		LOAD_OPTIONS,
		{ "replay", required_argument, NULL, 'R' },
		{ "json", no_argument, NULL, 'j' },
		{ "format", required_argument, NULL, 'F' },
		COMMAND_OPTION_HELP
	};
	struct load_options options = { 0 };
	const struct report_format *format = report_format_find("text");
	struct report_options look = command_look();
	struct loaded loaded = { 0 };
	int option, result;

	command_options_begin();
	while ((option = command_option(&command_compare, argc, argv, "", longs, error)) >= 0) {
		if (option == 'j')
			format = report_format_find("json");
		result = option == 'F' ? command_format(&command_compare, optarg, &format, error) :
					 load_option(&options, option, optarg, error);
		if (result)
			return result;
	}
	if (option != -1)
		return option == -ECANCELED ? 0 : option;
	result = load_names(&options, argc - optind, argv + optind);
	if (result || (!options.candidate && !options.replay))
		return command_usage(&command_compare, error,
				     "give BASE and CANDIDATE, or --baseline and CANDIDATE, or "
				     "--replay and a verdict");
	result = load_comparison(&options, &loaded, error);
	if (result)
		return result;
	result = load_keep_verdict(&loaded, &options, error);
	if (!result)
		result = format->render(&loaded.report, &look, stdout, NULL, error);
	if (!result)
		result = loaded.comparison->exit_status;
	load_free(&loaded);
	return result;
}

const struct command command_compare = {
	.name = "compare",
	.arguments = "[OPTION]... BASE CANDIDATE\n"
		     "--baseline NAME [OPTION]... [BASE] CANDIDATE\n--replay ID",
	.help = "compare two kernel builds, or two strategies of one boot",
	.options = "  BASE and CANDIDATE are sets of runs, each of one kernel build: run numbers (3,5-8),\n"
		   "  kernel=NAME, label=TEXT, campaign=N (with arm=0 or arm=1 behind a comma), or a word\n"
		   "  that is a kernel or a label. Or they are strategy=NAME, as in\n"
		   "  strategy=write strategy=read, compared inside a boot; strategy=NAME,recording=off\n"
		   "  names the unrecorded blocks of a run whose configuration has 'unrecorded = yes':\n"
		   "  against strategy=NAME they show what recording costs.\n"
		   "  A candidate that takes longer is REGRESSED.\n\n"
		   "      --json           as --format json\n"
		   "      --replay ID      the verdict of that number again, byte for byte\n"
		   LOOK_FORMAT_HELP("text") LOAD_OPTIONS_HELP,
	.run = compare,
};
