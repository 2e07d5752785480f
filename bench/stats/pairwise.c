// SPDX-License-Identifier: GPL-2.0-or-later
#include "pairwise.h"

#include <stdint.h>
#include <string.h>

struct pairs {
	const double *x, *y;		/* y NULL: averages within x */
	size_t x_count, y_count;
};

/* Doubles and integers that ascend together. */
static int64_t to_ordinal(double value)
{
	int64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits < 0 ? INT64_MIN - bits : bits;
}

static double from_ordinal(int64_t ordinal)
{
	int64_t bits = ordinal < 0 ? INT64_MIN - ordinal : ordinal;
	double value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

/* Halves first: the sum of two large values would overflow. */
static double average(double a, double b)
{
	return 0.5 * a + 0.5 * b;
}

/* For each i from the smallest, how many j from i on; j's end only moves down. */
static size_t averages_up_to(const struct pairs *pairs, double limit)
{
	size_t end = pairs->x_count, total = 0;

	for (size_t i = 0; i < end; i++) {
		while (end > i && average(pairs->x[i], pairs->x[end - 1]) > limit)
			end--;
		total += end - i;
	}
	return total;
}

/* x_i - y_j falls as j rises; for a larger x_i the first j that fits is larger. */
static size_t differences_up_to(const struct pairs *pairs, double limit)
{
	size_t first = 0, total = 0;

	for (size_t i = 0; i < pairs->x_count; i++) {
		while (first < pairs->y_count && pairs->x[i] - pairs->y[first] > limit)
			first++;
		total += pairs->y_count - first;
	}
	return total;
}

static size_t pairs_up_to(const struct pairs *pairs, double limit)
{
	return pairs->y ? differences_up_to(pairs, limit) : averages_up_to(pairs, limit);
}

/* The smallest double that has more than `rank` pairs up to it; it lies in low .. high. */
static double select_pair(const struct pairs *pairs, double smallest, double largest, size_t rank)
{
	int64_t low = to_ordinal(smallest), high = to_ordinal(largest);

	while (low < high) {
		/* Their distance can exceed INT64_MAX. */
		int64_t middle = low + (int64_t)(((uint64_t)high - (uint64_t)low) / 2);

		if (pairs_up_to(pairs, from_ordinal(middle)) > rank)
			high = middle;
		else
			low = middle + 1;
	}
	return from_ordinal(low) + 0.0;	/* no negative zero */
}

double pairwise_average_select(const double *sorted, size_t count, size_t rank)
{
	struct pairs pairs = { .x = sorted, .x_count = count };

	return select_pair(&pairs, sorted[0], sorted[count - 1], rank);
}

double pairwise_difference_select(const double *x, size_t x_count, const double *y,
				  size_t y_count, size_t rank)
{
	struct pairs pairs = { .x = x, .y = y, .x_count = x_count, .y_count = y_count };

	return select_pair(&pairs, x[0] - y[y_count - 1], x[x_count - 1] - y[0], rank);
}
