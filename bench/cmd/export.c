// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hmmbench export: a run as one file, in the stream's own format, with everything that
 * `hmmbench import` needs to make the same run again.
 */
#include "cmd/command.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "common/exit_status.h"
#include "common/stream.h"
#include "store/store.h"

struct exporting {
	struct stream_writer writer;
	int result;
};

static int put_frame(struct exporting *exporting, enum frame_type type, const void *payload,
		     size_t bytes)
{
	exporting->result = stream_write(&exporting->writer, type, payload, bytes);
	return exporting->result;
}

static int export_block(const struct store_block *block, void *context)
{
	struct exporting *exporting = context;
	uint32_t number = htole32(block->block);
	char begin[64];
	char *samples;
	int result;

	snprintf(begin, sizeof(begin), "{\"block\":%u}", block->block);
	result = put_frame(exporting, FRAME_BLOCK_BEGIN, begin, strlen(begin));
	if (result)
		return result;
	samples = malloc(sizeof(number) + block->samples_bytes);
	if (!samples)
		return -ENOMEM;
	memcpy(samples, &number, sizeof(number));
	memcpy(samples + sizeof(number), block->samples, block->samples_bytes);
	result = put_frame(exporting, FRAME_SAMPLES, samples,
			   sizeof(number) + block->samples_bytes);
	free(samples);
	if (!result)
		result = put_frame(exporting, FRAME_BLOCK_END, block->end_json,
				   strlen(block->end_json));
	return result;
}

static int export_note(const char *note_json, void *context)
{
	return put_frame(context, FRAME_NOTE, note_json, strlen(note_json));
}

/* A run that was killed is exported without an end record, as it was. */
static int export_end(struct exporting *exporting, const struct store_run *run)
{
	json_t *json;
	char *text;
	int result;

	if (run->status < 0 || run->status == STATUS_CUT_STREAM)
		return 0;
	json = json_pack("{s:i, s:s}", "status", run->status, "text", run->status_text);
	text = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	if (!text)
		return -ENOMEM;
	result = put_frame(exporting, FRAME_END, text, strlen(text));
	free(text);
	return result;
}

/* The environment as the agent's hello, with plan, lab and kernel name added where it lacks them. */
static int export_hello(struct exporting *exporting, const struct store_run *run)
{
	json_t *json = json_loads(run->environment_json, 0, NULL);
	char *text;
	int result;

	if (!json)
		json = json_object();
	json_object_set_new(json, "plan", json_loads(run->plan_json, 0, NULL));
	json_object_set_new(json, "lab", json_string(run->lab));
	json_object_set_new(json, "lab_details", json_loads(run->lab_json, 0, NULL));
	json_object_set_new(json, "kernel_name", json_string(run->kernel));
	json_object_set_new(json, "label", json_string(run->label));
	text = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	if (!text)
		return -ENOMEM;
	result = put_frame(exporting, FRAME_HELLO, text, strlen(text));
	free(text);
	return result;
}

static int export_run(struct store *store, int64_t id, const char *path, struct error *error)
{
	struct exporting exporting = { 0 };
	struct store_run run = { 0 };
	int fd = -1, result;

	result = store_run_get(store, id, &run, error);
	if (result)
		return result;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		result = error_set_errno(error, errno, "%s", path);
		goto out;
	}
	stream_writer_init(&exporting.writer, fd);
	result = export_hello(&exporting, &run);
	if (!result)
		result = store_blocks_each(store, id, export_block, &exporting, error);
	if (!result)
		result = store_notes_each(store, id, export_note, &exporting, error);
	if (!result)
		result = export_end(&exporting, &run);
	if (close(fd) && !result)
		result = -errno;
	if (result) {
		unlink(path);
		if (!error->text[0])
			error_set_errno(error, -result, "%s", path);
	}
out:
	store_run_free(&run);
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
