// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/look.h"

#include <stdio.h>
#include <unistd.h>

#include "cmd/terminal.h"

struct report_options command_look(void)
{
	return (struct report_options){
		.width = terminal_columns(STDOUT_FILENO, isatty(STDOUT_FILENO) ? 80 : 0),
		.colour = terminal_has_colour(STDOUT_FILENO),
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
