// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Proves that figures are drawn, that nothing in them is clipped or missing, that they show
 * the samples of the report, and that they can be drawn again from what lies beside them.
 */
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/paths.h"
#include "common/spawn.h"
#include "drawn.h"
#include "hand_made_report.h"


static const struct hand_made_shape usual = {
	.exit_cells = 6, .unregister_cells = 3, .rows = 512, .boots = 1
};

static void assert_origins(const struct drawn *drawn, bool guest)
{
	for (size_t i = 0; i < drawn->count; i++) {
		char *svg = read_beside(drawn, i, "svg", NULL);

		assert_int_equal(guest, strstr(svg, "guest: distances between its nodes are "
						    "labels") != NULL);
		free(svg);
	}
}

static void test_every_figure_is_there_and_nothing_is_clipped(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	struct drawn drawn;

	(void)state;
	draw(&made->report, "usual", &drawn);
	for (size_t i = 0; i < drawn.count; i++)
		assert_true(drawn.figures[i].caption[0] != '\0');
	assert_int_equal(count_of(&drawn, &figure_mirrors), 4); /* walk, lock_wait, whole; unregister */
	assert_int_equal(count_of(&drawn, &figure_distribution), 6 + 3); /* each judged result */
	assert_all_good(&drawn, true);
	drawn_free(&drawn);
	hand_made_free(made);
}

static void test_odd_data_is_drawn(void **state)
{
	static const struct {
		const char *name;
		struct hand_made_shape shape;
	} odd[] = {
		{ "one-sample", { .exit_cells = 2, .rows = 1, .boots = 1 } },
		{ "two-samples", { .exit_cells = 2, .rows = 2, .boots = 1 } },
		{ "equal", { .exit_cells = 2, .rows = 100, .boots = 1, .equal_values = true } },
		{ "zero", { .exit_cells = 2, .rows = 100, .boots = 1, .zero_values = true } },
		{ "one-side", { .exit_cells = 2, .rows = 100, .boots = 1, .base_only = true } },
		{ "many", { .exit_cells = 2, .rows = 20000, .boots = 16 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		struct hand_made *made = hand_made_new(&odd[i].shape);
		struct drawn drawn;

		draw(&made->report, odd[i].name, &drawn);
		assert_true(drawn.count >= 4);
		/* Where all values are equal one line hides the other. */
		assert_all_good(&drawn, !odd[i].shape.base_only && !odd[i].shape.equal_values);
		for (size_t k = 0; k < drawn.count && odd[i].shape.zero_values; k++)
			if (drawn.figures[k].maker == &figure_mirrors ||
			    drawn.figures[k].maker == &figure_distribution)
				assert_non_null(strstr(drawn.figures[k].caption,
						       "0 ns are drawn at 1 ns"));
		drawn_free(&drawn);
		hand_made_free(made);
	}
}

/* From a nanosecond to minutes, and within a part in a thousand. */
static void test_axes_have_labels_whatever_the_range(void **state)
{
	static const double tops[] = { 1.0005, 1.01, 1.3, 3, 20, 300, 1e4, 1e7, 1e11 };
	const struct hand_made_shape shape = {
		.exit_cells = 2, .rows = 9, .boots = 1, .no_shown = true
	};
	char name[32];

	(void)state;
	for (size_t i = 0; i < sizeof(tops) / sizeof(tops[0]); i++) {
		struct hand_made *made = hand_made_new(&shape);
		struct drawn drawn;

		for (uint32_t k = 0; k < 2; k++) {
			struct cell_result *result = &made->comparison.results[k];

			for (size_t arm = 0; arm < ARM_COUNT; arm++) {
				result->arm[arm].p10_ns = 1000;
				result->arm[arm].p50_ns = 1000 * (k ? tops[i] : 1);
				result->arm[arm].p90_ns = 1000 * tops[i];
			}
		}
		snprintf(name, sizeof(name), "range-%zu", i);
		draw(&made->report, name, &drawn);
		for (size_t k = 0; k < drawn.count; k++) {
			char *svg = read_beside(&drawn, k, "svg", NULL);

			assert_true(svg_assert_texts_inside(svg, drawn.figures[k].name) >= 9);
			free(svg);
		}
		drawn_free(&drawn);
		hand_made_free(made);
	}
}

static void test_a_million_mirrors_and_long_names_fit(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	struct drawn drawn;

	(void)state;
	for (uint32_t i = 0; i < 6; i++) {
		made->cells[i].mirrors = i == 5 ? 1000000 : 999990 + i;
		made->cells[i].layout = LAYOUT_INTERLEAVE;
		made->cells[i].profile = HMMBENCH_PROFILE_DELAY;
		made->cells[i].profile_ns = 1000000;
		made->cells[i].threads = 1024;
		made->cells[i].processes = 1024;
		made->cells[i].memory_bytes = 1023ull << 30;
	}
	made->input.base_name = "debian:6.1.0-56-amd64 with a name that goes on and on and on";
	made->input.candidate_name =
		"WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW";
	made->run.kernel =
		(char *)"/home/somebody/src/linux-with-a-very-long-name/of/a/branch/build";
	draw(&made->report, "long", &drawn);
	assert_all_good(&drawn, true);
	assert_origins(&drawn, true);
	drawn_free(&drawn);
	hand_made_free(made);
}

/* Two trees of which only the last letter differs: each key, and each "over", has it. */
static void test_names_that_begin_alike_stay_apart(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	struct drawn drawn;

	(void)state;
	made->input.base_name = "/home/somebody/src/linux-with-a-name-that-goes-on-and-on/build-a";
	made->input.candidate_name = "/home/somebody/src/linux-with-a-name-that-goes-on-and-on/build-b";
	draw(&made->report, "alike", &drawn);
	assert_all_good(&drawn, true);
	for (size_t i = 0; i < drawn.count; i++) {
		char *svg = read_beside(&drawn, i, "svg", NULL);

		assert_non_null(strstr(svg, "build-a"));
		assert_non_null(strstr(svg, "build-b"));
		free(svg);
	}
	drawn_free(&drawn);
	/* What has room is whole. */
	made->input.base_name = "debian:6.12.95+deb12 first";
	made->input.candidate_name = "debian:6.12.95+deb12 then";
	draw(&made->report, "room", &drawn);
	assert_all_good(&drawn, true);
	for (size_t i = 0; i < drawn.count; i++) {
		char *svg = read_beside(&drawn, i, "svg", NULL);

		if (has_strategies(drawn.figures[i].maker)) {
			assert_non_null(strstr(svg, made->input.base_name));
			assert_non_null(strstr(svg, made->input.candidate_name));
		}
		free(svg);
	}
	drawn_free(&drawn);
	hand_made_free(made);
}

static void test_names_are_quoted(void **state)
{
	static const char name[] =
		"a'b\"c {/Symbol x} `touch owned` $(x) @m \\n %s \xc3\xbc\n<script>";
	struct hand_made *made = hand_made_new(&usual);
	struct drawn drawn;
	char *owned, *svg;

	(void)state;
	made->input.base_name = name;
	made->input.candidate_name = "'; system 'touch owned'; '";
	made->run.kernel = (char *)"'\nsystem 'touch owned'\n#";
	draw(&made->report, "quoted", &drawn);
	owned = path_printf("%s/owned", drawn.folder);
	assert_int_not_equal(access(owned, F_OK), 0);
	assert_int_not_equal(access("owned", F_OK), 0);
	svg = read_beside(&drawn, index_of(&drawn, &figure_mirrors), "svg", NULL);
	assert_non_null(strstr(svg, "a'b\"c {/Symbol x} `touc"));
	assert_null(strstr(svg, "<script"));
	assert_all_good(&drawn, true);
	free(svg);
	free(owned);
	drawn_free(&drawn);
	hand_made_free(made);
}

/* The last column of the last line of a data set (they end in two empty lines). */
static double last_value(const char *data, unsigned int set)
{
	double value = NAN;

	for (unsigned int i = 0; i < set; i++) {
		data = strstr(data, "\n\n\n");
		assert_non_null(data);
		data += 3;
	}
	while (*data && *data != '\n') {
		const char *end = strchr(data, '\n'), *last = end;

		while (last > data && last[-1] != ' ')
			last--;
		if (*data != '#')
			value = strtod(last, NULL);
		data = end + 1;
	}
	return value;
}

static void test_a_distribution_shows_the_samples_without_warm_up(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	struct drawn drawn;

	(void)state;
	draw(&made->report, "data", &drawn);
	for (size_t i = 0; i < drawn.count; i++) {
		const struct cell_result *result =
			&made->comparison.results[drawn.figures[i].result];
		char *data = read_beside(&drawn, i, "dat", NULL), lowest[64];

		if (drawn.figures[i].maker == &figure_distribution) {
			for (unsigned int arm = 0; arm < ARM_COUNT; arm++)
				assert_true(fabs(last_value(data, 2 * arm) -
						 result->arm[arm].max_ns) < 1e-6);
			snprintf(lowest, sizeof(lowest), "\n0 0 %.0f\n",
				 result->arm[ARM_BASE].min_ns);
			assert_non_null(strstr(data, lowest));
		} else if (drawn.figures[i].maker == &figure_mirrors) {
			assert_true(fabs(last_value(data, 1) - 512) < 1e-6);
		}
		free(data);
	}
	drawn_free(&drawn);
	hand_made_free(made);
}

static void test_a_figure_can_be_drawn_again_elsewhere(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	struct error error = { 0 };
	struct drawn drawn;
	char *moved = support_path("moved"), *log = support_path("again.log"), *script, *before,
	     *after;
	char name[120];

	(void)state;
	draw(&made->report, "here", &drawn);
	for (size_t i = 0; i < drawn.count; i++) {
		script = read_beside(&drawn, i, "gp", NULL);
		assert_null(strstr(script, drawn.folder));
		free(script);
	}
	before = read_beside(&drawn, 0, "svg", NULL);
	assert_int_equal(rename(drawn.folder, moved), 0);
	free(drawn.folder);
	drawn.folder = moved;
	snprintf(name, sizeof(name), "%s/%s.svg", moved, drawn.figures[0].name);
	assert_int_equal(unlink(name), 0);
	snprintf(name, sizeof(name), "%s.gp", drawn.figures[0].name);
	if (spawn_logged((const char *const[]){ "gnuplot", name, NULL }, moved, log, &error))
		fail_msg("%s", error.text);
	after = read_beside(&drawn, 0, "svg", NULL);
	assert_string_equal(before, after);
	free(before);
	free(after);
	free(log);
	drawn_free(&drawn);
	hand_made_free(made);
}

/* What `hmmbench plot` does: the list has the page's figures, and one of them comes in any format. */
static void test_one_figure_comes_in_any_format_under_any_name(void **state)
{
	static const char *const magic[] = { "<?xml", "\x89PNG", "%PDF-" };
	struct hand_made *made = hand_made_new(&usual);
	char *folder = support_path("one/and/below");
	struct figure *listed;
	struct error error = { 0 };
	struct drawn drawn;
	size_t count;

	(void)state;
	draw(&made->report, "whole", &drawn);
	assert_int_equal(figures_list(&made->report, &listed, &count, &error), 0);
	assert_int_equal(count, drawn.count);
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(listed[i].name, drawn.figures[i].name);
		assert_string_equal(listed[i].caption, drawn.figures[i].caption);
	}
	for (enum figure_format format = 0; format < FIGURE_FORMAT_COUNT; format++) {
		char *path = path_printf("%s/mine.%s", folder, figure_format_names[format]);
		char *data = NULL;

		if (figure_make(&made->report, &listed[2], folder, format, "mine", &error) ||
		    path_read_file(path, 8 << 20, &data, NULL, &error))
			fail_msg("%s", error.text);
		assert_memory_equal(data, magic[format], strlen(magic[format]));
		free(data);
		free(path);
	}
	free(folder);
	free(listed);
	drawn_free(&drawn);
	hand_made_free(made);
}

static void test_a_guest_says_that_it_is_one(void **state)
{
	static const char *const labs[] = { "vm", "local" };
	struct hand_made *made = hand_made_new(&usual);
	struct drawn drawn;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		made->run.lab = (char *)labs[i];
		draw(&made->report, labs[i], &drawn);
		assert_origins(&drawn, i == 0);
		drawn_free(&drawn);
	}
	made->run.lab = (char *)"vm";
	made->run.lab_json = (char *)"{\"clock\": \"virtual\"}";
	draw(&made->report, "virtual", &drawn);
	assert_origins(&drawn, true);
	for (size_t k = 0; k < drawn.count; k++) {
		char *svg = read_beside(&drawn, k, "svg", NULL);

		assert_non_null(strstr(svg, "; 1 ns: 1 instruction<"));
		svg_assert_texts_inside(svg, drawn.figures[k].name);
		free(svg);
	}
	drawn_free(&drawn);
	hand_made_free(made);
}

static void test_strategies_keep_their_colours(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	struct drawn drawn;
	char *script;

	(void)state;
	made->input.base_name = "read";
	made->input.candidate_name = "write";
	draw(&made->report, "colours", &drawn);
	script = read_beside(&drawn, index_of(&drawn, &figure_mirrors), "gp", NULL);
	assert_non_null(
		strstr(script, "index 0 using 2:4 with linespoints linecolor rgb '#0072B2'"));
	assert_non_null(
		strstr(script, "index 1 using 2:4 with linespoints linecolor rgb '#D55E00'"));
	free(script);
	drawn_free(&drawn);
	hand_made_free(made);
}

/* The key has the exponents, the lines are the curves: an odd name leaves room for them. */
static void test_a_fitted_slope_is_drawn_and_named(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	struct drawn drawn;
	char *svg, *data;
	size_t mirrors;

	(void)state;
	hand_made_sweep(made, 0, 3, 6);
	made->input.candidate_name = "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW";
	draw(&made->report, "slope", &drawn);
	assert_all_good(&drawn, true);
	mirrors = index_of(&drawn, &figure_mirrors);
	svg = read_beside(&drawn, mirrors, "svg", NULL);
	assert_non_null(strstr(svg, "write: N^1.00 ± .02"));
	assert_non_null(strstr(svg, "WW..: N^0.80 ± .12"));
	assert_non_null(strstr(drawn.figures[mirrors].caption, "lines: fixed + factor * N^c"));
	data = read_beside(&drawn, mirrors, "dat", NULL);
	assert_true(fabs(last_value(data, 2) - (400 + 80 * 1024)) < 1e-3);
	free(svg);
	free(data);
	drawn_free(&drawn);
	hand_made_free(made);
}

static void test_there_is_a_limit_and_the_worst_are_within_it(void **state)
{
	const struct hand_made_shape shape = { .exit_cells = 120, .rows = 20, .boots = 1 };
	struct hand_made *made = hand_made_new(&shape);
	struct cell_result *worst = &made->comparison.results[3 * 100];
	struct drawn drawn;

	(void)state;
	worst->verdict = worst->effect[GATED_P50].verdict = VERDICT_REGRESSED;
	worst->effect[GATED_P50].estimate = .3;
	hand_made_verdict(made);
	draw(&made->report, "limit", &drawn);
	/* 20 groups with 3 columns each, 120 judged results. */
	assert_int_equal(count_of(&drawn, &figure_mirrors), FIGURES_PER_KIND_MAX);
	assert_int_equal(count_of(&drawn, &figure_distribution), FIGURES_PER_KIND_MAX);
	assert_int_equal(first_of(&drawn, &figure_distribution)->result, 300);
	/* The last of a kind knows how many more there are. */
	assert_int_equal(first_of(&drawn, &figure_mirrors)[FIGURES_PER_KIND_MAX - 1].undrawn, 20);
	assert_int_equal(first_of(&drawn, &figure_distribution)[FIGURES_PER_KIND_MAX - 1].undrawn,
			 80);
	assert_int_equal(first_of(&drawn, &figure_distribution)[0].undrawn, 0);
	drawn_free(&drawn);
	hand_made_free(made);
}

static void test_nothing_to_draw_is_no_figure(void **state)
{
	const struct hand_made_shape shape = { .boots = 1, .rows = 1 };
	struct hand_made *made = hand_made_new(&shape);
	struct drawn drawn;

	(void)state;
	draw(&made->report, "nothing", &drawn);
	assert_int_equal(drawn.count, 0);
	drawn_free(&drawn);
	hand_made_free(made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_figure_is_there_and_nothing_is_clipped),
		cmocka_unit_test(test_odd_data_is_drawn),
		cmocka_unit_test(test_axes_have_labels_whatever_the_range),
		cmocka_unit_test(test_a_million_mirrors_and_long_names_fit),
		cmocka_unit_test(test_names_that_begin_alike_stay_apart),
		cmocka_unit_test(test_names_are_quoted),
		cmocka_unit_test(test_a_distribution_shows_the_samples_without_warm_up),
		cmocka_unit_test(test_a_figure_can_be_drawn_again_elsewhere),
		cmocka_unit_test(test_one_figure_comes_in_any_format_under_any_name),
		cmocka_unit_test(test_a_guest_says_that_it_is_one),
		cmocka_unit_test(test_strategies_keep_their_colours),
		cmocka_unit_test(test_a_fitted_slope_is_drawn_and_named),
		cmocka_unit_test(test_there_is_a_limit_and_the_worst_are_within_it),
		cmocka_unit_test(test_nothing_to_draw_is_no_figure),
	};
	char *gnuplot = spawn_find("gnuplot");

	if (!gnuplot) {
		printf("1..0 # SKIP gnuplot is not installed (apt install gnuplot-nox)\n");
		return 77;
	}
	free(gnuplot);
	return cmocka_run_group_tests_name("figures", tests, NULL, NULL);
}
