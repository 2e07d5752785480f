// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the time of an exit goes: a bar for each cell and alternative, its phases one behind the
 * other (stats/breakdown.h).
 */
#include "report/figure.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "report/phrase.h"
#include "stats/breakdown.h"

#define CELLS_MAX    8 /* of one figure; the rest is in the next */
#define BAR_PIXELS  19
#define GAP_PIXELS  10	/* behind a cell's bars; beside labels */
#define CELL_PIXELS 230 /* of a cell's label across; longer ones take more lines */
#define CELL_SIZE   11
#define NAME_PIXELS 110 /* of an alternative's name, as far as it has that */
#define NAME_SIZE   12
#define FIRST_LABEL 10	/* behind those of figure_head() */

/*
 * From dark to light as time goes on, so that greyscale keeps them apart: six steps of cividis
 * (Nunez, Anderton, Renslow, PLOS ONE 13 (2018)), made to look alike to all kinds of eyes.
 */
static const char *const colours[BREAKDOWN_PARTS] = {
	[BREAKDOWN_BEFORE_WALK] = "#00224E", [BREAKDOWN_LOCK_WAIT] = "#35456C",
	[BREAKDOWN_WALK] = "#666970",	     [BREAKDOWN_GRACE] = "#948E77",
	[BREAKDOWN_UNMAP] = "#C8B866",	     [BREAKDOWN_REST] = "#FEE838",
	[BREAKDOWN_AFTER_WALK] = "#C8B866",
};

/* The cells of one figure, with both alternatives of each. */
struct bars {
	const struct report *report;
	uint32_t results[CELLS_MAX]; /* the walk of each */
	struct breakdown breakdown[CELLS_MAX][ARM_COUNT];
	uint32_t count;
	double cell_pixels, name_pixels; /* across, of the labels */
	double pitch;			 /* of a cell, in bars */
};

static bool is_exit_walk(const struct report *report, uint32_t result)
{
	const struct cell_result *shown = &report->comparison->results[result];

	return report->input->cells[shown->cell].workload == WORKLOAD_EXIT &&
	       shown->column == COLUMN_WALK &&
	       (shown->arm[ARM_BASE].rows || shown->arm[ARM_CANDIDATE].rows);
}

static int find(const struct figure_maker *maker, const struct report *report, uint32_t **results,
		uint32_t *count)
{
	uint32_t cells = 0;

	(void)maker;
	*count = 0;
	*results = calloc(report->comparison->result_count + 1, sizeof(**results));
	if (!*results)
		return -ENOMEM;
	for (uint32_t i = 0; i < report->comparison->result_count; i++)
		if (is_exit_walk(report, i) && cells++ % CELLS_MAX == 0)
			(*results)[(*count)++] = i;
	return 0;
}

static int collect(const struct report *report, uint32_t first, struct bars *bars, bool *any,
		   struct error *error)
{
	for (uint32_t i = first; i < report->comparison->result_count && bars->count < CELLS_MAX;
	     i++) {
		if (!is_exit_walk(report, i))
			continue;
		for (enum comparison_arm arm = 0; arm < ARM_COUNT; arm++) {
			struct breakdown *breakdown = &bars->breakdown[bars->count][arm];
			int ret = breakdown_make(report->input, report->comparison->results[i].cell,
						 arm, breakdown, error);

			if (ret)
				return ret;
			*any |= breakdown->samples > 0;
		}
		bars->results[bars->count++] = i;
	}
	return 0;
}

/* From the top: the cells, in each the base above the candidate, a gap behind each cell. */
static double height_of(const struct bars *bars, uint32_t cell, enum comparison_arm arm)
{
	return bars->pitch * (bars->count - cell) - (arm == ARM_BASE ? 1 : 2);
}

/* Which parts any bar has, and how long the longest is. */
static void survey(const struct bars *bars, bool *has_part, double *longest)
{
	for (uint32_t i = 0; i < bars->count * ARM_COUNT; i++) {
		const struct breakdown *breakdown = &bars->breakdown[i / ARM_COUNT][i % ARM_COUNT];

		for (size_t part = 0; part < BREAKDOWN_PARTS; part++)
			has_part[part] |= breakdown->ns[part] > 0;
		if (breakdown->whole_ns > *longest)
			*longest = breakdown->whole_ns;
	}
}

/* A data set for each part that there is: gnuplot does not count empty ones. */
static void write_data(const struct bars *bars, const bool *has_part, struct figure_files *files)
{
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
static void bar_words(const struct bars *bars, uint32_t bar, char *words, size_t bytes)
{
	const struct report *report = bars->report;
	const uint32_t cell = report->comparison->results[bars->results[bar]].cell;
	uint32_t parts = PART_BIT(PART_MIRRORS);

	for (uint32_t i = 0; i < report->comparison->result_count; i++)
		if (is_exit_walk(report, i))
			parts |= cell_parts_differ(report->input, cell,
						   report->comparison->results[i].cell);
	cell_words_text(report->input, cell, parts, words, bytes);
}

/* The room of the labels: what the longest takes, within limits, and as many lines as it takes. */
static void lay_out(struct bars *bars)
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

/* The middle of the first line of a label in the middle of a cell's two bars, in bars. */
static double first_line(const struct bars *bars, uint32_t cell, const char *words)
{
	const unsigned int lines = figure_lines(NULL, words, bars->cell_pixels, CELL_SIZE);

	return height_of(bars, cell, ARM_CANDIDATE) + .5 +
	       (lines - 1) * FIGURE_LINE * CELL_SIZE / 2 / BAR_PIXELS;
}

static void write_labels(const struct bars *bars, FILE *script)
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
				(2 * GAP_PIXELS + bars->cell_pixels + bars->name_pixels) / FIGURE_WIDTH,
				height_of(bars, i, arm), NAME_SIZE);
		}
	}
}

static void write_plot(const struct figure *figure, const bool *has_part, FILE *script)
{
	const char *between = "";
	unsigned int index = 0;

	fputs(FIGURE_KEY_ROWS, script);
	figure_draw_begin(figure, script);
	for (enum breakdown_part part = 0; part < BREAKDOWN_PARTS; part++) {
		if (!has_part[part])
			continue;
		fprintf(script,
			"%s'%s.dat' index %u using 2:1:2:3:($1-0.45):($1+0.45) with boxxyerror "
			"fillcolor rgb '%s' fillstyle solid 1 border linecolor rgb '#ffffff' "
			"linewidth 0.5 title '%s' noenhanced",
			between, figure->name, index++, colours[part], breakdown_part_name(part));
		between = ", \\\n     ";
	}
	figure_draw_end(figure, script);
}

static void sample_range(const struct bars *bars, char *text, size_t bytes)
{
	size_t least = SIZE_MAX, most = 0;

	for (uint32_t i = 0; i < bars->count * ARM_COUNT; i++) {
		const size_t samples = bars->breakdown[i / ARM_COUNT][i % ARM_COUNT].samples;

		if (samples && samples < least)
			least = samples;
		most = samples > most ? samples : most;
	}
	if (least < most)
		snprintf(text, bytes, "n = %zu to %zu per bar", least, most);
	else
		snprintf(text, bytes, "n = %zu per bar", most);
}

static int write_bars(struct bars *bars, const char *folder, struct figure *figure,
		      struct error *error)
{
	bool has_part[BREAKDOWN_PARTS] = { false };
	struct figure_files files;
	double longest = 0;
	char samples[80];
	int status;

	sample_range(bars, samples, sizeof(samples));
	figure_name(figure, "exit");
	figure_caption_add(figure,
			   "Exit of a process, from its last instruction to its parent's wake-up: "
			   "means of the exits between the quartiles of the whole; walk without "
			   "lock_wait, which under write is the first wait of the walk; %s.",
			   samples);
	lay_out(bars);
	figure->left = (unsigned int)(3 * GAP_PIXELS + bars->cell_pixels + bars->name_pixels);
	figure->height = FIGURE_TOP + FIGURE_BOTTOM +
			 (unsigned int)(bars->pitch * BAR_PIXELS * (bars->count > 3 ? bars->count : 3));
	status = figure_open(figure, folder, &files, error);
	if (status)
		return status;
	survey(bars, has_part, &longest);
	write_data(bars, has_part, &files);
	figure_head(bars->report, figure, "Where the time of an exit goes", "",
		    "means of the middle half; walk is without lock_wait", files.script);
	figure_durations_write(files.script, 'x', FIGURE_WIDTH - FIGURE_RIGHT - figure->left,
			       longest);
	write_labels(bars, files.script);
	fprintf(files.script, "set xlabel 'time (%s)' noenhanced\n", samples);
	write_plot(figure, has_part, files.script);
	return figure_close(figure, folder, &files, error);
}

static int write_phases(const struct report *report, const char *folder, struct figure *figure,
			struct error *error)
{
	struct bars *bars = calloc(1, sizeof(*bars));
	bool any = false;
	int result;

	if (!bars)
		return error_set(error, ENOMEM, "figure: out of memory");
	bars->report = report;
	result = collect(report, figure->result, bars, &any, error);
	if (result == -ENOMEM)
		error_set(error, ENOMEM, "figure: out of memory");
	else if (!result && !any)
		result = -ENODATA;
	else if (!result)
		result = write_bars(bars, folder, figure, error);
	free(bars);
	return result;
}

const struct figure_maker figure_phases = {
	.name = "phases",
	.heading = "Where the time goes",
	.help = "A bar is one exit, from the child's last instruction on the left to the parent's "
		"wake-up on the right, its phases one behind the other: what comes before the "
		"walk, "
		"the wait for the lock, the walk, the grace period of SRCU, unmapping, and the "
		"rest. "
		"Each is a mean over the exits between the quartiles of the whole, so that the "
		"phases "
		"add up and no slow exit counts for many. Phases are taken apart in one quartet of "
		"four; where a kernel does not give them, after_walk stands for the last three.",
	.find = find,
	.write = write_phases,
};
