/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs of which one is a copy of another: a file that was imported twice, or a baseline that was
 * imported beside the runs it was made of. They are one boot and count as one.
 */
#ifndef HMMBENCH_STORE_COPIES_H
#define HMMBENCH_STORE_COPIES_H

#include <stddef.h>

#include "store/store.h"

/*
 * copy_of[i] becomes the least j for which runs i and j hold the same measurement: every block
 * with its times to the nanosecond and its samples, of the shorter one where a file was cut. It
 * is i for the first of them, for a run without blocks, and for all runs on the virtual clock,
 * where two boots may well come to the same. Errors of the store, -ENOMEM.
 */
int copies_find(struct store *store, const struct store_run *runs, size_t count, size_t *copy_of,
		struct error *error);

/* -EINVAL with both of them where one of the runs is a copy of another; else as copies_find(). */
int copies_refuse(struct store *store, const struct store_run *runs, size_t count,
		  struct error *error);

#endif
