// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Proves that the terminal's report fits its width, keeps its columns aligned, and stays readable
 * and harmless whatever names are in it and however many cells.
 */
#include "support.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "hand_made_report.h"
#include "has.h"
#include "report/clean.h"
#include "report/text_table.h"
#include "report_text.h"

static const struct hand_made_shape usual = {
	.exit_cells = 8, .unregister_cells = 4, .rows = 256, .boots = 1
};

/* Calls back for each line, without its end. */
static void each_line(const char *text, void (*check)(const char *line, void *context),
		      void *context)
{
	char *copy = strdup(text), *rest = copy, *line;

	while ((line = strsep(&rest, "\n")))
		check(line, context);
	free(copy);
}

struct width_check {
	size_t width;
	size_t lines;
};

static void check_width(const char *line, void *context)
{
	struct width_check *check = context;

	check->lines++;
	if (!strncmp(line, "Again: ", 7)) /* to be copied: never broken */
		return;
	if (clean_columns(line) > check->width)
		fail_msg("%zu columns on a terminal of %zu: %s", clean_columns(line), check->width,
			 line);
	if (line[0] && line[strlen(line) - 1] == ' ')
		fail_msg("blank at the end of: '%s'", line);
}

static void test_lines_fit_every_width_and_verdicts_never_go(void **state)
{
	static const char *const marks[] = {
		"A mark that is long enough to need more than one line on a narrow terminal, with "
		"one-very-long-word-without-any-blank-in-it-that-must-be-broken-somewhere."
	};
	static const char *const names[][2] = {
		{ "write", "read" }, { "debian:6.1.0-56-amd64", "debian:6.12.95+deb12" }
	};
	struct hand_made *made = hand_made_new(&usual);

	(void)state;
	setlocale(LC_ALL, "C.UTF-8");
	made->report.marks = marks;
	made->report.mark_count = 1;
	made->comparison.results[3].effect[GATED_P99].verdict = VERDICT_INCONCLUSIVE;
	for (size_t i = 0; i < 2; i++) {
		made->input.base_name = names[i][0];
		made->input.candidate_name = names[i][1];
		for (int width = 40; width <= 160; width++) {
			struct width_check check = { .width = (size_t)width };
			char *text = render_text(&made->report, width, false);

			each_line(text, check_width, &check);
			assert_true(check.lines > 60);
			assert_int_equal(has_count(text, "  IMPROVED\n"), 3 * 12 - 1);
			assert_int_equal(has_count(text, "  INCONCLUSIVE\n"), 1);
			free(text);
		}
	}
	setlocale(LC_ALL, "C");
	hand_made_free(made);
}

static void test_what_is_left_out_is_said(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	char *wide = render_text(&made->report, 120, false),
	     *narrow = render_text(&made->report, 60, false);

	(void)state;
	assert_has(wide, "p adjusted");
	assert_has(wide, "95 % interval  ");
	assert_has_not(wide, "Columns were left out");
	assert_has_not(narrow, "p adjusted");
	assert_has(narrow, "Columns were left out");
	free(wide);
	free(narrow);
	hand_made_free(made);
}

struct column_check {
	const char *mark; /* of the heading whose end is looked for */
	size_t end;	  /* of the column in the table at hand; 0: outside a table */
	size_t rows;
};

/* Right-aligned: the unit of each number ends below the end of its heading. */
static void check_column(const char *line, void *context)
{
	struct column_check *check = context;
	const char *heading = strstr(line, check->mark);

	if (!line[0]) {
		check->end = 0;
	} else if (heading && strstr(line, "change")) {
		check->end = (size_t)(heading - line) + strlen(check->mark);
	} else if (check->end && strlen(line) > check->end) {
		assert_true(line[check->end - 1] == 's');
		assert_true(line[check->end] == ' ');
		check->rows++;
	}
}

static void test_numbers_end_below_each_other(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	struct column_check check = { .mark = " write" };
	char *text = render_text(&made->report, 0, false), *shown = strstr(text, "shown and not judged");

	(void)state;
	assert_non_null(shown);
	shown[-1] = '\0';
	each_line(text, check_column, &check);
	assert_int_equal(check.rows, 4 * 12);
	free(text);
	hand_made_free(made);
}

/* Takes the escape sequences out, in place. */
static size_t strip_colours(char *text)
{
	char *to = text;
	size_t found = 0;

	for (const char *from = text; *from;) {
		if (from[0] == '\033' && from[1] == '[') {
			from += 2 + strspn(from + 2, "0123456789;");
			assert_int_equal(*from, 'm');
			from++;
			found++;
			continue;
		}
		*to++ = *from++;
	}
	*to = '\0';
	return found;
}

static void test_colour_only_adds(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	char *plain = render_text(&made->report, 100, false),
	     *coloured = render_text(&made->report, 100, true);

	(void)state;
	assert_null(strchr(plain, '\033'));
	assert_true(strip_colours(coloured) > 2 * 36);
	assert_string_equal(coloured, plain);
	free(plain);
	free(coloured);
	hand_made_free(made);
}

static void test_names_cannot_steer_the_terminal(void **state)
{
	static const char *const hostile[] = {
		"\033]0;title\a and \033[2J and \xe2\x80\xae turned and \xff and '\"<&>`$(x)`"
	};
	struct hand_made *made = hand_made_new(&usual);

	(void)state;
	made->input.base_name = "wr\xc3\xaete\033[31m";
	made->input.candidate_name = "re\nad";
	made->report.marks = made->report.notes = hostile;
	made->report.mark_count = made->report.note_count = 1;
	made->report.command = "hmmbench compare \033[1m";
	made->run.label = (char *)"a\nb\033";
	for (int utf8 = 0; utf8 < 2; utf8++) {
		char *text;

		setlocale(LC_ALL, utf8 ? "C.UTF-8" : "C");
		text = render_text(&made->report, 100, false);
		for (const char *at = text; *at; at++) {
			assert_true((unsigned char)*at >= 0x20 || *at == '\n');
			assert_true(utf8 || (unsigned char)*at < 0x80);
		}
		assert_has_not(text, "\xe2\x80\xae");
		assert_has(text, utf8 ? "wr\xc3\xaete" : "wr?te");
		assert_has(text, "<&>");
		free(text);
	}
	setlocale(LC_ALL, "C");
	hand_made_free(made);
}

static void test_names_that_are_cut_alike_are_told_apart(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	char *text;

	(void)state;
	made->input.base_name = "debian:6.1.0-56-amd64-build-one";
	made->input.candidate_name = "debian:6.1.0-56-amd64-build-two";
	text = render_text(&made->report, 0, false);
	assert_has(text, "base");
	assert_has(text, "candidate");
	assert_has(text, "debian:6.1.0-56-amd64-build-two is faster than "
			 "debian:6.1.0-56-amd64-build-one");
	free(text);
	hand_made_free(made);
}

static void test_two_thousand_cells(void **state)
{
	const struct hand_made_shape shape = {
		.exit_cells = 2000, .rows = 10, .boots = 1, .no_shown = true
	};
	struct hand_made *made = hand_made_new(&shape);
	char *text = render_text(&made->report, 100, false);

	(void)state;
	assert_int_equal(has_count(text, " max  "), 2000);
	assert_has(text, "in 2000 of 2000 judged results");
	free(text);
	hand_made_free(made);
}

/* What is out of memory is said when the table is printed, once. */
static void test_a_table_that_is_none_takes_cells(void **state)
{
	const struct text_style style = { 0 };
	char *dropped = (char *)"untouched";

	(void)state;
	text_table_cell(NULL, "a cell");
	text_table_coloured(NULL, "another", TEXT_BAD);
	assert_int_equal(text_table_print(NULL, &style, stdout, &dropped), -ENOMEM);
	assert_null(dropped);
	assert_int_equal(text_table_print(NULL, &style, stdout, NULL), -ENOMEM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_fit_every_width_and_verdicts_never_go),
		cmocka_unit_test(test_what_is_left_out_is_said),
		cmocka_unit_test(test_numbers_end_below_each_other),
		cmocka_unit_test(test_colour_only_adds),
		cmocka_unit_test(test_names_cannot_steer_the_terminal),
		cmocka_unit_test(test_names_that_are_cut_alike_are_told_apart),
		cmocka_unit_test(test_two_thousand_cells),
		cmocka_unit_test(test_a_table_that_is_none_takes_cells),
	};

	return cmocka_run_group_tests_name("report_text_layout", tests, NULL, NULL);
}
