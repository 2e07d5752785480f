// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/show_histogram.h"

#include <errno.h>
#include <fnmatch.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/latencies.h"
#include "common/cell.h"
#include "common/samples.h"
#include "report/histogram.h"
#include "stats/column_data.h"
#include "stats/comparison.h"

/* The samples of one cell under one strategy. */
struct group {
	char cell[CELL_NAME_BYTES];
	uint32_t strategy;
	enum sample_column column;
	uint32_t kinds;
	struct latencies latencies;
};

struct collecting {
	const struct show_histogram *options;
	struct group *groups;
	size_t count;
	struct error *error;
};

static void collecting_free(struct collecting *collecting)
{
	for (size_t i = 0; i < collecting->count; i++)
		latencies_free(&collecting->groups[i].latencies);
	free(collecting->groups);
}

static struct group *group_of(struct collecting *collecting, const struct store_block *block)
{
	struct cell cell = { .workload = WORKLOAD_COUNT };
	struct group *group, *groups;

	for (size_t i = collecting->count; i-- > 0;) {
		group = &collecting->groups[i];
		if (group->strategy == block->plan.strategy &&
		    !strcmp(group->cell, block->cell_name))
			return group;
	}
	groups = reallocarray(collecting->groups, collecting->count + 1, sizeof(*groups));
	if (!groups)
		return NULL;
	collecting->groups = groups;
	group = &groups[collecting->count++];
	*group = (struct group){ .strategy = block->plan.strategy };
	memcpy(group->cell, block->cell_name, sizeof(group->cell));
	cell_parse(block->cell_name, &cell);
	group->column = collecting->options->column >= 0
				? (enum sample_column)collecting->options->column
				: workload_columns(cell.workload)[0];
	group->kinds = workload_column_kinds(cell.workload, group->column);
	return group;
}

static int add_rows(struct group *group, const struct samples *samples)
{
	const uint64_t *column = samples->columns[group->column];
	const uint64_t *flags = samples->columns[COLUMN_FLAGS];
	int result = 0;

	for (size_t row = 0; column && row < samples->rows && !result; row++) {
		/* A larger value is a clock that ran backwards. */
		if (column[row] > LATENCY_MAX_NS || !sample_is_of(samples, row, group->kinds))
			continue;
		result = latencies_add(&group->latencies, column[row],
				       flags ? flags[row] : SAMPLE_MISSING);
	}
	return result;
}

static int add_block(const struct store_block *block, void *context)
{
	struct collecting *collecting = context;
	const char *cells = collecting->options->cells;
	struct samples samples = { 0 };
	struct group *group;
	int result;

	if (block->plan.warmup || block->plan.unrecorded ||
	    plan_block_is_apart(&block->plan) || (cells && fnmatch(cells, block->cell_name, 0)))
		return 0;
	group = group_of(collecting, block);
	if (!group)
		return error_out_of_memory(collecting->error);
	if (group->column >= COLUMN_COUNT)
		return 0;
	result = samples_decode_columns(block->samples, block->samples_bytes,
					1u << group->column | 1u << COLUMN_KIND |
						1u << COLUMN_FLAGS,
					&samples);
	if (!result)
		result = add_rows(group, &samples);
	samples_free(&samples);
	return result ? error_set_errno(collecting->error, -result, "the samples of block %u",
					block->block)
		      : 0;
}

/* ---- what is printed ---- */

/* "exit/..., strategy write: walk, 56 samples, p50 9.41 us ..." */
static void write_head(FILE *file, const struct group *group)
{
	fprintf(file, "%s, strategy %s: %s, %zu sample%s", group->cell,
		strategy_name(group->strategy), sample_columns[group->column].name,
		group->latencies.all.count, group->latencies.all.count == 1 ? "" : "s");
	latencies_write(file, &group->latencies.all);
}

static void write_rest(FILE *file, const struct group *group)
{
	latencies_write_undisturbed(file, &group->latencies);
}

static int print_wrapped(const struct group *group, const struct text_style *style,
			 const char *first, void (*write)(FILE *file, const struct group *group))
{
	char *text = NULL;
	size_t bytes;
	FILE *file = open_memstream(&text, &bytes);
	bool failed = !file;

	if (file) {
		write(file, group);
		failed = fclose(file);
	}
	if (!failed)
		text_wrap(stdout, style, first, text);
	free(text);
	return failed ? -ENOMEM : 0;
}

static int print_group(const struct group *group, const struct histogram *histogram,
		       const struct text_style *style)
{
	int result = print_wrapped(group, style, "", write_head);

	if (!result && group->latencies.told)
		result = print_wrapped(group, style, "  ", write_rest);
	if (result)
		return result;
	histogram_print(histogram, style, stdout);
	putchar('\n');
	return 0;
}

static json_t *bins_json(const struct histogram *histogram)
{
	json_t *bins = json_array();

	for (size_t i = 0; i < histogram->count; i++)
		json_array_append_new(bins, json_pack("{s:f, s:f, s:I}", "low_ns",
						      histogram->bins[i].low_ns, "high_ns",
						      histogram->bins[i].high_ns, "count",
						      (json_int_t)histogram->bins[i].count));
	return bins;
}

static json_t *group_json(const struct group *group, const struct histogram *histogram)
{
	return json_pack("{s:s, s:s, s:s, s:I, s:o, s:o}", "cell", group->cell, "strategy",
			 strategy_name(group->strategy), "column",
			 sample_columns[group->column].name, "samples",
			 (json_int_t)group->latencies.all.count, "undisturbed",
			 latencies_undisturbed_json(&group->latencies), "bins",
			 bins_json(histogram));
}

static int show_group(struct group *group, const struct text_style *style, json_t *array,
		      struct error *error)
{
	struct histogram histogram = { 0 };
	const struct latency_list *all = &group->latencies.all;
	int result = latencies_sort(&group->latencies);

	if (!result)
		result = histogram_make(all->ns, all->count, HISTOGRAM_BINS, &histogram);
	if (!result && array)
		result = json_array_append_new(array, group_json(group, &histogram)) ? -ENOMEM : 0;
	else if (!result)
		result = print_group(group, &histogram, style);
	histogram_free(&histogram);
	return result ? error_out_of_memory(error) : 0;
}

static int show_groups(const struct collecting *collecting, const struct text_style *style,
		       json_t *array, struct error *error)
{
	size_t shown = 0;
	int result = 0;

	for (size_t i = 0; i < collecting->count && !result; i++) {
		if (!collecting->groups[i].latencies.all.count)
			continue;
		result = show_group(&collecting->groups[i], style, array, error);
		shown++;
	}
	if (result || shown)
		return result;
	return error_set(error, ENOENT,
			 "show --histogram: the run has no samples of %s%s%s; 'hmmbench "
			 "show' lists its cells",
			 collecting->options->column < 0
				 ? "what is judged"
				 : sample_columns[collecting->options->column].name,
			 collecting->options->cells ? " in cells like " : "",
			 collecting->options->cells ? collecting->options->cells : "");
}

int show_histogram(struct store *store, int64_t run, const struct show_histogram *options,
		   const struct report_options *look, struct error *error)
{
	const struct text_style style = text_style_of(look);
	struct collecting collecting = { .options = options, .error = error };
	json_t *array = options->json ? json_array() : NULL;
	int result = store_blocks_each(store, run, add_block, &collecting, error);

	if (!result)
		result = show_groups(&collecting, &style, array, error);
	if (!result && array) {
		json_dumpf(array, stdout, JSON_INDENT(2));
		putchar('\n');
	}
	json_decref(array);
	collecting_free(&collecting);
	return result;
}
