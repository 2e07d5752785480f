// SPDX-License-Identifier: GPL-2.0-or-later
/* One figure of a report, in the format asked for; without a name, the figures there are. */
#include "cmd/command.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/load.h"
#include "common/exit_status.h"
#include "common/paths.h"
#include "report/clean.h"

struct plot_options {
	struct load_options load;
	const char *name;		/* NULL: list */
	const char *output;		/* NULL: the figure's name, here */
	enum figure_format format;
	bool format_given, json;
};

/* Where a figure goes: FOLDER/STEM and its format's ending. */
struct target {
	char *folder, *stem;
	enum figure_format format;
};

static void target_free(struct target *target)
{
	free(target->folder);
	free(target->stem);
}

/* Letters, digits, '.', '-' and '_': what a script can name without quoting. */
static bool is_plain(const char *stem)
{
	return *stem && strlen(stem) < FIGURE_NAME_BYTES &&
	       strspn(stem, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") ==
		       strlen(stem);
}

/* The format that the file's name ends in; --format, where it is given, must be the same. */
static int format_of_file(const struct plot_options *options, char *stem, struct target *target,
			  struct error *error)
{
	char *ending = strrchr(stem, '.');
	const bool known = ending && !figure_format_lookup(ending + 1, &target->format);

	if (known && options->format_given && target->format != options->format)
		return command_usage(&command_plot, error, "--output %s is no %s", options->output,
				     figure_format_names[options->format]);
	if (known)
		*ending = '\0';
	else if (options->format_given)
		target->format = options->format;
	else
		return command_usage(&command_plot, error,
				     "--output %s: end it in .svg, .png or .pdf, or give --format",
				     options->output);
	if (!is_plain(stem))
		return command_usage(&command_plot, error,
				     "--output %s: its name may have letters, digits, '.', '-' and "
				     "'_', %d at most", options->output, FIGURE_NAME_BYTES - 1);
	return 0;
}

static int target_of(const struct plot_options *options, const char *name, struct target *target,
		     struct error *error)
{
	const char *slash = options->output ? strrchr(options->output, '/') : NULL;

	*target = (struct target){ .format = options->format };
	if (slash == options->output && slash)
		target->folder = strdup("/");
	else
		target->folder = slash ? strndup(options->output,
						 (size_t)(slash - options->output)) :
					 strdup(".");
	target->stem = strdup(!options->output ? name : slash ? slash + 1 : options->output);
	if (!target->folder || !target->stem)
		return error_out_of_memory(error);
	return options->output ? format_of_file(options, target->stem, target, error) : 0;
}

/* The figure of that name, or the only one whose name begins so. */
static int find_figure(const struct plot_options *options, const struct figure *figures,
		       size_t count, const struct figure **found, struct error *error)
{
	size_t matches = 0;

	for (size_t i = 0; i < count; i++) {
		if (strncmp(figures[i].name, options->name, strlen(options->name)))
			continue;
		*found = &figures[i];
		if (!strcmp(figures[i].name, options->name))
			return 0;
		matches++;
	}
	if (matches == 1)
		return 0;
	error->exit_status = STATUS_USAGE;
	if (matches)
		return error_set(error, EINVAL, "plot %s: %zu figures are called so; 'hmmbench plot' "
				 "lists them", options->name, matches);
	return error_set(error, EINVAL, "plot %s: there is no such figure; 'hmmbench plot' lists "
			 "them", options->name);
}

static int draw(const struct plot_options *options, const struct report *report,
		const struct figure *figures, size_t count, struct error *error)
{
	const struct figure *figure = NULL;
	struct target target = { 0 };
	int result = find_figure(options, figures, count, &figure, error);

	if (!result)
		result = target_of(options, figure->name, &target, error);
	if (!result)
		result = figure_make(report, figure, target.folder, target.format, target.stem,
				     error);
	if (!result)
		printf("%s/%s.%s\n", target.folder, target.stem,
		       figure_format_names[target.format]);
	target_free(&target);
	return result;
}

static int list_json(const struct figure *figures, size_t count, struct error *error)
{
	json_t *array = json_array();
	bool failed = !array;

	for (size_t i = 0; i < count; i++) {
		char *caption = clean_text(figures[i].caption, false);

		failed |= json_array_append_new(array, json_pack("{s:s, s:s?}", "name",
								 figures[i].name, "caption",
								 caption)) != 0;
		free(caption);
	}
	if (!failed)
		failed = json_dumpf(array, stdout, JSON_INDENT(2)) != 0;
	json_decref(array);
	putchar('\n');
	return failed ? error_set(error, ENOMEM, "plot: the list cannot be written") : 0;
}

static int list(const struct plot_options *options, const struct figure *figures, size_t count,
		struct error *error)
{
	if (options->json)
		return list_json(figures, count, error);
	for (size_t i = 0; i < count; i++)
		puts(figures[i].name);
	if (!count)
		fputs("hmmbench: there is nothing to draw in this comparison\n", stderr);
	return 0;
}

static int take_option(struct plot_options *options, int option, struct error *error)
{
	switch (option) {
	case 'o':
		options->output = optarg;
		return 0;
	case 'j':
		options->json = true;
		return 0;
	case 'F':
		options->format_given = true;
		if (!figure_format_lookup(optarg, &options->format))
			return 0;
		return command_usage(&command_plot, error,
				     "--format %s: there is none; there are svg, png, pdf", optarg);
	default:
		return load_option(&options->load, option, optarg, error);
	}
}

/* [NAME] [BASE CANDIDATE]; with --baseline [NAME [BASE]] CANDIDATE */
static int take_arguments(struct plot_options *options, int argc, char **argv,
			  struct error *error)
{
	const int names = options->load.baseline && argc < 3 ? argc > 0 : argc / 2 * 2;

	if (argc > 3)
		return command_usage(&command_plot, error, "unexpected '%s'", argv[3]);
	if (argc > names)
		options->name = argv[0];
	if (load_names(&options->load, names, argv + argc - names))
		return command_usage(&command_plot, error, "give BASE and CANDIDATE, or neither");
	if (!options->name && (options->output || options->format_given))
		return command_usage(&command_plot, error, "which figure? give its NAME");
	if (options->name && options->json)
		return command_usage(&command_plot, error, "--json is for the list, without a NAME");
	return 0;
}

static int plot(int argc, char **argv, struct error *error)
{
	static const struct option longs[] = {
		LOAD_OPTIONS,
		{ "output", required_argument, NULL, 'o' },
		{ "format", required_argument, NULL, 'F' },
		{ "json", no_argument, NULL, 'j' },
		COMMAND_OPTION_HELP
	};
	struct plot_options options = { .format = FIGURE_SVG };
	struct loaded loaded = { 0 };
	struct figure *figures = NULL;
	size_t count = 0;
	int option, result;

	command_options_begin();
	while ((option = command_option(&command_plot, argc, argv, "o:", longs, error)) >= 0) {
		result = take_option(&options, option, error);
		if (result)
			return result;
	}
	if (option != -1)
		return option == -ECANCELED ? 0 : option;
	result = take_arguments(&options, argc - optind, argv + optind, error);
	if (!result)
		result = load_comparison(&options.load, &loaded, error);
	if (!result)
		result = figures_list(&loaded.report, &figures, &count, error);
	if (!result)
		result = options.name ? draw(&options, &loaded.report, figures, count, error) :
					list(&options, figures, count, error);
	free(figures);
	load_free(&loaded);
	return result;
}

const struct command command_plot = {
	.name = "plot",
	.arguments = "[OPTION]... [NAME] [BASE CANDIDATE]",
	.help = "draw one figure of a report; without NAME list them",
	.options = "  NAME is a figure's name, or enough of its beginning.\n\n"
		   "  -o, --output FILE    where to, default NAME in the current folder; its script\n"
		   "                       and data (.gp, .dat) go beside it\n"
		   "      --format NAME    svg, png or pdf, default what FILE ends in, or svg\n"
		   "      --json           print the list as JSON\n" LOAD_OPTIONS_HELP,
	.run = plot,
};
