/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reports render what the store and the analysis say and compute nothing of their own.
 *
 * Names, labels, marks and notes come from people and machines: every format makes
 * them harmless (control characters, markup, quotes, bytes that are no UTF-8).
 * Numbers are written with a decimal point; the program sets LC_CTYPE from its
 * environment (it decides between UTF-8 and ASCII) and leaves LC_NUMERIC alone.
 */
#ifndef HMMBENCH_REPORT_H
#define HMMBENCH_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "common/error.h"
#include "stats/comparison.h"
#include "stats/probe.h"
#include "stats/ranking.h"
#include "store/counted.h"
#include "store/kernel_facts.h"
#include "store/store.h"

struct history_page;	/* store/history_page.h */

/* The nights behind a report, of one machine and configuration. All borrowed. */
struct report_history {
	const struct history_page *page;
	const char *machine, *plan;
	const char *line[ARM_COUNT];		/* kernel line of each alternative */
};

/* Every strategy side by side, of runs that hold more than two. All borrowed. */
struct report_strategies {
	const struct ranking *ranking;
	const struct comparison_input *input;	/* of its cells */
	const uint32_t *strategies;		/* of each arm, enum hmmbench_strategy_id */
	const char *of;				/* the kernel: "debian:6.12" */
};

/* The calibration of the machine that was compared on. */
struct report_calibration {
	int64_t id;			/* its number in the store */
	const char *made;		/* ISO 8601, UTC */
	double age_days;		/* when the newest boot began; 0: it was made after that */
	uint32_t limit_days;		/* beyond which it is old */
	bool old;
	const char *command;		/* that makes a new one */
};

/* Everything a format may show. All borrowed. */
struct report {
	const struct comparison *comparison;
	const struct comparison_input *input;	/* samples for the figures */
	const struct store_run *runs;		/* one per boot */
	size_t run_count;
	const char *const *marks;		/* what a reader must know: drops, wounds .. */
	size_t mark_count;
	const char *const *notes;		/* skipped cells and the agent's notes */
	size_t note_count;
	const struct counted *counted;		/* of the first run; NULL, or none: not counted */
	const struct counted *detailed;		/* the same of its detailed pass: store/detailed.h */
	const struct kernel_pair *kernels;	/* of the builds compared; NULL: one build */
	const struct report_history *history;	/* NULL: there is none */
	const struct probe *probes;		/* what recording costs; NULL: not measured */
	uint32_t probe_count;
	const char *command;			/* that reproduces it */
	const char *arguments;			/* of that command; a figure's has them too; or NULL */
	const char *store_words;		/* of a command that reads its store: "--store FILE ", ""; or NULL */
	int64_t verdict;			/* its number in the store; 0: it is not kept */
	const char *inputs;			/* digest of all that went in; NULL: not known */
	/* Then effects have their `seen`; NULL: none there is. */
	const struct report_calibration *calibration;
	const struct report_strategies *strategies;	/* NULL: two or one */
};

struct report_options {
	int width;			/* of the terminal; 0: no limit */
	bool colour;
};

/* One way to write a report down. */
struct report_format {
	const char *name;		/* "text", "json", "html": the word of --format */
	const char *help;
	const char *file;		/* what `hmmbench report` calls it: "report.html" */
	/*
	 * Writes to `file`; `folder` is where figures may be put (html), else NULL: none are
	 * drawn. 0, or -errno: -ENOMEM, -EIO when the file cannot be written. A 0 with a text
	 * in `error` is a warning to print: the report is whole, but its figures are missing
	 * (error->exit_status says why: STATUS_MISSING_TOOL ..) and the report says so.
	 */
	int (*render)(const struct report *report, const struct report_options *options,
		      FILE *file, const char *folder, struct error *error);
};

extern const struct report_format *const report_formats[];	/* ends with NULL */
/* NULL: none of that name. */
const struct report_format *report_format_find(const char *name);

/* Enough for what the format_ functions write; more is cut. */
#define FORMAT_BYTES 48

/*
 * "812 ns", "9.41 us", "1.20 ms", "3.40 s": three digits, the unit that fits; whole
 * nanoseconds below 1000 without decimals. A duration in nanoseconds. NAN: "-".
 */
void format_ns(double ns, char *text, size_t bytes);
/* ln ratio to "-89.2 %", "+4.1 %", "x12.3" above +200 %. NAN: "-". */
void format_effect(double log_ratio, char *text, size_t bytes);
/* A size of change, ln, to "1.3 %". NAN: "-". */
void format_size(double log_ratio, char *text, size_t bytes);
/* Two ln ratios to "-90.1 .. -88.0 %". NAN in either: "-". */
void format_interval(double low, double high, char *text, size_t bytes);
/* "0.0312", "<0.0001". NAN: "-". */
void format_p(double p, char *text, size_t bytes);
/*
 * An exponent with half of its interval, rounded up: "N^1.00 ± .02", "N^0.998 ± .003" (UTF-8);
 * without an interval "N^1.00". NAN: "-". The difference of two: "-.18 ± .06".
 */
void format_slope(const struct slope_interval *exponent, char *text, size_t bytes);
void format_slope_difference(const struct slope_interval *difference, char *text, size_t bytes);

/*
 * Figures by gnuplot: NAME.gp and NAME.dat, and NAME.svg, NAME.png or NAME.pdf drawn from them.
 * `gnuplot NAME.gp` in their folder draws the figure again.
 */
enum figure_format { FIGURE_SVG = 0, FIGURE_PNG, FIGURE_PDF, FIGURE_FORMAT_COUNT };
#define FIGURE_FORMAT_BIT(format) (1u << (format))
/* "svg": the word of --format and the ending of the file. */
extern const char *const figure_format_names[FIGURE_FORMAT_COUNT];
/* 0 and *format, or -ENOENT. */
int figure_format_lookup(const char *name, enum figure_format *format);

struct figure_maker;	/* report/figure.h: one kind of figure */

#define FIGURE_NAME_BYTES 96

struct figure {
	const struct figure_maker *maker;
	uint32_t result;	/* index into comparison->results: its own, or its group's first */
	unsigned int number;	/* among those of its kind, from 1 */
	char name[FIGURE_NAME_BYTES];	/* file name without its ending: letters, digits, '.', '-', '_' */
	char caption[500];	/* plain text, UTF-8 */
	unsigned int height, left;	/* of the picture and of its left margin, in pixels of 640 across */
	unsigned int below;	/* pixels of its own lines between axis and note; of most 0 */
	unsigned int formats;	/* FIGURE_FORMAT_BITs that its script draws */
	const char *as;		/* the name it was asked to have; or NULL */
	uint32_t undrawn;	/* of the last of its kind: so many more there are */
};

/* So many of each kind figures_make() draws, the judged and the worst first; figure_make() any. */
#define FIGURES_PER_KIND_MAX 40

/*
 * All figures of a report into `folder` (created where missing), in the order of
 * figure_makers. *figures is malloc'ed. No result to draw is 0 figures.
 * STATUS_MISSING_TOOL where gnuplot is not there; other errors of writing.
 */
int figures_make(const struct report *report, const char *folder, unsigned int formats,
		 struct figure **figures, size_t *count, struct error *error);
/* All there are, without a limit, and without drawing or writing anything. */
int figures_list(const struct report *report, struct figure **figures, size_t *count,
		 struct error *error);
/*
 * Draws one of them. `as`: what its files are called instead of figure->name, of the same
 * characters; or NULL.
 */
int figure_make(const struct report *report, const struct figure *figure, const char *folder,
		enum figure_format format, const char *as, struct error *error);

#endif
