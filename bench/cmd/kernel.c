// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/command.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "cmd/look.h"
#include "lab/kernel.h"
#include "report/text_table.h"

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

static const struct text_column columns[] = {
	{ "NAME", ALIGN_LEFT, 0, false },
	{ "RELEASE", ALIGN_LEFT, 1, false },
	{ "STATE", ALIGN_LEFT, 0, false },
};

static int print_table(json_t *list)
{
	const struct report_options look = command_look();
	const struct text_style style = text_style_of(&look);
	struct text_table *table =
		text_table_new(columns, sizeof(columns) / sizeof(columns[0]));
	const char *release;
	json_t *line;
	size_t i;
	int result;

	json_array_foreach(list, i, line) {
		release = json_string_value(json_object_get(line, "release"));
		text_table_data(table, json_string_value(json_object_get(line, "name")));
		text_table_data(table, release ? release : "-");
		text_table_cell(table, json_string_value(json_object_get(line, "state")));
	}
	result = text_table_print_fitted(table, &style, stdout);
	puts("A build tree is named by its path.");
	return result;
}

static int list(bool as_json, struct error *error)
{
	json_t *kernels;
	int result = kernel_list(&kernels, error);

	if (result)
		return result;
	if (as_json ? json_dumpf(kernels, stdout, JSON_INDENT(2)) : print_table(kernels))
		result = error_out_of_memory(error);
	if (as_json)
		putchar('\n');
	json_decref(kernels);
	return result;
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
		return list(json, error);
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
