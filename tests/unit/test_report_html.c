// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Proves that the page is well-formed, self-contained, labelled for people who cannot see
 * it, and that nothing from data becomes markup in it, figures included.
 */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "common/exit_status.h"
#include "common/spawn.h"
#include "hand_made_report.h"
#include "has.h"
#include "html_check.h"

static const struct hand_made_shape usual = {
	.exit_cells = 4, .unregister_cells = 2, .rows = 128, .boots = 1
};

#define HOSTILE                                    \
	"\"'><script>alert(1)</script><img src=x " \
	"onerror=alert(2)>&amp;\033\xff\xe2\x80\xae\xc3\xbc"

static char *render(const struct report *report, const char *folder, struct error *error)
{
	const struct report_options options = { 0 };
	char *text = NULL;
	size_t bytes;
	FILE *file = open_memstream(&text, &bytes);

	assert_int_equal(report_format_find("html")->render(report, &options, file, folder, error),
			 0);
	assert_int_equal(fclose(file), 0);
	return text;
}

static void assert_self_contained(const char *page)
{
	assert_has(page, "default-src 'none'");
	assert_has_not(page, "src=");
	assert_has_not(page, "@import");
	assert_has_not(page, "url(");
	assert_has_not(page, "<script");
	assert_has_not(page, "https:");
	assert_int_equal(has_count(page, "http://"),
			 has_count(page, "xmlns=\"http://www.w3.org/2000/svg\""));
}

static void test_a_page_without_figures_is_whole_and_says_so(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	struct error error = { 0 };
	char *page = render(&made->report, NULL, &error);

	(void)state;
	assert_true(assert_well_formed_html(page) > 300);
	assert_self_contained(page);
	assert_has(page, "<html lang=\"en\">");
	assert_has(page,
		   "<h1><bdi>read</bdi> against <bdi>write</bdi>: <span class=\"verdict better\">"
		   "IMPROVED</span></h1>");
	assert_has(page, "read is faster than write in 6 of 6 judged results");
	assert_has(page, "This report has no figures: there was no folder");
	assert_has(page, "<code>hmmbench compare --run 3 write read</code>");
	assert_has(page, "6.1.0-56-amd64");
	assert_has(page, "prefers-color-scheme:dark");
	assert_has(page, "@media print");
	assert_int_equal(has_count(page, "<th"), has_count(page, "<th scope=") + has_count(page, "<thead") +
						     has_count(page, "<th class=\"group\" scope="));
	assert_int_equal(has_count(page, "<h1"), 1);
	assert_string_equal(error.text, "");
	free(page);
	hand_made_free(made);
}

static void test_every_number_of_the_judged_results_is_in_the_table(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	char *page = render(&made->report, NULL, NULL);
	const char *table = strstr(page, "id=\"results\"");
	char text[FORMAT_BYTES], cell[FORMAT_BYTES + 32];

	(void)state;
	assert_non_null(table);
	for (uint32_t i = 0; i < made->comparison.result_count; i++) {
		const struct cell_result *result = &made->comparison.results[i];

		for (size_t arm = 0; arm < ARM_COUNT; arm++) {
			const double values[] = { result->arm[arm].p50_ns,
						  result->arm[arm].p99_ns };

			for (size_t k = 0; k < 2; k++) {
				format_ns(values[k], text, sizeof(text));
				snprintf(cell, sizeof(cell), "<td class=\"number\">%s</td>", text);
				assert_has(table, cell);
			}
		}
	}
	assert_int_equal(has_count(table, "<th scope=\"row\">p99.9</th>"), 6);
	free(page);
	hand_made_free(made);
}

static void test_growth_is_in_a_table(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	char *page;

	(void)state;
	hand_made_sweep(made, 0, 3, 4);
	hand_made_sweep(made, 1, 3, 4)->slope.plain = true; /* of lock_wait, which is not judged */
	page = render(&made->report, NULL, NULL);
	assert_well_formed_html(page);
	assert_has(page, "<th scope=\"row\">exit (walk)</th><td>mirrors, 1 to 64</td>"
			 "<td class=\"number\">N^1.00 ± .02</td><td class=\"number\">400 ns</td>"
			 "<td class=\"number\">N^0.80 ± .12</td><td class=\"number\">50 ns</td>"
			 "<td class=\"number\">-.20 ± .12</td><td class=\"number\">5 %</td>");
	assert_has(page, "<summary>Growth of the phases");
	assert_has(page, "exit (lock_wait)</th><td>mirrors, 1 to 64</td>"
			 "<td class=\"number\">N^1.00 ± .02</td><td class=\"number\">-</td>");
	free(page);
	hand_made_free(made);
}

/* Nothing is to be read out of a curve of three numbers that goes through three points. */
static void test_a_curve_through_any_points_is_off_none(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	struct sweep *sweep = hand_made_sweep(made, 0, 3, 3);
	char *page;

	(void)state;
	sweep->slope.curve[ARM_BASE].misfit = sweep->slope.curve[ARM_CANDIDATE].misfit = 1e-9;
	page = render(&made->report, NULL, NULL);
	assert_has(page, "<td class=\"number\">-.20 ± .12</td><td class=\"number\">-</td>");
	free(page);
	sweep->slope.plain = true; /* two numbers: that says something */
	page = render(&made->report, NULL, NULL);
	assert_has(page, "<td class=\"number\">-.20 ± .12</td><td class=\"number\">0 %</td>");
	free(page);
	hand_made_free(made);
}

static void make_hostile(struct hand_made *made, const char *const *lines)
{
	made->input.base_name = "write" HOSTILE;
	made->input.candidate_name = "read" HOSTILE;
	made->report.marks = made->report.notes = lines;
	made->report.mark_count = made->report.note_count = 2;
	made->report.command = "hmmbench compare " HOSTILE;
	made->run.kernel = (char *)"debian" HOSTILE;
	made->run.label = (char *)HOSTILE;
	made->run.status_text = (char *)HOSTILE;
	made->run.environment_json =
		(char *)"{\"a<script>\":{\"b\\\"onload=\":\"</table><script>\"},"
			"\"xml\":\"<?xml version='1.0'?>\\n<a onclick='x'>&\\u0007</a>\"}";
	made->run.lab_json = (char *)"</script> this is no JSON";
	made->comparison.results[0].verdict = VERDICT_NONE;
	made->comparison.results[0].effect[0].verdict = VERDICT_NONE;
	snprintf(made->comparison.results[0].effect[0].why, 120, "because </li>" HOSTILE);
}

static void test_hostile_data_stays_text(void **state)
{
	static const char *const lines[] = { HOSTILE, "]]><!-- </style></title>" };
	struct hand_made *made = hand_made_new(&usual);
	char *page;

	(void)state;
	make_hostile(made, lines);
	page = render(&made->report, NULL, NULL);
	assert_well_formed_html(page);
	assert_has(page, "default-src 'none'");
	assert_has_not(page, "<script");
	assert_has(page, "&lt;script&gt;alert(1)&lt;/script&gt;");
	assert_has(page, "&lt;img src=x");
	assert_has(page, "\xc3\xbc");
	for (const char *at = page; *at; at++)
		assert_true((unsigned char)*at >= 0x20 || *at == '\n' || *at == '\t');
	assert_has_not(page, "\xe2\x80\xae");
	free(page);
	hand_made_free(made);
}

static bool no_gnuplot(void)
{
	char *path = spawn_find("gnuplot");

	free(path);
	return !path;
}

static void test_figures_are_part_of_the_page(void **state)
{
	static const char *const lines[] = { HOSTILE, "x" };
	struct hand_made *made = hand_made_new(&usual);
	struct error error = { 0 };
	char *folder = support_path("page"), *page;

	(void)state;
	if (no_gnuplot())
		skip();
	make_hostile(made, lines);
	made->comparison.results[0].verdict = VERDICT_EQUIVALENT;
	page = render(&made->report, folder, &error);
	assert_string_equal(error.text, "");
	assert_well_formed_html(page);
	assert_has(page, "default-src 'none'");
	assert_has_not(page, "<script");
	/* All effects; against mirrors: walk, lock_wait, whole, unregister; 6 distributions. */
	assert_int_equal(has_count(page, "<svg "), 1 + 4 + 6);
	assert_int_equal(
		has_count(page, "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\""
			    "exit, ") +
			has_count(page,
			      "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\""
			      "unregister, "),
		4 + 6);
	assert_int_equal(has_count(page, "<figcaption>"), 1 + 4 + 6);
	assert_has_not(page, "cannot be read");
	free(page);
	free(folder);
	hand_made_free(made);
}

static void test_a_missing_gnuplot_is_a_warning_and_a_mark(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	struct error error = { 0 };
	char *folder = support_path("without"), *path = strdup(getenv("PATH")), *page;

	(void)state;
	setenv("PATH", "/nonexistent", 1);
	page = render(&made->report, folder, &error);
	setenv("PATH", path, 1);
	assert_int_equal(error.exit_status, STATUS_MISSING_TOOL);
	assert_non_null(strstr(error.text, "gnuplot"));
	assert_well_formed_html(page);
	assert_has(page, "This report has no figures: gnuplot is not there");
	assert_has_not(page, "<svg");
	free(page);
	free(path);
	free(folder);
	hand_made_free(made);
}

static void test_differences_between_runs_are_shown(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	struct store_run runs[2];
	char *page;

	(void)state;
	runs[0] = runs[1] = made->run;
	runs[0].environment_json =
		(char *)"{\"kernel\":{\"release\":\"6.1\",\"tainted\":0},\"only\":1}";
	runs[1].environment_json = (char *)"{\"kernel\":{\"release\":\"6.1\",\"tainted\":512}}";
	runs[1].id = 4;
	made->report.runs = runs;
	made->report.run_count = 2;
	page = render(&made->report, NULL, NULL);
	assert_well_formed_html(page);
	assert_has(page, "What differs between the runs");
	assert_has(page, "<th scope=\"row\">kernel tainted</th><td>run 3</td><td>0</td>");
	assert_has(page, "<th scope=\"row\">kernel tainted</th><td>run 4</td><td>512</td>");
	assert_has(page, "<th scope=\"row\">only</th><td>run 4</td><td>not there</td>");
	assert_has_not(page, "<th scope=\"row\">kernel release</th>");
	free(page);
	hand_made_free(made);
}

static void test_a_change_below_the_clock_is_not_passed_over(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	struct effect *effect = &made->comparison.results[0].effect[GATED_P50];
	char *page;

	(void)state;
	made->input.clock_floor_ns = 87;
	effect->threshold = .3364722366;	/* +40 % */
	effect->estimate = .1823215568;		/* +20 % */
	effect->verdict = made->comparison.results[0].verdict = VERDICT_EQUIVALENT;
	page = render(&made->report, NULL, NULL);
	assert_well_formed_html(page);
	assert_has(page, "EQUIVALENT</span> <span class=\"soft\">clock: +40.0 %</span>");
	assert_has(page, "<p>One reading of the clock costs 87 ns");
	assert_has(page, "less than one reading of the clock (87 ns)");
	free(page);
	hand_made_free(made);
}

static void test_the_topology_folds_away(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	char *page;

	(void)state;
	made->run.environment_json = (char *)"{\"topology\":{\"cpus\":4,\"xml\":\"<topology>\\n"
					     "</topology>\"}}";
	page = render(&made->report, NULL, NULL);
	assert_well_formed_html(page);
	assert_has(page, "<summary>topology: xml</summary>");
	assert_has(page, "<pre>&lt;topology&gt;\n&lt;/topology&gt;</pre>");
	free(page);
	hand_made_free(made);
}

static void test_odd_reports(void **state)
{
	static const struct hand_made_shape shapes[] = {
		{ .boots = 1, .rows = 1 },
		{ .exit_cells = 1, .rows = 1, .boots = 1 },
		{ .exit_cells = 3, .rows = 8, .boots = 1, .base_only = true },
		{ .exit_cells = 3, .rows = 8, .boots = 8, .equal_values = true },
		{ .exit_cells = 2000, .rows = 4, .boots = 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		struct hand_made *made = hand_made_new(&shapes[i]);
		char *page;

		made->report.run_count = i ? 1 : 0;
		page = render(&made->report, NULL, NULL);
		assert_well_formed_html(page);
		assert_has_not(page, "nan");
		assert_int_equal(has_count(page, "<th scope=\"row\">max</th>"), shapes[i].exit_cells);
		if (!i)
			assert_has(page, "There are no results.");
		if (i == 4)
			assert_has(page, "1960 more changed");
		free(page);
		hand_made_free(made);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_page_without_figures_is_whole_and_says_so),
		cmocka_unit_test(test_every_number_of_the_judged_results_is_in_the_table),
		cmocka_unit_test(test_growth_is_in_a_table),
		cmocka_unit_test(test_a_curve_through_any_points_is_off_none),
		cmocka_unit_test(test_hostile_data_stays_text),
		cmocka_unit_test(test_figures_are_part_of_the_page),
		cmocka_unit_test(test_a_missing_gnuplot_is_a_warning_and_a_mark),
		cmocka_unit_test(test_differences_between_runs_are_shown),
		cmocka_unit_test(test_a_change_below_the_clock_is_not_passed_over),
		cmocka_unit_test(test_the_topology_folds_away),
		cmocka_unit_test(test_odd_reports),
	};

	return cmocka_run_group_tests_name("report_html", tests, NULL, NULL);
}
