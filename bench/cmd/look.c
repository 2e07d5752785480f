// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/look.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int terminal_width(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || size.ws_col < 20)
		return isatty(STDOUT_FILENO) ? 80 : 0;
	return size.ws_col;
}

bool terminal_is_dumb(void)
{
	const char *terminal = getenv("TERM");

	return !terminal || !*terminal || !strcmp(terminal, "dumb");
}

struct report_options command_look(void)
{
	const char *no_colour = getenv("NO_COLOR");

	return (struct report_options){
		.width = terminal_width(),
		.colour = isatty(STDOUT_FILENO) && !terminal_is_dumb() &&
			  !(no_colour && *no_colour),
	};
}

int command_format(const struct command *command, const char *name,
		   const struct report_format **format, struct error *error)
{
	char names[256];
	size_t used = 0;

	*format = report_format_find(name);
	if (*format)
		return 0;
	for (size_t i = 0; report_formats[i] && used < sizeof(names); i++)
		used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s", i ? ", " : "",
					 report_formats[i]->name);
	return command_usage(command, error, "--format %s: there is none; there are %s", name,
			     names);
}
