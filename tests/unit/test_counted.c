// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Proves that what a run counted comes out of the store for one operation, strategies side by
 * side, and that what no block could count is told once, with its reason.
 */
#include "store_support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hmmbench_uapi.h"
#include "plan/plan.h"
#include "report/counted_rows.h"
#include "report/text_counted.h"
#include "store/counted.h"

#define CELL "exit/bundled/empty/64/same-node/t1/p1/4M"

/* One timed block, then a counted one of each strategy. */
static const char plan_json[] =
	"{\"plan\":1,\"name\":\"x\",\"seed\":1,\"clock\":\"host\",\"threshold\":0.02,"
	"\"threshold_p99\":0.05,\"strategies\":[\"write\",\"read\"],\"cells\":[\"" CELL "\"],"
	"\"blocks\":[[0,\"write\",4,0,0,0],[0,\"write\",4,0,0,8],[0,\"read\",4,0,1,8]]}";

static const char *const ends[] = {
	"{\"block\":0,\"operations\":4}",
	"{\"block\":1,\"operations\":4,\"counters\":{\"cycles\":{\"count\":4000,\"scaled\":true},"
	"\"page-faults\":{\"count\":10,\"scaled\":false},"
	"\"instructions\":{\"count\":8000000,\"scaled\":false},"
	"\"node-loads\":{\"unavailable\":\"not \\u001b[31mthere\"}}}",
	"{\"block\":2,\"operations\":2,\"counters\":{\"cycles\":{\"unavailable\":\"others\"},"
	"\"page-faults\":{\"count\":7,\"scaled\":false},"
	"\"instructions\":{\"count\":1000,\"operations\":1,\"scaled\":false},"
	"\"node-loads\":{\"unavailable\":\"not \\u001b[31mthere\"}}}",
};

static struct store *store_with(const char *plan, size_t blocks, int64_t *id)
{
	const struct store_run_new run = {
		.label = "", .plan_json = plan, .plan_name = "x", .lab = "vm",
		.kernel = "debian:6.1", .lab_json = "{}",
	};
	char *path = store_fresh_path();
	struct store *store = store_must_open(path, STORE_WRITE);
	struct error error;

	if (store_run_begin(store, &run, id, &error))
		fail_msg("%s", error.text);
	for (uint32_t i = 0; i < blocks; i++) {
		const struct store_block block = {
			.block = i,
			.plan = { .strategy = i == 2, .operations = 4 },
			.cell_name = CELL,
			.end_json = ends[i],
			.samples = "",
		};

		if (store_block_put(store, *id, &block, &error))
			fail_msg("%s", error.text);
	}
	free(path);
	return store;
}

static int load(struct store *store, int64_t id, struct counted *counted)
{
	struct error error = { 0 };

	return counted_load(store, id, counted, &error);
}

static void test_counts_are_for_one_operation(void **state)
{
	struct counted counted;
	int64_t id;
	struct store *store = store_with(plan_json, 3, &id);

	(void)state;
	assert_int_equal(load(store, id, &counted), 0);
	assert_int_equal(counted.count, 2);
	assert_string_equal(counted.blocks[0].cell, CELL);
	assert_int_equal(counted.blocks[0].strategy, HMMBENCH_STRATEGY_WRITE);
	assert_int_equal(counted.blocks[1].strategy, HMMBENCH_STRATEGY_READ);
	assert_int_equal(counted.blocks[0].value_count, 4);
	assert_string_equal(counted.blocks[0].values[0].name, "cycles");
	assert_true(counted.blocks[0].values[0].per_operation == 1000);
	assert_true(counted.blocks[0].values[0].scaled);
	assert_true(counted.blocks[0].values[1].per_operation == 2.5);
	assert_true(counted.blocks[1].values[1].per_operation == 3.5);
	/* One of its group's operations was lost. */
	assert_true(counted.blocks[1].values[2].per_operation == 1000);
	assert_true(isnan(counted.blocks[1].values[0].per_operation));
	assert_string_equal(counted.blocks[1].values[0].unavailable, "others");
	counted_free(&counted);
	store_close(store);
}

static void test_strategies_stand_side_by_side(void **state)
{
	const struct text_style style = { 0 };
	struct counted counted;
	struct counted_rows rows;
	char *text = NULL;
	size_t bytes;
	FILE *file = open_memstream(&text, &bytes);
	int64_t id;
	struct store *store = store_with(plan_json, 3, &id);

	(void)state;
	assert_int_equal(load(store, id, &counted), 0);
	assert_int_equal(counted_rows_make(&counted, &rows), 0);
	assert_int_equal(rows.strategy_count, 2);
	assert_int_equal(rows.row_count, 3);
	assert_int_equal(rows.missing_count, 1);
	assert_string_equal(rows.missing[0].counter, "node-loads");
	counted_rows_free(&rows);

	assert_int_equal(text_counted(file, &style, &counted, &counted_words), 0);
	fclose(file);
	assert_non_null(strstr(text, CELL "  cycles          ~1000     -\n"));
	assert_non_null(strstr(text, "page-faults       2.5   3.5\n"));
	assert_non_null(strstr(text, "instructions  2000000  1000\n"));
	/* A name or reason from a stream moves no terminal's cursor. */
	assert_non_null(strstr(text, "unavailable: node-loads: not "));
	assert_null(strchr(text, '\033'));
	free(text);
	counted_free(&counted);
	store_close(store);
}

static void test_json_has_null_for_what_was_not_counted(void **state)
{
	struct counted counted;
	int64_t id;
	struct store *store = store_with(plan_json, 3, &id);
	json_t *json, *write, *read;

	(void)state;
	assert_int_equal(load(store, id, &counted), 0);
	json = counted_json(&counted);
	write = json_array_get(json, 0);
	read = json_array_get(json, 1);
	assert_string_equal(json_string_value(json_object_get(read, "strategy")), "read");
	assert_true(json_is_null(json_object_get(json_object_get(read, "per_operation"), "cycles")));
	assert_string_equal(json_string_value(json_object_get(json_object_get(read, "unavailable"),
							      "cycles")),
			    "others");
	assert_string_equal(json_string_value(json_array_get(json_object_get(write, "estimated"), 0)),
			    "cycles");
	json_decref(json);
	counted_free(&counted);
	store_close(store);
}

static void test_a_run_without_counters_has_none(void **state)
{
	const struct text_style style = { 0 };
	struct counted counted;
	char *text = NULL;
	size_t bytes;
	FILE *file = open_memstream(&text, &bytes);
	int64_t id;
	struct store *store = store_with(plan_json, 1, &id);

	(void)state;
	assert_int_equal(load(store, id, &counted), 0);
	assert_int_equal(counted.count, 0);
	assert_int_equal(text_counted(file, &style, &counted, &counted_words), 0);
	fclose(file);
	assert_string_equal(text, "");
	free(text);
	counted_free(&counted);
	store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts_are_for_one_operation),
		cmocka_unit_test(test_strategies_stand_side_by_side),
		cmocka_unit_test(test_json_has_null_for_what_was_not_counted),
		cmocka_unit_test(test_a_run_without_counters_has_none),
	};

	return cmocka_run_group_tests_name("counted", tests, NULL, NULL);
}
