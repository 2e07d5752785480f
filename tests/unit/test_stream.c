// SPDX-License-Identifier: GPL-2.0-or-later
/* A stream gives every whole frame before a cut or a damage, and never a wrong one. */
#include "support.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "common/stream.h"

#define FRAMES 7

struct expected {
	enum frame_type type;
	const void *payload;
	size_t bytes;
	size_t ends; /* offset in the stream behind the frame */
};

static unsigned char numbers[600];
static struct expected expected[FRAMES] = {
	{ FRAME_HELLO, "{\"hello\":1}", 11, 0 },
	{ FRAME_BLOCK_BEGIN, "{\"block\":0}", 11, 0 },
	{ FRAME_SAMPLES, numbers, sizeof(numbers), 0 },
	{ FRAME_NOTE, "HMMSHMMSHMMS, a magic inside a payload: HMMS", 45, 0 },
	{ FRAME_BLOCK_END, "", 0, 0 },
	{ FRAME_NOTE, "\0\xff\r\n", 4, 0 },
	{ FRAME_END, "{\"status\":0}", 12, 0 },
};
static unsigned char *stream;
static size_t stream_bytes;

/* The stream that the tests cut, made by the writer itself. */
static int make_stream(void **state)
{
	char *path = support_path("stream");
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	struct stream_writer writer;
	uint64_t random = 1;

	(void)state;
	support_fill(&random, numbers, sizeof(numbers));
	stream_writer_init(&writer, fd);
	for (int i = 0; i < FRAMES; i++) {
		assert_int_equal(stream_write(&writer, expected[i].type, expected[i].payload,
					      expected[i].bytes),
				 0);
		expected[i].ends = (size_t)lseek(fd, 0, SEEK_CUR);
		stream_bytes += 24 + expected[i].bytes;
		assert_int_equal(expected[i].ends, stream_bytes);
	}
	stream = malloc(stream_bytes);
	assert_int_equal(pread(fd, stream, stream_bytes, 0), stream_bytes);
	close(fd);
	free(path);
	return 0;
}

static int free_stream(void **state)
{
	(void)state;
	free(stream);
	return 0;
}

static void check_frame(const struct frame *frame, int index)
{
	assert_true(index < FRAMES);
	assert_int_equal(frame->type, expected[index].type);
	assert_int_equal(frame->sequence, index);
	assert_int_equal(frame->bytes, expected[index].bytes);
	assert_memory_equal(frame->payload, expected[index].payload, frame->bytes);
}

/* Pulls what there is. The number of frames so far; *result as stream_reader_next() ended. */
static int pull(struct stream_reader *reader, int frames, int *result, struct error *error)
{
	struct frame frame;

	while ((*result = stream_reader_next(reader, &frame, error)) == 1)
		check_frame(&frame, frames++);
	return frames;
}

/* Pushes everything in chunks of 1 .. `chunk` bytes (random) and checks every frame. */
static int read_all(const unsigned char *data, size_t bytes, size_t chunk, int *result, int *ended,
		    size_t *leftover, struct error *error)
{
	struct stream_reader *reader = stream_reader_new();
	uint64_t random = chunk + bytes;
	int frames = 0;
	size_t count;

	assert_non_null(reader);
	*result = 0;
	for (size_t done = 0; done < bytes; done += count) {
		count = 1 + support_below(&random, chunk);
		if (count > bytes - done)
			count = bytes - done;
		assert_int_equal(stream_reader_push(reader, data + done, count), 0);
		frames = pull(reader, frames, result, error);
	}
	*ended = stream_reader_ended(reader);
	*leftover = stream_reader_leftover(reader);
	stream_reader_free(reader);
	return frames;
}

static int whole_frames(size_t bytes)
{
	int frames = 0;

	while (frames < FRAMES && expected[frames].ends <= bytes)
		frames++;
	return frames;
}

static void test_cut_at_every_byte(void **state)
{
	static const size_t chunks[] = { 1, 5, 100, 100000 };
	size_t leftover, whole;
	int result, ended, frames;
	struct error error;

	(void)state;
	for (size_t cut = 0; cut <= stream_bytes; cut++)
		for (size_t i = 0; i < sizeof(chunks) / sizeof(chunks[0]); i++) {
			frames = read_all(stream, cut, chunks[i], &result, &ended, &leftover,
					  &error);
			assert_int_equal(result, 0);
			assert_int_equal(frames, whole_frames(cut));
			assert_int_equal(ended, cut == stream_bytes);
			whole = frames ? expected[frames - 1].ends : 0;
			assert_int_equal(leftover, cut - whole);
		}
}

static void test_every_bit_flipped(void **state)
{
	size_t leftover;
	int result, ended, frames;
	struct error error;

	(void)state;
	for (size_t bit = 0; bit < stream_bytes * 8; bit++) {
		stream[bit / 8] ^= (unsigned char)(1 << bit % 8);
		frames = read_all(stream, stream_bytes, 1000, &result, &ended, &leftover, &error);
		/* The frames before the flipped bit, and the end of the stream for certain. */
		assert_int_equal(frames, whole_frames(bit / 8));
		assert_false(ended);
		if (result != -EBADMSG)
			fail_msg("bit %zu: result %d", bit, result);
		stream[bit / 8] ^= (unsigned char)(1 << bit % 8);
	}
}

static void test_every_byte_lost_or_doubled(void **state)
{
	unsigned char *damaged = malloc(stream_bytes + 1);
	size_t leftover;
	int result, ended;
	struct error error;

	(void)state;
	for (size_t at = 0; at < stream_bytes; at++) {
		memcpy(damaged, stream, at);
		memcpy(damaged + at, stream + at + 1, stream_bytes - at - 1);
		assert_int_equal(read_all(damaged, stream_bytes - 1, 1000, &result, &ended,
					  &leftover, &error),
				 whole_frames(at));
		assert_false(ended);

		/* One byte too many may equal its neighbour: then the damage is behind it. */
		memcpy(damaged, stream, at + 1);
		memcpy(damaged + at + 1, stream + at, stream_bytes - at);
		assert_in_range(read_all(damaged, stream_bytes + 1, 1000, &result, &ended,
					 &leftover, &error),
				whole_frames(at), FRAMES);
	}
	free(damaged);
}

static void test_garbage_before_the_first_frame(void **state)
{
	static const char greeting[] = "SeaBIOS (version 1.16)\r\nHMMS HMMHMMSS\x01\0\0\0\0HM";
	unsigned char *data = malloc(5000 + stream_bytes);
	uint64_t random = 9;
	size_t leftover, garbage;
	int result, ended;
	struct error error;

	(void)state;
	for (int round = 0; round < 300; round++) {
		garbage = support_below(&random, 5000);
		support_fill(&random, data, garbage);
		if (round % 3 == 0) {
			garbage = sizeof(greeting);
			memcpy(data, greeting, garbage);
		}
		if (round % 3 == 1)
			for (size_t at = 0; at + 4 < garbage; at += 1 + support_below(&random, 40))
				memcpy(data + at, "HMMS", 4);
		memcpy(data + garbage, stream, stream_bytes);
		assert_int_equal(read_all(data, garbage + stream_bytes, 1 + (size_t)round, &result,
					  &ended, &leftover, &error),
				 FRAMES);
		assert_true(ended);
		assert_int_equal(leftover, 0);
	}
	free(data);
}

/* Garbage alone is not kept: what never begins does not fill the memory. */
static void test_garbage_alone_is_not_kept(void **state)
{
	struct stream_reader *reader = stream_reader_new();
	unsigned char data[4096];
	uint64_t random = 4;
	struct frame frame;
	struct error error;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		support_fill(&random, data, sizeof(data));
		assert_int_equal(stream_reader_push(reader, data, sizeof(data)), 0);
		assert_int_equal(stream_reader_next(reader, &frame, &error), 0);
		assert_true(stream_reader_leftover(reader) < 24);
	}
	stream_reader_free(reader);
}

static void put_u16(unsigned char *to, uint16_t value)
{
	value = htole16(value);
	memcpy(to, &value, sizeof(value));
}

static void put_u32(unsigned char *to, uint32_t value)
{
	value = htole32(value);
	memcpy(to, &value, sizeof(value));
}

/* A header as stream.h describes it, made here without the writer. */
static void make_header(unsigned char header[24], uint16_t version, uint16_t type,
			uint32_t sequence, uint32_t length, const void *payload)
{
	memcpy(header, "HMMS", 4);
	put_u16(header + 4, version);
	put_u16(header + 6, type);
	put_u32(header + 8, sequence);
	put_u32(header + 12, length);
	put_u32(header + 16, payload ? (uint32_t)crc32(0, payload, length) : 0);
	put_u32(header + 20, (uint32_t)crc32(0, header, 20));
}

static void test_the_format_is_the_one_described(void **state)
{
	unsigned char header[24];

	(void)state;
	make_header(header, 1, FRAME_HELLO, 0, 11, expected[0].payload);
	assert_memory_equal(stream, header, sizeof(header));
	assert_memory_equal(stream + 24, expected[0].payload, 11);
}

static void test_what_a_header_may_not_say(void **state)
{
	static const struct {
		uint16_t version, type;
		uint32_t sequence, length;
		int result;
		const char *text;
	} cases[] = {
		{ 2, FRAME_HELLO, 0, 0, -EPROTONOSUPPORT,
		  "stream broken at byte 0, frame 0: version 2, and this program reads version 1; "
		  "use the hmmbench that belongs to the agent; the frames before it are whole" },
		{ 1, 0, 0, 0, -EBADMSG,
		  "stream broken at byte 0, frame 0: type 0 is not known; the frames before it are "
		  "whole" },
		{ 1, FRAME_FILE + 1, 0, 0, -EBADMSG,
		  "stream broken at byte 0, frame 0: type 8 is not known; the frames before it are "
		  "whole" },
		{ 1, FRAME_HELLO, 3, 0, -EBADMSG,
		  "stream broken at byte 0, frame 0: frame 3 comes in its place (frames lost); the "
		  "frames before it are whole" },
		{ 1, FRAME_HELLO, 0, FRAME_BYTES_MAX + 1, -EBADMSG,
		  "stream broken at byte 0, frame 0: a payload above the limit of 64 MiB; the "
		  "frames before it are whole" },
		{ 1, FRAME_HELLO, 0, UINT32_MAX, -EBADMSG,
		  "stream broken at byte 0, frame 0: a payload above the limit of 64 MiB; the "
		  "frames before it are whole" },
	};
	unsigned char header[24];
	struct frame frame;
	struct error error;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stream_reader *reader = stream_reader_new();

		make_header(header, cases[i].version, cases[i].type, cases[i].sequence,
			    cases[i].length, NULL);
		stream_reader_push(reader, header, sizeof(header));
		assert_int_equal(stream_reader_next(reader, &frame, &error), cases[i].result);
		assert_string_equal(error.text, cases[i].text);

		/* For good: whole frames behind it are not taken. */
		memset(&error, 0, sizeof(error));
		stream_reader_push(reader, stream, stream_bytes);
		assert_int_equal(stream_reader_next(reader, &frame, &error), cases[i].result);
		assert_string_equal(error.text, cases[i].text);
		assert_false(stream_reader_ended(reader));
		stream_reader_free(reader);
	}
}

/* A length that is allowed takes memory as its bytes come, not before. */
static void test_a_length_alone_takes_no_memory(void **state)
{
	struct stream_reader *reader = stream_reader_new();
	size_t before = support_peak_bytes();
	unsigned char header[24];
	struct frame frame;
	struct error error;

	(void)state;
	make_header(header, 1, FRAME_SAMPLES, 0, FRAME_BYTES_MAX, NULL);
	stream_reader_push(reader, header, sizeof(header));
	assert_int_equal(stream_reader_next(reader, &frame, &error), 0);
	assert_true(support_peak_bytes() - before < (8u << 20));
	stream_reader_free(reader);
}

static void test_frames_lost_doubled_or_swapped(void **state)
{
	unsigned char *data = malloc(2 * stream_bytes);
	size_t begins = expected[2].ends, ends = expected[3].ends, leftover;
	int result, ended;
	struct error error;

	(void)state;
	memcpy(data, stream, begins);
	memcpy(data + begins, stream + ends, stream_bytes - ends);
	assert_int_equal(read_all(data, stream_bytes - (ends - begins), 64, &result, &ended,
				  &leftover, &error),
			 3);
	assert_int_equal(result, -EBADMSG);
	assert_string_equal(error.text, "stream broken at byte 694, frame 3: frame 4 comes in its "
					"place (frames lost); the frames before it are whole");

	memcpy(data, stream, ends);
	memcpy(data + ends, stream + begins, stream_bytes - begins);
	assert_int_equal(read_all(data, stream_bytes + (ends - begins), 64, &result, &ended,
				  &leftover, &error),
			 4);
	assert_int_equal(result, -EBADMSG);
	assert_false(ended);
	free(data);
}

static void test_bytes_behind_the_end_are_counted(void **state)
{
	struct stream_reader *reader = stream_reader_new();
	struct error error;
	int result;

	(void)state;
	stream_reader_push(reader, stream, stream_bytes);
	stream_reader_push(reader, "bye", 3);
	assert_int_equal(pull(reader, 0, &result, &error), FRAMES);
	assert_int_equal(result, 0);
	stream_reader_push(reader, "bye", 3);
	assert_int_equal(pull(reader, FRAMES, &result, &error), FRAMES);
	assert_int_equal(result, 0);
	assert_true(stream_reader_ended(reader));
	assert_int_equal(stream_reader_leftover(reader), 6);
	stream_reader_free(reader);
}

static void test_random_damage(void **state)
{
	uint64_t rounds = support_count("HMMBENCH_FUZZ_ROUNDS", 20000), random = 21;
	unsigned char *data = malloc(2 * stream_bytes);
	size_t bytes, leftover, from, to, count;
	int result, ended;
	struct error error;

	(void)state;
	for (uint64_t i = 0; i < rounds; i++) {
		bytes = stream_bytes;
		memcpy(data, stream, bytes);
		for (uint64_t changes = support_below(&random, 4); changes; changes--) {
			from = support_below(&random, bytes);
			to = support_below(&random, bytes);
			count = support_below(&random, bytes - (from > to ? from : to));
			if (support_below(&random, 2))
				memmove(data + to, data + from, count);
			else
				support_fill(&random, data + from,
					     support_below(&random, 1 + count));
		}
		/* read_all() checks every frame against the one expected in its place. */
		read_all(data, bytes, 1 + support_below(&random, 2000), &result, &ended, &leftover,
			 &error);
		assert_true(result == 0 || result == -EBADMSG || result == -EPROTONOSUPPORT);
	}
	for (uint64_t i = 0; i < rounds; i++) {
		bytes = support_below(&random, stream_bytes);
		support_fill(&random, data, bytes);
		assert_int_equal(read_all(data, bytes, 200, &result, &ended, &leftover, &error), 0);
	}
	free(data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut_at_every_byte),
		cmocka_unit_test(test_every_bit_flipped),
		cmocka_unit_test(test_every_byte_lost_or_doubled),
		cmocka_unit_test(test_garbage_before_the_first_frame),
		cmocka_unit_test(test_garbage_alone_is_not_kept),
		cmocka_unit_test(test_the_format_is_the_one_described),
		cmocka_unit_test(test_what_a_header_may_not_say),
		cmocka_unit_test(test_a_length_alone_takes_no_memory),
		cmocka_unit_test(test_frames_lost_doubled_or_swapped),
		cmocka_unit_test(test_bytes_behind_the_end_are_counted),
		cmocka_unit_test(test_random_damage),
	};

	return cmocka_run_group_tests_name("stream", tests, make_stream, free_stream);
}
