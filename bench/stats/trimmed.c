// SPDX-License-Identifier: GPL-2.0-or-later
#include "trimmed.h"

#include <math.h>

#include "sort.h"

double trimmed_clip(const struct trimmed *trimmed, double value)
{
	return fmin(trimmed->high, fmax(trimmed->low, value));
}

struct trimmed trimmed_mean(double *values, size_t count, double trim)
{
	const size_t cut = (size_t)(trim * (double)count), kept = count - 2 * cut;
	const double share = (double)kept / (double)count;
	struct trimmed trimmed = { .degrees = (double)kept - 1 };
	double mean = 0, square = 0;

	sort_doubles(values, count);
	trimmed.low = values[cut];
	trimmed.high = values[count - cut - 1];
	for (size_t i = cut; i < count - cut; i++)
		trimmed.mean += values[i] / (double)kept;
	for (size_t i = 0; i < count; i++)
		mean += trimmed_clip(&trimmed, values[i]) / (double)count;
	for (size_t i = 0; i < count; i++) {
		double rest = trimmed_clip(&trimmed, values[i]) - mean;

		square += rest * rest;
	}
	if (count > 1)
		trimmed.variance = square / (double)(count - 1) / (share * share);
	return trimmed;
}
