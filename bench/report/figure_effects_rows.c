// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/figure_effects.h"

#include <math.h>
#include <string.h>

#define ROW_SIZE      11  /* of letters */
#define HEADING_SIZE  12
#define ROW_PIXELS    20  /* of one line; each other line adds its own height */
#define LINES_PIXELS  4	  /* more for several lines, to stand apart from the next row's */
#define LABEL_LEAST   100 /* pixels across */
#define LABEL_MOST    300 /* longer ones take more lines: as much is left for the plot */
#define HEADING_MOST  200 /* the same, where rows are shorter than that */
#define LEAST_PIXELS  80  /* of the plot's height */
#define FIRST_LABEL   10  /* behind those of figure_head() */
#define GAP_PIXELS    18  /* from the picture's edge to the labels, and to the plot */

static const struct cell *cell_of(const struct report *report, uint32_t result)
{
	return &report->input->cells[report->comparison->results[result].cell];
}

static bool same_workload(const struct report *report, uint32_t a, uint32_t b)
{
	return report->comparison->results[a].column == report->comparison->results[b].column &&
	       !strcmp(cell_workload(cell_of(report, a)), cell_workload(cell_of(report, b)));
}

/* The parts in which the judged cells of a workload differ, in any figure. */
static uint32_t telling_parts(const struct report *report, uint32_t result)
{
	const struct comparison *comparison = report->comparison;
	const uint32_t cell = comparison->results[result].cell;
	uint32_t parts = 0;

	for (uint32_t i = 0; i < comparison->result_count; i++) {
		const uint32_t differ = comparison->results[i].gated ?
						cell_parts_differ(report->input, cell,
								  comparison->results[i].cell) :
						0;

		if (!(differ & PART_BIT(PART_WORKLOAD)))
			parts |= differ;
	}
	return parts;
}

static void heading_words(const struct effects_rows *rows, uint32_t heading, char *words,
			  size_t bytes)
{
	const struct effects_heading *shown = &rows->heading[heading];

	figure_words(rows->report, &rows->report->comparison->results[shown->result], shown->parts,
		     words, bytes);
}

static void row_words(const struct effects_rows *rows, uint32_t row, char *words, size_t bytes)
{
	cell_words_text(rows->report->input,
			rows->report->comparison->results[rows->results[row]].cell,
			rows->row[row].parts, words, bytes);
}

/* The parts in which rows first .. end - 1 differ; of one row, those that tell it from all. */
static uint32_t varying_parts(const struct effects_rows *rows, uint32_t first, uint32_t end)
{
	const struct report *report = rows->report;
	const struct cell_result *results = report->comparison->results;
	const uint32_t cell = results[rows->results[first]].cell;
	uint32_t varying = 0;

	if (end - first == 1)
		return telling_parts(report, rows->results[first]);
	for (uint32_t i = first + 1; i < end; i++)
		varying |= cell_parts_differ(report->input, cell, results[rows->results[i]].cell);
	return varying;
}

/* Could they be a section in which each row has one line? */
static bool take_a_line(struct effects_rows *rows, uint32_t first, uint32_t end)
{
	const uint32_t varying = varying_parts(rows, first, end);
	char words[CELL_WORDS_BYTES];

	for (uint32_t i = first; i < end; i++) {
		rows->row[i].parts = varying;
		row_words(rows, i, words, sizeof(words));
		if (figure_text_pixels(words, ROW_SIZE) > LABEL_MOST)
			return false;
	}
	return true;
}

/*
 * Where the section that begins at `first` ends. One more row may make the labels longer than a
 * line; it then begins a section, unless that would leave single rows below headings.
 */
static uint32_t section_end(struct effects_rows *rows, uint32_t first)
{
	uint32_t end = first + 1;

	for (; end < rows->count; end++) {
		if (!same_workload(rows->report, rows->results[first], rows->results[end]))
			break;
		if (take_a_line(rows, first, end + 1))
			continue;
		if (end - first > 1 && take_a_line(rows, first, end))
			break;
		if (end + 1 < rows->count &&
		    same_workload(rows->report, rows->results[end], rows->results[end + 1]) &&
		    take_a_line(rows, end, end + 2))
			break;
	}
	return end;
}

/* Rows first .. end - 1 become a section. */
static void take_section(struct effects_rows *rows, uint32_t first, uint32_t end)
{
	const uint32_t telling = telling_parts(rows->report, rows->results[first]);
	const uint32_t usual = PART_BIT(PART_NAME) | PART_BIT(PART_MIRRORS) |
			       PART_BIT(PART_PROFILE);
	const uint32_t varying = varying_parts(rows, first, end);
	char words[CELL_WORDS_BYTES];

	for (uint32_t i = first; i < end; i++)
		rows->row[i].parts = varying ? varying : usual;
	rows->heading[rows->headings] = (struct effects_heading){
		.result = rows->results[first],
		.parts = PART_BIT(PART_WORKLOAD) | (telling & ~varying),
	};
	heading_words(rows, rows->headings, words, sizeof(words));
	if (words[0]) /* cells from elsewhere have no workload */
		rows->headings++;
}

static double lines_pixels(const struct effects_rows *rows, const char *words, int size)
{
	const unsigned int lines = figure_lines(NULL, words, rows->label_pixels, size);

	return ROW_PIXELS + (lines - 1) * FIGURE_LINE * size + (lines > 1 ? LINES_PIXELS : 0);
}

static void take_width(struct effects_rows *rows)
{
	double widest = LABEL_LEAST;
	char words[CELL_WORDS_BYTES];

	for (uint32_t i = 0; i < rows->headings; i++) {
		heading_words(rows, i, words, sizeof(words));
		widest = fmax(widest, fmin(figure_text_pixels(words, HEADING_SIZE), HEADING_MOST));
	}
	for (uint32_t i = 0; i < rows->count; i++) {
		row_words(rows, i, words, sizeof(words));
		widest = fmax(widest, figure_text_pixels(words, ROW_SIZE));
	}
	rows->label_pixels = (unsigned int)ceil(fmin(widest, LABEL_MOST));
}

/* Down from the top, first as if it were 0. */
static void take_places(struct effects_rows *rows)
{
	uint32_t heading = 0;
	char words[CELL_WORDS_BYTES];
	double at = 0;

	for (uint32_t i = 0; i < rows->count; i++) {
		if (heading < rows->headings && rows->heading[heading].result == rows->results[i]) {
			rows->heading[heading].top = -at;
			heading_words(rows, heading++, words, sizeof(words));
			at += lines_pixels(rows, words, HEADING_SIZE);
		}
		row_words(rows, i, words, sizeof(words));
		rows->row[i].half = lines_pixels(rows, words, ROW_SIZE) / 2;
		rows->row[i].middle = -at - rows->row[i].half;
		at += 2 * rows->row[i].half;
	}
	rows->height = (unsigned int)ceil(fmax(at, LEAST_PIXELS));
	for (uint32_t i = 0; i < rows->headings; i++)
		rows->heading[i].top += rows->height;
	for (uint32_t i = 0; i < rows->count; i++)
		rows->row[i].middle += rows->height;
}

void effects_rows_lay_out(struct effects_rows *rows)
{
	uint32_t end;

	rows->headings = 0;
	for (uint32_t first = 0; first < rows->count; first = end) {
		end = section_end(rows, first);
		take_section(rows, first, end);
	}
	take_width(rows);
	take_places(rows);
	rows->left = rows->label_pixels + GAP_PIXELS;
}

/* As gnuplot counts: the height is that of the middle of the first line. */
static void write_label(const struct effects_rows *rows, unsigned int tag, const char *words,
			double height, int size, const char *rest, FILE *script)
{
	fprintf(script, "set label %u ", tag);
	figure_lines(script, words, rows->label_pixels, size);
	fprintf(script, " at screen %.5f,first %g %s noenhanced font ',%d'\n",
		size == HEADING_SIZE ? (double)GAP_PIXELS / 2 / FIGURE_WIDTH :
				       (rows->left - GAP_PIXELS / 2.0) / FIGURE_WIDTH,
		height, rest, size);
}

void effects_rows_write(const struct effects_rows *rows, FILE *script)
{
	char words[CELL_WORDS_BYTES];
	unsigned int tag = FIRST_LABEL;

	fprintf(script, "set yrange [0:%u]\nunset ytics\n", rows->height);
	for (uint32_t i = 0; i < rows->headings; i++) {
		heading_words(rows, i, words, sizeof(words));
		write_label(rows, tag++, words, rows->heading[i].top - ROW_PIXELS / 2.0,
			    HEADING_SIZE, "left textcolor rgb '#111111'", script);
	}
	for (uint32_t i = 0; i < rows->count; i++) {
		unsigned int lines;

		row_words(rows, i, words, sizeof(words));
		lines = figure_lines(NULL, words, rows->label_pixels, ROW_SIZE);
		write_label(rows, tag++, words,
			    rows->row[i].middle + (lines - 1) * FIGURE_LINE * ROW_SIZE / 2,
			    ROW_SIZE, "right textcolor rgb '#222222'", script);
	}
}
