/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How far to trust the numbers, for programs: parts of report/json.c. New references. */
#ifndef HMMBENCH_JSON_TRUST_H
#define HMMBENCH_JSON_TRUST_H

#include <stdbool.h>

#include <jansson.h>

#include "report/report.h"

/* How many rows have a mark of any kind; null where none could be told to have one or not. */
json_t *json_disturbed(const struct arm_summary *arm);

/* How many rows have each mark; null where none of them could be told to have it or not. */
json_t *json_marks(const struct arm_summary *arm, bool *failed);

/* null where no level was looked at. */
json_t *json_drift(const struct cell_result *result, bool *failed);

/* What recording costs: an array, empty where that was not measured. */
json_t *json_recording(const struct report *report, bool *failed);

#endif
