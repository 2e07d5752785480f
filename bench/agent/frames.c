// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/frames.h"

#include <endian.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "agent/kernel_files.h"

static int stream_error(int result, struct error *error)
{
	if (result == -E2BIG)
		return error_set(error, E2BIG,
				 "a record is too large for the stream; take fewer "
				 "operations per block");
	return error_set_errno(error, -result,
			       "writing the stream; what was written before is whole");
}

static int write_frame(const struct frames *frames, enum frame_type type, const void *payload,
		       size_t bytes, struct error *error)
{
	int result = stream_write(frames->writer, type, payload, bytes);

	return result ? stream_error(result, error) : 0;
}

/* Takes the reference. */
static int write_json(const struct frames *frames, enum frame_type type, json_t *json,
		      struct error *error)
{
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
	int result;

	json_decref(json);
	if (!text)
		return error_set_errno(error, ENOMEM, "writing the stream");
	result = write_frame(frames, type, text, strlen(text), error);
	free(text);
	return result;
}

static int flush(const struct frames *frames, struct error *error)
{
	int result = output_flush(frames->output);

	return result ? stream_error(result, error) : 0;
}

int frames_hello(const struct frames *frames, const char *text, size_t bytes, struct error *error)
{
	return write_frame(frames, FRAME_HELLO, text, bytes, error);
}

int frames_note(const struct frames *frames, const char *level, const struct cell *cell,
		const char *text, struct error *error)
{
	json_t *json = json_pack("{ss so}", "level", level, "text", json_text(text));
	char name[CELL_NAME_BYTES];

	if (json && cell) {
		cell_name(cell, name);
		json_object_set_new(json, "cell", json_string(name));
	}
	return write_json(frames, FRAME_NOTE, json, error);
}

int frames_block_begin(const struct frames *frames, uint32_t block, struct error *error)
{
	return write_json(frames, FRAME_BLOCK_BEGIN, json_pack("{sI}", "block", (json_int_t)block),
			  error);
}

static int write_samples(const struct frames *frames, uint32_t block, const struct samples *samples,
			 struct error *error)
{
	uint32_t number = htole32(block);
	unsigned char *payload = NULL;
	void *data;
	size_t bytes;
	int result = samples_encode(samples, &data, &bytes);

	if (!result) {
		payload = malloc(sizeof(number) + bytes);
		if (payload) {
			memcpy(payload, &number, sizeof(number));
			memcpy(payload + sizeof(number), data, bytes);
		}
		free(data);
	}
	if (!payload)
		return error_set_errno(error, ENOMEM, "encoding %zu samples", samples->rows);
	result = write_frame(frames, FRAME_SAMPLES, payload, sizeof(number) + bytes, error);
	free(payload);
	return result;
}

static json_t *unless(uint64_t unknown, uint64_t value)
{
	return value == unknown ? json_null() : json_integer((json_int_t)value);
}

static json_t *steal(const struct block_times *times)
{
	if (times->before.steal_ns == UINT64_MAX || times->after.steal_ns == UINT64_MAX)
		return json_null();
	return json_integer((json_int_t)(times->after.steal_ns - times->before.steal_ns));
}

/* By node, up to the last that has any; null: none. */
static json_t *by_node(const uint64_t counts[PLACEMENT_NODES_MAX])
{
	uint32_t end = PLACEMENT_NODES_MAX;
	json_t *array;

	while (end && !counts[end - 1])
		end--;
	array = end ? json_array() : json_null();
	for (uint32_t node = 0; node < end; node++)
		json_array_append_new(array, json_integer((json_int_t)counts[node]));
	return array;
}

/* Adds what not every workload has. */
static int add_counts(json_t *json, const struct workload_result *result)
{
	const struct steadiness *steadiness = &result->steadiness;
	const bool race = result->counts.callbacks > 0;
	json_t *more = json_pack(
		"{sb so so so so so so so sI so so so so so}", "counter", result->counter, "tries",
		unless(SAMPLE_MISSING, result->tries), "hits", unless(SAMPLE_MISSING, result->hits),
		"hit_rate",
		result->tries == SAMPLE_MISSING || !result->tries
			? json_null()
			: json_real((double)result->hits / (double)result->tries),
		"callbacks",
		race ? json_integer((json_int_t)result->counts.callbacks) : json_null(),
		"callbacks_due", unless(SAMPLE_MISSING, result->callbacks_due), "window_max_ns",
		race ? json_integer((json_int_t)result->counts.window_max_ns) : json_null(),
		"again", unless(SAMPLE_MISSING, result->again), "timeouts",
		(json_int_t)result->counts.timeouts, "first_ns",
		unless(SAMPLE_MISSING, steadiness->first_ns), "early_ns",
		unless(SAMPLE_MISSING, steadiness->early_ns), "late_ns",
		unless(SAMPLE_MISSING, steadiness->late_ns), "mirrors_on_node",
		by_node(result->nodes.mirrors), "pages_on_node", by_node(result->nodes.pages));
	int failed = !json || !more || json_object_update(json, more);

	json_decref(more);
	return failed ? -ENOMEM : 0;
}

static json_t *count_json(const struct counter_value *count)
{
	if (!count->counted)
		return json_pack("{ss}", "unavailable",
				 count->unavailable ? count->unavailable : "not counted");
	return json_pack("{sI sI sb}", "count", (json_int_t)count->value, "operations",
			 (json_int_t)count->operations, "scaled", (int)count->scaled);
}

static int add_counters(json_t *json, const struct counter_values *counts)
{
	json_t *counters;
	int failed = 0;

	if (!counts->any)
		return 0;
	counters = json_object();
	for (size_t i = 0; counter_kinds[i].name; i++)
		failed |= json_object_set_new(counters, counter_kinds[i].name,
					      count_json(&counts->values[i]));
	return json_object_set_new(json, "counters", counters) || failed ? -ENOMEM : 0;
}

static json_t *profile_json(const struct profile *profile)
{
	json_t *files = json_array(), *unavailable = json_object();

	for (size_t i = 0; i < profile->file_count; i++)
		json_array_append_new(files, json_string(profile->files[i].name));
	for (size_t i = 0; profile_tools[i].name; i++)
		if (profile->unavailable[i][0])
			json_object_set_new(unavailable, profile_tools[i].name,
					    json_text(profile->unavailable[i]));
	return json_pack("{ss so so}", "event", profile->event, "files", files, "unavailable",
			 unavailable);
}

static int add_profile(json_t *json, const struct profile *profile)
{
	if (!profile->any)
		return 0;
	return json_object_set_new(json, "profile", profile_json(profile)) ? -ENOMEM : 0;
}

static int add_detailed(json_t *json, bool detailed)
{
	return detailed && json_object_set_new(json, "detailed", json_true()) ? -ENOMEM : 0;
}

static int write_file(const struct frames *frames, const struct profile_file *file,
		      struct error *error)
{
	const size_t name_bytes = strlen(file->name) + 1;
	unsigned char *payload = malloc(name_bytes + file->bytes);
	int result;

	if (!payload)
		return error_set_errno(error, ENOMEM, "writing %s to the stream", file->name);
	memcpy(payload, file->name, name_bytes);
	memcpy(payload + name_bytes, file->data, file->bytes);
	result = write_frame(frames, FRAME_FILE, payload, name_bytes + file->bytes, error);
	free(payload);
	return result;
}

int frames_block_end(const struct frames *frames, uint32_t block,
		     const struct workload_result *result, const struct block_times *times,
		     struct error *error)
{
	json_t *json = json_pack("{sI sI sI sI sI sI sI sI so so so}", "block", (json_int_t)block,
				 "operations", (json_int_t)result->operations, "rows",
				 (json_int_t)result->samples.rows, "expected_rows",
				 (json_int_t)result->expected_rows, "dropped",
				 (json_int_t)result->dropped, "lost", (json_int_t)result->lost,
				 "started_ns", (json_int_t)times->started_ns, "ended_ns",
				 (json_int_t)times->ended_ns, "load",
				 times->after.load < 0 ? json_null() : json_real(times->after.load),
				 "steal_ns", steal(times), "start_spread_ns",
				 unless(SAMPLE_MISSING, result->start_spread_ns));
	int status = add_counts(json, result) || add_counters(json, &result->counted) ||
				     add_profile(json, &result->profile) ||
				     add_detailed(json, result->detailed)
			     ? error_set_errno(error, ENOMEM, "writing the stream")
			     : write_samples(frames, block, &result->samples, error);

	for (size_t i = 0; i < result->profile.file_count && !status; i++)
		status = write_file(frames, &result->profile.files[i], error);
	if (status) {
		json_decref(json);
		return status;
	}
	status = write_json(frames, FRAME_BLOCK_END, json, error);
	return status ? status : flush(frames, error);
}

int frames_end(const struct frames *frames, int status, const char *text, struct error *error)
{
	int result = write_json(frames, FRAME_END,
				json_pack("{si so}", "status", status, "text", json_text(text)),
				error);

	return result ? result : flush(frames, error);
}
