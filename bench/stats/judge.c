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

static const char *const quantile_names[GATED_COUNT] = { "p10", "p50", "p99" };

static void refuse(struct effect *effect, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void refuse(struct effect *effect, const char *format, ...)
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
		.threshold = log1p(threshold), .verdict = VERDICT_NONE, .block_factor = 1,
	};
}

/* Reasons that make any estimate meaningless. */
static bool refuse_data(const struct comparison_input *input, const struct column_data *data,
			struct effect *effect)
{
	const char *const names[ARM_COUNT] = { input->base_name, input->candidate_name };

	if (!data->available) {
		refuse(effect, "unavailable: not measured by this kernel and module");
		return true;
	}
	for (size_t arm = 0; arm < ARM_COUNT; arm++) {
		if (!data->pooled_count[arm]) {
			refuse(effect, "no samples of %.40s", names[arm]);
			return true;
		}
	}
	if (data->absurd) {
		refuse(effect, "%" PRIu64 " samples are no latencies: the clock ran backwards",
		       data->absurd);
		return true;
	}
	return false;
}

/* Samples per arm that fill the super-blocks one boot takes, in whole quartets. */
static size_t samples_wanted(const struct column_data *data, size_t fewer, double q)
{
	size_t per_quartet = data->quartet_count ? fewer / data->quartet_count : 0;
	size_t minimum = paired_minimum(q);

	if (per_quartet)
		minimum = (minimum + per_quartet - 1) / per_quartet * per_quartet;
	return JUDGE_SUPER_BLOCKS_MIN * minimum;
}

/* Differences so few that nothing is said; a boot counts as one. */
static void refuse_few(const struct comparison_input *input, const struct column_data *data,
		       enum gated_quantile i, struct judged_effect *judged)
{
	double q = gated_quantiles[i];
	size_t fewer = data->pooled_count[ARM_BASE] < data->pooled_count[ARM_CANDIDATE] ?
		       data->pooled_count[ARM_BASE] : data->pooled_count[ARM_CANDIDATE];

	if (!data->quartet_count)
		refuse(judged->effect, "no quartet has all its blocks");
	else if (i == GATED_P99 && input->boots == 1 && judged->count < JUDGE_SUPER_BLOCKS_MIN)
		refuse(judged->effect,
		       "%zu samples per arm; p99 takes %zu (%d super-blocks of %zu or more)", fewer,
		       samples_wanted(data, fewer, q), JUDGE_SUPER_BLOCKS_MIN, paired_minimum(q));
	else if (!judged->count)
		refuse(judged->effect, "%zu samples per arm; %s takes %zu%s", fewer,
		       quantile_names[i], paired_minimum(q), input->boots > 1 ? " in a boot" : "");
}

/* A quantile of 0 ns is below what the clock can tell, and its ratio means nothing. */
static void refuse_zero(const struct column_data *data, enum gated_quantile i,
			struct effect *effect)
{
	for (size_t arm = 0; arm < ARM_COUNT; arm++)
		if (quantile_type7_u64(data->pooled[arm], data->pooled_count[arm],
				       gated_quantiles[i]) < 1)
			refuse(effect, "%s is 0 ns: the clock is too coarse for it",
			       quantile_names[i]);
}

/* The differences, one per quartet or super-block of the only boot, or one per boot. */
static int make_differences(const struct comparison_input *input, const struct column_data *data,
			    double q, struct paired_workspace *workspace,
			    struct judged_effect *judged, struct judged_levels *levels)
{
	struct paired_difference *found = malloc((data->quartet_count + 1) * sizeof(*found));
	size_t count = 0;
	int ret;

	judged->differences = malloc((data->quartet_count + 1) * sizeof(*judged->differences));
	if (!found || !judged->differences) {
		free(found);
		return -ENOMEM;
	}
	ret = paired_differences(data->quartets, data->quartet_count, q, workspace, found, &count);
	if (!ret && input->boots > 1) {
		judged->count = paired_per_boot(found, count, judged->differences);
	} else if (!ret) {
		judged->count = count;
		for (size_t i = 0; i < count; i++)
			judged->differences[i] = found[i].value;
	}
	*levels = (struct judged_levels){ found, count };
	return ret;
}

/* Estimate and interval; the differences are in time order before and sorted after. */
static void fill_effect(struct judged_effect *judged)
{
	struct effect *effect = judged->effect;
	struct paired_effect paired = paired_estimate(judged->differences, judged->count);

	effect->estimate = paired.estimate;
	effect->low = paired.low;
	effect->high = paired.high;
	effect->lag1 = paired.lag1;
	effect->pairs = (uint32_t)paired.count;
	judged->deviation = paired.deviation;
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

static int judge_quantile(const struct comparison_input *input, const struct column_data *data,
			  enum gated_quantile i, struct paired_workspace *workspace,
			  struct judged_effect *judged, struct judged_levels *medians)
{
	struct judged_levels levels = { 0 };
	int ret = make_differences(input, data, gated_quantiles[i], workspace, judged, &levels);

	if (i == GATED_P50)
		*medians = levels;
	else
		free(levels.levels);
	if (ret)
		return ret;
	judged->least = i == GATED_P99 && input->boots == 1 ? JUDGE_SUPER_BLOCKS_MIN :
							      JUDGE_PAIRS_MIN;
	refuse_few(input, data, i, judged);
	if (input->boots == 1)
		judged->effect->block_factor = paired_join(judged->differences, &judged->count);
	fill_effect(judged);
	refuse_zero(data, i, judged->effect);
	raise_threshold(input, data, i, judged->effect);
	return 0;
}

int judge_column(const struct comparison_input *input, const struct column_data *data,
		 struct paired_workspace workspace[GATED_COUNT], uint64_t seed,
		 struct cell_result *result, struct judged_effect *judged, size_t *judged_count,
		 struct judged_levels *medians)
{
	const char *refusal = input->refusals ? input->refusals[result->cell] : NULL;

	*medians = (struct judged_levels){ 0 };
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
		ret = judge_quantile(input, data, i, &workspace[i], next, medians);
		if (!ret && refusal)
			refuse(effect, "%s", refusal);
		else if (!ret && !result->gated && !effect->why[0])
			refuse(effect, "shown, not judged");
		if (!ret && !effect->why[0])
			ret = sign_flip_test(next->differences, next->count, next->seed,
					     SIGN_FLIP_DEFAULT, &effect->p);
		(*judged_count)++;
		if (ret)
			return ret;
		if (effect->why[0]) {	/* no test: nothing to keep */
			(*judged_count)--;
			free(next->differences);
		}
	}
	return 0;
}
