/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between store_calibration.c (a calibration) and store_calibration_in_boot.c (that part of it). */
#ifndef HMMBENCH_STORE_CALIBRATION_INTERNAL_H
#define HMMBENCH_STORE_CALIBRATION_INTERNAL_H

#include "store/store_calibration.h"
#include "store/store_internal.h"

/* The judged quantile nearest to a stored number. */
enum gated_quantile calibration_quantile(double q);

/* A code of SQLite's, inside a transaction; the calibration has its id. */
int calibration_insert_in_boot(struct store *store, const struct calibration *calibration);

/* Errors of the store; -ENOMEM. */
int calibration_read_in_boot(struct store *store, struct calibration *calibration,
			     struct error *error);

#endif
