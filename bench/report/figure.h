/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the figures share: a script and a data file for gnuplot each, colours, axes.
 *
 * Colours are Okabe and Ito's (Color Universal Design, 2008); line and point types differ
 * too, so that a figure survives greyscale.
 */
#ifndef HMMBENCH_FIGURE_H
#define HMMBENCH_FIGURE_H

#include "report/cell_parts.h"
#include "report/report.h"

/* What a title always says of a cell, beside what tells it from the others. */
#define FIGURE_PARTS \
	(PART_BIT(PART_WORKLOAD) | PART_BIT(PART_MIRRORS) | PART_BIT(PART_PROFILE))

/* A logarithmic axis has no place for 0: what is shorter is drawn here, and the caption says so. */
#define FIGURE_LEAST_NS 1.0

struct figure_style {
	const char *colour;	/* "#0072B2" */
	int dash;		/* gnuplot's dashtype */
	int point;		/* gnuplot's pointtype */
};

/* The same for one strategy in every figure; for other alternatives, by arm. */
const struct figure_style *figure_style(const struct report *report, enum comparison_arm arm);

/* The range of a latency axis as it grows. Begin with FIGURE_AXIS_EMPTY. */
struct figure_axis {
	double low, high;
	bool raised;		/* a value below FIGURE_LEAST_NS is drawn there */
};

#define FIGURE_AXIS_EMPTY { .low = 0, .high = 0, .raised = false }

/* The value to draw; the axis grows to hold it. */
double figure_axis_take(struct figure_axis *axis, double ns);
/* "set yrange" and "set ytics" with units: at least three labels whatever the range. */
void figure_axis_write(FILE *script, const struct figure_axis *axis);

/* Text from data as a gnuplot string with its quotes: clean, cut to so many columns, inert. */
void figure_quote(FILE *script, const char *text, size_t columns);

/* An open figure. */
struct figure_files {
	FILE *script, *data;
	uint32_t data_sets;	/* blocks written to `data`: gnuplot's index */
};

int figure_open(const struct figure *figure, const char *folder, struct figure_files *files,
		struct error *error);
int figure_close(const struct figure *figure, const char *folder, struct figure_files *files,
		 struct error *error);

/*
 * The head of the script: title, grid, key, and below the plot a line that says how to read
 * it (`note`) and one that says where it was measured.
 */
void figure_head(const struct report *report, const struct figure *figure, const char *title,
		 const char *note, FILE *script);
/* The end: draws `plot` (the arguments of gnuplot's plot command) as SVG and as PNG. */
void figure_draw(const struct figure *figure, const char *plot, FILE *script);

/* Ends a data set; gnuplot tells them apart by two empty lines. */
void figure_data_end(struct figure_files *files);

/*
 * Names the figure and begins its caption; gives its title. `without`: PART_BITs that the
 * figure has on an axis.
 */
void figure_describe(const struct report *report, const char *prefix, unsigned int number,
		     uint32_t without, struct figure *figure, char *title, size_t bytes);

/* Puts text behind the caption, cut at its end. */
void figure_caption_add(struct figure *figure, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* One kind of figure: one file, one line in the table of figures.c. */
struct figure_maker {
	enum figure_kind kind;
	/*
	 * Finds what there is to draw, the most telling first: *results are indices of first
	 * results, malloc'ed. -ENOMEM.
	 */
	int (*find)(const struct report *report, uint32_t **results, uint32_t *count);
	/*
	 * Writes script and data of the figure that begins at figure->result; names and
	 * captions it. -ENODATA: there are no samples to draw, and nothing was written.
	 */
	int (*write)(const struct report *report, unsigned int number, const char *folder,
		     struct figure *figure, struct error *error);
};

extern const struct figure_maker figure_mirrors, figure_distribution;

#endif
