// SPDX-License-Identifier: GPL-2.0-or-later
#include "lanes.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "hodges_lehmann.h"
#include "quantile.h"
#include "sort.h"

static void sort_values(const double *values, size_t count, double sorted[NIGHTS_WINDOW])
{
	memcpy(sorted, values, count * sizeof(*values));
	sort_doubles(sorted, count);
}

static double median(const double *values, size_t count)
{
	double sorted[NIGHTS_WINDOW];

	sort_values(values, count, sorted);
	return quantile_type7(sorted, count, .5);
}

static double deviations(const double *values, size_t count)
{
	const double centre = median(values, count);
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += fabs(values[i] - centre);
	return sum;
}

/* The nights from `from` on are split where they deviate least, unless that is no change. */
static void find_place(const struct lanes_input *input, size_t from, struct change *change)
{
	const double *values = input->values + from;
	const size_t count = input->count - from;
	size_t best = change->first - from;
	double least = INFINITY, shift;

	for (size_t t = CHANGE_SEGMENT_MIN; t + CHANGE_SEGMENT_MIN <= count; t++) {
		const double sum = deviations(values, t) + deviations(values + t, count - t);

		if (sum >= least)
			continue;
		least = sum;
		best = t;
	}
	shift = median(values + best, count - best) - median(values, best);
	if (fabs(shift) <= input->threshold || (shift > 0) != (change->shift > 0))
		return;
	change->first = from + best;
	change->shift = shift;
}

/* The nights from `from` on, split at the change. */
static int describe(const struct lanes_input *input, size_t from, struct lanes_change *found)
{
	double before[NIGHTS_WINDOW], after[NIGHTS_WINDOW];
	size_t first, count;
	int ret;

	find_place(input, from, &found->change);
	first = found->change.first - from;
	count = input->count - found->change.first;
	sort_values(input->values + from, first, before);
	sort_values(input->values + found->change.first, count, after);
	found->before = quantile_type7(before, first, .5);
	found->after = quantile_type7(after, count, .5);
	found->low = found->high = NAN;
	ret = hodges_lehmann_shift_bounds(after, count, before, first, .05, BOUNDS_CONSERVATIVE,
					  &found->low, &found->high);
	return ret == -ENOMEM ? ret : 0;
}

/* The last change once more, with the nights that came since. */
static int look_again(const struct lanes_input *input, struct lanes_found *found)
{
	double scratch[3 * NIGHTS_WINDOW];
	struct change change;

	if (!input->movable || input->count - input->regime > input->regime - input->before)
		return 0;
	if (!change_find(input->values + input->before, input->count - input->before,
			 CHANGE_LEVEL_001, input->threshold, scratch, &change))
		return 0;
	change.first += input->before;
	found->moved = true;
	found->change.change = change;
	return describe(input, input->before, &found->change);
}

static int look_for_new(const struct lanes_input *input, size_t regime, struct lanes_found *found)
{
	struct change change;

	if (!slow_lane(input->values, input->count, regime, input->threshold, &change))
		return 0;
	found->level = true;
	found->moved = false;
	found->change.change = change;
	return describe(input, regime, &found->change);
}

/* Days are counted off in weeks, so that nights without a campaign put off no look. */
static bool is_first_of_week(const struct lanes_input *input)
{
	const size_t last = input->count - 1;

	return input->count > 1 && floor(input->nights[last] / NIGHTS_CREEP_EVERY) >
					   floor(input->nights[last - 1] / NIGHTS_CREEP_EVERY);
}

static int look_for_creep(const struct lanes_input *input, size_t from, struct lanes_found *found)
{
	int ret;

	found->trend = (struct trend){ NAN, NAN, NAN, NAN };
	if (!is_first_of_week(input))
		return 0;
	ret = creep_lane(input->nights, input->values, input->count, from, input->threshold,
			 &found->trend);
	found->creeps = ret == 1;
	return ret < 0 ? ret : 0;
}

int lanes_watch(const struct lanes_input *input, struct lanes_found *found)
{
	size_t regime = input->regime, creep_from;
	int ret;

	*found = (struct lanes_found){ 0 };
	if (input->count > NIGHTS_WINDOW)
		return -EINVAL;
	ret = look_again(input, found);
	if (!ret && found->moved)
		regime = found->change.change.first;
	if (!ret)
		ret = look_for_new(input, regime, found);
	if (ret)
		return ret;
	creep_from = found->level ? found->change.change.first : regime;
	if (input->creep_from > creep_from)
		creep_from = input->creep_from;
	return look_for_creep(input, creep_from, found);
}
