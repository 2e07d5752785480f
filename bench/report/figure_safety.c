// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What safety costs: for how long a callback used a mirror after its unregister had returned
 * (workload race) against the p99 of an unregister that meets an exit (workload contend). A
 * strategy without a window stands at the left, one without a wait at the bottom.
 */
#include "report/figure_safety.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "report/clean.h"
#include "report/phrase.h"

#define PAIRS_MAX    12
#define LABELS_MAX   6	 /* more would cover each other */
#define LABEL_PIXELS 240 /* of a line of them */
#define LABEL_SIZE   12
#define NONE_BELOW   6.0 /* how far left of the shortest window "none" stands, as a factor */

static const struct cell *cell_of(const struct report *report, uint32_t result)
{
	return &report->input->cells[report->comparison->results[result].cell];
}

static bool is_column(const struct report *report, uint32_t result, uint32_t workload,
		      enum sample_column column)
{
	const struct cell_result *shown = &report->comparison->results[result];

	return cell_of(report, result)->workload == workload && shown->column == column &&
	       (shown->arm[ARM_BASE].rows || shown->arm[ARM_CANDIDATE].rows);
}

/* The same walk: what may differ is how many unregister, and the memory that is unmapped. */
static bool same_walk(const struct report *report, uint32_t race, uint32_t contend)
{
	const struct cell_result *results = report->comparison->results;

	return !(cell_parts_differ(report->input, results[race].cell, results[contend].cell) &
		 ~(PART_BIT(PART_WORKLOAD) | PART_BIT(PART_THREADS) | PART_BIT(PART_MEMORY)));
}

static uint32_t find_pairs(const struct report *report, struct safety_pair *pairs)
{
	const uint32_t all = report->comparison->result_count;
	uint32_t count = 0;

	for (uint32_t i = 0; i < all && count < PAIRS_MAX; i++) {
		if (!is_column(report, i, WORKLOAD_RACE, COLUMN_WINDOW))
			continue;
		for (uint32_t k = 0; k < all; k++) {
			if (!is_column(report, k, WORKLOAD_CONTEND, COLUMN_UNREGISTER) ||
			    !same_walk(report, i, k))
				continue;
			pairs[count++] = (struct safety_pair){ i, k };
			break;
		}
	}
	return count;
}

static int find(const struct figure_maker *maker, const struct report *report, uint32_t **results,
		uint32_t *count)
{
	struct safety_pair pairs[PAIRS_MAX];

	(void)maker;
	*count = find_pairs(report, pairs) > 0;
	*results = calloc(1, sizeof(**results));
	if (!*results)
		return -ENOMEM;
	if (*count)
		**results = pairs[0].window;
	return 0;
}

static void take_ranges(const struct report *report, const struct safety_pair *pairs,
			uint32_t count, struct figure_axis *across, struct figure_axis *up)
{
	for (uint32_t i = 0; i < count; i++) {
		for (enum comparison_arm arm = 0; arm < ARM_COUNT; arm++) {
			const struct arm_summary *window = safety_window(report, &pairs[i], arm);
			const struct arm_summary *wait = safety_wait(report, &pairs[i], arm);

			if (window->rows) {
				figure_axis_take(across, window->p10_ns);
				figure_axis_take(across, window->p90_ns);
			}
			if (wait->rows)
				figure_axis_take(up, wait->p99_ns);
		}
	}
}

/* One data set an arm, then the lines that join a pair's two points. */
static void write_data(const struct report *report, const struct safety_pair *pairs, uint32_t count,
		       double none, struct figure_files *files)
{
	struct figure_axis unused = FIGURE_AXIS_EMPTY;

	for (enum comparison_arm arm = 0; arm < ARM_COUNT; arm++) {
		fprintf(files->data,
			"# %s\n# window_p50_ns window_p10_ns window_p90_ns unregister_p99_ns hits "
			"n\n",
			arm == ARM_BASE ? "base" : "candidate");
		for (uint32_t i = 0; i < count; i++) {
			const struct arm_summary *window = safety_window(report, &pairs[i], arm);
			const struct arm_summary *wait = safety_wait(report, &pairs[i], arm);
			const bool hits = window->rows > 0;

			if (wait->rows)
				fprintf(files->data,
					"%.9g %.9g %.9g %.9g %" PRIu64 " %" PRIu64 "\n",
					hits ? figure_axis_take(&unused, window->p50_ns) : none,
					hits ? figure_axis_take(&unused, window->p10_ns) : none,
					hits ? figure_axis_take(&unused, window->p90_ns) : none,
					figure_axis_take(&unused, wait->p99_ns), window->rows,
					wait->rows);
		}
		figure_data_end(files);
	}
	fputs("# from base to candidate\n", files->data);
	for (uint32_t i = 0; i < count; i++) {
		for (enum comparison_arm arm = 0; arm < ARM_COUNT; arm++) {
			const struct arm_summary *window = safety_window(report, &pairs[i], arm);
			const struct arm_summary *wait = safety_wait(report, &pairs[i], arm);

			if (wait->rows)
				fprintf(files->data, "%.9g %.9g\n",
					window->rows ? figure_axis_take(&unused, window->p50_ns)
						     : none,
					figure_axis_take(&unused, wait->p99_ns));
		}
		fputc('\n', files->data);
	}
	fputc('\n', files->data);
	files->data_sets++;
}

/* Where the axis begins. */
static double left_of(double none)
{
	return none / 1.6;
}

/* What tells the pairs apart. */
static uint32_t telling_parts(const struct report *report, const struct safety_pair *pairs,
			      uint32_t count)
{
	const struct cell_result *results = report->comparison->results;
	uint32_t parts = PART_BIT(PART_MIRRORS) | PART_BIT(PART_PROFILE);

	for (uint32_t i = 1; i < count; i++)
		parts |= cell_parts_differ(report->input, results[pairs[0].window].cell,
					   results[pairs[i].window].cell);
	return parts;
}

/* Room above the highest point for the tallest label. */
static double label_room(const struct report *report, const struct safety_pair *pairs,
			 uint32_t count)
{
	const uint32_t parts = telling_parts(report, pairs, count);
	unsigned int most = 0;

	for (uint32_t i = 0; i < count && i < LABELS_MAX; i++) {
		char words[CELL_WORDS_BYTES];
		unsigned int lines;

		cell_words_text(report->input, report->comparison->results[pairs[i].window].cell,
				parts, words, sizeof(words));
		lines = figure_lines(NULL, words, LABEL_PIXELS, LABEL_SIZE);
		most = lines > most ? lines : most;
	}
	return most * FIGURE_LINE * LABEL_SIZE;
}

static void write_y_axis(const struct figure_axis *up, double room, FILE *script)
{
	figure_axis_write(script, 'y', FIGURE_UP - room, up);
	figure_axis_free(script, FIGURE_UP - room, up, room);
}

/* Beside the point of the candidate, towards the middle, where there is room. */
static void write_labels(const struct report *report, const struct safety_pair *pairs,
			 uint32_t count, double none, const struct figure_axis *across,
			 FILE *script)
{
	const uint32_t parts = telling_parts(report, pairs, count);
	double low, high;

	figure_axis_shown(across, &low, &high);
	for (uint32_t i = 0; i < count && i < LABELS_MAX; i++) {
		const struct arm_summary *window = safety_window(report, &pairs[i], ARM_CANDIDATE);
		const struct arm_summary *wait = safety_wait(report, &pairs[i], ARM_CANDIDATE);
		const double at = window->rows ? fmax(window->p50_ns, FIGURE_LEAST_NS) : none;
		const bool right = at * at > left_of(none) * high;
		unsigned int lines;
		char words[CELL_WORDS_BYTES];

		if (!wait->rows)
			continue;
		cell_words_text(report->input, report->comparison->results[pairs[i].window].cell,
				parts, words, sizeof(words));
		lines = figure_lines(NULL, words, LABEL_PIXELS, LABEL_SIZE);
		fprintf(script, "set label %" PRIu32 " ", 10 + i);
		figure_lines(script, words, LABEL_PIXELS, LABEL_SIZE);
		fprintf(script,
			" at first %.9g,%.9g %s offset %d,%.1f noenhanced font ',%d' textcolor rgb "
			"'#222222'\n",
			at, fmax(wait->p99_ns, FIGURE_LEAST_NS), right ? "right" : "left",
			right ? -1 : 1, lines - .1, LABEL_SIZE);
	}
}

static void write_x_axis(const struct figure_axis *across, double none, FILE *script)
{
	double low, high;

	figure_axis_shown(across, &low, &high);
	figure_axis_write(script, 'x', FIGURE_ACROSS * log(high / low) / log(high / left_of(none)),
			  across);
	fprintf(script,
		"set xrange [%.9g:%.9g]\n"
		"set xtics add ('none' %.9g)\n"
		"set xlabel 'race window: use after unregister (median; p10 to p90)' "
		"noenhanced\n",
		left_of(none), high, none);
}

static void write_plot(const struct report *report, const struct safety_pair *pairs, uint32_t count,
		       const struct figure *figure, FILE *script)
{
	fputs("set key vertical maxrows 2\n", script);
	figure_draw_begin(figure, script);
	fprintf(script,
		"'%s.dat' index 2 using 1:2 with lines notitle linecolor rgb '#999999' "
		"linewidth 1",
		figure->name);
	for (enum comparison_arm arm = 0; arm < ARM_COUNT; arm++) {
		const struct figure_style *style = figure_style(report, arm);
		char text[SAFETY_COUNTS_BYTES], rest[SAFETY_COUNTS_BYTES + 2];

		safety_counts(report, pairs, count, arm, text, sizeof(text));
		snprintf(rest, sizeof(rest), ": %s", text);
		fprintf(script,
			", \\\n     '' index %d using 1:4:2:3 with xerrorbars linecolor rgb "
			"'%s' linewidth 1.5 pointtype %d pointsize 1.1 title ",
			arm, style->colour, style->point);
		figure_key(script, report, arm, rest);
	}
	figure_draw_end(figure, script);
}

static int write_safety(const struct report *report, const char *folder, struct figure *figure,
			struct error *error)
{
	struct figure_axis across = FIGURE_AXIS_EMPTY, up = FIGURE_AXIS_EMPTY;
	struct safety_pair pairs[PAIRS_MAX];
	const uint32_t count = find_pairs(report, pairs);
	struct figure_files files;
	double none;
	int status;

	take_ranges(report, pairs, count, &across, &up);
	none = across.low / NONE_BELOW;
	figure_name(figure, "race-window-and-unregister");
	safety_caption(report, pairs, count, figure);
	status = figure_open(figure, folder, &files, error);
	if (status)
		return status;
	write_data(report, pairs, count, none, &files);
	figure_head(report, figure, "What safety costs", "p99 of an unregister beside an exit",
		    safety_note(report, pairs, count), files.script);
	write_y_axis(&up, label_room(report, pairs, count), files.script);
	write_x_axis(&across, none, files.script);
	write_labels(report, pairs, count, none, &across, files.script);
	write_plot(report, pairs, count, figure, files.script);
	return figure_close(figure, folder, &files, error);
}

const struct figure_maker figure_safety = {
	.name = "safety",
	.heading = "What safety costs",
	.help = "Two points that are joined are one cell under both alternatives. From left to "
		"right: "
		"for how long a callback went on using a mirror whose unregister had already "
		"returned (none is safe). From bottom to top: the 99th percentile of an unregister "
		"that meets an exit. A line that rises to the left is the price of safety.",
	.find = find,
	.write = write_safety,
};
