// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/command.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

#include "cmd/cross_check.h"
#include "cmd/doctor_checks.h"
#include "cmd/interrupt.h"
#include "cmd/look.h"
#include "cmd/options.h"
#include "common/exit_status.h"
#include "machine/check.h"

#define HWLAT_MAX_S 3600

/* What belongs to --cross-check alone; `*given`: the last of it that was there. */
static int cross_check_option(int option, struct cross_check_options *options, const char **given,
			      struct error *error)
{
	switch (option) {
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
		return option_clock(&command_doctor, optarg, &options->clock, error);
	case 'p':
		*given = "--progress";
		return option_progress(&command_doctor, optarg, &options->progress, error);
	}
	return 0;
}

static int checks(const struct cross_check_options *options, unsigned int hwlat_s,
		  struct error *error)
{
	const unsigned int lab = check_lab_named(options->lab);
	const struct report_options look = command_look();
	struct machine machine = machine_here();
	int result;

	if (!lab)
		return command_usage(&command_doctor, error, "--on %s: vm, local or reboot",
				     options->lab);
	machine.hwlat_s = hwlat_s;
	machine.interrupted = &interrupted;
	if (hwlat_s)
		interrupt_catch();
	result = doctor_checks(stdout, &machine, lab, options->json, &look);
	return interrupted && result >= 0 ? STATUS_INTERRUPTED : result;
}

static int doctor(int argc, char **argv, struct error *error)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "hwlat", required_argument, NULL, 'H' },
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
	uint64_t hwlat_s = 0;
	int option, result;

	command_options_begin();
	while ((option = command_option(&command_doctor, argc, argv, "", longs, error)) >= 0) {
		cross_check |= option == 'x';
		options.json |= option == 'j';
		if (option == 'o')
			options.lab = optarg;
		if (option == 'H')
			result = command_number("doctor --hwlat", optarg, 1, HWLAT_MAX_S, &hwlat_s,
						error);
		else
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
	if (hwlat_s && cross_check)
		return command_usage(&command_doctor, error, "--hwlat is not for --cross-check");
	return cross_check ? cross_check_command(&options, error) :
			     checks(&options, (unsigned int)hwlat_s, error);
}

const struct command command_doctor = {
	.name = "doctor",
	.arguments = "[OPTION]...",
	.help = "name what makes nights noisy or impossible here, and what mends it",
	.options = "      --on LAB         vm (default), local or reboot: the exit status is for that lab\n"
		   "      --hwlat SECONDS  also look for gaps of the hardware, with the kernel's tracer\n"
		   "      --json           print JSON\n\n"
		   "      --cross-check    instead: measure the release callback with the kernel's own\n"
		   "                       tracer as well, and say whether the medians agree, --on vm\n"
		   "                       or local; with it:\n"
		   "      --kernel NAME    debian:6.1 (default on vm), a build tree, an installed\n"
		   "                       release, or running (default on local)\n"
		   "      --no-fetch       use the kernel from the cache or fail\n"
		   "      --clock CLOCK    host (default) or virtual: guest instructions\n"
		   "      --progress HOW   auto, line, plain or none\n",
	.run = doctor,
};
