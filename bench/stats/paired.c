// SPDX-License-Identifier: GPL-2.0-or-later
#include "paired.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MATHLIB_STANDALONE 1
#include <Rmath.h>

#include "hodges_lehmann.h"
#include "sort.h"
#include "ttest.h"

#define WEIGHTS_COUNT (sizeof(((struct paired_workspace *)0)->weights) / \
		       sizeof(struct quantile_weights))

size_t paired_minimum(double q)
{
	double tail = q > 0.95 ? (1 - q) / 5 : fmin(q, 1 - q);

	return (size_t)ceil(1 / tail - 1e-6);
}

void paired_workspace_free(struct paired_workspace *workspace)
{
	for (size_t i = 0; i < WEIGHTS_COUNT; i++)
		quantile_weights_free(&workspace->weights[i]);
	free(workspace->values);
	*workspace = (struct paired_workspace){ 0 };
}

/* Room for `count` values to merge and as many to sort with. */
static int reserve(struct paired_workspace *workspace, size_t count)
{
	uint64_t *values;

	if (count <= workspace->capacity)
		return 0;
	values = realloc(workspace->values, 2 * count * sizeof(*values));
	if (!values)
		return -ENOMEM;
	workspace->values = values;
	workspace->capacity = count;
	return 0;
}

int paired_log_quantile(struct paired_workspace *workspace, const uint64_t *sorted, size_t count,
			double q, double *result)
{
	struct quantile_weights *weights = &workspace->weights[count % WEIGHTS_COUNT];
	int ret = quantile_weights_make(weights, count, q);

	if (!ret)
		*result = quantile_log_u64(weights, sorted, PAIRED_ZERO_NS);
	return ret;
}

/* Consecutive quartets of one boot that give one difference. */
struct unit {
	const struct paired_quartet *quartets;
	size_t quartet_count;
};

static size_t unit_samples(const struct unit *unit, uint32_t arm)
{
	size_t samples = 0;

	for (size_t i = 0; i < unit->quartet_count; i++)
		for (size_t j = 0; j < unit->quartets[i].block_count; j++)
			if (unit->quartets[i].blocks[j].arm == arm)
				samples += unit->quartets[i].blocks[j].count;
	return samples;
}

static bool every_block_has(const struct unit *unit, size_t minimum)
{
	if (unit->quartet_count != 1)
		return false;
	for (size_t i = 0; i < unit->quartets->block_count; i++)
		if (unit->quartets->blocks[i].count < minimum)
			return false;
	return true;
}

/* Mean over one quartet's blocks of an arm. */
static int mean_of_blocks(const struct unit *unit, uint32_t arm, double q,
			  struct paired_workspace *workspace, double *result)
{
	double sum = 0, blocks = 0;

	for (size_t i = 0; i < unit->quartets->block_count; i++) {
		const struct paired_block *block = &unit->quartets->blocks[i];
		double quantile;
		int ret;

		if (block->arm != arm)
			continue;
		ret = paired_log_quantile(workspace, block->sorted, block->count, q, &quantile);
		if (ret)
			return ret;
		sum += quantile;
		blocks++;
	}
	*result = sum / blocks;
	return 0;
}

static int pooled(const struct unit *unit, uint32_t arm, double q,
		  struct paired_workspace *workspace, double *result)
{
	size_t count = 0;
	int ret = reserve(workspace, unit_samples(unit, arm));

	if (ret)
		return ret;
	for (size_t i = 0; i < unit->quartet_count; i++) {
		for (size_t j = 0; j < unit->quartets[i].block_count; j++) {
			const struct paired_block *block = &unit->quartets[i].blocks[j];

			if (block->arm != arm || !block->count)
				continue;
			memcpy(workspace->values + count, block->sorted,
			       block->count * sizeof(*block->sorted));
			count += block->count;
		}
	}
	sort_u64(workspace->values, workspace->values + count, count);
	return paired_log_quantile(workspace, workspace->values, count, q, result);
}

static int unit_difference(const struct unit *unit, double q, struct paired_workspace *workspace,
			   struct paired_difference *difference)
{
	bool by_block = every_block_has(unit, paired_minimum(q));
	double *quantile = difference->level;

	for (uint32_t arm = 0; arm < PAIRED_ARMS; arm++) {
		int ret = by_block ? mean_of_blocks(unit, arm, q, workspace, &quantile[arm]) :
				     pooled(unit, arm, q, workspace, &quantile[arm]);

		if (ret)
			return ret;
	}
	difference->value = quantile[1] - quantile[0];
	return 0;
}

/* How many quartets from `first` on give both arms `minimum` samples; 0: all do not. */
static size_t quartets_needed(const struct paired_quartet *quartets, size_t first, size_t end,
			      size_t minimum)
{
	size_t samples[PAIRED_ARMS] = { 0 };

	for (size_t i = first; i < end; i++) {
		for (size_t j = 0; j < quartets[i].block_count; j++)
			samples[quartets[i].blocks[j].arm] += quartets[i].blocks[j].count;
		if (samples[0] >= minimum && samples[1] >= minimum)
			return i + 1 - first;
	}
	return 0;
}

/* The next unit from *first on, which moves behind it; false: the boot's rest is too short. */
static bool next_unit(const struct paired_quartet *quartets, size_t end, size_t minimum,
		      size_t *first, struct unit *unit)
{
	size_t needed = quartets_needed(quartets, *first, end, minimum);

	if (!needed)
		return false;
	*unit = (struct unit){ .quartets = quartets + *first, .quartet_count = needed };
	*first += needed;
	if (*first < end && !quartets_needed(quartets, *first, end, minimum)) {
		unit->quartet_count += end - *first;
		*first = end;
	}
	return true;
}

int paired_differences(const struct paired_quartet *quartets, size_t quartet_count, double q,
		       struct paired_workspace *workspace,
		       struct paired_difference *differences, size_t *count)
{
	size_t minimum = paired_minimum(q);
	struct unit unit;

	*count = 0;
	for (size_t first = 0, end; first < quartet_count; first = end) {
		uint32_t boot = quartets[first].boot;

		for (end = first; end < quartet_count && quartets[end].boot == boot;)
			end++;
		while (first < end && next_unit(quartets, end, minimum, &first, &unit)) {
			struct paired_difference *difference = &differences[*count];
			int ret = unit_difference(&unit, q, workspace, difference);

			if (ret)
				return ret;
			difference->boot = boot;
			(*count)++;
		}
	}
	return 0;
}

double paired_lag1(const double *values, size_t count)
{
	double mean = sample_mean(values, count), products = 0, squares = 0;

	if (count < 3)
		return 0;
	for (size_t i = 0; i < count; i++) {
		squares += (values[i] - mean) * (values[i] - mean);
		if (i)
			products += (values[i] - mean) * (values[i - 1] - mean);
	}
	/* What rounding makes of equal values is no correlation. */
	if (squares <= 1e-24 * mean * mean * (double)count)
		return 0;
	return products / squares;
}

uint32_t paired_join(double *values, size_t *count)
{
	uint32_t factor = 1;

	while (*count / 2 >= PAIRED_JOINED_MIN && paired_lag1(values, *count) > PAIRED_LAG1_MAX) {
		size_t joined = *count / 2;
		double single = values[*count - 1];

		for (size_t i = 0; i < joined; i++)
			values[i] = (values[2 * i] + values[2 * i + 1]) / 2;
		if (*count % 2)
			values[joined - 1] += (single - values[joined - 1]) / 3;
		*count = joined;
		factor *= 2;
	}
	return factor;
}

size_t paired_per_boot(const struct paired_difference *differences, size_t count, double *values)
{
	size_t boots = 0;

	for (size_t first = 0, end; first < count; first = end) {
		double *of_boot = values + boots;

		/* Each boot has at least one, so that its values never reach unread ones. */
		for (end = first; end < count && differences[end].boot == differences[first].boot;)
			end++;
		for (size_t i = first; i < end; i++)
			of_boot[i - first] = differences[i].value;
		sort_doubles(of_boot, end - first);
		of_boot[0] = hodges_lehmann_centre(of_boot, end - first);
		boots++;
	}
	return boots;
}

/*
 * The deviation of one value that an interval of this width comes from: it follows the
 * bulk of the values, as the interval does, where the plain one follows the outliers.
 */
static double implied_deviation(double low, double high, size_t count)
{
	return (high - low) / 2 / qnorm(PAIRED_MISRATE / 2, 0, 1, 0, 0) * sqrt((double)count);
}

struct paired_effect paired_estimate(double *values, size_t count)
{
	struct paired_effect effect = { .estimate = NAN, .low = NAN, .high = NAN,
					.deviation = NAN, .lag1 = NAN, .count = count };

	if (!count)
		return effect;
	effect.lag1 = paired_lag1(values, count);
	sort_doubles(values, count);
	effect.estimate = hodges_lehmann_centre(values, count);
	if (!hodges_lehmann_centre_bounds(values, count, PAIRED_MISRATE, BOUNDS_CONSERVATIVE,
					  &effect.low, &effect.high))
		effect.deviation = implied_deviation(effect.low, effect.high, count);
	else
		effect.deviation = sqrt(sample_variance(values, count));
	return effect;
}
