// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/campaign_budget.h"

#include <math.h>
#include <stdlib.h>

#include "stats/sequential.h"

static int by_size(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double campaign_pace_s(const struct store_boot *boots, uint32_t count, int64_t now_s)
{
	double took[CAMPAIGN_BOOTS_MAX];
	int64_t began_s = 0;
	uint32_t pair = 0, pairs = 0;

	for (uint32_t i = 0; i < count; i++) {
		if (boots[i].plan.pair == pair || !boots[i].began_s)
			continue;
		if (began_s && pairs < CAMPAIGN_BOOTS_MAX)
			took[pairs++] = (double)(boots[i].began_s - began_s);
		began_s = boots[i].began_s;
		pair = boots[i].plan.pair;
	}
	if (!began_s)
		return 0;
	if (pairs < CAMPAIGN_BOOTS_MAX)
		took[pairs++] = (double)(now_s - began_s);
	qsort(took, pairs, sizeof(*took), by_size);
	return (took[(pairs - 1) / 2] + took[pairs / 2]) / 2;
}

uint32_t campaign_next_stop(uint32_t pair, uint32_t boots)
{
	const size_t looks = sequential_looks(pair);
	uint32_t next = pair + 1;

	if (looks)
		next = looks < SEQUENTIAL_LOOKS ? (uint32_t)sequential_boots[looks] : boots;
	return next < boots ? next : boots;
}

uint32_t campaign_reach(uint32_t pair, double pace_s, double elapsed_s, double budget_s)
{
	double more = floor((budget_s - elapsed_s) / fmax(pace_s, 1));

	return pair + (uint32_t)fmin(fmax(more, 0), CAMPAIGN_BOOTS_MAX);
}
