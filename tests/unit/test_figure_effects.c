// SPDX-License-Identifier: GPL-2.0-or-later
/* The figure of all that was judged: its shapes, its headings, and labels of any length. */
#include "figure_kinds.h"

#include <math.h>

static void set_median(struct cell_result *result, enum verdict verdict, double estimate,
		       double half)
{
	struct effect *effect = &result->effect[GATED_P50];

	effect->verdict = verdict;
	effect->estimate = estimate;
	effect->low = estimate - half;
	effect->high = estimate + half;
}

static void test_every_verdict_has_its_shape(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	struct cell_result *results = made->comparison.results;
	struct drawn drawn;
	char *svg;

	(void)state;
	set_median(&results[0], VERDICT_REGRESSED, log(800), .3);
	set_median(&results[3], VERDICT_IMPROVED, log(.3), .2);
	set_median(&results[6], VERDICT_EQUIVALENT, .001, .005);
	set_median(&results[9], VERDICT_INCONCLUSIVE, .02, NAN);
	set_median(&results[12], VERDICT_NONE, -.02, .01);
	set_median(&results[15], VERDICT_NONE, NAN, NAN); /* nothing to draw */
	make_hostile(made);
	svg = drawn_svg(made, "verdicts", &figure_effects, &drawn);
	for (size_t i = 0; i < 5; i++) {
		static const char *const words[] = { "REGRESSED", "IMPROVED", "EQUIVALENT",
						     "INCONCLUSIVE", "no verdict" };

		/* In the key, and in the title that gnuplot gives the group. */
		assert_int_equal(has_count(svg, words[i]), 2);
	}
	assert_int_equal(has_count(svg, "<text>exit (walk)<"), 1);
	for (size_t i = 0; i < 5; i++) {
		static const char *const labels[] = { "1 mirror<", "4 mirrors<", "16 mirrors<",
						      "64 mirrors<", "256 mirrors<" };

		assert_non_null(strstr(svg, labels[i]));
	}
	assert_null(strstr(svg, "1024 mirrors<"));
	assert_non_null(strstr(svg, "x100<"));
	free(svg);
	drawn_free(&drawn);
	hand_made_free(made);
}

static void test_many_results_take_several_figures(void **state)
{
	const struct hand_made_shape many = { .exit_cells = 60, .rows = 4, .boots = 1,
					      .no_shown = true };
	struct hand_made *made = hand_made_new(&many);
	struct drawn drawn;
	size_t rows = 0;

	(void)state;
	draw(&made->report, "many", &drawn);
	assert_int_equal(count_of(&drawn, &figure_effects), 3);
	for (size_t i = 0; i < 3; i++) {
		char *data = read_beside(&drawn, i, "dat", NULL);

		/* The first set is of all rows, behind two lines that say what it is. */
		*strstr(data, "\n\n\n") = '\0';
		rows += has_count(data, "\n") - 1;
		free(data);
	}
	assert_int_equal(rows, 60);
	drawn_free(&drawn);
	hand_made_free(made);
}

static void test_a_heading_says_what_its_rows_have(void **state)
{
	const struct hand_made_shape cells = { .exit_cells = 18, .unregister_cells = 1, .rows = 9,
					       .boots = 1, .no_shown = true };
	struct hand_made *made = hand_made_new(&cells);
	struct drawn drawn;
	char *svg, *joined;

	(void)state;
	for (uint32_t i = 12; i < 18; i++) {
		made->cells[i].mirrors = 1000000;
		made->cells[i].profile = HMMBENCH_PROFILE_SCHEDULE_UNREGISTER;
		made->cells[i].processes = i;
	}
	svg = drawn_svg(made, "headings", &figure_effects, &drawn);
	joined = svg_joined_texts(svg);
	assert_non_null(strstr(joined, "exit,1thread,1process(walk)"));
	assert_int_equal(has_count(svg, "<text>64 mirrors, empty<"), 1);
	assert_int_equal(has_count(svg, "<text>64 mirrors, delay:2000<"), 1);
	/* A row more with other mirrors would have been longer than a line. */
	assert_non_null(strstr(joined, "exit,1000000mirrors,schedule-unregister,2threads(walk)"));
	assert_int_equal(has_count(svg, "<text>17 processes<"), 1);
	/* Alone in its workload: the heading says that, the row what it always is. */
	assert_int_equal(has_count(svg, "<text>unregister<"), 1);
	assert_int_equal(has_count(svg, "<text>1 mirror, empty<"), 2);
	free(joined);
	free(svg);
	drawn_free(&drawn);
	hand_made_free(made);
}

/* No label is cut: of one word, of letters without ASCII, with what gnuplot takes for a format. */
static void test_long_labels_are_whole(void **state)
{
	static const char *const names[] = {
		"pts/a-suite-2.1.0, Test: a case with a name of its own - Threads: 16 - "
		"Copies: 2 [us]",
		"WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW"
		"WWWWWWWWWWWW",
		"\xc3\xbc" "berlange Pr\xc3\xbc" "fung mit Umlauten \xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f, "
		"\xce\xa9\xce\xa8\xce\xa6, \xd0\xa9\xd0\xae\xd0\x96\xd0\xa9\xd0\xae\xd0\x96 "
		"\xd0\xa9\xd0\xae\xd0\x96\xd0\xa9\xd0\xae\xd0\x96\xd0\xa9\xd0\xae\xd0\x96 "
		"and on to ninety columns",
		"/a/path/without_a_blank/that/goes/on/100%g/`touch owned`/and/on/and/on/to/ninety/"
		"columns",
	};
	const struct hand_made_shape cells = { .exit_cells = 4, .rows = 9, .boots = 1,
					       .no_shown = true };
	struct hand_made *made = hand_made_new(&cells);
	struct drawn drawn;
	char *svg, *joined;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		made->cells[i] = (struct cell){ .name = (char *)names[i] };
	svg = drawn_svg(made, "whole", &figure_effects, &drawn);
	joined = svg_joined_texts(svg);
	for (size_t i = 0; i < 4; i++) {
		char wanted[200], *to = wanted;

		for (const char *from = names[i]; *from; from++)
			if (*from != ' ')
				*to++ = *from;
		*to = '\0';
		if (!strstr(joined, wanted))
			fail_msg("not whole: %s", names[i]);
	}
	free(joined);
	free(svg);
	drawn_free(&drawn);
	hand_made_free(made);
}

/* The same of cells with a part of each kind; the rows of this figure have nothing in common. */
static void test_cells_of_many_long_parts_are_whole(void **state)
{
	const struct hand_made_shape cells = { .exit_cells = 24, .rows = 9, .boots = 1,
					       .no_shown = true };
	struct hand_made *made = hand_made_new(&cells);
	struct drawn drawn;
	char *svg, *joined;

	(void)state;
	make_many_parts(made, 24);
	svg = drawn_svg(made, "parts", &figure_effects, &drawn);
	joined = svg_joined_texts(svg);
	assert_non_null(strstr(joined, "999999mirrors,schedule-unregister,interleave,1001threads,"
				       "1001processes,2Gmemory"));
	assert_non_null(strstr(joined, "999977mirrors,schedule-unregister,interleave,1001threads,"
				       "1002processes,4Gmemory"));
	free(joined);
	free(svg);
	drawn_free(&drawn);
	hand_made_free(made);
}

/* From a part in ten thousand to a factor of a million, and on one side alone. */
static void test_effects_have_labels_whatever_the_range(void **state)
{
	static const double ranges[][2] = { { -1e-4, 1e-4 }, { -.003, .02 }, { -.4, .1 }, { 0, .6 },
					    { -3, .2 },	     { -14, 14 },    { 0, 0 } };
	const struct hand_made_shape two = { .exit_cells = 2, .rows = 9, .boots = 1,
					     .no_shown = true };
	char name[32];

	(void)state;
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		struct hand_made *made = hand_made_new(&two);
		struct drawn drawn;
		char *svg;

		for (size_t k = 0; k < 2; k++) {
			set_median(&made->comparison.results[k], VERDICT_EQUIVALENT, ranges[i][k],
				   0);
			made->comparison.results[k].effect[GATED_P50].threshold = 1e-5;
		}
		snprintf(name, sizeof(name), "range-%zu", i);
		svg = drawn_svg(made, name, &figure_effects, &drawn);
		/* Besides two rows, title, key, axis and two lines: 0 and two more labels. */
		assert_true(svg_assert_texts_inside(svg, name) >= (i + 1 < 7 ? 10 : 8));
		free(svg);
		drawn_free(&drawn);
		hand_made_free(made);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_verdict_has_its_shape),
		cmocka_unit_test(test_many_results_take_several_figures),
		cmocka_unit_test(test_a_heading_says_what_its_rows_have),
		cmocka_unit_test(test_long_labels_are_whole),
		cmocka_unit_test(test_cells_of_many_long_parts_are_whole),
		cmocka_unit_test(test_effects_have_labels_whatever_the_range),
	};

	RUN_WITH_GNUPLOT("figure_effects", tests);
}
