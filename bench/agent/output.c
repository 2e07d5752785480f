// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

static int make_raw(int fd)
{
	struct termios settings;

	if (tcgetattr(fd, &settings))
		return -errno;
	cfmakeraw(&settings);
	settings.c_cflag |= CLOCAL; /* no carrier is no reason to stop */
	return tcsetattr(fd, TCSANOW, &settings) ? -errno : 0;
}

/* A name of digits is a descriptor. */
static int descriptor(const char *name)
{
	long number;
	char *end;

	if (!*name || strspn(name, "0123456789") != strlen(name))
		return -1;
	errno = 0;
	number = strtol(name, &end, 10);
	return errno || number > INT_MAX ? INT_MAX : (int)number;
}

static int open_name(const char *name, struct output *output, struct error *error)
{
	struct stat status;
	int exists = !stat(name, &status);

	if (exists && S_ISREG(status.st_mode))
		return error_set(error, EEXIST,
				 "--output %s: the file exists and is not written over; "
				 "give another name or move it away",
				 name);
	output->fd = open(name, O_WRONLY | O_NOCTTY | O_CLOEXEC | (exists ? 0 : O_CREAT | O_EXCL),
			  0600);
	if (output->fd < 0)
		return error_set_errno(error, errno, "--output %s cannot be opened", name);
	output->is_owned = true;
	return 0;
}

int output_open(const char *name, struct output *output, struct error *error)
{
	struct stat status;
	int result = 0;

	*output = (struct output){ .fd = descriptor(name) };
	if (output->fd < 0)
		result = open_name(name, output, error);
	if (result)
		return result;
	if (fstat(output->fd, &status)) {
		result = error_set(error, EBADF, "--output %s: descriptor %s is not open", name,
				   name);
		return result;
	}
	output->is_file = S_ISREG(status.st_mode);
	output->is_terminal = isatty(output->fd);
	if (!output->is_terminal)
		return 0;
	result = make_raw(output->fd);
	if (result) {
		error_set_errno(error, -result, "--output %s: making the terminal raw", name);
		if (output->is_owned)
			close(output->fd);
	}
	return result;
}

int output_flush(const struct output *output)
{
	int result = 0;

	do {
		if (output->is_terminal)
			result = tcdrain(output->fd);
		else if (output->is_file)
			result = fdatasync(output->fd);
	} while (result && errno == EINTR);
	return result ? -errno : 0;
}

int output_close(struct output *output)
{
	int result = output_flush(output);

	if (output->is_owned && close(output->fd) && !result)
		result = -errno;
	output->fd = -1;
	return result;
}
