// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/command.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lab/kernel.h"

static int fetch(const char *name, bool refresh, struct error *error)
{
	struct kernel *kernel = NULL;
	int result = refresh ? kernel_refresh(name, &kernel, error) :
			       kernel_resolve(name, true, &kernel, error);

	if (result)
		return result;
	printf("%s: %s, image %s, headers %s\n", kernel->name, kernel->release,
	       kernel->image ? kernel->image : "none", kernel->headers ? kernel->headers : "none");
	kernel_free(kernel);
	return 0;
}

static int kernel(int argc, char **argv, struct error *error)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "refresh", no_argument, NULL, 'r' },
		COMMAND_OPTION_HELP
	};
	bool json = false, refresh = false;
	int option, arguments;

	command_options_begin();
	while ((option = command_option(&command_kernel, argc, argv, "", longs, error)) >= 0)
		*(option == 'r' ? &refresh : &json) = true;
	if (option != -1)
		return option == -ECANCELED ? 0 : option;
	arguments = argc - optind;
	if (arguments == 1 && !strcmp(argv[optind], "list") && !refresh)
		return kernel_list(stdout, json, error);
	if (arguments == 2 && !strcmp(argv[optind], "fetch") && !json)
		return fetch(argv[optind + 1], refresh, error);
	return command_usage(&command_kernel, error, "give 'list' or 'fetch NAME'");
}

const struct command command_kernel = {
	.name = "kernel",
	.arguments = "list [--json]\nfetch [--refresh] NAME",
	.help = "list the kernels there are, or fetch one into the cache",
	.options = "  NAME is debian:VERSION, as in debian:6.1, debian:6.12-cloud or debian:6.12-rt.\n\n"
		   "      --json           print JSON (list)\n"
		   "      --refresh        ask the mirror also for what is in the cache (fetch)\n",
	.run = kernel,
};
