// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Proves that perf's files come out of a stream under names that stay in their folder, that
 * nothing is dropped without a word, and that a profile is told with what it lacks.
 */
#include "store_support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/exit_status.h"
#include "common/stream.h"
#include "plan/plan.h"
#include "store/ingest.h"
#include "store/profiled.h"
#include "store/run_stream.h"

#define CELL "exit/bundled/empty/64/same-node/t1/p1/4M"

static const char plan_json[] =
	"{\"plan\":1,\"name\":\"profile\",\"seed\":1,\"clock\":\"host\",\"threshold\":0.02,"
	"\"threshold_p99\":0.05,\"strategies\":[\"write\"],\"cells\":[\"" CELL "\"],"
	"\"blocks\":[[0,\"write\",4,0,0,16]]}";

static const char end_json[] =
	"{\"block\":0,\"operations\":4,\"rows\":0,\"dropped\":0,\"profile\":{\"event\":\"cpu-clock\","
	"\"files\":[\"record-write.data\"],\"unavailable\":{\"lock\":\"too old\"}}}";

struct pouring {
	struct plan *plan;
	struct store *store;
	struct ingest *ingest;
	struct stream_writer writer;
	FILE *file;
	int64_t run;
	/* What the listener was given. */
	char name[80], data[80];
	size_t bytes;
	uint32_t files;
};

static int on_file(const char *name, const void *data, size_t bytes, void *context,
		   struct error *error)
{
	struct pouring *pouring = context;

	(void)error;
	snprintf(pouring->name, sizeof(pouring->name), "%s", name);
	assert_true(bytes <= sizeof(pouring->data));
	memcpy(pouring->data, data, bytes);
	pouring->bytes = bytes;
	pouring->files++;
	return 0;
}


static void begin(struct pouring *pouring, bool listen)
{
	const struct ingest_listener listener = {
		.file = listen ? on_file : NULL,
		.context = pouring,
	};
	const struct store_run_new run = {
		.label = "", .plan_json = plan_json, .plan_name = "profile", .lab = "vm",
		.kernel = "debian:6.1", .lab_json = "{}",
	};
	char *path = store_fresh_path();
	struct error error;

	*pouring = (struct pouring){ .store = store_must_open(path, STORE_WRITE),
				     .file = tmpfile() };
	if (plan_from_json(plan_json, strlen(plan_json), &pouring->plan, &error) ||
	    store_run_begin(pouring->store, &run, &pouring->run, &error))
		fail_msg("%s", error.text);
	pouring->ingest = ingest_new(pouring->store, pouring->run, pouring->plan, &listener);
	assert_non_null(pouring->ingest);
	stream_writer_init(&pouring->writer, fileno(pouring->file));
	free(path);
}

static void end(struct pouring *pouring)
{
	ingest_free(pouring->ingest);
	store_close(pouring->store);
	plan_free(pouring->plan);
	fclose(pouring->file);
}

static void put(struct pouring *pouring, enum frame_type type, const void *payload, size_t bytes)
{
	assert_int_equal(stream_write(&pouring->writer, type, payload, bytes), 0);
}

/* A block with one file, whose name and bytes are `payload`. */
static int pour(struct pouring *pouring, const void *payload, size_t payload_bytes,
		struct error *error)
{
	unsigned char samples_payload[512] = { 0 };
	struct samples samples;
	char bytes[2048];
	void *data;
	size_t count;

	assert_int_equal(samples_init(&samples, 0, 1u << COLUMN_WALK), 0);
	assert_int_equal(samples_encode(&samples, &data, &count), 0);
	assert_true(count + 4 <= sizeof(samples_payload));
	memcpy(samples_payload + 4, data, count);
	put(pouring, FRAME_BLOCK_BEGIN, "{\"block\":0}", 11);
	put(pouring, FRAME_SAMPLES, samples_payload, count + 4);
	put(pouring, FRAME_FILE, payload, payload_bytes);
	put(pouring, FRAME_BLOCK_END, end_json, strlen(end_json));
	free(data);
	samples_free(&samples);
	rewind(pouring->file);
	count = fread(bytes, 1, sizeof(bytes), pouring->file);
	return ingest_bytes(pouring->ingest, bytes, count, error);
}

static void test_a_file_comes_with_its_name_and_its_bytes(void **state)
{
	static const char payload[] = "record-write.data\0\0perf\n\xff";
	struct pouring pouring;
	struct error error = { 0 };

	(void)state;
	begin(&pouring, true);
	if (pour(&pouring, payload, sizeof(payload) - 1, &error))
		fail_msg("%s", error.text);
	assert_int_equal(pouring.files, 1);
	assert_string_equal(pouring.name, "record-write.data");
	assert_int_equal(pouring.bytes, sizeof(payload) - 1 - 18);
	assert_memory_equal(pouring.data, "\0perf\n\xff", pouring.bytes);
	assert_int_equal(store_count_blocks(pouring.store, pouring.run), 1);
	end(&pouring);
}

static void test_a_name_that_leaves_its_folder_is_refused(void **state)
{
	static const char *const names[] = {
		"../x", "/etc/passwd", ".hidden", "", "a/b", "x y", "UPPER", "\x1b[31m",
		"a-name-that-is-longer-than-any-file-of-a-profile-would-ever-be-or-have-to-be",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct pouring pouring;
		struct error error = { 0 };

		begin(&pouring, true);
		assert_int_equal(pour(&pouring, names[i], strlen(names[i]) + 1, &error), -EPROTO);
		assert_int_equal(error.exit_status, STATUS_CUT_STREAM);
		assert_int_equal(pouring.files, 0);
		end(&pouring);
	}
}

static void test_a_name_without_an_end_is_refused(void **state)
{
	struct pouring pouring;
	struct error error = { 0 };

	(void)state;
	begin(&pouring, true);
	assert_int_equal(pour(&pouring, "record", 6, &error), -EPROTO);
	end(&pouring);
}

static int take_note(const char *note_json, void *context)
{
	snprintf(context, 200, "%s", note_json);
	return 0;
}

static void test_what_nobody_keeps_is_noted(void **state)
{
	char note[200] = "";
	struct pouring pouring;
	struct error error = { 0 };

	(void)state;
	begin(&pouring, false);
	if (pour(&pouring, "lock-read.txt\0abc", 17, &error))
		fail_msg("%s", error.text);
	assert_int_equal(store_notes_each(pouring.store, pouring.run, take_note, note, &error), 0);
	assert_non_null(strstr(note, "lock-read.txt, 3 bytes, was not kept"));
	end(&pouring);
}

static void test_a_profile_is_told_with_what_it_lacks(void **state)
{
	struct profiled profiled;
	struct pouring pouring;
	struct error error = { 0 };
	char *text;

	(void)state;
	begin(&pouring, true);
	assert_int_equal(pour(&pouring, "record-write.data\0abc", 21, &error), 0);
	assert_int_equal(profiled_load(pouring.store, pouring.run, &profiled, &error), 0);
	text = json_dumps(profiled.blocks, JSON_COMPACT | JSON_SORT_KEYS);
	assert_string_equal(text, "[{\"cell\":\"" CELL "\",\"event\":\"cpu-clock\","
				  "\"files\":[\"record-write.data\"],\"strategy\":\"write\","
				  "\"unavailable\":{\"lock\":\"too old\"}}]");
	free(text);
	profiled_free(&profiled);
	end(&pouring);
}

/* Reads an exported run back; how many of its files were missing. */
static uint32_t carry(struct pouring *from, const char *folder, struct pouring *to)
{
	FILE *file = tmpfile();
	struct error error = { 0 };
	uint32_t missing = 99;
	char bytes[8192];
	size_t count;

	if (run_stream_export(from->store, from->run, folder, fileno(file), &missing, &error))
		fail_msg("%s", error.text);
	rewind(file);
	count = fread(bytes, 1, sizeof(bytes), file);
	assert_true(count && count < sizeof(bytes));
	begin(to, true);
	if (ingest_bytes(to->ingest, bytes, count, &error))
		fail_msg("%s", error.text);
	fclose(file);
	return missing;
}

static void test_a_profile_is_exported_with_its_files(void **state)
{
	static const char data[] = "\0perf\n\xff";
	char *file = support_file("record-write.data", data, sizeof(data) - 1);
	char *folder = support_path(".");
	struct pouring pouring, there;
	struct error error = { 0 };

	(void)state;
	begin(&pouring, true);
	assert_int_equal(pour(&pouring, "record-write.data\0abc", 21, &error), 0);
	assert_int_equal(carry(&pouring, folder, &there), 0);
	assert_int_equal(there.files, 1);
	assert_string_equal(there.name, "record-write.data");
	assert_int_equal(there.bytes, sizeof(data) - 1);
	assert_memory_equal(there.data, data, there.bytes);
	end(&there);

	assert_int_equal(unlink(file), 0);
	assert_int_equal(carry(&pouring, folder, &there), 1);
	assert_int_equal(there.files, 0);
	end(&there);
	end(&pouring);
	free(folder);
	free(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_file_comes_with_its_name_and_its_bytes),
		cmocka_unit_test(test_a_name_that_leaves_its_folder_is_refused),
		cmocka_unit_test(test_a_name_without_an_end_is_refused),
		cmocka_unit_test(test_what_nobody_keeps_is_noted),
		cmocka_unit_test(test_a_profile_is_told_with_what_it_lacks),
		cmocka_unit_test(test_a_profile_is_exported_with_its_files),
	};

	return cmocka_run_group_tests_name("profiled", tests, NULL, NULL);
}
