/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How often an adaptive campaign was looked at before it had certain boots: a look may end
 * it, so that how many boots there are depends on what they said.
 */
#ifndef HMMBENCH_STORE_LOOKS_OF_RUNS_H
#define HMMBENCH_STORE_LOOKS_OF_RUNS_H

#include <stdbool.h>

#include "store/store.h"

/*
 * *looks: those that these runs decided by (stats/sequential.h), 0 where the campaign is not
 * adaptive or they are of none. The last pair that was measured counts, also where a boot of
 * it is missing. *mixed: they are not all of one campaign, and some were looked at; *looks is
 * 0 then. Errors of the store.
 */
int looks_of_runs(struct store *store, const struct store_run *runs, size_t count, uint32_t *looks,
		  bool *mixed, struct error *error);

#endif
