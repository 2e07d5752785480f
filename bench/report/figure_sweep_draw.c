// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/figure_sweep.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/cell_parts.h"
#include "report/phrase.h"

#define CURVE_POINTS 64
#define X_GAP_PIXELS 10 /* between labels of the axis across */

static double ln_size(const struct sweep_group *group, uint32_t member)
{
	return log((double)sweep_group_size(group->report, group->maker, group->members[member]));
}

/* The axis in logarithms: what was measured with a margin. */
struct range {
	double low, high;
};

static struct range range_of(const struct sweep_group *group)
{
	const double low = ln_size(group, 0), high = ln_size(group, group->count - 1);
	const double margin = high > low ? (high - low) * 0.07 : 0.1;

	return (struct range){ low - margin, high + margin };
}

/* Bars of two alternatives at one size would hide each other. */
static double beside(const struct sweep_group *group, uint32_t member, enum comparison_arm arm)
{
	const struct range range = range_of(group);
	const double aside = (range.high - range.low) * 0.006;

	return exp(ln_size(group, member) + (arm == ARM_BASE ? -aside : aside));
}

static bool write_arm(const struct sweep_group *group, enum comparison_arm arm,
		      struct figure_axis *axis, struct figure_files *files)
{
	bool any = false;

	fprintf(files->data, "# %s\n# %s x p10_ns p50_ns p90_ns max_ns n\n",
		arm == ARM_BASE ? "base" : "candidate", sweep_part_name(group->maker->part));
	for (uint32_t i = 0; i < group->count; i++) {
		const struct arm_summary *summary =
			&group->report->comparison->results[group->members[i]].arm[arm];

		if (!summary->rows || isnan(summary->p10_ns) || isnan(summary->p50_ns) ||
		    isnan(summary->p90_ns))
			continue;
		fprintf(files->data, "%" PRIu64 " %.9g %.9g %.9g %.9g %.9g %" PRIu64 "\n",
			sweep_group_size(group->report, group->maker, group->members[i]),
			beside(group, i, arm), figure_axis_take(axis, summary->p10_ns),
			figure_axis_take(axis, summary->p50_ns),
			figure_axis_take(axis, summary->p90_ns), summary->max_ns, summary->rows);
		any = true;
	}
	figure_data_end(files);
	return any;
}

static void size_text(const struct sweep_group *group, uint32_t member, char *text, size_t bytes)
{
	cell_part_value(group->report->input,
			group->report->comparison->results[group->members[member]].cell,
			cell_part_of_sweep(group->maker->part), text, bytes);
}

/* Pixels to either side of a tick that its label takes. */
static double label_half(const struct sweep_group *group, uint32_t member)
{
	char text[64];

	size_text(group, member, text, sizeof(text));
	return (figure_text_pixels(text, FIGURE_TEXT) + X_GAP_PIXELS) / 2;
}

/*
 * The sizes that were measured are the ticks, as far as their labels have room: the last
 * before those in between.
 */
static void write_x_axis(const struct sweep_group *group, FILE *script)
{
	const struct range range = range_of(group);
	const double pixel = (range.high - range.low) / FIGURE_ACROSS;
	const uint32_t most = group->count - 1;
	const double end = ln_size(group, most) - label_half(group, most) * pixel;
	double last = -INFINITY;

	fprintf(script, "set logscale x\nset xrange [%.9g:%.9g]\nset xtics (", exp(range.low),
		exp(range.high));
	for (uint32_t i = 0; i < group->count; i++) {
		const double place = ln_size(group, i), half = label_half(group, i) * pixel;
		const bool fits = place - half >= last &&
				  (i == most || place + half <= end || !i);
		char size[64];

		size_text(group, i, size, sizeof(size));
		fprintf(script, "%s'%s' %" PRIu64 "%s", i ? ", " : "", fits ? size : "",
			sweep_group_size(group->report, group->maker, group->members[i]),
			fits ? "" : " 1");
		if (fits)
			last = place + half;
	}
	fputs(")\n", script);
}

/* The fitted curves, a data set for each arm, behind those of the points. */
static void write_curves(const struct sweep_group *group, struct figure_axis *axis,
			 struct figure_files *files)
{
	const struct sweep *sweep = group->sweep;
	const uint32_t *ends = sweep->results;
	const double low = log((double)sweep_group_size(group->report, group->maker, ends[0]));
	const double high = log(
		(double)sweep_group_size(group->report, group->maker, ends[sweep->count - 1]));

	for (enum comparison_arm arm = 0; arm < ARM_COUNT; arm++) {
		const struct slope_curve *curve = &sweep->slope.curve[arm];

		fprintf(files->data, "# %s: %.9g ns + %.9g ns * %s ** %.9g\n# %s fitted_ns\n",
			arm == ARM_BASE ? "base" : "candidate", curve->fixed_ns,
			exp(curve->ln_factor), sweep_part_name(sweep->part), curve->exponent,
			sweep_part_name(sweep->part));
		for (int i = 0; i <= CURVE_POINTS; i++) {
			const double size = exp(low + (high - low) * i / CURVE_POINTS);

			fprintf(files->data, "%.9g %.9g\n", size,
				figure_axis_take(axis, slope_curve_at(curve, size)));
		}
		figure_data_end(files);
	}
}

/* "read", with a fitted slope "read: N^1.00 ± .02". */
static void write_key(FILE *file, const struct sweep_group *group, enum comparison_arm arm)
{
	char exponent[FORMAT_BYTES], rest[FORMAT_BYTES + 2] = "";

	if (group->sweep) {
		format_slope(&group->sweep->slope.exponent[arm], exponent, sizeof(exponent));
		snprintf(rest, sizeof(rest), ": %s", exponent);
	}
	figure_key(file, group->report, arm, rest);
}

/* Points with their bars, and the line: the curve, or what joins the points. */
static void write_arm_plot(FILE *file, const struct sweep_group *group, const struct figure *figure,
			   enum comparison_arm arm, const char *between)
{
	const struct figure_style *style = figure_style(group->report, arm);

	fprintf(file,
		"%s'%s.dat' index %d using 2:4:3:5 with yerrorbars notitle "
		"linecolor rgb '%s' linewidth 1 pointtype %d pointsize 0.01, \\\n",
		between, figure->name, arm, style->colour, style->point);
	if (group->sweep)
		fprintf(file,
			"     '' index %d using 2:4 with points notitle linecolor rgb '%s' "
			"pointtype %d pointsize 0.9, \\\n"
			"     '' index %d using 1:2 with lines notitle linecolor rgb '%s' "
			"linewidth 2 dashtype %d, \\\n"
			"     keyentry with linespoints ",
			arm, style->colour, style->point, ARM_COUNT + arm, style->colour,
			style->dash);
	else
		fprintf(file, "     '' index %d using 2:4 with linespoints ", arm);
	fprintf(file,
		"linecolor rgb '%s' linewidth 2 dashtype %d pointtype %d pointsize 0.9 title ",
		style->colour, style->dash, style->point);
	write_key(file, group, arm);
}

static void write_plot(const struct sweep_group *group, const struct figure *figure,
		       const bool *any, char **plot)
{
	size_t bytes;
	FILE *file = open_memstream(plot, &bytes);
	const char *between = "";

	if (!file)
		return;
	for (enum comparison_arm arm = 0; arm < ARM_COUNT; arm++) {
		if (!any[arm])
			continue;
		write_arm_plot(file, group, figure, arm, between);
		between = ", \\\n     ";
	}
	if (fclose(file)) {
		free(*plot);
		*plot = NULL;
	}
}

static void sample_range(const struct sweep_group *group, char *text, size_t bytes)
{
	uint64_t least = UINT64_MAX, most = 0;

	for (uint32_t i = 0; i < group->count; i++) {
		const struct cell_result *result =
			&group->report->comparison->results[group->members[i]];

		for (size_t arm = 0; arm < ARM_COUNT; arm++) {
			const uint64_t rows = result->arm[arm].rows;

			if (rows && rows < least)
				least = rows;
			most = rows > most ? rows : most;
		}
	}
	if (least >= most)
		snprintf(text, bytes, "n = %" PRIu64 " per point", most);
	else
		snprintf(text, bytes, "n = %" PRIu64 " to %" PRIu64 " per point", least, most);
}

static const char *curve_of(const struct sweep *sweep)
{
	return sweep->slope.plain ? "factor * N^c" : "fixed + factor * N^c";
}

int sweep_group_draw(const struct sweep_group *group, const char *folder, struct figure *figure,
		     struct error *error)
{
	static const char *const across[SWEEP_PART_COUNT] = {
		[SWEEP_MIRRORS] = "mirrors of one process",
		[SWEEP_THREADS] = "threads",
		[SWEEP_PROCESSES] = "processes",
		[SWEEP_MEMORY] = "memory of one process",
	};
	const bool fitted = group->sweep != NULL;
	char title[CELL_WORDS_BYTES + 64], samples[80], note[80], *plot = NULL;
	struct figure_axis axis = FIGURE_AXIS_EMPTY;
	bool any[ARM_COUNT];
	struct figure_files files;
	int result;

	figure_describe(group->report, PART_BIT(cell_part_of_sweep(group->maker->part)), figure,
			title, sizeof(title));
	sample_range(group, samples, sizeof(samples));
	figure_caption_add(figure, "%s%s; bars: p10 to p90; %s.",
			   fitted ? "Points: medians; lines: " : "Lines: medians",
			   fitted ? curve_of(group->sweep) : "", samples);
	result = figure_open(figure, folder, &files, error);
	if (result)
		return result;
	for (enum comparison_arm arm = 0; arm < ARM_COUNT; arm++)
		any[arm] = write_arm(group, arm, &axis, &files);
	if (fitted)
		write_curves(group, &axis, &files);
	snprintf(note, sizeof(note), "%s: median; bar: p10 to p90%s%s", fitted ? "point" : "line",
		 fitted ? "; line: " : "", fitted ? curve_of(group->sweep) : "");
	figure_head(group->report, figure, title,
		    column_name(group->report->comparison->results[figure->result].column), note,
		    files.script);
	figure_axis_write(files.script, 'y', FIGURE_UP, &axis);
	write_x_axis(group, files.script);
	fprintf(files.script, "set xlabel '%s (%s)' noenhanced\n", across[group->maker->part],
		samples);
	write_plot(group, figure, any, &plot);
	if (plot)
		figure_draw(figure, plot, files.script);
	if (axis.raised)
		figure_caption_add(figure, " Values of 0 ns are drawn at 1 ns.");
	result = figure_close(figure, folder, &files, error);
	if (!plot)
		result = error_set(error, ENOMEM, "figure: out of memory");
	free(plot);
	return result;
}
