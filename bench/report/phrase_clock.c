// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the clock decides what can be judged: short calls change by less than one reading
 * of it, and no number of operations tells such a change from the clock's own.
 */
#include "report/phrase.h"

#include <math.h>

#include "report/selection.h"

static double wanted_threshold(const struct report *report, enum gated_quantile quantile)
{
	return log1p(quantile == GATED_P99 ? report->input->threshold_p99
					   : report->input->threshold);
}

bool effect_is_clock_bound(const struct report *report, const struct cell_result *result,
			   enum gated_quantile quantile)
{
	const struct effect *effect = &result->effect[quantile];

	return result->gated && effect->verdict != VERDICT_NONE &&
	       effect->threshold > wanted_threshold(report, quantile) * (1 + 1e-9);
}

bool report_is_clock_bound(const struct report *report)
{
	for (uint32_t i = 0; i < report->comparison->result_count; i++)
		for (size_t quantile = 0; quantile < GATED_COUNT; quantile++)
			if (effect_is_clock_bound(report, &report->comparison->results[i],
						  quantile))
				return true;
	return false;
}

/* A change that would count, were the clock finer. */
bool effect_hides_below_clock(const struct report *report, const struct cell_result *result,
			      enum gated_quantile quantile)
{
	const struct effect *effect = &result->effect[quantile];

	return effect_is_clock_bound(report, result, quantile) &&
	       effect->verdict == VERDICT_EQUIVALENT &&
	       fabs(effect->estimate) > wanted_threshold(report, quantile);
}

bool result_hides_below_clock(const struct report *report, const struct cell_result *result)
{
	for (size_t quantile = 0; quantile < GATED_COUNT; quantile++)
		if (effect_hides_below_clock(report, result, quantile))
			return true;
	return false;
}

void phrase_clock(FILE *file, const struct report *report)
{
	char floor[FORMAT_BYTES];

	if (!report_is_clock_bound(report))
		return;
	format_ns(report->input->clock_floor_ns, floor, sizeof(floor));
	fprintf(file,
		"One reading of the clock costs %s, and what changes by less is not called a "
		"change: the smallest effect judged is raised to that where it would be finer.",
		floor);
}

void phrase_below_clock(FILE *file, const struct report *report, const struct cell_result *result)
{
	char floor[FORMAT_BYTES];
	const char *between = "";

	for (size_t quantile = 0; quantile < GATED_COUNT; quantile++) {
		if (!effect_hides_below_clock(report, result, quantile))
			continue;
		fputs(between, file);
		phrase_effect(file, result, quantile);
		between = ", ";
	}
	format_ns(report->input->clock_floor_ns, floor, sizeof(floor));
	fprintf(file,
		": less than one reading of the clock (%s). More operations would not tell; a "
		"clock that is cheaper to read would.",
		floor);
}
