// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The histogram of a terminal: every value is in the bin that its edges say, bins are as many
 * as fit, and lines fit the width, in UTF-8 and in ASCII.
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/clean.h"
#include "report/histogram.h"
#include "stats/sort.h"

static void expect_bins(const uint64_t *sorted, size_t count, size_t bins_max)
{
	struct histogram histogram;
	size_t at = 0;

	assert_int_equal(histogram_make(sorted, count, bins_max, &histogram), 0);
	assert_true(histogram.count >= 1);
	for (size_t i = 0; i < histogram.count; i++) {
		const struct histogram_bin *bin = &histogram.bins[i];

		assert_true(bin->low_ns < bin->high_ns);
		assert_true(!i || bin->low_ns >= histogram.bins[i - 1].high_ns);
		for (uint64_t k = 0; k < bin->count; k++, at++)
			assert_true((double)sorted[at] >= bin->low_ns &&
				    (double)sorted[at] < bin->high_ns);
	}
	assert_int_equal(at, count);
	assert_true(histogram.bins[0].count && histogram.bins[histogram.count - 1].count);
	histogram_free(&histogram);
}

static void test_every_value_is_in_its_bin(void **state)
{
	uint64_t seed = 7, values[2000], scratch[2000];

	(void)state;
	for (unsigned int digits = 1; digits <= 63; digits++) {
		for (size_t i = 0; i < 2000; i++)
			values[i] = support_random(&seed) >> (64 - digits);
		sort_u64(values, scratch, 2000);
		for (size_t bins = 1; bins <= 40; bins += 13)
			expect_bins(values, 2000, bins);
	}
}

static void test_edges_are_found_where_they_lie(void **state)
{
	static const uint64_t powers[] = {
		1,	     10,	   100,		  1000,		  10000,
		100000,	     1000000,	   10000000,	  100000000,	  1000000000,
		10000000000, 100000000000, 1000000000000, 10000000000000, 100000000000000
	};

	(void)state;
	for (size_t i = 0; i < sizeof(powers) / sizeof(powers[0]); i++) {
		const uint64_t around[] = { powers[i] - 1, powers[i], powers[i] + 1 };

		expect_bins(&powers[i], 1, 16);
		expect_bins(around, 3, 16);
	}
	expect_bins(powers, sizeof(powers) / sizeof(powers[0]), 16);
	expect_bins((const uint64_t[]){ 0, 0, UINT64_MAX >> 1 }, 3, 1);
	expect_bins((const uint64_t[]){ 0 }, 1, 16);
}

static void test_bins_are_as_many_as_fit(void **state)
{
	static const struct {
		uint64_t low, high;
		size_t bins;
	} ranges[] = {
		{ 7000, 7000, 1 },	  /* all alike, as on the virtual clock */
		{ 95000, 101000, 6 },	  /* the second digit */
		{ 10000, 60000, 16 },	  /* 20 to a decade */
		{ 10000, 90000, 10 },	  /* 10 to a decade */
		{ 1000, 9000000, 12 },	  /* 3 to a decade */
		{ 1, 1000000000000, 13 }, /* 1 */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		const uint64_t ends[] = { ranges[i].low, ranges[i].high };
		struct histogram histogram;

		assert_int_equal(histogram_make(ends, 2, 16, &histogram), 0);
		if (histogram.count != ranges[i].bins)
			fail_msg("%llu .. %llu: %zu bins, wanted %zu", (unsigned long long)ends[0],
				 (unsigned long long)ends[1], histogram.count, ranges[i].bins);
		histogram_free(&histogram);
	}
}

static void test_no_values_have_no_bins(void **state)
{
	struct histogram histogram;

	(void)state;
	assert_int_equal(histogram_make(NULL, 0, 16, &histogram), 0);
	assert_int_equal(histogram.count, 0);
	histogram_free(&histogram);
}

static char *printed(size_t width, bool utf8)
{
	static const uint64_t counts[] = { 400, 200, 1, 0, 3 };
	struct histogram_bin bins[5];
	const struct histogram histogram = { bins, 5 };
	const struct text_style style = { .width = width, .utf8 = utf8 };
	char *text = NULL;
	size_t bytes;
	FILE *file = open_memstream(&text, &bytes);

	for (size_t i = 0; i < 5; i++)
		bins[i] = (struct histogram_bin){ (double)(i + 1) * 1000, (double)(i + 2) * 1000,
						  counts[i] };
	histogram_print(&histogram, &style, file);
	fclose(file);
	return text;
}

static void test_bars_are_drawn_to_scale(void **state)
{
	char *text = printed(33, false);

	(void)state;
	assert_string_equal(text, "    1.00 us ################# 400\n"
				  "    2.00 us ######### 200\n"
				  "    3.00 us # 1\n"
				  "    4.00 us 0\n"
				  "    5.00 us # 3\n");
	free(text);
	text = printed(33, true);
	assert_string_equal(
		text, "    1.00 us \u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588"
		      "\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588 400\n"
		      "    2.00 us \u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u258c 200\n"
		      "    3.00 us \u258f 1\n"
		      "    4.00 us 0\n"
		      "    5.00 us \u258f 3\n");
	free(text);
}

static void test_lines_fit_the_width(void **state)
{
	(void)state;
	for (size_t width = 24; width <= 200; width++) {
		for (int utf8 = 0; utf8 <= 1; utf8++) {
			char *text = printed(width, utf8), *save = NULL;

			for (char *line = strtok_r(text, "\n", &save); line;
			     line = strtok_r(NULL, "\n", &save))
				assert_true(clean_columns(line) <= width);
			free(text);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_value_is_in_its_bin),
		cmocka_unit_test(test_edges_are_found_where_they_lie),
		cmocka_unit_test(test_bins_are_as_many_as_fit),
		cmocka_unit_test(test_no_values_have_no_bins),
		cmocka_unit_test(test_bars_are_drawn_to_scale),
		cmocka_unit_test(test_lines_fit_the_width),
	};

	return cmocka_run_group_tests_name("histogram", tests, NULL, NULL);
}
