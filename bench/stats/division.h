/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How release walks divide into waiting for locks, callbacks and the rest, from the samples of
 * a detailed pass: of `write` the waits of all its N + 1 acquisitions, where a plain sample has
 * the first.
 *
 * Taken are the walks of the middle half, and of those the mean of each part, as in
 * breakdown.h: the parts add up to the walk exactly. The pass's own readings of the clock, two
 * for each mirror and three under `write`, lie in the parts: they are no times to compare
 * with those of another pass.
 */
#ifndef HMMBENCH_STATS_DIVISION_H
#define HMMBENCH_STATS_DIVISION_H

#include <stddef.h>

#include "common/samples.h"

/* Of one walk, in nanoseconds of the run's clock. */
struct division {
	double walk_ns;
	double lock_wait_ns; /* NAN: the locks are the kernel's; then they are in the rest */
	double callbacks_ns;
	double rest_ns;
	size_t walks; /* in the means; 0: no sample has its parts, and all are NAN */
};

/* 0 or -ENOMEM. */
int division_make(const struct samples *samples, struct division *division);

#endif
