// SPDX-License-Identifier: GPL-2.0-or-later
#include "judge.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "random.h"

const double gated_quantiles[GATED_COUNT] = { .10, .50, .99 };

const char *const judge_quantile_names[GATED_COUNT] = { "p10", "p50", "p99" };

/* How each design makes an effect and tests it. */
static const struct {
	int (*judge)(struct judging *judging, const struct column_data *data,
		     enum gated_quantile quantile, struct judged_effect *judged);
	int (*test)(const struct judging *judging, struct judged_effect *judged);
} designs[] = {
	[DESIGN_IN_BOOT] = { judge_in_boot, judge_in_boot_test },
	[DESIGN_BUILDS] = { judge_builds, judge_builds_test },
};

void judge_refuse(struct effect *effect, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(effect->why, sizeof(effect->why), format, args);
	va_end(args);
}

static struct effect empty_effect(const struct comparison_input *input, enum gated_quantile i)
{
	double threshold = i == GATED_P99 ? input->threshold_p99 : input->threshold;

	return (struct effect){
		.estimate = NAN, .low = NAN, .high = NAN, .p = NAN, .p_adjusted = NAN, .lag1 = NAN,
		.seen = NAN,
		.threshold = log1p(threshold), .verdict = VERDICT_NONE, .block_factor = 1,
	};
}

/* Reasons that make any estimate meaningless. */
static bool refuse_data(const struct comparison_input *input, const struct column_data *data,
			struct effect *effect)
{
	const char *const names[ARM_COUNT] = { input->base_name, input->candidate_name };

	if (!data->available) {
		judge_refuse(effect, "unavailable: not measured by this kernel and module");
		return true;
	}
	for (size_t arm = 0; arm < ARM_COUNT; arm++) {
		if (!data->pooled_count[arm]) {
			judge_refuse(effect, "no samples of %.40s", names[arm]);
			return true;
		}
	}
	if (data->absurd) {
		judge_refuse(effect, "%" PRIu64 " samples are no latencies: the clock ran backwards",
		       data->absurd);
		return true;
	}
	return false;
}

/* A quantile of 0 ns is below what the clock can tell, and its ratio means nothing. */
static void refuse_zero(const struct column_data *data, enum gated_quantile i,
			struct effect *effect)
{
	for (size_t arm = 0; arm < ARM_COUNT; arm++)
		if (quantile_type7_u64(data->pooled[arm], data->pooled_count[arm],
				       gated_quantiles[i]) < 1)
			judge_refuse(effect, "%s is 0 ns: the clock is too coarse for it",
			       judge_quantile_names[i]);
}

/* See comparison_input.clock_floor_ns. */
static void raise_threshold(const struct comparison_input *input, const struct column_data *data,
			    enum gated_quantile i, struct effect *effect)
{
	double base_ns = quantile_type7_u64(data->pooled[ARM_BASE], data->pooled_count[ARM_BASE],
					    gated_quantiles[i]);

	if (base_ns >= 1)
		effect->threshold = fmax(effect->threshold, log1p(input->clock_floor_ns / base_ns));
}

static int judge_quantile(struct judging *judging, const struct column_data *data,
			  enum gated_quantile i, struct judged_effect *judged)
{
	int ret = designs[judging->input->design].judge(judging, data, i, judged);

	if (ret)
		return ret;
	refuse_zero(data, i, judged->effect);
	raise_threshold(judging->input, data, i, judged->effect);
	return 0;
}

int judge_column(struct judging *judging, const struct column_data *data, uint64_t seed,
		 struct cell_result *result, struct judged_effect *judged, size_t *judged_count)
{
	const struct comparison_input *input = judging->input;
	const char *refusal = input->refusals ? input->refusals[result->cell] : NULL;

	*judging->medians = (struct judged_levels){ 0 };
	*judged_count = 0;
	for (enum gated_quantile i = 0; i < GATED_COUNT; i++) {
		struct judged_effect *next = &judged[*judged_count];
		struct effect *effect = &result->effect[i];
		int ret;

		*effect = empty_effect(input, i);
		*next = (struct judged_effect){ .effect = effect,
						.seed = seed_derive(seed, (uint64_t)i, 0, 0) };
		if (refuse_data(input, data, effect))
			continue;
		ret = judge_quantile(judging, data, i, next);
		if (!ret && refusal)
			judge_refuse(effect, "%s", refusal);
		else if (!ret && !result->gated && !effect->why[0])
			judge_refuse(effect, "shown, not judged");
		if (!ret && !effect->why[0])
			ret = designs[input->design].test(judging, next);
		(*judged_count)++;
		if (ret)
			return ret;
		if (effect->why[0]) {	/* no test: nothing to keep */
			(*judged_count)--;
			judged_free(next);
		}
	}
	return 0;
}

int judge_refine(const struct judging *judging, struct judged_effect *judged, uint64_t wanted)
{
	const uint64_t seed = seed_derive(judged->seed, 1, 0, 0);

	if (judging->input->design == DESIGN_BUILDS)
		return judge_builds_p(judging, judged, seed, wanted);
	if (judged->count <= SIGN_FLIP_EXACT_MAX)
		return 0;
	return sign_flip_test(judged->differences, judged->count, seed, wanted, &judged->effect->p);
}

void judged_free(struct judged_effect *judged)
{
	free(judged->differences);
	free(judged->boots);
	free(judged->pairs);
	judged->differences = NULL;
	judged->boots = NULL;
	judged->pairs = NULL;
}
