/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A calibration as text and as JSON, to standard output. */
#ifndef HMMBENCH_CALIBRATE_PRINT_H
#define HMMBENCH_CALIBRATE_PRINT_H

#include "common/error.h"
#include "store/store_calibration.h"

/* -ENOMEM. */
int calibration_print(const struct calibration *calibration);
/* -ENOMEM and -EIO with the error set. */
int calibration_json(const struct calibration *calibration, struct error *error);

#endif
