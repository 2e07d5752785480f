// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which cells of a comparison drifted. Both tests of all cells share one false discovery
 * budget, of its own, and what is smaller than the smallest effect of interest is no mark.
 */
#include "comparison.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "fdr.h"
#include "judge.h"

static bool is_marked(const struct comparison_input *input, double size, double p_adjusted)
{
	return p_adjusted <= input->false_discovery_rate && fabs(size) >= log1p(input->threshold);
}

int comparison_mark_levels(const struct comparison_input *input, struct comparison *comparison)
{
	double *p = malloc((2 * (size_t)comparison->result_count + 1) * sizeof(*p));
	size_t tests = 0;
	int ret;

	if (!p)
		return -ENOMEM;
	for (uint32_t i = 0; i < comparison->result_count; i++) {
		const struct drift *drift = &comparison->results[i].drift;

		if (!drift->levels)
			continue;
		p[tests++] = drift->trend_p;
		p[tests++] = drift->first_p;
	}
	ret = benjamini_hochberg(p, p, tests);
	tests = 0;
	for (uint32_t i = 0; i < comparison->result_count && !ret; i++) {
		struct cell_result *result = &comparison->results[i];

		if (!result->drift.levels)
			continue;
		result->drifts = is_marked(input, result->drift.trend, p[tests++]);
		result->unsettled = is_marked(input, result->drift.first_from, p[tests++]);
	}
	free(p);
	return ret;
}
