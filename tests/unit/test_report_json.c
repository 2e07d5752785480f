// SPDX-License-Identifier: GPL-2.0-or-later
/* Proves that the JSON holds all of a comparison, in a stable order, and nothing made up. */
#include "support.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "hand_made_report.h"

static const struct hand_made_shape usual = {
	.exit_cells = 6, .unregister_cells = 2, .rows = 64, .boots = 1
};

static char *render(const struct report *report)
{
	const struct report_options options = { 0 };
	struct error error = { 0 };
	char *text = NULL;
	size_t bytes;
	FILE *file = open_memstream(&text, &bytes);

	assert_int_equal(report_format_find("json")->render(report, &options, file, NULL, &error),
			 0);
	assert_int_equal(fclose(file), 0);
	return text;
}

static json_t *load(const char *text)
{
	json_error_t error;
	json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, &error);

	if (!json)
		fail_msg("line %d: %s", error.line, error.text);
	return json;
}

static void assert_number(const json_t *object, const char *key, double value)
{
	const json_t *json = json_object_get(object, key);

	if (isnan(value))
		assert_true(json_is_null(json));
	else
		assert_true(json_is_number(json) &&
			    fabs(json_number_value(json) - value) <= 1e-12 * fabs(value));
}

static void assert_text(const json_t *object, const char *key, const char *value)
{
	assert_string_equal(json_string_value(json_object_get(object, key)), value);
}

static bool any_told(const struct arm_summary *arm)
{
	bool any = false;

	for (size_t i = 0; i < MARK_COUNT; i++)
		any |= arm->mark[i].told > 0;
	return any;
}

static void assert_arm(const json_t *json, const struct arm_summary *arm)
{
	assert_int_equal(json_object_size(json), 14);
	assert_number(json, "rows", (double)arm->rows);
	assert_number(json, "warmup_rows", (double)arm->warmup_rows);
	assert_number(json, "disturbed", any_told(arm) ? (double)arm->disturbed : NAN);
	for (size_t i = 0; i < MARK_COUNT; i++)
		assert_number(json_object_get(json, "marks"), sample_marks[i].name,
			      arm->mark[i].told ? (double)arm->mark[i].marked : NAN);
	assert_number(json, "dropped", (double)arm->dropped);
	assert_number(json, "min_ns", arm->min_ns);
	assert_number(json, "p10_ns", arm->p10_ns);
	assert_number(json, "p25_ns", arm->p25_ns);
	assert_number(json, "p50_ns", arm->p50_ns);
	assert_number(json, "p75_ns", arm->p75_ns);
	assert_number(json, "p90_ns", arm->p90_ns);
	assert_number(json, "p99_ns", arm->p99_ns);
	assert_number(json, "p999_ns", arm->p999_ns);
	assert_number(json, "max_ns", arm->max_ns);
}

static void assert_effect(const json_t *json, const struct effect *effect, double quantile)
{
	assert_int_equal(json_object_size(json), 16);
	assert_number(json, "quantile", quantile);
	assert_text(json, "verdict", verdict_name(effect->verdict));
	assert_number(json, "estimate", effect->estimate);
	assert_number(json, "low", effect->low);
	assert_number(json, "high", effect->high);
	assert_number(json, "p", effect->p);
	assert_number(json, "smallest_seen", effect->seen);
	assert_number(json, "p_adjusted", effect->p_adjusted);
	assert_number(json, "threshold", effect->threshold);
	assert_number(json, "pairs", effect->pairs);
	assert_number(json, "needed", effect->needed);
	assert_number(json, "beta", effect->beta);
	assert_int_equal(json_integer_value(json_array_get(json_object_get(json, "boots"), 1)),
			 effect->boots[ARM_CANDIDATE]);
	assert_number(json, "lag1", effect->lag1);
	assert_number(json, "block_factor", effect->block_factor);
	assert_text(json, "why", effect->why);
}

static void test_everything_comes_back(void **state)
{
	static const char *const marks[] = { "first", "second" };
	struct hand_made *made = hand_made_new(&usual);
	struct cell_result *first = &made->comparison.results[0];
	json_t *json, *results;
	char *text;

	(void)state;
	made->report.marks = marks;
	made->report.mark_count = 2;
	first->effect[GATED_P99].estimate = NAN;
	first->effect[GATED_P99].p = INFINITY;
	first->effect[GATED_P10].lag1 = .123456789012;
	first->arm[ARM_BASE].p999_ns = NAN;
	first->shift.points = 2;
	first->shift.quantile[1] = .95;
	first->shift.low[1] = -.5;
	text = render(&made->report);
	json = load(text);
	results = json_object_get(json, "results");
	assert_text(json, "design", "in-boot");
	assert_text(json, "base", "write");
	assert_text(json, "candidate", "read");
	assert_text(json, "verdict", "IMPROVED");
	assert_number(json, "exit_status", 0);
	assert_number(json, "seed", 20190101);
	assert_number(json, "threshold_p99", .05);
	assert_number(json, "clock_floor_ns", made->input.clock_floor_ns);
	assert_number(json_object_get(json, "counts"), "IMPROVED", 8);
	assert_number(json_object_get(json, "counts"), "REGRESSED", 0);
	assert_string_equal(json_string_value(json_array_get(json_object_get(json, "marks"), 1)),
			    "second");
	assert_text(json, "command", made->report.command);
	assert_int_equal(json_array_size(results), made->comparison.result_count);
	for (uint32_t i = 0; i < made->comparison.result_count; i++) {
		const struct cell_result *result = &made->comparison.results[i];
		const json_t *entry = json_array_get(results, i);
		const json_t *arms = json_object_get(entry, "arms");

		assert_text(entry, "column", sample_columns[result->column].name);
		assert_int_equal(json_is_true(json_object_get(entry, "gated")), result->gated);
		assert_number(entry, "mirrors", made->cells[result->cell].mirrors);
		assert_arm(json_object_get(arms, "base"), &result->arm[ARM_BASE]);
		assert_arm(json_object_get(arms, "candidate"), &result->arm[ARM_CANDIDATE]);
		for (size_t k = 0; k < GATED_COUNT; k++) {
			struct effect effect = result->effect[k];

			if (isinf(effect.p))
				effect.p = NAN;
			assert_effect(json_array_get(json_object_get(entry, "effects"), k), &effect,
				      gated_quantiles[k]);
		}
		assert_int_equal(json_array_size(json_object_get(entry, "shift")),
				 result->shift.points);
	}
	assert_text(json_array_get(results, 0), "cell", "exit/bundled/empty/1/same-node/t1/p1/4M");
	assert_number(json_array_get(json_object_get(json_array_get(results, 0), "shift"), 1),
		      "low", -.5);
	json_decref(json);
	free(text);
	hand_made_free(made);
}

/* A reader draws the nodes of a matrix without taking names apart. */
static void test_the_nodes_of_a_matrix_are_numbers(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	struct cell *cell = &made->cells[made->comparison.results[0].cell];
	json_t *json, *first, *last;
	char *text;

	(void)state;
	assert_int_equal(cell_layout_parse("matrix:3:1", cell), 0);
	text = render(&made->report);
	json = load(text);
	first = json_array_get(json_object_get(json, "results"), 0);
	last = json_array_get(json_object_get(json, "results"), made->comparison.result_count - 1);
	assert_text(first, "layout", "matrix:3:1");
	assert_number(first, "cpu_node", 3);
	assert_number(first, "memory_node", 1);
	assert_text(last, "layout", "same-node");
	assert_number(last, "cpu_node", NAN);
	assert_number(last, "memory_node", NAN);
	json_decref(json);
	free(text);
	hand_made_free(made);
}

/* Between builds a result has its strategy, the control none. */
static void test_builds_have_strategies_and_boots(void **state)
{
	static const uint32_t strategies[] = { HMMBENCH_STRATEGY_READ, COMPARISON_ANY_STRATEGY };
	const struct hand_made_shape shape = { .exit_cells = 2, .rows = 8, .boots = 16 };
	struct hand_made *made = hand_made_new(&shape);
	struct effect *effect = &made->comparison.results[0].effect[GATED_P50];
	json_t *json, *results;
	char *text;

	(void)state;
	made->input.design = DESIGN_BUILDS;
	made->input.strategies = strategies;
	made->comparison.arm_boots[ARM_BASE] = 7;
	made->comparison.nights = 2;
	effect->boots[ARM_CANDIDATE] = 9;
	effect->beta = .25;
	text = render(&made->report);
	json = load(text);
	results = json_object_get(json, "results");
	assert_text(json, "design", "builds");
	assert_number(json, "nights", 2);
	assert_int_equal(json_integer_value(json_array_get(json_object_get(json, "arm_boots"), 0)),
			 7);
	assert_text(json_array_get(results, 0), "strategy", "read");
	assert_true(json_is_null(json_object_get(json_array_get(results, 3), "strategy")));
	assert_effect(json_array_get(json_object_get(json_array_get(results, 0), "effects"), 1),
		      effect, .5);
	json_decref(json);
	free(text);
	hand_made_free(made);
}

static void test_drift_and_what_recording_costs_are_there(void **state)
{
	static const struct probe probe = { .arm = ARM_CANDIDATE, .rows = { 100, 98 },
					    .off_p50_ns = 2000, .on_p50_ns = 2010,
					    .estimate = .005, .low = NAN, .high = NAN, .pairs = 3 };
	struct hand_made *made = hand_made_new(&usual);
	json_t *json, *results, *drift, *recording;
	char *text;

	(void)state;
	made->comparison.results[0].drift = (struct drift){ .levels = 14, .trend = .04,
							    .trend_p = .001, .first = 4,
							    .first_from = -.01, .first_p = .5 };
	made->comparison.results[0].drifts = true;
	made->report.probes = &probe;
	made->report.probe_count = 1;
	text = render(&made->report);
	json = load(text);
	results = json_object_get(json, "results");
	drift = json_object_get(json_array_get(results, 0), "drift");
	assert_number(drift, "levels", 14);
	assert_number(drift, "trend", .04);
	assert_number(drift, "first_from", -.01);
	assert_true(json_is_true(json_object_get(drift, "drifts")));
	assert_true(json_is_false(json_object_get(drift, "unsettled")));
	assert_true(json_is_null(json_object_get(json_array_get(results, 1), "drift")));
	recording = json_object_get(json, "recording");
	assert_int_equal(json_array_size(recording), 1);
	recording = json_array_get(recording, 0);
	assert_text(recording, "cell", "exit/bundled/empty/1/same-node/t1/p1/4M");
	assert_text(recording, "arm", "candidate");
	assert_number(recording, "rows_on", 98);
	assert_number(recording, "estimate", .005);
	assert_number(recording, "low", NAN);
	json_decref(json);
	free(text);
	hand_made_free(made);
}

static void test_runs_carry_their_environment(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	struct store_run runs[2];
	char *text;
	json_t *json;

	(void)state;
	runs[0] = runs[1] = made->run;
	runs[1].environment_json = (char *)"no JSON {";
	runs[1].lab_json = (char *)"";
	made->report.runs = runs;
	made->report.run_count = 2;
	text = render(&made->report);
	json = load(text);
	assert_text(json_object_get(json_object_get(json_array_get(json_object_get(json, "runs"),
								   0),
						    "environment"),
				    "kernel"),
		    "release", "6.1.0-56-amd64");
	assert_text(json_array_get(json_object_get(json, "runs"), 1), "environment", "no JSON {");
	assert_true(json_is_null(
		json_object_get(json_array_get(json_object_get(json, "runs"), 1), "lab_facts")));
	json_decref(json);
	free(text);
	hand_made_free(made);
}

static void test_same_comparison_same_bytes_and_order(void **state)
{
	static const char *const order[] = { "\"report\": 1", "\"base\":",	  "\"candidate\":",
					     "\"verdict\":",  "\"exit_status\":", "\"counts\":",
					     "\"boots\":",    "\"threshold\":",	  "\"command\":",
					     "\"marks\":",    "\"notes\":",	  "\"results\":",
					     "\"runs\":" };
	struct hand_made *made = hand_made_new(&usual);
	char *first = render(&made->report), *second = render(&made->report);
	const char *at = first;

	(void)state;
	assert_string_equal(first, second);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		at = strstr(at, order[i]);
		assert_non_null(at);
	}
	free(first);
	free(second);
	hand_made_free(made);
}

static void test_hostile_names_stay_text(void **state)
{
	static const char *const notes[] = { "\"}],\"verdict\":\"IMPROVED", "\xff\xfe\xc0\xaf",
					     "" };
	struct hand_made *made = hand_made_new(&usual);
	char *text;
	json_t *json;

	(void)state;
	made->input.base_name = "a\"b\\c\033</script>\n";
	made->input.candidate_name = "\xc3\xbc";
	made->report.notes = notes;
	made->report.note_count = 3;
	made->report.command = NULL;
	text = render(&made->report);
	json = load(text);
	assert_text(json, "base", "a\"b\\c\xef\xbf\xbd</script>\n");
	assert_text(json, "candidate", "\xc3\xbc");
	assert_text(json, "command", "");
	assert_string_equal(json_string_value(json_array_get(json_object_get(json, "notes"), 0)),
			    notes[0]);
	json_decref(json);
	free(text);
	hand_made_free(made);
}

static void test_nothing_and_two_thousand(void **state)
{
	static const struct hand_made_shape shapes[] = {
		{ .rows = 1, .boots = 1 },
		{ .exit_cells = 1, .rows = 1, .boots = 1, .base_only = true },
		{ .exit_cells = 2000, .rows = 4, .boots = 1 },
	};
	static const size_t results[] = { 0, 3, 6000 };

	(void)state;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		struct hand_made *made = hand_made_new(&shapes[i]);
		char *text;
		json_t *json;

		made->report.run_count = i ? 1 : 0;
		text = render(&made->report);
		json = load(text);
		assert_int_equal(json_array_size(json_object_get(json, "results")), results[i]);
		if (i == 1)
			assert_true(json_is_null(json_object_get(
				json_object_get(
					json_object_get(
						json_array_get(json_object_get(json, "results"), 0),
						"arms"),
					"candidate"),
				"p50_ns")));
		json_decref(json);
		free(text);
		hand_made_free(made);
	}
}

static void assert_slope_arm(const json_t *json, const struct slope *slope, uint32_t arm)
{
	const json_t *exponent = json_object_get(json, "exponent");

	assert_int_equal(json_object_size(json), 4);
	assert_number(exponent, "estimate", slope->exponent[arm].estimate);
	assert_number(exponent, "low", slope->exponent[arm].low);
	assert_number(exponent, "high", slope->exponent[arm].high);
	assert_number(json, "fixed_ns", slope->curve[arm].fixed_ns);
	assert_number(json, "factor_ns", exp(slope->curve[arm].ln_factor));
	assert_number(json, "misfit", slope->curve[arm].misfit);
}

static void test_sweeps_come_with_sizes_cells_and_exponents(void **state)
{
	struct hand_made *made = hand_made_new(&usual);
	struct sweep *sweep = hand_made_sweep(made, 0, 3, 6);
	char *text, name[CELL_NAME_BYTES];
	json_t *json, *arms;

	(void)state;
	sweep->slope.exponent[1].low = NAN;
	text = render(&made->report);
	json = load(text);
	assert_int_equal(json_array_size(json_object_get(json, "sweeps")), 1);
	arms = json_array_get(json_object_get(json, "sweeps"), 0);
	assert_text(arms, "against", "mirrors");
	assert_text(arms, "column", "walk");
	assert_true(json_is_true(json_object_get(arms, "gated")));
	assert_true(json_is_false(json_object_get(arms, "plain")));
	assert_number(arms, "units", 14);
	assert_number(json_object_get(arms, "difference"), "high", -.08);
	for (size_t i = 0; i < 6; i++) {
		cell_name(&made->cells[i], name);
		assert_string_equal(json_string_value(json_array_get(
					    json_object_get(arms, "cells"), i)), name);
		assert_int_equal(json_integer_value(json_array_get(json_object_get(arms, "sizes"),
								   i)), made->cells[i].mirrors);
	}
	arms = json_object_get(arms, "arms");
	assert_slope_arm(json_object_get(arms, "base"), &sweep->slope, ARM_BASE);
	assert_slope_arm(json_object_get(arms, "candidate"), &sweep->slope, ARM_CANDIDATE);
	json_decref(json);
	free(text);
	hand_made_free(made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_everything_comes_back),
		cmocka_unit_test(test_sweeps_come_with_sizes_cells_and_exponents),
		cmocka_unit_test(test_the_nodes_of_a_matrix_are_numbers),
		cmocka_unit_test(test_builds_have_strategies_and_boots),
		cmocka_unit_test(test_drift_and_what_recording_costs_are_there),
		cmocka_unit_test(test_runs_carry_their_environment),
		cmocka_unit_test(test_same_comparison_same_bytes_and_order),
		cmocka_unit_test(test_hostile_names_stay_text),
		cmocka_unit_test(test_nothing_and_two_thousand),
	};

	return cmocka_run_group_tests_name("report_json", tests, NULL, NULL);
}
