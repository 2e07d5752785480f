// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/options.h"

#include <string.h>

int option_clock(const struct command *command, const char *text, enum plan_clock *clock,
		 struct error *error)
{
	if (!strcmp(text, "virtual"))
		*clock = PLAN_CLOCK_VIRTUAL;
	else if (!strcmp(text, "host"))
		*clock = PLAN_CLOCK_HOST;
	else
		return command_usage(command, error, "--clock %s: host or virtual", text);
	return 0;
}

int option_progress(const struct command *command, const char *text, enum progress_mode *mode,
		    struct error *error)
{
	if (progress_mode_parse(text, mode))
		return command_usage(command, error, "--progress %s: auto, line, plain or none",
				     text);
	return 0;
}

int option_of_request(struct campaign_request *request, int option, struct error *error)
{
	uint64_t number;
	int result;

	switch (option) {
	case 't':
		result = command_number("--retries", optarg, 0, CAMPAIGN_RETRIES_MAX, &number,
					error);
		if (!result)
			request->retries = (uint32_t)number;
		return result;
	case 's':
		request->seed_given = true;
		return command_number("--seed", optarg, 0, INT64_MAX, &request->seed, error);
	case 'l':
		request->label = optarg;
		return 0;
	}
	return 1;
}

int option_of_means(const struct command *command, struct campaign_means *means, int option,
		    struct error *error)
{
	switch (option) {
	case 'S':
		means->store = optarg;
		return 0;
	case 'n':
		means->fetch = false;
		return 0;
	case 'w':
		means->way = optarg;
		return 0;
	case 'f':
		means->force = true;
		return 0;
	case 'p':
		return option_progress(command, optarg, &means->progress, error);
	}
	return 1;
}

int option_check_means(const struct command *command, const struct campaign_means *means,
		       const struct lab *lab, struct error *error)
{
	if ((means->way || means->force) && !lab->restart)
		return command_usage(command, error, "--way and --force belong to --on reboot");
	return 0;
}
