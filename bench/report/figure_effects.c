// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All judged results at a glance: each median's change with its interval, against the smallest
 * effect of interest.
 */
#include "report/figure_effects.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "report/phrase.h"
#include "report/selection.h"

#define CAPTION_PIXELS 1000 /* of both names */

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
	for (uint32_t i = 0; i < rows.count; i += EFFECTS_ROWS_MAX)
		rows.results[(*count)++] = rows.results[i];
	*results = rows.results;
	return 0;
}

/* Rows that were judged make the range: what has no verdict may reach from end to end of it. */
static bool has_verdicts(const bool *any)
{
	for (size_t verdict = 0; verdict < LOOKS; verdict++)
		if (verdict != VERDICT_NONE && any[verdict])
			return true;
	return false;
}

/*
 * The smallest effects of interest, then a data set for each verdict that there is: gnuplot does
 * not count empty ones.
 */
static void write_data(const struct effects_rows *rows, const bool *any,
		       struct figure_effects *effects, struct figure_files *files)
{
	const struct cell_result *results = rows->report->comparison->results;

	fputs("# smallest effects of interest\n# height half_height threshold\n", files->data);
	for (uint32_t i = 0; i < rows->count; i++) {
		const double threshold = median(&results[rows->results[i]])->threshold;

		fprintf(files->data, "%g %g %.9g\n", rows->row[i].middle, rows->row[i].half,
			threshold);
		figure_effects_take(effects, threshold);
		figure_effects_take(effects, -threshold);
	}
	figure_data_end(files);
	for (size_t verdict = 0; verdict < LOOKS; verdict++) {
		if (!any[verdict])
			continue;
		fprintf(files->data, "# %s\n# height ln_ratio low high\n", looks[verdict].title);
		for (uint32_t i = 0; i < rows->count; i++) {
			const struct effect *effect = median(&results[rows->results[i]]);
			const bool interval = isfinite(effect->low) && isfinite(effect->high);

			if (effect->verdict != verdict)
				continue;
			fprintf(files->data, "%g %.9g %.9g %.9g\n", rows->row[i].middle,
				effect->estimate, interval ? effect->low : effect->estimate,
				interval ? effect->high : effect->estimate);
			if (verdict == VERDICT_NONE && has_verdicts(any))
				continue;
			figure_effects_take(effects, effect->estimate);
			figure_effects_take(effects, effect->low);
			figure_effects_take(effects, effect->high);
		}
		figure_data_end(files);
	}
}

static void write_plot(const struct figure *figure, const bool *any,
		       const struct figure_effects *effects, FILE *script)
{
	const struct figure_effects shown = figure_effects_shown(effects);
	unsigned int index = 1;

	/* The data has what is beyond the frame, the picture ends there. */
	fprintf(script, "within(x) = x < %.9g ? %.9g : x > %.9g ? %.9g : x\n", shown.low, shown.low,
		shown.high, shown.high);
	fputs(FIGURE_KEY_ROWS, script);
	figure_draw_begin(figure, script);
	fprintf(script,
		"'%s.dat' index 0 using (0):1:(-$3):3:($1-$2):($1+$2) with boxxyerror "
		"fillcolor rgb '#e4e4e4' fillstyle solid 1 noborder notitle, \\\n"
		"     '' index 0 using (0):($1-$2):(0):(2*$2) with vectors nohead linecolor rgb "
		"'#222222' linewidth 1 notitle",
		figure->name);
	for (size_t verdict = 0; verdict < LOOKS; verdict++)
		if (any[verdict])
			fprintf(script,
				", \\\n     '' index %u using (within($2)):1:(within($3)):(within($4)) "
				"with xerrorbars linecolor "
				"rgb '%s' linewidth 2 pointtype %d pointsize 0.8 title '%s'",
				index++, looks[verdict].colour, looks[verdict].point,
				looks[verdict].title);
	figure_draw_end(figure, script);
}

/* "n = 8", "n = 8 to 16" */
static void count_pairs(const struct effects_rows *rows, char *text, size_t bytes)
{
	uint32_t least = UINT32_MAX, most = 0;

	for (uint32_t i = 0; i < rows->count; i++) {
		const uint32_t pairs =
			median(&rows->report->comparison->results[rows->results[i]])->pairs;

		least = pairs < least ? pairs : least;
		most = pairs > most ? pairs : most;
	}
	if (least < most)
		snprintf(text, bytes, "n = %" PRIu32 " to %" PRIu32, least, most);
	else
		snprintf(text, bytes, "n = %" PRIu32, most);
}

static void caption(const struct report *report, const char *samples, struct figure *figure)
{
	char over[FIGURE_OVER_BYTES];

	figure_over(report, CAPTION_PIXELS, over, sizeof(over));
	figure_name(figure, "");
	figure_caption_add(
		figure,
		"Judged medians, %s: change with its 95 %% "
		"interval; grey: smaller than the smallest effect of interest; %s %s.",
		over, samples, report->comparison->boots > 1 ? "boots" : "differences");
}

static int write_rows(const struct effects_rows *rows, const char *folder, struct figure *figure,
		      struct error *error)
{
	const struct report *report = rows->report;
	const double across = FIGURE_WIDTH - FIGURE_RIGHT - rows->left;
	struct figure_effects effects = { 0 };
	struct figure_files files;
	bool any[LOOKS] = { false };
	char samples[80], over[FIGURE_OVER_BYTES], title[160];
	int status;

	for (uint32_t i = 0; i < rows->count; i++)
		any[median(&report->comparison->results[rows->results[i]])->verdict] = true;
	count_pairs(rows, samples, sizeof(samples));
	caption(report, samples, figure);
	figure->left = rows->left;
	figure->height = FIGURE_TOP + FIGURE_BOTTOM + rows->height;
	status = figure_open(figure, folder, &files, error);
	if (status)
		return status;
	write_data(rows, any, &effects, &files);
	snprintf(title, sizeof(title), "Change of every judged median (%s)", samples);
	figure_head(report, figure, title, "",
		    any[VERDICT_NONE] && has_verdicts(any) ?
			    "left: faster; grey: below smallest effect; at frame: beyond" :
			    "left: faster; grey: below the smallest effect of interest",
		    files.script);
	figure_effects_write(files.script, 'x', across, &effects);
	effects_rows_write(rows, files.script);
	figure_over(report, across + FIGURE_RIGHT, over, sizeof(over));
	fputs("set xlabel ", files.script);
	figure_quote(files.script, over, sizeof(over));
	fputs(" noenhanced\n", files.script);
	write_plot(figure, any, &effects, files.script);
	return figure_close(figure, folder, &files, error);
}

static int write_effects(const struct report *report, const char *folder, struct figure *figure,
			 struct error *error)
{
	struct selection all;
	struct effects_rows rows = { .report = report };
	uint32_t first = 0;
	int result = select_rows(report, &all);

	if (result)
		return error_set(error, ENOMEM, "figure: out of memory");
	while (first < all.count && all.results[first] != figure->result)
		first++;
	rows.results = all.results + first;
	rows.count = all.count - first;
	if (rows.count > EFFECTS_ROWS_MAX)
		rows.count = EFFECTS_ROWS_MAX;
	effects_rows_lay_out(&rows);
	result = write_rows(&rows, folder, figure, error);
	selection_free(&all);
	return result;
}

const struct figure_maker figure_effects = {
	.name = "effects",
	.heading = "All judged results",
	.help = "A row is one judged result, below a heading that says what its neighbours have "
		"too: how much longer its median takes with the candidate, "
		"and the 95 % interval of that. Left of 0 the candidate is faster. Equal distances "
		"are equal factors. The grey band is the smallest effect of interest, wider where "
		"the clock cannot tell less: an interval inside it is EQUIVALENT, one that reaches "
		"out of it and over 0 is INCONCLUSIVE. A point without an interval had too few "
		"differences. What has no verdict does not stretch the axis: at the frame it goes on "
		"beyond. The shape says the verdict of the median.",
	.find = find,
	.write = write_effects,
};
