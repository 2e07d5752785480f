// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hmmbench export: a run as one file, in the stream's own format, with everything that
 * `hmmbench import` needs to make the same run again.
 */
#include "cmd/command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/exit_status.h"
#include "common/paths.h"
#include "store/run_stream.h"
#include "store/store.h"

static int export_run(struct store *store, int64_t id, const char *folder, const char *path,
		      struct error *error)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), result;
	uint32_t missing = 0;

	if (fd < 0) {
		const int errnum = errno;

		error->exit_status = STATUS_USAGE;
		return errnum == EEXIST ?
			       error_set(error, EEXIST, "%s is there already; name another file", path) :
			       error_set_errno(error, errnum, "%s cannot be made", path);
	}
	result = run_stream_export(store, id, folder, fd, &missing, error);
	if (close(fd) && !result)
		result = -errno;
	if (result) {
		unlink(path);
		if (!error->text[0])
			error_set_errno(error, -result, "%s", path);
	}
	if (!result && missing)
		fprintf(stderr, "hmmbench: warning: %u file%s of its profile %s not in %s any more: %s "
			"without\n", missing, missing == 1 ? "" : "s", missing == 1 ? "is" : "are",
			folder, path);
	return result;
}

static int export_stored(const char *given, int64_t id, const char *path, struct error *error)
{
	char *store_path = given ? strdup(given) : path_store(), *folder = NULL;
	struct store *store = NULL;
	int result;

	if (store_path)
		folder = path_run_folder(store_path, id);
	result = folder ? command_open_store(store_path, STORE_READ, &store, error) :
			  error_out_of_memory(error);
	if (!result)
		result = export_run(store, id, folder, path, error);
	store_close(store);
	free(folder);
	free(store_path);
	return result;
}

static int export_command(int argc, char **argv, struct error *error)
{
	static const struct option longs[] = {
		{ "store", required_argument, NULL, 'S' },
		COMMAND_OPTION_HELP
	};
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
	return result ? result : export_stored(given, (int64_t)id, argv[optind + 1], error);
}

const struct command command_export = {
	.name = "export",
	.arguments = "[OPTION]... ID FILE",
	.help = "write a run into one file",
	.options = "      --store FILE     instead of the usual store\n",
	.run = export_command,
};
