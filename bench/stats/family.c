// SPDX-License-Identifier: GPL-2.0-or-later
#include "family.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "fdr.h"
#include "verdict.h"

#define REFINED_AT .01		/* p up to here */
#define REFINED_MAX 200000	/* arrangements of one test: a twentieth of a second */

/* How many tests have a p as small as random arrangements can give in the first go. */
static size_t count_extreme(const struct judging *judging, const struct judged_effect *judged,
			    size_t count)
{
	const uint32_t looks = judging->input->looks;
	double p[SEQUENTIAL_LOOKS] = { 1, 1, 1, 1 }, least;
	size_t extreme = 0;

	p[looks - 1] = 1. / (BOOTS_RANDOM + 1);
	least = sequential_repeated_p(judging->looks, looks, p) * (1 + 1e-9);
	for (size_t i = 0; i < count; i++)
		extreme += judged[i].effect->p <= least;
	return extreme;
}

/*
 * Random arrangements cannot give a p below 1 / (their number + 1). So many let a single test be
 * significant among all; after looks it is the p of the last one that has to be so small, which
 * is far smaller while the night has hardly begun, and tests as extreme as can be help each other.
 */
static double arrangements_wanted(const struct judging *judging,
				  const struct judged_effect *judged, size_t count)
{
	const struct comparison_input *input = judging->input;
	const double wanted = 2 * (double)count / input->false_discovery_rate;
	size_t extreme;

	if (!input->looks || !count)
		return wanted;
	extreme = count_extreme(judging, judged, count);
	return fmin(1 / sequential_level(input->looks, input->looks_planned,
					 (double)(extreme ? extreme : 1) / wanted), REFINED_MAX);
}

/* Whether a test gets more must not hang on its own significance: it would have two chances. */
int family_refine(const struct judging *judging, struct judged_effect *judged, size_t count)
{
	const double wanted = arrangements_wanted(judging, judged, count);

	if (wanted <= SIGN_FLIP_DEFAULT)
		return 0;
	for (size_t i = 0; i < count; i++) {
		int ret;

		if (!(judged[i].effect->p <= REFINED_AT))
			continue;
		ret = judge_refine(judging, &judged[i], (uint64_t)wanted);
		if (ret)
			return ret;
	}
	return 0;
}

int family_adjust(struct judged_effect *judged, size_t count)
{
	double *p = calloc(count + 1, sizeof(*p));
	int ret;

	if (!p)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		p[i] = judged[i].effect->p;
	ret = benjamini_hochberg(p, p, count);
	for (size_t i = 0; i < count && !ret; i++)
		judged[i].effect->p_adjusted = p[i];
	free(p);
	return ret;
}

bool effect_is_suspicion(const struct comparison_input *input, const struct effect *effect)
{
	enum verdict verdict;

	if (!input->suspicion_only || input->exact)
		return false;
	verdict = verdict_of_effect(effect, input->false_discovery_rate);
	return verdict == VERDICT_REGRESSED || verdict == VERDICT_IMPROVED;
}

static uint32_t needed(const struct comparison_input *input, const struct judged_effect *judged)
{
	const double rate = input->false_discovery_rate;

	if (input->design == DESIGN_BUILDS)
		return verdict_boots_needed(judged->effect, judged->deviation, judged->degrees,
					    rate);
	return verdict_pairs_needed(judged->effect, judged->deviation, rate, judged->least);
}

static void give_verdict(const struct comparison_input *input, struct judged_effect *judged)
{
	struct effect *effect = judged->effect;

	effect->verdict = input->exact ? verdict_of_exact(effect) :
					 verdict_of_effect(effect, input->false_discovery_rate);
	if (effect_is_suspicion(input, effect))
		effect->verdict = VERDICT_INCONCLUSIVE;
	else if (effect->verdict == VERDICT_INCONCLUSIVE && !input->exact)
		effect->needed = needed(input, judged);
}

void family_give_verdicts(const struct comparison_input *input, struct judged_effect *judged,
			  size_t count)
{
	for (size_t i = 0; i < count; i++)
		give_verdict(input, &judged[i]);
}
