// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/plan_campaign.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "cmd/command.h"
#include "cmd/plan_campaign_print.h"
#include "common/exit_status.h"
#include "plan/campaign.h"
#include "report/selection.h"

static void fill_cells(struct planned *planned)
{
	const struct measured *measured = planned->measured;

	planned->experiment.cell_count = measured->plan->cell_count;
	for (uint32_t i = 0; i < measured->plan->cell_count; i++)
		planned->experiment.cells[i] = (struct experiment_cell){
			.block_s = measured->cells[i].block_s,
			.unit = measured->cells[i].unit,
			.measured = measured->cells[i].blocks,
			.least = measured->cells[i].blocks,
		};
}

/* The parts whose quantile is known. */
static void fill_parts(struct planned *planned)
{
	const struct measured *measured = planned->measured;
	struct experiment *experiment = &planned->experiment;

	for (size_t i = 0; i < measured->part_count; i++) {
		const struct measured_part *part = &measured->parts[i];

		if (!part->known[planned->quantile] || !(part->operations > 0))
			continue;
		planned->part_of[experiment->part_count] = i;
		experiment->cells[part->cell].least = experiment->cells[part->cell].unit;
		experiment->parts[experiment->part_count++] =
			planned_part(part, planned->quantile);
	}
}

static int begin(struct planned *planned, const struct plan_campaign *asked)
{
	const struct measured *measured = planned->measured;

	planned->quantile = asked->quantile;
	planned->effect = asked->effect;
	if (!(planned->effect > 0))
		planned->effect = asked->quantile == GATED_P99 ? measured->plan->threshold_p99 :
								 measured->plan->threshold;
	planned->budget_s = asked->budget_s;
	planned->experiment = (struct experiment){
		.parts = calloc(measured->part_count + 1, sizeof(struct experiment_part)),
		.cells = calloc(measured->plan->cell_count + 1, sizeof(struct experiment_cell)),
		.boot_s = measured->boot_s, .alpha = PLAN_CAMPAIGN_ALPHA, .power = asked->power,
		.boots_max = CAMPAIGN_BOOTS_MAX,
	};
	planned->part_of = calloc(measured->part_count + 1, sizeof(*planned->part_of));
	if (!planned->experiment.parts || !planned->experiment.cells || !planned->part_of)
		return -ENOMEM;
	fill_cells(planned);
	fill_parts(planned);
	return 0;
}

static int no_campaign(const struct planned *planned, struct error *error)
{
	const uint32_t fewest = experiment_fewest(PLAN_CAMPAIGN_ALPHA);
	char budget[COMMAND_DURATION_BYTES];

	error->exit_status = STATUS_INCONCLUSIVE;
	if (!planned->budget_s)
		return error_set(error, ERANGE,
				 "plan: %u boots of each kernel do not find a change of %g %% at %s in any "
				 "cell: boots scatter too much here; 'hmmbench doctor' names what makes a "
				 "machine noisy", CAMPAIGN_BOOTS_MAX, planned->effect * 100,
				 gated_quantile_name(planned->quantile));
	command_duration_text(planned->budget_s, budget, sizeof(budget));
	return error_set(error, ERANGE,
			 "plan: %s is not enough to tell two kernels apart: p below .05 takes %u boots of "
			 "each, and a boot with the fewest blocks that %s needs %.0f s", budget, fewest,
			 gated_quantile_name(planned->quantile), planned_least_s(planned));
}

int plan_campaign(const struct plan_campaign *asked, struct error *error)
{
	struct planned planned = { 0 };
	struct measured *measured = NULL;
	struct store *store = NULL;
	int ret = command_open_store(asked->store, STORE_READ, &store, error);

	if (!ret)
		ret = measured_load(store, asked->name, &measured, error);
	if (!ret) {
		planned.measured = measured;
		ret = begin(&planned, asked);
	}
	if (!ret && !planned.experiment.part_count) {
		error->exit_status = STATUS_USAGE;
		ret = error_set(error, ENODATA,
				"plan: no boot of the plan %s has samples enough for %s; another "
				"--quantile, or more operations", measured->plan->name,
				gated_quantile_name(asked->quantile));
	}
	if (!ret && asked->budget_s)
		experiment_for_time(&planned.experiment, asked->budget_s);
	else if (!ret)
		experiment_for_effect(&planned.experiment, log1p(planned.effect));
	if (!ret && !planned.experiment.boots)
		ret = no_campaign(&planned, error);
	if (!ret)
		ret = asked->as_json ? planned_json(&planned, error) : planned_print(&planned);
	if (ret == -ENOMEM && !error->text[0])
		error_out_of_memory(error);
	free(planned.experiment.parts);
	free(planned.experiment.cells);
	free(planned.part_of);
	measured_free(measured);
	store_close(store);
	return ret;
}
