/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What `hmmbench profile` gave, from a run's profiled blocks. The files themselves lie in the
 * run's folder.
 */
#ifndef HMMBENCH_PROFILED_H
#define HMMBENCH_PROFILED_H

#include <stdint.h>

#include <jansson.h>

#include "common/error.h"
#include "store/store.h"

struct profiled {
	json_t *blocks;	/* [{"cell", "strategy", "event", "files", "unavailable"} ..] */
};

/* No blocks where the run is no profile. Then profiled_free(). Errors of the store. */
int profiled_load(struct store *store, int64_t run, struct profiled *profiled,
		  struct error *error);
void profiled_free(struct profiled *profiled);

#endif
