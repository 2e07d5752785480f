// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/run_stream.h"

#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "common/paths.h"
#include "common/stream.h"
#include "store/run_origin.h"

/* ---- out of the store ---- */

struct writing {
	struct stream_writer writer;
	const char *folder;	/* of the run; NULL: its files are not asked for */
	uint32_t missing;	/* of its files */
	int result;
};

static int put_frame(struct writing *writing, enum frame_type type, const void *payload,
		     size_t bytes)
{
	writing->result = stream_write(&writing->writer, type, payload, bytes);
	return writing->result;
}

/* NAME, NUL, and what the folder has under it. */
static int write_file(struct writing *writing, const char *name)
{
	const size_t name_bytes = strlen(name) + 1;
	char *path = path_printf("%s/%s", writing->folder, name), *data = NULL, *payload = NULL;
	size_t bytes = 0;
	int result = path ? path_read_file(path, FRAME_BYTES_MAX - name_bytes, &data, &bytes,
					   NULL) :
			    -ENOMEM;

	if (!result)
		payload = malloc(name_bytes + bytes);
	if (!result && !payload)
		result = -ENOMEM;
	if (!result) {
		memcpy(payload, name, name_bytes);
		memcpy(payload + name_bytes, data, bytes);
		result = put_frame(writing, FRAME_FILE, payload, name_bytes + bytes);
	}
	if (result == -ENOENT) {
		writing->missing++;
		result = 0;
	}
	free(payload);
	free(data);
	free(path);
	return result;
}

static int write_files(struct writing *writing, const struct store_block *block)
{
	json_t *end = json_loads(block->end_json, 0, NULL);
	const json_t *file;
	size_t i;
	int result = 0;

	json_array_foreach(json_object_get(json_object_get(end, "profile"), "files"), i, file)
		if (!result && json_is_string(file) && !strchr(json_string_value(file), '/'))
			result = write_file(writing, json_string_value(file));
	json_decref(end);
	return result;
}

static int write_block(const struct store_block *block, void *context)
{
	struct writing *writing = context;
	uint32_t number = htole32(block->block);
	char begin[64];
	char *samples;
	int result;

	snprintf(begin, sizeof(begin), "{\"block\":%u}", block->block);
	result = put_frame(writing, FRAME_BLOCK_BEGIN, begin, strlen(begin));
	if (result)
		return result;
	samples = malloc(sizeof(number) + block->samples_bytes);
	if (!samples)
		return -ENOMEM;
	memcpy(samples, &number, sizeof(number));
	memcpy(samples + sizeof(number), block->samples, block->samples_bytes);
	result = put_frame(writing, FRAME_SAMPLES, samples,
			   sizeof(number) + block->samples_bytes);
	free(samples);
	if (!result && writing->folder && block->plan.profiled)
		result = write_files(writing, block);
	if (!result)
		result = put_frame(writing, FRAME_BLOCK_END, block->end_json,
				   strlen(block->end_json));
	return result;
}

static int write_note(const char *note_json, void *context)
{
	return put_frame(context, FRAME_NOTE, note_json, strlen(note_json));
}

/* A run that was killed is exported without an end record, as it was. */
static int write_end(struct writing *writing, const struct store_run *run)
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
	result = put_frame(writing, FRAME_END, text, strlen(text));
	free(text);
	return result;
}

/* The environment as the agent's hello, with plan, lab and kernel name added where it lacks them. */
static int write_hello(struct writing *writing, const struct store_run *run, json_t *origin)
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
	if (origin)
		json_object_set(json, RUN_ORIGIN, origin);
	text = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	if (!text)
		return -ENOMEM;
	result = put_frame(writing, FRAME_HELLO, text, strlen(text));
	free(text);
	return result;
}

static int write_run(struct store *store, const struct store_run *run, json_t *origin,
		     struct writing *writing, int fd, struct error *error)
{
	int result;

	stream_writer_init(&writing->writer, fd);
	result = write_hello(writing, run, origin);
	if (!result)
		result = store_blocks_each(store, run->id, write_block, writing, error);
	if (!result)
		result = store_notes_each(store, run->id, write_note, writing, error);
	if (!result)
		result = write_end(writing, run);
	return result;
}

int run_stream_write(struct store *store, int64_t id, int fd, struct error *error)
{
	struct writing writing = { 0 };
	struct store_run run = { 0 };
	int result = store_run_get(store, id, &run, error);

	if (!result)
		result = write_run(store, &run, NULL, &writing, fd, error);
	store_run_free(&run);
	return result;
}

int run_stream_export(struct store *store, int64_t id, const char *folder, int fd,
		      uint32_t *missing, struct error *error)
{
	struct writing writing = { .folder = folder };
	struct store_run run = { 0 };
	json_t *origin = NULL;
	int result = store_run_get(store, id, &run, error);

	if (!result)
		result = run_origin_make(store, &run, &origin, error);
	if (!result)
		result = write_run(store, &run, origin, &writing, fd, error);
	*missing = writing.missing;
	json_decref(origin);
	store_run_free(&run);
	return result;
}

/* ---- into the store ---- */

static const char *member(const json_t *json, const char *key, const char *otherwise)
{
	const char *text = json_string_value(json_object_get(json, key));

	return text ? text : otherwise;
}

/* To the letter where the hello has it so. */
static char *text_or_member(const json_t *hello, const char *text_key, const char *key)
{
	const char *text = run_origin_text(hello, text_key);

	return text ? strdup(text) : json_dumps(json_object_get(hello, key), JSON_COMPACT);
}

int run_stream_begin(struct store *store, const json_t *hello, const char *label, const char *from,
		     int64_t *id, struct plan **plan, struct error *error)
{
	char *plan_json = text_or_member(hello, "plan", "plan");
	char *lab_json = text_or_member(hello, "lab", "lab_details");
	int result = 0;

	*plan = NULL;
	if (!plan_json) {
		result = error_set(error, EINVAL, "%s: its hello has no plan", from);
		goto out;
	}
	result = plan_from_json(plan_json, strlen(plan_json), plan, error);
	if (result) {
		error_prefix(error, "%s", from);
		goto out;
	}
	{
		const struct store_run_new run = {
			.label = label ? label : member(hello, "label", ""),
			.plan_json = plan_json,
			.plan_name = (*plan)->name,
			.lab = member(hello, "lab", "local"),
			.kernel = member(hello, "kernel_name", "running"),
			.lab_json = lab_json ? lab_json : "{}",
		};

		result = store_run_begin(store, &run, id, error);
	}
out:
	free(plan_json);
	free(lab_json);
	return result;
}
