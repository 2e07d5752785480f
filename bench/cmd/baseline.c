// SPDX-License-Identifier: GPL-2.0-or-later
/* hmmbench baseline: named sets of runs that never change, to compare with. */
#include "config.h"

#include "cmd/command.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "cmd/baseline_show.h"
#include "store/baseline_check.h"
#include "store/baseline_file.h"
#include "store/pick.h"
#include "store/store_baseline.h"

struct baseline_options {
	const char *store, *note, *name;
	bool json;
	char **arguments;	/* behind the word that says what to do */
};

static void say_baseline(const struct store_baseline *baseline)
{
	printf("%s: %zu run%s\n", baseline->name, baseline->run_count,
	       baseline->run_count == 1 ? "" : "s");
}

static int set(struct store *store, const struct baseline_options *options, struct error *error)
{
	struct store_baseline baseline = {
		.name = options->arguments[0], .program = (char *)PACKAGE_VERSION,
		.note = (char *)(options->note ? options->note : ""),
	};
	struct pick pick = { 0 };
	int result = store_baseline_check_name(baseline.name, error);

	if (!result)
		result = pick_set(store, options->arguments[1], NULL, 0, &pick, error);
	if (!result)
		result = baseline_check(store, pick.runs, pick.count, error);
	baseline.runs = pick.runs;
	baseline.run_count = pick.count;
	if (!result)
		result = store_baseline_set(store, &baseline, NULL, error);
	if (!result && pick.note[0])
		fprintf(stderr, "%s\n", pick.note);
	if (!result)
		say_baseline(&baseline);
	pick_free(&pick);
	return result;
}

static int list(struct store *store, const struct baseline_options *options, struct error *error)
{
	return baseline_list(store, options->json, error);
}

static int show(struct store *store, const struct baseline_options *options, struct error *error)
{
	return baseline_show(store, options->arguments[0], options->json, error);
}

static int export(struct store *store, const struct baseline_options *options, struct error *error)
{
	return baseline_file_write(store, options->arguments[0], options->arguments[1], error);
}

static int import(struct store *store, const struct baseline_options *options, struct error *error)
{
	struct store_baseline taken = { 0 };
	int result = options->name ? store_baseline_check_name(options->name, error) : 0;

	if (!result)
		result = baseline_file_read(store, options->arguments[0], options->name, &taken,
					    error);
	if (!result)
		say_baseline(&taken);
	store_baseline_free(&taken);
	return result;
}

/* What can be done, how many arguments it takes, and which options. */
static const struct {
	const char *word;
	int arguments;
	const char *options;
	enum store_mode mode;
	int (*run)(struct store *store, const struct baseline_options *options,
		   struct error *error);
} actions[] = {
	{ "set", 2, "n", STORE_WRITE, set },
	{ "list", 0, "j", STORE_READ, list },
	{ "show", 1, "j", STORE_READ, show },
	{ "export", 2, "", STORE_READ, export },
	{ "import", 1, "N", STORE_WRITE, import },
};

static int baseline(int argc, char **argv, struct error *error)
{
	static const struct option longs[] = {
		{ "note", required_argument, NULL, 'n' },
		{ "name", required_argument, NULL, 'N' },
		{ "json", no_argument, NULL, 'j' },
		{ "store", required_argument, NULL, 'S' },
		COMMAND_OPTION_HELP
	};
	struct baseline_options options = { 0 };
	struct store *store = NULL;
	char given[8] = "";
	int option, result;

	command_options_begin();
	while ((option = command_option(&command_baseline, argc, argv, "", longs, error)) >= 0) {
		if (option == 'S')
			options.store = optarg;
		else if (option == 'j')
			options.json = true;
		else
			*(option == 'n' ? &options.note : &options.name) = optarg;
		if (option != 'S' && !strchr(given, option))
			given[strlen(given)] = (char)option;
	}
	if (option != -1)
		return option == -ECANCELED ? 0 : option;
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]) && optind < argc; i++) {
		if (strcmp(argv[optind], actions[i].word) ||
		    argc - optind - 1 != actions[i].arguments ||
		    strspn(given, actions[i].options) != strlen(given))
			continue;
		options.arguments = argv + optind + 1;
		result = command_open_store(options.store, actions[i].mode, &store, error);
		if (!result)
			result = actions[i].run(store, &options, error);
		store_close(store);
		return result;
	}
	return command_usage(&command_baseline, error,
			     "give 'set NAME RUNS', 'list', 'show NAME', 'export NAME FILE' or "
			     "'import FILE', with the options of that");
}

const struct command command_baseline = {
	.name = "baseline",
	.arguments = "set [--note TEXT] NAME RUNS\nlist [--json]\nshow [--json] NAME\n"
		     "export NAME FILE\nimport [--name NAME] FILE",
	.help = "named sets of runs that never change, to compare with",
	.options = "  RUNS is a set of runs, as for compare: 3,5-8, kernel=NAME, label=TEXT, campaign=N.\n"
		   "  They are boots of one kernel build that differ in nothing else. What a baseline\n"
		   "  holds can be neither changed nor deleted, and neither can the baseline.\n\n"
		   "      --note TEXT      why it was set (set)\n"
		   "      --name NAME      instead of the file's own (import)\n"
		   "      --json           print JSON (list, show)\n"
		   "      --store FILE     instead of the usual store\n",
	.run = baseline,
};
