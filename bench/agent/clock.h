/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The clock that everything is read from, CLOCK_MONOTONIC_RAW, and how far it can be
 * trusted: module and agent read the same one, so that their times join.
 */
#ifndef HMMBENCH_CLOCK_H
#define HMMBENCH_CLOCK_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "common/error.h"

#define CLOCK_NAME		"CLOCK_MONOTONIC_RAW"
#define CLOCK_RESOLUTION_MAX_NS 1000 /* a coarser clock hides what is looked for */

static inline uint64_t clock_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

struct clock_quality {
	uint64_t resolution_ns;	 /* smallest step seen that was not 0: an upper bound */
	double read_cost_ns;	 /* of one reading: median over the batches */
	double read_cost_min_ns; /* the cheapest batch */
};

/*
 * From `batches` rows of `batch` readings each (ns, in the order taken, batch >= 2).
 * Where a batch is too short for the clock to step, the cost is the mean over all.
 * -ERANGE: the clock never stepped; -EILSEQ: it went back; -EINVAL: too few; -ENOMEM.
 */
int clock_quality_estimate(const uint64_t *readings_ns, size_t batches, size_t batch,
			   struct clock_quality *quality);

/* Takes the readings, for some 10 ms; up to a second when the clock hardly steps. */
int clock_quality_measure(struct clock_quality *quality, struct error *error);

#endif
