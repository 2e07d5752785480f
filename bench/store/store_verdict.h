/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Verdicts in the store: the request, the digest of what went in, the seed, and the digest
 * of what came out, so that a verdict can be made again and be held against itself.
 *
 * Errors as in store.h.
 */
#ifndef HMMBENCH_STORE_VERDICT_H
#define HMMBENCH_STORE_VERDICT_H

#include "store/store.h"

#define STORE_DIGEST_BYTES 65	/* SHA-256 in hexadecimal digits */

struct store_verdict {
	int64_t id;
	char *made;		/* ISO 8601, UTC */
	char *program;		/* version of hmmbench */
	char *request;		/* JSON */
	uint64_t seed;
	char *input_digest, *report_digest;
	char *verdict;		/* "REGRESSED" */
	int exit_status;
};

/*
 * Takes all but id and made; *id is the new one, or that of the same verdict where the store has
 * it: asking twice makes one.
 */
int store_verdict_put(struct store *store, const struct store_verdict *verdict, int64_t *id,
		      struct error *error);

/* -ENOENT (STATUS_USAGE) with a remedy when there is no such verdict. */
int store_verdict_get(struct store *store, int64_t id, struct store_verdict *verdict,
		      struct error *error);
void store_verdict_free(struct store_verdict *verdict);	/* its members, not itself */

#endif
