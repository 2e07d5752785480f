// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hmmbench: measures mirror teardown on the kernels you have and says whether a
 * kernel build made it slower. This file finds the sub-command; each has one in cmd/.
 */
#include "config.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/help.h"
#include "common/exit_status.h"

#define COMMAND_COLUMN 14 /* where it is said what a command does */

const struct command *const commands[] = {
	&command_run,
	&command_compare,
	&command_baseline,
	&command_history,
	&command_report,
	&command_plot,
	&command_analyze,
	&command_list,
	&command_show,
	&command_plan,
	&command_calibrate,
	&command_profile,
	&command_reference,
	&command_bisect,
	&command_bisect_step,
	&command_kernel,
	&command_doctor,
	&command_tune,
	&command_export,
	&command_import,
	NULL,
};

static void print_command(FILE *file, size_t width, const struct command *command)
{
	char head[32];

	snprintf(head, sizeof(head), "  %s", command->name);
	help_entry(file, width, head, COMMAND_COLUMN, command->help);
}

static void print_help(FILE *file)
{
	const size_t width = help_width();

	fputs("Usage: hmmbench COMMAND [OPTION]... [ARGUMENT]...\n"
	      "Measure HMM mirror teardown and judge kernel builds by it.\n\n"
	      "Commands:\n",
	      file);
	for (size_t i = 0; commands[i]; i++)
		print_command(file, width, commands[i]);
	fputs("\n"
	      "  hmmbench COMMAND --help   options of a command\n"
	      "  hmmbench --version        version and licence\n\n",
	      file);
	help_entry(file, width, "", 0,
		   "Exit status: 0 done, no regression; 1 regression; 2 inconclusive; 3 not comparable; "
		   "4 usage or input error; 5 and above: the measurement failed, see EXIT STATUS in "
		   "hmmbench(1).");
}

static void print_version(void)
{
	puts(PACKAGE_STRING "\n"
	     "License GPL-2.0-or-later; there is no warranty, to the extent permitted by law.");
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

static int exit_status_of(int result, const struct error *error)
{
	if (result >= 0)
		return result;
	if (error->exit_status)
		return error->exit_status;
	return result == -EINVAL ? STATUS_USAGE : STATUS_FAILED;
}

/* Writes out what was printed, then the one error message, and gives the exit status. */
static int finish(int result, struct error *error)
{
	int flushed = result >= 0 ? command_flush(error) : 0;

	if (flushed)
		result = flushed;
	if (result < 0)
		fprintf(stderr, "hmmbench: %s\n",
			error->text[0] ? error->text : strerror(-result));
	return exit_status_of(result, error);
}

int main(int argc, char **argv)
{
	const struct command *command;
	struct error error = { 0 };
	int result;

	/* Only the character set: numbers in files and tables keep the point. */
	setlocale(LC_CTYPE, "");
	if (argc < 2) {
		print_help(stderr);
		return STATUS_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		print_help(stdout);
		return finish(0, &error);
	}
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		print_version();
		return finish(0, &error);
	}
	command = find_command(argv[1]);
	if (!command) {
		fprintf(stderr, "hmmbench: no command '%s'; 'hmmbench --help' lists them\n",
			argv[1]);
		return STATUS_USAGE;
	}
	result = command->run(argc - 1, argv + 1, &error);
	return finish(result, &error);
}
