// SPDX-License-Identifier: GPL-2.0-or-later
#include "verdict.h"

#include <math.h>

#include "common/exit_status.h"
#include "boots.h"
#include "planner.h"

#define NEEDED_MAX 1e6	/* a plan for more is no plan */

static const struct {
	const char *name;
	int severity;
	int exit_status;
} verdicts[] = {
	[VERDICT_EQUIVALENT]	= { "EQUIVALENT", 1, STATUS_OK },
	[VERDICT_IMPROVED]	= { "IMPROVED", 2, STATUS_OK },
	[VERDICT_REGRESSED]	= { "REGRESSED", 4, STATUS_REGRESSION },
	[VERDICT_INCONCLUSIVE]	= { "INCONCLUSIVE", 3, STATUS_INCONCLUSIVE },
	[VERDICT_NONE]		= { "-", 0, STATUS_INCONCLUSIVE },
};

const char *verdict_name(enum verdict verdict)
{
	return verdict <= VERDICT_NONE ? verdicts[verdict].name : "?";
}

enum verdict verdict_worse(enum verdict a, enum verdict b)
{
	return verdicts[a].severity >= verdicts[b].severity ? a : b;
}

int verdict_exit_status(enum verdict verdict)
{
	return verdicts[verdict].exit_status;
}

enum verdict verdict_of_effect(const struct effect *effect, double rate)
{
	if (effect->why[0])
		return VERDICT_NONE;
	if (effect->p_adjusted <= rate && fabs(effect->estimate) > effect->threshold)
		return effect->estimate > 0 ? VERDICT_REGRESSED : VERDICT_IMPROVED;
	if (effect->low > -effect->threshold && effect->high < effect->threshold)
		return VERDICT_EQUIVALENT;
	return VERDICT_INCONCLUSIVE;
}

enum verdict verdict_of_exact(const struct effect *effect)
{
	if (effect->why[0])
		return VERDICT_NONE;
	if (effect->low > effect->threshold)
		return VERDICT_REGRESSED;
	if (effect->high < -effect->threshold)
		return VERDICT_IMPROVED;
	if (effect->low >= -effect->threshold && effect->high <= effect->threshold)
		return VERDICT_EQUIVALENT;
	return VERDICT_INCONCLUSIVE;
}

/* What the other tests of the report leave of the error rate to one that is to be significant. */
static double rate_left(const struct effect *effect, double rate)
{
	if (!(fabs(effect->estimate) <= effect->threshold) && effect->p > 0)
		return rate * fmin(1, effect->p / effect->p_adjusted);
	return rate;
}

/* The fewest boots of each build whose smallest p is that small. */
static uint32_t fewest_boots(double alpha)
{
	uint32_t boots = 2;

	while (boots_smallest_p(boots) > alpha)
		boots++;
	return boots;
}

uint32_t verdict_boots_needed(const struct effect *effect, double deviation, double degrees,
			      double rate)
{
	double size = fabs(effect->estimate), alpha = rate_left(effect, rate), distance;
	size_t boots = 0, fewest = fewest_boots(alpha);

	if (isnan(deviation))
		return (uint32_t)fewest;
	distance = size > effect->threshold ? size : effect->threshold - size;
	if (distance > 0)
		boots = boots_needed(deviation, degrees, distance, alpha, PLANNER_POWER,
				     (size_t)NEEDED_MAX);
	if (!boots)
		return 0;
	boots = boots > fewest ? boots : fewest;
	return boots > effect->pairs ? (uint32_t)boots : effect->pairs + 1;
}

uint32_t verdict_pairs_needed(const struct effect *effect, double deviation, double rate,
			      uint32_t least)
{
	double alpha = rate_left(effect, rate), pairs;

	pairs = planner_pairs(effect->estimate, deviation, effect->threshold, alpha,
			      PLANNER_POWER);
	pairs = fmax(pairs, ceil(log2(2 / alpha)));	/* the sign-flip test's smallest p */
	pairs = fmax(ceil(pairs), least);
	if (!(pairs < NEEDED_MAX))
		return 0;
	return pairs > effect->pairs ? (uint32_t)pairs : effect->pairs + 1;
}
