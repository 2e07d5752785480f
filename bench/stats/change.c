// SPDX-License-Identifier: GPL-2.0-or-later
#include "change.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "paired.h"
#include "quantile.h"
#include "sort.h"
#include "ttest.h"

/*
 * Critical values of the largest Z: the 95, 99, 99.8 and 99.9 percentiles over random
 * permutations, 2 000 000 up to N = 120 and 1 000 000 above. The simulation `critical`
 * of bench_stats measures how often they are exceeded.
 */
static const struct {
	double count;
	double z[CHANGE_LEVEL_COUNT];
} critical_values[] = {
	{ 8, { 2.2361, 2.3094, 2.3094, 2.3094 } },
	{ 9, { 2.3238, 2.4495, 2.4495, 2.4495 } },
	{ 10, { 2.3932, 2.5584, 2.6112, 2.6112 } },
	{ 11, { 2.4495, 2.6458, 2.7386, 2.7386 } },
	{ 12, { 2.4019, 2.7175, 2.8823, 2.8823 } },
	{ 13, { 2.4689, 2.7775, 3.0000, 3.0000 } },
	{ 14, { 2.4667, 2.8284, 3.0027, 3.0984 } },
	{ 15, { 2.4806, 2.8284, 3.0641, 3.1820 } },
	{ 16, { 2.4947, 2.8889, 3.1226, 3.2540 } },
	{ 17, { 2.5298, 2.9146, 3.1754, 3.2717 } },
	{ 18, { 2.5488, 2.9321, 3.2036, 3.3057 } },
	{ 19, { 2.5715, 2.9626, 3.2451, 3.3476 } },
	{ 20, { 2.5754, 2.9716, 3.2733, 3.3808 } },
	{ 21, { 2.6071, 2.9842, 3.3029, 3.4112 } },
	{ 22, { 2.6310, 3.0163, 3.3297, 3.4288 } },
	{ 23, { 2.6458, 3.0237, 3.3408, 3.4647 } },
	{ 24, { 2.6357, 3.0448, 3.3680, 3.4883 } },
	{ 25, { 2.6626, 3.0571, 3.3837, 3.5037 } },
	{ 26, { 2.6679, 3.0861, 3.3994, 3.5298 } },
	{ 28, { 2.6850, 3.1021, 3.4221, 3.5515 } },
	{ 30, { 2.6990, 3.1178, 3.4644, 3.5935 } },
	{ 35, { 2.7386, 3.1685, 3.5315, 3.6635 } },
	{ 40, { 2.7693, 3.2080, 3.5704, 3.7106 } },
	{ 50, { 2.8167, 3.2665, 3.6476, 3.7885 } },
	{ 60, { 2.8561, 3.3061, 3.6874, 3.8338 } },
	{ 80, { 2.9060, 3.3682, 3.7582, 3.9059 } },
	{ 100, { 2.9462, 3.4097, 3.8119, 3.9627 } },
	{ 120, { 2.9729, 3.4403, 3.8437, 4.0054 } },
	{ 180, { 3.0290, 3.5025, 3.9146, 4.0693 } },
	{ 250, { 3.0709, 3.5489, 3.9583, 4.1310 } },
	{ 365, { 3.1138, 3.5917, 4.0023, 4.1754 } },
};

#define ROWS (sizeof(critical_values) / sizeof(critical_values[0]))
#define ROUNDING 5e-5	/* of the table; Z takes few values where N is small */

double change_critical(size_t count, enum change_level level)
{
	double n = (double)count, part;
	size_t row = 1;

	if (n < critical_values[0].count)
		return INFINITY;
	while (row + 1 < ROWS && critical_values[row].count < n)
		row++;
	part = log(n / critical_values[row - 1].count) /
	       log(critical_values[row].count / critical_values[row - 1].count);
	return critical_values[row - 1].z[level] +
	       part * (critical_values[row].z[level] - critical_values[row - 1].z[level]);
}

static size_t first_not_below(const double *sorted, size_t count, double value)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (sorted[middle] < value)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Midranks; `sorted` has room for as many values. */
static void rank_values(const double *values, size_t count, double *ranks, double *sorted)
{
	memcpy(sorted, values, count * sizeof(*values));
	sort_doubles(sorted, count);
	for (size_t i = 0; i < count; i++) {
		size_t below = first_not_below(sorted, count, values[i]);
		size_t end = below;

		while (end < count && sorted[end] == values[i])
			end++;
		ranks[i] = (double)(below + end + 1) / 2;
	}
}

/* The largest Z of the ranks, and after how many values it is. */
static double largest_z(const double *ranks, size_t count, size_t *split)
{
	double n = (double)count, sum = 0, largest = -1;

	for (size_t t = 1; t + CHANGE_SEGMENT_MIN <= count; t++) {
		double before = (double)t, z;

		sum += ranks[t - 1] - (n + 1) / 2;
		if (t < CHANGE_SEGMENT_MIN)
			continue;
		z = fabs(sum) / sqrt(before * (n - before) * (n + 1) / 12);
		if (z > largest) {
			largest = z;
			*split = t;
		}
	}
	return largest;
}

static double median(const double *values, size_t count, double *scratch)
{
	memcpy(scratch, values, count * sizeof(*values));
	sort_doubles(scratch, count);
	return quantile_type7(scratch, count, .5);
}

/* Lag-1 autocorrelation of what the split leaves, clipped. */
static double residual_lag1(const double *values, size_t count, size_t split, double *residuals)
{
	double before = sample_mean(values, split);
	double after = sample_mean(values + split, count - split);

	for (size_t i = 0; i < count; i++)
		residuals[i] = values[i] - (i < split ? before : after);
	return fmin(CHANGE_LAG1_MAX, fmax(0, paired_lag1(residuals, count)));
}

bool change_find(const double *values, size_t count, enum change_level level, double threshold,
		 double *scratch, struct change *change)
{
	size_t split = 0;

	*change = (struct change){ 0 };
	if (count < 2 * CHANGE_SEGMENT_MIN)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!isfinite(values[i]))
			return false;
	rank_values(values, count, scratch, scratch + count);
	change->z = largest_z(scratch, count, &split);
	change->first = split;
	change->lag1 = residual_lag1(values, count, split, scratch);
	change->z /= sqrt((1 + change->lag1) / (1 - change->lag1));
	change->critical = change_critical(count, level);
	change->shift = median(values + split, count - split, scratch) -
			median(values, split, scratch);
	return change->z > change->critical + ROUNDING && fabs(change->shift) > threshold;
}

/* What a scan works on. */
struct scan {
	const double *values;
	enum change_level level;
	double threshold;
	double *scratch;
	struct change *changes;
	size_t found;
};

static bool find_between(const struct scan *scan, size_t first, size_t end, struct change *change)
{
	bool found = change_find(scan->values + first, end - first, scan->level, scan->threshold,
				 scan->scratch, change);

	change->first += first;
	return found;
}

/* Left part, the change, right part: in ascending order. */
static void split_between(struct scan *scan, size_t first, size_t end)
{
	struct change change;

	if (!find_between(scan, first, end, &change))
		return;
	split_between(scan, first, change.first);
	scan->changes[scan->found++] = change;
	split_between(scan, change.first, end);
}

/* Each change once more between its neighbours; true: something moved or went. */
static bool test_again(struct scan *scan, size_t count)
{
	bool altered = false;

	for (size_t i = 0; i < scan->found;) {
		size_t first = i ? scan->changes[i - 1].first : 0;
		size_t end = i + 1 < scan->found ? scan->changes[i + 1].first : count;
		size_t was = scan->changes[i].first;

		if (find_between(scan, first, end, &scan->changes[i])) {
			altered |= scan->changes[i].first != was;
			i++;
			continue;
		}
		memmove(&scan->changes[i], &scan->changes[i + 1],
			(scan->found - i - 1) * sizeof(*scan->changes));
		scan->found--;
		altered = true;
	}
	return altered;
}

int change_scan(const double *values, size_t count, enum change_level level, double threshold,
		struct change *changes, size_t *found)
{
	struct scan scan = { .values = values, .level = level, .threshold = threshold,
			     .changes = changes };

	*found = 0;
	scan.scratch = malloc((3 * count + 1) * sizeof(*scan.scratch));
	if (!scan.scratch)
		return -ENOMEM;
	split_between(&scan, 0, count);
	/* Places can take turns for ever: as many rounds as there are changes are enough. */
	for (size_t round = 0; round <= scan.found && test_again(&scan, count); round++)
		;
	free(scan.scratch);
	*found = scan.found;
	return 0;
}
