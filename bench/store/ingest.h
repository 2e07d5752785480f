/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the stream into the store: bytes go in as a lab delivers them, and each block
 * is committed as soon as its end record is there. The same for a pipe, a guest's
 * serial line and a file carried by hand.
 */
#ifndef HMMBENCH_INGEST_H
#define HMMBENCH_INGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "common/stream.h"
#include "plan/plan.h"
#include "store/store.h"

/* What a listener may want to know while a run goes on. Any pointer may be NULL. */
struct ingest_listener {
	void (*block_begun)(uint32_t block, void *context);
	/* ended_ns: by the clock of the kernel under test, 0 where the record does not tell. */
	void (*block_done)(uint32_t block, uint64_t ended_ns, void *context);
	void (*noted)(const char *level, const char *text, void *context);
	/* A file that came with a block. 0, or -errno, which ingest_bytes() gives. */
	int (*file)(const char *name, const void *data, size_t bytes, void *context,
		    struct error *error);
	void *context;
};

struct ingest;

/* `store`, `plan` and `listener` are borrowed until ingest_free(). NULL: out of memory. */
struct ingest *ingest_new(struct store *store, int64_t run, const struct plan *plan,
			  const struct ingest_listener *listener);
void ingest_free(struct ingest *ingest);

/*
 * Takes the next bytes. 0, or: -EBADMSG the stream is broken (STATUS_CUT_STREAM), -EPROTO
 * a record that does not fit the plan, and store errors (STATUS_STORE).
 */
int ingest_bytes(struct ingest *ingest, const void *data, size_t bytes, struct error *error);

bool ingest_ended(const struct ingest *ingest);		/* the end record arrived */
int ingest_end_status(const struct ingest *ingest);	/* its status, STATUS_CUT_STREAM before */
const char *ingest_end_text(const struct ingest *ingest);
uint32_t ingest_blocks(const struct ingest *ingest);	/* committed */
uint64_t ingest_rows(const struct ingest *ingest);
size_t ingest_leftover(const struct ingest *ingest);	/* bytes of an unfinished record */

#endif
