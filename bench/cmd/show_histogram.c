// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/show_histogram.h"

#include <errno.h>
#include <fnmatch.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "common/cell.h"
#include "common/samples.h"
#include "report/histogram.h"
#include "stats/column_data.h"
#include "stats/comparison.h"
#include "stats/quantile.h"
#include "stats/sort.h"

/* The samples of one cell under one strategy. */
struct group {
	char cell[CELL_NAME_BYTES];
	uint32_t strategy;
	enum sample_column column;
	uint32_t kinds;
	uint64_t *ns;
	size_t count, room;
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
		free(collecting->groups[i].ns);
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

	for (size_t row = 0; column && row < samples->rows; row++) {
		/* A larger value is a clock that ran backwards. */
		if (column[row] > LATENCY_MAX_NS || !sample_is_of(samples, row, group->kinds))
			continue;
		if (group->count == group->room) {
			const size_t room = group->room ? 2 * group->room : 1024;
			uint64_t *ns = reallocarray(group->ns, room, sizeof(*ns));

			if (!ns)
				return -ENOMEM;
			group->ns = ns;
			group->room = room;
		}
		group->ns[group->count++] = column[row];
	}
	return 0;
}

static int add_block(const struct store_block *block, void *context)
{
	struct collecting *collecting = context;
	const char *cells = collecting->options->cells;
	struct samples samples = { 0 };
	struct group *group;
	int result;

	if (block->plan.warmup || block->plan.unrecorded || block->plan.counted ||
	    block->plan.profiled || (cells && fnmatch(cells, block->cell_name, 0)))
		return 0;
	group = group_of(collecting, block);
	if (!group)
		return error_out_of_memory(collecting->error);
	if (group->column >= COLUMN_COUNT)
		return 0;
	result = samples_decode_columns(block->samples, block->samples_bytes,
					1u << group->column | 1u << COLUMN_KIND, &samples);
	if (!result)
		result = add_rows(group, &samples);
	samples_free(&samples);
	return result ? error_set_errno(collecting->error, -result, "the samples of block %u",
					block->block)
		      : 0;
}

/* ---- what is printed ---- */

/* "exit/..., strategy write: walk, 56 samples, p50 9.41 us, p99 59.4 us, max 60.9 us" */
static void print_head(const struct group *group, const struct text_style *style)
{
	char p50[FORMAT_BYTES], p99[FORMAT_BYTES], max[FORMAT_BYTES];
	char text[CELL_NAME_BYTES + 256];

	format_ns(quantile_type7_u64(group->ns, group->count, .5), p50, sizeof(p50));
	format_ns(quantile_type7_u64(group->ns, group->count, .99), p99, sizeof(p99));
	format_ns((double)group->ns[group->count - 1], max, sizeof(max));
	snprintf(text, sizeof(text), "%s, strategy %s: %s, %zu sample%s, p50 %s, p99 %s, max %s",
		 group->cell, strategy_name(group->strategy), sample_columns[group->column].name,
		 group->count, group->count == 1 ? "" : "s", p50, p99, max);
	text_wrap(stdout, style, "", text);
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

static int show_group(struct group *group, const struct text_style *style, json_t *array,
		      struct error *error)
{
	uint64_t *scratch = malloc(group->count * sizeof(*scratch));
	struct histogram histogram = { 0 };
	int result = scratch ? 0 : -ENOMEM;

	if (!result) {
		sort_u64(group->ns, scratch, group->count);
		result = histogram_make(group->ns, group->count, HISTOGRAM_BINS, &histogram);
	}
	free(scratch);
	if (result)
		return error_out_of_memory(error);
	if (array) {
		json_array_append_new(array,
				      json_pack("{s:s, s:s, s:s, s:I, s:o}", "cell", group->cell,
						"strategy", strategy_name(group->strategy),
						"column", sample_columns[group->column].name,
						"samples", (json_int_t)group->count, "bins",
						bins_json(&histogram)));
	} else {
		print_head(group, style);
		histogram_print(&histogram, style, stdout);
		putchar('\n');
	}
	histogram_free(&histogram);
	return 0;
}

static int show_groups(const struct collecting *collecting, const struct text_style *style,
		       json_t *array, struct error *error)
{
	size_t shown = 0;
	int result = 0;

	for (size_t i = 0; i < collecting->count && !result; i++) {
		if (!collecting->groups[i].count)
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
