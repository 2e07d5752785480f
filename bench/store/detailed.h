/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the release walks of exits divide, from a run's detailed blocks: of runs made with
 * `detailed = yes` or --detailed.
 */
#ifndef HMMBENCH_DETAILED_H
#define HMMBENCH_DETAILED_H

#include "store/counted.h"

/*
 * In the form of what was counted, an operation being a walk: of each cell and strategy "walk",
 * "lock waits", "callbacks" and "rest" (stats/division.h), nanoseconds of the run's clock.
 * Errors and ownership as counted_load(); -EBADMSG: samples that cannot be read.
 */
int detailed_load(struct store *store, int64_t run, struct counted *detailed, struct error *error);

#endif
