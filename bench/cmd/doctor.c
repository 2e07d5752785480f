// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/command.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cmd/cross_check.h"
#include "lab/doctor.h"

/* What belongs to --cross-check alone; `*given`: the last of it that was there. */
static int cross_check_option(int option, struct cross_check_options *options, const char **given,
			      struct error *error)
{
	switch (option) {
	case 'o':
		options->lab = optarg;
		*given = "--on";
		break;
	case 'k':
		options->kernel = optarg;
		*given = "--kernel";
		break;
	case 'n':
		options->fetch = false;
		*given = "--no-fetch";
		break;
	case 'c':
		*given = "--clock";
		if (!strcmp(optarg, "virtual"))
			options->clock = PLAN_CLOCK_VIRTUAL;
		else if (strcmp(optarg, "host"))
			return command_usage(&command_doctor, error, "--clock %s: host or virtual",
					     optarg);
		break;
	case 'p':
		*given = "--progress";
		if (progress_mode_parse(optarg, &options->progress))
			return command_usage(&command_doctor, error,
					     "--progress %s: auto, line, plain or none", optarg);
		break;
	}
	return 0;
}

static int doctor(int argc, char **argv, struct error *error)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "cross-check", no_argument, NULL, 'x' },
		{ "on", required_argument, NULL, 'o' },
		{ "kernel", required_argument, NULL, 'k' },
		{ "no-fetch", no_argument, NULL, 'n' },
		{ "clock", required_argument, NULL, 'c' },
		{ "progress", required_argument, NULL, 'p' },
		COMMAND_OPTION_HELP
	};
	struct cross_check_options options = { .lab = "vm", .fetch = true };
	const char *given = NULL;
	bool cross_check = false;
	int option, result;

	command_options_begin();
	while ((option = command_option(&command_doctor, argc, argv, "", longs, error)) >= 0) {
		cross_check |= option == 'x';
		options.json |= option == 'j';
		result = cross_check_option(option, &options, &given, error);
		if (result)
			return result;
	}
	if (option != -1)
		return option == -ECANCELED ? 0 : option;
	if (optind != argc)
		return command_usage(&command_doctor, error, "unexpected '%s'", argv[optind]);
	if (given && !cross_check)
		return command_usage(&command_doctor, error, "%s is for --cross-check", given);
	return cross_check ? cross_check_command(&options, error) :
			     doctor_run(stdout, options.json);
}

const struct command command_doctor = {
	.name = "doctor",
	.arguments = "[OPTION]...",
	.help = "name what is missing here and the command that mends it",
	.options = "      --json           print JSON\n\n"
		   "      --cross-check    instead: measure the release callback with the kernel's own\n"
		   "                       tracer as well, and say whether the medians agree; with it:\n"
		   "      --on LAB         vm (default) or local: this machine's running kernel, as root\n"
		   "      --kernel NAME    debian:6.1 (default on vm), a build tree, an installed\n"
		   "                       release, or running (default on local)\n"
		   "      --no-fetch       use the kernel from the cache or fail\n"
		   "      --clock CLOCK    host (default) or virtual: guest instructions\n"
		   "      --progress HOW   auto, line, plain or none\n",
	.run = doctor,
};
