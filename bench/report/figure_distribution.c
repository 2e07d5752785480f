// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The distribution of one result, on HdrHistogram's percentile axis. The i-th smallest of n
 * samples, i from 0, is drawn at F = i / (n - 1), where the quantiles of the tables have it too
 * (Hyndman and Fan's type 7, 1996); the largest, for which there is no place on this axis, at
 * 1 - 1 / 2n.
 */
#include "report/figure.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/cell_parts.h"
#include "report/phrase.h"
#include "stats/block_samples.h"

#define POINTS_MAX 240 /* of one line: what the eye can tell apart */

struct values {
	uint64_t *ns;
	size_t count;
};

static bool has_samples(const struct cell_result *result)
{
	return result->arm[ARM_BASE].rows || result->arm[ARM_CANDIDATE].rows;
}

static int find(const struct figure_maker *maker, const struct report *report, uint32_t **results,
		uint32_t *count)
{
	(void)maker;
	return figure_judged_results(report, has_samples, results, count);
}

static int by_value(const void *left, const void *right)
{
	const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return a < b ? -1 : a > b;
}

static bool belongs(const struct comparison_block *block, const struct cell_result *result,
		    enum comparison_arm arm)
{
	return block->cell == result->cell && block->arm == arm && !block->warmup;
}

static void take_values(const struct samples *samples, const struct cell_result *result,
			enum comparison_arm arm, uint32_t kinds, struct values *values)
{
	const uint64_t *column = samples->columns[result->column];

	for (size_t row = 0; row < samples->rows && column; row++)
		if (column[row] != SAMPLE_MISSING && sample_is_of(samples, row, kinds) &&
		    (double)column[row] <= result->arm[arm].max_ns)
			values->ns[values->count++] = column[row];
}

/*
 * The samples that the summary is made of, sorted: no warm-up, nothing missing, nothing that
 * the analysis left out as absurd.
 */
static int gather(const struct report *report, const struct cell_result *result,
		  enum comparison_arm arm, struct values *values, struct error *error)
{
	const struct comparison_input *input = report->input;
	uint32_t kinds = workload_column_kinds(input->cells[result->cell].workload, result->column);
	size_t room = 0;
	int ret = 0;

	*values = (struct values){ 0 };
	for (uint32_t i = 0; i < input->block_count; i++)
		if (belongs(&input->blocks[i], result, arm))
			room += input->blocks[i].samples.rows;
	values->ns = malloc((room + 1) * sizeof(*values->ns));
	if (!values->ns)
		return -ENOMEM;
	for (uint32_t i = 0; i < input->block_count && !ret; i++) {
		struct block_samples held;

		if (!belongs(&input->blocks[i], result, arm))
			continue;
		ret = block_samples_get(input, &input->blocks[i],
					1u << result->column | 1u << COLUMN_KIND, &held, error);
		if (!ret)
			take_values(held.samples, result, arm, kinds, values);
		block_samples_put(&held);
	}
	qsort(values->ns, values->count, sizeof(*values->ns), by_value);
	return ret;
}

static double place_of_sample(size_t i, size_t count)
{
	if (i + 1 == count)
		return figure_percentile_place(1 - .5 / (double)count);
	return figure_percentile_place((double)i / (double)(count - 1));
}

/* One line: points evenly spread along the axis, the smallest and the largest among them. */
static double write_line(const struct values *values, struct figure_axis *axis, FILE *data)
{
	const double step = place_of_sample(values->count - 1, values->count) / POINTS_MAX;
	double place = 0, last = 0;

	fputs("# place percent latency_ns\n", data);
	for (size_t i = 0; i < values->count; i++) {
		place = place_of_sample(i, values->count);
		if (i && i + 1 < values->count && place - last < step)
			continue;
		fprintf(data, "%.6g %.6g %.9g\n", place, 100 * (1 - pow(10, -place)),
			figure_axis_take(axis, (double)values->ns[i]));
		last = place;
	}
	return place;
}

/* The quantiles of the table as points on the line. */
static void write_points(const struct arm_summary *summary, double end, struct figure_axis *axis,
			 FILE *data)
{
	const struct {
		double fraction, ns;
	} points[] = { { .10, summary->p10_ns },
		       { .50, summary->p50_ns },
		       { .99, summary->p99_ns },
		       { .999, summary->p999_ns } };

	fputs("# place percent latency_ns\n", data);
	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++)
		if (!isnan(points[i].ns) &&
		    (i < 2 || figure_percentile_place(points[i].fraction) <= end))
			fprintf(data, "%.6g %.6g %.9g\n",
				figure_percentile_place(points[i].fraction),
				points[i].fraction * 100, figure_axis_take(axis, points[i].ns));
}

static void write_arm_plot(FILE *file, const struct report *report, const struct figure *figure,
			   enum comparison_arm arm, size_t samples, uint32_t index,
			   const char *between)
{
	const struct figure_style *style = figure_style(report, arm);
	char rest[64];

	snprintf(rest, sizeof(rest), " (n = %zu)", samples);
	fprintf(file,
		"%s'%s.dat' index %" PRIu32 " using 1:3 with lines notitle "
		"linecolor rgb '%s' linewidth 2 dashtype %d, \\\n"
		"     '' index %" PRIu32 " using 1:3 with points notitle linecolor rgb '%s' "
		"pointtype %d pointsize 0.9, \\\n"
		"     keyentry with linespoints linecolor rgb '%s' linewidth 2 dashtype %d "
		"pointtype %d pointsize 0.9 title ",
		between, figure->name, index, style->colour, style->dash, index + 1, style->colour,
		style->point, style->colour, style->dash, style->point);
	figure_key(file, report, arm, rest);
}

/* Both arms' data, and their part of the plot command. */
static void write_arms(const struct report *report, const struct cell_result *result,
		       const struct figure *figure, const struct values *values,
		       struct figure_files *files, struct figure_axis *axis, FILE *plot)
{
	const char *between = "";
	double end = 0;

	for (enum comparison_arm arm = 0; arm < ARM_COUNT; arm++) {
		const uint32_t index = files->data_sets;
		double place;

		if (!values[arm].count)
			continue;
		fprintf(files->data, "# %s\n", arm == ARM_BASE ? "base" : "candidate");
		place = write_line(&values[arm], axis, files->data);
		figure_data_end(files);
		write_points(&result->arm[arm], place, axis, files->data);
		figure_data_end(files);
		write_arm_plot(plot, report, figure, arm, values[arm].count, index, between);
		between = ", \\\n     ";
		end = place > end ? place : end;
	}
	figure_percentile_axis(files->script, end);
	fputs("set xlabel 'samples that took no longer' noenhanced\n", files->script);
}

static int write_files(const struct report *report, const struct cell_result *result,
		       const struct values *values, const char *title, const char *folder,
		       struct figure *figure, struct error *error)
{
	struct figure_axis axis = FIGURE_AXIS_EMPTY;
	struct figure_files files;
	char *plot = NULL;
	size_t bytes;
	FILE *stream;
	bool failed;
	int status = figure_open(figure, folder, &files, error);

	if (status)
		return status;
	figure_head(report, figure, title, column_name(result->column),
		    "points: p10, p50, p99, p99.9; the line ends at the slowest", files.script);
	stream = open_memstream(&plot, &bytes);
	if (stream)
		write_arms(report, result, figure, values, &files, &axis, stream);
	failed = !stream || fclose(stream);
	if (!failed) {
		figure_axis_write(files.script, 'y', FIGURE_UP, &axis);
		figure_draw(figure, plot, files.script);
	}
	if (axis.raised)
		figure_caption_add(figure, " Values of 0 ns are drawn at 1 ns.");
	free(plot);
	status = figure_close(figure, folder, &files, error);
	return failed ? error_set(error, ENOMEM, "figure: out of memory") : status;
}

static int write_distribution(const struct report *report, const char *folder,
			      struct figure *figure, struct error *error)
{
	const struct cell_result *result = &report->comparison->results[figure->result];
	struct values values[ARM_COUNT] = { 0 };
	char title[CELL_WORDS_BYTES + 64];
	int status = 0;

	for (enum comparison_arm arm = 0; arm < ARM_COUNT && !status; arm++)
		status = gather(report, result, arm, &values[arm], error);
	if (status) {
		if (status == -ENOMEM)
			error_set(error, ENOMEM, "figure: out of memory");
	} else if (!values[ARM_BASE].count && !values[ARM_CANDIDATE].count) {
		status = -ENODATA;
	} else {
		figure_describe(report, 0, figure, title, sizeof(title));
		figure_caption_add(figure,
				   "Points: p10, p50, p99 and p99.9; the line ends at the "
				   "slowest sample; all boots together, warm-up left out; n = %zu "
				   "and %zu.",
				   values[ARM_BASE].count, values[ARM_CANDIDATE].count);
		status = write_files(report, result, values, title, folder, figure, error);
	}
	for (enum comparison_arm arm = 0; arm < ARM_COUNT; arm++)
		free(values[arm].ns);
	return status;
}

const struct figure_maker figure_distribution = {
	.name = "distribution",
	.heading = "Distribution",
	.help = "From left to right: how many samples took no longer than the height of the line. "
		"From 90 % on each step to the right is a tenth of the samples left: 99 %, 99.9 %, "
		"and so on, so that the tail has room. Where one line lies below the other, that "
		"alternative is faster for that part of the samples; where they cross, one is "
		"better "
		"in the usual case and worse in the tail. The last point is a single sample.",
	.of_result = true,
	.find = find,
	.write = write_distribution,
};
