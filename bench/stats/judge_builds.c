// SPDX-License-Identifier: GPL-2.0-or-later
/* Two kernel builds: one value per boot, and the test between boots. */
#include "judge.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "exact.h"
#include "random.h"

/* The quantile of one boot's samples; NAN where they are too few for it. */
static int boot_quantile(const struct comparison_input *input, const struct paired_block *boot,
			 enum gated_quantile quantile, struct paired_workspace *workspace,
			 double *value)
{
	*value = NAN;
	if (boot->count < paired_minimum(gated_quantiles[quantile]))
		return 0;
	if (!input->exact)
		return paired_log_quantile(workspace, boot->sorted, boot->count,
					   gated_quantiles[quantile], value);
	/* Harrell-Davis weighs every sample, also the one that a tick fell into. */
	*value = log(fmax(PAIRED_ZERO_NS, quantile_type7_u64(boot->sorted, boot->count,
							     gated_quantiles[quantile])));
	return 0;
}

int judge_controls(struct judging *judging, const struct column_data *data)
{
	const struct comparison_input *input = judging->input;
	double (*values)[GATED_COUNT] = malloc((input->boots + 1) * sizeof(*values));

	if (!values)
		return -ENOMEM;
	judging->controls.boot = values;
	for (uint32_t boot = 0; boot < input->boots; boot++)
		for (size_t i = 0; i < GATED_COUNT; i++)
			values[boot][i] = NAN;
	for (size_t boot = 0; boot < data->boot_count; boot++) {
		for (enum gated_quantile i = 0; i < GATED_COUNT; i++) {
			int ret = boot_quantile(input, &data->boots[boot], i,
						&judging->workspace[i],
						&values[data->boot[boot]][i]);

			if (ret)
				return ret;
		}
	}
	return 0;
}

static int make_values(struct judging *judging, const struct column_data *data,
		       enum gated_quantile quantile, struct judged_effect *judged)
{
	const struct comparison_input *input = judging->input;

	judged->boots = malloc((data->boot_count + 1) * sizeof(*judged->boots));
	judged->pairs = malloc((data->boot_count + 1) * sizeof(*judged->pairs));
	if (!judged->boots || !judged->pairs)
		return -ENOMEM;
	for (size_t i = 0; i < data->boot_count; i++) {
		struct boot_value *value = &judged->boots[judged->count];
		const uint32_t boot = data->boot[i];
		int ret;

		*value = (struct boot_value){ .control = NAN, .build = data->boots[i].arm,
					      .night = input->boot[boot].night };
		ret = boot_quantile(input, &data->boots[i], quantile,
				    &judging->workspace[quantile], &value->value);
		if (ret)
			return ret;
		if (isnan(value->value))
			continue;
		if (judging->controls.boot && !judging->is_control)
			value->control = judging->controls.boot[boot][quantile];
		judged->effect->boots[value->build]++;
		judged->pairs[judged->count++] = input->boot[boot].pair;
	}
	return 0;
}

/* For slopes: the first boots of both builds as a pair, the second ones, and so on. */
static int pair_levels(const struct judged_effect *judged, struct judged_levels *medians)
{
	size_t seen[ARM_COUNT] = { 0 };

	medians->levels = calloc(judged->count + 1, sizeof(*medians->levels));
	if (!medians->levels)
		return -ENOMEM;
	for (size_t i = 0; i < judged->count; i++) {
		const struct boot_value *boot = &judged->boots[i];

		medians->levels[seen[boot->build]++].level[boot->build] = boot->value;
	}
	medians->count = seen[0] < seen[1] ? seen[0] : seen[1];
	for (size_t i = 0; i < medians->count; i++) {
		struct paired_difference *pair = &medians->levels[i];

		pair->boot = (uint32_t)i;
		pair->value = pair->level[ARM_CANDIDATE] - pair->level[ARM_BASE];
	}
	return 0;
}

/* Of the boots that have samples at all, the most that one of them has. */
static size_t most_samples(const struct column_data *data)
{
	size_t most = 0;

	for (size_t i = 0; i < data->boot_count; i++)
		most = data->boots[i].count > most ? data->boots[i].count : most;
	return most;
}

/*
 * Where the task of most samples was scheduled out, what was counted is how long it waited:
 * on the virtual clock that is no path length, and differs from boot to boot.
 */
static bool waits(const struct column_data *data)
{
	bool waits = false;

	for (size_t arm = 0; arm < ARM_COUNT; arm++)
		waits |= data->arm[arm].mark[MARK_SWITCHED].marked * 2 > data->arm[arm].rows;
	return waits;
}

static void refuse_few(const struct comparison_input *input, const struct column_data *data,
		       enum gated_quantile quantile, struct effect *effect)
{
	const char *const names[ARM_COUNT] = { input->base_name, input->candidate_name };

	if (input->exact && quantile == GATED_P99)
		judge_refuse(effect, "on the virtual clock the tail is made of timer ticks");
	else if (input->exact && waits(data))
		judge_refuse(effect, "the task was scheduled out in most samples: a wait is no path "
			     "length");
	else if (!effect->boots[ARM_BASE] && !effect->boots[ARM_CANDIDATE])
		judge_refuse(effect, "%zu sample%s in a boot; %s takes %zu", most_samples(data),
			     most_samples(data) == 1 ? "" : "s",
			     judge_quantile_names[quantile],
			     paired_minimum(gated_quantiles[quantile]));
	else
		for (size_t arm = 0; arm < ARM_COUNT; arm++)
			if (!effect->boots[arm])
				judge_refuse(effect, "%s takes %zu samples in a boot; no boot of %.40s "
					     "has them", judge_quantile_names[quantile],
					     paired_minimum(gated_quantiles[quantile]), names[arm]);
}

int judge_builds(struct judging *judging, const struct column_data *data,
		 enum gated_quantile quantile, struct judged_effect *judged)
{
	const struct comparison_input *input = judging->input;
	struct effect *effect = judged->effect;
	struct boots_effect found;
	int ret = make_values(judging, data, quantile, judged);

	if (!ret && quantile == GATED_P50)
		ret = pair_levels(judged, judging->medians);
	if (ret)
		return ret;
	refuse_few(input, data, quantile, effect);
	ret = input->exact ? exact_compare(judged->boots, judged->count, &found) :
			     boots_estimate(judged->boots, judged->count, judging->misrate, &found);
	if (ret)
		return ret;
	effect->estimate = found.estimate;
	effect->low = found.low;
	effect->high = found.high;
	effect->beta = found.beta;
	for (size_t arm = 0; arm < ARM_COUNT; arm++)
		effect->boots[arm] = (uint32_t)found.count[arm];
	effect->pairs = effect->boots[0] < effect->boots[1] ? effect->boots[0] : effect->boots[1];
	judged->deviation = found.deviation;
	judged->degrees = found.degrees;
	return 0;
}

/* The p of the boots that a look saw. */
static int look_p(const struct judged_effect *judged, size_t boots, uint64_t seed, uint64_t random,
		  double *p)
{
	struct boot_value *seen = malloc((judged->count + 1) * sizeof(*seen));
	size_t count = 0;
	int ret;

	if (!seen)
		return -ENOMEM;
	for (size_t i = 0; i < judged->count; i++)
		if (judged->pairs[i] <= boots)
			seen[count++] = judged->boots[i];
	ret = boots_test(seen, count, seed, random, p);
	if (isnan(*p))	/* too few for a test: that look decided nothing */
		*p = 1;
	free(seen);
	return ret;
}

int judge_builds_p(const struct judging *judging, struct judged_effect *judged, uint64_t seed,
		   uint64_t random)
{
	const uint32_t looks = judging->input->looks;
	double p[SEQUENTIAL_LOOKS];

	if (!looks)
		return boots_test(judged->boots, judged->count, seed, random, &judged->effect->p);
	for (uint32_t look = 0; look < looks; look++) {
		int ret = look_p(judged, sequential_boots[look], seed_derive(seed, look, 0, 0),
				 random, &p[look]);

		if (ret)
			return ret;
	}
	judged->effect->p = sequential_repeated_p(judging->looks, looks, p);
	return 0;
}

int judge_builds_test(const struct judging *judging, struct judged_effect *judged)
{
	if (judging->input->exact)	/* there is nothing to test */
		return 0;
	return judge_builds_p(judging, judged, judged->seed, BOOTS_RANDOM);
}
