/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run's note that its clock went wrong (a guest that calibrated its TSC on a busy host). */
#ifndef HMMBENCH_STORE_CLOCK_RATE_H
#define HMMBENCH_STORE_CLOCK_RATE_H

#include "store/store.h"

/* By which factor it ran fast: 1, or what the note says. Errors of the store. */
int store_clock_rate(struct store *store, int64_t run, double *rate, struct error *error);

#endif
