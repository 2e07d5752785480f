// SPDX-License-Identifier: GPL-2.0-or-later
/* Quantiles: known values, constant and small samples, outliers, and input that is no sample. */
#include "within.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stats/quantile.h"
#include "stats/random.h"
#include "stats/sort.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static const double quarters[] = { 0, 25, 50, 75, 100 };

/* Figures of R's quantile(), type 7. */
static void type_7_is_linear_between_order_statistics(void **state)
{
	static const double x[] = { 1, 2, 4, 8 };
	static const uint64_t integers[] = { 1, 2, 4, 8 };

	(void)state;
	assert_within(quantile_type7(quarters, 5, .05), 5, 1e-12);
	assert_within(quantile_type7(x, 4, .5), 3, 0);
	assert_within(quantile_type7(x, 4, .9), 6.8, 1e-12);
	assert_within(quantile_type7_u64(integers, 4, .9), 6.8, 1e-12);
	assert_within(quantile_type7(x, 4, 0), 1, 0);
	assert_within(quantile_type7(x, 4, 1), 8, 0);
	assert_within(quantile_type7_u64(integers, 4, 1), 8, 0);
	assert_within(quantile_type7(x, 1, .3), 1, 0);
}

/* Figures of Hmisc::hdquantile(), as perfolizer's tests quote them (MIT). */
static void harrell_davis_has_hmisc_s_values(void **state)
{
	(void)state;
	assert_within(quantile_harrell_davis(quarters, 5, .1), 4.81290947065674, 1e-12);
	assert_within(quantile_harrell_davis(quarters, 5, .3), 25.1415863187833, 1e-12);
	assert_within(quantile_harrell_davis(quarters, 5, .5), 50, 1e-12);
	assert_within(quantile_harrell_davis(quarters, 5, 0), 0, 0);
	assert_within(quantile_harrell_davis(quarters, 5, 1), 100, 0);
}

static void a_constant_sample_has_exactly_that_quantile(void **state)
{
	double x[1000], logs = log(101);
	uint64_t integers[1000];

	(void)state;
	for (size_t i = 0; i < COUNT(x); i++) {
		x[i] = logs;
		integers[i] = 101;
	}
	for (size_t count = 1; count <= COUNT(x); count += 37) {
		for (double q = .1; q < 1; q += .2) {
			struct quantile_weights weights = { 0 };

			assert_true(quantile_type7(x, count, q) == logs);
			assert_true(quantile_harrell_davis(x, count, q) == logs);
			assert_true(quantile_trimmed_harrell_davis(x, count, q, 0) == logs);
			assert_int_equal(quantile_weights_make(&weights, count, q), 0);
			assert_true(quantile_log_u64(&weights, integers, .5) == logs);
			quantile_weights_free(&weights);
		}
	}
}

/* The window of ranks that carry weight must not cut anything that shows. */
static void weights_give_the_same_as_the_plain_estimate(void **state)
{
	static const double qs[] = { .01, .1, .5, .9, .99, .999 };
	static const size_t counts[] = { 1, 2, 8, 100, 500, 5000 };
	struct quantile_weights weights = { 0 };
	struct generator generator;
	uint64_t *integers = malloc(5000 * sizeof(*integers) * 2);
	double *logs = malloc(5000 * sizeof(*logs));

	(void)state;
	generator_seed(&generator, 1);
	for (size_t i = 0; i < COUNT(counts); i++) {
		for (size_t j = 0; j < counts[i]; j++)
			integers[j] = 1000 + generator_below(&generator, 100000);
		sort_u64(integers, integers + 5000, counts[i]);
		for (size_t j = 0; j < counts[i]; j++)
			logs[j] = log((double)integers[j]);
		for (size_t j = 0; j < COUNT(qs); j++) {
			double sum = 0;

			assert_int_equal(quantile_weights_make(&weights, counts[i], qs[j]), 0);
			for (size_t k = 0; k < weights.length; k++)
				sum += weights.weights[k];
			assert_within(sum, 1, 1e-12);
			assert_within(quantile_log_u64(&weights, integers, .5),
				      quantile_harrell_davis(logs, counts[i], qs[j]), 1e-12);
		}
	}
	quantile_weights_free(&weights);
	free(integers);
	free(logs);
}

static void a_latency_of_zero_has_a_logarithm(void **state)
{
	static const uint64_t zeros[] = { 0, 0, 0 };
	struct quantile_weights weights = { 0 };

	(void)state;
	assert_int_equal(quantile_weights_make(&weights, 3, .5), 0);
	assert_within(quantile_log_u64(&weights, zeros, .5), log(.5), 1e-15);
	quantile_weights_free(&weights);
}

static void trimming_keeps_an_outlier_out(void **state)
{
	double x[20], spoilt[20], plain, trimmed;

	(void)state;
	for (size_t i = 0; i < COUNT(x); i++)
		x[i] = spoilt[i] = (double)i;
	spoilt[19] = 1e9;
	plain = quantile_harrell_davis(spoilt, 20, .5) - quantile_harrell_davis(x, 20, .5);
	trimmed = quantile_trimmed_harrell_davis(spoilt, 20, .5, 0) -
		  quantile_trimmed_harrell_davis(x, 20, .5, 0);
	assert_true(plain > 1);
	assert_true(trimmed == 0);
	assert_within(quantile_trimmed_harrell_davis(x, 20, .5, 1),
		      quantile_harrell_davis(x, 20, .5), 1e-12);
}

/* Figure of perfolizer's tests (MIT): Beta(7, 3), width .3. */
static void the_densest_interval_is_found(void **state)
{
	double left, right;

	(void)state;
	beta_densest_interval(7, 3, .3, &left, &right);
	assert_within(left, 0.5797299, 1e-7);
	assert_within(right, 0.8797299, 1e-7);
	beta_densest_interval(10, 0, .3, &left, &right);
	assert_within(left, .7, 1e-12);
}

static void density_of_a_normal_sample_is_the_normal_density(void **state)
{
	static const struct {
		double q, density;
	} points[] = { { .1, .17550 }, { .5, .39894 }, { .9, .17550 }, { .99, .026652 } };
	double *x = malloc(100000 * sizeof(*x)), constant[100];
	struct generator generator;

	(void)state;
	generator_seed(&generator, 7);
	for (size_t i = 0; i < 100000; i++)
		x[i] = generator_normal(&generator);
	sort_doubles(x, 100000);
	for (size_t i = 0; i < COUNT(points); i++)
		assert_within(quantile_density(x, 100000, points[i].q), points[i].density,
			      .1 * points[i].density);
	free(x);
	for (size_t i = 0; i < COUNT(constant); i++)
		constant[i] = 5;
	assert_true(isinf(quantile_density(constant, 100, .5)));
	assert_nan(quantile_density(constant, 1, .5));
	assert_nan(quantile_density(constant, 100, 1));
}

static void what_is_no_sample_has_no_quantile(void **state)
{
	double spoilt[] = { 3, NAN, 1 };
	struct quantile_weights weights = { 0 };

	(void)state;
	sort_doubles(spoilt, 3);
	assert_true(spoilt[0] == 1 && spoilt[1] == 3 && isnan(spoilt[2]));
	assert_nan(quantile_type7(spoilt, 3, .5));
	assert_nan(quantile_harrell_davis(spoilt, 3, .5));
	assert_nan(quantile_trimmed_harrell_davis(spoilt, 3, .5, 0));
	assert_nan(quantile_density(spoilt, 3, .5));
	assert_nan(quantile_type7(quarters, 0, .5));
	assert_nan(quantile_harrell_davis(quarters, 0, .5));
	assert_nan(quantile_type7(quarters, 5, 1.5));
	assert_nan(quantile_type7(quarters, 5, -.1));
	assert_nan(quantile_type7(quarters, 5, NAN));
	assert_nan(quantile_type7_u64(NULL, 0, .5));
	assert_nan(quantile_harrell_davis(quarters, 5, NAN));
	assert_nan(quantile_trimmed_harrell_davis(quarters, 5, .5, 2));
	assert_int_equal(quantile_weights_make(&weights, 0, .5), -EINVAL);
	assert_int_equal(quantile_weights_make(&weights, 5, 1), -EINVAL);
	assert_null(weights.weights);
}

static int compare_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void integers_of_every_size_are_sorted(void **state)
{
	static const size_t counts[] = { 0, 1, 2, 47, 48, 49, 1000, 4096 };
	uint64_t *values = malloc(2 * 4096 * sizeof(*values)),
		 *expected = malloc(4096 * sizeof(*values));
	struct generator generator;

	(void)state;
	generator_seed(&generator, 3);
	for (size_t i = 0; i < COUNT(counts); i++) {
		for (int bits = 0; bits < 64; bits += 9) {
			for (size_t j = 0; j < counts[i]; j++)
				values[j] = generator_next(&generator) >> bits;
			if (counts[i])
				memcpy(expected, values, counts[i] * sizeof(*values));
			qsort(expected, counts[i], sizeof(*values), compare_u64);
			sort_u64(values, values + 4096, counts[i]);
			assert_memory_equal(values, expected, counts[i] * sizeof(*values));
		}
	}
	free(values);
	free(expected);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(type_7_is_linear_between_order_statistics),
		cmocka_unit_test(harrell_davis_has_hmisc_s_values),
		cmocka_unit_test(a_constant_sample_has_exactly_that_quantile),
		cmocka_unit_test(weights_give_the_same_as_the_plain_estimate),
		cmocka_unit_test(a_latency_of_zero_has_a_logarithm),
		cmocka_unit_test(trimming_keeps_an_outlier_out),
		cmocka_unit_test(the_densest_interval_is_found),
		cmocka_unit_test(density_of_a_normal_sample_is_the_normal_density),
		cmocka_unit_test(what_is_no_sample_has_no_quantile),
		cmocka_unit_test(integers_of_every_size_are_sorted),
	};

	return cmocka_run_group_tests_name("quantile", tests, NULL, NULL);
}
