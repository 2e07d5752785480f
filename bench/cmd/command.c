// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/command.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/help.h"
#include "common/exit_status.h"
#include "common/paths.h"

void command_options_begin(void)
{
	optind = 0;	/* glibc: start anew and forget the last scan's state */
	opterr = 0;
}

static int print_command_help(const struct command *command, struct error *error)
{
	const size_t width = help_width();

	help_usage(stdout, width, command->name, command->arguments);
	help_entry(stdout, width, "", 0, command->help);
	putchar('\n');
	if (help_options(stdout, width, command->options))
		return error_out_of_memory(error);
	help_entry(stdout, width, "      --help", HELP_COLUMN, "this text");
	return -ECANCELED;
}

int command_option(const struct command *command, int argc, char **argv, const char *shorts,
		   const struct option *longs, struct error *error)
{
	/* getopt(3): '+' comes first. */
	const bool stop = shorts[0] == '+';
	char all_shorts[64];
	int value;

	snprintf(all_shorts, sizeof(all_shorts), "%s:%sh", stop ? "+" : "", shorts + stop);
	value = getopt_long(argc, argv, all_shorts, longs, NULL);
	switch (value) {
	case 'h':	/* every command's `longs` ends in COMMAND_OPTION_HELP */
		return print_command_help(command, error);
	case ':':
		return command_usage(command, error, "option '%s' needs an argument",
				     argv[optind - 1]);
	case '?':
		return command_usage(command, error, "unknown option '%s'", argv[optind - 1]);
	default:
		return value;
	}
}

int command_number(const char *option, const char *text, uint64_t low, uint64_t high,
		   uint64_t *value, struct error *error)
{
	unsigned long long number;
	char *end;

	errno = 0;
	number = strtoull(text, &end, 10);
	if (errno || end == text || *end || *text == '-' || number < low || number > high)
		return error_set(error, EINVAL, "%s %s: not a whole number from %llu to %llu",
				 option, text, (unsigned long long)low, (unsigned long long)high);
	*value = number;
	return 0;
}

#define DURATION_MAX_S (7 * 86400u)

static const struct {
	char name;
	uint32_t seconds;
} duration_units[] = { { 'd', 86400 }, { 'h', 3600 }, { 'm', 60 }, { 's', 1 } };

int command_duration(const char *option, const char *text, uint32_t *seconds, struct error *error)
{
	unsigned long long number;
	char *end;

	errno = 0;
	number = strtoull(text, &end, 10);
	for (size_t i = 0; i < sizeof(duration_units) / sizeof(duration_units[0]); i++) {
		if (errno || *text == '-' || *end != duration_units[i].name || end[1])
			continue;
		if (!number || number > DURATION_MAX_S / duration_units[i].seconds)
			break;
		*seconds = (uint32_t)number * duration_units[i].seconds;
		return 0;
	}
	return error_set(error, EINVAL, "%s %s: not a time up to 7d; write 90s, 30m or 2h", option,
			 text);
}

void command_duration_text(uint32_t seconds, char *text, size_t bytes)
{
	size_t i = 0;

	while (duration_units[i].seconds > 1 && (!seconds || seconds % duration_units[i].seconds))
		i++;
	snprintf(text, bytes, "%u%c", seconds / duration_units[i].seconds, duration_units[i].name);
}

int command_usage(const struct command *command, struct error *error, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return error_set(error, EINVAL, "%s: %s; see 'hmmbench %s --help'", command->name, text,
			 command->name);
}

int command_open_store(const char *given, enum store_mode mode, struct store **store,
		       struct error *error)
{
	char *path = given ? strdup(given) : path_store();
	int result;

	if (!path)
		return error_out_of_memory(error);
	result = store_open(path, mode, store, error);
	/* Nothing is wrong with the disk: there is nothing to read yet, or the name is wrong. */
	if (result == -ENOENT && mode == STORE_READ)
		error->exit_status = STATUS_USAGE;
	free(path);
	return result;
}

int command_flush(struct error *error)
{
	if (fflush(stdout) || ferror(stdout))
		return error_set_errno(error, errno ? errno : EIO, "standard output");
	return 0;
}
