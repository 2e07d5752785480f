// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/figure_trend.h"

#include <string.h>

#define NUMBER_SIZE  12 /* of the letters of a change's number */
#define NUMBER_GAP   3	/* pixels beside it */
#define FIRST_LABEL  10 /* behind those of figure_head() */
#define CHANGE_BYTES (3 * FIGURE_SHORT_BYTES)

static void number_text(const struct trend_change *shown, char *text, size_t bytes)
{
	snprintf(text, bytes, "%lld", (long long)shown->change->id);
}

/* Between the first night after it and the one before, so that it runs through no point. */
static double line_day(const struct trend_plot *plot, const struct history_row *row,
		       const struct history_change *change)
{
	size_t first = 0;

	while (first + 1 < row->night_count && row->nights[first].night_s < change->first_s)
		first++;
	if (!first)
		return trend_day(plot, change->first_s);
	return (trend_day(plot, row->nights[first - 1].night_s) +
		trend_day(plot, row->nights[first].night_s)) /
	       2;
}

static void take_change(struct trend_plot *plot, const struct trend_change *change)
{
	size_t at = plot->change_count++;

	for (; at && plot->changes[at - 1].day > change->day; at--)
		plot->changes[at] = plot->changes[at - 1];
	plot->changes[at] = *change;
}

/*
 * A number stands right of its line. Where that of a line further left reaches behind this one,
 * this one's number is below it: so no line runs through a number.
 */
static void take_lanes(struct trend_plot *plot)
{
	const double pixels = FIGURE_ACROSS / (trend_days(plot) * (1 + 2 * TREND_MARGIN));

	for (size_t i = 0; i < plot->change_count; i++) {
		struct trend_change *change = &plot->changes[i];

		change->lane = 0;
		for (size_t k = 0; k < i; k++) {
			const struct trend_change *left = &plot->changes[k];
			char text[24];

			number_text(left, text, sizeof(text));
			if ((change->day - left->day) * pixels <
				    figure_text_pixels(text, NUMBER_SIZE) + 2 * NUMBER_GAP &&
			    left->lane >= change->lane)
				change->lane = left->lane + 1;
		}
		if (change->lane >= plot->lanes)
			plot->lanes = change->lane + 1;
	}
}

/* The newest of each row, with their places. */
void trend_changes_take(struct trend_plot *plot)
{
	for (enum comparison_arm arm = 0; arm < ARM_COUNT; arm++) {
		const struct history_row *row = plot->rows[arm];
		size_t taken = 0;

		for (size_t i = row ? row->change_count : 0;
		     i-- > 0 && taken < TREND_CHANGES_MAX;) {
			const struct history_change *change = &row->changes[i];

			if (change->first_s < row->nights[0].night_s)
				continue;
			take_change(plot, &(struct trend_change){
						  .arm = arm,
						  .change = change,
						  .kernel = row->change_kernels[i],
						  .day = line_day(plot, row, change),
					  });
			taken++;
		}
	}
	take_lanes(plot);
}

static bool is_open(const struct trend_change *change)
{
	return !change->change->acknowledged[0];
}

/* A line from the axis to its number, which is above all data. */
static void write_change(const struct trend_plot *plot, const struct figure *figure, size_t i,
			 FILE *script)
{
	const struct trend_change *shown = &plot->changes[i];
	const double top = figure->height - FIGURE_TOP - TREND_LANE * (double)shown->lane;
	char text[24];

	number_text(shown, text, sizeof(text));
	fprintf(script,
		"set arrow from first %.6f,graph 0 to first %.6f,screen %.5f nohead linecolor rgb "
		"'%s' linewidth 1 dashtype %d\n"
		"set label %zu '%s' at first %.6f,screen %.5f left offset character %.2f,0 "
		"noenhanced font ',%d' textcolor rgb '%s'\n",
		shown->day, shown->day, top / figure->height,
		is_open(shown) ? "#222222" : "#888888", is_open(shown) ? 1 : 3, FIRST_LABEL + i,
		text, shown->day, (top - TREND_LANE / 2.0) / figure->height,
		NUMBER_GAP / (.68 * NUMBER_SIZE), NUMBER_SIZE,
		is_open(shown) ? "#222222" : "#666666");
}

/* "2: -30.9 % from 2026-11-17 on: LINE, kernel, first with 5.3.1": the rest is in the caption. */
static void change_text(const struct trend_plot *plot, const struct trend_change *shown, char *text,
			size_t bytes)
{
	char effect[FORMAT_BYTES], date[HISTORY_DATE_BYTES], key[2 * FIGURE_SHORT_BYTES] = "";

	format_effect(shown->change->shift, effect, sizeof(effect));
	history_date(shown->change->first_s, date);
	if (plot->rows[ARM_BASE] && plot->rows[ARM_CANDIDATE])
		trend_key(plot, shown->arm, key, sizeof(key));
	snprintf(text, bytes, "%lld%s: %s%s from %s on%s%s, first with %.*s",
		 (long long)shown->change->id, is_open(shown) ? "" : " ack.",
		 shown->change->kind == HISTORY_CREEP ? "creep " : "", effect, date,
		 key[0] ? ": " : "", key, (int)strcspn(shown->kernel, " "), shown->kernel);
}

unsigned int trend_changes_list(const struct trend_plot *plot, const struct figure *figure,
				FILE *script)
{
	unsigned int down = 0;
	char text[CHANGE_BYTES];

	for (size_t i = 0; i < plot->change_count; i++) {
		change_text(plot, &plot->changes[i], text, sizeof(text));
		down += figure_below(figure, FIRST_LABEL + TREND_CHANGES_ALL + (unsigned int)i,
				     text, down, script);
	}
	return down;
}

void trend_changes_write(const struct trend_plot *plot, const struct figure *figure, FILE *script)
{
	for (size_t i = 0; i < plot->change_count; i++)
		write_change(plot, figure, i, script);
	trend_changes_list(plot, figure, script);
}
