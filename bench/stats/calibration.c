// SPDX-License-Identifier: GPL-2.0-or-later
#include "calibration.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "random.h"

#define RANDOM_ARRANGEMENTS 999	/* of each exchange's test, where they are too many to try all */

/* The boots of whole pairs, those of a pair side by side; gives how many pairs. */
static size_t take_pairs(const struct boot_value *boots, const uint32_t *pairs, size_t count,
			 struct boot_value *taken)
{
	size_t whole = 0;

	for (size_t i = 0; i < count; i++) {
		if (boots[i].build || isnan(boots[i].value))
			continue;
		for (size_t j = 0; j < count; j++) {
			if (pairs[j] != pairs[i] || !boots[j].build || isnan(boots[j].value))
				continue;
			taken[2 * whole] = boots[i];
			taken[2 * whole + 1] = boots[j];
			whole++;
			break;
		}
	}
	return whole;
}

/* The names of the pairs whose bit is set, exchanged. */
static void exchange(struct boot_value *boots, size_t whole, const bool *exchanged)
{
	for (size_t pair = 0; pair < whole; pair++) {
		boots[2 * pair].build = exchanged[pair];
		boots[2 * pair + 1].build = !exchanged[pair];
	}
}

/* The first pair keeps its names: exchanging all is the same comparison the other way round. */
static uint32_t count_exchanges(size_t whole)
{
	return whole <= 8 ? 1u << (whole - 1) : CALIBRATION_EXCHANGES;
}

static void choose(struct generator *generator, size_t whole, uint32_t number, bool *exchanged)
{
	exchanged[0] = false;
	for (size_t pair = 1; pair < whole; pair++)
		exchanged[pair] = whole <= 8 ? number >> (pair - 1) & 1 :
					       generator_below(generator, 2);
}

static int try_exchange(const struct boot_value *boots, size_t count, double threshold,
			uint64_t seed, struct calibration_effect *effect)
{
	struct boots_effect found;
	double p;
	int ret = boots_estimate(boots, count, BOOTS_MISRATE, &found);

	if (!ret)
		ret = boots_test(boots, count, seed, RANDOM_ARRANGEMENTS, &p);
	if (ret)
		return ret;
	effect->exchanges++;
	effect->called += p <= CALIBRATION_ALPHA;
	effect->judged += p <= CALIBRATION_ALPHA && fabs(found.estimate) > threshold;
	return 0;
}

static int try_exchanges(struct boot_value *boots, size_t whole, double threshold, uint64_t seed,
			 struct calibration_effect *effect)
{
	bool *exchanged = calloc(whole + 1, sizeof(*exchanged));
	struct generator generator;
	int ret = exchanged ? 0 : -ENOMEM;

	generator_seed(&generator, seed);
	for (uint32_t i = 0; i < count_exchanges(whole) && !ret; i++) {
		choose(&generator, whole, i, exchanged);
		exchange(boots, whole, exchanged);
		ret = try_exchange(boots, 2 * whole, threshold, seed_derive(seed, i, 0, 0), effect);
	}
	free(exchanged);
	return ret;
}

int calibration_make(const struct boot_value *boots, const uint32_t *pairs, size_t count,
		     double threshold, uint64_t seed, struct calibration_effect *effect)
{
	struct boot_value *taken = malloc((2 * count + 1) * sizeof(*taken));
	struct boots_effect found;
	size_t whole;
	int ret = 0;

	memset(effect, 0, sizeof(*effect));
	if (!taken)
		return -ENOMEM;
	whole = take_pairs(boots, pairs, count, taken);
	if (whole < CALIBRATION_PAIRS_MIN)
		ret = -ENODATA;
	if (!ret)
		ret = boots_compare(taken, 2 * whole, seed, &found);
	if (!ret) {
		effect->boots = (uint32_t)whole;
		effect->deviation = found.deviation;
		effect->estimate = found.estimate;
		effect->p = found.p;
		ret = try_exchanges(taken, whole, threshold, seed, effect);
	}
	free(taken);
	return ret;
}

double calibration_smallest(const struct calibration_effect *effect, double boots)
{
	/* Of the boots' degrees of freedom the names take two and the control one. */
	const double degrees = 2. * effect->boots - 3;

	return boots_detectable_by(boots, CALIBRATION_ALPHA, CALIBRATION_POWER, degrees) *
	       effect->deviation;
}
