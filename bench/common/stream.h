/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stream: what an agent says, append-only, over anything that carries bytes.
 *
 * A frame is a header of 24 bytes and its payload. Little-endian:
 *	u8  magic[4]	"HMMS"
 *	u16 version	1
 *	u16 type	enum frame_type
 *	u32 sequence	0, 1, 2 ...: a gap is a cut
 *	u32 length	of the payload, at most FRAME_BYTES_MAX
 *	u32 payload_crc	crc32 of the payload (zlib's)
 *	u32 header_crc	crc32 of the 20 bytes before it
 * JSON payloads are UTF-8 objects without a NUL at their end. A reader takes every
 * whole frame before a cut and knows whether the end frame was among them. Bytes in
 * front of the first header whose checksum is right (a boot loader's greeting on a
 * serial line) are skipped; bytes behind the end frame are left over and not read.
 */
#ifndef HMMBENCH_STREAM_H
#define HMMBENCH_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"

#define STREAM_VERSION 1
#define FRAME_BYTES_MAX (64u << 20)

enum frame_type {
	FRAME_HELLO		= 1,	/* JSON: the environment (see agent/environment.h); first */
	FRAME_BLOCK_BEGIN	= 2,	/* JSON: {"block": N} */
	FRAME_SAMPLES		= 3,	/* u32 block, then samples_encode()'s bytes */
	FRAME_BLOCK_END		= 4,	/* JSON: {"block", "operations", "rows", "dropped", "lost",
					 * "started_ns", "ended_ns", "load", "steal_ns", ...} */
	FRAME_NOTE		= 5,	/* JSON: {"level": "info|warning|skip|error", "text", "cell"?} */
	FRAME_END		= 6,	/* JSON: {"status": enum exit_status, "text"}; last: the run is whole */
	FRAME_FILE		= 7,	/* of a profiled block: a file name, NUL, the file's bytes */
};

/*
 * Writing. Blocks until everything is written (EINTR, short writes and a descriptor
 * that is non-blocking are handled). After a write that failed the stream is cut: every
 * later one gives the same error. SIGPIPE is the caller's to ignore.
 */
struct stream_writer {
	int fd;			/* borrowed */
	uint32_t sequence;
	int failed;		/* -errno of the write that failed, 0 before */
};

void stream_writer_init(struct stream_writer *writer, int fd);
/* 0, -E2BIG, or -errno of write(2). */
int stream_write(struct stream_writer *writer, enum frame_type type, const void *payload,
		 size_t bytes);

/* Reading: bytes are pushed in as they come, frames are pulled out. */
struct frame {
	enum frame_type type;
	uint32_t sequence;
	const void *payload;	/* not aligned; valid until the next call on the reader */
	size_t bytes;
};

struct stream_reader;

struct stream_reader *stream_reader_new(void);	/* NULL: out of memory */
void stream_reader_free(struct stream_reader *reader);

/* Takes a copy of the bytes; holds no more than one unfinished frame and what was not pulled. -ENOMEM. */
int stream_reader_push(struct stream_reader *reader, const void *data, size_t bytes);

/*
 * 1: *frame holds the next frame; 0: more bytes are needed; -EBADMSG: the stream is
 * broken here for good (text says where and how); -EPROTONOSUPPORT: another version.
 */
int stream_reader_next(struct stream_reader *reader, struct frame *frame, struct error *error);

/* Was FRAME_END seen, and how many bytes are held behind the last whole frame? */
int stream_reader_ended(const struct stream_reader *reader);
size_t stream_reader_leftover(const struct stream_reader *reader);

#endif
