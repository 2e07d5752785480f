// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hmmbench bisect: which commit made a cell longer. It works in a work tree of its own
 * beside the repository, measures both ends, lets "git bisect" choose the steps and
 * bisect-step judge them, and ends with the commit and the evidence. The repository's own
 * checkout is not touched.
 */
#include "cmd/command.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "bisect/options.h"
#include "bisect/tree_build.h"
#include "common/exit_status.h"
#include "common/paths.h"
#include "common/spawn.h"

#define OUTPUT_BYTES_MAX (4u << 20)

struct bisection {
	struct bisect_options options;
	char *repository;	/* the user's */
	char *folder;		/* ours, in the cache */
	char *tree;		/* the work tree in it */
	char *build;		/* a kernel's, in it unless named */
	char *config;		/* of the kernel */
	char good[64], bad[64]; /* the ends' commits, whole */
	char good_label[64], bad_label[64];
};

/* ---- git ---- */

/* The first line of what git says; "" on failure. */
static int git_line(const char *tree, const char *const arguments[], char *line, size_t bytes,
		    struct error *error)
{
	const char *argv[16] = { "git", "-C", tree };
	char *text;
	size_t n = 3;
	int result;

	while (*arguments && n < 15)
		argv[n++] = *arguments++;
	argv[n] = NULL;
	*line = '\0';
	result = spawn_output(argv, OUTPUT_BYTES_MAX, &text, error);
	if (result)
		return result;
	snprintf(line, bytes, "%.*s", (int)strcspn(text, "\n"), text);
	free(text);
	return 0;
}

static int git(const char *tree, const char *const arguments[], struct error *error)
{
	char line[256];

	return git_line(tree, arguments, line, sizeof(line), error);
}

static int commit_of(const char *repository, const char *name, char commit[64], struct error *error)
{
	char *peeled = path_printf("%s^{commit}", name);
	const char *const arguments[] = { "rev-parse", "--verify", "--end-of-options", peeled,
					  NULL };
	int result = peeled ? git_line(repository, arguments, commit, 64, error) : -ENOMEM;

	if (result)
		error_prefix(error, "%s: no commit of %s", name, repository);
	free(peeled);
	return result;
}

/* ---- the work tree ---- */

static int checkout(const struct bisection *bisection, const char *commit, struct error *error)
{
	const char *const arguments[] = {
		"checkout", "--quiet", "--force", "--detach", commit, NULL
	};

	return git(bisection->tree, arguments, error);
}

/* What an earlier bisection that was killed has left there goes first. */
static void remove_tree(const struct bisection *bisection)
{
	const char *const remove[] = { "worktree", "remove", "--force", bisection->tree, NULL };
	const char *const prune[] = { "worktree", "prune", NULL };
	struct error unheard = { 0 };

	git(bisection->repository, remove, &unheard);
	path_remove_tree(bisection->tree, &unheard);
	git(bisection->repository, prune, &unheard);
}

static int make_tree(struct bisection *bisection, struct error *error)
{
	const char *const add[] = { "worktree",	     "add",	     "--quiet", "--detach",
				    bisection->tree, bisection->bad, NULL };
	int result = path_make_folder(bisection->folder, error);

	if (!access(bisection->tree, F_OK))
		remove_tree(bisection);
	return result ? result : git(bisection->repository, add, error);
}

/* The places of this bisection: one folder of the cache for each repository. */
static int make_places(struct bisection *bisection, struct error *error)
{
	struct bisect_options *options = &bisection->options;
	const char *const top[] = { "rev-parse", "--show-toplevel", NULL };
	char line[4096], name[64];
	int result = git_line(options->measure.tree, top, line, sizeof(line), error);

	if (result) {
		error_prefix(error, "--tree %s", options->measure.tree);
		error->exit_status = STATUS_USAGE;
		return result;
	}
	snprintf(name, sizeof(name), "bisect/%08lx",
		 crc32(crc32(0, NULL, 0), (const Bytef *)line, (uInt)strlen(line)));
	bisection->repository = strdup(line);
	bisection->folder = path_cache(name);
	if (bisection->folder) {
		bisection->tree = path_printf("%s/tree", bisection->folder);
		bisection->build = options->measure.build
					   ? strdup(options->measure.build)
					   : path_printf("%s/build", bisection->folder);
	}
	bisection->config = options->config ? strdup(options->config)
					    : path_printf("%s/.config", line);
	if (!bisection->repository || !bisection->tree || !bisection->build || !bisection->config)
		return error_out_of_memory(error);
	options->measure.tree = bisection->tree;
	options->measure.folder = bisection->folder;
	if (!options->measure.module)
		options->measure.build = bisection->build;
	return 0;
}

/* ---- both ends ---- */

static int measure_end(struct bisection *bisection, const char *commit, const char *label,
		       struct lengths *lengths, struct error *error)
{
	int result = checkout(bisection, commit, error);

	if (!result)
		result = measure_commit(&bisection->options.measure, label, lengths, error);
	if (result)
		error_prefix(error, "the end %.12s", commit);
	else
		fprintf(stderr, "%s: %.0f\n", label, lengths_median(lengths));
	return result;
}

static int measure_both(struct bisection *bisection, struct error *error)
{
	struct lengths good, bad;
	int result = 0;

	if (!bisection->options.measure.module)
		result = tree_build_prepare(bisection->build, bisection->config, error);
	if (!result)
		result = measure_end(bisection, bisection->good, bisection->good_label, &good,
				     error);
	if (!result)
		result = measure_end(bisection, bisection->bad, bisection->bad_label, &bad, error);
	if (!result)
		result = measure_ends(&bisection->options.measure, &good, &bad, error);
	if (result == -ERANGE)
		error->exit_status = STATUS_INCONCLUSIVE;
	return result;
}

/* ---- the steps ---- */

static int run_steps(const struct bisection *bisection, struct error *error)
{
	const struct measure *measure = &bisection->options.measure;
	const char *const start[] = { "bisect", "start", bisection->bad, bisection->good, NULL };
	char cell[CELL_NAME_BYTES], boots[16], self[40];
	const char *argv[40] = {
		"git", "-C", bisection->tree, "bisect", "run", self, "bisect-step"
	};
	struct spawn_options spawn = SPAWN_OPTIONS_DEFAULT;
	size_t n = 7;
	int status = 0, result;
	pid_t pid;

	/* This very program judges every step, also where its file is replaced before the last. */
	snprintf(self, sizeof(self), "/proc/%d/exe", (int)getpid());
	cell_name(&measure->cell, cell);
	snprintf(boots, sizeof(boots), "%u", measure->boots);
	const char *const options[] = { "--good",
					bisection->good_label,
					"--bad",
					bisection->bad_label,
					"--cell",
					cell,
					"--strategy",
					strategy_name(measure->strategy),
					"--clock",
					measure->clock == PLAN_CLOCK_VIRTUAL ? "virtual" : "host",
					"--boots",
					boots,
					"--store",
					measure->store,
					measure->module ? "--module" : "--build",
					measure->module ? measure->module : bisection->build,
					measure->module ? "--kernel" : NULL,
					measure->kernel,
					NULL };
	for (size_t i = 0; options[i]; i++)
		argv[n++] = options[i];
	result = git(bisection->tree, start, error);
	if (result)
		return result;
	spawn.directory = bisection->tree;
	spawn.stdout_fd = STDERR_FILENO;
	spawn.stderr_fd = STDERR_FILENO;
	result = spawn_start(argv, &spawn, &pid, error);
	if (!result)
		result = spawn_wait(pid, &status);
	/* That only skipped commits are left is no failure: the log says which. */
	if (!result && status && status != 2)
		result = error_set(error, EIO, "git bisect ended with status %d", status);
	return result;
}

/* ---- the end ---- */

/* "# first bad commit: [SHA] SUBJECT" of the log, or what git could not decide between. */
static int report(const struct bisection *bisection, struct error *error)
{
	static const char first_bad[] = "# first bad commit: ";
	const char *const argv[] = { "git", "-C", bisection->tree, "bisect", "log", NULL };
	char cell[CELL_NAME_BYTES], *log, *line, *rest;
	bool found = false;
	int result = spawn_output(argv, OUTPUT_BYTES_MAX, &log, error);

	if (result)
		return result;
	putchar('\n'); /* git 2.39 leaves its last line open */
	rest = log;
	while ((line = strsep(&rest, "\n"))) {
		if (!strncmp(line, first_bad, strlen(first_bad)))
			found = true;
		if (*line == '#')
			puts(line + 2);
	}
	free(log);
	cell_name(&bisection->options.measure.cell, cell);
	printf("evidence: %s with strategy %s in the runs labelled 'bisect COMMIT' of %s\n", cell,
	       strategy_name(bisection->options.measure.strategy),
	       bisection->options.measure.store);
	if (found)
		return STATUS_REGRESSION;
	error->exit_status = STATUS_INCONCLUSIVE;
	return error_set(error, EAGAIN,
			 "the commits that are left could not be tested; 'git bisect' "
			 "names them above");
}

static int bisect_in_tree(struct bisection *bisection, struct error *error)
{
	const char *const reset[] = { "bisect", "reset", NULL };
	struct error unheard = { 0 };
	int result;

	/* Those it starts end by an interrupt, and it cleans up after them. */
	signal(SIGINT, SIG_IGN);
	result = make_tree(bisection, error);
	if (!result)
		result = measure_both(bisection, error);
	if (!result) {
		result = run_steps(bisection, error);
		if (!result)
			result = report(bisection, error);
		git(bisection->tree, reset, &unheard);
	}
	remove_tree(bisection);
	return result;
}

static int bisect_with(struct bisection *bisection, struct error *error)
{
	int result = bisect_options_check(&bisection->options, error);

	if (!result)
		result = make_places(bisection, error);
	if (!result)
		result = commit_of(bisection->repository, bisection->options.good, bisection->good,
				   error);
	if (!result)
		result = commit_of(bisection->repository, bisection->options.bad, bisection->bad,
				   error);
	if (result) {
		if (!error->exit_status)
			error->exit_status = STATUS_USAGE;
		return result;
	}
	snprintf(bisection->good_label, sizeof(bisection->good_label), "bisect %.12s",
		 bisection->good);
	snprintf(bisection->bad_label, sizeof(bisection->bad_label), "bisect %.12s",
		 bisection->bad);
	return bisect_in_tree(bisection, error);
}

static int bisect(int argc, char **argv, struct error *error)
{
	static const struct option longs[] = { BISECT_OPTIONS, COMMAND_OPTION_HELP };
	struct bisection bisection = { 0 };
	int option, result = 0;

	bisect_options_init(&bisection.options);
	command_options_begin();
	while (!result &&
	       (option = command_option(&command_bisect, argc, argv, "", longs, error)) >= 0)
		result = bisect_option(&command_bisect, &bisection.options, option, optarg,
				       error);
	if (!result && option != -1)
		result = option;
	if (!result && optind != argc)
		result = command_usage(&command_bisect, error, "it takes options only");
	if (!result)
		result = bisect_with(&bisection, error);
	free(bisection.options.store);
	free(bisection.repository);
	free(bisection.folder);
	free(bisection.tree);
	free(bisection.build);
	free(bisection.config);
	return result == -ECANCELED ? 0 : result;
}

const struct command command_bisect = {
	.name = "bisect",
	.arguments = "[OPTION]... --good COMMIT --bad COMMIT --tree DIR --cell CELL",
	.help = "find the commit that made a cell longer",
	.options =
		"  Measures both ends, lets git bisect choose the steps and judges each, in a "
		"work\n"
		"  tree of its own; prints the commit. Exit status 1: found; 2: the ends do not\n"
		"  differ, or commits that cannot be tested hide it.\n\n"
		"      --good COMMIT    where the cell is short\n"
		"      --bad COMMIT     where it is long\n"
		"      --tree DIR       the repository; default: here\n" BISECT_OPTIONS_HELP,
	.run = bisect,
};
