/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run as JSON, the same for list and show. */
#ifndef HMMBENCH_RUN_JSON_H
#define HMMBENCH_RUN_JSON_H

#include <stdbool.h>

#include <jansson.h>

#include "store/store.h"

/* A new reference, NULL when memory is out. `whole` adds plan, environment and lab. */
json_t *run_json(const struct store_run *run, bool whole);

#endif
