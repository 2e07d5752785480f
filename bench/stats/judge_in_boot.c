// SPDX-License-Identifier: GPL-2.0-or-later
/* Two alternatives inside a boot: stats/paired.h's differences and the test of their signs. */
#include "judge.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "random.h"

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
		judge_refuse(judged->effect, "no quartet has all its blocks");
	else if (i == GATED_P99 && input->boots == 1 && judged->count < JUDGE_SUPER_BLOCKS_MIN)
		judge_refuse(judged->effect,
		       "%zu samples per arm; p99 takes %zu (%d super-blocks of %zu or more)", fewer,
		       samples_wanted(data, fewer, q), JUDGE_SUPER_BLOCKS_MIN, paired_minimum(q));
	else if (!judged->count)
		judge_refuse(judged->effect, "%zu sample%s per arm; %s takes %zu%s", fewer,
			     fewer == 1 ? "" : "s",
		       judge_quantile_names[i], paired_minimum(q), input->boots > 1 ? " in a boot" : "");
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

int judge_in_boot(struct judging *judging, const struct column_data *data,
		  enum gated_quantile quantile, struct judged_effect *judged)
{
	const struct comparison_input *input = judging->input;
	struct judged_levels levels = { 0 };
	int ret = make_differences(input, data, gated_quantiles[quantile],
				   &judging->workspace[quantile], judged, &levels);

	if (quantile == GATED_P50)
		*judging->medians = levels;
	else
		free(levels.levels);
	if (ret)
		return ret;
	judged->least = quantile == GATED_P99 && input->boots == 1 ? JUDGE_SUPER_BLOCKS_MIN :
								     JUDGE_PAIRS_MIN;
	refuse_few(input, data, quantile, judged);
	if (input->boots == 1)
		judged->effect->block_factor = paired_join(judged->differences, &judged->count);
	fill_effect(judged);
	return 0;
}

int judge_in_boot_test(const struct judging *judging, struct judged_effect *judged)
{
	(void)judging;
	return sign_flip_test(judged->differences, judged->count, judged->seed, SIGN_FLIP_DEFAULT,
			      &judged->effect->p);
}
