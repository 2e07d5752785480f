// SPDX-License-Identifier: GPL-2.0-or-later
#include "quantile.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define MATHLIB_STANDALONE 1
#include <Rmath.h>

static bool is_usable(const double *sorted, size_t count, double q)
{
	return count > 0 && q >= 0 && q <= 1 && !isnan(sorted[count - 1]);
}

double quantile_type7(const double *sorted, size_t count, double q)
{
	double position, fraction;
	size_t below;

	if (!is_usable(sorted, count, q))
		return NAN;
	position = (double)(count - 1) * q;
	below = (size_t)position;
	fraction = position - (double)below;
	if (below + 1 >= count || fraction == 0)
		return sorted[below];
	return sorted[below] + fraction * (sorted[below + 1] - sorted[below]);
}

double quantile_type7_u64(const uint64_t *sorted, size_t count, double q)
{
	double position, fraction;
	size_t below;

	if (!count || !(q >= 0 && q <= 1))
		return NAN;
	position = (double)(count - 1) * q;
	below = (size_t)position;
	fraction = position - (double)below;
	if (below + 1 >= count || fraction == 0)
		return (double)sorted[below];
	return (double)sorted[below] + fraction * (double)(sorted[below + 1] - sorted[below]);
}

/*
 * The ranks that carry weight: twelve standard deviations of the beta distribution to
 * each side and sixteen ranks more, which matter where it is skewed.
 */
static void weights_window(size_t count, double q, size_t *first, size_t *end)
{
	double n = (double)count;
	double reach = 12 * sqrt(q * (1 - q) / (n + 2)) * n + 16;
	double low = floor(n * q - reach), high = ceil(n * q + reach);

	*first = low > 0 ? (size_t)low : 0;
	*end = high < n ? (size_t)high : count;
}

int quantile_weights_make(struct quantile_weights *weights, size_t count, double q)
{
	double a = (double)(count + 1) * q, b = (double)(count + 1) * (1 - q);
	double below, *values;
	size_t first, end;

	if (weights->count == count && weights->q == q)
		return 0;
	if (!count || !(q > 0 && q < 1))
		return -EINVAL;
	weights_window(count, q, &first, &end);
	values = malloc((end - first) * sizeof(*values));
	if (!values)
		return -ENOMEM;
	/* The window's ends take what lies outside it, so that the sum is 1. */
	below = 0;
	for (size_t i = first; i < end; i++) {
		double upto = i + 1 == end ? 1 : pbeta((double)(i + 1) / (double)count, a, b, 1, 0);

		values[i - first] = upto - below;
		below = upto;
	}
	free(weights->weights);
	*weights = (struct quantile_weights){ .count = count, .q = q, .first = first,
					      .length = end - first, .weights = values };
	return 0;
}

void quantile_weights_free(struct quantile_weights *weights)
{
	free(weights->weights);
	*weights = (struct quantile_weights){ 0 };
}

double quantile_harrell_davis(const double *sorted, size_t count, double q)
{
	double a = (double)(count + 1) * q, b = (double)(count + 1) * (1 - q);
	double sum = 0, below = 0, origin;
	size_t first, end;

	if (!is_usable(sorted, count, q))
		return NAN;
	if (q == 0 || q == 1)
		return sorted[q == 0 ? 0 : count - 1];
	weights_window(count, q, &first, &end);
	/* Summing distances from one value keeps a constant sample exactly constant. */
	origin = sorted[first];
	for (size_t i = first; i < end; i++) {
		double upto = i + 1 == end ? 1 : pbeta((double)(i + 1) / (double)count, a, b, 1, 0);

		sum += (upto - below) * (sorted[i] - origin);
		below = upto;
	}
	return origin + sum;
}

double quantile_log_u64(const struct quantile_weights *weights, const uint64_t *sorted,
			double zero_ns)
{
	uint64_t last = sorted[weights->first];
	double origin = last ? log((double)last) : log(zero_ns);
	double distance = 0, sum = 0;

	for (size_t i = 0; i < weights->length; i++) {
		uint64_t value = sorted[weights->first + i];

		if (value != last) {	/* ties are frequent and logarithms are slow */
			distance = log((double)value) - origin;
			last = value;
		}
		sum += weights->weights[i] * distance;
	}
	return origin + sum;
}

void beta_densest_interval(double a, double b, double width, double *left, double *right)
{
	double low, high, mode;

	if (a < 1 + 1e-9 && b < 1 + 1e-9)	/* flat: the middle */
		*left = 0.5 - width / 2;
	else if (a < 1 + 1e-9)
		*left = 0;
	else if (b < 1 + 1e-9)
		*left = 1 - width;
	else {
		/* The density at both ends of the interval is equal; the mode is inside. */
		mode = (a - 1) / (a + b - 2);
		low = fmax(0, mode - width);
		high = fmin(mode, 1 - width);
		for (int i = 0; i < 200 && low < high; i++) {
			double middle = (low + high) / 2;

			if (middle == low || middle == high)
				break;
			if (dbeta(middle, a, b, 1) < dbeta(middle + width, a, b, 1))
				low = middle;
			else
				high = middle;
		}
		*left = (low + high) / 2;
	}
	*right = *left + width;
}

double quantile_trimmed_harrell_davis(const double *sorted, size_t count, double q, double width)
{
	double a = (double)(count + 1) * q, b = (double)(count + 1) * (1 - q);
	double left, right, start, mass, below = 0, sum = 0, origin;
	size_t first, end;

	if (!is_usable(sorted, count, q) || !(width >= 0 && width <= 1))
		return NAN;
	if (q == 0 || q == 1)
		return sorted[q == 0 ? 0 : count - 1];
	if (width == 0)
		width = 1 / sqrt((double)count);
	beta_densest_interval(a, b, width, &left, &right);
	start = pbeta(left, a, b, 1, 0);
	mass = pbeta(right, a, b, 1, 0) - start;
	first = (size_t)floor(left * (double)count);
	end = (size_t)fmin((double)count, ceil(right * (double)count));
	if (first >= end)
		first = end - 1;
	origin = sorted[first];
	for (size_t i = first; i < end; i++) {
		double edge = fmin((double)(i + 1) / (double)count, right);
		double upto = i + 1 == end ? 1 : (pbeta(edge, a, b, 1, 0) - start) / mass;

		sum += (upto - below) * (sorted[i] - origin);
		below = upto;
	}
	return origin + sum;
}

double quantile_density(const double *sorted, size_t count, double q)
{
	double z, density, bandwidth, low, high;

	if (count < 2 || !is_usable(sorted, count, q) || q == 0 || q == 1)
		return NAN;
	z = qnorm(q, 0, 1, 1, 0);
	density = dnorm(z, 0, 1, 0);
	bandwidth = pow((double)count, -1 / 3.0) * pow(qnorm(0.975, 0, 1, 1, 0), 2 / 3.0) *
		    pow(1.5 * density * density / (2 * z * z + 1), 1 / 3.0);
	low = fmax(q - bandwidth, q / 10);
	high = fmin(q + bandwidth, 1 - (1 - q) / 10);
	return (high - low) / (quantile_type7(sorted, count, high) -
			       quantile_type7(sorted, count, low));
}
