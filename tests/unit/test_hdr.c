// SPDX-License-Identifier: GPL-2.0-or-later
/* HdrHistogram logs, read back by a reader of their own that is shown right on others' logs. */
#include "hdr_decoder.h"

#include <errno.h>

#include "hand_made_report.h"
#include "report/hdr_histogram.h"
#include "report/report.h"
#include "stats/random.h"
#include "vectors.h"

/* --- Encoding ------------------------------------------------------------------------- */

static void assert_same_samples(const uint64_t *values, size_t count,
				const struct hdr_decoded *decoded)
{
	uint64_t found = 0;

	assert_int_equal(decoded->total, count);
	assert_int_equal(decoded->digits, 3);
	for (size_t bin = 0; bin < decoded->count; bin++) {
		uint64_t in_bin = 0;

		for (size_t i = 0; i < count; i++)
			in_bin += values[i] >= decoded->bins[bin].low &&
				  values[i] <= decoded->bins[bin].high;
		if (in_bin != decoded->bins[bin].count)
			fail_msg("bin %zu, %llu .. %llu: %llu samples, decoded %llu", bin,
				 (unsigned long long)decoded->bins[bin].low,
				 (unsigned long long)decoded->bins[bin].high,
				 (unsigned long long)in_bin,
				 (unsigned long long)decoded->bins[bin].count);
		found += in_bin;
	}
	assert_int_equal(found, count);
}

static struct hdr_decoded through(const uint64_t *values, size_t count)
{
	struct hdr_histogram histogram;
	struct hdr_decoded decoded;
	uint64_t largest = 0;
	char *text;

	for (size_t i = 0; i < count; i++)
		largest = values[i] > largest ? values[i] : largest;
	assert_int_equal(hdr_histogram_init(&histogram, largest), 0);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(hdr_histogram_record(&histogram, values[i]), 0);
	assert_int_equal(hdr_histogram_encode(&histogram, &text), 0);
	assert_true(!strncmp(text, "HISTFAAA", 8)); /* as every such histogram begins */
	decoded = hdr_decode(text);
	free(text);
	hdr_histogram_free(&histogram);
	return decoded;
}

static void every_sample_is_in_its_bin(void **state)
{
	struct generator generator;
	uint64_t values[300];

	(void)state;
	generator_seed(&generator, 1);
	for (unsigned int bits = 1; bits < 63; bits += 3) {
		struct hdr_decoded decoded;

		for (size_t i = 0; i < 300; i++)
			values[i] = generator_next(&generator) >> (64 - bits);
		decoded = through(values, 300);
		assert_same_samples(values, 300, &decoded);
		free(decoded.bins);
	}
}

static void edges_of_bins_are_told_apart(void **state)
{
	static const uint64_t edges[] = { 0,
					  1,
					  1023,
					  1024,
					  2047,
					  2048,
					  2049,
					  4095,
					  4096,
					  4097,
					  4098,
					  4099,
					  8191,
					  8192,
					  UINT64_C(1) << 40,
					  (UINT64_C(1) << 40) - 1,
					  INT64_MAX - 1,
					  INT64_MAX };
	const size_t count = sizeof(edges) / sizeof(edges[0]);

	(void)state;
	for (size_t used = 1; used <= count; used++) {
		struct hdr_decoded decoded = through(edges, used);

		assert_same_samples(edges, used, &decoded);
		for (size_t bin = 0; bin < decoded.count; bin++)
			assert_true(decoded.bins[bin].high - decoded.bins[bin].low <=
				    decoded.bins[bin].low / 1000);
		free(decoded.bins);
	}
}

static void a_count_of_many_bytes_comes_through(void **state)
{
	struct hdr_histogram histogram;
	struct hdr_decoded decoded;
	char *text;

	(void)state;
	for (unsigned int bits = 0; bits < 63; bits++) {
		assert_int_equal(hdr_histogram_init(&histogram, 5), 0);
		assert_int_equal(hdr_histogram_record(&histogram, 3), 0);
		histogram.counts[3] = UINT64_C(1) << bits;
		assert_int_equal(hdr_histogram_encode(&histogram, &text), 0);
		decoded = hdr_decode(text);
		assert_int_equal(decoded.count, 4);
		assert_true(decoded.bins[3].count == UINT64_C(1) << bits);
		free(decoded.bins);
		free(text);
		hdr_histogram_free(&histogram);
	}
}

static void a_value_above_the_highest_is_refused(void **state)
{
	struct hdr_histogram histogram;

	(void)state;
	assert_int_equal(hdr_histogram_init(&histogram, 100), 0);
	assert_int_equal(hdr_histogram_record(&histogram, 100), 0);
	assert_int_equal(hdr_histogram_record(&histogram, 101), -ERANGE);
	assert_int_equal(histogram.total, 1);
	hdr_histogram_free(&histogram);
}

/* --- The log of a report -------------------------------------------------------------- */

static char *render(const struct report *report)
{
	const struct report_options options = { 0 };
	struct error error = { 0 };
	size_t bytes;
	char *text;
	FILE *file = open_memstream(&text, &bytes);

	assert_non_null(file);
	assert_int_equal(report_format_find("hdr")->render(report, &options, file, NULL, &error),
			 0);
	assert_int_equal(fclose(file), 0);
	return text;
}

static void the_log_has_each_judged_result_side_and_boot(void **state)
{
	const struct hand_made_shape shape = {
		.exit_cells = 2, .unregister_cells = 1, .rows = 500, .boots = 1
	};
	struct hand_made *made = hand_made_new(&shape);
	char *text = render(&made->report), *at = text, *row;
	size_t lines = 0;

	(void)state;
	assert_true(!strncmp(text, "#[", 2));
	assert_non_null(strstr(text, "#[StartTime: 1714528800.000 (seconds since epoch), "));
	assert_non_null(strstr(text, "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\","
				     "\"Interval_Compressed_Histogram\"\n"));
	while ((row = strsep(&at, "\n")) && *row) {
		const struct comparison_block *block;
		const struct cell_result *result;
		struct hdr_line line;
		char tag[320], cell[CELL_NAME_BYTES];
		uint32_t of, arm;

		if (!hdr_read_line(row, &line))
			continue;
		of = (uint32_t)lines / 2;
		arm = (uint32_t)lines++ % 2;
		block = &made->blocks[3 * of + arm];
		/* An exit cell has three results, the judged one first. */
		result = &made->comparison.results[of < 2 ? 3 * of : 6];
		cell_name(&made->cells[of], cell);
		snprintf(tag, sizeof(tag), "%s:%s:%s:boot1", cell, of < 2 ? "walk" : "unregister",
			 arm ? "read" : "write");
		assert_string_equal(line.tag, tag);
		assert_same_samples(block->samples.columns[result->column], shape.rows,
				    &line.histogram);
		assert_true(fabs(line.max - result->arm[arm].max_ns / 1e6) <= .0005);
		free(line.histogram.bins);
	}
	assert_int_equal(lines, 6);
	free(text);
	hand_made_free(made);
}

static void the_times_of_a_line_are_those_of_its_samples(void **state)
{
	const struct hand_made_shape shape = {
		.exit_cells = 1, .rows = 50, .boots = 1, .no_shown = true
	};
	struct hand_made *made = hand_made_new(&shape);
	struct hdr_line line;
	char *text, *candidate;

	(void)state;
	for (uint32_t i = 0; i < made->input.block_count; i++) {
		uint64_t *starts = calloc(shape.rows, sizeof(*starts));

		/* Base from 10 s on, candidate from 12.5 s on, 20 ms apart; warm-up before both. */
		for (size_t row = 0; row < shape.rows; row++)
			starts[row] = (made->blocks[i].warmup ? UINT64_C(9000000000)
				       : i == 0		      ? UINT64_C(10000000000)
							      : UINT64_C(12500000000)) +
				      row * 20000000;
		made->blocks[i].samples.columns[COLUMN_START_NS] = starts;
	}
	text = render(&made->report);
	candidate = strstr(text, ":read:");
	assert_non_null(candidate);
	while (candidate[-1] != '\n')
		candidate--;
	assert_true(hdr_read_line(candidate, &line));
	assert_true(fabs(line.start - 3.5) < .0011);
	assert_true(fabs(line.length - .98) < .0011);
	free(line.histogram.bins);
	free(text);
	hand_made_free(made);
}

static void a_side_without_samples_has_no_line(void **state)
{
	const struct hand_made_shape shape = {
		.exit_cells = 1, .rows = 50, .boots = 1, .base_only = true
	};
	struct hand_made *made = hand_made_new(&shape);
	char *text = render(&made->report);

	(void)state;
	assert_non_null(strstr(text, ":write:"));
	assert_null(strstr(text, ":read:"));
	free(text);
	hand_made_free(made);
}

/* --- Logs of others --------------------------------------------------------------------- */

struct sums {
	uint64_t total, tagged_total;
	size_t histograms;
	struct hdr_bin *bins; /* of all lines, those with a count */
	size_t count, room;
};

static void add_bins(struct sums *sums, const struct hdr_decoded *decoded)
{
	for (size_t i = 0; i < decoded->count; i++) {
		if (!decoded->bins[i].count)
			continue;
		if (sums->count == sums->room) {
			sums->room = sums->room ? 2 * sums->room : 256;
			sums->bins = realloc(sums->bins, sums->room * sizeof(*sums->bins));
			assert_non_null(sums->bins);
		}
		sums->bins[sums->count++] = decoded->bins[i];
	}
}

static struct sums read_log(const char *name)
{
	struct sums sums = { 0 };
	char path[sizeof(folder) + 128], *text = NULL;
	size_t room = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/hdrhistogram/%s", folder, name);
	file = fopen(path, "re");
	if (!file)
		fail_msg("no %s", path);
	while (getline(&text, &room, file) > 0) {
		struct hdr_line line;
		double max;

		if (!hdr_read_line(text, &line))
			continue;
		sums.histograms++;
		sums.total += line.histogram.total;
		sums.tagged_total += line.tag[0] ? line.histogram.total : 0;
		/* What the line says of its largest value is what its histogram has. */
		max = (double)line.histogram.bins[line.histogram.count - 1].high / 1e6;
		assert_true(!line.histogram.total || fabs(max - line.max) <= .0011 + .002 * max);
		add_bins(&sums, &line.histogram);
		free(line.histogram.bins);
	}
	free(text);
	fclose(file);
	return sums;
}

static int compare_bins(const void *left, const void *right)
{
	const struct hdr_bin *a = left, *b = right;

	return a->low < b->low ? -1 : a->low > b->low;
}

/* The upper end of the bin in which that part of all samples is reached. */
static uint64_t upper_quantile(struct sums *sums, double q)
{
	double wanted = ceil(q * (double)sums->total), seen = 0;

	qsort(sums->bins, sums->count, sizeof(*sums->bins), compare_bins);
	for (size_t i = 0; i < sums->count; i++) {
		seen += (double)sums->bins[i].count;
		if (seen >= wanted)
			return sums->bins[i].high;
	}
	fail();
	return 0;
}

static void check_log(const char *name, const json_t *expected)
{
	struct sums sums = read_log(name);
	double wide;

	assert_int_equal(sums.total, json_integer_value(json_object_get(expected, "total_count")));
	assert_int_equal(sums.histograms,
			 json_integer_value(json_object_get(expected, "histograms")));
	/* They were summed up in bins as fine as 3 digits, which is what these logs have or less. */
	wide = json_number_value(json_object_get(expected, "p99.9"));
	assert_near((double)upper_quantile(&sums, .999), wide, .01 * wide, "p99.9");
	wide = json_number_value(json_object_get(expected, "max"));
	assert_near((double)upper_quantile(&sums, 1), wide, .01 * wide, "max");
	free(sums.bins);
}

static void logs_of_another_writer_are_read(void **state)
{
	json_t *json;

	(void)state;
	if (!find_folder())
		skip();
	json = load("hdrhistogram/expected.json");
	check_log("jHiccup-2.0.7S.logV2.hlog", json_object_get(json, "jHiccup-2.0.7S.logV2.hlog"));
	json_decref(json);
}

static void tags_of_another_writer_are_read(void **state)
{
	struct sums plain, tagged;

	(void)state;
	if (!find_folder())
		skip();
	plain = read_log("jHiccup-2.0.7S.logV3.hlog");
	assert_true(plain.tagged_total > 0 && plain.tagged_total < plain.total);
	tagged = read_log("tagged-Log.logV2.hlog");
	assert_int_equal(tagged.tagged_total * 2, tagged.total);
	free(plain.bins);
	free(tagged.bins);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_sample_is_in_its_bin),
		cmocka_unit_test(edges_of_bins_are_told_apart),
		cmocka_unit_test(a_count_of_many_bytes_comes_through),
		cmocka_unit_test(a_value_above_the_highest_is_refused),
		cmocka_unit_test(the_log_has_each_judged_result_side_and_boot),
		cmocka_unit_test(the_times_of_a_line_are_those_of_its_samples),
		cmocka_unit_test(a_side_without_samples_has_no_line),
		cmocka_unit_test(logs_of_another_writer_are_read),
		cmocka_unit_test(tags_of_another_writer_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
