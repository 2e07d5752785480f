// SPDX-License-Identifier: GPL-2.0-or-later
/* Proves that the terminal's report says what the comparison says, also of odd ones. */
#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "hand_made_report.h"
#include "has.h"
#include "plan/campaign.h"
#include "report_text.h"

static const struct hand_made_shape usual = {
	.exit_cells = 8, .unregister_cells = 4, .rows = 256, .boots = 1
};

/* A report of which everything is known that says how far to trust it. */
static struct hand_made *doubtful(void)
{
	static const struct hand_made_shape one = { .exit_cells = 1, .rows = 256, .boots = 1 };
	static const struct probe probes[] = {
		{ .arm = ARM_BASE, .estimate = .005, .low = .004, .high = .006, .pairs = 16 },
		{ .arm = ARM_CANDIDATE, .estimate = .02, .low = NAN, .high = NAN, .pairs = 2 },
	};
	struct hand_made *made = hand_made_new(&one);
	struct cell_result *result = &made->comparison.results[0];

	for (uint32_t arm = 0; arm < ARM_COUNT; arm++) {
		result->arm[arm].disturbed = 7 + arm;
		result->arm[arm].mark[MARK_SWITCHED] = (struct mark_count){ 256, 3 };
		result->arm[arm].mark[MARK_MIGRATED] = (struct mark_count){ 256, 0 };
		result->arm[arm].mark[MARK_INTERRUPTED] = (struct mark_count){ 250, 5 + arm };
	}
	result->drift = (struct drift){ .levels = 14, .trend = log(1.041), .first = 4,
					.first_from = log(.94) };
	result->drifts = result->unsettled = true;
	made->report.probes = probes;
	made->report.probe_count = 2;
	return made;
}

static void test_how_far_to_trust_it_is_said(void **state)
{
	struct hand_made *made = doubtful();
	char *text = render_text(&made->report, 0, false);

	(void)state;
	assert_int_equal(has_count(text, "How far to trust the numbers"), 1);
	assert_has(text, "- write: 7 of 256 judged samples were disturbed, kept and marked: 3 "
			 "scheduled out, 5 interrupted.\n");
	assert_has(text, "- read: 8 of 256 judged samples were disturbed, kept and marked: 3 "
			 "scheduled out, 6 interrupted.\n");
	assert_has(text, "- stolen: this machine and kernel cannot tell which samples were.\n");
	assert_has(text, ": the level drifted by +4.1 % over 14 quartets; the first 4 quartets "
			 "behind the warm-up were -6.0 % off the rest.");
	assert_has(text, ", write: recording it changes the whole by +0.5 % (95 % interval ");
	assert_has(text, ", read: recording it changes the whole by +2.0 %.\n");
	free(text);
	hand_made_free(made);
}

static void test_where_nothing_is_known_nothing_is_said(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	char *text = render_text(&made->report, 0, false);

	(void)state;
	assert_has_not(text, "How far to trust");
	free(text);
	hand_made_free(made);
}

static void test_every_judged_quantile_is_there_with_its_numbers(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	char *text = render_text(&made->report, 0, false);
	char base[FORMAT_BYTES], candidate[FORMAT_BYTES], effect[FORMAT_BYTES];

	(void)state;
	for (uint32_t i = 0; i < made->comparison.result_count; i++) {
		const struct cell_result *result = &made->comparison.results[i];

		format_ns(result->arm[ARM_BASE].p50_ns, base, sizeof(base));
		format_ns(result->arm[ARM_CANDIDATE].p50_ns, candidate, sizeof(candidate));
		format_effect(result->effect[GATED_P50].estimate, effect, sizeof(effect));
		assert_has(text, base);
		assert_has(text, candidate);
		assert_has(text, effect);
		if (!result->gated)
			continue;
		format_ns(result->arm[ARM_BASE].max_ns, base, sizeof(base));
		assert_has(text, base);
	}
	assert_int_equal(has_count(text, " p99  "), 12);
	assert_int_equal(has_count(text, " max  "), 12);
	assert_int_equal(has_count(text, "0.0004  IMPROVED"), 3 * 12);
	assert_int_equal(strncmp(text, "IMPROVED\n", 9), 0);
	assert_has(text, "read is faster than write in 12 of 12 judged results");
	assert_has(text, "this boot only");
	assert_has(text, "n = 256 each");
	assert_has(text, "Again: hmmbench compare --run 3 write read\n");
	free(text);
	hand_made_free(made);
}

static void test_both_halves_or_the_one_that_is_missing(void **state)
{
	static const struct {
		uint32_t exits, unregisters;
		const char *there, *missing;
	} cases[] = {
		{ 6, 4, "Exit: faster in 6 of 6", "no exit beside it" },
		{ 6, 0, "Exit: faster in 6 of 6", "Only the exit side" },
		{ 0, 4, "Unregister: faster in 4 of 4", "Only the unregister side" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct hand_made_shape shape = { .exit_cells = cases[i].exits,
						       .unregister_cells = cases[i].unregisters,
						       .rows = 100,
						       .boots = 1 };
		struct hand_made *made = hand_made_new(&shape);
		char *text = render_text(&made->report, 0, false);

		assert_has(text, cases[i].there);
		assert_has(text, cases[i].missing);
		if (cases[i].exits)
			assert_has(text, "exit, 1024 mirrors (walk): p50 82.");
		free(text);
		hand_made_free(made);
	}
}

static void test_the_scope_names_boots_and_clock(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	char *text;

	(void)state;
	made->comparison.boots = 8;
	made->run.lab_json = (char *)"{\"clock\":\"virtual\"}";
	text = render_text(&made->report, 0, false);
	assert_has(text, "8 boots; the boot is the unit");
	assert_has(text, "Virtual clock: 1 ns stands for one instruction");
	free(text);
	made->run.lab_json = (char *)"no JSON";
	text = render_text(&made->report, 0, false);
	assert_has_not(text, "Virtual clock");
	free(text);
	hand_made_free(made);
}

static void test_a_change_below_the_clock_is_not_passed_over(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	struct effect *effect = &made->comparison.results[0].effect[GATED_P50];
	char *text;

	(void)state;
	made->input.clock_floor_ns = 87;
	effect->threshold = log1p(.4);
	effect->estimate = log(1.2);
	effect->low = log(1.1);
	effect->high = log(1.3);
	effect->verdict = made->comparison.results[0].verdict = VERDICT_EQUIVALENT;
	made->cells[0].mirrors = 5000;	/* the example of its side */
	text = render_text(&made->report, 0, false);
	assert_int_equal(has_count(text, "EQUIVALENT*\n"), 1);
	assert_int_equal(has_count(text, "IMPROVED*\n"), 0);
	assert_has(text, "* One reading of the clock costs 87 ns");
	assert_has(text, "p50 +20.0 % (95 % interval +10.0 .. +30.0 %): less than one reading of "
			 "the clock (87 ns).");
	assert_has(text, "(+20.0 %, below the clock)");
	free(text);
	effect->threshold = log1p(.02);
	text = render_text(&made->report, 0, false);
	assert_has_not(text, "EQUIVALENT*");
	assert_has_not(text, "reading of the clock");
	free(text);
	hand_made_free(made);
}

static void test_the_undecided_say_what_it_would_take(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	struct cell_result *open = &made->comparison.results[0],
			   *none = &made->comparison.results[3];
	char *text;

	(void)state;
	open->verdict = open->effect[GATED_P50].verdict = VERDICT_INCONCLUSIVE;
	open->effect[GATED_P50].needed = 40;
	none->effect[GATED_P99].verdict = VERDICT_NONE;
	snprintf(none->effect[GATED_P99].why, sizeof(none->effect[GATED_P99].why),
		 "fewer than 16 super-blocks");
	hand_made_verdict(made);
	text = render_text(&made->report, 0, false);
	assert_has(text, "INCONCLUSIVE\n  1 of 12 judged results could not be told");
	assert_has(text, "from 16 paired differences; about 40 would decide: 2.5 times as many "
			 "quartets");
	assert_has(text, "p99 has no verdict in exit, 4 mirrors, empty (walk): fewer than 16 "
			 "super-blocks.");
	free(text);
	for (uint32_t i = 6; i < 12; i += 3)
		made->comparison.results[i].effect[GATED_P99] = none->effect[GATED_P99];
	made->comparison.results[12].effect[GATED_P99] = none->effect[GATED_P99];
	made->comparison.results[12].effect[GATED_P99].why[0] = '\0';
	text = render_text(&made->report, 0, false);
	assert_has(text,
		   "p99 has no verdict in 3 of 12 judged results: fewer than 16 super-blocks.");
	assert_has(text,
		   "p99 has no verdict in exit, 256 mirrors, empty (walk): no reason was given.");
	assert_int_equal(has_count(text, "has no verdict"), 2);
	free(text);
	hand_made_free(made);
}

static void test_the_worst_regression_leads(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	char *text;

	(void)state;
	for (uint32_t i = 0; i < 2; i++) {
		struct cell_result *result = &made->comparison.results[3 * i];
		struct effect *effect = &result->effect[i ? GATED_P10 : GATED_P50];

		result->verdict = effect->verdict = VERDICT_REGRESSED;
		effect->estimate = log(i ? 1.3 : 1.1);
		effect->low = log(i ? 1.2 : 1.05);
		effect->high = log(i ? 1.4 : 1.15);
	}
	hand_made_verdict(made);
	text = render_text(&made->report, 0, false);
	assert_has(text, "read is slower than write in 2 of 12 judged results, worst in exit, 4 "
			 "mirrors, empty (walk) at p10 +30.0 % (95 % interval +20.0 .. +40.0 %); "
			 "faster in 10.");
	free(text);
	hand_made_free(made);
}

static void test_columns_that_a_kernel_cannot_give_are_named(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	char *text;

	(void)state;
	for (uint32_t i = 0; i < made->comparison.result_count; i++) {
		struct cell_result *result = &made->comparison.results[i];

		if (result->column == COLUMN_LOCK_WAIT)
			result->arm[0].rows = result->arm[1].rows = 0;
	}
	text = render_text(&made->report, 0, false);
	assert_has(text, "unavailable here: lock_wait\n");
	assert_int_equal(has_count(text, "lock_wait"), 1);
	assert_has(text, "whole");
	free(text);
	hand_made_free(made);
}

/* Phase callbacks stands in rows of the table: it is not missing there. */
static void test_columns_that_some_cells_lack_are_no_others(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	uint32_t lacking = 0;
	char *text;

	(void)state;
	for (uint32_t i = 0; i < made->comparison.result_count && !lacking; i++) {
		struct cell_result *result = &made->comparison.results[i];

		if (result->column != COLUMN_LOCK_WAIT)
			continue;
		result->arm[0].rows = result->arm[1].rows = 0;
		lacking++;
	}
	text = render_text(&made->report, 0, false);
	assert_has(text, "unavailable in some cells: lock_wait\n");
	assert_null(strstr(text, "unavailable here"));
	free(text);
	hand_made_free(made);
}

static void test_growth_is_said_with_its_doubts(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	struct sweep *sweep;
	char *text = render_text(&made->report, 0, false);

	(void)state;
	assert_has_not(text, "median grows");
	free(text);
	sweep = hand_made_sweep(made, 0, 3, 4);
	text = render_text(&made->report, 0, false);
	assert_has(text, "How the median grows");
	assert_has(text, "exit, empty (walk) against mirrors, 1 to 64: write N^1.00 +- .02, "
			 "read N^0.80 +- .12; difference -.20 +- .12\n");
	free(text);
	sweep->slope.plain = true;
	sweep->slope.curve[ARM_BASE].misfit = log(1.3);
	text = render_text(&made->report, 0, false);
	assert_has(text, "difference -.20 +- .12 (plain line: latency rises less than 4 times over "
			 "the range; a point is 30 % off the curve)\n");
	free(text);
	sweep->results[0]++; /* of phases there is none in the text */
	text = render_text(&made->report, 0, false);
	assert_has_not(text, "median grows");
	free(text);
	hand_made_free(made);
}

static void test_small_and_empty_reports(void **state)
{
	static const struct hand_made_shape shapes[] = {
		{ .exit_cells = 1, .rows = 1, .boots = 1 },
		{ .exit_cells = 2, .rows = 10, .boots = 1, .base_only = true },
		{ .exit_cells = 2, .rows = 10, .boots = 8, .equal_values = true },
		{ .exit_cells = 2, .rows = 10, .boots = 1, .zero_values = true },
		{ .boots = 1, .rows = 1 },
	};
	static const char *const expected[] = { "exit, 1 mirror (walk)", "one side has no samples",
						"8 boots", "IMPROVED", "There are no results." };

	(void)state;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		struct hand_made *made = hand_made_new(&shapes[i]);
		char *text;

		if (i == 4)
			made->report.run_count = 0;
		text = render_text(&made->report, 80, false);
		assert_has(text, expected[i]);
		assert_has_not(text, "nan");
		free(text);
		hand_made_free(made);
	}
}

/* Of two builds the strategy is a part of the cell, and boots are what it would take. */
static void test_builds_name_strategies_and_boots(void **state)
{
	static const uint32_t strategies[] = { HMMBENCH_STRATEGY_WRITE, HMMBENCH_STRATEGY_READ };
	const struct hand_made_shape shape = { .exit_cells = 2, .rows = 64, .boots = 15 };
	struct hand_made *made = hand_made_new(&shape);
	struct cell_result *result = &made->comparison.results[0];
	char *text;

	(void)state;
	made->cells[1].mirrors = made->cells[0].mirrors;
	made->input.design = DESIGN_BUILDS;
	made->input.strategies = strategies;
	made->input.base_name = "debian:6.1";
	made->input.candidate_name = "debian:6.12";
	made->comparison.arm_boots[ARM_BASE] = 7;
	made->comparison.arm_boots[ARM_CANDIDATE] = 8;
	made->comparison.nights = 2;
	result->verdict = VERDICT_INCONCLUSIVE;
	result->effect[GATED_P50].verdict = VERDICT_INCONCLUSIVE;
	result->effect[GATED_P50].boots[ARM_BASE] = 7;
	result->effect[GATED_P50].boots[ARM_CANDIDATE] = 8;
	result->effect[GATED_P50].needed = 42;
	hand_made_verdict(made);
	text = render_text(&made->report, 0, false);
	assert_has(text, "7 boots of debian:6.1 and 8 of debian:6.12 in 2 nights");
	assert_has(text, "exit, strategy write, 1 mirror (walk): p50");
	assert_has(text, "from 7 and 8 boots; about 42 boots of each build would decide");
	assert_has(text, "\nstrategy ");
	assert_has(text, "\nread ");
	assert_has_not(text, "paired differences");
	free(text);
	result->effect[GATED_P50].needed = CAMPAIGN_BOOTS_MAX + 1;
	text = render_text(&made->report, 0, false);
	assert_has(text, "from 7 and 8 boots; about 1001 boots of each build would decide, more "
			 "than the 1000 that a campaign has at most");
	free(text);
	hand_made_free(made);
}

static void test_a_full_disk_is_an_error(void **state)
{
	const struct report_options options = { 0 };
	struct hand_made *made = hand_made_new(&usual);
	struct error error = { 0 };
	FILE *file = fopen("/dev/full", "w");

	(void)state;
	if (!file)
		skip();
	setvbuf(file, NULL, _IOFBF, 512);
	assert_true(report_format_find("text")->render(&made->report, &options, file, NULL,
						       &error) < 0);
	assert_has(error.text, "cannot be written");
	fclose(file);
	hand_made_free(made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_how_far_to_trust_it_is_said),
		cmocka_unit_test(test_where_nothing_is_known_nothing_is_said),
		cmocka_unit_test(test_every_judged_quantile_is_there_with_its_numbers),
		cmocka_unit_test(test_both_halves_or_the_one_that_is_missing),
		cmocka_unit_test(test_the_scope_names_boots_and_clock),
		cmocka_unit_test(test_a_change_below_the_clock_is_not_passed_over),
		cmocka_unit_test(test_the_undecided_say_what_it_would_take),
		cmocka_unit_test(test_the_worst_regression_leads),
		cmocka_unit_test(test_columns_that_a_kernel_cannot_give_are_named),
		cmocka_unit_test(test_columns_that_some_cells_lack_are_no_others),
		cmocka_unit_test(test_growth_is_said_with_its_doubts),
		cmocka_unit_test(test_small_and_empty_reports),
		cmocka_unit_test(test_builds_name_strategies_and_boots),
		cmocka_unit_test(test_a_full_disk_is_an_error),
	};

	return cmocka_run_group_tests_name("report_text", tests, NULL, NULL);
}
