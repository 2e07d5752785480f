// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An HdrHistogram interval log (format 1.3): per judged result, side and boot one line with the
 * histogram of its samples in nanoseconds, warm-up left out. Readers of such logs plot them
 * and merge them.
 */
#include "report/formats.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/case.h"
#include "report/clean.h"
#include "report/hdr_histogram.h"
#include "report/phrase.h"
#include "stats/block_samples.h"

#define NS_PER_MS 1e6 /* readers take Interval_Max for milliseconds */

/* Blocks by cell, boot and arm, and when the first sample of each boot began. */
struct log {
	const struct report *report;
	const struct comparison_block **blocks;
	size_t count;
	uint64_t *boot_starts;
};

/* The samples of one result, side and boot: blocks that follow each other in the log's order. */
struct interval {
	const struct log *log;
	const struct cell_result *result;
	const struct comparison_block *const *blocks;
	size_t count;
};

static int compare_blocks(const void *left, const void *right)
{
	const struct comparison_block *a = *(const struct comparison_block *const *)left;
	const struct comparison_block *b = *(const struct comparison_block *const *)right;

	if (a->cell != b->cell)
		return a->cell < b->cell ? -1 : 1;
	if (a->boot != b->boot)
		return a->boot < b->boot ? -1 : 1;
	if (a->arm != b->arm)
		return a->arm < b->arm ? -1 : 1;
	return (a > b) - (a < b);
}

/* The begin of the first sample of blocks, UINT64_MAX: none is known; *last the last one's. */
static uint64_t span_ns(const struct comparison_block *const *blocks, size_t count, uint64_t *last)
{
	uint64_t first = UINT64_MAX;

	*last = 0;
	for (size_t i = 0; i < count; i++) {
		const uint64_t *starts = blocks[i]->samples.columns[COLUMN_START_NS];

		for (size_t row = 0; row < blocks[i]->samples.rows && starts; row++) {
			if (starts[row] == SAMPLE_MISSING)
				continue;
			first = starts[row] < first ? starts[row] : first;
			*last = starts[row] > *last ? starts[row] : *last;
		}
	}
	return first;
}

/* When the boot's first sample began, as far as this block knows. */
static int take_start(const struct comparison_input *input, const struct comparison_block *block,
		      uint64_t *start, struct error *error)
{
	struct cell_blocks held;
	uint64_t first, last;
	int result = cell_blocks_get(input, &block, 1, 1u << COLUMN_START_NS, &held, error);

	if (!result) {
		first = span_ns(held.blocks, held.count, &last);
		*start = first < *start ? first : *start;
	}
	cell_blocks_put(&held);
	return result;
}

static int log_make(const struct report *report, struct log *log, struct error *error)
{
	const struct comparison_input *input = report->input;
	int result = 0;

	*log = (struct log){ .report = report };
	log->blocks = malloc((input->block_count + 1) * sizeof(*log->blocks));
	log->boot_starts = malloc((input->boots + 1) * sizeof(*log->boot_starts));
	if (!log->blocks || !log->boot_starts)
		return -ENOMEM;
	for (uint32_t boot = 0; boot < input->boots; boot++)
		log->boot_starts[boot] = UINT64_MAX;
	for (uint32_t i = 0; i < input->block_count && !result; i++) {
		const struct comparison_block *block = &input->blocks[i];

		result = take_start(input, block, &log->boot_starts[block->boot], error);
		if (!block->warmup)
			log->blocks[log->count++] = block;
	}
	qsort(log->blocks, log->count, sizeof(*log->blocks), compare_blocks);
	return result;
}

static void log_free(struct log *log)
{
	free(log->blocks);
	free(log->boot_starts);
}

/* Calls back for each sample, in ns. */
static int each_sample(const struct interval *interval, int (*each)(uint64_t ns, void *context),
		       void *context)
{
	const struct comparison_input *input = interval->log->report->input;
	const uint32_t kinds = workload_column_kinds(input->cells[interval->result->cell].workload,
						     interval->result->column);

	for (size_t i = 0; i < interval->count; i++) {
		const struct samples *samples = &interval->blocks[i]->samples;
		const uint64_t *values = samples->columns[interval->result->column];

		for (size_t row = 0; row < samples->rows && values; row++) {
			uint64_t ns = values[row];
			int result;

			if (ns > HDR_VALUE_MAX || !sample_is_of(samples, row, kinds))
				continue;
			if (input->sample_ns > 0)
				ns = (uint64_t)rint((double)ns * input->sample_ns);
			result = each(ns, context);
			if (result)
				return result;
		}
	}
	return 0;
}

static int take_largest(uint64_t ns, void *context)
{
	uint64_t *largest = context;

	if (ns > *largest)
		*largest = ns;
	return 0;
}

static int take_sample(uint64_t ns, void *context)
{
	return hdr_histogram_record(context, ns);
}

/* Seconds from the boot's first sample to the interval's, and its length; 0 where not known. */
static void times_of(const struct interval *interval, double *start, double *length)
{
	uint64_t last, first = span_ns(interval->blocks, interval->count, &last);

	*start = *length = 0;
	if (first == UINT64_MAX)
		return;
	*start = (double)(first - interval->log->boot_starts[interval->blocks[0]->boot]) / 1e9;
	*length = (double)(last - first) / 1e9;
}

/* A tag ends at a comma or blank. */
static int write_tag(FILE *file, const struct interval *interval)
{
	const struct report *report = interval->log->report;
	const struct comparison_block *block = interval->blocks[0];
	char cell[sizeof(((struct report_case *)0)->cell)], *tag = NULL, *clean;

	result_cell_name(report, interval->result, cell, sizeof(cell));
	if (asprintf(&tag, "%s:%s:%s:boot%u", cell, column_name(interval->result->column),
		     block->arm == ARM_BASE ? report->input->base_name
					    : report->input->candidate_name,
		     block->boot + 1) < 0)
		return -ENOMEM;
	clean = clean_text(tag, false);
	free(tag);
	if (!clean)
		return -ENOMEM;
	fputs("Tag=", file);
	for (char *at = clean; *at; at++)
		fputc(*at == ',' || *at == ' ' ? '_' : *at, file);
	free(clean);
	return 0;
}

static int write_interval(FILE *file, const struct interval *interval)
{
	struct hdr_histogram histogram;
	double start, length;
	uint64_t largest = 0;
	char *text = NULL;
	int result;

	each_sample(interval, take_largest, &largest);
	result = hdr_histogram_init(&histogram, largest);
	if (!result)
		result = each_sample(interval, take_sample, &histogram);
	if (!result && histogram.total)
		result = hdr_histogram_encode(&histogram, &text);
	if (text) {
		times_of(interval, &start, &length);
		result = write_tag(file, interval);
		fprintf(file, ",%.3f,%.3f,%.3f,%s\n", start, length,
			(double)histogram.largest / NS_PER_MS, text);
	}
	free(text);
	hdr_histogram_free(&histogram);
	return result;
}

static void write_head(const struct report *report, FILE *file)
{
	const double started = report_started(report);

	fputs("#[Logged by hmmbench]\n#[Histogram log format version 1.3]\n", file);
	if (isfinite(started))
		fprintf(file,
			"#[StartTime: %.3f (seconds since epoch), %s]\n"
			"#[BaseTime: %.3f (seconds since epoch)]\n",
			started, report->runs[0].started, started);
	fputs("\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\","
	      "\"Interval_Compressed_Histogram\"\n",
	      file);
}

static int write_blocks(const struct log *log, const struct cell_result *result, size_t first,
			size_t end, FILE *file, struct error *error)
{
	const uint32_t mask = 1u << result->column | 1u << COLUMN_KIND | 1u << COLUMN_START_NS;
	struct interval interval = { .log = log, .result = result };
	struct cell_blocks held;
	int ret = cell_blocks_get(log->report->input, log->blocks + first, end - first, mask,
				  &held, error);

	interval.blocks = held.blocks;
	interval.count = held.count;
	if (!ret)
		ret = write_interval(file, &interval);
	cell_blocks_put(&held);
	return ret;
}

static int write_result(const struct log *log, const struct cell_result *result, FILE *file,
			struct error *error)
{
	int ret = 0;

	for (size_t first = 0, end; first < log->count && !ret; first = end) {
		const struct comparison_block *block = log->blocks[first];

		for (end = first + 1; end < log->count; end++)
			if (log->blocks[end]->cell != block->cell ||
			    log->blocks[end]->boot != block->boot ||
			    log->blocks[end]->arm != block->arm)
				break;
		if (block->cell == result->cell)
			ret = write_blocks(log, result, first, end, file, error);
	}
	return ret;
}

static int hdr_render(const struct report *report, const struct report_options *options, FILE *file,
		      const char *folder, struct error *error)
{
	struct log log;
	int result = log_make(report, &log, error);

	(void)options;
	(void)folder;
	write_head(report, file);
	for (uint32_t i = 0; i < report->comparison->result_count && !result; i++)
		if (report->comparison->results[i].gated)
			result = write_result(&log, &report->comparison->results[i], file,
					      error);
	log_free(&log);
	if (result == -ENOMEM)
		error_set(error, ENOMEM, "report: out of memory");
	return result ? result : report_written(file, error);
}

const struct report_format report_hdr = {
	.name = "hdr",
	.help = "HdrHistogram V2 interval log of the samples",
	.file = "report.hlog",
	.render = hdr_render,
};
