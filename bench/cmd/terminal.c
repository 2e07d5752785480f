// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool terminal_has_sequences(int fd)
{
	const char *name = getenv("TERM");

	return isatty(fd) && name && *name && strcmp(name, "dumb");
}

bool terminal_has_colour(int fd)
{
	const char *no_colour = getenv("NO_COLOR");

	return terminal_has_sequences(fd) && !(no_colour && *no_colour);
}

int terminal_columns(int fd, int otherwise)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) || !size.ws_col)
		return otherwise;
	return size.ws_col;
}
