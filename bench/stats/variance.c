// SPDX-License-Identifier: GPL-2.0-or-later
#include "variance.h"

#include <errno.h>
#include <math.h>

/* The mean of `count` values from `data`. */
static double mean_of(const double *data, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += data[i];
	return sum / (double)count;
}

int variance_components(const double *data, const size_t *repetitions, size_t levels,
			struct variance_components *components)
{
	size_t total = 1, inside = 1;

	*components = (struct variance_components){ .levels = levels };
	if (!levels || levels > VARIANCE_LEVELS_MAX)
		return -EINVAL;
	for (size_t i = 0; i < levels; i++) {
		if (repetitions[i] < 2)
			return -EINVAL;
		components->repetitions[i] = repetitions[i];
		total *= repetitions[i];
	}
	components->mean = mean_of(data, total);
	for (size_t level = 0; level < levels; level++) {
		size_t parent = inside * repetitions[level];
		double sum = 0;

		for (size_t first = 0; first < total; first += inside) {
			double off = mean_of(data + first, inside) -
				     mean_of(data + first - first % parent, parent);

			sum += off * off;
		}
		components->s2[level] = sum / (double)(total / parent) /
					(double)(repetitions[level] - 1);
		components->t2[level] = components->s2[level];
		if (level)
			components->t2[level] -= components->s2[level - 1] /
						 (double)repetitions[level - 1];
		inside = parent;
	}
	return 0;
}

double variance_of_level(const struct variance_components *components, size_t level)
{
	return fmax(0, components->t2[level]);
}

double variance_optimal_repetitions(const struct variance_components *components,
				    const double *costs, size_t level)
{
	if (level + 1 >= components->levels)
		return NAN;
	return sqrt(costs[level + 1] / costs[level] * variance_of_level(components, level) /
		    variance_of_level(components, level + 1));
}

double variance_of_mean(const struct variance_components *components, const size_t *repetitions)
{
	double variance = 0, measurements = 1;

	for (size_t level = components->levels; level-- > 0;) {
		measurements *= (double)repetitions[level];
		variance += variance_of_level(components, level) / measurements;
	}
	return variance;
}
