// SPDX-License-Identifier: GPL-2.0-or-later
#include "samples.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define HEADER_BYTES 16 /* magic, rows, mask, crc */
#define CRC_OFFSET   12
#define CHUNK_VALUES 2048 /* values turned to little-endian at a time */

/* deflate's best ratio is 1032:1, so fewer bytes than this cannot hold `plain` bytes. */
#define DEFLATE_RATIO_MAX 1032

static const char magic[4] = { 'H', 'M', 'S', '1' };

const struct sample_column_info sample_columns[COLUMN_COUNT] = {
	{ COLUMN_OPERATION, "operation", "which operation of the block", 0 },
	{ COLUMN_START_NS, "start", "when it began, CLOCK_MONOTONIC_RAW", 0 },
	{ COLUMN_FLAGS, "flags", "what disturbed the sample", 0 },
	{ COLUMN_CPU, "cpu", "CPU on which it began", 0 },
	{ COLUMN_THREAD, "thread", "thread or process that did it", 0 },
	{ COLUMN_WHOLE, "whole", "the whole operation as userspace saw it", 1 },
	{ COLUMN_LOCK_WAIT, "lock_wait", "wait for the mirrors' lock", 1 },
	{ COLUMN_CALLBACKS, "callbacks", "sum over the release callbacks", 1 },
	{ COLUMN_WALK, "walk", "the release walk, lock wait included", 1 },
	{ COLUMN_UNREGISTER, "unregister", "one unregister call, lock wait included", 1 },
	{ COLUMN_GRACE, "grace", "grace period of the notifier teardown", 1 },
	{ COLUMN_UNMAP, "unmap", "unmapping of the address space", 1 },
	{ COLUMN_REST, "rest", "the whole less the phases measured", 1 },
	{ COLUMN_BEFORE_WALK, "before_walk", "last user instruction to the walk's first", 1 },
	{ COLUMN_AFTER_WALK, "after_walk", "walk's last instruction to the parent's wake-up", 1 },
	{ COLUMN_MIRRORS, "mirrors", "mirrors called back", 0 },
};

int sample_column_lookup(const char *name)
{
	for (int i = 0; i < COLUMN_COUNT; i++)
		if (!strcmp(sample_columns[i].name, name))
			return i;
	return -ENOENT;
}

static uint32_t samples_mask(const struct samples *samples)
{
	uint32_t mask = 0;

	for (int i = 0; i < COLUMN_COUNT; i++)
		if (samples->columns[i])
			mask |= 1u << i;
	return mask;
}

int samples_init(struct samples *samples, size_t rows, uint32_t mask)
{
	memset(samples, 0, sizeof(*samples));
	if (mask >> COLUMN_COUNT)
		return -EINVAL;
	if (rows > SAMPLES_ROWS_MAX)
		return -E2BIG;
	for (int i = 0; i < COLUMN_COUNT; i++) {
		if (!(mask & 1u << i))
			continue;
		/* A column without rows is still a column: never NULL. */
		samples->columns[i] = malloc(rows ? rows * sizeof(uint64_t) : 1);
		if (!samples->columns[i]) {
			samples_free(samples);
			return -ENOMEM;
		}
		memset(samples->columns[i], 0xff, rows * sizeof(uint64_t));
	}
	samples->rows = rows;
	return 0;
}

void samples_free(struct samples *samples)
{
	for (int i = 0; i < COLUMN_COUNT; i++)
		free(samples->columns[i]);
	memset(samples, 0, sizeof(*samples));
}

static void put_u32(unsigned char *to, uint32_t value)
{
	value = htole32(value);
	memcpy(to, &value, sizeof(value));
}

static uint32_t get_u32(const unsigned char *from)
{
	uint32_t value;

	memcpy(&value, from, sizeof(value));
	return le32toh(value);
}

/* Deflates one column; the checksum is taken of the bytes as they are written. */
static int deflate_column(z_stream *zip, const uint64_t *column, size_t rows, uLong *crc)
{
	uint64_t chunk[CHUNK_VALUES];
	size_t count;

	for (size_t done = 0; done < rows; done += count) {
		count = rows - done < CHUNK_VALUES ? rows - done : CHUNK_VALUES;
		for (size_t i = 0; i < count; i++)
			chunk[i] = htole64(column[done + i]);
		*crc = crc32(*crc, (const Bytef *)chunk, (uInt)(count * sizeof(*chunk)));
		zip->next_in = (Bytef *)chunk;
		zip->avail_in = (uInt)(count * sizeof(*chunk));
		if (deflate(zip, Z_NO_FLUSH) != Z_OK || zip->avail_in)
			return -EIO;
	}
	return 0;
}

static int encode_columns(z_stream *zip, const struct samples *samples, unsigned char *header)
{
	uLong crc = crc32(0, header, CRC_OFFSET);
	int err;

	for (int i = 0; i < COLUMN_COUNT; i++) {
		if (!samples->columns[i])
			continue;
		err = deflate_column(zip, samples->columns[i], samples->rows, &crc);
		if (err)
			return err;
	}
	if (deflate(zip, Z_FINISH) != Z_STREAM_END)
		return -EIO;
	put_u32(header + CRC_OFFSET, (uint32_t)crc);
	return 0;
}

int samples_encode(const struct samples *samples, void **data, size_t *bytes)
{
	uint32_t mask = samples_mask(samples);
	uint64_t plain = (uint64_t)samples->rows * 8 * (unsigned int)__builtin_popcount(mask);
	unsigned char *out, *smaller;
	z_stream zip = { 0 };
	size_t room;
	int err;

	/* zlib counts in 32 bits; what needs more does not fit a frame either. */
	if (samples->rows > SAMPLES_ROWS_MAX || plain > SAMPLES_BYTES_MAX)
		return -E2BIG;
	if (deflateInit(&zip, Z_DEFAULT_COMPRESSION) != Z_OK)
		return -ENOMEM;
	room = HEADER_BYTES + deflateBound(&zip, plain);
	out = malloc(room);
	if (!out) {
		err = -ENOMEM;
		goto out_zip;
	}
	memcpy(out, magic, sizeof(magic));
	put_u32(out + 4, (uint32_t)samples->rows);
	put_u32(out + 8, mask);
	zip.next_out = out + HEADER_BYTES;
	zip.avail_out = (uInt)(room - HEADER_BYTES);
	err = encode_columns(&zip, samples, out);
	if (err) {
		free(out);
		goto out_zip;
	}
	*bytes = room - zip.avail_out;
	smaller = realloc(out, *bytes);
	*data = smaller ? smaller : out;
out_zip:
	deflateEnd(&zip);
	return err;
}

static int inflate_column(z_stream *zip, uint64_t *column, size_t rows, uLong *crc)
{
	int result;

	zip->next_out = (Bytef *)column;
	zip->avail_out = (uInt)(rows * sizeof(*column));
	while (zip->avail_out) {
		result = inflate(zip, Z_NO_FLUSH);
		if (result == Z_MEM_ERROR)
			return -ENOMEM;
		if (result != Z_OK && !(result == Z_STREAM_END && !zip->avail_out))
			return -EBADMSG;
	}
	*crc = crc32_z(*crc, (const Bytef *)column, rows * sizeof(*column));
	for (size_t i = 0; i < rows; i++)
		column[i] = le64toh(column[i]);
	return 0;
}

/* The deflated data must end where the last column does, and the input with it. */
static int inflate_end(z_stream *zip)
{
	Bytef surplus;
	int result;

	zip->next_out = &surplus;
	zip->avail_out = sizeof(surplus);
	result = inflate(zip, Z_FINISH);
	if (result != Z_STREAM_END || zip->avail_out != sizeof(surplus) || zip->avail_in)
		return -EBADMSG;
	return 0;
}

static int decode_columns(const unsigned char *in, size_t bytes, struct samples *samples)
{
	z_stream zip = { .next_in = (Bytef *)(in + HEADER_BYTES),
			 .avail_in = (uInt)(bytes - HEADER_BYTES) };
	uLong crc = crc32(0, in, CRC_OFFSET);
	int err = 0;

	if (inflateInit(&zip) != Z_OK)
		return -ENOMEM;
	for (int i = 0; i < COLUMN_COUNT && !err; i++)
		if (samples->columns[i])
			err = inflate_column(&zip, samples->columns[i], samples->rows, &crc);
	if (!err)
		err = inflate_end(&zip);
	if (!err && (uint32_t)crc != get_u32(in + CRC_OFFSET))
		err = -EBADMSG;
	inflateEnd(&zip);
	return err;
}

int samples_decode(const void *data, size_t bytes, struct samples *samples)
{
	const unsigned char *in = data;
	uint32_t rows, mask;
	uint64_t plain;
	int err;

	memset(samples, 0, sizeof(*samples));
	if (bytes < HEADER_BYTES || bytes > UINT32_MAX || memcmp(in, magic, sizeof(magic)))
		return -EBADMSG;
	rows = get_u32(in + 4);
	mask = get_u32(in + 8);
	if (mask >> COLUMN_COUNT)
		return -EBADMSG;
	if (rows > SAMPLES_ROWS_MAX)
		return -E2BIG;
	/* What so few bytes cannot hold is not worth a large allocation. */
	plain = (uint64_t)rows * 8 * (unsigned int)__builtin_popcount(mask);
	if (plain / DEFLATE_RATIO_MAX > bytes)
		return -EBADMSG;
	err = samples_init(samples, rows, mask);
	if (err)
		return err;
	err = decode_columns(in, bytes, samples);
	if (err)
		samples_free(samples);
	return err;
}
