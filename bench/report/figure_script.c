// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/figure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/phrase.h"

#define TEXT_PIXELS 616 /* of a line across the whole picture */
#define TITLE_SIZE  15	/* of letters above the frame; */
#define TITLE_LEAST 11	/* of long titles */
#define KEY_ROOM_PIXELS 250 /* of FIGURE_KEY_PIXELS, beside a name that is not long */
#define NOTE_SIZE   12	/* the same of the lines below it */
#define NOTE_LEAST  10
#define NOTE_UP	    31 /* pixels from the bottom to the middle of each */
#define ORIGIN_UP   11
#define BELOW_UP    20 /* from the note's to the line above it */

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

/* "debian:6.1, 8 boots", as far as there is room. */
static void write_boots(char *text, size_t bytes, const char *kernel, const char *other,
			double pixels, uint32_t boots)
{
	char name[FIGURE_SHORT_BYTES], rest[32];

	snprintf(rest, sizeof(rest), ", %u boot%s", boots, boots == 1 ? "" : "s");
	figure_shorten(kernel, other, pixels - figure_text_pixels(rest, NOTE_LEAST), NOTE_LEAST,
		       name, sizeof(name));
	snprintf(text, bytes, "%s%s", name, name[0] ? rest : rest + 2);
}

/* What is true of a guest, behind the boots. */
static const char *guest_text(const struct report *report)
{
	if (!report_is_guest(report))
		return "";
	return report->input->design == DESIGN_BUILDS ?
		       "; guest: distances are labels" :
		       "; guest: distances between its nodes are labels";
}

/* Where it was measured, in the picture itself: it will be copied out of the report. */
static void origin_text(const struct report *report, char *text, size_t bytes)
{
	const struct comparison *comparison = report->comparison;
	const struct comparison_input *input = report->input;
	const char *rest = guest_text(report);
	const double room = TEXT_PIXELS - figure_text_pixels(rest, NOTE_LEAST);
	char side[ARM_COUNT][FIGURE_SHORT_BYTES + 32];

	if (input->design == DESIGN_BUILDS) {
		const double half = (room - figure_text_pixels("; ", NOTE_LEAST)) / 2;

		write_boots(side[0], sizeof(side[0]), input->base_name, input->candidate_name, half,
			    comparison->arm_boots[ARM_BASE]);
		write_boots(side[1], sizeof(side[1]), input->candidate_name, input->base_name, half,
			    comparison->arm_boots[ARM_CANDIDATE]);
		snprintf(text, bytes, "%s; %s%s", side[0], side[1], rest);
		return;
	}
	write_boots(side[0], sizeof(side[0]), report->run_count ? report->runs[0].kernel : NULL,
		    NULL, room, comparison->boots);
	snprintf(text, bytes, "%s%s", side[0], rest);
}

/* How to read it; on the virtual clock, also what its unit is. */
static void note_text(const struct report *report, const char *note, char *text, size_t bytes)
{
	snprintf(text, bytes, "%s%s", note,
		 report_is_virtual(report) ? "; 1 ns: 1 instruction" : "");
}

/* Pixels from the bottom as gnuplot's share of the whole picture. */
static double share(const struct figure *figure, double pixels)
{
	return pixels / figure->height;
}

/* gnuplot makes two rows of what has no room in one, and complains where even that is too long. */
static bool key_is_long(const struct report *report)
{
	const double most = FIGURE_KEY_PIXELS - KEY_ROOM_PIXELS;
	const struct comparison_input *input = report->input;

	return figure_text_pixels(input->base_name ? input->base_name : "", FIGURE_TEXT) > most ||
	       figure_text_pixels(input->candidate_name ? input->candidate_name : "", FIGURE_TEXT) >
		       most;
}

static void write_margins(const struct report *report, const struct figure *figure, FILE *script)
{
	fprintf(script,
		"set key at screen 0.53,screen %.5f center top %s noenhanced samplen 4\n"
		"set lmargin at screen %.5f\n"
		"set rmargin at screen 0.95\n"
		"set tmargin at screen %.5f\n"
		"set bmargin at screen %.5f\n",
		share(figure, figure->height - 31),
		key_is_long(report) ? "vertical maxrows 2" : "horizontal",
		(double)figure->left / FIGURE_WIDTH,
		share(figure, figure->height - FIGURE_TOP),
		share(figure, FIGURE_BOTTOM + figure->below));
}

/*
 * Label `tag` in the middle, its first line so many pixels above the bottom, smaller where it is
 * long, and on more lines where it is longer than that. Gives their number; `script` NULL: only
 * that.
 */
static unsigned int place(FILE *script, const struct figure *figure, unsigned int tag,
			  const char *text, double height, int largest, int least,
			  const char *colour)
{
	const int size = figure_text_size(text, TEXT_PIXELS, largest, least);
	unsigned int lines;

	if (!script)
		return figure_lines(NULL, text, TEXT_PIXELS, size);
	fprintf(script, "set label %u ", tag);
	lines = figure_lines(script, text, TEXT_PIXELS, size);
	fprintf(script,
		" at screen 0.5,%.5f center noenhanced font ',%d' textcolor rgb '%s'\n",
		share(figure, height), size, colour);
	return lines;
}

/* Two lines take the place of one, and push the key down; what is longer ends with "..". */
static void write_title(const struct figure *figure, const char *title, FILE *script)
{
	const double whole = figure_text_pixels(title, TITLE_SIZE);
	char shown[2 * FIGURE_SHORT_BYTES];

	if (whole <= TEXT_PIXELS * TITLE_SIZE / TITLE_LEAST) {
		place(script, figure, 1, title, figure->height - 18, TITLE_SIZE, TITLE_LEAST,
		      "#111111");
		return;
	}
	figure_shorten(title, NULL, 1.8 * TEXT_PIXELS, TITLE_LEAST, shown, sizeof(shown));
	place(script, figure, 1, shown, figure->height - 10, TITLE_LEAST, TITLE_LEAST, "#111111");
	fprintf(script, "set key at screen 0.53,screen %.5f\n", share(figure, figure->height - 37));
}

void figure_head(const struct report *report, const struct figure *figure, const char *title,
		 const char *axis, const char *note, FILE *script)
{
	const double middle =
		(FIGURE_BOTTOM + figure->below + figure->height - FIGURE_TOP) / 2.0;
	char text[2 * FIGURE_SHORT_BYTES + 200];

	fprintf(script,
		"# Draws a figure from %s.dat: gnuplot %s.gp\n"
		"reset\n"
		"set encoding utf8\n"
		"set border 3 linecolor rgb '#444444'\n"
		"set tics nomirror textcolor rgb '#222222'\n"
		"set grid xtics ytics linecolor rgb '#dddddd' linetype 1\n",
		figure->name, figure->name);
	write_margins(report, figure, script);
	write_title(figure, title, script);
	note_text(report, note, text, sizeof(text));
	place(script, figure, 2, text, NOTE_UP, NOTE_SIZE, NOTE_LEAST, "#444444");
	origin_text(report, text, sizeof(text));
	place(script, figure, 3, text, ORIGIN_UP, NOTE_SIZE, NOTE_LEAST, "#444444");
	/* A label: gnuplot would push its own for the axis out of the picture for long ticks. */
	fputs("set label 4 ", script);
	figure_quote(script, axis, SIZE_MAX);
	fprintf(script,
		" at screen 0.025,%.5f center rotate by 90 noenhanced textcolor rgb '#111111'\n",
		share(figure, middle));
}

void figure_origin(const struct report *report, const struct figure *figure, const char *where,
		   FILE *script)
{
	const char *rest = guest_text(report);
	char shown[FIGURE_SHORT_BYTES], text[FIGURE_SHORT_BYTES + 100];

	figure_shorten(where, NULL, TEXT_PIXELS - figure_text_pixels(rest, NOTE_LEAST), NOTE_LEAST,
		       shown, sizeof(shown));
	snprintf(text, sizeof(text), "%s%s", shown, rest);
	place(script, figure, 3, text, ORIGIN_UP, NOTE_SIZE, NOTE_LEAST, "#444444");
}

unsigned int figure_below(const struct figure *figure, unsigned int tag, const char *text,
			  unsigned int down, FILE *script)
{
	const double up = (double)NOTE_UP + BELOW_UP - FIGURE_LINE * NOTE_SIZE;
	const unsigned int lines = place(script, figure, tag, text, up + figure->below - down,
					 NOTE_SIZE - 1, NOTE_LEAST, "#222222");

	return (unsigned int)ceil(lines * FIGURE_LINE * NOTE_SIZE);
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
