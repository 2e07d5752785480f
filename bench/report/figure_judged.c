// SPDX-License-Identifier: GPL-2.0-or-later
/* Which results have a figure of their own. */
#include "report/figure.h"

#include <errno.h>
#include <stdlib.h>

#include "report/selection.h"

/* What a selection has of the wanted, behind those that are there. */
static void take(const struct report *report, const struct selection *from,
		 bool (*wanted)(const struct cell_result *), bool *taken, uint32_t *results,
		 uint32_t *count)
{
	for (uint32_t i = 0; i < from->count; i++) {
		const struct cell_result *result = &report->comparison->results[from->results[i]];

		if (!result->gated || taken[from->results[i]] || !wanted(result))
			continue;
		taken[from->results[i]] = true;
		results[(*count)++] = from->results[i];
	}
}

int figure_judged_results(const struct report *report, bool (*wanted)(const struct cell_result *),
			  uint32_t **results, uint32_t *count)
{
	const uint32_t all_count = report->comparison->result_count;
	struct selection changed = { 0 }, untold = { 0 }, all = { 0 };
	bool *taken = calloc(all_count + 1, sizeof(*taken));
	int ret = -ENOMEM;

	*count = 0;
	*results = calloc(all_count + 1, sizeof(**results));
	if (!taken || !*results || selection_changed(report, &changed) ||
	    selection_untold(report, &untold) || selection_all(report, &all))
		goto out;
	take(report, &changed, wanted, taken, *results, count);
	take(report, &untold, wanted, taken, *results, count);
	take(report, &all, wanted, taken, *results, count);
	ret = 0;
out:
	if (ret) {
		free(*results);
		*results = NULL;
	}
	free(taken);
	selection_free(&changed);
	selection_free(&untold);
	selection_free(&all);
	return ret;
}
