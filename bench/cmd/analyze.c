// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/command.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/analyze_series.h"
#include "cmd/look.h"
#include "common/exit_status.h"
#include "common/shell_word.h"
#include "elsewhere/arrangement.h"
#include "elsewhere/csv.h"
#include "elsewhere/remarks.h"

#define FALSE_DISCOVERY_RATE  .05
#define THRESHOLD_DEFAULT     .02
#define THRESHOLD_P99_DEFAULT .05
#define PERCENT_MAX	      1000

struct analyze_options {
	struct arrangement_options groups;
	const char *file; /* NULL: standard input */
	const char *name; /* for messages */
	const struct report_format *format;
	bool series;
	const char *not_of_series; /* an option that was given and that a series has no use for */
	double unit_ns, threshold, threshold_p99;
	uint64_t seed;
	char *command;	/* as it was called; owned */
};

static const struct {
	const char *name;
	double ns;
} units[] = { { "ns", 1 }, { "us", 1e3 }, { "ms", 1e6 }, { "s", 1e9 } };

static int take_unit(const char *text, double *unit_ns, struct error *error)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(units[i].name, text))
			continue;
		*unit_ns = units[i].ns;
		return 0;
	}
	return command_usage(&command_analyze, error, "--unit %s: ns, us, ms or s", text);
}

static int take_percent(const char *option, const char *text, double *fraction, struct error *error)
{
	char number[32];
	int decimals, used = snprintf(number, sizeof(number), "%s", text);

	if (used > 1 && used < (int)sizeof(number) && number[used - 1] == '%')
		number[used - 1] = '\0';
	if (used >= (int)sizeof(number) || csv_number(number, fraction, &decimals) ||
	    !(*fraction > 0) || *fraction > PERCENT_MAX)
		return command_usage(&command_analyze, error,
				     "%s %s: a percentage above 0, at most %d", option, text,
				     PERCENT_MAX);
	*fraction /= 100;
	return 0;
}

static int take_option(struct analyze_options *options, int option, const char *argument,
		       struct error *error)
{
	switch (option) {
	case 'b':
		options->groups.base = argument;
		break;
	case 'c':
		options->groups.candidate = argument;
		break;
	case 'B':
		options->groups.between = true;
		break;
	case 'f':
		options->groups.force = true;
		break;
	case 'n':
		options->series = true;
		break;
	case 'u':
		return take_unit(argument, &options->unit_ns, error);
	case 't':
		return take_percent("--threshold", argument, &options->threshold, error);
	case 'T':
		return take_percent("--threshold-p99", argument, &options->threshold_p99, error);
	case 's':
		return command_number("--seed", argument, 0, INT64_MAX, &options->seed, error);
	case 'j':
		options->format = report_format_find("json");
		break;
	case 'F':
		return command_format(&command_analyze, argument, &options->format, error);
	}
	return 0;
}

/* As it was called, for "Again:"; names as a shell takes them. NULL: out of memory. */
static char *make_command(int argc, char **argv)
{
	char *text = NULL;
	size_t bytes;
	FILE *file = open_memstream(&text, &bytes);

	if (!file)
		return NULL;
	fputs("hmmbench", file);
	for (int i = 0; i < argc; i++) {
		fputc(' ', file);
		shell_word_write(file, argv[i]);
	}
	if (!fclose(file))
		return text;
	free(text);
	return NULL;
}

static int analyze_samples(const struct analyze_options *options, FILE *file, struct error *error)
{
	struct report_options look = command_look();
	struct arrangement arrangement = { 0 };
	struct comparison *comparison = NULL;
	struct sample_table table;
	struct remarks remarks = { 0 };
	int result;

	result = sample_table_read(file, options->name, options->unit_ns, &table, error);
	if (!result)
		result = arrangement_make(&table, &options->groups, &arrangement, error);
	if (result)
		goto out;
	arrangement.input.seed = options->seed;
	arrangement.input.threshold = options->threshold;
	arrangement.input.threshold_p99 = options->threshold_p99;
	arrangement.input.false_discovery_rate = FALSE_DISCOVERY_RATE;
	result = comparison_make(&arrangement.input, &comparison, error);
	if (!result && (remarks_make(&arrangement, options->name, &remarks) ||
			remarks_add_unit(&arrangement.input, comparison, options->name, &remarks)))
		result = error_out_of_memory(error);
	if (!result) {
		struct report report = {
			.comparison = comparison,
			.input = &arrangement.input,
			.marks = (const char *const *)remarks.marks,
			.mark_count = remarks.mark_count,
			.notes = (const char *const *)remarks.notes,
			.note_count = remarks.note_count,
			.command = options->command,
		};

		result = options->format->render(&report, &look, stdout, NULL, error);
	}
	if (!result)
		result = comparison->exit_status;
out:
	remarks_free(&remarks);
	comparison_free(comparison);
	arrangement_free(&arrangement);
	sample_table_free(&table);
	return result;
}

static int open_and_analyze(struct analyze_options *options, struct error *error)
{
	struct series_request request = {
		.threshold = options->threshold,
		.command = options->command,
		.json = options->format == report_format_find("json"),
	};
	FILE *file = stdin;
	int result;

	options->name = options->file ? options->file : "standard input";
	request.name = options->name;
	if (options->file) {
		file = fopen(options->file, "re");
		if (!file) {
			error->exit_status = STATUS_USAGE;
			return error_set_errno(error, errno, "%s", options->file);
		}
	}
	result = options->series ? analyze_series(&request, file, error)
				 : analyze_samples(options, file, error);
	if (options->file)
		fclose(file);
	return result;
}

static const char *option_name(const struct option *longs, int value)
{
	while (longs->name && longs->val != value)
		longs++;
	return longs->name;
}

static int take_options(int argc, char **argv, struct analyze_options *options,
			struct error *error)
{
	static const struct option longs[] = { { "base", required_argument, NULL, 'b' },
					       { "candidate", required_argument, NULL, 'c' },
					       { "between", no_argument, NULL, 'B' },
					       { "force", no_argument, NULL, 'f' },
					       { "series", no_argument, NULL, 'n' },
					       { "unit", required_argument, NULL, 'u' },
					       { "threshold", required_argument, NULL, 't' },
					       { "threshold-p99", required_argument, NULL, 'T' },
					       { "seed", required_argument, NULL, 's' },
					       { "json", no_argument, NULL, 'j' },
					       { "format", required_argument, NULL, 'F' },
					       COMMAND_OPTION_HELP };
	int option, result;

	command_options_begin();
	while ((option = command_option(&command_analyze, argc, argv, "", longs, error)) >= 0) {
		if (strchr("bcBfuTs", option))
			options->not_of_series = option_name(longs, option);
		result = take_option(options, option, optarg, error);
		if (result)
			return result;
	}
	if (option != -1)
		return option;
	if (argc - optind > 1)
		return command_usage(&command_analyze, error, "give one file");
	if (options->series && options->not_of_series)
		return command_usage(&command_analyze, error,
				     "--%s is not for --series: a series of nights has no groups, no "
				     "unit, no p99 and nothing random", options->not_of_series);
	if (options->series && options->format != report_format_find("text") &&
	    options->format != report_format_find("json"))
		return command_usage(&command_analyze, error,
				     "a series of nights is printed as text or json");
	if (optind < argc && strcmp(argv[optind], "-"))
		options->file = argv[optind];
	return 0;
}

static int analyze(int argc, char **argv, struct error *error)
{
	struct analyze_options options = {
		.format = report_format_find("text"),
		.unit_ns = 1,
		.seed = 1,
		.threshold = THRESHOLD_DEFAULT,
		.threshold_p99 = THRESHOLD_P99_DEFAULT,
	};
	int result;

	/* Before getopt_long() turns the words round. */
	options.command = make_command(argc, argv);
	if (!options.command)
		return error_out_of_memory(error);
	result = take_options(argc, argv, &options, error);
	if (!result)
		result = open_and_analyze(&options, error);
	free(options.command);
	return result == -ECANCELED ? 0 : result;
}

const struct command command_analyze = {
	.name = "analyze",
	.arguments = "[OPTION]... [FILE]",
	.help = "judge samples that were measured elsewhere, from a CSV file",
	.options =
		"  FILE has a heading and the columns group, boot, cell, value and perhaps block, "
		"in any\n"
		"  order; without FILE or with '-' it is standard input. Where boots hold both "
		"groups\n"
		"  these are compared inside each boot, else between boots. With --series the\n"
		"  columns are night, value and perhaps cell, and changes of level are looked "
		"for.\n\n"
		"      --base NAME      the group to compare with, default the first in the file\n"
		"      --candidate NAME the group to judge, default the other one\n"
		"      --between        compare between boots, though both groups use the same "
		"names\n"
		"                       of boots\n"
		"      --force          judge cells in whose boots one group always came first\n"
		"      --series         one value per night, changes and creep over nights\n"
		"      --unit UNIT      of the values: ns (default), us, ms, s\n"
		"      --threshold PERCENT\n"
		"                       smallest effect of interest of p10 and p50, default 2\n"
		"      --threshold-p99 PERCENT\n"
		"                       of p99, default 5\n"
		"      --seed N         of random permutations, default 1\n"
		"      --json           as --format json\n" LOOK_FORMAT_HELP("text"),
	.run = analyze,
};
