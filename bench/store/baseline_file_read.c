// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/baseline_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <sys/types.h>
#include <sha2.h>
#include <zlib.h>

#include "common/exit_status.h"
#include "common/paths.h"
#include "common/stream.h"
#include "store/ingest.h"
#include "store/run_stream.h"
#include "store/store_baseline.h"
#include "store/store_internal.h"

struct unpacking {
	const char *path;
	char *data;		/* the whole file; the manifest has a NUL at its end */
	json_t *manifest;
	unsigned char *payload;	/* inflated */
	size_t payload_bytes, used;
	int64_t *runs;		/* taken in so far */
	size_t run_count;
};

/* "FILE: WHAT", an input error. */
static int refuse(const struct unpacking *unpacking, struct error *error, const char *what)
{
	error->exit_status = STATUS_USAGE;
	return error_set(error, EINVAL, "%s: %s", unpacking->path, what);
}

static int damaged(const struct unpacking *unpacking, struct error *error)
{
	return refuse(unpacking, error, "it is cut or was altered: its digest is wrong; take the file "
		      "that 'hmmbench baseline export' wrote, from git without any conversion");
}

/* ---- the file ---- */

/* The first line holds for all behind it; *body is where that begins. */
static int check_digest(const struct unpacking *unpacking, size_t bytes, char **body,
			size_t *body_bytes, struct error *error)
{
	char wanted[SHA256_DIGEST_STRING_LENGTH], digest[SHA256_DIGEST_STRING_LENGTH], *end;
	unsigned long long length;
	int version, begin = 0;

	if (sscanf(unpacking->data, "hmmbench-baseline %d", &version) != 1)
		return refuse(unpacking, error, "it is no baseline; give a file that 'hmmbench baseline "
			      "export' wrote");
	if (version != BASELINE_FILE_VERSION) {
		error->exit_status = STATUS_USAGE;
		return error_set(error, EINVAL,
				 "%s: a baseline of version %d, and this hmmbench knows version %d; use "
				 "the hmmbench that wrote it, and export it again with this one",
				 unpacking->path, version, BASELINE_FILE_VERSION);
	}
	end = memchr(unpacking->data, '\n', bytes);
	if (!end || sscanf(unpacking->data, "hmmbench-baseline %*d %64[0-9a-f] %llu%n", wanted,
			   &length, &begin) != 2 || unpacking->data + begin != end)
		return damaged(unpacking, error);
	*body = end + 1;
	*body_bytes = bytes - (size_t)(*body - unpacking->data);
	if (length != *body_bytes)
		return damaged(unpacking, error);
	SHA256Data((const uint8_t *)*body, *body_bytes, digest);
	return strcmp(digest, wanted) ? damaged(unpacking, error) : 0;
}

/* Manifest and payload out of what the digest vouches for. */
static int open_body(struct unpacking *unpacking, char *body, size_t bytes, struct error *error)
{
	char *end = memchr(body, '\n', bytes);
	json_int_t wanted;
	uLongf inflated;

	if (!end)
		return damaged(unpacking, error);
	unpacking->manifest = json_loadb(body, (size_t)(end - body), 0, NULL);
	wanted = json_integer_value(json_object_get(unpacking->manifest, "bytes"));
	if (wanted < 1 || wanted > BASELINE_FILE_BYTES_MAX)
		return refuse(unpacking, error, "its manifest cannot be read");
	unpacking->payload = malloc((size_t)wanted);
	if (!unpacking->payload)
		return error_out_of_memory(error);
	inflated = (uLongf)wanted;
	end++;
	if (uncompress(unpacking->payload, &inflated, (const Bytef *)end,
		       bytes - (size_t)(end - body)) != Z_OK || inflated != (uLongf)wanted)
		return damaged(unpacking, error);
	unpacking->payload_bytes = inflated;
	return 0;
}

/* The next bytes of the payload, as many as the manifest says; NULL: it has not so many. */
static const unsigned char *next_part(struct unpacking *unpacking, const json_t *entry,
				      size_t *bytes)
{
	const json_int_t wanted = json_integer_value(json_object_get(entry, "bytes"));
	const unsigned char *part = unpacking->payload + unpacking->used;

	if (wanted < 1 || (uint64_t)wanted > unpacking->payload_bytes - unpacking->used)
		return NULL;
	*bytes = (size_t)wanted;
	unpacking->used += *bytes;
	return part;
}

/* ---- into the store ---- */

/* Where the text of a configuration is; NULL: the file has none of that digest. */
static char *config_text(const struct unpacking *unpacking, const char *digest)
{
	const json_t *configs = json_object_get(unpacking->manifest, "configs"), *config;
	size_t i, used = 0;

	json_array_foreach(configs, i, config) {
		const size_t bytes = (size_t)json_integer_value(json_object_get(config, "bytes"));
		const char *own = json_string_value(json_object_get(config, "digest"));

		if (own && !strcmp(own, digest))
			return strndup((const char *)unpacking->payload + used, bytes);
		used += bytes;
	}
	return NULL;
}

static int skip_configs(struct unpacking *unpacking)
{
	const json_t *configs = json_object_get(unpacking->manifest, "configs"), *config;
	size_t i, bytes;

	json_array_foreach(configs, i, config)
		if (!next_part(unpacking, config, &bytes))
			return -EINVAL;
	return 0;
}

static json_t *hello_of(const void *stream, size_t bytes)
{
	struct stream_reader *reader = stream_reader_new();
	struct frame frame;
	json_t *hello = NULL;

	if (reader && !stream_reader_push(reader, stream, bytes) &&
	    stream_reader_next(reader, &frame, NULL) == 1 && frame.type == FRAME_HELLO)
		hello = json_loadb(frame.payload, frame.bytes, 0, NULL);
	stream_reader_free(reader);
	return hello;
}

static int take_config(struct store *store, const struct unpacking *unpacking, const json_t *entry,
		       int64_t run, struct error *error)
{
	const char *digest = json_string_value(json_object_get(entry, "config"));
	char *text;
	int result;

	if (!digest || !*digest)
		return 0;
	text = config_text(unpacking, digest);
	if (!text)
		return refuse(unpacking, error, "a kernel's configuration is missing in it");
	result = store_run_kernel_config(store, run, digest, text, error);
	free(text);
	return result;
}

static int take_stream(struct store *store, struct unpacking *unpacking, const json_t *entry,
		       int64_t *run, struct error *error)
{
	size_t bytes = 0;
	const unsigned char *stream = next_part(unpacking, entry, &bytes);
	json_t *hello = stream ? hello_of(stream, bytes) : NULL;
	struct ingest *ingest = NULL;
	struct plan *plan = NULL;
	int result;

	if (!hello)
		return refuse(unpacking, error, "one of its runs cannot be read");
	result = run_stream_begin(store, hello, NULL, unpacking->path, run, &plan, error);
	if (!result)
		ingest = ingest_new(store, *run, plan, NULL);
	if (!result && !ingest)
		result = error_out_of_memory(error);
	if (!result)
		result = ingest_bytes(ingest, stream, bytes, error);
	if (!result && !ingest_ended(ingest))
		result = refuse(unpacking, error, "one of its runs has no end");
	if (!result)
		result = store_run_end(store, *run, ingest_end_status(ingest),
				       ingest_end_text(ingest), error);
	ingest_free(ingest);
	plan_free(plan);
	json_decref(hello);
	return result;
}

static int take_run(struct store *store, struct unpacking *unpacking, const json_t *entry,
		    struct error *error)
{
	int64_t *run = &unpacking->runs[unpacking->run_count];
	int result = take_stream(store, unpacking, entry, run, error);

	if (!result)
		result = take_config(store, unpacking, entry, *run, error);
	if (!result)
		result = store_run_date(store, *run,
					json_string_value(json_object_get(entry, "started")),
					json_string_value(json_object_get(entry, "ended")), error);
	unpacking->run_count += !result;
	return result;
}

static const char *manifest_text(const struct unpacking *unpacking, const char *key)
{
	const char *text = json_string_value(json_object_get(unpacking->manifest, key));

	return text ? text : "";
}

static int take_all(struct store *store, struct unpacking *unpacking, const char *name,
		    struct error *error)
{
	const json_t *entries = json_object_get(unpacking->manifest, "runs"), *entry;
	struct store_baseline baseline = {
		.name = (char *)(name ? name : manifest_text(unpacking, "name")),
		.made = (char *)manifest_text(unpacking, "made"),
		.program = (char *)manifest_text(unpacking, "program"),
		.note = (char *)manifest_text(unpacking, "note"),
	};
	size_t i;
	int result = skip_configs(unpacking);

	unpacking->runs = calloc(json_array_size(entries) + 1, sizeof(*unpacking->runs));
	if (!unpacking->runs)
		return error_out_of_memory(error);
	if (result)
		return refuse(unpacking, error, "its manifest does not fit what it holds");
	json_array_foreach(entries, i, entry) {
		result = take_run(store, unpacking, entry, error);
		if (result)
			return result;
	}
	baseline.runs = unpacking->runs;
	baseline.run_count = unpacking->run_count;
	return store_baseline_set(store, &baseline, NULL, error);
}

int baseline_file_read(struct store *store, const char *path, const char *name,
		       struct store_baseline *taken, struct error *error)
{
	struct unpacking unpacking = { .path = path };
	size_t bytes, body_bytes = 0;
	char *body = NULL;
	int result = path_read_file(path, BASELINE_FILE_BYTES_MAX, &unpacking.data, &bytes, error);

	if (result) {
		error->exit_status = STATUS_USAGE;
		return result;
	}
	result = check_digest(&unpacking, bytes, &body, &body_bytes, error);
	if (!result)
		result = open_body(&unpacking, body, body_bytes, error);
	if (!result)
		result = store_transaction_begin(store, error);
	if (!result)
		result = store_transaction_end(store, take_all(store, &unpacking, name, error),
					       error);
	if (!result && taken)
		result = store_baseline_get(store, name ? name : manifest_text(&unpacking, "name"),
					    taken, error);
	free(unpacking.data);
	free(unpacking.payload);
	free(unpacking.runs);
	json_decref(unpacking.manifest);
	return result;
}
