/* SPDX-License-Identifier: GPL-2.0-or-later */
/* May runs become a baseline? */
#ifndef HMMBENCH_BASELINE_CHECK_H
#define HMMBENCH_BASELINE_CHECK_H

#include "common/error.h"
#include "store/store.h"

/*
 * A baseline is of one thing: whole runs with samples that differ in nothing but the boot (one
 * kernel build, machine, configuration, clock ...). -EINVAL: a run that did not end whole or has no
 * samples, or one of which another is a copy; -EXDEV with STATUS_NOT_COMPARABLE and what differs; -ENOENT: no such run; errors of the
 * store.
 */
int baseline_check(struct store *store, const int64_t *runs, size_t count, struct error *error);

#endif
