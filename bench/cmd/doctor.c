// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/command.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

#include "lab/doctor.h"

static int doctor(int argc, char **argv, struct error *error)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, 'j' },
		COMMAND_OPTION_HELP
	};
	bool json = false;
	int option;

	command_options_begin();
	while ((option = command_option(&command_doctor, argc, argv, "", longs, error)) >= 0)
		json = true;
	if (option != -1)
		return option == -ECANCELED ? 0 : option;
	if (optind != argc)
		return command_usage(&command_doctor, error, "unexpected '%s'", argv[optind]);
	return doctor_run(stdout, json);
}

const struct command command_doctor = {
	.name = "doctor",
	.arguments = "[OPTION]...",
	.help = "name what is missing here and the command that mends it",
	.options = "      --json           print JSON\n",
	.run = doctor,
};
