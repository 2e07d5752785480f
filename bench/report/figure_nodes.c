// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Node by node: the median of each pair of layout matrix, from the node of the exiting CPU (down)
 * to that of mirrors and pages (across), for the base, the candidate, and their ratio.
 */
#include "report/figure.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "report/clean.h"
#include "report/phrase.h"

#define NODES_MAX   16 /* more have no room for their numbers */
#define ROW_PIXELS  24
#define LEFT_PIXELS 110
#define RATIO_LEAST 0.05 /* the deepest colour stands for this much at least, in logarithms */

enum panel { PANEL_BASE = 0, PANEL_CANDIDATE, PANEL_RATIO, PANEL_COUNT };

struct matrix {
	const struct report *report;
	uint32_t nodes[NODES_MAX];
	uint32_t count;
	/* Medians in nanoseconds by CPU's node and memory's, 0: not measured. */
	double ns[ARM_COUNT][NODES_MAX][NODES_MAX];
	double low_ns, high_ns, most; /* of the medians; of |ln ratio| */
	uint64_t least_rows, most_rows;
};

static const struct cell *cell_of(const struct report *report, uint32_t result)
{
	return &report->input->cells[report->comparison->results[result].cell];
}

static bool is_pair(const struct report *report, uint32_t result)
{
	const struct arm_summary *arm = report->comparison->results[result].arm;

	return cell_of(report, result)->layout == LAYOUT_MATRIX && arm[ARM_BASE].rows &&
	       arm[ARM_CANDIDATE].rows && arm[ARM_BASE].p50_ns >= 1 &&
	       arm[ARM_CANDIDATE].p50_ns >= 1;
}

/* One matrix: all but the nodes is equal. */
static bool same_matrix(const struct report *report, uint32_t a, uint32_t b)
{
	const struct cell_result *results = report->comparison->results;

	return results[a].column == results[b].column &&
	       !(cell_parts_differ(report->input, results[a].cell, results[b].cell) &
		 ~PART_BIT(PART_LAYOUT));
}

/* The first pair of each matrix, judged columns first. */
static int find(const struct figure_maker *maker, const struct report *report, uint32_t **results,
		uint32_t *count)
{
	const uint32_t all = report->comparison->result_count;

	(void)maker;
	*count = 0;
	*results = calloc(all + 1, sizeof(**results));
	if (!*results)
		return -ENOMEM;
	for (int gated = 1; gated >= 0; gated--) {
		for (uint32_t i = 0; i < all; i++) {
			uint32_t known = 0;

			if (report->comparison->results[i].gated != gated || !is_pair(report, i))
				continue;
			while (known < *count && !same_matrix(report, (*results)[known], i))
				known++;
			if (known == *count)
				(*results)[(*count)++] = i;
		}
	}
	return 0;
}

/* The node's place among those of the matrix, which stay in order; NODES_MAX: no room. */
static uint32_t place_of(const struct matrix *matrix, uint32_t node)
{
	uint32_t place = 0;

	while (place < matrix->count && matrix->nodes[place] != node)
		place++;
	return place < matrix->count ? place : NODES_MAX;
}

static void add_node(struct matrix *matrix, uint32_t node)
{
	uint32_t at = matrix->count;

	if (matrix->count == NODES_MAX || place_of(matrix, node) < NODES_MAX)
		return;
	for (; at && matrix->nodes[at - 1] > node; at--)
		matrix->nodes[at] = matrix->nodes[at - 1];
	matrix->nodes[at] = node;
	matrix->count++;
}

static void take_pair(struct matrix *matrix, uint32_t result)
{
	const struct cell *cell = cell_of(matrix->report, result);
	const struct arm_summary *arm = matrix->report->comparison->results[result].arm;
	const uint32_t row = place_of(matrix, cell->cpu_node);
	const uint32_t column = place_of(matrix, cell->memory_node);

	if (row == NODES_MAX || column == NODES_MAX)
		return;
	for (size_t i = 0; i < ARM_COUNT; i++) {
		matrix->ns[i][row][column] = arm[i].p50_ns;
		if (!matrix->most_rows || arm[i].rows < matrix->least_rows)
			matrix->least_rows = arm[i].rows;
		if (arm[i].rows > matrix->most_rows)
			matrix->most_rows = arm[i].rows;
		if (matrix->low_ns <= 0 || arm[i].p50_ns < matrix->low_ns)
			matrix->low_ns = arm[i].p50_ns;
		matrix->high_ns = fmax(matrix->high_ns, arm[i].p50_ns);
	}
	matrix->most = fmax(matrix->most,
			    fabs(log(arm[ARM_CANDIDATE].p50_ns / arm[ARM_BASE].p50_ns)));
}

static void collect(struct matrix *matrix, uint32_t first)
{
	for (int pass = 0; pass < 2; pass++) {
		for (uint32_t i = first; i < matrix->report->comparison->result_count; i++) {
			if (!is_pair(matrix->report, i) || !same_matrix(matrix->report, first, i))
				continue;
			if (pass) {
				take_pair(matrix, i);
				continue;
			}
			add_node(matrix, cell_of(matrix->report, i)->cpu_node);
			add_node(matrix, cell_of(matrix->report, i)->memory_node);
		}
	}
}

struct rgb {
	int red, green, blue;
};

static struct rgb mix(struct rgb from, struct rgb to, double share)
{
	return (struct rgb){ (int)lround(from.red + (to.red - from.red) * share),
			     (int)lround(from.green + (to.green - from.green) * share),
			     (int)lround(from.blue + (to.blue - from.blue) * share) };
}

/* Short is light, long dark: cividis turned round. */
static struct rgb latency_colour(const struct matrix *matrix, double ns)
{
	static const struct rgb steps[] = {
		{ 254, 232, 56 },  { 200, 184, 102 }, { 148, 142, 119 },
		{ 102, 105, 112 }, { 53, 69, 108 },   { 0, 34, 78 },
	};
	const double range = log(matrix->high_ns / matrix->low_ns);
	const double at = range > 0 ? 5 * log(ns / matrix->low_ns) / range : 0;
	const int step = at >= 4 ? 4 : (int)at;

	return mix(steps[step], steps[step + 1], at - step);
}

/* Blue: the candidate takes less; vermillion: longer; white: the same. */
static struct rgb ratio_colour(const struct matrix *matrix, double ln_ratio)
{
	static const struct rgb same = { 255, 255, 255 }, less = { 0, 114, 178 },
				longer = { 213, 94, 0 };

	return mix(same, ln_ratio < 0 ? less : longer,
		   fabs(ln_ratio) / fmax(matrix->most, RATIO_LEAST));
}

static bool is_dark(struct rgb colour)
{
	return .299 * colour.red + .587 * colour.green + .114 * colour.blue < 128;
}

/* The panels from the top, a gap above each for its name. */
static double height_of(const struct matrix *matrix, enum panel panel, uint32_t row)
{
	return (double)((PANEL_COUNT - panel) * (matrix->count + 1) - 1 - row) - .5;
}

static void write_square(const struct matrix *matrix, enum panel panel, uint32_t row,
			 uint32_t column, FILE *data)
{
	const double base = matrix->ns[ARM_BASE][row][column];
	const double candidate = matrix->ns[ARM_CANDIDATE][row][column];
	const double shown = panel == PANEL_BASE ? base : candidate;
	struct rgb colour;
	char text[FORMAT_BYTES];

	if (base <= 0)
		return;
	if (panel == PANEL_RATIO) {
		colour = ratio_colour(matrix, log(candidate / base));
		format_effect(log(candidate / base), text, sizeof(text));
	} else {
		colour = latency_colour(matrix, shown);
		format_ns(shown, text, sizeof(text));
	}
	fprintf(data, "%u %g %d \"%s\" %d %u %u %.9g\n", column, height_of(matrix, panel, row),
		colour.red << 16 | colour.green << 8 | colour.blue, text,
		is_dark(colour) ? 0xffffff : 0, matrix->nodes[row], matrix->nodes[column],
		panel == PANEL_RATIO ? log(candidate / base) : shown);
}

static void write_data(const struct matrix *matrix, FILE *data)
{
	static const char *const names[] = { "base", "candidate", "candidate over base" };

	fputs("# column height colour text text_colour cpu_node memory_node value\n", data);
	for (enum panel panel = 0; panel < PANEL_COUNT; panel++) {
		fprintf(data, "# %s, %s\n", names[panel],
			panel == PANEL_RATIO ? "ln_ratio" : "p50_ns");
		for (uint32_t row = 0; row < matrix->count; row++)
			for (uint32_t column = 0; column < matrix->count; column++)
				write_square(matrix, panel, row, column, data);
	}
}

static void write_axes(const struct matrix *matrix, FILE *script)
{
	const double room = FIGURE_WIDTH - LEFT_PIXELS - 10;
	char name[FIGURE_OVER_BYTES];
	const char *between = "";

	fprintf(script, "set xrange [-0.5:%.1f]\nset yrange [0:%.1f]\nset xtics (",
		matrix->count - .5, PANEL_COUNT * (matrix->count + 1.0));
	for (uint32_t i = 0; i < matrix->count; i++)
		fprintf(script, "%s'%u' %u", i ? ", " : "", matrix->nodes[i], i);
	fputs(")\nset ytics (", script);
	for (enum panel panel = 0; panel < PANEL_COUNT; panel++) {
		for (uint32_t i = 0; i < matrix->count; i++) {
			fprintf(script, "%s'node %u' %g", between, matrix->nodes[i],
				height_of(matrix, panel, i));
			between = ", ";
		}
	}
	fputs(")\nset tics scale 0\nunset grid\nunset border\nunset key\n", script);
	for (enum panel panel = 0; panel < PANEL_COUNT; panel++) {
		if (panel == PANEL_RATIO)
			figure_over(matrix->report, room, name, sizeof(name));
		else
			figure_arm_name(matrix->report,
					panel == PANEL_BASE ? ARM_BASE : ARM_CANDIDATE, room,
					FIGURE_TEXT, name, sizeof(name));
		fprintf(script, "set label %u ", 10 + panel);
		figure_quote(script, name, sizeof(name));
		fprintf(script, " at first -0.5,%g left noenhanced textcolor rgb '#111111'\n",
			height_of(matrix, panel, 0) + .95);
	}
}

static int write_matrix(const struct matrix *matrix, const char *folder, struct figure *figure,
			struct error *error)
{
	char title[CELL_WORDS_BYTES + 64], samples[80];
	struct figure_files files;
	int status;

	if (matrix->least_rows < matrix->most_rows)
		snprintf(samples, sizeof(samples), "n = %" PRIu64 " to %" PRIu64 " per number",
			 matrix->least_rows, matrix->most_rows);
	else
		snprintf(samples, sizeof(samples), "n = %" PRIu64 " per number", matrix->most_rows);
	figure_describe(matrix->report, PART_BIT(PART_LAYOUT), figure, title, sizeof(title));
	figure_caption_add(figure,
			   "Medians by the node of the exiting CPU and that of mirrors and "
			   "pages, and their ratio; %s.",
			   samples);
	figure->left = LEFT_PIXELS;
	figure->height = FIGURE_TOP + FIGURE_BOTTOM - 30 +
			 ROW_PIXELS * PANEL_COUNT * (matrix->count + 1);
	status = figure_open(figure, folder, &files, error);
	if (status)
		return status;
	write_data(matrix, files.data);
	figure_head(matrix->report, figure, title, "node of the exiting CPU",
		    "above: medians, dark is long; below: change, dark is much", files.script);
	fprintf(files.script, "set tmargin at screen %.5f\n",
		1 - (FIGURE_TOP - 30.0) / figure->height);
	write_axes(matrix, files.script);
	fprintf(files.script, "set xlabel 'node of mirrors and pages (%s)' noenhanced\n", samples);
	figure_draw_begin(figure, files.script);
	fprintf(files.script,
		"'%s.dat' using 1:2:($1-0.48):($1+0.48):($2-0.48):($2+0.48):3 with boxxyerror "
		"fillcolor rgb variable fillstyle solid 1 noborder notitle, \\\n"
		"     '' using 1:2:4:5 with labels textcolor rgb variable font ',%d' notitle",
		figure->name, matrix->count > 6 ? 9 : 12);
	figure_draw_end(figure, files.script);
	return figure_close(figure, folder, &files, error);
}

static int write_nodes(const struct report *report, const char *folder, struct figure *figure,
		       struct error *error)
{
	struct matrix *matrix = calloc(1, sizeof(*matrix));
	int result;

	if (!matrix)
		return error_set(error, ENOMEM, "figure: out of memory");
	matrix->report = report;
	collect(matrix, figure->result);
	result = matrix->count < 2 ? -ENODATA : write_matrix(matrix, folder, figure, error);
	free(matrix);
	return result;
}

const struct figure_maker figure_nodes = {
	.name = "nodes",
	.heading = "Node by node",
	.help = "Each square is one pair of nodes: the exiting CPU's from top to bottom, that of "
		"mirrors and pages from left to right. Above are the medians of the two "
		"alternatives, in the same colours, below the candidate over the base. The "
		"diagonal "
		"is memory of the CPU's own node; what lies beside it pays for the distance.",
	.find = find,
	.write = write_nodes,
};
