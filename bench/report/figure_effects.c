// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All judged results at a glance: each median's change with its interval, against the smallest
 * effect of interest.
 */
#include "report/figure.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/phrase.h"
#include "report/selection.h"

#define ROWS_MAX       24 /* of one figure; the rest is in the next */
#define ROW_PIXELS     20
#define LEFT_PIXELS    262 /* for labels of so many columns; longer ones take from the plot */
#define LABEL_COLUMNS  35
#define LABEL_MOST     50
#define COLUMN_PIXELS  7
#define XLABEL_COLUMNS 44

/* By enum verdict: a shape for each, so that colour is not needed. */
static const struct {
	const char *title, *colour;
	int point;
} looks[] = {
	[VERDICT_EQUIVALENT] = { "EQUIVALENT", "#444444", 5 },	   /* filled square */
	[VERDICT_IMPROVED] = { "IMPROVED", "#0072B2", 7 },	   /* filled circle */
	[VERDICT_REGRESSED] = { "REGRESSED", "#D55E00", 9 },	   /* filled triangle */
	[VERDICT_INCONCLUSIVE] = { "INCONCLUSIVE", "#444444", 6 }, /* open circle */
	[VERDICT_NONE] = { "no verdict", "#777777", 2 },	   /* cross */
};

#define LOOKS (sizeof(looks) / sizeof(looks[0]))

static const struct effect *median(const struct cell_result *result)
{
	return &result->effect[GATED_P50];
}

/* The judged results with a change to draw, as the tables order them. */
static int select_rows(const struct report *report, struct selection *rows)
{
	uint32_t kept = 0;
	int result = selection_all(report, rows);

	for (uint32_t i = 0; i < rows->count && !result; i++) {
		const struct cell_result *shown = &report->comparison->results[rows->results[i]];

		if (shown->gated && isfinite(median(shown)->estimate))
			rows->results[kept++] = rows->results[i];
	}
	if (!result)
		rows->count = kept;
	return result;
}

/* The first row of each figure. */
static int find(const struct figure_maker *maker, const struct report *report, uint32_t **results,
		uint32_t *count)
{
	struct selection rows;

	(void)maker;
	*count = 0;
	if (select_rows(report, &rows))
		return -ENOMEM;
	for (uint32_t i = 0; i < rows.count; i += ROWS_MAX)
		rows.results[(*count)++] = rows.results[i];
	*results = rows.results;
	return 0;
}

static double height_of(uint32_t rows, uint32_t row)
{
	return (double)(rows - row);
}

/*
 * The smallest effects of interest, then a data set for each verdict that there is: gnuplot does
 * not count empty ones.
 */
static void write_data(const struct report *report, const uint32_t *rows, uint32_t count,
		       const bool *any, struct figure_effects *effects, struct figure_files *files)
{
	fputs("# smallest effects of interest\n# row threshold\n", files->data);
	for (uint32_t i = 0; i < count; i++) {
		const double threshold = median(&report->comparison->results[rows[i]])->threshold;

		fprintf(files->data, "%g %.9g\n", height_of(count, i), threshold);
		figure_effects_take(effects, threshold);
		figure_effects_take(effects, -threshold);
	}
	figure_data_end(files);
	for (size_t verdict = 0; verdict < LOOKS; verdict++) {
		if (!any[verdict])
			continue;
		fprintf(files->data, "# %s\n# row ln_ratio low high\n", looks[verdict].title);
		for (uint32_t i = 0; i < count; i++) {
			const struct effect *effect = median(&report->comparison->results[rows[i]]);
			const bool interval = isfinite(effect->low) && isfinite(effect->high);

			if (effect->verdict != verdict)
				continue;
			fprintf(files->data, "%g %.9g %.9g %.9g\n", height_of(count, i),
				effect->estimate, interval ? effect->low : effect->estimate,
				interval ? effect->high : effect->estimate);
			figure_effects_take(effects, effect->estimate);
			figure_effects_take(effects, effect->low);
			figure_effects_take(effects, effect->high);
		}
		figure_data_end(files);
	}
}

/* The parts in which a result's cell differs from the others of its workload, in any figure. */
static uint32_t telling_parts(const struct report *report, uint32_t result)
{
	const struct comparison *comparison = report->comparison;
	const uint32_t cell = comparison->results[result].cell;
	uint32_t parts = PART_BIT(PART_WORKLOAD);

	for (uint32_t i = 0; i < comparison->result_count; i++) {
		const uint32_t differ =
			comparison->results[i].gated ?
				cell_parts_differ(report->input, cell, comparison->results[i].cell) : 0;

		if (!(differ & PART_BIT(PART_WORKLOAD)))
			parts |= differ;
	}
	return parts;
}

/* A row's words. */
static void row_words(const struct report *report, uint32_t result, char *words, size_t bytes)
{
	figure_words(report, &report->comparison->results[result], telling_parts(report, result),
		     words, bytes);
}

/* Columns that the labels get: as many as the longest has, within limits. */
static size_t label_columns(const struct report *report, const uint32_t *rows, uint32_t count)
{
	size_t columns = LABEL_COLUMNS;

	for (uint32_t i = 0; i < count; i++) {
		char words[CELL_WORDS_BYTES];

		row_words(report, rows[i], words, sizeof(words));
		columns = strlen(words) > columns ? strlen(words) : columns;
	}
	return columns < LABEL_MOST ? columns : LABEL_MOST;
}

static void write_labels(const struct report *report, const uint32_t *rows, uint32_t count,
			 size_t columns, FILE *script)
{
	fprintf(script, "set yrange [0.4:%.1f]\nset ytics (", count + .6);
	for (uint32_t i = 0; i < count; i++) {
		char words[CELL_WORDS_BYTES];

		row_words(report, rows[i], words, sizeof(words));
		fputs(i ? ", " : "", script);
		figure_quote(script, words, columns);
		fprintf(script, " %g", height_of(count, i));
	}
	fputs(")\nset ytics scale 0 noenhanced font ',11'\nset grid noytics\n", script);
}

static void write_plot(const struct figure *figure, const bool *any, FILE *script)
{
	unsigned int index = 1;

	fputs(FIGURE_KEY_ROWS, script);
	figure_draw_begin(figure, script);
	fprintf(script,
		"'%s.dat' index 0 using (0):1:(-$2):2:($1-0.5):($1+0.5) with boxxyerror "
		"fillcolor rgb '#e4e4e4' fillstyle solid 1 noborder notitle, \\\n"
		"     0 with lines notitle",
		figure->name);
	for (size_t verdict = 0; verdict < LOOKS; verdict++)
		if (any[verdict])
			fprintf(script,
				", \\\n     '' index %u using 2:1:3:4 with xerrorbars linecolor "
				"rgb '%s' linewidth 2 pointtype %d pointsize 0.8 title '%s'",
				index++, looks[verdict].colour, looks[verdict].point,
				looks[verdict].title);
	figure_draw_end(figure, script);
}

static int write_rows(const struct report *report, const uint32_t *rows, uint32_t count,
		      const char *folder, struct figure *figure, struct error *error)
{
	const char *const name = report->input->candidate_name;
	const size_t columns = label_columns(report, rows, count);
	uint32_t least = UINT32_MAX, most = 0;
	struct figure_effects effects = { 0 };
	struct figure_files files;
	bool any[LOOKS] = { false };
	char samples[80], over[FIGURE_OVER_BYTES], title[160];
	int status;

	for (uint32_t i = 0; i < count; i++) {
		const struct effect *effect = median(&report->comparison->results[rows[i]]);

		any[effect->verdict] = true;
		least = effect->pairs < least ? effect->pairs : least;
		most = effect->pairs > most ? effect->pairs : most;
	}
	if (least < most)
		snprintf(samples, sizeof(samples), "n = %" PRIu32 " to %" PRIu32, least, most);
	else
		snprintf(samples, sizeof(samples), "n = %" PRIu32, most);
	figure_name(figure, "");
	figure_caption_add(
		figure,
		"Judged medians, %.40s against %.40s: change with its 95 %% "
		"interval; grey: smaller than the smallest effect of interest; %s %s.",
		name, report->input->base_name, samples,
		report->comparison->boots > 1 ? "boots" : "differences");
	figure->left = LEFT_PIXELS + COLUMN_PIXELS * (unsigned int)(columns - LABEL_COLUMNS);
	figure->height = FIGURE_TOP + FIGURE_BOTTOM + ROW_PIXELS * (count > 4 ? count : 4);
	status = figure_open(figure, folder, &files, error);
	if (status)
		return status;
	write_data(report, rows, count, any, &effects, &files);
	snprintf(title, sizeof(title), "Change of every judged median (%s)", samples);
	figure_head(report, figure, title, "",
		    "left: faster; grey: below the smallest effect of interest", files.script);
	figure_effects_write(files.script, 'x', &effects);
	write_labels(report, rows, count, columns, files.script);
	figure_over(report, over, sizeof(over));
	fputs("set xlabel ", files.script);
	figure_quote(files.script, over, XLABEL_COLUMNS);
	fputs(" noenhanced\n", files.script);
	write_plot(figure, any, files.script);
	return figure_close(figure, folder, &files, error);
}

static int write_effects(const struct report *report, const char *folder, struct figure *figure,
			 struct error *error)
{
	struct selection rows;
	uint32_t first = 0;
	int result = select_rows(report, &rows);

	if (result)
		return error_set(error, ENOMEM, "figure: out of memory");
	while (first < rows.count && rows.results[first] != figure->result)
		first++;
	result = write_rows(report, rows.results + first,
			    rows.count - first < ROWS_MAX ? rows.count - first : ROWS_MAX, folder,
			    figure, error);
	selection_free(&rows);
	return result;
}

const struct figure_maker figure_effects = {
	.name = "effects",
	.heading = "All judged results",
	.help = "A row is one judged result: how much longer its median takes with the candidate, "
		"and the 95 % interval of that. Left of 0 the candidate is faster. Equal distances "
		"are equal factors. The grey band is the smallest effect of interest, wider where "
		"the clock cannot tell less: an interval inside it is EQUIVALENT, one that reaches "
		"out of it and over 0 is INCONCLUSIVE. A point without an interval had too few "
		"differences. The shape says the verdict of the median.",
	.find = find,
	.write = write_effects,
};
