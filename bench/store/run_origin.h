/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a store knows of a run beyond the run's own stream, as JSON in the hello of an exported
 * one: texts to the letter, when it was measured, the configuration of its kernel, and its
 * campaign. With it an imported run compares as it does where it was measured, to the digest.
 */
#ifndef HMMBENCH_RUN_ORIGIN_H
#define HMMBENCH_RUN_ORIGIN_H

#include <jansson.h>

#include "common/error.h"
#include "store/store.h"

/* The member of a hello. */
#define RUN_ORIGIN "origin"

/* The caller's, in *origin. Errors of the store, -ENOMEM. */
int run_origin_make(struct store *store, const struct store_run *run, json_t **origin,
		    struct error *error);

/* A text of a hello's origin, "environment", "plan" or "lab"; NULL: it has none. */
const char *run_origin_text(const json_t *hello, const char *key);

/*
 * Into a run that was taken in whole: dates, configuration and campaign of the hello's origin,
 * where it has one. The campaign is the one of the same machine, beginning, seed, configuration and
 * kernels, where the store has it, else it is made; it has the boots that were taken in, and is
 * over. `from` is the file as a message names it. -EINVAL: an origin that cannot be read, and
 * nothing of it was taken.
 */
int run_origin_take(struct store *store, const json_t *hello, int64_t run, const char *from,
		    struct error *error);

#endif
