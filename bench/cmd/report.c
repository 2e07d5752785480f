// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/load.h"
#include "cmd/look.h"
#include "common/paths.h"

/* Renders into a file beside it and renames that: a reader never sees half a report. */
static int write_report(const struct report *report, const struct report_format *format,
			const char *folder, struct error *error)
{
	const struct report_options look = { 0 };
	char *path = path_printf("%s/%s", folder, format->file);
	char *partial = path_printf("%s/%s.new", folder, format->file);
	FILE *file = NULL;
	int result = -ENOMEM;

	if (!path || !partial) {
		error_out_of_memory(error);
		goto out;
	}
	file = fopen(partial, "we");
	if (!file) {
		result = error_set_errno(error, errno, "%s", partial);
		goto out;
	}
	result = format->render(report, &look, file, folder, error);
	if (fclose(file) && !result)
		result = error_set_errno(error, errno, "%s", partial);
	if (!result && rename(partial, path))
		result = error_set_errno(error, errno, "%s", path);
	if (result)
		unlink(partial);
	else
		printf("%s\n", path);
	/* Whole, but without its figures: gnuplot is missing. */
	if (!result && error->text[0])
		fprintf(stderr, "hmmbench: %s\n", error->text);
out:
	free(partial);
	free(path);
	return result;
}

static int report(int argc, char **argv, struct error *error)
{
	static const struct option longs[] = {
		LOAD_OPTIONS,
		{ "replay", required_argument, NULL, 'R' },
		{ "output", required_argument, NULL, 'o' },
		{ "format", required_argument, NULL, 'F' },
		COMMAND_OPTION_HELP
	};
	const struct report_format *format = report_format_find("html");
	struct load_options options = { 0 };
	const char *folder = "hmmbench-report";
	struct loaded loaded = { 0 };
	int option, result;

	command_options_begin();
	while ((option = command_option(&command_report, argc, argv, "o:", longs, error)) >= 0) {
		if (option == 'o')
			folder = optarg;
		result = option == 'F' ? command_format(&command_report, optarg, &format, error) :
					 load_option(&options, option, optarg, error);
		if (result)
			return result;
	}
	if (option != -1)
		return option == -ECANCELED ? 0 : option;
	result = load_names(&options, argc - optind, argv + optind);
	if (result)
		return command_usage(&command_report, error,
				     "give BASE and CANDIDATE, or neither, or --baseline and CANDIDATE");
	result = load_comparison(&options, &loaded, error);
	if (!result)
		result = load_keep_verdict(&loaded, &options, error);
	if (!result)
		result = path_make_shared_folder(folder, error);
	if (!result)
		result = write_report(&loaded.report, format, folder, error);
	if (!result)
		result = loaded.comparison->exit_status;
	load_free(&loaded);
	return result;
}

const struct command command_report = {
	.name = "report",
	.arguments = "[OPTION]... [[BASE] CANDIDATE]",
	.help = "write a report to a file, HTML with figures or another format",
	.options = "  Default: the first two strategies of the run.\n\n"
		   "  -o, --output DIR     where to, default hmmbench-report\n"
		   LOOK_FORMAT_HELP("html")
		   LOAD_OPTIONS_HELP
		   "      --replay ID      of the verdict of that number\n",
	.run = report,
};
