// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The verdicts on data from elsewhere against what others compute from the same numbers: R's
 * results on data sets that everybody has, and a permutation test made here in the plainest way.
 *
 * Each boot has samples of one value only, so that all its quantiles are that value.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elsewhere/arrangement.h"
#include "elsewhere/night_table.h"
#include "stats/series.h"
#include "stats/ttest.h"
#include "vectors.h"
#include "within.h"

#define SAMPLES 10	/* as p10 takes */
#define SCALE 1e6	/* ns: exp(x) keeps 15 digits behind it */

/* Through the file, as a user's goes. */
static struct comparison *analyzed(const char *text, size_t bytes, bool between)
{
	const struct arrangement_options options = { .between = between };
	FILE *file = fmemopen((void *)text, bytes, "r");
	struct comparison *comparison;
	struct arrangement arrangement;
	struct sample_table table;
	struct error error = { 0 };

	assert_non_null(file);
	if (sample_table_read(file, "t.csv", 1, &table, &error) ||
	    arrangement_make(&table, &options, &arrangement, &error))
		fail_msg("%s", error.text);
	fclose(file);
	arrangement.input.seed = 1;
	arrangement.input.threshold = .02;
	arrangement.input.threshold_p99 = .05;
	arrangement.input.false_discovery_rate = .05;
	if (comparison_make(&arrangement.input, &comparison, &error))
		fail_msg("%s", error.text);
	arrangement_free(&arrangement);
	sample_table_free(&table);
	return comparison;
}

/* Of the logarithms: x are the base's, y the candidate's; paired, boot i holds both. */
static struct comparison *compared(const double *x, size_t x_count, const double *y,
				   size_t y_count, bool paired)
{
	struct comparison *comparison;
	size_t bytes;
	char *text;
	FILE *file = open_memstream(&text, &bytes);

	assert_non_null(file);
	fprintf(file, "group,boot,cell,value\n");
	for (size_t i = 0; i < x_count + y_count; i++) {
		size_t boot = i < x_count || !paired ? i : i - x_count;

		for (size_t j = 0; j < SAMPLES; j++)
			fprintf(file, "%s,%zu,c,%.9f\n", i < x_count ? "x" : "y", boot,
				SCALE * exp(i < x_count ? x[i] : y[i - x_count]));
	}
	fclose(file);
	comparison = analyzed(text, bytes, false);
	free(text);
	return comparison;
}

/* --- Between boots ----------------------------------------------------------------------- */

/* R's data set sleep (Student 1908): extra hours of sleep under two drugs. */
static const double sleep_1[] = { .7, -1.6, -.2, -1.2, -.1, 3.4, 3.7, .8, 0, 2 };
static const double sleep_2[] = { 1.9, .8, 1.1, .1, -.1, 4.4, 5.5, 1.6, 4.6, 3.4 };

static double t_of(const double *values, size_t count, size_t picked, uint32_t candidates)
{
	double sum[2] = { 0 }, squares[2] = { 0 }, each[2];
	double n[2] = { (double)(count - picked), (double)picked };

	for (size_t i = 0; i < count; i++)
		sum[candidates >> i & 1] += values[i];
	for (size_t i = 0; i < count; i++) {
		double rest = values[i] - sum[candidates >> i & 1] / n[candidates >> i & 1];

		squares[candidates >> i & 1] += rest * rest;
	}
	for (size_t i = 0; i < 2; i++)
		each[i] = squares[i] / (n[i] - 1) / n[i];
	return fabs(sum[1] / n[1] - sum[0] / n[0]) / sqrt(each[0] + each[1]);
}

/* All choices of `picked` candidates, by counting through the bits. */
static double permutation_p(const double *values, size_t count, size_t picked, uint32_t observed)
{
	double extreme = 0, all = 0, limit = t_of(values, count, picked, observed) * (1 - 1e-9);

	for (uint32_t candidates = 0; candidates < 1u << count; candidates++) {
		if ((size_t)__builtin_popcount(candidates) != picked)
			continue;
		all++;
		extreme += t_of(values, count, picked, candidates) >= limit;
	}
	return extreme / all;
}

static void two_groups_of_boots_give_r_s_interval_and_an_exact_p(void **state)
{
	struct comparison *comparison = compared(sleep_1, 10, sleep_2, 10, false);
	const struct effect *effect = &comparison->results[0].effect[GATED_P50];
	double all[20], p;

	(void)state;
	memcpy(all, sleep_1, sizeof(sleep_1));
	memcpy(all + 10, sleep_2, sizeof(sleep_2));
	p = permutation_p(all, 20, 10, 0x3ffu << 10);
	/* t.test(extra ~ group, data = sleep): t = -1.8608, df = 17.776, p = .07939. */
	assert_within(effect->estimate, 1.58, 1e-9);
	assert_within(effect->low, -.2054832, 1e-6);
	assert_within(effect->high, 3.3654832, 1e-6);
	assert_within(effect->p, p, 1e-12);
	assert_within(effect->p, .07939, .01);
	assert_within(effect->beta, 0, 0);
	assert_int_equal(effect->verdict, VERDICT_INCONCLUSIVE);
	assert_int_equal(comparison->exit_status, 2);
	/* All quantiles of a boot are one value: two tests with the same p stay the same. */
	assert_within(comparison->results[0].effect[GATED_P10].estimate, 1.58, 1e-9);
	assert_within(effect->p_adjusted, effect->p, 1e-12);
	assert_int_equal(comparison->results[0].effect[GATED_P99].verdict, VERDICT_NONE);
	comparison_free(comparison);
}

static void reference_intervals_of_welch_come_out(void **state)
{
	json_t *json, *cases, *one;
	size_t i, checked = 0;

	(void)state;
	if (!find_folder())
		skip();
	json = load("perfolizer/welch.json");
	cases = json_object_get(json, "cases");
	json_array_foreach(cases, i, one) {
		const json_t *arrays = json_object_get(one, "arrays");
		struct numbers x = numbers_of(json_array_get(arrays, 0));
		struct numbers y = numbers_of(json_array_get(arrays, 1));
		struct test_result test = welch(y.values, y.count, x.values, x.count);
		double most = 0, low, high;

		for (size_t j = 0; j < x.count + y.count; j++)
			most = fmax(most, fabs(j < x.count ? x.values[j] : y.values[j - x.count]));
		if (x.count > 1 && y.count > 1 && most < 20 && isfinite(test.statistic) &&
		    !welch_interval(y.values, y.count, x.values, x.count, .05, &low, &high)) {
			struct comparison *comparison = compared(x.values, x.count, y.values,
								 y.count, false);
			const struct effect *effect = &comparison->results[0].effect[GATED_P50];

			assert_within(effect->low, low, 1e-7);
			assert_within(effect->high, high, 1e-7);
			comparison_free(comparison);
			checked++;
		}
		free(x.values);
		free(y.values);
	}
	json_decref(json);
	assert_true(checked > 0);
}

static void a_clear_difference_between_boots_is_a_regression(void **state)
{
	static const double x[] = { 1, 1.01, .99, 1.005, .995, 1.002, .998, 1.004 };
	static const double y[] = { 1.1, 1.11, 1.09, 1.105, 1.095, 1.102, 1.098, 1.104 };
	struct comparison *comparison = compared(x, 8, y, 8, false);
	const struct effect *effect = &comparison->results[0].effect[GATED_P50];

	(void)state;
	assert_within(effect->estimate, .1, 1e-9);
	/* The observed arrangement and its mirror image, of choose(16, 8). */
	assert_within(effect->p, 2 / 12870., 1e-12);
	assert_int_equal(comparison->verdict, VERDICT_REGRESSED);
	assert_int_equal(comparison->exit_status, 1);
	comparison_free(comparison);
}

/* --- Inside boots ------------------------------------------------------------------------ */

/*
 * Hollander and Wolfe's depression data, table 3.1, as in ?wilcox.test of R: 9 patients before
 * and after tranquilizer therapy.
 */
static const double before[] = { 1.83, .50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30 };
static const double after[] = { .878, .647, .598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29 };

/* The sign-flip test of all 2^n flips, with scores clipped at twice the median size. */
static double sign_flip_p(const double *differences, size_t count)
{
	double sizes[32], limit, observed = 0, extreme = 0;

	for (size_t i = 0; i < count; i++) {
		size_t at = i;

		for (; at && sizes[at - 1] > fabs(differences[i]); at--)
			sizes[at] = sizes[at - 1];
		sizes[at] = fabs(differences[i]);
	}
	limit = count % 2 ? sizes[count / 2] : (sizes[count / 2 - 1] + sizes[count / 2]) / 2;
	for (uint32_t flips = 0; flips < 1u << count; flips++) {
		double sum = 0;

		for (size_t i = 0; i < count; i++) {
			double score = fmax(-2 * limit, fmin(2 * limit, differences[i]));

			sum += flips >> i & 1 ? -score : score;
		}
		if (!flips)
			observed = fabs(sum) * (1 - 1e-9);
		extreme += fabs(sum) >= observed;
	}
	return extreme / (double)(1u << count);
}

static void pairs_inside_boots_give_the_textbook_s_interval(void **state)
{
	struct comparison *comparison = compared(before, 9, after, 9, true);
	const struct effect *effect = &comparison->results[0].effect[GATED_P50];
	double differences[9];

	(void)state;
	for (size_t i = 0; i < 9; i++)
		differences[i] = after[i] - before[i];
	/* wilcox.test(after, before, paired = TRUE, conf.int = TRUE). */
	assert_within(effect->estimate, -.46, 1e-9);
	assert_within(effect->low, -.786, 1e-9);
	assert_within(effect->high, -.010, 1e-9);
	assert_within(effect->p, sign_flip_p(differences, 9), 1e-12);
	assert_int_equal(effect->pairs, 9);
	comparison_free(comparison);
}

/* --- Nights ------------------------------------------------------------------------------ */

/*
 * Annual flow of the Nile at Aswan, 1871 to 1970 (R's data set Nile; Cobb 1978): the change
 * that everybody finds is the dam's, after 1898.
 */
static const double nile[] = {
	1120, 1160, 963,  1210, 1160, 1160, 813,  1230, 1370, 1140, 995,  935, 1110, 994,  1020,
	960,  1180, 799,  958,	1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774,  840,
	874,  694,  940,  833,	701,  916,  692,  1020, 1050, 969,  831,  726, 456,  824,  702,
	1120, 1100, 832,  764,	821,  768,  845,  864,	862,  698,  845,  744, 796,  1040, 759,
	781,  865,  845,  944,	984,  897,  822,  1010, 771,  676,  649,  846, 812,  742,  801,
	1040, 860,  874,  848,	890,  744,  749,  838,	1050, 918,  986,  797, 923,  975,  815,
	1020, 906,  901,  1170, 912,  746,  919,  718,	714,  740
};

/* Pettitt's statistic of the split after `t` values, by comparing each with each. */
static double pettitt(size_t t)
{
	double sum = 0;

	for (size_t i = 0; i < t; i++)
		for (size_t j = t; j < 100; j++)
			sum += (nile[i] > nile[j]) - (nile[i] < nile[j]);
	return fabs(sum);
}

static void the_change_of_the_nile_is_found(void **state)
{
	struct error error = { 0 };
	struct series_result result;
	struct night_table table;
	size_t bytes;
	char *text;
	FILE *file = open_memstream(&text, &bytes);
	double n = 100, t = 28;

	(void)state;
	fprintf(file, "night,value\n");
	for (size_t i = 100; i-- > 0;)
		fprintf(file, "%zu,%g\n", 1871 + i, nile[i]);
	fclose(file);
	file = fmemopen(text, bytes, "r");
	assert_int_equal(night_table_read(file, "nile.csv", &table, &error), 0);
	fclose(file);
	free(text);
	assert_int_equal(series_judge(table.series[0].nights, table.series[0].values, 100,
				      log1p(.02), &result), 0);
	assert_int_equal(result.change_count, 1);
	assert_string_equal(
		name_set_text(&table.nights,
			      table.series[0].rows[result.changes[0].change.first].name),
		"1899");
	assert_within(result.changes[0].change.z * sqrt((1 + result.changes[0].change.lag1) /
							(1 - result.changes[0].change.lag1)),
		      pettitt(28) / 2 / sqrt(t * (n - t) * (n + 1) / 12), 1e-9);
	assert_within(exp(result.changes[0].before), 1130, .1);
	assert_within(exp(result.changes[0].after), 842.5, .1);
	assert_int_equal(result.verdict, VERDICT_IMPROVED);
	series_result_free(&result);
	night_table_free(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_groups_of_boots_give_r_s_interval_and_an_exact_p),
		cmocka_unit_test(reference_intervals_of_welch_come_out),
		cmocka_unit_test(a_clear_difference_between_boots_is_a_regression),
		cmocka_unit_test(pairs_inside_boots_give_the_textbook_s_interval),
		cmocka_unit_test(the_change_of_the_nile_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
