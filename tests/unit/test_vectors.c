// SPDX-License-Identifier: GPL-2.0-or-later
/* Quantiles, Hodges-Lehmann estimates and variance components against the values of others. */
#include "vectors.h"

#include "stats/change.h"
#include "stats/hodges_lehmann.h"
#include "stats/quantile.h"
#include "stats/variance.h"

enum {
	HARRELL_DAVIS,
	TYPE_7,
	DENSEST,
	CENTRE,
	SHIFT,
	CENTRE_BOUNDS,
	SHIFT_BOUNDS,
	KALIBERA,
	RANK_SCAN,
	KINDS
};

static struct kind kinds[KINDS] = {
	[HARRELL_DAVIS] = { "Harrell-Davis quantiles against R's Hmisc, relative", 1e-9, 1e-6, 0, 0 },
	/* The samples are of size 1 and printed with 15 digits. */
	[TYPE_7] = { "quantiles of type 7 against R, relative", 1e-12, .01, 0, 0 },
	[DENSEST] = { "densest beta intervals against perfolizer", 1e-7, 0, 0, 0 },
	[CENTRE] = { "Hodges-Lehmann centre against pragmastat, relative", 1e-15, 1e-300, 0, 0 },
	[SHIFT] = { "Hodges-Lehmann shift against pragmastat", 0, 0, 0, 0 },
	/*
	 * Six of these vectors carry a residue of the search that made them
	 * (-1.500000000000007 where the pairwise averages have -1.5).
	 */
	[CENTRE_BOUNDS] = { "bounds of the centre against pragmastat, of the range", 3e-14, 0, 0, 0 },
	[SHIFT_BOUNDS] = { "bounds of the shift against pragmastat", 0, 0, 0, 0 },
	[KALIBERA] = { "variance components of Kalibera and Jones, beyond their digits", 1e-4, 0, 0, 0 },
	/* Both tables are simulated: they agree to a few of the percentiles' standard errors. */
	[RANK_SCAN] = { "critical values of the rank-CUSUM, simulated twice", .041, 0, 0, 0 },
};

/* --- Quantiles ------------------------------------------------------------------------ */

typedef double quantile_function(const double *sorted, size_t count, double q);

static void check_quantiles(const char *file, quantile_function *quantile, struct kind *kind)
{
	json_t *json = load(file), *one;
	size_t i;

	json_array_foreach(json_object_get(json, "cases"), i, one) {
		struct numbers x = sorted_of(json_object_get(one, "x"));
		struct numbers p = numbers_of(json_object_get(one, "p"));
		struct numbers q = numbers_of(json_object_get(one, "q"));

		for (size_t j = 0; j < p.count; j++)
			compare(kind, quantile(x.values, x.count, p.values[j]), q.values[j], file);
		free(x.values);
		free(p.values);
		free(q.values);
	}
	json_decref(json);
	assert_compared(kind->compared, 200);
}

static void harrell_davis_agrees_with_hmisc_to_1e_9(void **state)
{
	(void)state;
	check_quantiles("perfolizer/harrell_davis.json", quantile_harrell_davis,
			&kinds[HARRELL_DAVIS]);
}

static void type_7_agrees_with_r(void **state)
{
	(void)state;
	check_quantiles("perfolizer/quantile_type7.json", quantile_type7, &kinds[TYPE_7]);
}

static void densest_beta_intervals_agree_with_perfolizer(void **state)
{
	json_t *json = load("perfolizer/trimmed_harrell_davis.json"), *one;
	size_t i;

	(void)state;
	assert_compared(json_array_size(json_object_get(json, "beta_hdi")), 6);
	json_array_foreach(json_object_get(json, "beta_hdi"), i, one) {
		double left, right;

		beta_densest_interval(json_number_value(json_object_get(one, "a")),
				      json_number_value(json_object_get(one, "b")),
				      json_number_value(json_object_get(one, "width")), &left,
				      &right);
		compare(&kinds[DENSEST], left, json_number_value(json_object_get(one, "l")), "left");
		compare(&kinds[DENSEST], right, json_number_value(json_object_get(one, "r")), "right");
	}
	json_decref(json);
}

/* --- Hodges-Lehmann ------------------------------------------------------------------- */

static void check_centre(const char *name, const json_t *json)
{
	struct numbers x = sorted_of(json_object_get(json_object_get(json, "input"), "x"));
	double centre = hodges_lehmann_centre(x.values, x.count);

	if (json_object_get(json, "expected_error"))
		assert_true(isnan(centre));
	else
		compare(&kinds[CENTRE], centre, json_number_value(json_object_get(json, "output")),
			name);
	free(x.values);
}

static void check_shift(const char *name, const json_t *json)
{
	const json_t *input = json_object_get(json, "input");
	struct numbers x = sorted_of(json_object_get(input, "x"));
	struct numbers y = sorted_of(json_object_get(input, "y"));
	double shift = hodges_lehmann_shift(x.values, x.count, y.values, y.count);

	if (json_object_get(json, "expected_error"))
		assert_true(isnan(shift));
	else
		compare(&kinds[SHIFT], shift, json_number_value(json_object_get(json, "output")),
			name);
	free(x.values);
	free(y.values);
}

static void check_centre_bounds(const char *name, const json_t *json)
{
	const json_t *input = json_object_get(json, "input");
	const json_t *output = json_object_get(json, "output");
	struct numbers x = sorted_of(json_object_get(input, "x"));
	double misrate = json_number_value(json_object_get(input, "misrate"));
	double low, high, range;
	int ret = hodges_lehmann_centre_bounds(x.values, x.count, misrate, BOUNDS_NEAREST, &low,
					       &high);

	if (json_object_get(json, "expected_error")) {
		assert_true(ret < 0 && isnan(low) && isnan(high));
	} else {
		assert_int_equal(ret, 0);
		range = x.values[x.count - 1] - x.values[0];
		compare(&kinds[CENTRE_BOUNDS], low / range,
			json_number_value(json_object_get(output, "lower")) / range, name);
		compare(&kinds[CENTRE_BOUNDS], high / range,
			json_number_value(json_object_get(output, "upper")) / range, name);
	}
	free(x.values);
}

static void check_shift_bounds(const char *name, const json_t *json)
{
	const json_t *input = json_object_get(json, "input");
	const json_t *output = json_object_get(json, "output");
	struct numbers x = sorted_of(json_object_get(input, "x"));
	struct numbers y = sorted_of(json_object_get(input, "y"));
	double misrate = json_number_value(json_object_get(input, "misrate"));
	double low, high;
	int ret = hodges_lehmann_shift_bounds(x.values, x.count, y.values, y.count, misrate,
					      BOUNDS_NEAREST, &low, &high);

	if (json_object_get(json, "expected_error")) {
		assert_true(ret < 0 && isnan(low) && isnan(high));
	} else {
		assert_int_equal(ret, 0);
		compare(&kinds[SHIFT_BOUNDS], low, json_number_value(json_object_get(output, "lower")),
			name);
		compare(&kinds[SHIFT_BOUNDS], high, json_number_value(json_object_get(output, "upper")),
			name);
	}
	free(x.values);
	free(y.values);
}

static void hodges_lehmann_agrees_with_pragmastat(void **state)
{
	(void)state;
	assert_compared(each_file("pragmastat-center", check_centre), 31);
	assert_compared(each_file("pragmastat-shift", check_shift), 31);
	assert_compared(each_file("pragmastat-center-bounds", check_centre_bounds), 31);
	assert_compared(each_file("pragmastat-shift-bounds", check_shift_bounds), 31);
}

/* --- Variance components -------------------------------------------------------------- */

/* Leaves of nested arrays, in order. */
static size_t flatten(const json_t *json, double *values)
{
	const json_t *inner;
	size_t i, count = 0;

	if (!json_is_array(json)) {
		*values = json_number_value(json);
		return 1;
	}
	json_array_foreach(json, i, inner)
		count += flatten(inner, values + count);
	return count;
}

static struct variance_components components_of(const json_t *example)
{
	struct numbers high_to_low = numbers_of(json_object_get(example, "reps_high_to_low"));
	size_t repetitions[VARIANCE_LEVELS_MAX], total = 1;
	struct variance_components components;
	double values[64];

	for (size_t i = 0; i < high_to_low.count; i++) {
		repetitions[i] = (size_t)high_to_low.values[high_to_low.count - 1 - i];
		total *= repetitions[i];
	}
	assert_int_equal(flatten(json_object_get(example, "data"), values), total);
	assert_int_equal(variance_components(values, repetitions, high_to_low.count, &components),
			 0);
	free(high_to_low.values);
	return components;
}

/* `printed`: what their digits leave open. */
static void check_components(const json_t *example, double printed)
{
	struct variance_components components = components_of(example);
	struct numbers s2 = numbers_of(json_object_get(example, "S2"));
	struct numbers t2 = numbers_of(json_object_get(example, "T2"));

	for (size_t i = 0; i < s2.count; i++)
		compare_printed(&kinds[KALIBERA], components.s2[i], s2.values[i], printed, "S2");
	for (size_t i = 0; i < t2.count; i++)
		compare_printed(&kinds[KALIBERA], components.t2[i], t2.values[i], printed, "T2");
	assert_int_equal(t2.count, components.levels);
	free(s2.values);
	free(t2.values);
}

static void kalibera_s_worked_example_agrees(void **state)
{
	json_t *json = load("kalibera/expected.json");
	const json_t *optimal = json_object_get(json, "optimal_reps");
	struct numbers costs, expected;
	struct variance_components components;
	double lowest_first[3];

	(void)state;
	check_components(json_object_get(json, "three_level"), .05);
	check_components(json_object_get(json, "two_level"), .05);
	check_components(json_object_get(json, "ti2"), 0);
	components = components_of(json_object_get(json, "ti2"));
	compare(&kinds[KALIBERA], components.s2[0],
		json_number_value(json_object_get(json_object_get(json, "ti2"), "S2_1")), "S2_1");
	costs = numbers_of(json_object_get(optimal, "costs_high_to_low"));
	expected = numbers_of(json_object_get(optimal, "unrounded_level1_level2"));
	for (size_t i = 0; i < 3; i++)
		lowest_first[i] = costs.values[2 - i];
	for (size_t i = 0; i < 2; i++)
		compare_printed(&kinds[KALIBERA],
				variance_optimal_repetitions(&components, lowest_first, i),
				expected.values[i], 1e-3, "repetitions");
	free(costs.values);
	free(expected.values);
	json_decref(json);
}

/* --- Change points -------------------------------------------------------------------- */

static void critical_values_of_the_rank_scan_agree(void **state)
{
	char path[sizeof(folder) + 64], line[256];
	size_t rows = 0;
	FILE *file;

	(void)state;
	snprintf(path, sizeof(path), "%s/rankscan/critical.csv", folder);
	file = fopen(path, "r");
	assert_non_null(file);
	assert_non_null(fgets(line, sizeof(line), file));
	while (fgets(line, sizeof(line), file)) {
		double z[CHANGE_LEVEL_COUNT];
		unsigned int count;

		assert_int_equal(sscanf(line, "%u,%*u,%*u,%lf,%lf,%lf,%lf", &count, &z[0], &z[1],
					&z[2], &z[3]), 5);
		for (enum change_level i = 0; i < CHANGE_LEVEL_COUNT; i++)
			compare(&kinds[RANK_SCAN], change_critical(count, i), z[i], line);
		rows++;
	}
	fclose(file);
	assert_compared(rows, 13);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(harrell_davis_agrees_with_hmisc_to_1e_9),
		cmocka_unit_test(type_7_agrees_with_r),
		cmocka_unit_test(densest_beta_intervals_agree_with_perfolizer),
		cmocka_unit_test(hodges_lehmann_agrees_with_pragmastat),
		cmocka_unit_test(critical_values_of_the_rank_scan_agree),
		cmocka_unit_test(kalibera_s_worked_example_agrees),
	};
	int failed;

	find_vectors();
	failed = cmocka_run_group_tests_name("quantiles, centres and variances", tests, NULL, NULL);
	write_deviations(kinds, KINDS);
	return failed;
}
