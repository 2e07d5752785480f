// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/figure_phases.h"

#include <inttypes.h>
#include <math.h>

#include "report/phrase.h"

#define BAR_PIXELS   19
#define GAP_PIXELS   10	 /* behind a cell's bars; beside labels */
#define CELL_PIXELS  230 /* of a cell's label across; longer ones take more lines */
#define CELL_SIZE    11
#define NAME_PIXELS  110 /* of an alternative's name, as far as it has that */
#define NAME_SIZE    12
#define WALK_SIZE    11 /* of the numbers behind the bars */
#define HEADING_DOWN 7	/* pixels from the numbers' heading to the plot below it */
#define FIRST_LABEL  10 /* behind those of figure_head() */

/*
 * The walk is what the project is about and often a sliver: dark, in a hue of its own, with an
 * outline of the same that keeps it a line wide. Beside it are pale ones, and neighbours are light
 * and dark in turn, so that greyscale keeps them apart.
 */
static const char *const colours[BREAKDOWN_PARTS] = {
	[BREAKDOWN_BEFORE_WALK] = "#D5D5D5", [BREAKDOWN_LOCK_WAIT] = "#8796AE",
	[BREAKDOWN_WALK] = "#A00020",	     [BREAKDOWN_GRACE] = "#C3D9EC",
	[BREAKDOWN_UNMAP] = "#A39A62",	     [BREAKDOWN_REST] = "#F4EBC4",
	[BREAKDOWN_AFTER_WALK] = "#A39A62",
};

const char *phases_colour(enum breakdown_part part)
{
	return colours[part];
}

/* From the top: the cells, in each the base above the candidate, a gap behind each cell. */
static double height_of(const struct phases_bars *bars, uint32_t cell, enum comparison_arm arm)
{
	return bars->pitch * (bars->count - cell) - (arm == ARM_BASE ? 1 : 2);
}

static void survey(const struct phases_bars *bars, bool *has_part)
{
	for (uint32_t i = 0; i < bars->count * ARM_COUNT; i++)
		for (size_t part = 0; part < BREAKDOWN_PARTS; part++)
			has_part[part] |= bars->breakdown[i / ARM_COUNT][i % ARM_COUNT].ns[part] >
					  0;
}

static double longest_ns(const struct phases_bars *bars)
{
	double longest = 0;

	for (uint32_t i = 0; i < bars->count * ARM_COUNT; i++)
		longest = fmax(longest, bars->breakdown[i / ARM_COUNT][i % ARM_COUNT].whole_ns);
	return longest;
}

/* What stands behind a bar; false: nothing does. */
static bool walk_text(const struct breakdown *breakdown, char *text, size_t bytes)
{
	if (!breakdown->samples)
		return false;
	format_ns(breakdown->ns[BREAKDOWN_WALK], text, bytes);
	return true;
}

/* A data set for each part that there is: gnuplot does not count empty ones. */
void phases_write_data(const struct phases_bars *bars, bool *has_part, struct figure_files *files)
{
	survey(bars, has_part);
	for (enum breakdown_part part = 0; part < BREAKDOWN_PARTS; part++) {
		if (!has_part[part])
			continue;
		fprintf(files->data, "# %s\n# height from_ns to_ns n\n", breakdown_part_name(part));
		for (uint32_t i = 0; i < bars->count; i++) {
			for (enum comparison_arm arm = 0; arm < ARM_COUNT; arm++) {
				const struct breakdown *breakdown = &bars->breakdown[i][arm];
				double from = 0;

				for (size_t before = 0; before < part; before++)
					from += breakdown->ns[before];
				if (breakdown->ns[part] > 0)
					fprintf(files->data, "%g %.9g %.9g %zu\n",
						height_of(bars, i, arm), from,
						from + breakdown->ns[part], breakdown->samples);
			}
		}
		figure_data_end(files);
	}
}

/* What tells the cell of a bar from all others. */
static void bar_words(const struct phases_bars *bars, uint32_t bar, char *words, size_t bytes)
{
	const struct report *report = bars->report;
	const uint32_t cell = report->comparison->results[bars->results[bar]].cell;
	uint32_t parts = PART_BIT(PART_MIRRORS);

	for (uint32_t i = 0; i < report->comparison->result_count; i++)
		if (phases_has(report, i))
			parts |= cell_parts_differ(report->input, cell,
						   report->comparison->results[i].cell);
	cell_words_text(report->input, cell, parts, words, bytes);
}

/* The numbers' column is as wide as its widest, or its heading. */
static void lay_out_walks(struct phases_bars *bars)
{
	char text[FORMAT_BYTES];

	bars->walk_pixels = figure_text_pixels(breakdown_part_name(BREAKDOWN_WALK), WALK_SIZE);
	for (uint32_t i = 0; i < bars->count * ARM_COUNT; i++)
		if (walk_text(&bars->breakdown[i / ARM_COUNT][i % ARM_COUNT], text, sizeof(text)))
			bars->walk_pixels = fmax(bars->walk_pixels,
						 figure_text_pixels(text, WALK_SIZE));
}

/* The labels have what the longest takes, within limits, and as many lines as it takes. */
static void lay_out_labels(struct phases_bars *bars)
{
	unsigned int lines = 1;
	char words[CELL_WORDS_BYTES], name[FIGURE_SHORT_BYTES];

	bars->cell_pixels = bars->name_pixels = 0;
	for (enum comparison_arm arm = 0; arm < ARM_COUNT; arm++) {
		figure_arm_name(bars->report, arm, NAME_PIXELS, NAME_SIZE, name, sizeof(name));
		bars->name_pixels = fmax(bars->name_pixels, figure_text_pixels(name, NAME_SIZE));
	}
	for (uint32_t i = 0; i < bars->count; i++) {
		bar_words(bars, i, words, sizeof(words));
		bars->cell_pixels = fmax(bars->cell_pixels, figure_text_pixels(words, CELL_SIZE));
	}
	bars->cell_pixels = fmin(bars->cell_pixels, CELL_PIXELS);
	for (uint32_t i = 0; i < bars->count; i++) {
		unsigned int taken;

		bar_words(bars, i, words, sizeof(words));
		taken = figure_lines(NULL, words, bars->cell_pixels, CELL_SIZE);
		lines = taken > lines ? taken : lines;
	}
	bars->pitch = (fmax(2 * BAR_PIXELS, lines * FIGURE_LINE * CELL_SIZE) + GAP_PIXELS) /
		      BAR_PIXELS;
}

void phases_lay_out(struct phases_bars *bars, struct figure *figure)
{
	lay_out_labels(bars);
	lay_out_walks(bars);
	figure->left = (unsigned int)(3 * GAP_PIXELS + bars->cell_pixels + bars->name_pixels);
	figure->height = FIGURE_TOP + FIGURE_BOTTOM +
			 (unsigned int)(bars->pitch * BAR_PIXELS *
					(bars->count > 3 ? bars->count : 3));
}

/* The middle of the first line of a label in the middle of a cell's two bars, in bars. */
static double first_line(const struct phases_bars *bars, uint32_t cell, const char *words)
{
	const unsigned int lines = figure_lines(NULL, words, bars->cell_pixels, CELL_SIZE);

	return height_of(bars, cell, ARM_CANDIDATE) + .5 +
	       (lines - 1) * FIGURE_LINE * CELL_SIZE / 2 / BAR_PIXELS;
}

static void write_labels(const struct phases_bars *bars, FILE *script)
{
	unsigned int tag = FIRST_LABEL;

	fprintf(script, "set yrange [0:%.4f]\nunset ytics\n", bars->pitch * bars->count);
	for (uint32_t i = 0; i < bars->count; i++) {
		char words[CELL_WORDS_BYTES], name[FIGURE_SHORT_BYTES];

		bar_words(bars, i, words, sizeof(words));
		fprintf(script, "set label %u ", tag++);
		figure_lines(script, words, bars->cell_pixels, CELL_SIZE);
		fprintf(script,
			" at screen %.5f,first %.4f right noenhanced font ',%d' textcolor rgb "
			"'#222222'\n",
			(GAP_PIXELS + bars->cell_pixels) / FIGURE_WIDTH, first_line(bars, i, words),
			CELL_SIZE);
		for (enum comparison_arm arm = 0; arm < ARM_COUNT; arm++) {
			figure_arm_name(bars->report, arm, NAME_PIXELS, NAME_SIZE, name,
					sizeof(name));
			fprintf(script, "set label %u ", tag++);
			figure_quote(script, name, sizeof(name));
			fprintf(script,
				" at screen %.5f,first %.4f right noenhanced font ',%d' textcolor "
				"rgb '#222222'\n",
				(2 * GAP_PIXELS + bars->cell_pixels + bars->name_pixels) /
					FIGURE_WIDTH,
				height_of(bars, i, arm), NAME_SIZE);
		}
	}
}

/* Where the plot ends, in pixels across: the numbers are behind it. */
static double right_of(const struct phases_bars *bars)
{
	return FIGURE_WIDTH - 2 * GAP_PIXELS - bars->walk_pixels;
}

/* The walk of each bar behind it, below a heading, in the walk's colour. */
static void write_walks(const struct phases_bars *bars, const struct figure *figure, FILE *script)
{
	const double at = (FIGURE_WIDTH - GAP_PIXELS) / (double)FIGURE_WIDTH;
	unsigned int tag = FIRST_LABEL + PHASES_CELLS_MAX * (ARM_COUNT + 1);
	char text[FORMAT_BYTES];

	fprintf(script, "set label %u '%s' at screen %.5f,screen %.5f", tag++,
		breakdown_part_name(BREAKDOWN_WALK), at,
		1 - (double)(FIGURE_TOP - HEADING_DOWN) / figure->height);
	for (uint32_t i = 0; i < bars->count * ARM_COUNT; i++) {
		if (!walk_text(&bars->breakdown[i / ARM_COUNT][i % ARM_COUNT], text, sizeof(text)))
			continue;
		fprintf(script,
			" right noenhanced font ',%d' textcolor rgb '%s'\n"
			"set label %u '%s' at screen %.5f,first %.4f",
			WALK_SIZE, colours[BREAKDOWN_WALK], tag++, text, at,
			height_of(bars, i / ARM_COUNT, i % ARM_COUNT));
	}
	fprintf(script, " right noenhanced font ',%d' textcolor rgb '%s'\n", WALK_SIZE,
		colours[BREAKDOWN_WALK]);
}

/* One more of "plot"'s arguments; `index` counts the data sets. */
static void write_part(const struct figure *figure, enum breakdown_part part, unsigned int index,
		       bool first, FILE *script)
{
	const bool walk = part == BREAKDOWN_WALK;

	fprintf(script,
		"%s'%s.dat' index %u using 2:1:2:3:($1-0.45):($1+0.45) with boxxyerror "
		"fillcolor rgb '%s' fillstyle solid 1 border linecolor rgb '%s' linewidth %s ",
		first ? "" : ", \\\n     ", figure->name, index, colours[part],
		walk ? colours[part] : "#666666", walk ? "1.5" : "0.5");
}

static void write_plot(const struct figure *figure, const bool *has_part, FILE *script)
{
	unsigned int index = 0, walk = 0;

	fputs(FIGURE_KEY_ROWS, script);
	figure_draw_begin(figure, script);
	for (enum breakdown_part part = 0; part < BREAKDOWN_PARTS; part++) {
		if (!has_part[part])
			continue;
		if (part == BREAKDOWN_WALK)
			walk = index;
		write_part(figure, part, index, index == 0, script);
		fprintf(script, "title '%s' noenhanced", breakdown_part_name(part));
		index++;
	}
	/* Once more: its neighbours' outlines would lie over a sliver. */
	if (has_part[BREAKDOWN_WALK]) {
		write_part(figure, BREAKDOWN_WALK, walk, false, script);
		fputs("notitle", script);
	}
	figure_draw_end(figure, script);
}

void phases_draw(const struct phases_bars *bars, const struct figure *figure, const bool *has_part,
		 const char *samples, FILE *script)
{
	fprintf(script, "set rmargin at screen %.5f\n", right_of(bars) / FIGURE_WIDTH);
	figure_durations_write(script, 'x', right_of(bars) - figure->left, longest_ns(bars));
	write_labels(bars, script);
	write_walks(bars, figure, script);
	fprintf(script, "set xlabel 'time (%s)' noenhanced\n", samples);
	write_plot(figure, has_part, script);
}
