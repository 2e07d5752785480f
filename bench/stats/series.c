// SPDX-License-Identifier: GPL-2.0-or-later
#include "series.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "nights.h"
#include "quantile.h"
#include "sort.h"
#include "verdict.h"

static double median(const double *values, size_t count, double *scratch)
{
	memcpy(scratch, values, count * sizeof(*values));
	sort_doubles(scratch, count);
	return quantile_type7(scratch, count, .5);
}

static int find_changes(const double *values, size_t count, double threshold, double *scratch,
			struct series_result *result)
{
	struct change *found = calloc(count / CHANGE_SEGMENT_MIN + 1, sizeof(*found));
	int ret = -ENOMEM;

	if (!found)
		return ret;
	ret = change_scan(values, count, CHANGE_LEVEL_001, threshold, found, &result->change_count);
	if (!ret) {
		result->changes = calloc(result->change_count + 1, sizeof(*result->changes));
		ret = result->changes ? 0 : -ENOMEM;
	}
	for (size_t i = 0; i < result->change_count && !ret; i++) {
		size_t first = i ? found[i - 1].first : 0;
		size_t end = i + 1 < result->change_count ? found[i + 1].first : count;

		result->changes[i] = (struct series_change){
			.change = found[i],
			.before = median(values + first, found[i].first - first, scratch),
			.after = median(values + found[i].first, end - found[i].first, scratch),
		};
		result->regime = found[i].first;
	}
	free(found);
	return ret;
}

static enum verdict give_verdict(const struct series_result *result, size_t count)
{
	const struct series_change *last;

	if (count < SERIES_NIGHTS_MIN)
		return VERDICT_INCONCLUSIVE;
	if (result->creeps && result->trend.slope > 0)
		return VERDICT_REGRESSED;
	if (result->change_count) {
		last = &result->changes[result->change_count - 1];
		return last->change.shift > 0 ? VERDICT_REGRESSED : VERDICT_IMPROVED;
	}
	return result->creeps ? VERDICT_IMPROVED : VERDICT_NONE;
}

int series_judge(const double *nights, const double *values, size_t count, double threshold,
		 struct series_result *result)
{
	double *scratch = malloc((count + 1) * sizeof(*scratch));
	int ret = -ENOMEM;

	*result = (struct series_result){ .level = NAN };
	if (scratch)
		ret = find_changes(values, count, threshold, scratch, result);
	if (!ret && count)
		result->level = median(values + result->regime, count - result->regime, scratch);
	if (!ret)
		ret = creep_lane(nights, values, count, result->regime, threshold, &result->trend);
	free(scratch);
	if (ret < 0) {
		series_result_free(result);
		return ret;
	}
	result->creeps = ret;
	result->verdict = give_verdict(result, count);
	return 0;
}

void series_result_free(struct series_result *result)
{
	free(result->changes);
	result->changes = NULL;
	result->change_count = 0;
}

int series_exit_status(enum verdict verdict)
{
	return verdict == VERDICT_NONE ? STATUS_OK : verdict_exit_status(verdict);
}
