// SPDX-License-Identifier: GPL-2.0-or-later
#include "boots.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define MATHLIB_STANDALONE 1
#include <Rmath.h>

#include "contrast.h"
#include "random.h"

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

/*
 * Takes what a night's boots share out of value and control. For the estimate that is the
 * middle of the two builds' means; for the permutation the mean of all boots, which no
 * exchange of labels changes. They are the same where a night has as many boots of each.
 */
static void centre_nights(struct boot_value *boots, size_t count, bool by_build)
{
	for (size_t first = 0, end; first < count; first = end) {
		struct boot_sums group[2] = { 0 };
		double value, control;

		end = night_end(boots, count, first);
		for (size_t i = first; i < end; i++)
			sums_add(&group[by_build ? boots[i].build : 0], &boots[i]);
		value = group[0].value / group[0].count;
		control = group[0].control / group[0].count;
		if (by_build) {
			value = (value + group[1].value / group[1].count) / 2;
			control = (control + group[1].control / group[1].count) / 2;
		}
		for (size_t i = first; i < end; i++) {
			boots[i].value -= value;
			boots[i].control -= control;
		}
	}
}

/* Without a control in every boot there is none. */
static void drop_partial_control(struct boot_value *boots, size_t count)
{
	bool all = true;

	for (size_t i = 0; i < count; i++)
		all &= isfinite(boots[i].control) != 0;
	for (size_t i = 0; i < count && !all; i++)
		boots[i].control = 0;
}

struct permutation {
	const struct boot_value *boots;
	size_t count;
	struct boot_sums all;
	double noise;		/* squares up to this are rounding */
	double observed;	/* |t| */
	uint64_t extreme, tried;
};

static double size_of_t(const struct permutation *permutation, const struct boot_sums *candidates)
{
	const struct boot_sums *all = &permutation->all;
	struct boot_sums rest = {
		.count = all->count - candidates->count, .value = all->value - candidates->value,
		.control = all->control - candidates->control,
		.value2 = all->value2 - candidates->value2,
		.product = all->product - candidates->product,
		.control2 = all->control2 - candidates->control2,
	};
	struct contrast contrast = contrast_make(&rest, candidates);
	double squares = contrast.difference * contrast.difference;

	/* Equal inside both builds: certain either way. */
	if (contrast.squares[0] + contrast.squares[1] <= permutation->noise)
		return squares > permutation->noise ? INFINITY : 0;
	return sqrt(squares / contrast.variance);
}

static void try_arrangement(struct permutation *permutation, const struct boot_sums *candidates)
{
	permutation->tried++;
	permutation->extreme += size_of_t(permutation, candidates) >=
				permutation->observed * (1 - 1e-9);
}

static size_t candidates_in(const struct boot_value *boots, size_t first, size_t end)
{
	size_t candidates = 0;

	for (size_t i = first; i < end; i++)
		candidates += boots[i].build;
	return candidates;
}

/* All choices of `left` candidates among the boots of the night from `i` on, then of the next. */
static void try_all(struct permutation *permutation, size_t i, size_t end, size_t left,
		    struct boot_sums *candidates)
{
	const struct boot_value *boots = permutation->boots;

	if (i == end && end == permutation->count) {
		try_arrangement(permutation, candidates);
		return;
	}
	if (i == end) {
		end = night_end(boots, permutation->count, i);
		left = candidates_in(boots, i, end);
	}
	if (left > 0) {
		struct boot_sums with = *candidates;

		sums_add(&with, &boots[i]);
		try_all(permutation, i + 1, end, left - 1, &with);
	}
	if (end - i > left)
		try_all(permutation, i + 1, end, left, candidates);
}

static double arrangements(const struct boot_value *boots, size_t count)
{
	double product = 1;

	for (size_t first = 0, end; first < count; first = end) {
		end = night_end(boots, count, first);
		product *= choose((double)(end - first), (double)candidates_in(boots, first, end));
	}
	return product;
}

/* One random choice of each night's candidates, by selection sampling (Knuth 2, 3.4.2, S). */
static void try_random(struct permutation *permutation, struct generator *generator)
{
	const struct boot_value *boots = permutation->boots;
	struct boot_sums candidates = { 0 };

	for (size_t first = 0, end; first < permutation->count; first = end) {
		size_t left;

		end = night_end(boots, permutation->count, first);
		left = candidates_in(boots, first, end);
		for (size_t i = first; i < end && left; i++) {
			if (generator_below(generator, end - i) >= left)
				continue;
			left--;
			sums_add(&candidates, &boots[i]);
		}
	}
	try_arrangement(permutation, &candidates);
}

static double permutation_p(const struct boot_value *boots, size_t count, uint64_t seed,
			    uint64_t random)
{
	struct permutation permutation = { .boots = boots, .count = count };
	struct boot_sums candidates = { 0 }, none = { 0 };
	struct generator generator;

	for (size_t i = 0; i < count; i++) {
		sums_add(&permutation.all, &boots[i]);
		if (boots[i].build)
			sums_add(&candidates, &boots[i]);
	}
	permutation.noise = 1e-20 * permutation.all.value2;
	permutation.observed = size_of_t(&permutation, &candidates);
	if (arrangements(boots, count) <= BOOTS_ARRANGEMENTS_MAX) {
		try_all(&permutation, 0, 0, 0, &none);
		return (double)permutation.extreme / (double)permutation.tried;
	}
	generator_seed(&generator, seed);
	for (uint64_t i = 0; i < random; i++)
		try_random(&permutation, &generator);
	return (double)(permutation.extreme + 1) / (double)(random + 1);
}

static size_t count_nights(const struct boot_value *boots, size_t count)
{
	size_t nights = 0;

	for (size_t first = 0; first < count; first = night_end(boots, count, first))
		nights++;
	return nights;
}

static void fill_effect(const struct boot_value *boots, size_t count, double misrate,
			struct boots_effect *effect)
{
	struct boot_sums group[2] = { 0 };
	struct contrast contrast;
	double reach = 0, left;

	for (size_t i = 0; i < count; i++)
		sums_add(&group[boots[i].build], &boots[i]);
	for (size_t i = 0; i < 2; i++)
		effect->count[i] = (size_t)group[i].count;
	if (!effect->count[0])
		return;
	contrast = contrast_make(&group[0], &group[1]);
	effect->estimate = contrast.difference;
	effect->beta = contrast.beta;
	if (effect->count[0] < 2 || effect->count[1] < 2)
		return;
	/* The level of each further night was taken from the same boots: what degrees are left. */
	left = (double)count - 1 - (double)count_nights(boots, count);
	left /= (double)count - 2;
	if (contrast.variance > 0)
		reach = qt(misrate / 2, contrast.degrees * left, 0, 0) *
			sqrt(contrast.variance / left);
	effect->low = effect->estimate - reach;
	effect->high = effect->estimate + reach;
	effect->deviation = sqrt((contrast.squares[0] + contrast.squares[1]) /
				 ((double)count - 2) / left);
}

/* What can be used of the boots, malloc'ed and not centred yet. */
static struct boot_value *usable_boots(const struct boot_value *boots, size_t count,
				       size_t *usable_count)
{
	struct boot_value *usable = malloc((count + 1) * sizeof(*usable));

	if (!usable)
		return NULL;
	*usable_count = take_usable(boots, count, usable);
	drop_partial_control(usable, *usable_count);
	return usable;
}

int boots_estimate(const struct boot_value *boots, size_t count, double misrate,
		   struct boots_effect *effect)
{
	struct boot_value *usable = usable_boots(boots, count, &count);

	*effect = (struct boots_effect){ .estimate = NAN, .low = NAN, .high = NAN, .p = NAN,
					 .deviation = NAN };
	if (!usable)
		return -ENOMEM;
	centre_nights(usable, count, true);
	fill_effect(usable, count, misrate, effect);
	free(usable);
	return 0;
}

int boots_test(const struct boot_value *boots, size_t count, uint64_t seed, uint64_t random,
	       double *p)
{
	struct boot_value *usable = usable_boots(boots, count, &count);
	size_t candidates = 0;

	*p = NAN;
	if (!usable)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		candidates += usable[i].build;
	if (candidates >= 2 && count - candidates >= 2) {
		centre_nights(usable, count, false);
		*p = permutation_p(usable, count, seed, random);
	}
	free(usable);
	return 0;
}

int boots_compare(const struct boot_value *boots, size_t count, uint64_t seed,
		  struct boots_effect *effect)
{
	int ret = boots_estimate(boots, count, BOOTS_MISRATE, effect);

	return ret ? ret : boots_test(boots, count, seed, BOOTS_RANDOM, &effect->p);
}

double boots_smallest_p(double boots)
{
	return fmin(1, 2 / choose(2 * boots, boots));
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

double boots_detectable(double boots, double alpha, double power)
{
	double low = 0, high = 1;

	if (boots < 2)
		return INFINITY;
	while (boots_power(boots, 1, high, alpha) < power)
		high *= 2;
	for (int i = 0; i < 50; i++) {
		const double middle = (low + high) / 2;

		if (boots_power(boots, 1, middle, alpha) < power)
			low = middle;
		else
			high = middle;
	}
	return high;
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
