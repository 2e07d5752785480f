/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of runs as people read them: "runs 4-7, 9". */
#ifndef HMMBENCH_RUNS_TEXT_H
#define HMMBENCH_RUNS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

/* Enough for some fifty ranges. */
#define RUNS_TEXT_BYTES 256

/*
 * "run 4", "runs 4-7, 9": in any order, each once. What does not fit into `bytes` (64 at least) is
 * counted: "runs 1, 4, 5, 8, 9, ... and 60 more".
 */
void runs_text(const int64_t *ids, size_t count, char *text, size_t bytes);
/* The same of those runs that are chosen. */
void runs_text_chosen(const struct store_run *runs, size_t count, const bool *chosen, char *text,
		      size_t bytes);

#endif
