/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Figure trend: what is drawn, and its changes (figure_trend_changes.c). */
#ifndef HMMBENCH_FIGURE_TREND_H
#define HMMBENCH_FIGURE_TREND_H

#include "report/figure.h"
#include "report/history_report.h"

#define TREND_CHANGES_MAX 6 /* of one row that are drawn: the newest */
#define TREND_CHANGES_ALL (ARM_COUNT * TREND_CHANGES_MAX)
#define TREND_LANE	  17  /* pixels from one number of a change to the next below it */
#define TREND_MARGIN	  .03 /* of the axis, before the first night and behind the last */
#define TREND_DAY_S	  86400.0

/* A change that is drawn. */
struct trend_change {
	enum comparison_arm arm;
	const struct history_change *change;
	const char *kernel;
	double day;	   /* of its line: between two nights */
	unsigned int lane; /* of its number, from the top of the plot down */
};

/* What is drawn, and how far it reaches. */
struct trend_plot {
	const struct report *report;
	const struct history_row *rows[ARM_COUNT];
	int64_t first_s, last_s;
	struct figure_axis axis;
	struct trend_change changes[TREND_CHANGES_ALL]; /* from left to right */
	size_t change_count;
	unsigned int lanes; /* above all data: no text lies on them */
};

/* The place of a time on the axis, in days from the first night; how many there are, at least 1. */
double trend_day(const struct trend_plot *plot, int64_t time_s);
double trend_days(const struct trend_plot *plot);

/* "6.1-amd64, read": what the key calls a row that there is. */
void trend_key(const struct trend_plot *plot, enum comparison_arm arm, char *text, size_t bytes);

/* From rows, first_s and last_s: changes and lanes. */
void trend_changes_take(struct trend_plot *plot);
/*
 * Says below the axis what each change was. Gives the pixels that this takes of figure->below;
 * `script` NULL: only that.
 */
unsigned int trend_changes_list(const struct trend_plot *plot, const struct figure *figure,
				FILE *script);
/* A line for each, up to its number above all data, and the list. After figure_head(). */
void trend_changes_write(const struct trend_plot *plot, const struct figure *figure, FILE *script);

#endif
