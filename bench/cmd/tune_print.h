/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What became of the settings of a tune, as text and as JSON. */
#ifndef HMMBENCH_TUNE_PRINT_H
#define HMMBENCH_TUNE_PRINT_H

#include <stdio.h>

#include "machine/tune.h"

/* A line for values that fared alike, and one for each that did not come out as it should. */
void tune_print(FILE *file, const struct tune *tune);

/* {"since", "boot_id", "values": [{"setting", "file", "was", "set", "end", "error" or null}]} */
void tune_print_json(FILE *file, const struct tune *tune);

#endif
