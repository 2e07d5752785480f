/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A planned campaign as text and as JSON. */
#ifndef HMMBENCH_PLAN_CAMPAIGN_PRINT_H
#define HMMBENCH_PLAN_CAMPAIGN_PRINT_H

#include "common/error.h"
#include "stats/experiment.h"
#include "store/spread_of_runs.h"

struct planned {
	const struct measured *measured;
	struct experiment experiment;
	size_t *part_of;	/* which of measured->parts each of the experiment's is */
	enum gated_quantile quantile;
	double effect;		/* a fraction */
	uint32_t budget_s;	/* 0: none, `effect` was asked for */
};

/* A measured part, as an experiment sees one of its quantiles. */
struct experiment_part planned_part(const struct measured_part *part, enum gated_quantile quantile);

/* Seconds of a boot with no more blocks than the quantile needs. */
double planned_least_s(const struct planned *planned);

/* To standard output. -ENOMEM; -EIO with the error set. */
int planned_print(const struct planned *planned);
int planned_json(const struct planned *planned, struct error *error);

#endif
