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

static size_t candidates_in(const struct boot_value *boots, size_t first, size_t end)
{
	size_t candidates = 0;

	for (size_t i = first; i < end; i++)
		candidates += boots[i].build;
	return candidates;
}

/* Takes what a night's boots share out of value and control, whichever build they are of. */
static void centre_nights(struct boot_value *boots, size_t count)
{
	for (size_t first = 0, end; first < count; first = end) {
		double value = 0, control = 0;

		end = night_end(boots, count, first);
		for (size_t i = first; i < end; i++) {
			value += boots[i].value;
			control += boots[i].control;
		}
		value /= (double)(end - first);
		control /= (double)(end - first);
		for (size_t i = first; i < end; i++) {
			boots[i].value -= value;
			boots[i].control -= control;
		}
	}
}

static double base_share(const struct boot_value *boots, size_t first, size_t end)
{
	return 1 - (double)candidates_in(boots, first, end) / (double)(end - first);
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
	struct contrast_design design;
	struct boot_sums all, candidates;	/* as they were */
	double noise;		/* squares up to this are rounding */
	double observed;	/* |t| */
	uint64_t extreme, tried;
};

/* Equal inside both builds: what differs then is certain. */
static bool is_certain(const struct permutation *permutation, const struct contrast *contrast)
{
	return contrast->squares[0] + contrast->squares[1] <= permutation->noise;
}

static double size_of_t(const struct permutation *permutation, const struct contrast *contrast)
{
	double squares = contrast->difference * contrast->difference;

	if (is_certain(permutation, contrast))
		return squares > permutation->noise ? INFINITY : 0;
	return sqrt(squares / contrast->variance);
}

static struct contrast contrast_of(const struct permutation *permutation,
				   const struct boot_sums *candidates)
{
	return contrast_make(&permutation->design, &permutation->all, candidates);
}

static void try_arrangement(struct permutation *permutation, const struct boot_sums *candidates)
{
	const struct contrast contrast = contrast_of(permutation, candidates);

	permutation->tried++;
	permutation->extreme += size_of_t(permutation, &contrast) >=
				permutation->observed * (1 - 1e-9);
}

/* All choices of `left` candidates among the boots of the night from `i` on, then of the next. */
static void try_all(struct permutation *permutation, size_t i, size_t end, size_t left,
		    double share, struct boot_sums *candidates)
{
	const struct boot_value *boots = permutation->boots;

	if (i == end && end == permutation->count) {
		try_arrangement(permutation, candidates);
		return;
	}
	if (i == end) {
		end = night_end(boots, permutation->count, i);
		left = candidates_in(boots, i, end);
		share = base_share(boots, i, end);
	}
	if (left > 0) {
		struct boot_sums with = *candidates;

		sums_add(&with, &boots[i], share);
		try_all(permutation, i + 1, end, left - 1, share, &with);
	}
	if (end - i > left)
		try_all(permutation, i + 1, end, left, share, candidates);
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
		double share;
		size_t left;

		end = night_end(boots, permutation->count, first);
		left = candidates_in(boots, first, end);
		share = base_share(boots, first, end);
		for (size_t i = first; i < end && left; i++) {
			if (generator_below(generator, end - i) >= left)
				continue;
			left--;
			sums_add(&candidates, &boots[i], share);
		}
	}
	try_arrangement(permutation, &candidates);
}

/* Of centred boots. */
static void prepare(struct permutation *permutation, const struct boot_value *boots, size_t count)
{
	struct contrast contrast;

	*permutation = (struct permutation){ .boots = boots, .count = count };
	for (size_t first = 0, end; first < count; first = end) {
		double share;
		size_t candidates;

		end = night_end(boots, count, first);
		share = base_share(boots, first, end);
		candidates = candidates_in(boots, first, end);
		design_add(&permutation->design, end - first - candidates, candidates);
		for (size_t i = first; i < end; i++) {
			sums_add(&permutation->all, &boots[i], share);
			if (boots[i].build)
				sums_add(&permutation->candidates, &boots[i], share);
		}
	}
	design_finish(&permutation->design);
	permutation->noise = 1e-14 * permutation->all.value2;
	contrast = contrast_of(permutation, &permutation->candidates);
	permutation->observed = size_of_t(permutation, &contrast);
}

static double permutation_p(struct permutation *permutation, uint64_t seed, uint64_t random)
{
	struct boot_sums none = { 0 };
	struct generator generator;

	if (arrangements(permutation->boots, permutation->count) <= BOOTS_ARRANGEMENTS_MAX) {
		try_all(permutation, 0, 0, 0, 0, &none);
		return (double)permutation->extreme / (double)permutation->tried;
	}
	generator_seed(&generator, seed);
	while (permutation->tried < random && permutation->extreme < BOOTS_EXTREME)
		try_random(permutation, &generator);
	if (permutation->extreme == BOOTS_EXTREME)
		return (double)permutation->extreme / (double)permutation->tried;
	return (double)(permutation->extreme + 1) / (double)(random + 1);
}

/* By Student's law at Satterthwaite's degrees of freedom. */
static double welch_p(const struct permutation *permutation)
{
	const struct contrast contrast = contrast_of(permutation, &permutation->candidates);

	if (is_certain(permutation, &contrast))
		return permutation->observed > 0 ? 0 : 1;
	return 2 * pt(-permutation->observed, contrast.degrees, 1, 0);
}

static void fill_effect(const struct boot_value *boots, size_t count, double misrate,
			struct boots_effect *effect)
{
	struct permutation permutation;
	struct contrast contrast;
	double reach = 0, freedom;

	for (size_t i = 0; i < count; i++)
		effect->count[boots[i].build]++;
	if (!effect->count[0])
		return;
	prepare(&permutation, boots, count);
	contrast = contrast_of(&permutation, &permutation.candidates);
	effect->estimate = contrast.difference;
	effect->beta = contrast.beta;
	if (effect->count[0] < 2 || effect->count[1] < 2)
		return;
	freedom = design_freedom(&permutation.design) - (contrast.beta > 0);
	effect->degrees = freedom;
	if (is_certain(&permutation, &contrast))
		effect->deviation = 0;
	else
		effect->deviation =
			sqrt((contrast.squares[0] + contrast.squares[1]) / freedom);
	if (effect->deviation > 0)
		reach = qt(misrate / 2, contrast.degrees, 0, 0) * sqrt(contrast.variance);
	effect->low = effect->estimate - reach;
	effect->high = effect->estimate + reach;
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
	centre_nights(usable, count);
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
		struct permutation permutation;

		centre_nights(usable, count);
		prepare(&permutation, usable, count);
		*p = fmax(permutation_p(&permutation, seed, random), welch_p(&permutation));
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
