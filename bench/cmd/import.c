// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hmmbench import: a file in the stream's format becomes a run, be it from export or
 * from an agent that ran on a machine without hmmbench. A file that was cut gives every
 * whole block before the cut.
 */
#include "cmd/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "common/exit_status.h"
#include "common/paths.h"
#include "common/stream.h"
#include "plan/plan.h"
#include "store/ingest.h"
#include "store/run_origin.h"
#include "store/run_stream.h"
#include "store/store.h"

#define CHUNK_BYTES (1u << 20)

/* Pulls frames until the hello and takes the plan out of it: the run's key. */
static int read_hello(FILE *file, const char *path, json_t **hello, struct error *error)
{
	struct stream_reader *reader = stream_reader_new();
	struct frame frame;
	char *chunk = malloc(CHUNK_BYTES);
	size_t got;
	int result = 0;

	*hello = NULL;
	while (chunk && reader && !*hello && !result &&
	       (got = fread(chunk, 1, CHUNK_BYTES, file))) {
		result = stream_reader_push(reader, chunk, got);
		if (!result)
			result = stream_reader_next(reader, &frame, error);
		if (result != 1)
			continue;
		result = 0;
		if (frame.type == FRAME_HELLO)
			*hello = json_loadb(frame.payload, frame.bytes, 0, NULL);
		break;
	}
	free(chunk);
	stream_reader_free(reader);
	if (result)
		error_prefix(error, "%s", path);
	else if (ferror(file))
		result = error_set(error, EINVAL, "%s: %s", path, strerror(errno));
	else if (!json_is_object(json_object_get(*hello, "plan")))
		result = error_set(error, EINVAL,
				   "%s: no hello record with a plan at its start; give a file that "
				   "hmmbench-agent or 'hmmbench export' wrote",
				   path);
	if (result) {
		json_decref(*hello);
		*hello = NULL;
	}
	return result;
}

static int pour(FILE *file, struct ingest *ingest, struct error *error)
{
	char *chunk = malloc(CHUNK_BYTES);
	size_t got;
	int result = 0;

	if (!chunk)
		return error_out_of_memory(error);
	while (!result && (got = fread(chunk, 1, CHUNK_BYTES, file)))
		result = ingest_bytes(ingest, chunk, got, error);
	if (!result && ferror(file))
		result = error_set_errno(error, errno, "reading");
	free(chunk);
	return result;
}

static int keep_file(const char *name, const void *data, size_t bytes, void *context,
		     struct error *error)
{
	return path_write_below(context, name, data, bytes, error);
}

/* What came of it, and where it comes from: without that it would be compared as what it is not. */
static int end_run(struct store *store, int64_t id, const struct ingest *ingest, int poured,
		   const json_t *hello, const char *path, int *status, struct error *error)
{
	int result;

	*status = poured && error->exit_status ? error->exit_status : ingest_end_status(ingest);
	result = store_run_end(store, id, *status,
			       poured		    ? error->text :
			       ingest_ended(ingest) ? ingest_end_text(ingest) :
						      exit_status_text(*status),
			       error);
	if (!result)
		result = run_origin_take(store, hello, id, path, error);
	if (result == -EINVAL) {
		*status = STATUS_FAILED;
		store_run_end(store, id, *status, error->text, NULL);
	}
	return result;
}

static int import_file(struct store *store, const char *store_path, const char *path,
		       const char *label, struct error *error)
{
	FILE *file = fopen(path, "re");
	struct ingest *ingest = NULL;
	struct plan *plan = NULL;
	struct ingest_listener listener = { .file = keep_file };
	json_t *hello = NULL;
	char *folder = NULL;
	int64_t id = 0;
	int result, status;

	if (!file)
		return error_set_errno(error, errno, "%s", path);
	result = read_hello(file, path, &hello, error);
	if (result)
		goto out;
	result = run_stream_begin(store, hello, label, path, &id, &plan, error);
	if (result)
		goto out;
	folder = path_run_folder(store_path, id);
	listener.context = folder;
	ingest = folder ? ingest_new(store, id, plan, &listener) : NULL;
	if (!ingest) {
		result = error_out_of_memory(error);
		goto out;
	}
	rewind(file);
	result = end_run(store, id, ingest, pour(file, ingest, error), hello, path, &status, error);
	fprintf(stderr, "run %lld: %s; %u of %u blocks, %llu samples in the store\n", (long long)id,
		exit_status_text(status), ingest_blocks(ingest), plan->block_count,
		(unsigned long long)ingest_rows(ingest));
	if (!result)
		printf("%lld\n", (long long)id);
	if (!result && status != STATUS_OK) {
		error->exit_status = status;
		result = error_set(error, EIO, "%s: %s; what came before it is in the store", path,
				   exit_status_text(status));
	}
out:
	ingest_free(ingest);
	free(folder);
	plan_free(plan);
	json_decref(hello);
	fclose(file);
	return result;
}

static int import_command(int argc, char **argv, struct error *error)
{
	static const struct option longs[] = {
		{ "store", required_argument, NULL, 'S' },
		{ "label", required_argument, NULL, 'l' },
		COMMAND_OPTION_HELP
	};
	const char *given = NULL, *label = NULL;
	struct store *store = NULL;
	char *store_path;
	int option, result;

	command_options_begin();
	while ((option = command_option(&command_import, argc, argv, "", longs, error)) >= 0) {
		if (option == 'l')
			label = optarg;
		else
			given = optarg;
	}
	if (option != -1)
		return option == -ECANCELED ? 0 : option;
	if (argc - optind != 1)
		return command_usage(&command_import, error, "give one file");
	store_path = given ? strdup(given) : path_store();
	result = store_path ? command_open_store(store_path, STORE_WRITE, &store, error) :
			      error_out_of_memory(error);
	if (!result)
		result = import_file(store, store_path, argv[optind], label, error);
	store_close(store);
	free(store_path);
	return result;
}

const struct command command_import = {
	.name = "import",
	.arguments = "[OPTION]... FILE",
	.help = "read a run that an agent or export wrote to a file",
	.options = "      --label TEXT     a name to find the run by\n"
		   "      --store FILE     instead of the usual store\n",
	.run = import_command,
};
