// SPDX-License-Identifier: GPL-2.0-or-later
#include "nights.h"

#include <math.h>

static bool is_suspicious(const struct fast_result *result, double threshold)
{
	return result->p < NIGHTS_FAST_P && fabs(result->estimate) > threshold;
}

enum fast_lane fast_lane(const struct fast_result *first, const struct fast_result *second,
			 double threshold)
{
	if (!is_suspicious(first, threshold))
		return FAST_QUIET;
	if (!second || isnan(second->p))
		return FAST_SUSPICION;
	/* By itself: the second set is asked whether, not how much. */
	if (second->p < NIGHTS_FAST_P && (second->estimate > 0) == (first->estimate > 0))
		return FAST_ALARM;
	return FAST_QUIET;
}

/* Where the window of the current regime begins. */
static size_t window_start(size_t count, size_t regime)
{
	size_t start = count > NIGHTS_WINDOW ? count - NIGHTS_WINDOW : 0;

	return start > regime ? start : regime;
}

bool slow_lane(const double *values, size_t count, size_t regime, double threshold,
	       struct change *change)
{
	double scratch[3 * NIGHTS_WINDOW];
	size_t start = window_start(count, regime);
	bool found;

	*change = (struct change){ 0 };
	if (start >= count)
		return false;
	found = change_find(values + start, count - start, CHANGE_LEVEL_001, threshold, scratch,
			    change);
	change->first += start;
	return found;
}

int creep_lane(const double *nights, const double *values, size_t count, size_t regime,
	       double threshold, struct trend *trend)
{
	size_t start = window_start(count, regime);
	double span;
	int ret;

	*trend = (struct trend){ NAN, NAN, NAN, NAN };
	if (start >= count || count - start < NIGHTS_CREEP_MIN)
		return 0;
	ret = trend_find(nights + start, values + start, count - start, trend);
	if (ret)
		return ret;
	span = nights[count - 1] - nights[start];
	return trend->p < NIGHTS_CREEP_P && fabs(trend->slope) * span > threshold;
}
