/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `show` says of each cell and strategy of a run. */
#ifndef HMMBENCH_SHOW_TALLIES_H
#define HMMBENCH_SHOW_TALLIES_H

#include <stdio.h>

#include <jansson.h>

#include "store/tally.h"

/* As text, a line each; what a workload does not count is left out, what no block told is "-". */
void show_tallies(const struct tally *tallies, size_t count, FILE *file);

/* An array with an object for each; what a workload does not count is null. NULL: no memory. */
json_t *tallies_json(const struct tally *tallies, size_t count);

#endif
