// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/figure.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "report/clean.h"
#include "report/phrase.h"

#define TITLE_COLUMNS  66 /* what fits above the frame */
#define NOTE_COLUMNS   80 /* the same for the smaller lines below it */
#define KERNEL_COLUMNS 24 /* of those: what stands behind the kernel must be there too */

/* By enum hmmbench_strategy_id, so that a strategy looks the same in every report. */
static const struct figure_style strategy_styles[] = {
	{ "#D55E00", 2, 9 },  /* write: vermillion, dashed, filled triangle */
	{ "#0072B2", 1, 7 },  /* read: blue, solid, filled circle */
	{ "#009E73", 4, 13 }, /* srcu: bluish green, dash-dotted, filled diamond */
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
		if (!names[i] || name_lookup(strategy_names, names[i], &ids[i]) ||
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

/* Where it was measured, in the picture itself: it will be copied out of the report. */
static void write_origin(FILE *script, const struct report *report)
{
	const uint32_t boots = report->comparison->boots;
	char *kernel = clean_text(report->run_count ? report->runs[0].kernel : NULL, false);
	char origin[320];

	if (kernel)
		clean_cut(kernel, KERNEL_COLUMNS);
	snprintf(origin, sizeof(origin), "%.200s%s%u boot%s%s", kernel ? kernel : "",
		 kernel && kernel[0] ? ", " : "", boots, boots == 1 ? "" : "s",
		 report_is_guest(report) ? "; guest: distances between its nodes are labels" : "");
	free(kernel);
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

void figure_head(const struct report *report, const struct figure *figure, const char *title,
		 const char *note, FILE *script)
{
	fprintf(script,
		"# Draws %s.svg and .png from its .dat: gnuplot %s.gp\n"
		"reset\n"
		"set encoding utf8\n"
		"set border 3 linecolor rgb '#444444'\n"
		"set tics nomirror textcolor rgb '#222222'\n"
		"set grid xtics ytics linecolor rgb '#dddddd' linetype 1\n"
		"set key at screen 0.53,screen 0.93 center top horizontal noenhanced samplen 4\n"
		"set lmargin at screen 0.17\n"
		"set rmargin at screen 0.95\n"
		"set tmargin at screen 0.81\n"
		"set bmargin at screen 0.25\n"
		"set label 1 ",
		figure->name, figure->name);
	figure_quote(script, title, TITLE_COLUMNS);
	fputs(" at screen 0.5,0.96 center noenhanced font ',15' textcolor rgb '#111111'\n"
	      "set label 2 ",
	      script);
	write_note(script, report, note);
	fputs(" at screen 0.5,0.07 center noenhanced font ',12' textcolor rgb '#444444'\n"
	      "set label 3 ",
	      script);
	write_origin(script, report);
	fputs(" at screen 0.5,0.025 center noenhanced font ',12' textcolor rgb '#444444'\n"
	      "set label 4 ",
	      script);
	/* A label: gnuplot would push its own for the axis out of the picture for long ticks. */
	figure_quote(script, column_name(report->comparison->results[figure->result].column),
		     NOTE_COLUMNS);
	fputs(" at screen 0.025,0.53 center rotate by 90 noenhanced textcolor rgb '#111111'\n",
	      script);
}

void figure_draw(const struct figure *figure, const char *plot, FILE *script)
{
	fprintf(script,
		"set terminal svg size 640,440 dynamic noenhanced font 'sans-serif,14' "
		"background '#ffffff'\n"
		"set output '%s.svg'\n"
		"plot %s\n"
		"set terminal pngcairo size 1280,880 noenhanced font 'sans-serif,14' "
		"fontscale 1.6 linewidth 2 pointscale 2.5 dashlength 0.5 background '#ffffff'\n"
		"set output '%s.png'\n"
		"replot\n"
		"set output\n",
		figure->name, plot, figure->name);
}
