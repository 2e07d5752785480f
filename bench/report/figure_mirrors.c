// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Latency against the number of mirrors: the slope says how the cost of a teardown
 * grows, the distance between the lines what the strategies cost. Where a slope was fitted
 * (stats/slope.h), the lines are its curves and the key has the exponents; else they join the
 * points.
 */
#include "report/figure.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/cell_parts.h"
#include "report/clean.h"
#include "report/phrase.h"

#define KEY_COLUMNS  26
#define NAME_COLUMNS 14 /* of them, before an exponent */
#define CURVE_POINTS 64
#define X_LABELS_MAX 9

static const struct cell *cell_of(const struct report *report, uint32_t result)
{
	return &report->input->cells[report->comparison->results[result].cell];
}

/* Same line of the same figure: all but the number of mirrors is equal. */
static bool same_group(const struct report *report, uint32_t a, uint32_t b)
{
	return report->comparison->results[a].column == report->comparison->results[b].column &&
	       !(cell_parts_differ(cell_of(report, a), cell_of(report, b)) &
		 ~PART_BIT(PART_MIRRORS));
}

static bool drawable(const struct report *report, uint32_t result)
{
	const struct arm_summary *arm = report->comparison->results[result].arm;

	return cell_of(report, result)->mirrors > 0 &&
	       (arm[ARM_BASE].rows || arm[ARM_CANDIDATE].rows);
}

/* The results of the group that begins at `first`, in order of mirrors. Gives their count. */
static uint32_t collect(const struct report *report, uint32_t first, uint32_t *members)
{
	uint32_t count = 0;

	for (uint32_t i = first; i < report->comparison->result_count; i++) {
		uint32_t at = count;

		if (!drawable(report, i) || !same_group(report, first, i))
			continue;
		while (at &&
		       cell_of(report, members[at - 1])->mirrors > cell_of(report, i)->mirrors) {
			members[at] = members[at - 1];
			at--;
		}
		members[at] = i;
		count++;
	}
	return count;
}

/* Groups with two numbers of mirrors or more, judged ones first. */
static int find(const struct report *report, uint32_t **results, uint32_t *count)
{
	const uint32_t all = report->comparison->result_count;
	uint32_t *members = calloc(all + 1, sizeof(*members));
	bool *done = calloc(all + 1, sizeof(*done));
	uint32_t found;

	*count = 0;
	*results = calloc(all + 1, sizeof(**results));
	if (!members || !done || !*results) {
		free(members);
		free(done);
		free(*results);
		*results = NULL;
		return -ENOMEM;
	}
	for (int gated = 1; gated >= 0; gated--) {
		for (uint32_t i = 0; i < all; i++) {
			if (done[i] || report->comparison->results[i].gated != gated ||
			    !drawable(report, i))
				continue;
			found = collect(report, i, members);
			for (uint32_t k = 0; k < found; k++)
				done[members[k]] = true;
			if (found >= 2)
				(*results)[(*count)++] = i;
		}
	}
	free(members);
	free(done);
	return 0;
}

/* The axis of mirrors, in logarithms: what was measured with a margin. */
struct mirrors_axis {
	double low, high;
};

static struct mirrors_axis make_axis(const struct report *report, const uint32_t *members,
				     uint32_t count)
{
	const double low = log(cell_of(report, members[0])->mirrors);
	const double high = log(cell_of(report, members[count - 1])->mirrors);
	const double margin = high > low ? (high - low) * 0.07 : 0.1;

	return (struct mirrors_axis){ low - margin, high + margin };
}

/* Bars of two alternatives at one number of mirrors would hide each other. */
static double beside(const struct mirrors_axis *axis, uint32_t mirrors, enum comparison_arm arm)
{
	const double aside = (axis->high - axis->low) * 0.006;

	return exp(log(mirrors) + (arm == ARM_BASE ? -aside : aside));
}

static bool write_arm(const struct report *report, const uint32_t *members, uint32_t count,
		      enum comparison_arm arm, struct figure_axis *axis, struct figure_files *files)
{
	const struct mirrors_axis across = make_axis(report, members, count);
	bool any = false;

	fprintf(files->data, "# %s\n# mirrors x p10_ns p50_ns p90_ns max_ns n\n",
		arm == ARM_BASE ? "base" : "candidate");
	for (uint32_t i = 0; i < count; i++) {
		const struct arm_summary *summary =
			&report->comparison->results[members[i]].arm[arm];
		const uint32_t mirrors = cell_of(report, members[i])->mirrors;

		if (!summary->rows || isnan(summary->p10_ns) || isnan(summary->p50_ns) ||
		    isnan(summary->p90_ns))
			continue;
		fprintf(files->data, "%" PRIu32 " %.9g %.9g %.9g %.9g %.9g %" PRIu64 "\n", mirrors,
			beside(&across, mirrors, arm), figure_axis_take(axis, summary->p10_ns),
			figure_axis_take(axis, summary->p50_ns),
			figure_axis_take(axis, summary->p90_ns), summary->max_ns, summary->rows);
		any = true;
	}
	figure_data_end(files);
	return any;
}

/*
 * The counts that were measured are the ticks, as far as their labels have room: the last
 * before those in between.
 */
static void write_x_axis(const struct report *report, const uint32_t *members, uint32_t count,
			 FILE *script)
{
	const struct mirrors_axis axis = make_axis(report, members, count);
	const double room = (axis.high - axis.low) / X_LABELS_MAX;
	const double end = log(cell_of(report, members[count - 1])->mirrors);
	double last = -INFINITY;

	fprintf(script, "set logscale x\nset xrange [%.9g:%.9g]\nset xtics (", exp(axis.low),
		exp(axis.high));
	for (uint32_t i = 0; i < count; i++) {
		const uint32_t mirrors = cell_of(report, members[i])->mirrors;
		const double place = log(mirrors);
		const bool fits = place - last >= room &&
				  (end <= place || end - place >= room || !i);

		if (fits)
			fprintf(script, "%s'%" PRIu32 "' %" PRIu32, i ? ", " : "", mirrors,
				mirrors);
		else
			fprintf(script, "%s'' %" PRIu32 " 1", i ? ", " : "", mirrors);
		if (fits)
			last = place;
	}
	fputs(")\n", script);
}

/* The sweep that has these results, or NULL. */
static const struct sweep *sweep_of(const struct report *report, const uint32_t *members,
				    uint32_t count)
{
	const struct comparison *comparison = report->comparison;

	for (uint32_t i = 0; i < comparison->sweep_count; i++)
		for (uint32_t k = 0; k < count; k++)
			if (comparison->sweeps[i].part == SWEEP_MIRRORS &&
			    comparison->sweeps[i].results[0] == members[k])
				return &comparison->sweeps[i];
	return NULL;
}

/* The fitted curves, a data set for each arm, behind those of the points. */
static void write_curves(const struct report *report, const struct sweep *sweep,
			 struct figure_axis *axis, struct figure_files *files)
{
	const double low = log(cell_of(report, sweep->results[0])->mirrors);
	const double high = log(cell_of(report, sweep->results[sweep->count - 1])->mirrors);

	for (enum comparison_arm arm = 0; arm < ARM_COUNT; arm++) {
		const struct slope_curve *curve = &sweep->slope.curve[arm];

		fprintf(files->data, "# %s: %.9g ns + %.9g ns * mirrors ** %.9g\n"
				     "# mirrors fitted_ns\n",
			arm == ARM_BASE ? "base" : "candidate", curve->fixed_ns,
			exp(curve->ln_factor), curve->exponent);
		for (int i = 0; i <= CURVE_POINTS; i++) {
			const double mirrors = exp(low + (high - low) * i / CURVE_POINTS);

			fprintf(files->data, "%.9g %.9g\n", mirrors,
				figure_axis_take(axis, slope_curve_at(curve, mirrors)));
		}
		figure_data_end(files);
	}
}

/* "read", with a fitted slope "read: N^1.00 ± .02". */
static void write_key(FILE *file, const struct report *report, const struct sweep *sweep,
		      enum comparison_arm arm)
{
	char *name = clean_text(arm == ARM_BASE ? report->input->base_name
						: report->input->candidate_name,
				false);
	char exponent[FORMAT_BYTES], key[256];

	if (name && sweep)
		clean_cut(name, NAME_COLUMNS);
	if (sweep) {
		format_slope(&sweep->slope.exponent[arm], exponent, sizeof(exponent));
		snprintf(key, sizeof(key), "%.180s: %s", name ? name : "", exponent);
	} else {
		snprintf(key, sizeof(key), "%s", name ? name : "");
	}
	free(name);
	figure_quote(file, key, sweep ? sizeof(key) : KEY_COLUMNS);
}

static void write_plot(const struct report *report, const struct figure *figure,
		       const struct sweep *sweep, const bool *any, char **plot)
{
	size_t bytes;
	FILE *file = open_memstream(plot, &bytes);
	const char *between = "";

	if (!file)
		return;
	for (enum comparison_arm arm = 0; arm < ARM_COUNT; arm++) {
		const struct figure_style *style = figure_style(report, arm);

		if (!any[arm])
			continue;
		fprintf(file,
			"%s'%s.dat' index %d using 2:4:3:5 with yerrorbars notitle "
			"linecolor rgb '%s' linewidth 1 pointtype %d pointsize 0.01, \\\n",
			between, figure->name, arm, style->colour, style->point);
		if (sweep)
			fprintf(file,
				"     '' index %d using 2:4 with points notitle linecolor rgb '%s' "
				"pointtype %d pointsize 0.9, \\\n"
				"     '' index %d using 1:2 with lines notitle linecolor rgb '%s' "
				"linewidth 2 dashtype %d, \\\n"
				"     keyentry with linespoints ",
				arm, style->colour, style->point, ARM_COUNT + arm, style->colour,
				style->dash);
		else
			fprintf(file, "     '' index %d using 2:4 with linespoints ", arm);
		fprintf(file,
			"linecolor rgb '%s' linewidth 2 dashtype %d pointtype %d pointsize 0.9 "
			"title ",
			style->colour, style->dash, style->point);
		write_key(file, report, sweep, arm);
		between = ", \\\n     ";
	}
	if (fclose(file)) {
		free(*plot);
		*plot = NULL;
	}
}

static void sample_range(const struct report *report, const uint32_t *members, uint32_t count,
			 char *text, size_t bytes)
{
	uint64_t least = UINT64_MAX, most = 0;

	for (uint32_t i = 0; i < count; i++) {
		for (size_t arm = 0; arm < ARM_COUNT; arm++) {
			const uint64_t rows = report->comparison->results[members[i]].arm[arm].rows;

			if (rows && rows < least)
				least = rows;
			most = rows > most ? rows : most;
		}
	}
	if (least >= most)
		snprintf(text, bytes, "n = %" PRIu64 " per point", most);
	else
		snprintf(text, bytes, "n = %" PRIu64 " to %" PRIu64 " per point", least, most);
}

static int write_figure(const struct report *report, const uint32_t *members, uint32_t count,
			unsigned int number, const char *folder, struct figure *figure,
			struct error *error)
{
	const struct sweep *sweep = sweep_of(report, members, count);
	char title[CELL_WORDS_BYTES + 64], samples[80], *plot = NULL;
	struct figure_axis axis = FIGURE_AXIS_EMPTY;
	bool any[ARM_COUNT];
	struct figure_files files;
	int result;

	figure_describe(report, "mirrors", number, PART_BIT(PART_MIRRORS), figure, title,
			sizeof(title));
	sample_range(report, members, count, samples, sizeof(samples));
	figure_caption_add(figure, "%s; bars: p10 to p90; %s.",
			   sweep ? "Points: medians; lines: fixed cost + factor * N^c" :
				   "Lines: medians", samples);
	result = figure_open(figure, folder, &files, error);
	if (result)
		return result;
	for (enum comparison_arm arm = 0; arm < ARM_COUNT; arm++)
		any[arm] = write_arm(report, members, count, arm, &axis, &files);
	if (sweep)
		write_curves(report, sweep, &axis, &files);
	figure_head(report, figure, title,
		    sweep ? "point: median; bar: p10 to p90; line: fixed cost + factor * N^c" :
			    "line: median; bars: p10 to p90", files.script);
	figure_axis_write(files.script, &axis);
	write_x_axis(report, members, count, files.script);
	fprintf(files.script, "set xlabel 'mirrors of one process (%s)' noenhanced\n", samples);
	write_plot(report, figure, sweep, any, &plot);
	if (plot)
		figure_draw(figure, plot, files.script);
	if (axis.raised)
		figure_caption_add(figure, " Values of 0 ns are drawn at 1 ns.");
	result = figure_close(figure, folder, &files, error);
	if (!plot)
		result = error_set(error, ENOMEM, "figure: out of memory");
	free(plot);
	return result;
}

static int write_group(const struct report *report, unsigned int number, const char *folder,
		       struct figure *figure, struct error *error)
{
	uint32_t *members = calloc(report->comparison->result_count + 1, sizeof(*members));
	uint32_t count;
	int result;

	if (!members)
		return error_set(error, ENOMEM, "figure: out of memory");
	count = collect(report, figure->result, members);
	result = write_figure(report, members, count, number, folder, figure, error);
	free(members);
	return result;
}

const struct figure_maker figure_mirrors = {
	.kind = FIGURE_MIRRORS,
	.find = find,
	.write = write_group,
};
