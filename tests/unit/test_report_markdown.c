// SPDX-License-Identifier: GPL-2.0-or-later
/* Proves that the Markdown says what the report says, stays short, and makes no markup of data. */
#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "hand_made_report.h"
#include "has.h"
#include "report/markdown.h"

static const struct hand_made_shape usual = {
	.exit_cells = 6, .unregister_cells = 3, .rows = 512, .boots = 1
};

static char *render(const struct report *report)
{
	const struct report_options options = { 0 };
	struct error error = { 0 };
	char *text = NULL;
	size_t bytes;
	FILE *file = open_memstream(&text, &bytes);

	assert_int_equal(report_format_find("markdown")->render(report, &options, file, NULL,
								&error), 0);
	assert_int_equal(fclose(file), 0);
	return text;
}

static void assert_written(const char *text, const char *expected, bool code)
{
	char *written = NULL;
	size_t bytes;
	FILE *file = open_memstream(&written, &bytes);

	if (code)
		markdown_code(file, text);
	else
		markdown_text(file, text);
	assert_int_equal(fclose(file), 0);
	assert_string_equal(written, expected);
	free(written);
}

static void test_text_stays_text_and_readable(void **state)
{
	static const char *const cases[][2] = {
		{ "exit, 1024 mirrors, delay:2000 (lock_wait)",
		  "exit, 1024 mirrors, delay:2000 (lock_wait)" },
		{ "p50 -12.0 % (95 % interval)", "p50 -12.0 % (95 % interval)" },
		{ "a|b", "a\\|b" },
		{ "*b* _i_ `c` ~s~ <b> &lt; [l](u) $x$ \\",
		  "\\*b\\* \\_i\\_ \\`c\\` \\~s\\~ \\<b\\> \\&lt; \\[l\\](u) \\$x\\$ \\\\" },
		{ "http://x.org www.x.org", "http\\://x.org www\\.x.org" },
		{ "@somebody #12 a@b #", "@\xe2\x80\x8bsomebody #\xe2\x80\x8b" "12 a@b #" },
		{ "# no heading", "\\# no heading" },
		{ "- no list", "\\- no list" },
		{ "1. no list", "1\\. no list" },
		{ "2 of 11 results", "2 of 11 results" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_written(cases[i][0], cases[i][1], false);
	assert_written("hmmbench compare --run 3 a_b", "`hmmbench compare --run 3 a_b`", true);
	assert_written("a `` b", "``` a `` b ```", true);
}

static void test_the_whole_report_is_there(void **state)
{
	static const char *const marks[] = { "run 3: a guest", "run 3: drops" };
	struct hand_made *made = hand_made_new(&usual);
	char *text, row[200], base[FORMAT_BYTES];

	(void)state;
	made->report.marks = marks;
	made->report.mark_count = 2;
	made->comparison.results[3].effect[GATED_P99].verdict = VERDICT_INCONCLUSIVE;
	hand_made_sweep(made, 0, 3, 6);
	text = render(&made->report);
	assert_int_equal(strncmp(text, "## IMPROVED: read against write\n\n", 33), 0);
	assert_has(text, "read is faster than write in 9 of 9 judged results");
	assert_has(text, "> run 3: a guest  \n> run 3: drops\n\n");
	assert_int_equal(has_count(text, "- exit, ") + has_count(text, "- unregister, "), 9 + 1);
	assert_has(text, "### What could not be told, and what it would take\n\n- ");
	assert_has(text, "write N^1.00 ± .02, read N^0.80 ± .12; difference -.20 ± .12\n");
	assert_has(text, "| what | quantile | write | read | change | 95 % interval | verdict |\n"
			 "|---|---|--:|--:|--:|--:|---|\n");
	assert_int_equal(has_count(text, " | p50 | "), 9);
	format_ns(made->comparison.results[0].arm[ARM_BASE].p10_ns, base, sizeof(base));
	snprintf(row, sizeof(row), "| exit, 1 mirror (walk) | p10 | %s | ", base);
	assert_has(text, row);
	assert_has(text, "- run 3: vm, debian:6.1, 2024-05-01T02:00:00Z, complete");
	assert_has(text, "Again: `hmmbench compare --run 3 write read`\n");
	free(text);
	hand_made_free(made);
}

/* What is gained at exit and what it costs beside it, and what of that was not measured. */
static void test_both_sides_are_told(void **state)
{
	static const struct hand_made_shape exits = { .exit_cells = 2, .rows = 512, .boots = 1 };
	struct hand_made *made = hand_made_new(&usual);
	char *text = render(&made->report);

	(void)state;
	assert_has(text, "\n\nExit: ");
	assert_has(text, "\n\nUnregister: ");
	assert_null(strstr(text, "\n\n\n"));
	free(text);
	hand_made_free(made);
	made = hand_made_new(&exits);
	text = render(&made->report);
	assert_has(text, "\n\nExit: ");
	assert_null(strstr(text, "\n\nUnregister: "));
	assert_has(text, "Only the exit side was measured");
	free(text);
	hand_made_free(made);
}

/* That nothing was found is not that there is nothing. */
static void test_what_could_not_be_told_is_no_absence_of_changes(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	char *text;

	(void)state;
	for (uint32_t i = 0; i < made->comparison.result_count; i++) {
		struct cell_result *result = &made->comparison.results[i];

		result->verdict = result->gated ? VERDICT_EQUIVALENT : VERDICT_NONE;
		for (size_t k = 0; k < GATED_COUNT; k++)
			result->effect[k].verdict = result->verdict;
	}
	hand_made_verdict(made);
	text = render(&made->report);
	assert_has(text, "\n\nNo change beyond the smallest effect of interest was found.\n\n");
	free(text);
	made->comparison.results[0].verdict = VERDICT_INCONCLUSIVE;
	made->comparison.results[0].effect[GATED_P50].verdict = VERDICT_INCONCLUSIVE;
	hand_made_verdict(made);
	text = render(&made->report);
	assert_has(text, "\n\nNo change beyond the smallest effect of interest was found; what could not be "
			 "told may hide one.\n\n");
	free(text);
	hand_made_free(made);
}

/* Every table row has as many cells as the head, whatever is in them. */
static void test_names_do_not_break_the_table(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	char *text, *rest, *line;

	(void)state;
	made->input.base_name = "a|b\n| c |\n\n# d <script> @x `y` \xff";
	made->input.candidate_name = "| --- |";
	made->run.kernel = (char *)"[x](http://y) |";
	made->report.command = "hmmbench ` compare";
	text = rest = render(&made->report);
	assert_int_equal(has_count(text, "<"), has_count(text, "\\<"));
	assert_null(strstr(text, "](http://"));
	while ((line = strsep(&rest, "\n"))) {
		size_t cells = 0;

		if (*line != '|')
			continue;
		for (const char *at = line; *at; at++)
			cells += *at == '|' && (at == line || at[-1] != '\\');
		assert_int_equal(cells, 8);
	}
	free(text);
	hand_made_free(made);
}

static void test_a_long_report_stays_short_and_says_so(void **state)
{
	static const struct hand_made_shape shapes[] = {
		{ .boots = 1, .rows = 1 },
		{ .exit_cells = 1, .rows = 1, .boots = 1 },
		{ .exit_cells = 3, .rows = 8, .boots = 1, .base_only = true },
		{ .exit_cells = 2000, .rows = 4, .boots = 1, .no_shown = true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		struct hand_made *made = hand_made_new(&shapes[i]);
		char *text = render(&made->report);

		assert_null(strstr(text, "nan"));
		assert_true(strlen(text) < 20000);
		if (i == 3) {
			assert_has(text, "- and 1980 more\n");
			assert_has(text, "1970 more results are in the whole report.");
		}
		free(text);
		hand_made_free(made);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_stays_text_and_readable),
		cmocka_unit_test(test_the_whole_report_is_there),
		cmocka_unit_test(test_both_sides_are_told),
		cmocka_unit_test(test_what_could_not_be_told_is_no_absence_of_changes),
		cmocka_unit_test(test_names_do_not_break_the_table),
		cmocka_unit_test(test_a_long_report_stays_short_and_says_so),
	};

	return cmocka_run_group_tests_name("report_markdown", tests, NULL, NULL);
}
