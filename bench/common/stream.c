// SPDX-License-Identifier: GPL-2.0-or-later
#include "stream.h"

#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <zlib.h>

static const unsigned char magic[4] = { 'H', 'M', 'M', 'S' };

struct stream_header {
	unsigned char magic[4];
	uint16_t version;
	uint16_t type;
	uint32_t sequence;
	uint32_t length;
	uint32_t payload_crc;
	uint32_t header_crc;
} __attribute__((packed));

#define HEADER_BYTES	 sizeof(struct stream_header)
#define HEADER_CRC_BYTES (HEADER_BYTES - sizeof(uint32_t))

_Static_assert(sizeof(struct stream_header) == 24, "the header is 24 bytes on the wire");

/* ---- writing ---- */

void stream_writer_init(struct stream_writer *writer, int fd)
{
	*writer = (struct stream_writer){ .fd = fd };
}

static int wait_writable(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLOUT };

	if (poll(&poll_fd, 1, -1) < 0 && errno != EINTR)
		return -errno;
	return 0;
}

static int write_whole(int fd, struct iovec *parts, int count)
{
	ssize_t written;
	int err;

	while (count) {
		written = writev(fd, parts, count);
		if (written < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			err = wait_writable(fd);
			if (err)
				return err;
			continue;
		}
		if (written < 0 && errno != EINTR)
			return -errno;
		if (written < 0)
			continue;
		while (count && (size_t)written >= parts->iov_len) {
			written -= (ssize_t)parts->iov_len;
			parts++;
			count--;
		}
		if (count) {
			parts->iov_base = (char *)parts->iov_base + written;
			parts->iov_len -= (size_t)written;
		}
	}
	return 0;
}

int stream_write(struct stream_writer *writer, enum frame_type type, const void *payload,
		 size_t bytes)
{
	struct stream_header header;
	struct iovec parts[2];

	if (writer->failed)
		return writer->failed;
	if (bytes > FRAME_BYTES_MAX)
		return -E2BIG;
	memcpy(header.magic, magic, sizeof(magic));
	header.version = htole16(STREAM_VERSION);
	header.type = htole16((uint16_t)type);
	header.sequence = htole32(writer->sequence);
	header.length = htole32((uint32_t)bytes);
	header.payload_crc = htole32((uint32_t)crc32_z(0, payload, bytes));
	header.header_crc = htole32((uint32_t)crc32_z(0, (const Bytef *)&header, HEADER_CRC_BYTES));
	parts[0] = (struct iovec){ .iov_base = &header, .iov_len = sizeof(header) };
	parts[1] = (struct iovec){ .iov_base = (void *)payload, .iov_len = bytes };
	writer->failed = write_whole(writer->fd, parts, bytes ? 2 : 1);
	if (!writer->failed)
		writer->sequence++;
	return writer->failed;
}

/* ---- reading ---- */

struct stream_reader {
	unsigned char *data;
	size_t start; /* first byte not given out yet */
	size_t bytes; /* held, from the beginning of data */
	size_t room;
	uint64_t position; /* in the whole stream, of data[start] */
	uint32_t sequence; /* of the next frame */
	int started;	   /* a frame was found: from now on nothing is skipped */
	int ended;
	size_t behind_end; /* bytes that came after the end frame: counted, not kept */
	int broken;	   /* -errno, for good; the reason is in `reason` */
	struct error reason;
};

struct stream_reader *stream_reader_new(void)
{
	return calloc(1, sizeof(struct stream_reader));
}

void stream_reader_free(struct stream_reader *reader)
{
	if (!reader)
		return;
	free(reader->data);
	free(reader);
}

/* Room for `bytes` more: first what was given out is dropped, then the buffer grows. */
static int reader_reserve(struct stream_reader *reader, size_t bytes)
{
	unsigned char *data;
	size_t room;

	if (reader->start) {
		reader->bytes -= reader->start;
		memmove(reader->data, reader->data + reader->start, reader->bytes);
		reader->start = 0;
	}
	if (bytes > SIZE_MAX / 2 - reader->bytes)
		return -ENOMEM;
	if (reader->bytes + bytes <= reader->room)
		return 0;
	room = reader->room ? reader->room : 4096;
	while (room < reader->bytes + bytes)
		room *= 2;
	data = realloc(reader->data, room);
	if (!data)
		return -ENOMEM;
	reader->data = data;
	reader->room = room;
	return 0;
}

int stream_reader_push(struct stream_reader *reader, const void *data, size_t bytes)
{
	int err;

	if (!bytes || reader->broken)
		return 0;
	if (reader->ended) {
		reader->behind_end += bytes;
		return 0;
	}
	err = reader_reserve(reader, bytes);
	if (err)
		return err;
	memcpy(reader->data + reader->bytes, data, bytes);
	reader->bytes += bytes;
	return 0;
}

static void reader_skip(struct stream_reader *reader, size_t bytes)
{
	reader->start += bytes;
	reader->position += bytes;
}

static int broken(struct stream_reader *reader, int errnum, struct error *error, const char *what)
{
	reader->broken = error_set(&reader->reason, errnum,
				   "stream broken at byte %" PRIu64 ", frame %" PRIu32
				   ": %s; the frames before it are whole",
				   reader->position, reader->sequence, what);
	if (error)
		*error = reader->reason;
	return reader->broken;
}

static int header_checks_out(const struct stream_header *header)
{
	return !memcmp(header->magic, magic, sizeof(magic)) &&
	       le32toh(header->header_crc) ==
		       (uint32_t)crc32_z(0, (const Bytef *)header, HEADER_CRC_BYTES);
}

/*
 * Before the first frame, what is no header is skipped: a magic alone proves nothing,
 * only a header with its checksum does. A first frame that was damaged is skipped as
 * well, and missed by the sequence number of the one behind it.
 */
static void skip_to_first_header(struct stream_reader *reader)
{
	const struct stream_header *header;
	const unsigned char *found;
	size_t held;

	while ((held = reader->bytes - reader->start) >= HEADER_BYTES) {
		header = (const struct stream_header *)(reader->data + reader->start);
		if (header_checks_out(header)) {
			reader->started = 1;
			return;
		}
		found = memchr(reader->data + reader->start + 1, magic[0], held - 1);
		reader_skip(reader, found ? (size_t)(found - reader->data) - reader->start : held);
	}
}

static int check_header(struct stream_reader *reader, const struct stream_header *header,
			struct error *error)
{
	uint16_t type = le16toh(header->type);
	char what[120];

	if (memcmp(header->magic, magic, sizeof(magic)))
		return broken(reader, EBADMSG, error, "no frame begins here (bytes lost or added)");
	if (!header_checks_out(header))
		return broken(reader, EBADMSG, error, "the header's checksum is wrong");
	if (le16toh(header->version) != STREAM_VERSION) {
		snprintf(what, sizeof(what),
			 "version %u, and this program reads version %u; use the hmmbench "
			 "that belongs to the agent",
			 le16toh(header->version), STREAM_VERSION);
		return broken(reader, EPROTONOSUPPORT, error, what);
	}
	if (le32toh(header->sequence) != reader->sequence) {
		snprintf(what, sizeof(what), "frame %" PRIu32 " comes in its place (frames lost)",
			 le32toh(header->sequence));
		return broken(reader, EBADMSG, error, what);
	}
	if (le32toh(header->length) > FRAME_BYTES_MAX)
		return broken(reader, EBADMSG, error, "a payload above the limit of 64 MiB");
	if (type < FRAME_HELLO || type > FRAME_FILE) {
		snprintf(what, sizeof(what), "type %u is not known", type);
		return broken(reader, EBADMSG, error, what);
	}
	return 0;
}

int stream_reader_next(struct stream_reader *reader, struct frame *frame, struct error *error)
{
	const struct stream_header *header;
	const unsigned char *payload;
	size_t held, length;
	int err;

	if (reader->broken) {
		if (error)
			*error = reader->reason;
		return reader->broken;
	}
	if (!reader->started)
		skip_to_first_header(reader);
	held = reader->bytes - reader->start;
	if (reader->ended || held < HEADER_BYTES)
		return 0;
	header = (const struct stream_header *)(reader->data + reader->start);
	err = check_header(reader, header, error);
	if (err)
		return err;
	length = le32toh(header->length);
	if (held - HEADER_BYTES < length)
		return 0;
	payload = (const unsigned char *)(header + 1);
	if ((uint32_t)crc32_z(0, payload, length) != le32toh(header->payload_crc))
		return broken(reader, EBADMSG, error, "the payload's checksum is wrong");

	*frame = (struct frame){
		.type = (enum frame_type)le16toh(header->type),
		.sequence = reader->sequence,
		.payload = payload,
		.bytes = length,
	};
	reader->sequence++;
	reader->ended = frame->type == FRAME_END;
	reader_skip(reader, HEADER_BYTES + length);
	return 1;
}

int stream_reader_ended(const struct stream_reader *reader)
{
	return reader->ended;
}

size_t stream_reader_leftover(const struct stream_reader *reader)
{
	return reader->bytes - reader->start + reader->behind_end;
}
