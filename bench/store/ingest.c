// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/ingest.h"

#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "common/exit_status.h"
#include "common/samples.h"
#include "store/run_origin.h"

#define NO_BLOCK UINT32_MAX

struct ingest {
	struct store *store;
	int64_t run;
	const struct plan *plan;
	struct ingest_listener listener;
	struct stream_reader *reader;

	uint32_t block;		/* begun and not ended, or NO_BLOCK */
	void *samples;		/* of that block, a copy */
	size_t samples_bytes;
	uint64_t samples_rows;

	bool ended;
	int end_status;
	char end_text[512];
	uint32_t blocks;
	uint64_t rows;
};

struct ingest *ingest_new(struct store *store, int64_t run, const struct plan *plan,
			  const struct ingest_listener *listener)
{
	struct ingest *ingest = calloc(1, sizeof(*ingest));

	if (!ingest)
		return NULL;
	ingest->reader = stream_reader_new();
	if (!ingest->reader) {
		free(ingest);
		return NULL;
	}
	ingest->store = store;
	ingest->run = run;
	ingest->plan = plan;
	if (listener)
		ingest->listener = *listener;
	ingest->block = NO_BLOCK;
	ingest->end_status = STATUS_CUT_STREAM;
	return ingest;
}

void ingest_free(struct ingest *ingest)
{
	if (!ingest)
		return;
	stream_reader_free(ingest->reader);
	free(ingest->samples);
	free(ingest);
}

static int broken(struct error *error, const struct frame *frame, const char *what)
{
	if (error)
		error->exit_status = STATUS_CUT_STREAM;
	return error_set(error, EPROTO, "stream record %u: %s", frame->sequence, what);
}

static json_t *parse(const struct frame *frame, struct error *error)
{
	json_error_t reason;
	json_t *json = json_loadb(frame->payload, frame->bytes, 0, &reason);

	if (!json || !json_is_object(json)) {
		json_decref(json);
		broken(error, frame, "its JSON cannot be read");
		return NULL;
	}
	return json;
}

/* JSON payloads travel without a NUL; SQLite and printf want one. */
static char *text_of(const struct frame *frame)
{
	return strndup(frame->payload, frame->bytes);
}

static int take_hello(struct ingest *ingest, const struct frame *frame, struct error *error)
{
	json_t *json = parse(frame, error);
	const char *environment;
	char *text;
	int result;

	if (!json)
		return -EPROTO;
	/* Of an exported run: what the agent said there, without what was added to it. */
	environment = run_origin_text(json, "environment");
	text = environment ? strdup(environment) : text_of(frame);
	json_decref(json);
	if (!text)
		return error_out_of_memory(error);
	result = store_run_environment(ingest->store, ingest->run, text, error);
	free(text);
	return result;
}

static int take_block_begin(struct ingest *ingest, const struct frame *frame, struct error *error)
{
	json_t *json = parse(frame, error);
	json_int_t block;

	if (!json)
		return -EPROTO;
	block = json_is_integer(json_object_get(json, "block")) ?
			json_integer_value(json_object_get(json, "block")) :
			-1;
	json_decref(json);
	if (block < 0 || block >= ingest->plan->block_count)
		return broken(error, frame, "it begins a block that the plan does not have");
	ingest->block = (uint32_t)block;
	free(ingest->samples);
	ingest->samples = NULL;
	ingest->samples_bytes = 0;
	ingest->samples_rows = 0;
	if (ingest->listener.block_begun)
		ingest->listener.block_begun(ingest->block, ingest->listener.context);
	return 0;
}

static int take_samples(struct ingest *ingest, const struct frame *frame, struct error *error)
{
	struct samples samples;
	uint32_t block;
	size_t bytes;

	if (frame->bytes < sizeof(block))
		return broken(error, frame, "samples without a block number");
	memcpy(&block, frame->payload, sizeof(block));
	block = le32toh(block);
	if (ingest->block == NO_BLOCK || block != ingest->block)
		return broken(error, frame, "samples of a block that was not begun");
	if (ingest->samples)
		return broken(error, frame, "a second set of samples for one block");
	bytes = frame->bytes - sizeof(block);
	if (samples_decode((const char *)frame->payload + sizeof(block), bytes, &samples))
		return broken(error, frame, "its samples cannot be decoded");
	ingest->samples_rows = samples.rows;
	samples_free(&samples);
	ingest->samples = malloc(bytes ? bytes : 1);
	if (!ingest->samples)
		return error_out_of_memory(error);
	memcpy(ingest->samples, (const char *)frame->payload + sizeof(block), bytes);
	ingest->samples_bytes = bytes;
	return 0;
}

static int commit_block(struct ingest *ingest, const char *end_json, uint64_t dropped,
			uint64_t ended_ns, struct error *error)
{
	const struct plan_block *plan = &ingest->plan->blocks[ingest->block];
	struct store_block block = {
		.block = ingest->block,
		.plan = *plan,
		.end_json = end_json,
		.samples = ingest->samples,
		.samples_bytes = ingest->samples_bytes,
		.rows = ingest->samples_rows,
		.dropped = dropped,
	};
	int result;

	cell_name(&ingest->plan->cells[plan->cell], block.cell_name);
	result = store_block_put(ingest->store, ingest->run, &block, error);
	if (result)
		return result;
	ingest->blocks++;
	ingest->rows += ingest->samples_rows;
	if (ingest->listener.block_done)
		ingest->listener.block_done(ingest->block, ended_ns, ingest->listener.context);
	return 0;
}

static int take_block_end(struct ingest *ingest, const struct frame *frame, struct error *error)
{
	json_t *json = parse(frame, error);
	json_int_t block, rows, dropped, ended_ns;
	char *text;
	int result;

	if (!json)
		return -EPROTO;
	block = json_integer_value(json_object_get(json, "block"));
	rows = json_integer_value(json_object_get(json, "rows"));
	dropped = json_integer_value(json_object_get(json, "dropped"));
	ended_ns = json_integer_value(json_object_get(json, "ended_ns"));
	json_decref(json);
	if (ingest->block == NO_BLOCK || block != (json_int_t)ingest->block)
		return broken(error, frame, "the end of a block that was not begun");
	if (!ingest->samples)
		return broken(error, frame, "a block without samples");
	if (rows < 0 || (uint64_t)rows != ingest->samples_rows || dropped < 0)
		return broken(error, frame, "its count of samples is not what arrived");
	text = text_of(frame);
	if (!text)
		return error_out_of_memory(error);
	result = commit_block(ingest, text, (uint64_t)dropped,
			      ended_ns > 0 ? (uint64_t)ended_ns : 0, error);
	free(text);
	ingest->block = NO_BLOCK;
	return result;
}

static int take_note(struct ingest *ingest, const struct frame *frame, struct error *error)
{
	json_t *json = parse(frame, error);
	const char *level, *note;
	char *text;
	int result;

	if (!json)
		return -EPROTO;
	text = text_of(frame);
	if (!text) {
		json_decref(json);
		return error_out_of_memory(error);
	}
	result = store_run_note(ingest->store, ingest->run, text, error);
	level = json_string_value(json_object_get(json, "level"));
	note = json_string_value(json_object_get(json, "text"));
	if (!result && ingest->listener.noted)
		ingest->listener.noted(level ? level : "info", note ? note : "",
				       ingest->listener.context);
	free(text);
	json_decref(json);
	return result;
}

/* Names that stay in the folder they are written to. */
static bool is_file_name(const char *name, size_t bytes)
{
	return bytes > 1 && bytes <= 64 && name[0] != '.' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-.") == bytes - 1;
}

/* Without a listener for it: the run has a note of what was not kept. */
static int take_file(struct ingest *ingest, const struct frame *frame, struct error *error)
{
	const char *name = frame->payload;
	const size_t name_bytes = strnlen(name, frame->bytes) + 1;
	char note[200];

	if (ingest->block == NO_BLOCK)
		return broken(error, frame, "a file outside of a block");
	if (name_bytes > frame->bytes || !is_file_name(name, name_bytes))
		return broken(error, frame, "a file without a proper name");
	if (ingest->listener.file)
		return ingest->listener.file(name, name + name_bytes, frame->bytes - name_bytes,
					     ingest->listener.context, error);
	snprintf(note, sizeof(note),
		 "{\"level\":\"warning\",\"text\":\"file %s, %zu bytes, was not kept: only the "
		 "hmmbench that measures keeps it\"}",
		 name, frame->bytes - name_bytes);
	return store_run_note(ingest->store, ingest->run, note, error);
}

static int take_end(struct ingest *ingest, const struct frame *frame, struct error *error)
{
	json_t *json = parse(frame, error);
	const char *text;

	if (!json)
		return -EPROTO;
	ingest->ended = true;
	ingest->end_status = json_is_integer(json_object_get(json, "status")) ?
				     (int)json_integer_value(json_object_get(json, "status")) :
				     STATUS_AGENT;
	text = json_string_value(json_object_get(json, "text"));
	strncpy(ingest->end_text, text ? text : "", sizeof(ingest->end_text) - 1);
	json_decref(json);
	return 0;
}

static int take_frame(struct ingest *ingest, const struct frame *frame, struct error *error)
{
	switch (frame->type) {
	case FRAME_HELLO:
		return take_hello(ingest, frame, error);
	case FRAME_BLOCK_BEGIN:
		return take_block_begin(ingest, frame, error);
	case FRAME_SAMPLES:
		return take_samples(ingest, frame, error);
	case FRAME_BLOCK_END:
		return take_block_end(ingest, frame, error);
	case FRAME_NOTE:
		return take_note(ingest, frame, error);
	case FRAME_END:
		return take_end(ingest, frame, error);
	case FRAME_FILE:
		return take_file(ingest, frame, error);
	}
	return broken(error, frame, "a type of record that this version does not know");
}

int ingest_bytes(struct ingest *ingest, const void *data, size_t bytes, struct error *error)
{
	struct frame frame;
	int result;

	result = stream_reader_push(ingest->reader, data, bytes);
	if (result)
		return error_out_of_memory(error);
	while ((result = stream_reader_next(ingest->reader, &frame, error)) == 1) {
		result = take_frame(ingest, &frame, error);
		if (result)
			return result;
	}
	if (result && error && !error->exit_status)
		error->exit_status = STATUS_CUT_STREAM;
	return result;
}

bool ingest_ended(const struct ingest *ingest)
{
	return ingest->ended;
}

int ingest_end_status(const struct ingest *ingest)
{
	return ingest->end_status;
}

const char *ingest_end_text(const struct ingest *ingest)
{
	return ingest->end_text;
}

uint32_t ingest_blocks(const struct ingest *ingest)
{
	return ingest->blocks;
}

uint64_t ingest_rows(const struct ingest *ingest)
{
	return ingest->rows;
}

size_t ingest_leftover(const struct ingest *ingest)
{
	return stream_reader_leftover(ingest->reader);
}
