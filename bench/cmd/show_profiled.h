/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What perf gave of a run's profiled blocks, with the paths of its files.
 */
#ifndef HMMBENCH_SHOW_PROFILED_H
#define HMMBENCH_SHOW_PROFILED_H

#include <stdio.h>

#include <jansson.h>

#include "store/profiled.h"

/* For people; nothing where there are no blocks. `folder` is the run's (path_run_folder()). */
void show_profiled(const struct profiled *profiled, const char *folder, FILE *file);

/* For programs: a new reference. NULL: out of memory. */
json_t *profiled_json(const struct profiled *profiled, const char *folder);

#endif
