// SPDX-License-Identifier: GPL-2.0-or-later
/* All strategies of a report's runs side by side. */
#include "cmd/load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

int loaded_strategies_make(struct store *store, const int64_t *runs, size_t run_count, bool force,
			   struct loaded_strategies *loaded, struct error *error)
{
	int result;

	*loaded = (struct loaded_strategies){ 0 };
	result = dataset_load_strategies(store, runs, run_count, force, &loaded->dataset, error);
	if (result || loaded->dataset->plan->strategy_count <= ARM_COUNT)
		return result;
	result = ranking_make(&loaded->dataset->input, loaded->dataset->plan->strategy_count,
			      &loaded->ranking, error);
	loaded->shown = (struct report_strategies){
		.ranking = loaded->ranking,
		.input = &loaded->dataset->input,
		.strategies = loaded->dataset->plan->strategies,
		.of = loaded->of,
	};
	if (!result && loaded->ranking->row_count)
		snprintf(loaded->of, sizeof(loaded->of), "%s", loaded->dataset->runs[0].kernel);
	return result;
}

const struct report_strategies *loaded_strategies_shown(const struct loaded_strategies *loaded)
{
	return loaded->ranking && loaded->ranking->row_count ? &loaded->shown : NULL;
}

void loaded_strategies_free(struct loaded_strategies *loaded)
{
	ranking_free(loaded->ranking);
	dataset_free(loaded->dataset);
	*loaded = (struct loaded_strategies){ 0 };
}

/* Between builds the candidate's: what would be best on what is judged. */
int load_strategies(struct loaded *loaded, struct error *error)
{
	const struct dataset *dataset = loaded->dataset;
	int64_t *runs;
	size_t count = 0;
	int result;

	/* Unlike runs that are compared by force have plans of their own. */
	if (dataset->plan->strategy_count <= ARM_COUNT || dataset->forced)
		return 0;
	runs = malloc((dataset->run_count + 1) * sizeof(*runs));
	if (!runs)
		return error_out_of_memory(error);
	for (size_t i = 0; i < dataset->run_count; i++)
		if (!dataset->input.boot || dataset->input.boot[i].arm == ARM_CANDIDATE)
			runs[count++] = dataset->runs[i].id;
	result = loaded_strategies_make(loaded->store, runs, count, loaded->request.force,
					&loaded->strategies, error);
	free(runs);
	if (!result)
		loaded->report.strategies = loaded_strategies_shown(&loaded->strategies);
	return result;
}
