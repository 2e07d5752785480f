// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/hdr_histogram.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#define COOKIE		  0x1c849313u
#define COOKIE_COMPRESSED 0x1c849314u
#define HEADER_BYTES	  40
#define LEB128_BYTES_MAX  9

#define HALF_MAGNITUDE 10 /* 2 * 10^HDR_DIGITS fits into 2^(10 + 1) */
#define HALF_COUNT     (UINT64_C(1) << HALF_MAGNITUDE)

/* The first 2 * HALF_COUNT values have a bin each, then HALF_COUNT bins per doubling. */
static size_t bin_of(uint64_t value)
{
	unsigned int bucket = 63 - HALF_MAGNITUDE -
			      (unsigned int)__builtin_clzll(value | (2 * HALF_COUNT - 1));

	return ((size_t)bucket << HALF_MAGNITUDE) + (size_t)(value >> bucket);
}

int hdr_histogram_init(struct hdr_histogram *histogram, uint64_t highest)
{
	highest = highest < 2 ? 2 : highest;
	*histogram = (struct hdr_histogram){ .highest = highest, .bins = bin_of(highest) + 1 };
	histogram->counts = calloc(histogram->bins, sizeof(*histogram->counts));
	return histogram->counts ? 0 : -ENOMEM;
}

void hdr_histogram_free(struct hdr_histogram *histogram)
{
	free(histogram->counts);
	histogram->counts = NULL;
}

int hdr_histogram_record(struct hdr_histogram *histogram, uint64_t value)
{
	if (value > histogram->highest || value > HDR_VALUE_MAX)
		return -ERANGE;
	histogram->counts[bin_of(value)]++;
	histogram->total++;
	if (value > histogram->largest)
		histogram->largest = value;
	return 0;
}

static unsigned char *put_u32(unsigned char *to, uint32_t value)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		*to++ = (unsigned char)(value >> shift);
	return to;
}

static unsigned char *put_u64(unsigned char *to, uint64_t value)
{
	return put_u32(put_u32(to, (uint32_t)(value >> 32)), (uint32_t)value);
}

/* The ninth byte has all its eight bits, so that no tenth is needed. */
static unsigned char *put_count(unsigned char *to, int64_t value)
{
	uint64_t left = (uint64_t)value << 1 ^ (uint64_t)(value >> 63);

	for (int bytes = 1; bytes < LEB128_BYTES_MAX && left >= 0x80; bytes++) {
		*to++ = (unsigned char)(left | 0x80);
		left >>= 7;
	}
	*to++ = (unsigned char)left;
	return to;
}

static unsigned char *put_counts(unsigned char *to, const struct hdr_histogram *histogram)
{
	size_t end = bin_of(histogram->largest) + 1;

	for (size_t i = 0, next; i < end; i = next) {
		for (next = i; next < end && !histogram->counts[next];)
			next++;
		if (next > i)
			to = put_count(to, next - i > 1 ? -(int64_t)(next - i) : 0);
		else
			to = put_count(to, (int64_t)histogram->counts[next++]);
	}
	return to;
}

/* malloc'ed; NULL: out of memory. */
static unsigned char *encode_plain(const struct hdr_histogram *histogram, size_t *bytes)
{
	static const double unit = 1;
	unsigned char *plain = malloc(HEADER_BYTES + histogram->bins * LEB128_BYTES_MAX), *to, *end;
	uint64_t unit_bits;

	if (!plain)
		return NULL;
	memcpy(&unit_bits, &unit, sizeof(unit_bits));
	end = put_counts(plain + HEADER_BYTES, histogram);
	to = put_u32(plain, COOKIE);
	to = put_u32(to, (uint32_t)(end - plain - HEADER_BYTES));
	to = put_u32(to, 0);
	to = put_u32(to, HDR_DIGITS);
	to = put_u64(to, 1);
	to = put_u64(to, histogram->highest);
	put_u64(to, unit_bits);
	*bytes = (size_t)(end - plain);
	return plain;
}

static char *base64(const unsigned char *data, size_t bytes)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789+/";
	char *text = malloc((bytes + 2) / 3 * 4 + 1), *to = text;

	for (size_t i = 0; i < bytes && text; i += 3) {
		size_t left = bytes - i < 3 ? bytes - i : 3;
		uint32_t three = (uint32_t)data[i] << 16;

		if (left > 1)
			three |= (uint32_t)data[i + 1] << 8;
		if (left > 2)
			three |= data[i + 2];
		for (size_t j = 0; j < 4; j++)
			*to++ = j <= left ? letters[three >> (18 - 6 * j) & 63] : '=';
	}
	if (text)
		*to = '\0';
	return text;
}

int hdr_histogram_encode(const struct hdr_histogram *histogram, char **text)
{
	unsigned char *plain, *packed = NULL;
	uLongf packed_bytes = 0;
	size_t bytes = 0;
	int result = -ENOMEM;

	*text = NULL;
	plain = encode_plain(histogram, &bytes);
	if (plain) {
		packed_bytes = compressBound(bytes);
		packed = malloc(8 + packed_bytes);
	}
	if (packed && compress(packed + 8, &packed_bytes, plain, bytes) == Z_OK) {
		put_u32(put_u32(packed, COOKIE_COMPRESSED), (uint32_t)packed_bytes);
		*text = base64(packed, 8 + packed_bytes);
		result = *text ? 0 : -ENOMEM;
	}
	free(packed);
	free(plain);
	return result;
}
