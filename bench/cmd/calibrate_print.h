/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A calibration as text and as JSON, to standard output. */
#ifndef HMMBENCH_CALIBRATE_PRINT_H
#define HMMBENCH_CALIBRATE_PRINT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "report/json_value.h"
#include "report/text_table.h"
#include "store/store_calibration.h"

/* -ENOMEM. */
int calibration_print(const struct calibration *calibration);
/* -ENOMEM and -EIO with the error set. */
int calibration_json(const struct calibration *calibration, struct error *error);

/* Between calibrate_print.c and calibrate_print_in_boot.c, which has verdicts inside boots. */
/* NAN of nothing. */
double calibrate_share(uint64_t part, uint64_t whole);
/* The next cell of a table: "1.3 %", "0.050"; of a NAN "-". */
void calibrate_percent(struct text_table *table, double fraction, const char *sign);
void calibrate_fraction(struct text_table *table, double value);
/* Two tables and what they mean; nothing where there is nothing. -ENOMEM. */
int calibrate_print_in_boot(const struct calibration *calibration, const struct text_style *style);
json_t *calibrate_in_boot_json(const struct calibration_in_boot *part, bool *failed);

#endif
