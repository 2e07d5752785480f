// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The trend over the nights: every night with its interval, the levels, each change with its
 * kernel and whether it was acknowledged; and nothing of other series.
 */
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/spawn.h"
#include "drawn.h"
#include "hand_made_figures.h"

static const struct hand_made_shape usual = {
	.exit_cells = 3, .unregister_cells = 1, .rows = 64, .boots = 1
};

static void test_changes_stand_where_they_are(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	struct hand_made_nights nights;
	const struct figure *figure;
	struct drawn drawn;
	char *svg;

	(void)state;
	hand_made_history(made, 0, &nights);
	draw(&made->report, "changes", &drawn);
	assert_all_good(&drawn, true);
	assert_int_equal(count_of(&drawn, &figure_trend), 1);
	figure = first_of(&drawn, &figure_trend);
	svg = read_beside(&drawn, index_of(&drawn, &figure_trend), "svg", NULL);
	assert_non_null(strstr(svg, "3 ack.: +8.3 % from 2024-05-16 on: 6.1-amd64, read, first with "
				    "6.1.0-57-amd64<"));
	assert_non_null(strstr(svg, "7: -4.9 % from 2024-05-31 on: 6.1-amd64, read, first with "
				    "6.1.0-58-amd64<"));
	assert_non_null(strstr(svg, "n = 40 and 40 nights of 8 boots"));
	assert_non_null(strstr(svg, ">lab1, reboot; guest: "));
	assert_non_null(strstr(svg, "2024-05-01<"));
	assert_non_null(strstr(figure->caption, "3: level +8.3 % from 2024-05-16 on, "
						"6.1.0-57-amd64 (build 1a2b3c); acknowledged: mm: wanted."));
	assert_non_null(strstr(figure->caption, "7: level -4.9 % from 2024-05-31 on, 6.1.0-58-amd64; "
						"not acknowledged."));
	assert_non_null(strstr(figure->caption, "lab1, reboot"));
	free(svg);
	drawn_free(&drawn);
	hand_made_free(made);
}

/* A pixel that is no grey: data, for texts, lines of changes and the grid have no colour. */
static bool is_coloured(const unsigned char *pixel)
{
	return abs(pixel[0] - pixel[1]) > 24 || abs(pixel[1] - pixel[2]) > 24;
}

/* Coloured pixels of the PNG in a rectangle of the SVG. */
static size_t data_ink(const struct drawn *drawn, double left, double right, double top,
		       double bottom)
{
	struct picture picture;
	size_t bytes, ink = 0;
	char *png = read_beside(drawn, index_of(drawn, &figure_trend), "png", &bytes);

	assert_true(picture_read(png, bytes, &picture));
	for (uint32_t y = (uint32_t)(2 * top); y < 2 * bottom; y++)
		for (uint32_t x = (uint32_t)(2 * left); x < 2 * right; x++)
			ink += is_coloured(picture_pixel(&picture, x, y));
	free(picture.pixels);
	free(png);
	return ink;
}

/* Each number of a change stands in a band above all data, and no two on each other. */
static void test_numbers_of_changes_lie_on_nothing(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	struct hand_made_nights nights;
	struct svg_text first, second;
	struct drawn drawn;
	char *svg;

	(void)state;
	hand_made_history(made, 0, &nights);
	nights.changes[1].first_s = nights.changes[0].first_s + 86400;
	draw(&made->report, "numbers", &drawn);
	assert_all_good(&drawn, true);
	svg = read_beside(&drawn, index_of(&drawn, &figure_trend), "svg", NULL);
	assert_true(svg_find_text(svg, "3", &first));
	assert_true(svg_find_text(svg, "7", &second));
	assert_false(first.turned || second.turned);
	assert_true(second.y - first.y >= first.size);
	assert_true(first.y - first.size >= FIGURE_TOP - 2);
	assert_int_equal(data_ink(&drawn, FIGURE_LEFT + 3, SVG_WIDTH - FIGURE_RIGHT, FIGURE_TOP,
				  second.y + .3 * second.size), 0);
	/* The measure itself: below the band there are data. */
	assert_true(data_ink(&drawn, FIGURE_LEFT + 3, SVG_WIDTH - FIGURE_RIGHT, second.y,
			     FIGURE_TOP + FIGURE_UP) > 1000);
	free(svg);
	drawn_free(&drawn);
	hand_made_free(made);
}

/* Nights and levels of both, in the order of the script: 40 nights, 1 and 3 levels. */
__attribute__((noinline)) static void check_data(const char *data,
						 const struct hand_made_nights *nights)
{
	double day, value, low, high;
	unsigned int boots;
	const char *line;
	size_t rows = 0;

	line = strstr(data, "16.000000 ");
	assert_int_equal(sscanf(line, "%lf %lf %lf %lf %u", &day, &value, &low, &high, &boots), 5);
	assert_float_equal(value, exp(nights->nights[0][16].value), .01);
	assert_float_equal(low, value * exp(-1.959964 * .004), .1);
	assert_float_equal(high, value * exp(1.959964 * .004), .1);
	assert_int_equal(boots, 8);
	for (line = data; (line = strstr(line, " 8\n")); line++)
		rows++;
	assert_int_equal(rows, 2 * HAND_MADE_NIGHTS);
	/* Of the candidate: three levels, each from its first to its last night. */
	line = strstr(strstr(strstr(data, "# day level") + 1, "# day value"), "# day level");
	assert_int_equal(sscanf(line, "# day level\n0.000000 %lf\n14.000000 %lf\n", &low, &high), 2);
	assert_true(low == high);
	assert_non_null(strstr(line, "\n\n15.000000 "));
	assert_non_null(strstr(line, "\n\n30.000000 "));
}

static void test_the_data_are_the_nights(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	struct hand_made_nights nights;
	struct drawn drawn;
	char *data;

	(void)state;
	hand_made_history(made, 0, &nights);
	draw(&made->report, "data", &drawn);
	data = read_beside(&drawn, index_of(&drawn, &figure_trend), "dat", NULL);
	check_data(data, &nights);
	free(data);
	drawn_free(&drawn);
	hand_made_free(made);
}

static void test_other_series_are_not_drawn(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	struct hand_made_nights nights;
	struct figure *figures;
	struct error error;
	size_t count;

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		hand_made_history(made, 0, &nights);
		for (size_t arm = 0; arm < ARM_COUNT; arm++) {
			struct history_row *row = &nights.rows[arm];

			if (i == 0)
				row->series.plan = (char *)"other";
			else if (i == 1)
				row->series.line = (char *)"6.12-amd64";
			else if (i == 2)
				row->series.column = COLUMN_LOCK_WAIT;
			else if (i == 3)
				row->series.strategy = (char *)"srcu";
			else
				row->night_count = 2;
		}
		assert_int_equal(figures_list(&made->report, &figures, &count, &error), 0);
		for (size_t j = 0; j < count; j++)
			assert_true(figures[j].maker != &figure_trend);
		free(figures);
	}
	hand_made_free(made);
}

static void test_names_from_elsewhere_do_no_harm(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	struct hand_made_nights nights;
	struct drawn drawn;

	(void)state;
	hand_made_history(made, 0, &nights);
	nights.kernels[0] = (char *)"a'b\"c<b>`touch-owned`%\\\xc3\xbc and on and on and on and on";
	nights.changes[0].note = (char *)"<script> `touch owned` '";
	nights.shown.line[0] = nights.shown.line[1] = nights.rows[0].series.line =
		nights.rows[1].series.line = (char *)"/a/tree/with/a/name/that/goes/on/and/on/and/on/and/on";
	draw(&made->report, "hostile", &drawn);
	assert_all_good(&drawn, true);
	assert_int_equal(count_of(&drawn, &figure_trend), 1);
	drawn_free(&drawn);
	hand_made_free(made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_changes_stand_where_they_are),
		cmocka_unit_test(test_numbers_of_changes_lie_on_nothing),
		cmocka_unit_test(test_the_data_are_the_nights),
		cmocka_unit_test(test_other_series_are_not_drawn),
		cmocka_unit_test(test_names_from_elsewhere_do_no_harm),
	};

	char *gnuplot = spawn_find("gnuplot");

	if (!gnuplot) {
		printf("1..0 # SKIP gnuplot is not installed (apt install gnuplot-nox)\n");
		return 77;
	}
	free(gnuplot);
	return cmocka_run_group_tests_name("figure_trend", tests, NULL, NULL);
}
