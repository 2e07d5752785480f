// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/command.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/tune_print.h"
#include "common/exit_status.h"
#include "machine/tune.h"
#include "machine/tune_command.h"

struct tune_options {
	bool restore, dry_run, json;
	char **command; /* NULL: none */
};

/* ---- options ---- */

static int check_options(const struct tune_options *options, const struct machine *machine,
			 struct error *error)
{
	if (options->restore && (options->dry_run || options->command))
		return command_usage(&command_tune, error,
				     "--restore goes with neither --dry-run nor a command");
	if (options->command && (options->dry_run || options->json))
		return command_usage(&command_tune, error,
				     "--dry-run and --json go without a command");
	if (!machine->root_user && !options->dry_run) {
		error->exit_status = STATUS_USAGE;
		return error_set(error, EPERM,
				 "tune: only root may change the kernel's settings; "
				 "--dry-run tells which");
	}
	return 0;
}

static int parse_options(int argc, char **argv, struct tune_options *options, struct error *error)
{
	static const struct option longs[] = { { "restore", no_argument, NULL, 'r' },
					       { "dry-run", no_argument, NULL, 'n' },
					       { "json", no_argument, NULL, 'j' },
					       COMMAND_OPTION_HELP };
	int option;

	command_options_begin();
	/* '+': the first word that is no option begins the command, which has its own. */
	while ((option = command_option(&command_tune, argc, argv, "+", longs, error)) >= 0) {
		options->restore |= option == 'r';
		options->dry_run |= option == 'n';
		options->json |= option == 'j';
	}
	if (option != -1)
		return option;
	if (optind < argc)
		options->command = argv + optind;
	return 0;
}

/* ---- what stands in the way ---- */

/* One of an earlier start is none: the kernel began with its own values. */
static int refuse_second(const struct machine *machine, struct error *error)
{
	struct tune other;
	int result = tune_state_load(&other, error);

	if (result == -ENOENT)
		return 0;
	if (result)
		return result;
	if (tune_is_of_this_boot(machine, &other)) {
		result = error_set(error, EEXIST,
				   "tune: one is in force since %s, made by process "
				   "%ld%s%.100s; 'hmmbench tune --restore' ends it",
				   other.since, other.process, other.command[0] ? " for " : "",
				   other.command);
	} else {
		fprintf(stderr, "hmmbench: tune: the one of %s ended with an earlier start\n",
			other.since);
		result = tune_state_remove(error);
	}
	tune_free(&other);
	return result;
}

static void name_command(struct tune *tune, char *const *command)
{
	size_t used = 0;

	for (; *command && used < sizeof(tune->command); command++)
		used += (size_t)snprintf(tune->command + used, sizeof(tune->command) - used, "%s%s",
					 used ? " " : "", *command);
}

/* ---- the ways to call it ---- */

static void print(const struct tune_options *options, const struct tune *tune)
{
	if (options->json)
		tune_print_json(stdout, tune);
	else
		tune_print(stdout, tune);
	if (!options->json && !tune->count)
		puts("Nothing is to be changed: all that can be set here is.");
}

static void applied(const struct tune *tune)
{
	tune_print(stderr, tune);
}

static int stay(const struct machine *machine, const struct tune_options *options,
		struct tune *tune, struct error *error)
{
	bool any = false;
	int result = tune->count ? tune_apply(machine, tune, error) : 0;

	if (result)
		return result;
	for (size_t i = 0; i < tune->count; i++)
		any |= tune->values[i].end == TUNE_SET;
	print(options, tune);
	if (tune->count && !any) {
		result = tune_state_remove(error);
		return result ? result : error_set(error, EIO, "tune: no setting could be made");
	}
	if (!options->json && any)
		puts("In force until 'hmmbench tune --restore' or the next start.");
	return 0;
}

static int tune_it(const struct machine *machine, const struct tune_options *options,
		   struct error *error)
{
	struct tune tune = { 0 };
	int result = options->dry_run ? 0 : refuse_second(machine, error);

	if (!result)
		result = tune_plan(machine, &tune, error);
	if (result)
		goto out;
	if (options->dry_run) {
		print(options, &tune);
	} else if (options->command) {
		name_command(&tune, options->command);
		result = tune_command(machine, &tune, (const char *const *)options->command,
				      applied, error);
	} else {
		result = stay(machine, options, &tune, error);
	}
out:
	tune_free(&tune);
	return result;
}

static int restore(const struct machine *machine, const struct tune_options *options,
		   struct error *error)
{
	struct tune tune;
	int result = tune_state_load(&tune, error);

	if (result == -ENOENT) {
		fputs("hmmbench: tune: none is in force\n", stderr);
		return 0;
	}
	if (result)
		return result;
	if (!tune_is_of_this_boot(machine, &tune)) {
		fprintf(stderr,
			"hmmbench: tune: the one of %s ended with an earlier start: nothing is "
			"to be restored\n",
			tune.since);
		result = tune_state_remove(error);
	} else {
		result = tune_restore(machine, &tune, error);
		print(options, &tune);
	}
	tune_free(&tune);
	return result;
}

static int tune(int argc, char **argv, struct error *error)
{
	const struct machine machine = machine_here();
	struct tune_options options = { 0 };
	int lock = -1, result = parse_options(argc, argv, &options, error);

	if (result)
		return result == -ECANCELED ? 0 : result;
	result = check_options(&options, &machine, error);
	if (!result && !options.dry_run) {
		lock = tune_lock(error);
		result = lock < 0 ? lock : 0;
	}
	if (!result)
		result = options.restore ? restore(&machine, &options, error)
					 : tune_it(&machine, &options, error);
	if (lock >= 0)
		close(lock);
	return result;
}

const struct command command_tune = {
	.name = "tune",
	.arguments = "[OPTION]...\n-- COMMAND [ARGUMENT]...",
	.help = "make this machine quiet, for a command or until --restore",
	.options = "      --restore        give back what was, also after a kill\n"
		   "      --dry-run        print what would be changed, and change nothing\n"
		   "      --json           print JSON\n",
	.run = tune,
};
