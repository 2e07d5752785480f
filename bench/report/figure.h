/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the figures share: a script and a data file for gnuplot each, colours, axes.
 *
 * Colours are Okabe and Ito's (Color Universal Design, 2008), the green darker than theirs, so
 * that greyscale leaves every strategy a lightness of its own; line and point types differ too.
 */
#ifndef HMMBENCH_FIGURE_H
#define HMMBENCH_FIGURE_H

#include "report/cell_parts.h"
#include "report/report.h"

#define FIGURE_WIDTH  640 /* pixels of the SVG; other formats keep the proportions */
#define FIGURE_HEIGHT 440 /* of most */
#define FIGURE_LEFT   109 /* left margin of most */
#define FIGURE_TOP    84  /* above the plot: title and key */
#define FIGURE_BOTTOM 110 /* below it: axis and two lines */
#define FIGURE_RIGHT  32  /* beside it, in every figure */
#define FIGURE_TEXT   14  /* size of letters where nothing else is said */

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
/* The range that is drawn: with a margin around what was taken. */
void figure_axis_shown(const struct figure_axis *axis, double *low, double *high);
/*
 * Scale, range and ticks of axis 'x' or 'y', so many pixels long, logarithmic, with units: at least
 * three labels whatever the range, where they have room.
 */
void figure_axis_write(FILE *script, char letter, double pixels, const struct figure_axis *axis);
#define FIGURE_UP     (FIGURE_HEIGHT - FIGURE_TOP - FIGURE_BOTTOM) /* pixels of most axes */
#define FIGURE_ACROSS (FIGURE_WIDTH - FIGURE_LEFT - FIGURE_RIGHT)
/*
 * Makes the range of a vertical axis of so many pixels larger at its top, by `free` pixels without
 * ticks or data, for texts. After figure_axis_write() with the same.
 */
void figure_axis_free(FILE *script, double pixels, const struct figure_axis *axis, double free);
/* The same for durations from 0 to `longest`, on a linear scale of so many pixels. */
void figure_durations_write(FILE *script, char letter, double pixels, double longest_ns);

/* The range of an axis of effects (ln ratios) as it grows: 0 is always on it. Begin with { 0 }. */
struct figure_effects {
	double low, high;
};

/* The axis grows to hold it; what is not finite is passed over. */
void figure_effects_take(struct figure_effects *effects, double effect);
/* What is drawn: a margin around what was taken. */
struct figure_effects figure_effects_shown(const struct figure_effects *effects);
/* Range and ticks of axis 'x' or 'y', so many pixels long: "-50 %", "0", "x10". */
void figure_effects_write(FILE *script, char letter, double pixels,
			  const struct figure_effects *effects);

/* Where a share below 1 stands on HdrHistogram's percentile axis. */
double figure_percentile_place(double fraction);
/* Range and ticks of that axis, across, to the place `end`. */
void figure_percentile_axis(FILE *script, double end);

/* Pixels that a clean text on one line takes at most, in letters of this size. */
double figure_text_pixels(const char *text, int size);
/* The largest size from `largest` down to `least` in which it takes no more than `pixels`. */
int figure_text_size(const char *text, double pixels, int largest, int least);
/*
 * Text from data as a gnuplot string with its quotes: clean, cut to so many columns, inert. U+FFFD
 * stands for letters that few fonts have.
 */
void figure_quote(FILE *script, const char *text, size_t columns);
/*
 * The same whole, on as many lines as it takes in `pixels`, broken between its parts where that
 * can be. Gives their number, 1 or more; `script` NULL: nothing is written. For labels: the
 * text of a tick ends at 50 bytes where a '%' is in it.
 */
unsigned int figure_lines(FILE *script, const char *text, double pixels, int size);
#define FIGURE_LINE 1.5 /* from one of its lines to the next, as a factor of the size */

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
 * The head of the script: title, grid, key, the name of the vertical axis (`axis`), and below
 * the plot a line that says how to read it (`note`) and one that says where it was measured.
 */
void figure_head(const struct report *report, const struct figure *figure, const char *title,
		 const char *axis, const char *note, FILE *script);
/*
 * In the last line `where` takes the place of kernels and boots of the comparison, which the
 * figure is not of. After figure_head().
 */
void figure_origin(const struct report *report, const struct figure *figure, const char *where,
		   FILE *script);
/*
 * Lines between the axis and the note, smaller where the text is long, more than one where it is
 * longer still: `down` pixels of figure->below are above them; gives the pixels that they take. `script`
 * NULL: nothing is written, as before figure_head().
 */
unsigned int figure_below(const struct figure *figure, unsigned int tag, const char *text,
			  unsigned int down, FILE *script);
/* The end: draws `plot` (the arguments of gnuplot's plot command) in the figure's formats. */
void figure_draw(const struct figure *figure, const char *plot, FILE *script);
/* The same in two halves: the arguments of plot are written to the script in between. */
void figure_draw_begin(const struct figure *figure, FILE *script);
void figure_draw_end(const struct figure *figure, FILE *script);
/* "set terminal" and "set output" of one format; figure_format.c. */
void figure_terminal(const struct figure *figure, enum figure_format format, FILE *script);

/* Many entries of the key, in two rows. */
#define FIGURE_KEY_ROWS "set key vertical maxrows 2 samplen 2 font ',12'\n"

/* Ends a data set; gnuplot tells them apart by two empty lines. */
void figure_data_end(struct figure_files *files);

/* Names the figure: its kind, its number, and what can be kept of the words. Its caption is empty. */
void figure_name(struct figure *figure, const char *words);
/* phrase_words() as text. */
void figure_words(const struct report *report, const struct cell_result *result, uint32_t mask,
		  char *text, size_t bytes);

/*
 * Names the figure and begins its caption; gives its title. `without`: PART_BITs that the
 * figure has on an axis.
 */
void figure_describe(const struct report *report, uint32_t without, struct figure *figure,
		     char *title, size_t bytes);

/* Puts text behind the caption, cut at its end. */
void figure_caption_add(struct figure *figure, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * One kind of figure: one file, and one line in the table of figures.c. The report gives each
 * kind a part of its own, in the order of the table.
 */
struct figure_maker {
	const char *name;	/* its figures' names begin with it */
	const char *heading;	/* of its part of the report; kinds with the same share a part */
	const char *help;	/* how to read it: plain text */
	bool of_result;		/* it has no part: it stands beside the result that it is about */
	enum sweep_part part;	/* figure_sweep.c: what is on its axis */
	/*
	 * Finds what there is to draw, the most telling first: *results are indices of first
	 * results, malloc'ed. -ENOMEM.
	 */
	int (*find)(const struct figure_maker *maker, const struct report *report,
		    uint32_t **results, uint32_t *count);
	/*
	 * Writes script and data of the figure that begins at figure->result; names and
	 * captions it. `folder` NULL: nothing is written. -ENODATA: there are no samples to draw.
	 */
	int (*write)(const struct report *report, const char *folder, struct figure *figure,
		     struct error *error);
};

#define FIGURE_SHORT_BYTES 400
/*
 * A text, clean. Where it takes more than `pixels`, a part of it with ".." where something went:
 * one that tells it from `other` (or NULL).
 */
void figure_shorten(const char *text, const char *other, double pixels, int size, char *shortened,
		    size_t bytes);
/* The same of an alternative's name: the two never look the same. */
void figure_arm_name(const struct report *report, enum comparison_arm arm, double pixels, int size,
		     char *name, size_t bytes);
/*
 * Writes "NAME REST" quoted, for the key, the name as long as it has room in a row of its own; two
 * short ones share a row.
 */
void figure_key(FILE *script, const struct report *report, enum comparison_arm arm,
		const char *rest);
#define FIGURE_KEY_PIXELS 400 /* of one text in it */

#define FIGURE_OVER_BYTES (2 * FIGURE_SHORT_BYTES)
/* "read over write", in so many pixels of FIGURE_TEXT, for axes of effects. */
void figure_over(const struct report *report, double pixels, char *text, size_t bytes);

/*
 * For find(): the judged results that are wanted, what changed first, then what could not be
 * told, then the rest. -ENOMEM.
 */
int figure_judged_results(const struct report *report, bool (*wanted)(const struct cell_result *),
			  uint32_t **results, uint32_t *count);

extern const struct figure_maker figure_effects, figure_mirrors, figure_threads, figure_processes,
	figure_memory, figure_nodes, figure_phases, figure_safety, figure_shift,
	figure_distribution, figure_trend;
extern const struct figure_maker *const figure_makers[];	/* ends with NULL */

#endif
