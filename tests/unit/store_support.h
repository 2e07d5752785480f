/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tests of the store share. Each fails the test where it cannot do its work,
 * unless it gives a result.
 */
#ifndef HMMBENCH_TEST_STORE_SUPPORT_H
#define HMMBENCH_TEST_STORE_SUPPORT_H

#include "support.h"

#include "store/store_internal.h"

char *store_fresh_path(void);	/* of a store that is not there yet; malloc'ed */
/* A store as an older version left it, from the recorded text. */
#define STORE_RECORDED_VERSIONS 8
char *store_recorded(int version);
struct store *store_must_open(const char *path, enum store_mode mode);
int64_t store_new_run(struct store *store, const char *label);

/* Puts block `index` with these bytes as samples; store_block_put()'s result. */
int store_put_bytes(struct store *store, int64_t run, uint32_t index, const void *samples,
		    size_t bytes, struct error *error);
void store_put(struct store *store, int64_t run, uint32_t index);	/* with samples of its own */

int store_count_block(const struct store_block *block, void *context);	/* a uint32_t */
uint32_t store_count_blocks(struct store *store, int64_t run);

/* A note must be {"note":N}, N from *context up. */
int store_check_note(const char *note, void *context);

/* The error is "PATH: TEXT" with STATUS_STORE. */
void assert_store_error(const struct error *error, const char *path, const char *text);

void store_execute(const char *path, const char *sql);	/* past the store, on the file */
int store_pragma(struct store *store, const char *name);

#endif
