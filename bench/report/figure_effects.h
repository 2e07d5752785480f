/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Figure effects: its rows and the headings above them, of figure_effects_rows.c. */
#ifndef HMMBENCH_FIGURE_EFFECTS_H
#define HMMBENCH_FIGURE_EFFECTS_H

#include "report/figure.h"

/*
 * Of one figure; the rest is in the next. So many, with their headings, fill a page of A4 at its
 * width, with letters of 8 points: a night of configs/virtual.conf is one figure.
 */
#define EFFECTS_ROWS_MAX 28

/*
 * Neighbours of one workload and column stand below a heading, which says what all of them have;
 * a row says the rest, on one line where a section of fewer neighbours allows for that. Both take
 * as many lines as they need. Places are in pixels, up from the bottom of the plot.
 */
struct effects_rows {
	const struct report *report;
	const uint32_t *results;	/* of each row, from the top; borrowed */
	uint32_t count;			/* 1 to EFFECTS_ROWS_MAX */
	uint32_t headings;
	unsigned int label_pixels;	/* the widest line */
	unsigned int left, height;	/* beside the plot; of the plot */
	struct effects_row {
		uint32_t parts;		/* PART_BITs that its label says */
		double middle, half;	/* of its height */
	} row[EFFECTS_ROWS_MAX];
	struct effects_heading {
		uint32_t result;	/* one of those below it */
		uint32_t parts;
		double top;
	} heading[EFFECTS_ROWS_MAX];
};

/* From report, results and count: all the rest. */
void effects_rows_lay_out(struct effects_rows *rows);
/* Range and labels of the axis that goes up. */
void effects_rows_write(const struct effects_rows *rows, FILE *script);

#endif
