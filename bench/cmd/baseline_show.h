/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `hmmbench baseline list` and `show` print. */
#ifndef HMMBENCH_BASELINE_SHOW_H
#define HMMBENCH_BASELINE_SHOW_H

#include <stdbool.h>

#include "common/error.h"
#include "store/store.h"

int baseline_list(struct store *store, bool as_json, struct error *error);
/* -ENOENT: no such baseline. */
int baseline_show(struct store *store, const char *name, bool as_json, struct error *error);

#endif
