// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hmmbench bisect-step: judges what is checked out, in the words of "git bisect run":
 * 0 good, 1 bad, 125 cannot be tested, 128 and above: stop.
 */
#include "cmd/command.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bisect/options.h"
#include "bisect/tree_build.h"
#include "common/paths.h"
#include "common/spawn.h"

enum { STEP_GOOD = 0, STEP_BAD = 1, STEP_SKIP = 125, STEP_STOP = 128 };

static int commit_label(const char *tree, char label[64], struct error *error)
{
	const char *const argv[] = { "git", "-C", tree, "rev-parse", "--short=12", "HEAD", NULL };
	char *text;
	int result = spawn_output(argv, 256, &text, error);

	if (result)
		return result;
	text[strcspn(text, "\n")] = '\0';
	snprintf(label, 64, "bisect %.40s", text);
	free(text);
	return 0;
}

static int judge(struct bisect_options *options, struct error *error)
{
	static const char *const words[] = { "good", "bad", "like neither end" };
	static const int statuses[] = { STEP_GOOD, STEP_BAD, STEP_SKIP };
	struct lengths good, bad, commit;
	enum measure_likeness likeness;
	char label[64];
	int result = measure_labelled(&options->measure, options->good, &good, error);

	if (!result)
		result = measure_labelled(&options->measure, options->bad, &bad, error);
	if (!result)
		result = measure_ends(&options->measure, &good, &bad, error);
	if (!result)
		result = commit_label(options->measure.tree, label, error);
	if (!result && !options->measure.module)
		result = tree_build_prepare(options->measure.build, options->config, error);
	if (result)
		return result;
	result = measure_commit(&options->measure, label, &commit, error);
	if (result == -ENOEXEC) {
		printf("%s: cannot be tested: %s\n", label, error->text);
		return STEP_SKIP;
	}
	if (result)
		return result;
	likeness = measure_likeness(&good, &bad, &commit);
	printf("%s: %s, %.0f (good %.0f, bad %.0f)\n", label, words[likeness],
	       lengths_median(&commit), lengths_median(&good), lengths_median(&bad));
	return statuses[likeness];
}

static int bisect_step(int argc, char **argv, struct error *error)
{
	static const struct option longs[] = { BISECT_OPTIONS, COMMAND_OPTION_HELP };
	struct bisect_options options;
	char *build = NULL, *config = NULL, *tree = NULL, *folder = NULL;
	int option, result = 0;

	bisect_options_init(&options);
	command_options_begin();
	while ((option = command_option(&command_bisect_step, argc, argv, "", longs, error)) >= 0 &&
	       !result)
		result = bisect_option(&command_bisect_step, &options, option, optarg, error);
	if (option == -ECANCELED || result) {
		free(options.store);
		return result;
	}
	result = option == -1 ? bisect_options_check(&options, error) : option;
	if (result)
		goto out;
	/* A kernel is built where it stands unless another folder is named. */
	tree = realpath(options.measure.tree, NULL);
	folder = path_cache("bisect/step");
	if (!tree || !folder) {
		result = error_set_errno(error, tree ? ENOMEM : errno, "%s", options.measure.tree);
		goto out;
	}
	config = path_printf("%s/.config", tree);
	build = options.measure.build ? strdup(options.measure.build) : strdup(tree);
	if (!config || !build) {
		result = error_out_of_memory(error);
		goto out;
	}
	/* The run that it starts ends by an interrupt, and tells. */
	signal(SIGINT, SIG_IGN);
	options.measure.tree = tree;
	options.measure.folder = folder;
	options.measure.build = build;
	if (!options.config)
		options.config = config;
	result = path_make_folder(folder, error);
	if (!result)
		result = judge(&options, error);
out:
	/* git stops at 128 and above; anything below would be a verdict on the commit. */
	if (result < 0 && result != -ECANCELED)
		error->exit_status = STEP_STOP;
	free(options.store);
	free(build);
	free(config);
	free(tree);
	free(folder);
	return result;
}

const struct command command_bisect_step = {
	.name = "bisect-step",
	.arguments = "[OPTION]... --good LABEL --bad LABEL --cell CELL",
	.help = "judge the commit that is checked out, for 'git bisect run'",
	.options =
		"  Builds, boots and measures what is checked out, and holds it against runs of "
		"the\n"
		"  two ends. Exit status: 0 good, 1 bad, 125 cannot be tested, 128 stop.\n\n"
		"      --good LABEL     label of the runs of the good end\n"
		"      --bad LABEL      label of those of the bad end\n"
		"      --tree DIR       what is checked out; default: here\n" BISECT_OPTIONS_HELP,
	.run = bisect_step,
};
