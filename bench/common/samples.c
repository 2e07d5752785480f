// SPDX-License-Identifier: GPL-2.0-or-later
#include "samples.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define HEADER_BYTES	    12 /* magic, rows, mask */
#define COLUMN_HEADER_BYTES 8  /* length, crc */
#define VALUE_BYTES	    sizeof(uint64_t)

/* deflate's best ratio is 1032:1, so fewer bytes than this cannot hold `plain` bytes. */
#define DEFLATE_RATIO_MAX 1032

static const char magic[4] = { 'H', 'M', 'S', '1' };

const struct sample_mark_info sample_marks[MARK_COUNT] = {
	[MARK_SWITCHED] = { "switched", "scheduled out", SAMPLE_FLAG_SWITCHED, 0 },
	[MARK_MIGRATED] = { "migrated", "moved to another CPU", SAMPLE_FLAG_MIGRATED, 0 },
	[MARK_STOLEN] = { "stolen", "stolen time from", SAMPLE_FLAG_STOLEN, SAMPLE_FLAG_UNTOLD },
	[MARK_INTERRUPTED] = { "interrupted", "interrupted", SAMPLE_FLAG_INTERRUPTED,
			       SAMPLE_FLAG_UNTOLD },
};

const struct sample_column_info sample_columns[COLUMN_COUNT] = {
	{ COLUMN_OPERATION, "operation", "which operation of the block", 0 },
	{ COLUMN_START_NS, "start", "when it began, CLOCK_MONOTONIC_RAW", 0 },
	{ COLUMN_FLAGS, "flags", "what disturbed the sample", 0 },
	{ COLUMN_CPU, "cpu", "CPU on which it began", 0 },
	{ COLUMN_THREAD, "thread", "thread or process that did it", 0 },
	{ COLUMN_WHOLE, "whole", "the whole operation as userspace saw it", 1 },
	{ COLUMN_LOCK_WAIT, "lock_wait",
	  "wait for the mirrors' lock; of a walk under write, which takes it once for each mirror and "
	  "once more, the first wait alone",
	  1 },
	{ COLUMN_CALLBACKS, "callbacks", "sum over the release callbacks", 1 },
	{ COLUMN_WALK, "walk", "the release walk, lock wait included", 1 },
	{ COLUMN_UNREGISTER, "unregister", "one unregister call, lock wait included", 1 },
	{ COLUMN_GRACE, "grace", "grace period of the notifier teardown", 1 },
	{ COLUMN_UNMAP, "unmap", "unmapping of the address space", 1 },
	{ COLUMN_REST, "rest", "the whole less the phases measured", 1 },
	{ COLUMN_BEFORE_WALK, "before_walk", "last user instruction to the walk's first", 1 },
	{ COLUMN_AFTER_WALK, "after_walk", "walk's last instruction to the parent's wake-up", 1 },
	{ COLUMN_MIRRORS, "mirrors", "mirrors called back", 0 },
	{ COLUMN_INVALIDATE, "invalidate", "one invalidation, lock wait included", 1 },
	{ COLUMN_WINDOW, "window", "a callback used its mirror after unregister returned", 1 },
	{ COLUMN_OFFSET, "offset", "its begin less the walk's", 0 },
	{ COLUMN_KIND, "kind", "which of the workload's kinds of sample", 0 },
	{ COLUMN_TRACED, "traced", "the release callback as the kernel's tracer timed it", 1 },
	{ COLUMN_MUNMAP, "munmap", "one munmap of a page, beside unregisters", 1 },
	{ COLUMN_MPROTECT, "mprotect", "one mprotect of a page, beside unregisters", 1 },
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

/*
 * The bytes of one column, all lowest bytes first. The high bytes of latencies are
 * nearly all zero: side by side they deflate to a third less, and twice as fast, as
 * value by value.
 */
static void spread(const uint64_t *column, size_t rows, unsigned char *bytes)
{
	for (size_t byte = 0; byte < VALUE_BYTES; byte++)
		for (size_t row = 0; row < rows; row++)
			*bytes++ = (unsigned char)(column[row] >> (8 * byte));
}

static void gather(const unsigned char *bytes, size_t rows, uint64_t *column)
{
	memset(column, 0, rows * sizeof(*column));
	for (size_t byte = 0; byte < VALUE_BYTES; byte++)
		for (size_t row = 0; row < rows; row++)
			column[row] |= (uint64_t)*bytes++ << (8 * byte);
}

/* Over the file's header and the column's number too: a column is not taken for another. */
static uint32_t column_crc(const unsigned char *header, int column, const unsigned char *bytes,
			   size_t count)
{
	unsigned char number = (unsigned char)column;
	uLong crc = crc32(0, header, HEADER_BYTES);

	crc = crc32(crc, &number, 1);
	return (uint32_t)crc32_z(crc, bytes, count);
}

/* ---- encoding ---- */

struct encoder {
	z_stream zip;
	unsigned char *plain; /* of one column */
	unsigned char *out;
	size_t used;
};

static int encode_column(struct encoder *encoder, const struct samples *samples, int column)
{
	size_t plain_bytes = samples->rows * VALUE_BYTES, bound;
	z_stream *zip = &encoder->zip;
	unsigned char *head, *out;

	bound = COLUMN_HEADER_BYTES + deflateBound(zip, plain_bytes);
	out = realloc(encoder->out, encoder->used + bound);
	if (!out)
		return -ENOMEM;
	encoder->out = out;
	head = out + encoder->used;
	spread(samples->columns[column], samples->rows, encoder->plain);
	deflateReset(zip);
	zip->next_in = encoder->plain;
	zip->avail_in = (uInt)plain_bytes;
	zip->next_out = head + COLUMN_HEADER_BYTES;
	zip->avail_out = (uInt)(bound - COLUMN_HEADER_BYTES);
	if (deflate(zip, Z_FINISH) != Z_STREAM_END)
		return -EIO;
	put_u32(head, (uint32_t)zip->total_out);
	put_u32(head + 4, column_crc(out, column, encoder->plain, plain_bytes));
	encoder->used += COLUMN_HEADER_BYTES + zip->total_out;
	return 0;
}

static int encode_columns(struct encoder *encoder, const struct samples *samples)
{
	int err = 0;

	encoder->plain = malloc(samples->rows ? samples->rows * VALUE_BYTES : 1);
	encoder->out = malloc(HEADER_BYTES);
	if (!encoder->plain || !encoder->out)
		return -ENOMEM;
	memcpy(encoder->out, magic, sizeof(magic));
	put_u32(encoder->out + 4, (uint32_t)samples->rows);
	put_u32(encoder->out + 8, samples_mask(samples));
	encoder->used = HEADER_BYTES;
	for (int i = 0; i < COLUMN_COUNT && !err; i++)
		if (samples->columns[i])
			err = encode_column(encoder, samples, i);
	return err;
}

int samples_encode(const struct samples *samples, void **data, size_t *bytes)
{
	struct encoder encoder = { 0 };
	unsigned char *smaller;
	int err;

	if (samples->rows > SAMPLES_ROWS_MAX)
		return -E2BIG;
	/* It is the machine under test that does this, between two blocks. */
	if (deflateInit(&encoder.zip, Z_BEST_SPEED) != Z_OK)
		return -ENOMEM;
	err = encode_columns(&encoder, samples);
	deflateEnd(&encoder.zip);
	free(encoder.plain);
	if (err) {
		free(encoder.out);
		return err;
	}
	smaller = realloc(encoder.out, encoder.used);
	*data = smaller ? smaller : encoder.out;
	*bytes = encoder.used;
	return 0;
}

/* ---- decoding ---- */

/* Where the columns of an encoded block lie. */
struct encoded {
	const unsigned char *in;
	uint32_t rows, mask;
	const unsigned char *columns[COLUMN_COUNT]; /* their headers */
};

/*
 * Finds every column. The lengths must fill the bytes to the last, and what so few bytes
 * cannot hold is refused here, before anything is allocated for it.
 */
static int find_columns(const unsigned char *in, size_t bytes, struct encoded *encoded)
{
	uint64_t plain;
	uint32_t length;

	*encoded = (struct encoded){ .in = in };
	if (bytes < HEADER_BYTES || memcmp(in, magic, sizeof(magic)))
		return -EBADMSG;
	encoded->rows = get_u32(in + 4);
	encoded->mask = get_u32(in + 8);
	if (encoded->mask >> COLUMN_COUNT)
		return -EBADMSG;
	if (encoded->rows > SAMPLES_ROWS_MAX)
		return -E2BIG;
	plain = (uint64_t)encoded->rows * VALUE_BYTES;
	in += HEADER_BYTES;
	bytes -= HEADER_BYTES;
	for (int i = 0; i < COLUMN_COUNT; i++) {
		if (!(encoded->mask & 1u << i))
			continue;
		if (bytes < COLUMN_HEADER_BYTES)
			return -EBADMSG;
		encoded->columns[i] = in;
		length = get_u32(in);
		in += COLUMN_HEADER_BYTES;
		bytes -= COLUMN_HEADER_BYTES;
		if (length > bytes || plain / DEFLATE_RATIO_MAX > length)
			return -EBADMSG;
		in += length;
		bytes -= length;
	}
	return bytes ? -EBADMSG : 0;
}

/* Inflates exactly `bytes` bytes out of exactly those that the column has. */
static int inflate_exactly(z_stream *zip, const unsigned char *column, unsigned char *plain,
			   size_t bytes)
{
	unsigned char surplus;
	int result;

	inflateReset(zip);
	zip->next_in = (Bytef *)(column + COLUMN_HEADER_BYTES);
	zip->avail_in = get_u32(column);
	zip->next_out = plain;
	zip->avail_out = (uInt)bytes;
	result = bytes ? inflate(zip, Z_FINISH) : Z_BUF_ERROR;
	if (result == Z_BUF_ERROR && !zip->avail_out) {
		/* The end mark may be all that is left. */
		zip->next_out = &surplus;
		zip->avail_out = 1;
		result = inflate(zip, Z_FINISH);
		if (!zip->avail_out)
			return -EBADMSG;
		zip->avail_out = 0;
	}
	if (result == Z_MEM_ERROR)
		return -ENOMEM;
	return result != Z_STREAM_END || zip->avail_in || zip->avail_out ? -EBADMSG : 0;
}

static int decode_columns(const struct encoded *encoded, struct samples *samples)
{
	size_t plain_bytes = (size_t)encoded->rows * VALUE_BYTES;
	unsigned char *plain = malloc(plain_bytes ? plain_bytes : 1);
	z_stream zip = { 0 };
	int err = 0;

	if (!plain || inflateInit(&zip) != Z_OK) {
		free(plain);
		return -ENOMEM;
	}
	for (int i = 0; i < COLUMN_COUNT && !err; i++) {
		const unsigned char *column = encoded->columns[i];

		if (!samples->columns[i])
			continue;
		err = inflate_exactly(&zip, column, plain, plain_bytes);
		if (!err && get_u32(column + 4) != column_crc(encoded->in, i, plain, plain_bytes))
			err = -EBADMSG;
		if (!err)
			gather(plain, encoded->rows, samples->columns[i]);
	}
	inflateEnd(&zip);
	free(plain);
	return err;
}

int samples_decode_columns(const void *data, size_t bytes, uint32_t mask, struct samples *samples)
{
	struct encoded encoded;
	int err;

	memset(samples, 0, sizeof(*samples));
	err = find_columns(data, bytes, &encoded);
	if (err)
		return err;
	err = samples_init(samples, encoded.rows, encoded.mask & mask);
	if (err)
		return err;
	err = decode_columns(&encoded, samples);
	if (err)
		samples_free(samples);
	return err;
}

int samples_decode(const void *data, size_t bytes, struct samples *samples)
{
	return samples_decode_columns(data, bytes, UINT32_MAX, samples);
}
