/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is to be compared, with every name resolved to run numbers: what a verdict keeps, so
 * that the same comparison can be made again after more runs came under the same names.
 */
#ifndef HMMBENCH_REQUEST_H
#define HMMBENCH_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "stats/comparison.h"
#include "store/dataset.h"

struct request_side {
	/* DESIGN_IN_BOOT */
	struct dataset_arm arm;
	/* DESIGN_BUILDS, as in struct dataset_side; owned, never NULL there */
	char *name, *note;
	int64_t *runs;
	size_t run_count;
};

/* A stored baseline; owned. `name` NULL: there is none in it. */
struct request_baseline {
	char *name;
	int64_t *runs;
	size_t run_count;
	bool is_base;			/* it is the base itself, else the base is held against it */
};

struct request {
	enum comparison_design design;
	bool force;
	int64_t *runs;			/* DESIGN_IN_BOOT: of both sides; owned */
	size_t run_count;
	struct request_side sides[ARM_COUNT];
	struct request_baseline baseline;	/* DESIGN_BUILDS */
	/* The machine's calibration; 0: none; REQUEST_UNCALIBRATED: not asked for. */
	int64_t calibration;
	uint32_t calibration_days;	/* beyond which it is old; 0: as the plan says */
};

#define REQUEST_UNCALIBRATED (-1)

void request_free(struct request *request);

/* Stable JSON text, malloc'ed; NULL: out of memory. */
char *request_to_json(const struct request *request);

/* -EINVAL: no request of this version, with the reason. -ENOMEM. Free it in any case. */
int request_from_json(const char *text, struct request *request, struct error *error);

#endif
