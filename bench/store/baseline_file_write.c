// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/baseline_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

#include <jansson.h>
#include <sha2.h>
#include <zlib.h>

#include "common/exit_status.h"
#include "store/run_stream.h"
#include "store/store_baseline.h"

struct packing {
	struct store *store;
	FILE *payload;		/* not deflated yet */
	json_t *configs, *runs;	/* of the manifest */
};

/* The text of a configuration, unless an earlier run had it. */
static int pack_config(struct packing *packing, const struct store_run *run, struct error *error)
{
	const json_t *config;
	char *text = NULL;
	size_t i;
	int result;

	json_array_foreach(packing->configs, i, config)
		if (!strcmp(json_string_value(json_object_get(config, "digest")),
			    run->config_digest))
			return 0;
	result = store_kernel_config_get(packing->store, run->id, &text, error);
	if (result || !text)
		return result;
	if (fputs(text, packing->payload) == EOF ||
	    json_array_append_new(packing->configs,
				  json_pack("{s:s, s:I}", "digest", run->config_digest, "bytes",
					    (json_int_t)strlen(text))))
		result = error_out_of_memory(error);
	free(text);
	return result;
}

static int copy_stream(int fd, FILE *payload, int64_t *bytes)
{
	char chunk[1 << 16];
	ssize_t got;

	*bytes = 0;
	if (lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	while ((got = read(fd, chunk, sizeof(chunk))) > 0) {
		if (fwrite(chunk, 1, (size_t)got, payload) != (size_t)got)
			return -ENOMEM;
		*bytes += got;
	}
	return got < 0 ? -errno : 0;
}

static int pack_run(struct packing *packing, int64_t id, struct error *error)
{
	struct store_run run = { 0 };
	int fd = memfd_create("run", MFD_CLOEXEC);
	int64_t bytes = 0;
	int result = store_run_get(packing->store, id, &run, error);

	if (!result && fd < 0)
		result = -errno;
	if (!result)
		result = run_stream_write(packing->store, id, fd, error);
	if (!result)
		result = copy_stream(fd, packing->payload, &bytes);
	if (!result &&
	    json_array_append_new(packing->runs,
				  json_pack("{s:s, s:s, s:s, s:s, s:I}", "kernel", run.kernel,
					    "started", run.started, "ended", run.ended, "config",
					    run.config_digest, "bytes", (json_int_t)bytes)))
		result = -ENOMEM;
	if (fd >= 0)
		close(fd);
	store_run_free(&run);
	if (result && !error->text[0])
		error_set_errno(error, -result, "run %lld", (long long)id);
	return result;
}

static int pack_configs(struct packing *packing, const struct store_baseline *baseline,
			struct error *error)
{
	int result = 0;

	for (size_t i = 0; i < baseline->run_count && !result; i++) {
		struct store_run run = { 0 };

		result = store_run_get(packing->store, baseline->runs[i], &run, error);
		if (!result && run.config_digest[0])
			result = pack_config(packing, &run, error);
		store_run_free(&run);
	}
	return result;
}

/* Payload, deflated; *bytes before and after. NULL: out of memory. */
static void *deflate_all(const void *payload, size_t bytes, size_t *deflated_bytes)
{
	uLongf room = compressBound(bytes);
	Bytef *deflated = malloc(room);

	if (!deflated || compress2(deflated, &room, payload, bytes, Z_BEST_COMPRESSION) != Z_OK) {
		free(deflated);
		return NULL;
	}
	*deflated_bytes = room;
	return deflated;
}

/* Everything behind the first line, malloc'ed. */
static int make_body(struct packing *packing, const struct store_baseline *baseline,
		     const void *payload, size_t payload_bytes, char **body, size_t *body_bytes)
{
	size_t deflated_bytes = 0;
	void *deflated = deflate_all(payload, payload_bytes, &deflated_bytes);
	json_t *manifest = json_pack("{s:s, s:s, s:s, s:s, s:I, s:O, s:O}", "name", baseline->name,
				     "note", baseline->note, "made", baseline->made, "program",
				     baseline->program, "bytes", (json_int_t)payload_bytes, "runs",
				     packing->runs, "configs", packing->configs);
	char *text = manifest ? json_dumps(manifest, JSON_COMPACT) : NULL;
	FILE *file = deflated && text ? open_memstream(body, body_bytes) : NULL;
	int result = -ENOMEM;

	if (file) {
		fprintf(file, "%s\n", text);
		fwrite(deflated, 1, deflated_bytes, file);
		result = ferror(file) ? -ENOMEM : 0;
		result = fclose(file) ? -ENOMEM : result;
	}
	free(deflated);
	free(text);
	json_decref(manifest);
	return result;
}

static int write_new_file(const char *path, const char *body, size_t bytes, struct error *error)
{
	char digest[SHA256_DIGEST_STRING_LENGTH];
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	bool failed;

	if (!file) {
		const int errnum = errno;

		if (fd >= 0)
			close(fd);
		error->exit_status = STATUS_USAGE;
		return errnum == EEXIST ?
			       error_set(error, EINVAL, "%s is there already; name another file", path) :
			       error_set_errno(error, errnum, "%s cannot be made", path);
	}
	SHA256Data((const uint8_t *)body, bytes, digest);
	fprintf(file, "hmmbench-baseline %d %s %zu\n", BASELINE_FILE_VERSION, digest, bytes);
	failed = fwrite(body, 1, bytes, file) != bytes || fflush(file) || fsync(fd);
	failed |= fclose(file) != 0;
	if (!failed)
		return 0;
	error_set_errno(error, errno ? errno : EIO, "%s", path);
	unlink(path);
	return -EIO;
}

int baseline_file_write(struct store *store, const char *name, const char *path,
			struct error *error)
{
	struct packing packing = { .store = store, .configs = json_array(), .runs = json_array() };
	struct store_baseline baseline = { 0 };
	char *payload = NULL, *body = NULL;
	size_t payload_bytes = 0, body_bytes = 0;
	int result = store_baseline_get(store, name, &baseline, error);

	if (result)
		goto out;
	packing.payload = open_memstream(&payload, &payload_bytes);
	if (!packing.payload) {
		result = error_out_of_memory(error);
		goto out;
	}
	result = pack_configs(&packing, &baseline, error);
	for (size_t i = 0; i < baseline.run_count && !result; i++)
		result = pack_run(&packing, baseline.runs[i], error);
	if (fclose(packing.payload) && !result)
		result = error_out_of_memory(error);
	if (!result && payload_bytes > BASELINE_FILE_BYTES_MAX)
		result = error_set(error, EFBIG, "baseline %s: %zu MiB of runs, and a file of it may have "
				   "%u; take fewer runs", name, payload_bytes >> 20,
				   BASELINE_FILE_BYTES_MAX >> 20);
	if (!result && make_body(&packing, &baseline, payload, payload_bytes, &body, &body_bytes))
		result = error_out_of_memory(error);
	if (!result)
		result = write_new_file(path, body, body_bytes, error);
out:
	free(body);
	free(payload);
	json_decref(packing.configs);
	json_decref(packing.runs);
	store_baseline_free(&baseline);
	return result;
}
