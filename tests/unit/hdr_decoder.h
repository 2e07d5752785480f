/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A reader of HdrHistogram interval logs, written from the format's description and apart
 * from the writer: it goes bin by bin where that computes a bin's number.
 */
#ifndef HMMBENCH_TEST_HDR_DECODER_H
#define HMMBENCH_TEST_HDR_DECODER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

struct hdr_bin {
	uint64_t low, high;	/* values in it, both inclusive */
	uint64_t count;
};

struct hdr_decoded {
	unsigned int digits;
	uint64_t lowest, highest;
	struct hdr_bin *bins;	/* up to the last with a count */
	size_t count;
	uint64_t total;
};

static inline uint64_t big_endian(const unsigned char *from, size_t bytes)
{
	uint64_t value = 0;

	for (size_t i = 0; i < bytes; i++)
		value = value << 8 | from[i];
	return value;
}

static inline size_t base64_decode(const char *text, unsigned char *to)
{
	size_t bytes = 0;
	uint32_t bits = 0, have = 0;

	for (; *text && *text != '=' && *text != '\n' && *text != '\r'; text++) {
		static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					      "abcdefghijklmnopqrstuvwxyz0123456789+/";
		const char *letter = strchr(letters, *text);

		assert_non_null(letter);
		bits = bits << 6 | (uint32_t)(letter - letters);
		have += 6;
		if (have >= 8) {
			have -= 8;
			to[bytes++] = (unsigned char)(bits >> have);
		}
	}
	return bytes;
}

/* One ZigZag LEB128 number of at most nine bytes, the ninth taken whole. */
static inline int64_t take_number(const unsigned char **from, const unsigned char *end)
{
	uint64_t value = 0;
	unsigned int shift = 0;

	for (;;) {
		unsigned char byte;

		assert_true(*from < end);
		byte = *(*from)++;
		if (shift == 56) {
			value |= (uint64_t)byte << 56;
			break;
		}
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			break;
		shift += 7;
	}
	return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

/* The first `sub` bins are one unit wide, then half as many for each doubling of the width. */
static inline void hdr_next_bin(uint64_t sub, size_t index, uint64_t *low, uint64_t *width)
{
	if (index)
		*low += *width;
	if (index >= sub && (index - sub) % (sub / 2) == 0)
		*width *= 2;
}

static inline void hdr_decode_counts(const unsigned char *from, const unsigned char *end,
				     struct hdr_decoded *decoded)
{
	uint64_t sub = 2, largest_exact = 2, low = 0, width = 1;

	for (unsigned int i = 0; i < decoded->digits; i++)
		largest_exact *= 10;
	while (sub < largest_exact)
		sub *= 2;
	while (width * 2 <= decoded->lowest)
		width *= 2;
	decoded->bins = calloc(64 * (size_t)sub, sizeof(*decoded->bins));
	assert_non_null(decoded->bins);
	while (from < end) {
		int64_t number = take_number(&from, end);
		uint64_t run = number < 0 ? (uint64_t)-number : 1;

		for (; run; run--) {
			struct hdr_bin *bin = &decoded->bins[decoded->count];

			assert_true(decoded->count < 64 * sub);
			hdr_next_bin(sub, decoded->count++, &low, &width);
			*bin = (struct hdr_bin){ low, low + width - 1,
						 number > 0 ? (uint64_t)number : 0 };
			decoded->total += bin->count;
		}
	}
}

/* Of the base64 text of one histogram. */
static inline struct hdr_decoded hdr_decode(const char *text)
{
	unsigned char *packed = malloc(strlen(text) + 4), *plain = malloc(1 << 22);
	struct hdr_decoded decoded = { 0 };
	uLongf bytes = 1 << 22;
	size_t packed_bytes;

	assert_non_null(packed);
	assert_non_null(plain);
	packed_bytes = base64_decode(text, packed);
	assert_int_equal(big_endian(packed, 4), 0x1c849314);
	assert_int_equal(big_endian(packed + 4, 4), packed_bytes - 8);
	assert_int_equal(uncompress(plain, &bytes, packed + 8, packed_bytes - 8), Z_OK);
	assert_int_equal(big_endian(plain, 4), 0x1c849313);
	assert_int_equal(big_endian(plain + 4, 4), bytes - 40);
	assert_int_equal(big_endian(plain + 8, 4), 0);
	assert_true(big_endian(plain + 32, 8) == 0x3ff0000000000000);	/* 1.0 */
	decoded.digits = (unsigned int)big_endian(plain + 12, 4);
	decoded.lowest = big_endian(plain + 16, 8);
	decoded.highest = big_endian(plain + 24, 8);
	assert_in_range(decoded.digits, 0, 5);
	hdr_decode_counts(plain + 40, plain + bytes, &decoded);
	free(plain);
	free(packed);
	return decoded;
}

struct hdr_line {
	char tag[512];		/* "" without one */
	double start, length, max;
	struct hdr_decoded histogram;
};

/* false: a comment or the heading. */
static inline bool hdr_read_line(char *text, struct hdr_line *line)
{
	char *at = text, *field;

	memset(line, 0, sizeof(*line));
	if (*text == '#' || *text == '"' || *text == '\n')
		return false;
	if (!strncmp(at, "Tag=", 4)) {
		field = strsep(&at, ",");
		snprintf(line->tag, sizeof(line->tag), "%s", field + 4);
	}
	line->start = strtod(strsep(&at, ","), NULL);
	assert_non_null(at);
	line->length = strtod(strsep(&at, ","), NULL);
	assert_non_null(at);
	line->max = strtod(strsep(&at, ","), NULL);
	assert_non_null(at);
	assert_null(strchr(at, ','));
	line->histogram = hdr_decode(at);
	return true;
}

#endif
