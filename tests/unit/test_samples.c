// SPDX-License-Identifier: GPL-2.0-or-later
/* Samples come back as they went in, or not at all: no damage gives other samples. */
#include "support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "common/samples.h"
#include "hmmbench_uapi.h"

#define ALL_COLUMNS ((1u << COLUMN_COUNT) - 1)

static struct samples random_samples(uint64_t *random, size_t rows, uint32_t mask)
{
	struct samples samples;

	assert_int_equal(samples_init(&samples, rows, mask), 0);
	for (int column = 0; column < COLUMN_COUNT; column++)
		for (size_t row = 0; samples.columns[column] && row < rows; row++)
			if (support_below(random, 10))
				samples.columns[column][row] = support_random(random) >>
							       support_below(random, 64);
	return samples;
}

static int same(const struct samples *a, const struct samples *b)
{
	if (a->rows != b->rows)
		return 0;
	for (int column = 0; column < COLUMN_COUNT; column++) {
		if (!a->columns[column] != !b->columns[column])
			return 0;
		if (a->columns[column] &&
		    memcmp(a->columns[column], b->columns[column], a->rows * sizeof(uint64_t)))
			return 0;
	}
	return 1;
}

static void test_round_trip(void **state)
{
	static const size_t rows[] = { 0, 1, 2, 2047, 2048, 2049, 40000 };
	static const uint32_t masks[] = { 0, 1, 1u << (COLUMN_COUNT - 1), 0x21, ALL_COLUMNS };
	uint64_t random = 3;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t j = 0; j < sizeof(masks) / sizeof(masks[0]); j++) {
			struct samples in = random_samples(&random, rows[i], masks[j]), out;
			size_t bytes;
			void *data;

			assert_int_equal(samples_encode(&in, &data, &bytes), 0);
			assert_int_equal(samples_decode(data, bytes, &out), 0);
			assert_true(same(&in, &out));
			free(data);
			samples_free(&in);
			samples_free(&out);
		}
}

static void put_u32(unsigned char *to, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		to[i] = (unsigned char)(value >> (8 * i));
}

/* A column as samples.h describes it, made here without samples_encode(). Its bytes. */
static size_t make_column(unsigned char *to, const unsigned char *head, unsigned char number,
			  const unsigned char *plain, size_t bytes)
{
	uLong crc = crc32(crc32(crc32(0, head, 12), &number, 1), plain, (uInt)bytes);
	uLongf deflated = 100;

	assert_int_equal(compress(to + 8, &deflated, plain, bytes), Z_OK);
	put_u32(to, (uint32_t)deflated);
	put_u32(to + 4, (uint32_t)crc);
	return 8 + deflated;
}

static void test_the_format_is_the_one_described(void **state)
{
	/* 1 and 258; 7 and SAMPLE_MISSING. */
	static const unsigned char whole[] = { 1, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
	static const unsigned char walk[] = { 7, 255, 0, 255, 0, 255, 0, 255,
					      0, 255, 0, 255, 0, 255, 0, 255 };
	unsigned char data[300] = { 'H', 'M', 'S', '1', 2, 0, 0, 0, 0x20, 0x01, 0, 0 };
	struct samples samples;
	size_t bytes = 12;

	(void)state;
	bytes += make_column(data + bytes, data, COLUMN_WHOLE, whole, sizeof(whole));
	bytes += make_column(data + bytes, data, COLUMN_WALK, walk, sizeof(walk));
	assert_int_equal(samples_decode(data, bytes, &samples), 0);
	assert_int_equal(samples.rows, 2);
	assert_int_equal(samples.columns[COLUMN_WHOLE][0], 1);
	assert_int_equal(samples.columns[COLUMN_WHOLE][1], 258);
	assert_int_equal(samples.columns[COLUMN_WALK][0], 7);
	assert_true(samples.columns[COLUMN_WALK][1] == SAMPLE_MISSING);
	assert_null(samples.columns[COLUMN_OPERATION]);
	samples_free(&samples);
}

static void test_only_the_columns_asked_for(void **state)
{
	uint64_t random = 8;
	struct samples in = random_samples(&random, 50, 0x1e1), out;
	size_t bytes;
	void *data;

	(void)state;
	assert_int_equal(samples_encode(&in, &data, &bytes), 0);
	assert_int_equal(samples_decode_columns(data, bytes, 1u << COLUMN_WALK | 1u << COLUMN_GRACE,
						&out),
			 0);
	assert_int_equal(out.rows, 50);
	for (int column = 0; column < COLUMN_COUNT; column++)
		assert_int_equal(!!out.columns[column], column == COLUMN_WALK);
	assert_memory_equal(out.columns[COLUMN_WALK], in.columns[COLUMN_WALK], 50 * 8);
	samples_free(&out);
	free(data);
	samples_free(&in);
}

/* Cut anywhere, or one bit wrong anywhere: an error, or, where zlib does not use the bit, the same. */
static void test_no_damage_gives_other_samples(void **state)
{
	uint64_t random = 5;
	struct samples in = random_samples(&random, 20, 0x1e1), out;
	unsigned char *data;
	size_t bytes, refused = 0;
	void *encoded;

	(void)state;
	assert_int_equal(samples_encode(&in, &encoded, &bytes), 0);
	data = encoded;
	for (size_t cut = 0; cut < bytes; cut++) {
		assert_int_equal(samples_decode(data, cut, &out), -EBADMSG);
		assert_int_equal(out.rows, 0);
	}
	for (size_t bit = 0; bit < bytes * 8; bit++) {
		data[bit / 8] ^= (unsigned char)(1 << bit % 8);
		if (samples_decode(data, bytes, &out))
			refused++;
		else
			assert_true(same(&in, &out));
		samples_free(&out);
		data[bit / 8] ^= (unsigned char)(1 << bit % 8);
	}
	assert_true(refused > bytes * 8 / 100 * 95);
	data = realloc(data, bytes + 1);
	data[bytes] = 0;
	assert_int_equal(samples_decode(data, bytes + 1, &out), -EBADMSG);
	free(data);
	samples_free(&in);
}

static void test_sizes_are_checked_before_allocating(void **state)
{
	unsigned char data[64] = { 'H', 'M', 'S', '1' };
	size_t before = support_peak_bytes();
	struct samples samples = { 0 };

	(void)state;
	put_u32(data + 4, SAMPLES_ROWS_MAX);
	put_u32(data + 8, ALL_COLUMNS);
	assert_int_equal(samples_decode(data, sizeof(data), &samples), -EBADMSG);
	assert_true(support_peak_bytes() - before < (32u << 20));
	put_u32(data + 4, SAMPLES_ROWS_MAX + 1);
	assert_int_equal(samples_decode(data, sizeof(data), &samples), -E2BIG);
	put_u32(data + 4, 1u << 20);
	put_u32(data + 8, 1);
	put_u32(data + 12, sizeof(data) - 20);
	assert_int_equal(samples_decode(data, sizeof(data), &samples), -EBADMSG);
	put_u32(data + 12, UINT32_MAX);
	assert_int_equal(samples_decode(data, sizeof(data), &samples), -EBADMSG);
	put_u32(data + 4, 1);
	put_u32(data + 8, 1u << COLUMN_COUNT);
	assert_int_equal(samples_decode(data, sizeof(data), &samples), -EBADMSG);

	assert_int_equal(samples_init(&samples, SAMPLES_ROWS_MAX + 1, 1), -E2BIG);
	assert_int_equal(samples_init(&samples, 1, 1u << COLUMN_COUNT), -EINVAL);
}

static void test_random_bytes_are_no_samples(void **state)
{
	uint64_t rounds = support_count("HMMBENCH_FUZZ_ROUNDS", 20000), random = 11;
	struct samples in = random_samples(&random, 9, 0xe1), out;
	unsigned char data[400];
	size_t bytes;
	void *good;

	(void)state;
	assert_int_equal(samples_encode(&in, &good, &bytes), 0);
	assert_true(bytes < sizeof(data));
	for (uint64_t i = 0; i < rounds; i++) {
		size_t length = support_below(&random, sizeof(data)), changes;

		support_fill(&random, data, length);
		if (i % 4 == 0 && length >= 4)
			memcpy(data, "HMS1", 4);
		if (i % 4 == 1) {
			length = bytes;
			memcpy(data, good, bytes);
			for (changes = 1 + support_below(&random, 8); changes; changes--)
				data[support_below(&random, bytes)] = (unsigned char)support_random(
					&random);
		}
		if (!samples_decode(data, length, &out))
			assert_true(same(&in, &out));
		samples_free(&out);
	}
	free(good);
	samples_free(&in);
}

static void test_columns_are_what_they_say(void **state)
{
	(void)state;
	for (int i = 0; i < COLUMN_COUNT; i++) {
		assert_int_equal(sample_columns[i].column, i);
		assert_int_equal(sample_column_lookup(sample_columns[i].name), i);
		assert_int_equal(sample_columns[i].is_latency,
				 (i >= COLUMN_WHOLE && i <= COLUMN_AFTER_WALK) ||
					 i == COLUMN_INVALIDATE || i == COLUMN_WINDOW ||
					 (i >= COLUMN_TRACED && i <= COLUMN_MPROTECT));
	}
	assert_int_equal(sample_column_lookup("nothing"), -ENOENT);
	assert_int_equal(SAMPLE_FLAG_SWITCHED, HMMBENCH_SAMPLE_SWITCHED);
	assert_int_equal(SAMPLE_FLAG_MIGRATED, HMMBENCH_SAMPLE_MIGRATED);
	assert_int_equal(SAMPLE_FLAG_AGAIN, HMMBENCH_SAMPLE_AGAIN);
	assert_int_equal(SAMPLE_FLAG_IN_WALK, HMMBENCH_SAMPLE_IN_WALK);
	assert_int_equal(SAMPLE_FLAG_TIMED_OUT, HMMBENCH_SAMPLE_TIMED_OUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes_are_checked_before_allocating),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_the_format_is_the_one_described),
		cmocka_unit_test(test_only_the_columns_asked_for),
		cmocka_unit_test(test_no_damage_gives_other_samples),
		cmocka_unit_test(test_random_bytes_are_no_samples),
		cmocka_unit_test(test_columns_are_what_they_say),
	};

	return cmocka_run_group_tests_name("samples", tests, NULL, NULL);
}
