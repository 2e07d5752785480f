// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hmmbench export: a run as one file, in the stream's own format, with everything that
 * `hmmbench import` needs to make the same run again.
 */
#include "cmd/command.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "store/run_stream.h"
#include "store/store.h"

static int export_run(struct store *store, int64_t id, const char *path, struct error *error)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), result;

	if (fd < 0)
		return error_set_errno(error, errno, "%s", path);
	result = run_stream_write(store, id, fd, error);
	if (close(fd) && !result)
		result = -errno;
	if (result) {
		unlink(path);
		if (!error->text[0])
			error_set_errno(error, -result, "%s", path);
	}
	return result;
}

static int export_command(int argc, char **argv, struct error *error)
{
	static const struct option longs[] = {
		{ "store", required_argument, NULL, 'S' },
		COMMAND_OPTION_HELP
	};
	struct store *store = NULL;
	const char *given = NULL;
	uint64_t id;
	int option, result;

	command_options_begin();
	while ((option = command_option(&command_export, argc, argv, "", longs, error)) >= 0)
		given = optarg;
	if (option != -1)
		return option == -ECANCELED ? 0 : option;
	if (argc - optind != 2)
		return command_usage(&command_export, error, "give a run and a file");
	result = command_number("export", argv[optind], 1, INT64_MAX, &id, error);
	if (!result)
		result = command_open_store(given, STORE_READ, &store, error);
	if (!result)
		result = export_run(store, (int64_t)id, argv[optind + 1], error);
	store_close(store);
	return result;
}

const struct command command_export = {
	.name = "export",
	.arguments = "[OPTION]... ID FILE",
	.help = "write a run into one file",
	.options = "      --store FILE     instead of the usual store\n",
	.run = export_command,
};
