// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The shift function of one result (stats/shift.h): by how much each quantile of the candidate
 * comes later than the base's, with the band that holds all of them at once.
 */
#include "report/figure.h"

#include <inttypes.h>
#include <math.h>

#include "report/phrase.h"

#define POINTS_MIN 3 /* fewer are no function */

static bool has_shift(const struct cell_result *result)
{
	return result->shift.points >= POINTS_MIN;
}

static int find(const struct figure_maker *maker, const struct report *report, uint32_t **results,
		uint32_t *count)
{
	(void)maker;
	return figure_judged_results(report, has_shift, results, count);
}

static void write_data(const struct shift_function *shift, struct figure_effects *effects,
		       struct figure_files *files)
{
	fputs("# place percent ln_ratio low high\n", files->data);
	for (uint32_t i = 0; i < shift->points && i < SHIFT_POINTS; i++) {
		fprintf(files->data, "%.6g %.6g %.9g %.9g %.9g\n",
			figure_percentile_place(shift->quantile[i]), 100 * shift->quantile[i],
			shift->estimate[i], shift->low[i], shift->high[i]);
		figure_effects_take(effects, shift->estimate[i]);
		figure_effects_take(effects, shift->low[i]);
		figure_effects_take(effects, shift->high[i]);
	}
	figure_data_end(files);
}

static void write_plot(const struct report *report, const struct figure *figure,
		       const struct cell_result *result, FILE *script)
{
	const struct figure_style *style = figure_style(report, ARM_CANDIDATE);
	const double threshold = result->effect[GATED_P50].threshold;

	fputs("unset key\n", script);
	figure_draw_begin(figure, script);
	fprintf(script,
		"'%s.dat' using 1:4:5 with filledcurves fillcolor rgb '%s' fillstyle solid 0.2 "
		"noborder notitle, \\\n"
		"     0 with lines notitle linecolor rgb '#222222' linewidth 1, \\\n"
		"     %.9g with lines linecolor rgb '#666666' linewidth 1 dashtype 3 notitle, \\\n"
		"     %.9g with lines notitle linecolor rgb '#666666' linewidth 1 dashtype 3, \\\n"
		"     '' using 1:3 with linespoints linecolor rgb '%s' linewidth 2 dashtype %d "
		"pointtype %d pointsize 0.7 notitle",
		figure->name, style->colour, threshold, -threshold, style->colour, style->dash,
		style->point);
	figure_draw_end(figure, script);
}

static int write_shift(const struct report *report, const char *folder, struct figure *figure,
		       struct error *error)
{
	const struct cell_result *result = &report->comparison->results[figure->result];
	const struct shift_function *shift = &result->shift;
	struct figure_effects effects = { 0 };
	char title[CELL_WORDS_BYTES + 64], axis[FIGURE_OVER_BYTES];
	struct figure_files files;
	int status;

	figure_describe(report, 0, figure, title, sizeof(title));
	figure_caption_add(figure,
			   "How much later each quantile of the candidate comes; band: 95 %%, all "
			   "quantiles at once; n = %" PRIu64 " and %" PRIu64 ".",
			   result->arm[ARM_BASE].rows, result->arm[ARM_CANDIDATE].rows);
	status = figure_open(figure, folder, &files, error);
	if (status)
		return status;
	write_data(shift, &effects, &files);
	figure_effects_take(&effects, result->effect[GATED_P50].threshold);
	figure_effects_take(&effects, -result->effect[GATED_P50].threshold);
	figure_over(report, figure->height - 2 * FIGURE_TOP, axis, sizeof(axis));
	figure_head(report, figure, title, axis,
		    "band: 95 %, whole line; dots: smallest effect of interest", files.script);
	figure_effects_write(files.script, 'y', FIGURE_UP, &effects);
	figure_percentile_axis(files.script,
			       figure_percentile_place(shift->quantile[shift->points - 1]));
	fprintf(files.script,
		"set xlabel 'quantile (n = %" PRIu64 " and %" PRIu64 ")' noenhanced\n",
		result->arm[ARM_BASE].rows, result->arm[ARM_CANDIDATE].rows);
	write_plot(report, figure, result, files.script);
	return figure_close(figure, folder, &files, error);
}

const struct figure_maker figure_shift = {
	.name = "shift",
	.heading = "Shift function",
	.help = "For each quantile from left to right, how much longer the candidate takes than "
		"the "
		"base at that quantile. A flat line is one factor for all; a line that rises to "
		"the "
		"right hurts the tail. The band holds the whole line with 95 %, so that any part "
		"of "
		"it that keeps clear of 0 can be believed. It comes from resampling whole "
		"quartets, "
		"with six boots or more whole boots.",
	.of_result = true,
	.find = find,
	.write = write_shift,
};
