// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/figure.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "report/clean.h"
#include "report/phrase.h"

#define TITLE_COLUMNS  66 /* what fits above the frame */
#define NOTE_COLUMNS   80 /* the same for the smaller lines below it */
#define SIDE_COLUMNS   14 /* of those, each of two kernels */
#define KERNEL_COLUMNS 24 /* of those: what stands behind the kernel must be there too */

/* By enum hmmbench_strategy_id, so that a strategy looks the same in every report. */
static const struct figure_style strategy_styles[] = {
	{ "#D55E00", 2, 9 },  /* write: vermillion, dashed, filled triangle */
	{ "#0072B2", 1, 7 },  /* read: blue, solid, filled circle */
	{ "#00664A", 4, 13 }, /* srcu: bluish green, dash-dotted, filled diamond */
	{ "#CC79A7", 5, 5 },  /* getput: reddish purple, long and short dashes, filled square */
};

static const struct figure_style arm_styles[ARM_COUNT] = {
	[ARM_BASE] = { "#D55E00", 2, 9 },
	[ARM_CANDIDATE] = { "#0072B2", 1, 7 },
};

const struct figure_style *figure_style(const struct report *report, enum comparison_arm arm)
{
	const char *const names[ARM_COUNT] = { report->input->base_name,
					       report->input->candidate_name };
	uint32_t ids[ARM_COUNT];

	for (size_t i = 0; i < ARM_COUNT; i++)
		if (!names[i] || strategy_lookup(names[i], &ids[i]) ||
		    ids[i] >= sizeof(strategy_styles) / sizeof(strategy_styles[0]))
			return &arm_styles[arm];
	return ids[ARM_BASE] == ids[ARM_CANDIDATE] ? &arm_styles[arm] : &strategy_styles[ids[arm]];
}

/*
 * In double quotes, with whatever is not plain as an octal escape: in single quotes gnuplot
 * cannot have a quote as the first character, and in double quotes it would run what stands
 * between backquotes.
 */
void figure_quote(FILE *script, const char *text, size_t columns)
{
	char *clean = clean_text(text, false);

	fputc('"', script);
	if (clean) {
		clean_cut(clean, columns);
		for (const char *at = clean; *at; at++) {
			const unsigned char c = (unsigned char)*at;

			if (c >= 0x80 || isalnum(c) || strchr(" .,:;()=+-/_", c))
				fputc(c, script);
			else
				fprintf(script, "\\%03o", c);
		}
	}
	fputc('"', script);
	free(clean);
}

static void write_boots(char *text, size_t bytes, const char *kernel, size_t columns,
			uint32_t boots)
{
	char *clean = clean_text(kernel, false);

	if (clean)
		clean_cut(clean, columns);
	snprintf(text, bytes, "%.100s%s%u boot%s", clean ? clean : "",
		 clean && clean[0] ? ", " : "", boots, boots == 1 ? "" : "s");
	free(clean);
}

/* Where it was measured, in the picture itself: it will be copied out of the report. */
static void write_origin(FILE *script, const struct report *report)
{
	const struct comparison *comparison = report->comparison;
	char origin[320], side[ARM_COUNT][140];

	if (report->input->design == DESIGN_BUILDS) {
		write_boots(side[0], sizeof(side[0]), report->input->base_name, SIDE_COLUMNS,
			    comparison->arm_boots[ARM_BASE]);
		write_boots(side[1], sizeof(side[1]), report->input->candidate_name, SIDE_COLUMNS,
			    comparison->arm_boots[ARM_CANDIDATE]);
		snprintf(origin, sizeof(origin), "%s; %s%s", side[0], side[1],
			 report_is_guest(report) ? "; guest: distances are labels" : "");
	} else {
		write_boots(side[0], sizeof(side[0]),
			    report->run_count ? report->runs[0].kernel : NULL, KERNEL_COLUMNS,
			    comparison->boots);
		snprintf(origin, sizeof(origin), "%s%s", side[0],
			 report_is_guest(report) ?
				 "; guest: distances between its nodes are labels" : "");
	}
	figure_quote(script, origin, NOTE_COLUMNS);
}

/* How to read it; on the virtual clock, also what its unit is. */
static void write_note(FILE *script, const struct report *report, const char *note)
{
	char text[160];

	snprintf(text, sizeof(text), "%s%s", note,
		 report_is_virtual(report) ? "; 1 ns: 1 instruction" : "");
	figure_quote(script, text, NOTE_COLUMNS);
}

/* Pixels from the bottom as gnuplot's share of the whole picture. */
static double share(const struct figure *figure, double pixels)
{
	return pixels / figure->height;
}

static void write_margins(const struct figure *figure, FILE *script)
{
	fprintf(script,
		"set key at screen 0.53,screen %.5f center top horizontal noenhanced samplen 4\n"
		"set lmargin at screen %.5f\n"
		"set rmargin at screen 0.95\n"
		"set tmargin at screen %.5f\n"
		"set bmargin at screen %.5f\n",
		share(figure, figure->height - 31), (double)figure->left / FIGURE_WIDTH,
		share(figure, figure->height - FIGURE_TOP), share(figure, FIGURE_BOTTOM));
}

/* The rest of a label that stands in the middle, so many pixels above the bottom. */
static void place(FILE *script, const struct figure *figure, double height, int size,
		  const char *colour)
{
	fprintf(script, " at screen 0.5,%.5f center noenhanced font ',%d' textcolor rgb '%s'\n",
		share(figure, height), size, colour);
}

void figure_head(const struct report *report, const struct figure *figure, const char *title,
		 const char *axis, const char *note, FILE *script)
{
	const double middle = (FIGURE_BOTTOM + figure->height - FIGURE_TOP) / 2.0;

	fprintf(script,
		"# Draws a figure from %s.dat: gnuplot %s.gp\n"
		"reset\n"
		"set encoding utf8\n"
		"set border 3 linecolor rgb '#444444'\n"
		"set tics nomirror textcolor rgb '#222222'\n"
		"set grid xtics ytics linecolor rgb '#dddddd' linetype 1\n",
		figure->name, figure->name);
	write_margins(figure, script);
	fputs("set label 1 ", script);
	figure_quote(script, title, TITLE_COLUMNS);
	place(script, figure, figure->height - 18, 15, "#111111");
	fputs("set label 2 ", script);
	write_note(script, report, note);
	place(script, figure, 31, 12, "#444444");
	fputs("set label 3 ", script);
	write_origin(script, report);
	place(script, figure, 11, 12, "#444444");
	/* A label: gnuplot would push its own for the axis out of the picture for long ticks. */
	fputs("set label 4 ", script);
	figure_quote(script, axis, NOTE_COLUMNS);
	fprintf(script,
		" at screen 0.025,%.5f center rotate by 90 noenhanced textcolor rgb '#111111'\n",
		share(figure, middle));
}

/* The first format that is drawn; the others only draw again. */
static enum figure_format first_format(const struct figure *figure)
{
	enum figure_format format = 0;

	while (!(figure->formats & FIGURE_FORMAT_BIT(format)))
		format++;
	return format;
}

void figure_draw_begin(const struct figure *figure, FILE *script)
{
	figure_terminal(figure, first_format(figure), script);
	fputs("plot ", script);
}

void figure_draw_end(const struct figure *figure, FILE *script)
{
	fputc('\n', script);
	for (enum figure_format format = first_format(figure) + 1; format < FIGURE_FORMAT_COUNT;
	     format++) {
		if (!(figure->formats & FIGURE_FORMAT_BIT(format)))
			continue;
		figure_terminal(figure, format, script);
		fputs("replot\n", script);
	}
	fputs("set output\n", script);
}

void figure_draw(const struct figure *figure, const char *plot, FILE *script)
{
	figure_draw_begin(figure, script);
	fputs(plot, script);
	figure_draw_end(figure, script);
}
