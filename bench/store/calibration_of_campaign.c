// SPDX-License-Identifier: GPL-2.0-or-later
/* The boots of a campaign of one kernel, as a comparison sees them, to a calibration. */
#include "config.h"

#include "store/store_calibration.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "store/clock_rate.h"
#include "store/spread_internal.h"
#include "store/store_campaign.h"

/* ---- its boots ---- */

static int add_run(struct measuring *measuring, int64_t id, struct error *error)
{
	struct store_run run;
	struct plan *plan = NULL;
	int ret = store_run_get(measuring->store, id, &run, error);

	if (ret)
		return ret;
	ret = plan_from_json(run.plan_json, strlen(run.plan_json), &plan, error);
	if (!ret)
		ret = measuring_add(measuring, &run, plan);
	if (ret) {
		store_run_free(&run);
		plan_free(plan);
	}
	return ret;
}

static int add_runs(struct measuring *measuring, int64_t campaign, struct error *error)
{
	struct store_boot *boots;
	uint32_t count;
	int ret = store_boots_get(measuring->store, campaign, &boots, &count, error);

	for (uint32_t i = 0; i < count && !ret && measuring->count < SPREAD_RUNS_MAX; i++) {
		double rate = 1;

		if (!boots[i].run)
			continue;
		ret = store_clock_rate(measuring->store, boots[i].run, &rate, error);
		if (!ret && rate == 1)
			ret = add_run(measuring, boots[i].run, error);
	}
	free(boots);
	return ret;
}

/* ---- what they come to ---- */

static int calibrate_part(const struct measuring *measuring, size_t at,
			  enum gated_quantile quantile, struct calibration_part *part)
{
	const struct plan *plan = measuring->plans[0];
	const double threshold = quantile == GATED_P99 ? plan->threshold_p99 : plan->threshold;
	struct boot_value boots[SPREAD_RUNS_MAX];
	uint32_t pairs[SPREAD_RUNS_MAX];

	for (size_t i = 0; i < measuring->count; i++) {
		boots[i] = (struct boot_value){
			.value = measuring->values[at][i][quantile].value,
			.control = measuring->values[measuring->part_count - 1][i][quantile].value,
			.build = measuring->runs[i].arm,
		};
		pairs[i] = measuring->runs[i].pair;
	}
	return calibration_make(boots, pairs, measuring->count, log1p(threshold), plan->seed,
				&part->effect);
}

/* All quantiles of all parts that four pairs have. */
static int calibrate_parts(const struct measuring *measuring, struct calibration *calibration)
{
	const struct measured *measured = measuring->measured;

	calibration->parts = calloc(GATED_COUNT * measured->part_count + 1,
				    sizeof(*calibration->parts));
	if (!calibration->parts)
		return -ENOMEM;
	for (size_t i = 0; i < measured->part_count; i++) {
		for (enum gated_quantile quantile = 0; quantile < GATED_COUNT; quantile++) {
			struct calibration_part *part =
				&calibration->parts[calibration->part_count];
			int ret = calibrate_part(measuring, i, quantile, part);

			if (ret == -ENODATA)
				continue;
			if (ret)
				return ret;
			cell_name(&measuring->plans[0]->cells[measured->parts[i].cell], part->cell);
			part->strategy = measured->parts[i].strategy;
			part->column = measured->parts[i].column;
			part->quantile = quantile;
			calibration->part_count++;
			if (part->effect.boots > calibration->boots)
				calibration->boots = part->effect.boots;
		}
	}
	return 0;
}

static int describe(const struct measuring *measuring, int64_t campaign,
		    struct calibration *calibration)
{
	calibration->campaign = campaign;
	calibration->run = measuring->runs[0].id;
	calibration->program = strdup(PACKAGE_VERSION);
	calibration->kernel = strdup(measuring->runs[0].kernel);
	calibration->plan_name = strdup(measuring->runs[0].plan_name);
	return calibration->program && calibration->kernel && calibration->plan_name ? 0 : -ENOMEM;
}

static int calibrate_in_boot(const struct measuring *measuring, struct calibration *calibration,
			     struct error *error)
{
	int64_t runs[SPREAD_RUNS_MAX];

	for (size_t i = 0; i < measuring->count; i++)
		runs[i] = measuring->runs[i].id;
	return calibration_inside_boots(measuring->store, measuring->plans[0], runs,
					measuring->count, calibration, error);
}

int calibration_of_campaign(struct store *store, int64_t campaign, struct calibration *calibration,
			    struct error *error)
{
	struct measuring *measuring = calloc(1, sizeof(*measuring));
	struct measured *measured = calloc(1, sizeof(*measured));
	int ret = measuring && measured ? 0 : -ENOMEM;

	memset(calibration, 0, sizeof(*calibration));
	if (!ret) {
		measuring->store = store;
		measuring->measured = measured;
		ret = add_runs(measuring, campaign, error);
	}
	if (!ret && measuring->count)
		ret = measuring_read(measuring, error);
	if (!ret && measuring->count)
		ret = describe(measuring, campaign, calibration);
	if (!ret && measuring->count)
		ret = calibrate_parts(measuring, calibration);
	if (!ret && !calibration->part_count) {
		error->exit_status = STATUS_BOOTS;
		ret = error_set(error, ENODATA,
				"campaign %lld: fewer than %d pairs of boots are whole, and no "
				"calibration comes of them", (long long)campaign,
				CALIBRATION_PAIRS_MIN);
	}
	if (!ret)
		ret = calibrate_in_boot(measuring, calibration, error);
	if (measuring)
		measuring_free(measuring);
	free(measuring);
	measured_free(measured);
	return ret == -ENOMEM && !error->text[0] ? error_out_of_memory(error) : ret;
}
