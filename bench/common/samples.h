/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The samples of one block, column by column: what travels in the stream, what the
 * store keeps and what the analysis reads, in one encoding.
 *
 * One row is one sample: an exit, an unregister call, an invalidation. A column is
 * one measured thing. A column that a kernel or a workload cannot give is absent
 * ("unavailable"); a single value that is missing in a present column is
 * SAMPLE_MISSING. Nothing is ever filled in.
 */
#ifndef HMMBENCH_SAMPLES_H
#define HMMBENCH_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

#define SAMPLE_MISSING UINT64_MAX

/* Numbers are part of the stored format: add at the end, never reuse. */
enum sample_column {
	COLUMN_OPERATION	= 0,	/* which operation of the block, from 0 */
	COLUMN_START_NS		= 1,	/* CLOCK_MONOTONIC_RAW */
	COLUMN_FLAGS		= 2,	/* SAMPLE_FLAG_* */
	COLUMN_CPU		= 3,	/* where it began */
	COLUMN_THREAD		= 4,	/* index of the thread or process that did it */
	COLUMN_WHOLE		= 5,	/* the whole operation as userspace saw it */
	COLUMN_LOCK_WAIT	= 6,	/* the phases, as the module times them */
	COLUMN_CALLBACKS	= 7,
	COLUMN_WALK		= 8,
	COLUMN_UNREGISTER	= 9,
	COLUMN_GRACE		= 10,
	COLUMN_UNMAP		= 11,
	COLUMN_REST		= 12,	/* whole less the phases measured */
	COLUMN_BEFORE_WALK	= 13,	/* last user instruction to the walk's first */
	COLUMN_AFTER_WALK	= 14,	/* walk's last instruction to the parent's wake-up */
	COLUMN_MIRRORS		= 15,	/* mirrors called back */
	COLUMN_INVALIDATE	= 16,	/* one invalidation, lock wait included */
	COLUMN_WINDOW		= 17,	/* race: how long a callback used its mirror after unregister returned */
	COLUMN_OFFSET		= 18,	/* contend, bystander, race: its begin less the walk's, two's complement */
	COLUMN_KIND		= 19,	/* which of a workload's kinds of sample: see the workload */
	COLUMN_TRACED		= 20,	/* cross-check: the release callback, as the kernel's tracer timed it */
	COLUMN_MUNMAP		= 21,	/* bystander: one munmap of a page, as the process saw it */
	COLUMN_MPROTECT		= 22,	/* bystander: the same of mprotect */
	COLUMN_COUNT
};

/* COLUMN_FLAGS: what disturbed the sample, and what else is known of it: HMMBENCH_SAMPLE_*. */
#define SAMPLE_FLAG_SWITCHED	(1u << 0)
#define SAMPLE_FLAG_MIGRATED	(1u << 1)
#define SAMPLE_FLAG_STOLEN	(1u << 2)	/* a tick accounted time that the hypervisor took */
#define SAMPLE_FLAG_INTERRUPTED	(1u << 3)	/* an interrupt was served on its CPU inside it */
#define SAMPLE_FLAG_AGAIN	(1u << 4)
#define SAMPLE_FLAG_IN_WALK	(1u << 5)
#define SAMPLE_FLAG_TIMED_OUT	(1u << 6)
#define SAMPLE_FLAG_UNTOLD	(1u << 7)	/* stolen and interrupted could not be told */

/* What can disturb a sample, which is kept and marked. */
enum sample_mark { MARK_SWITCHED = 0, MARK_MIGRATED, MARK_STOLEN, MARK_INTERRUPTED, MARK_COUNT };

struct sample_mark_info {
	const char *name;	/* "switched": the key in JSON */
	const char *help;	/* behind "samples that were": "scheduled out" */
	uint32_t flag;		/* SAMPLE_FLAG_* */
	uint32_t untold;	/* SAMPLE_FLAG_* of samples for which it could not be told; 0: none */
};

extern const struct sample_mark_info sample_marks[MARK_COUNT];

/* The SAMPLE_FLAG_* of all marks. */
#define SAMPLE_FLAGS_DISTURBED                                                                 \
	(SAMPLE_FLAG_SWITCHED | SAMPLE_FLAG_MIGRATED | SAMPLE_FLAG_STOLEN | SAMPLE_FLAG_INTERRUPTED)

/*
 * COLUMN_KIND, where a workload gives several kinds of sample: which one a row is. A
 * workload without the column has one kind.
 */
enum sample_kind {
	SAMPLE_KIND_EXIT	= 0,	/* contend, bystander, race: the process that exits with all its
					 * mirrors; storm: one of them */
	SAMPLE_KIND_UNREGISTER	= 1,	/* contend, bystander: an unregister beside its exit;
					 * unregister: one recorded call */
	SAMPLE_KIND_INVALIDATE	= 2,	/* bystander: an invalidation from another process */
	SAMPLE_KIND_NONBLOCK	= 3,	/* bystander: the same, not allowed to sleep */
	SAMPLE_KIND_MUNMAP	= 4,	/* bystander: beside unregisters of a live process */
	SAMPLE_KIND_MPROTECT	= 5,
	SAMPLE_KIND_STORM	= 6,	/* storm: all processes of an operation */
	SAMPLE_KIND_HIT		= 7,	/* race: a callback that met an unregistered mirror */
	SAMPLE_KIND_MISSED	= 8,	/* contend, bystander: a call that came when there was no walk, or
					 * no unregister, that it could have met */
	SAMPLE_KIND_CALLS	= 9,	/* unregister: all calls of an operation, recorded or not */
	SAMPLE_KIND_LIVE_EXIT	= 10,	/* bystander: the exit of a process that had unregistered some of
					 * its mirrors, whose walk is as much shorter */
};

/* A column; a latency is in nanoseconds, and statistics apply to it. */
struct sample_column_info {
	enum sample_column column;
	const char *name;	/* "walk", "lock_wait": DESIGN.md's word; the key in JSON and on the command line */
	const char *help;	/* one line */
	int is_latency;
};

extern const struct sample_column_info sample_columns[COLUMN_COUNT];

/* The column of that name, or -ENOENT. */
int sample_column_lookup(const char *name);

struct samples {
	size_t rows;
	uint64_t *columns[COLUMN_COUNT];	/* NULL: unavailable; else `rows` values, owned */
};

#define SAMPLES_ROWS_MAX (1u << 24)

/*
 * Gives `samples` room for `rows` rows of the columns in `mask` (1 << column), all
 * SAMPLE_MISSING. -EINVAL: no such column; -E2BIG: above SAMPLES_ROWS_MAX; -ENOMEM.
 */
int samples_init(struct samples *samples, size_t rows, uint32_t mask);
void samples_free(struct samples *samples);

/*
 * Encoded form: "HMS1", u32 rows, u32 mask of columns, then the columns in order, each
 *	u32 length	of the deflated data
 *	u32 crc		crc32 of the 12 bytes at the beginning, the column's number in one
 *			byte, and the plain data
 *	deflated data	(zlib's format); plain, the lowest bytes of all rows, then the
 *			next, up to the highest: 8 bytes for each row
 * Numbers are little-endian. *data is malloc'ed and the caller's. -E2BIG: more than
 * SAMPLES_ROWS_MAX rows; -ENOMEM.
 */
int samples_encode(const struct samples *samples, void **data, size_t *bytes);

/*
 * -EBADMSG: not this format, a column this version does not know, a length that does
 * not match, or a wrong checksum; -E2BIG: more than SAMPLES_ROWS_MAX rows; -ENOMEM.
 * `samples` is empty on error. Nothing is allocated that the bytes given cannot hold.
 */
int samples_decode(const void *data, size_t bytes, struct samples *samples);

/* The same for the columns in `mask` only; the others are not inflated and come out as unavailable. */
int samples_decode_columns(const void *data, size_t bytes, uint32_t mask, struct samples *samples);

#endif
