// SPDX-License-Identifier: GPL-2.0-or-later
#include "boots.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define MATHLIB_STANDALONE 1
#include <Rmath.h>

#include "random.h"
#include "ttest.h"

#define MISRATE .05

static int compare_nights(const void *a, const void *b)
{
	const struct boot_value *x = a, *y = b;

	if (x->night != y->night)
		return x->night < y->night ? -1 : 1;
	return (x->build > y->build) - (x->build < y->build);
}

static size_t night_end(const struct boot_value *boots, size_t count, size_t first)
{
	size_t end = first;

	while (end < count && boots[end].night == boots[first].night)
		end++;
	return end;
}

/* Sorted by night, without what cannot be used; gives how many are left. */
static size_t take_usable(const struct boot_value *from, size_t count, struct boot_value *boots)
{
	size_t usable = 0, kept = 0;

	for (size_t i = 0; i < count; i++)
		if (isfinite(from[i].value) && from[i].build < 2)
			boots[usable++] = from[i];
	qsort(boots, usable, sizeof(*boots), compare_nights);
	for (size_t first = 0, end; first < usable; first = end) {
		end = night_end(boots, usable, first);
		if (boots[first].build == boots[end - 1].build)
			continue;
		for (size_t i = first; i < end; i++)
			boots[kept++] = boots[i];
	}
	return kept;
}

/* The mean of a column over the boots of one build in first .. end - 1. */
static double build_mean(const struct boot_value *boots, size_t first, size_t end, uint32_t build,
			 bool control)
{
	double sum = 0, count = 0;

	for (size_t i = first; i < end; i++) {
		if (boots[i].build != build)
			continue;
		sum += control ? boots[i].control : boots[i].value;
		count++;
	}
	return sum / count;
}

/* Slope of value on control inside the groups of one night and build, clipped to 0 .. 1. */
static double control_slope(const struct boot_value *boots, size_t count)
{
	double products = 0, squares = 0;

	for (size_t first = 0, end; first < count; first = end) {
		end = night_end(boots, count, first);
		for (uint32_t build = 0; build < 2; build++) {
			double value = build_mean(boots, first, end, build, false);
			double control = build_mean(boots, first, end, build, true);

			for (size_t i = first; i < end; i++) {
				if (boots[i].build != build)
					continue;
				products += (boots[i].value - value) * (boots[i].control - control);
				squares += (boots[i].control - control) *
					   (boots[i].control - control);
			}
		}
	}
	/* NAN where a boot has no control. */
	return squares > 0 ? fmin(1, fmax(0, products / squares)) : 0;
}

/* y = value - beta * control, about the middle of its night. */
static void take_out(struct boot_value *boots, size_t count, double beta)
{
	for (size_t i = 0; i < count && beta > 0; i++)
		boots[i].value -= beta * boots[i].control;
	for (size_t first = 0, end; first < count; first = end) {
		double middle;

		end = night_end(boots, count, first);
		middle = (build_mean(boots, first, end, 0, false) +
			  build_mean(boots, first, end, 1, false)) / 2;
		for (size_t i = first; i < end; i++)
			boots[i].value -= middle;
	}
}

/* Welch's t from the sum and the sum of squares of the candidates. */
struct permutation {
	const struct boot_value *boots;
	size_t count;
	double candidates;	/* of all nights */
	double sum, squares;	/* of all boots */
	double noise;		/* squares up to this are rounding */
	double observed;	/* |t| */
	uint64_t extreme, tried;
};

static double size_of_t(const struct permutation *permutation, double sum, double squares)
{
	double n = permutation->candidates, m = (double)permutation->count - n;
	double rest_sum = permutation->sum - sum, rest_squares = permutation->squares - squares;
	double within = fmax(0, squares - sum * sum / n), rest = fmax(0, rest_squares -
								      rest_sum * rest_sum / m);
	double difference = fabs(sum / n - rest_sum / m);

	if (within + rest <= permutation->noise)	/* equal inside both */
		return difference * difference > permutation->noise ? INFINITY : 0;
	return difference / sqrt(within / (n - 1) / n + rest / (m - 1) / m);
}

static void try_arrangement(struct permutation *permutation, double sum, double squares)
{
	permutation->tried++;
	permutation->extreme += size_of_t(permutation, sum, squares) >=
				permutation->observed * (1 - 1e-9);
}

/* All choices of `left` candidates among the boots of the night from `i` on, then of the next. */
static void try_all(struct permutation *permutation, size_t i, size_t end, size_t left, double sum,
		    double squares)
{
	double value;

	if (i == end && end < permutation->count) {
		end = night_end(permutation->boots, permutation->count, i);
		for (size_t j = i; j < end; j++)
			left += permutation->boots[j].build;
	} else if (i == end) {
		try_arrangement(permutation, sum, squares);
		return;
	}
	value = permutation->boots[i].value;
	if (left > 0)
		try_all(permutation, i + 1, end, left - 1, sum + value, squares + value * value);
	if (end - i > left)
		try_all(permutation, i + 1, end, left, sum, squares);
}

static double arrangements(const struct boot_value *boots, size_t count)
{
	double product = 1;

	for (size_t first = 0, end; first < count; first = end) {
		double candidates = 0;

		end = night_end(boots, count, first);
		for (size_t i = first; i < end; i++)
			candidates += boots[i].build;
		product *= choose((double)(end - first), candidates);
	}
	return product;
}

/* One random choice of each night's candidates, by selection sampling (Knuth 2, 3.4.2, S). */
static void try_random(struct permutation *permutation, struct generator *generator)
{
	double sum = 0, squares = 0;

	for (size_t first = 0, end; first < permutation->count; first = end) {
		size_t left = 0;

		end = night_end(permutation->boots, permutation->count, first);
		for (size_t i = first; i < end; i++)
			left += permutation->boots[i].build;
		for (size_t i = first; i < end; i++) {
			double value = permutation->boots[i].value;

			if (generator_below(generator, end - i) >= left)
				continue;
			left--;
			sum += value;
			squares += value * value;
		}
	}
	try_arrangement(permutation, sum, squares);
}

static double permutation_p(const struct boot_value *boots, size_t count, uint64_t seed)
{
	struct permutation permutation = { .boots = boots, .count = count };
	double sum = 0, squares = 0;
	struct generator generator;

	for (size_t i = 0; i < count; i++) {
		double value = boots[i].value;

		permutation.sum += value;
		permutation.squares += value * value;
		sum += boots[i].build ? value : 0;
		squares += boots[i].build ? value * value : 0;
		permutation.candidates += boots[i].build;
	}
	permutation.noise = 1e-20 * permutation.squares;
	permutation.observed = size_of_t(&permutation, sum, squares);
	if (arrangements(boots, count) <= BOOTS_ARRANGEMENTS_MAX) {
		try_all(&permutation, 0, 0, 0, 0, 0);
		return (double)permutation.extreme / (double)permutation.tried;
	}
	generator_seed(&generator, seed);
	for (size_t i = 0; i < BOOTS_RANDOM; i++)
		try_random(&permutation, &generator);
	return (double)(permutation.extreme + 1) / (BOOTS_RANDOM + 1);
}

/* Estimate and interval of the boots, whose values are split by build into `split`. */
static void fill_effect(const struct boot_value *boots, size_t count, double *split,
			struct boots_effect *effect)
{
	double *values[2] = { split, split + count };
	size_t m, n;

	for (size_t i = 0; i < count; i++)
		values[boots[i].build][effect->count[boots[i].build]++] = boots[i].value;
	m = effect->count[0];
	n = effect->count[1];
	effect->estimate = sample_mean(values[1], n) - sample_mean(values[0], m);
	if (m < 2 || n < 2)
		return;
	welch_interval(values[1], n, values[0], m, MISRATE, &effect->low, &effect->high);
	effect->deviation = sqrt(((double)(m - 1) * sample_variance(values[0], m) +
				  (double)(n - 1) * sample_variance(values[1], n)) /
				 (double)(m + n - 2));
}

int boots_compare(const struct boot_value *boots, size_t count, uint64_t seed,
		  struct boots_effect *effect)
{
	struct boot_value *usable = malloc((count + 1) * sizeof(*usable));
	double *split = malloc((2 * count + 1) * sizeof(*split));

	*effect = (struct boots_effect){ .estimate = NAN, .low = NAN, .high = NAN, .p = NAN,
					 .deviation = NAN };
	if (!usable || !split) {
		free(usable);
		free(split);
		return -ENOMEM;
	}
	count = take_usable(boots, count, usable);
	effect->beta = control_slope(usable, count);
	take_out(usable, count, effect->beta);
	fill_effect(usable, count, split, effect);
	if (effect->count[0] >= 2 && effect->count[1] >= 2)
		effect->p = permutation_p(usable, count, seed);
	free(usable);
	free(split);
	return 0;
}

double boots_power(double boots, double deviation, double d, double alpha)
{
	double degrees = 2 * boots - 2, noncentral, critical;

	if (boots < 2)
		return 0;
	if (deviation == 0)
		return d != 0;
	noncentral = fabs(d) / (deviation * sqrt(2 / boots));
	critical = qt(alpha / 2, degrees, 0, 0);
	return pnt(critical, degrees, noncentral, 0, 0) + pnt(-critical, degrees, noncentral, 1, 0);
}

size_t boots_needed(double deviation, double d, double alpha, double power, size_t limit)
{
	size_t low = 2, high = limit;

	if (limit < 2 || boots_power((double)limit, deviation, d, alpha) < power)
		return 0;
	while (low < high) {	/* power rises with the number of boots */
		size_t middle = low + (high - low) / 2;

		if (boots_power((double)middle, deviation, d, alpha) >= power)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

double boots_deviation(double boot_variance, double run_variance, double operation_variance,
		       double runs, double operations)
{
	return sqrt(fmax(0, boot_variance) + fmax(0, run_variance) / runs +
		    fmax(0, operation_variance) / (runs * operations));
}
