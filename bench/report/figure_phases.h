/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Figure phases: the bars of its cells, and how they are drawn (figure_phases_draw.c). */
#ifndef HMMBENCH_FIGURE_PHASES_H
#define HMMBENCH_FIGURE_PHASES_H

#include "report/figure.h"
#include "stats/breakdown.h"

#define PHASES_CELLS_MAX 8 /* of one figure; the rest is in the next */

/* The cells of one figure, with both alternatives of each. */
struct phases_bars {
	const struct report *report;
	uint32_t results[PHASES_CELLS_MAX]; /* the walk of each */
	struct breakdown breakdown[PHASES_CELLS_MAX][ARM_COUNT];
	uint32_t count;
	double cell_pixels, name_pixels; /* across, of the labels at the left */
	double walk_pixels;		 /* of the numbers at the right */
	double pitch;			 /* of a cell, in bars */
};

/* What a part is filled with: "#A00020". Neighbours of a bar differ in lightness (CIE L*) by 18. */
const char *phases_colour(enum breakdown_part part);

/* Is the result one of which there are bars? */
bool phases_has(const struct report *report, uint32_t result);

/*
 * From report, results, breakdown and count: the room of labels and numbers, and with it left
 * margin and height of the figure.
 */
void phases_lay_out(struct phases_bars *bars, struct figure *figure);
/* The data; has_part[BREAKDOWN_PARTS] gets which parts any bar has. */
void phases_write_data(const struct phases_bars *bars, bool *has_part, struct figure_files *files);
/* Range, labels, numbers and bars. After figure_head(); `samples` stands on the axis. */
void phases_draw(const struct phases_bars *bars, const struct figure *figure, const bool *has_part,
		 const char *samples, FILE *script);

#endif
