// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Proves of each kind of figure that it shows what the report has, that its texts have room, and
 * that odd numbers and names do not spoil it.
 */
#include "figure_kinds.h"

#include <math.h>

/* ---- shift ---- */

static void test_a_shift_function_has_its_band(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	struct picture picture;
	struct drawn drawn;
	char *svg, *png;
	size_t bytes;

	(void)state;
	hand_made_shift(&made->comparison.results[0], SHIFT_POINTS, -.4);
	hand_made_shift(&made->comparison.results[3], SHIFT_POINTS, 0);
	hand_made_shift(&made->comparison.results[6], 2, 0); /* no function */
	make_hostile(made);
	svg = drawn_svg(made, "shift", &figure_shift, &drawn);
	assert_int_equal(count_of(&drawn, &figure_shift), 2);
	assert_non_null(strstr(svg, "99.9 %"));
	assert_non_null(strstr(svg, "n = 512 and 512"));
	png = read_beside(&drawn, index_of(&drawn, &figure_shift), "png", &bytes);
	assert_true(picture_read(png, bytes, &picture));
	assert_true(picture_count(&picture, BLUE, 8) > 200);
	/* A fifth of the line's colour on white. */
	assert_true(picture_count(&picture, 0xcce3f0, 6) > 20000);
	free(picture.pixels);
	free(png);
	free(svg);
	drawn_free(&drawn);
	hand_made_free(made);
}

/* ---- phases ---- */

static void test_phases_stand_one_behind_the_other(void **state)
{
	static const char *const apart[] = { "before_walk", "lock_wait", "walk", "grace", "unmap",
					     "rest" };
	const struct hand_made_shape cells = { .exit_cells = 12, .rows = 16, .boots = 1 };
	struct hand_made *made = hand_made_new(&cells);
	struct drawn drawn;
	char *svg, *data;

	(void)state;
	hand_made_phases(made, 0, true);
	make_hostile(made);
	svg = drawn_svg(made, "apart", &figure_phases, &drawn);
	assert_int_equal(count_of(&drawn, &figure_phases), 2); /* 8 cells, then 4 */
	for (size_t i = 0; i < 6; i++)
		assert_non_null(strstr(svg, apart[i]));
	assert_non_null(strstr(svg, "10 ms"));
	assert_non_null(strstr(svg, "n = 8 per bar"));
	/* The walk less its wait, behind each bar. */
	assert_int_equal(has_count(svg, "<text>2.00 ms<"), 16);
	data = read_beside(&drawn, index_of(&drawn, &figure_phases), "dat", NULL);
	assert_int_equal(has_count(data, " 0 1000000 8\n"), 16); /* before_walk, of each bar */
	assert_int_equal(has_count(data, " 1000000 2000000 8\n"), 16);
	assert_int_equal(has_count(data, " 2000000 4000000 8\n"), 16);
	assert_int_equal(has_count(data, " 4000000 8000000 8\n"), 16);
	assert_int_equal(has_count(data, " 10000000 12000000 8\n"), 16);
	free(data);
	free(svg);
	drawn_free(&drawn);
	hand_made_phases(made, 0, false);
	for (uint32_t i = 0; i < made->input.block_count; i++) {
		free(made->blocks[i].samples.columns[COLUMN_GRACE]);
		made->blocks[i].samples.columns[COLUMN_GRACE] = NULL;
	}
	svg = drawn_svg(made, "joined", &figure_phases, &drawn);
	assert_non_null(strstr(svg, "after_walk"));
	assert_null(strstr(svg, "grace"));
	free(svg);
	drawn_free(&drawn);
	hand_made_free(made);
}

/* Cells of many parts, and the strategy: nothing of a label is missing, in any figure of them. */
static void test_long_labels_of_phases_are_whole(void **state)
{
	const struct hand_made_shape cells = { .exit_cells = 12, .rows = 16, .boots = 1 };
	struct hand_made *made = hand_made_new(&cells);
	size_t figures = 0;
	struct drawn drawn;

	(void)state;
	make_many_parts(made, 12);
	hand_made_phases(made, 0, true);
	made->input.base_name = "debian:6.1";
	made->input.candidate_name = "debian:6.12";
	draw(&made->report, "phases", &drawn);
	assert_all_good(&drawn, true);
	for (size_t i = 0; i < drawn.count; i++) {
		char *svg = read_beside(&drawn, i, "svg", NULL), *joined = svg_joined_texts(svg);

		if (drawn.figures[i].maker == &figure_phases) {
			const char *label = figures++ ?
				"999991mirrors,schedule-unregister,same-node,1001threads,"
				"1000processes,5Gmemory" :
				"999999mirrors,schedule-unregister,interleave,1001threads,"
				"1001processes,2Gmemory";

			assert_non_null(strstr(joined, label));
			assert_int_equal(has_count(svg, "<text>debian:6.12<"), figures == 1 ? 8 : 4);
		}
		free(joined);
		free(svg);
	}
	assert_int_equal(figures, 2);
	drawn_free(&drawn);
	hand_made_free(made);
}

/* ---- safety ---- */

static void test_safety_has_a_price(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	struct drawn drawn;
	char *svg, *data, *joined;

	(void)state;
	hand_made_safety(made, 0);
	svg = drawn_svg(made, "safety", &figure_safety, &drawn);
	assert_non_null(strstr(svg, ">none<"));
	assert_non_null(strstr(svg, "1 mirror, empty"));
	assert_non_null(strstr(svg, "write: n = 40 hits, 512 unregisters<"));
	assert_non_null(strstr(svg, "read: n = 0 hits, 512 unregisters<"));
	assert_null(strstr(svg, "about the slowest"));
	data = read_beside(&drawn, index_of(&drawn, &figure_safety), "dat", NULL);
	assert_non_null(strstr(data, "\n500000 30000 2000000 20000 40 512\n"));
	assert_non_null(strstr(data, "\n5000 5000 5000 3000000 0 512\n"));
	free(data);
	free(svg);
	drawn_free(&drawn);
	/* A label of 40 columns, beside a point at the right: it stands at the point's left. */
	made->cells[0].mirrors = made->cells[1].mirrors = 1000000;
	made->cells[0].profile = made->cells[1].profile = HMMBENCH_PROFILE_SCHEDULE_UNREGISTER;
	made->comparison.results[0].arm[ARM_CANDIDATE] = (struct arm_summary){
		.rows = 40, .p10_ns = 30e6, .p50_ns = 500e6, .p90_ns = 600e6
	};
	svg = drawn_svg(made, "right", &figure_safety, &drawn);
	joined = svg_joined_texts(svg);
	assert_non_null(strstr(joined, "1000000mirrors,schedule-unregister"));
	free(joined);
	free(svg);
	drawn_free(&drawn);
	/* Another walk is no answer to the same question. */
	made->cells[1].mirrors++;
	draw(&made->report, "other", &drawn);
	assert_int_equal(count_of(&drawn, &figure_safety), 0);
	drawn_free(&drawn);
	hand_made_free(made);
}

/* Two points near each other: few ticks, and no more of the plot is free than the label takes. */
static void test_safety_of_near_points_fills_its_frame(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	struct cell_result *wait = &made->comparison.results[3];
	struct svg_text text, label;
	size_t ticks = 0;
	struct drawn drawn;
	char *svg;

	(void)state;
	hand_made_safety(made, 0);
	made->comparison.results[0].arm[ARM_BASE] = (struct arm_summary){
		.rows = 87, .p10_ns = 827, .p50_ns = 1242, .p90_ns = 1884
	};
	wait->arm[ARM_BASE].p99_ns = 22e3;
	wait->arm[ARM_CANDIDATE].p99_ns = 88e3;
	wait->arm[ARM_CANDIDATE].rows = 26;
	svg = drawn_svg(made, "near", &figure_safety, &drawn);
	assert_non_null(strstr(svg, "p99 of n &lt; 100 is about the slowest<"));
	for (const char *at = svg; svg_next_text(&at, &text);)
		ticks += !strcmp(text.anchor, "end") && text.end - text.text > 3 &&
			 !memcmp(text.end - 3, " us", 3) && text.x < FIGURE_LEFT;
	assert_in_range(ticks, 3, 5);
	assert_true(svg_find_text(svg, "1 us", &text) && svg_find_text(svg, "1.5 us", &text));
	assert_true(svg_find_text(svg, "1 mirror, empty", &label));
	assert_in_range((int)label.y, FIGURE_TOP, FIGURE_TOP + 30);
	free(svg);
	drawn_free(&drawn);
	hand_made_free(made);
}

/* ---- nodes ---- */

static void test_nodes_make_squares(void **state)
{
	static const uint32_t sizes[] = { 2, 4, 16 };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const uint32_t nodes = sizes[i];
		const struct hand_made_shape shape = { .exit_cells = nodes * nodes, .rows = 16,
						       .boots = 1, .no_shown = true };
		struct hand_made *made = hand_made_new(&shape);
		struct drawn drawn;
		char *svg, name[32];

		hand_made_matrix(made, 0, nodes);
		made->comparison.results[0].arm[ARM_BASE].rows = 0; /* a pair that failed */
		make_hostile(made);
		snprintf(name, sizeof(name), "nodes-%u", nodes);
		draw(&made->report, name, &drawn);
		assert_int_equal(count_of(&drawn, &figure_nodes), 1);
		svg = read_beside(&drawn, index_of(&drawn, &figure_nodes), "svg", NULL);
		svg_assert_texts_inside(svg, name);
		assert_true(svg_overlapping_ticks(svg, 0) == 0);
		assert_int_equal(has_count(svg, "<text>node of the exiting CPU<"), 1);
		assert_int_equal(has_count(svg, "node 8<"), 3);
		assert_picture(&drawn, index_of(&drawn, &figure_nodes), true);
		free(svg);
		drawn_free(&drawn);
		hand_made_free(made);
	}
}

/* ---- all kinds ---- */

/* A kind that is new in the table is drawn here, or this fails. */
static void test_every_kind_has_its_ink_within_its_frame(void **state)
{
	struct hand_made *made = hand_made_new(&hand_made_every_kind_shape);
	struct drawn drawn;

	(void)state;
	hand_made_every_kind(made);
	draw(&made->report, "every", &drawn);
	for (size_t i = 0; figure_makers[i]; i++)
		if (!count_of(&drawn, figure_makers[i]))
			fail_msg("no figure %s", figure_makers[i]->name);
	assert_all_good(&drawn, true);
	drawn_free(&drawn);
	hand_made_free(made);
}

/* In the picture, for it will be copied out of the report. */
static void test_every_kind_says_how_many(void **state)
{
	struct hand_made *made = hand_made_new(&hand_made_every_kind_shape);
	struct drawn drawn;

	(void)state;
	hand_made_every_kind(made);
	draw_formats(&made->report, "counts", FIGURE_FORMAT_BIT(FIGURE_SVG), &drawn);
	for (size_t i = 0; i < drawn.count; i++) {
		char *svg = read_beside(&drawn, i, "svg", NULL);

		if (!strstr(svg, "n = "))
			fail_msg("%s: no n", drawn.figures[i].name);
		free(svg);
	}
	drawn_free(&drawn);
	hand_made_free(made);
}

/* Rendered as large as the PNG, the PDF holds the same against it. */
static void check_pdf(const struct drawn *drawn, size_t figure)
{
	const char *name = drawn->figures[figure].name;
	char *log = path_printf("%s/pdftoppm.log", drawn->folder);
	char *pdf = path_printf("%s.pdf", name), *out = path_printf("%s-of-pdf", name);
	char *png = path_printf("%s/%s.png", drawn->folder, out), height[12], *data = NULL;
	struct error error = { 0 };
	size_t bytes;

	snprintf(height, sizeof(height), "%u", 2 * drawn->figures[figure].height);
	if (spawn_logged((const char *const[]){ "pdftoppm", "-png", "-singlefile", "-scale-to-x",
						"1280", "-scale-to-y", height, pdf, out, NULL },
			 drawn->folder, log, &error) ||
	    path_read_file(png, 8 << 20, &data, &bytes, &error))
		fail_msg("%s", error.text);
	assert_inked(data, bytes, &drawn->figures[figure], true);
	free(data);
	free(png);
	free(out);
	free(pdf);
	free(log);
}

static void test_every_kind_has_its_ink_as_pdf_too(void **state)
{
	struct hand_made *made;
	struct drawn drawn;
	char *pdftoppm = spawn_find("pdftoppm");

	(void)state;
	if (!pdftoppm) {
		print_message("pdftoppm is not installed (apt install poppler-utils)\n");
		skip();
	}
	free(pdftoppm);
	made = hand_made_new(&hand_made_every_kind_shape);
	hand_made_every_kind(made);
	draw_formats(&made->report, "pdf", FIGURE_FORMAT_BIT(FIGURE_PDF), &drawn);
	for (size_t i = 0; i < drawn.count; i++)
		if (!i || drawn.figures[i].maker != drawn.figures[i - 1].maker)
			check_pdf(&drawn, i);
	drawn_free(&drawn);
	hand_made_free(made);
}

/* All are listed, no name comes twice, and hostile names are in none of them. */
static void test_two_thousand_cells_have_a_name_each(void **state)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789.-_";
	const struct hand_made_shape shape = { .exit_cells = 2000, .rows = 4, .boots = 1 };
	struct hand_made *made = hand_made_new(&shape);
	size_t count = 0, of_kind = 0;
	struct figure *figures = NULL;
	struct error error = { 0 };

	(void)state;
	make_hostile(made);
	assert_int_equal(figures_list(&made->report, &figures, &count, &error), 0);
	for (size_t i = 0; i < count; i++) {
		of_kind += figures[i].maker == &figure_distribution;
		assert_int_equal(strspn(figures[i].name, plain), strlen(figures[i].name));
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(figures[i].name, figures[k].name);
	}
	assert_int_equal(of_kind, 2000);
	free(figures);
	hand_made_free(made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_shift_function_has_its_band),
		cmocka_unit_test(test_phases_stand_one_behind_the_other),
		cmocka_unit_test(test_long_labels_of_phases_are_whole),
		cmocka_unit_test(test_safety_has_a_price),
		cmocka_unit_test(test_safety_of_near_points_fills_its_frame),
		cmocka_unit_test(test_nodes_make_squares),
		cmocka_unit_test(test_every_kind_has_its_ink_within_its_frame),
		cmocka_unit_test(test_every_kind_says_how_many),
		cmocka_unit_test(test_every_kind_has_its_ink_as_pdf_too),
		cmocka_unit_test(test_two_thousand_cells_have_a_name_each),
	};

	RUN_WITH_GNUPLOT("figure_kinds", tests);
}
