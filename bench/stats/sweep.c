// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hodges_lehmann.h"
#include "sort.h"

/* A cell that may be a point of a sweep. */
struct candidate {
	char key[CELL_NAME_BYTES];
	uint64_t size;
	uint32_t first_result;
};

struct sweeping {
	const struct comparison_input *input;
	const struct judged_levels *medians;
	struct comparison *comparison;
	struct candidate *candidates;
	size_t candidate_count;
	size_t allocated;		/* of comparison->sweeps */
};

static int compare_candidates(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;
	const int keys = strcmp(a->key, b->key);

	return keys ? keys : (a->size > b->size) - (a->size < b->size);
}

/* Of builds a cell stands there once for each strategy, and each has a sweep of its own. */
static void write_key(const struct comparison_input *input, uint32_t cell, enum sweep_part part,
		      char key[CELL_NAME_BYTES])
{
	size_t used;

	sweep_key(&input->cells[cell], part, key);
	used = strlen(key);
	if (input->strategies)
		snprintf(key + used, CELL_NAME_BYTES - used, " %u", input->strategies[cell]);
}

/* The cells that have any of the part, those of one sweep next to each other, by size. */
static void list_candidates(struct sweeping *sweeping, enum sweep_part part)
{
	const struct comparison *comparison = sweeping->comparison;

	sweeping->candidate_count = 0;
	for (uint32_t i = 0; i < comparison->result_count; i++) {
		const uint32_t cell = comparison->results[i].cell;
		const uint64_t size = sweep_size(&sweeping->input->cells[cell], part);
		struct candidate *next = &sweeping->candidates[sweeping->candidate_count];

		if (!size || (i && comparison->results[i - 1].cell == cell))
			continue;
		next->size = size;
		next->first_result = i;
		write_key(sweeping->input, cell, part, next->key);
		sweeping->candidate_count++;
	}
	qsort(sweeping->candidates, sweeping->candidate_count, sizeof(*sweeping->candidates),
	      compare_candidates);
}

/* A median that can be a point. */
static bool has_median(const struct sweeping *sweeping, uint32_t result)
{
	const struct arm_summary *arm = sweeping->comparison->results[result].arm;

	return sweeping->medians[result].count && arm[ARM_BASE].p50_ns >= 1 &&
	       arm[ARM_CANDIDATE].p50_ns >= 1;
}

/* Each quartet's logarithms, one arm behind the other. */
static void take_quartets(const struct judged_levels *medians, double *values)
{
	for (size_t arm = 0; arm < SLOPE_ARMS; arm++)
		for (size_t i = 0; i < medians->count; i++)
			values[arm * medians->count + i] = medians->levels[i].level[arm];
}

static bool has_boot(const struct judged_levels *medians, uint32_t boot)
{
	for (size_t i = 0; i < medians->count; i++)
		if (medians->levels[i].boot == boot)
			return true;
	return false;
}

/* The centre of one boot's quartets; `scratch` has room for all of them. */
static double boot_level(const struct judged_levels *medians, uint32_t boot, size_t arm,
			 double *scratch)
{
	size_t count = 0;

	for (size_t i = 0; i < medians->count; i++)
		if (medians->levels[i].boot == boot)
			scratch[count++] = medians->levels[i].level[arm];
	sort_doubles(scratch, count);
	return hodges_lehmann_centre(scratch, count);
}

/* The boots that every point of the sweep has. */
static size_t common_boots(const struct sweeping *sweeping, const struct sweep *sweep,
			   uint32_t *boots)
{
	size_t count = 0;

	for (uint32_t boot = 0; boot < sweeping->input->boots; boot++) {
		bool everywhere = true;

		for (uint32_t i = 0; i < sweep->count && everywhere; i++)
			everywhere = has_boot(&sweeping->medians[sweep->results[i]], boot);
		if (everywhere)
			boots[count++] = boot;
	}
	return count;
}

/* Memory of one slope_fit(). */
struct units {
	struct slope_point *points;
	double *values, *scratch;
	uint32_t *boots;
	size_t boot_count;
};

static int units_init(const struct sweeping *sweeping, const struct sweep *sweep,
		      struct units *units)
{
	size_t all = 0;

	for (uint32_t i = 0; i < sweep->count; i++)
		all += sweeping->medians[sweep->results[i]].count;
	units->points = calloc(sweep->count, sizeof(*units->points));
	units->values = malloc(SLOPE_ARMS * all * sizeof(*units->values));
	units->scratch = malloc(all * sizeof(*units->scratch));
	units->boots = malloc(sweeping->input->boots * sizeof(*units->boots));
	return units->points && units->values && units->scratch && units->boots ? 0 : -ENOMEM;
}

static void units_free(struct units *units)
{
	free(units->points);
	free(units->values);
	free(units->scratch);
	free(units->boots);
}

/* One point's units in `values`, quartets or boots. */
static void take_units(const struct sweeping *sweeping, uint32_t result, struct units *units,
		       double *values, struct slope_point *point)
{
	const struct judged_levels *medians = &sweeping->medians[result];

	if (sweeping->input->boots == 1) {
		point->units = medians->count;
		take_quartets(medians, values);
	} else {
		point->units = units->boot_count;
		for (size_t arm = 0; arm < SLOPE_ARMS; arm++)
			for (size_t i = 0; i < units->boot_count; i++)
				values[arm * units->boot_count + i] =
					boot_level(medians, units->boots[i], arm, units->scratch);
	}
	point->ln_ns[ARM_BASE] = values;
	point->ln_ns[ARM_CANDIDATE] = values + point->units;
}

static int fit_sweep(const struct sweeping *sweeping, struct sweep *sweep)
{
	struct units units = { 0 };
	int ret = units_init(sweeping, sweep, &units);
	size_t used = 0;

	if (ret)
		goto out;
	units.boot_count = common_boots(sweeping, sweep, units.boots);
	for (uint32_t i = 0; i < sweep->count; i++) {
		const struct cell_result *result =
			&sweeping->comparison->results[sweep->results[i]];

		units.points[i].size = (double)sweep_size(&sweeping->input->cells[result->cell],
							  sweep->part);
		take_units(sweeping, sweep->results[i], &units, units.values + used,
			   &units.points[i]);
		used += SLOPE_ARMS * units.points[i].units;
	}
	ret = slope_fit(units.points, sweep->count, sweeping->input->boots > 1, &sweep->slope);
out:
	units_free(&units);
	return ret;
}

static int grow(struct sweeping *sweeping)
{
	const size_t wanted = sweeping->allocated ? 2 * sweeping->allocated : 16;
	struct sweep *sweeps;

	if (sweeping->comparison->sweep_count < sweeping->allocated)
		return 0;
	sweeps = realloc(sweeping->comparison->sweeps, wanted * sizeof(*sweeps));
	if (!sweeps)
		return -ENOMEM;
	sweeping->comparison->sweeps = sweeps;
	sweeping->allocated = wanted;
	return 0;
}

/* The `column`th column of the cells first .. first + count - 1 of the candidates. */
static int add_sweep(struct sweeping *sweeping, enum sweep_part part, size_t first, size_t count,
		     uint32_t column)
{
	struct comparison *comparison = sweeping->comparison;
	struct sweep sweep = { .part = part };
	int ret = grow(sweeping);

	if (ret)
		return ret;
	sweep.results = calloc(count, sizeof(*sweep.results));
	if (!sweep.results)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		uint32_t result = sweeping->candidates[first + i].first_result + column;

		if (has_median(sweeping, result))
			sweep.results[sweep.count++] = result;
	}
	if (sweep.count >= SLOPE_POINTS_MIN)
		ret = fit_sweep(sweeping, &sweep);
	if (ret || sweep.count < SLOPE_POINTS_MIN || isnan(sweep.slope.exponent[0].estimate))
		free(sweep.results);
	else
		comparison->sweeps[comparison->sweep_count++] = sweep;
	return ret;
}

static int add_columns(struct sweeping *sweeping, enum sweep_part part, size_t first, size_t count)
{
	const struct cell_result *result =
		&sweeping->comparison->results[sweeping->candidates[first].first_result];
	const enum sample_column *columns =
		workload_columns(sweeping->input->cells[result->cell].workload);
	int ret = 0;

	for (uint32_t i = 0; columns[i] != COLUMN_COUNT && !ret; i++)
		ret = add_sweep(sweeping, part, first, count, i);
	return ret;
}

/* Those of judged columns first, then by what they grow in, then as their cells come. */
static int compare_sweeps(const void *left, const void *right, void *context)
{
	const struct cell_result *results = context;
	const struct sweep *a = left, *b = right;

	if (results[a->results[0]].gated != results[b->results[0]].gated)
		return results[a->results[0]].gated ? -1 : 1;
	if (a->part != b->part)
		return a->part < b->part ? -1 : 1;
	return (a->results[0] > b->results[0]) - (a->results[0] < b->results[0]);
}

int sweeps_make(const struct comparison_input *input, const struct judged_levels *medians,
		struct comparison *comparison)
{
	struct sweeping sweeping = { .input = input, .medians = medians, .comparison = comparison };
	size_t end;
	int ret = 0;

	sweeping.candidates = calloc(input->cell_count + 1, sizeof(*sweeping.candidates));
	if (!sweeping.candidates)
		return -ENOMEM;
	for (enum sweep_part part = 0; part < SWEEP_PART_COUNT && !ret; part++) {
		list_candidates(&sweeping, part);
		for (size_t first = 0; first < sweeping.candidate_count && !ret; first = end) {
			for (end = first + 1; end < sweeping.candidate_count &&
			     !strcmp(sweeping.candidates[end].key,
				     sweeping.candidates[first].key);)
				end++;
			ret = add_columns(&sweeping, part, first, end - first);
		}
	}
	if (comparison->sweep_count)
		qsort_r(comparison->sweeps, comparison->sweep_count, sizeof(*comparison->sweeps),
			compare_sweeps, comparison->results);
	free(sweeping.candidates);
	return ret;
}
