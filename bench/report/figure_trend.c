// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A judged result over the nights of the history: the value of each night with its interval, the
 * level between changes, and each change with the first kernel after it and whether somebody
 * acknowledged it.
 */
#include "report/figure_trend.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/quantile.h"
#include "stats/sort.h"

#define NIGHTS_MIN 3	    /* fewer are no trend */
#define DATES_MAX  5	    /* labels of the axis */
#define INTERVAL_Z 1.959964 /* 95 %, normal */

static const char *strategy_of(const struct report *report, const struct cell_result *result,
			       enum comparison_arm arm)
{
	const struct comparison_input *input = report->input;

	if (input->design != DESIGN_BUILDS)
		return arm == ARM_BASE ? input->base_name : input->candidate_name;
	if (input->strategies[result->cell] == COMPARISON_ANY_STRATEGY)
		return "";
	return strategy_name(input->strategies[result->cell]);
}

/* The series of one alternative; NULL: there is none with nights enough. */
static const struct history_row *row_of(const struct report *report,
					const struct cell_result *result, enum comparison_arm arm)
{
	const struct report_history *history = report->history;
	const char *strategy = strategy_of(report, result, arm);
	char cell[CELL_NAME_BYTES];

	if (!history || !strategy || !history->line[arm])
		return NULL;
	cell_name(&report->input->cells[result->cell], cell);
	for (size_t i = 0; i < history->page->row_count; i++) {
		const struct history_row *row = &history->page->rows[i];

		if (row->series.column == (uint32_t)result->column &&
		    row->night_count >= NIGHTS_MIN && !strcmp(row->series.plan, history->plan) &&
		    !strcmp(row->series.line, history->line[arm]) &&
		    !strcmp(row->series.strategy, strategy) && !strcmp(row->series.cell, cell))
			return row;
	}
	return NULL;
}

static int find(const struct figure_maker *maker, const struct report *report, uint32_t **results,
		uint32_t *count)
{
	const struct comparison *comparison = report->comparison;

	(void)maker;
	*count = 0;
	*results = calloc(comparison->result_count + 1, sizeof(**results));
	if (!*results)
		return -ENOMEM;
	for (uint32_t i = 0; i < comparison->result_count; i++)
		if (comparison->results[i].gated &&
		    (row_of(report, &comparison->results[i], ARM_BASE) ||
		     row_of(report, &comparison->results[i], ARM_CANDIDATE)))
			(*results)[(*count)++] = i;
	return 0;
}

double trend_day(const struct trend_plot *plot, int64_t time_s)
{
	return (double)(time_s - plot->first_s) / TREND_DAY_S;
}

double trend_days(const struct trend_plot *plot)
{
	return fmax(1, trend_day(plot, plot->last_s));
}

static void find_range(struct trend_plot *plot)
{
	bool any = false;

	for (size_t arm = 0; arm < ARM_COUNT; arm++) {
		const struct history_row *row = plot->rows[arm];

		if (!row)
			continue;
		if (!any || row->nights[0].night_s < plot->first_s)
			plot->first_s = row->nights[0].night_s;
		if (!any || row->nights[row->night_count - 1].night_s > plot->last_s)
			plot->last_s = row->nights[row->night_count - 1].night_s;
		any = true;
	}
}

/* ---- data ---- */

static void write_nights(struct trend_plot *plot, const struct history_row *row,
			 struct figure_files *files)
{
	fputs("# day value low high boots\n", files->data);
	for (size_t i = 0; i < row->night_count; i++) {
		const struct history_night *night = &row->nights[i];
		const double half = isfinite(night->error) ? INTERVAL_Z * night->error : 0;

		fprintf(files->data, "%.6f %.9g %.9g %.9g %u\n", trend_day(plot, night->night_s),
			figure_axis_take(&plot->axis, exp(night->value)),
			figure_axis_take(&plot->axis, exp(night->value - half)),
			figure_axis_take(&plot->axis, exp(night->value + half)), night->boots);
	}
	figure_data_end(files);
}

/* Is the night the first of a new level? */
static bool begins_level(const struct history_row *row, size_t night)
{
	for (size_t i = 0; i < row->change_count; i++)
		if (row->changes[i].kind == HISTORY_LEVEL &&
		    row->changes[i].first_s == row->nights[night].night_s)
			return true;
	return false;
}

static int write_levels(const struct trend_plot *plot, const struct history_row *row,
			struct figure_files *files)
{
	double *values = malloc((row->night_count + 1) * sizeof(*values));

	if (!values)
		return -ENOMEM;
	fputs("# day level\n", files->data);
	for (size_t first = 0, end; first < row->night_count; first = end) {
		double level;

		for (end = first;
		     end < row->night_count && (end == first || !begins_level(row, end)); end++)
			values[end - first] = row->nights[end].value;
		sort_doubles(values, end - first);
		level = exp(quantile_type7(values, end - first, .5));
		/* An empty line ends a line, two the data set. */
		fprintf(files->data, "%s%.6f %.9g\n%.6f %.9g\n", first ? "\n" : "",
			trend_day(plot, row->nights[first].night_s), level,
			trend_day(plot, row->nights[end - 1].night_s), level);
	}
	figure_data_end(files);
	free(values);
	return 0;
}

/* ---- script ---- */

static void write_dates(const struct trend_plot *plot, FILE *script)
{
	const double days = trend_days(plot);
	const int step = (int)ceil(days / (DATES_MAX - 1));

	fprintf(script, "set xrange [%.6f:%.6f]\nset xtics (", -TREND_MARGIN * days,
		(1 + TREND_MARGIN) * days);
	for (int at = 0; at <= days; at += step) {
		char date[HISTORY_DATE_BYTES];

		history_date(plot->first_s + (int64_t)at * (int64_t)TREND_DAY_S, date);
		fprintf(script, "%s'%s' %d", at ? ", " : "", date, at);
	}
	fputs(")\n", script);
}

/* "n = 24 and 24 nights of 4 boots" */
static void count_nights(const struct trend_plot *plot, char *text, size_t bytes)
{
	size_t nights[ARM_COUNT] = { 0 };
	unsigned int least = UINT_MAX, most = 0;
	char boots[50];

	for (size_t arm = 0; arm < ARM_COUNT; arm++) {
		const struct history_row *row = plot->rows[arm];

		nights[arm] = row ? row->night_count : 0;
		for (size_t i = 0; i < nights[arm]; i++) {
			least = row->nights[i].boots < least ? row->nights[i].boots : least;
			most = row->nights[i].boots > most ? row->nights[i].boots : most;
		}
	}
	if (least < most)
		snprintf(boots, sizeof(boots), "%u to %u boots", least, most);
	else
		snprintf(boots, sizeof(boots), "%u boot%s", most, most == 1 ? "" : "s");
	if (nights[ARM_BASE] && nights[ARM_CANDIDATE])
		snprintf(text, bytes, "n = %zu and %zu nights of %s", nights[ARM_BASE],
			 nights[ARM_CANDIDATE], boots);
	else
		snprintf(text, bytes, "n = %zu nights of %s",
			 nights[ARM_BASE] + nights[ARM_CANDIDATE], boots);
}

/* ---- key and plot ---- */

void trend_key(const struct trend_plot *plot, enum comparison_arm arm, char *text, size_t bytes)
{
	const struct history_row *row = plot->rows[arm];
	const struct history_row *other = plot->rows[arm == ARM_BASE ? ARM_CANDIDATE : ARM_BASE];
	char line[FIGURE_SHORT_BYTES], rest[64];

	snprintf(rest, sizeof(rest), "%s%.50s", row->series.strategy[0] ? ", " : "",
		 row->series.strategy);
	figure_shorten(row->series.line, other ? other->series.line : NULL,
		       FIGURE_KEY_PIXELS - figure_text_pixels(rest, FIGURE_TEXT), FIGURE_TEXT, line,
		       sizeof(line));
	snprintf(text, bytes, "%s%s", line, rest);
}

/* One behind the other, gnuplot would have no room for long ones, and complain. */
static void write_key_rows(const struct trend_plot *plot, FILE *script)
{
	char key[2 * FIGURE_SHORT_BYTES];

	for (enum comparison_arm arm = 0; arm < ARM_COUNT; arm++) {
		if (!plot->rows[arm])
			continue;
		trend_key(plot, arm, key, sizeof(key));
		if (figure_text_pixels(key, FIGURE_TEXT) > FIGURE_KEY_PIXELS / 2.0) {
			fputs("set key vertical maxrows 2\n", script);
			return;
		}
	}
}

static void write_plot(const struct trend_plot *plot, const struct figure *figure, FILE *script)
{
	const char *between = "";
	unsigned int set = 0;

	write_key_rows(plot, script);
	figure_draw_begin(figure, script);
	for (enum comparison_arm arm = 0; arm < ARM_COUNT; arm++) {
		const struct figure_style *style = figure_style(plot->report, arm);
		char key[2 * FIGURE_SHORT_BYTES];

		if (!plot->rows[arm])
			continue;
		trend_key(plot, arm, key, sizeof(key));
		fprintf(script,
			"%s'%s.dat' index %u using 1:2 with lines linecolor rgb '%s' linewidth 2 "
			"dashtype %d notitle, \\\n"
			"     '' index %u using 1:2:3:4 with yerrorbars linecolor rgb '%s' "
			"linewidth 1 "
			"pointtype %d pointsize 0.6 title ",
			between, figure->name, set + 1, style->colour, style->dash, set,
			style->colour, style->point);
		figure_quote(script, key, sizeof(key));
		between = ", \\\n     ";
		set += 2;
	}
	figure_draw_end(figure, script);
}

/* ---- the figure ---- */

static void caption_changes(const struct history_row *row, struct figure *figure)
{
	size_t from = row->change_count > TREND_CHANGES_MAX ? row->change_count - TREND_CHANGES_MAX
							    : 0;

	for (size_t i = from; i < row->change_count; i++) {
		const struct history_change *change = &row->changes[i];
		char date[HISTORY_DATE_BYTES], effect[FORMAT_BYTES];

		history_date(change->first_s, date);
		format_effect(change->shift, effect, sizeof(effect));
		figure_caption_add(figure, " %lld: %s %s from %s on, %s; %s%s.",
				   (long long)change->id,
				   change->kind == HISTORY_CREEP ? "creep" : "level", effect, date,
				   row->change_kernels[i],
				   change->acknowledged[0] ? "acknowledged: " : "not acknowledged",
				   change->note);
	}
}

static int write_trend(const struct report *report, const char *folder, struct figure *figure,
		       struct error *error)
{
	const struct cell_result *result = &report->comparison->results[figure->result];
	struct trend_plot plot = {
		.report = report,
		.rows = { row_of(report, result, ARM_BASE), row_of(report, result, ARM_CANDIDATE) },
		.axis = FIGURE_AXIS_EMPTY,
	};
	char title[CELL_WORDS_BYTES + 64], counts[120];
	struct figure_files files;
	int status;

	if (plot.rows[ARM_BASE] == plot.rows[ARM_CANDIDATE])
		plot.rows[ARM_BASE] = NULL;
	find_range(&plot);
	trend_changes_take(&plot);
	count_nights(&plot, counts, sizeof(counts));
	figure->below = trend_changes_list(&plot, figure, NULL);
	figure->height = FIGURE_HEIGHT + figure->below + plot.lanes * TREND_LANE;
	figure_describe(report, 0, figure, title, sizeof(title));
	figure_caption_add(figure,
			   "Median of each night on %s, with a 95 %% interval over its boots; %s.",
			   report->history->machine, counts);
	for (size_t arm = 0; arm < ARM_COUNT; arm++)
		if (plot.rows[arm])
			caption_changes(plot.rows[arm], figure);
	status = figure_open(figure, folder, &files, error);
	if (status)
		return status;
	for (size_t arm = 0; arm < ARM_COUNT && !status; arm++) {
		if (!plot.rows[arm])
			continue;
		write_nights(&plot, plot.rows[arm], &files);
		status = write_levels(&plot, plot.rows[arm], &files);
	}
	figure_head(report, figure, title, "p50 of a night",
		    "bars: 95 %; lines: level; upright: change, with its number", files.script);
	figure_origin(report, figure, report->history->machine, files.script);
	figure_axis_write(files.script, 'y', FIGURE_UP, &plot.axis);
	figure_axis_free(files.script, FIGURE_UP, &plot.axis, plot.lanes * TREND_LANE);
	write_dates(&plot, files.script);
	fprintf(files.script, "set xlabel 'night (%s)' noenhanced\n", counts);
	trend_changes_write(&plot, figure, files.script);
	write_plot(&plot, figure, files.script);
	if (status)
		error_set(error, -status, "figures: out of memory");
	return status ? (figure_close(figure, folder, &files, NULL), status)
		      : figure_close(figure, folder, &files, error);
}

const struct figure_maker figure_trend = {
	.name = "trend",
	.heading = "Over the nights",
	.help = "Each point is a night of the history (hmmbench history): the mean over its boots "
		"of "
		"the median, with its 95 % interval. The lines are the levels between changes. An "
		"upright "
		"line is a change, before the first night after it; what it was, and the kernel of "
		"that "
		"night, stands below by its number; a dotted one was acknowledged. A change that "
		"both "
		"kernels have in the same night was done by the machine.",
	.find = find,
	.write = write_trend,
};
