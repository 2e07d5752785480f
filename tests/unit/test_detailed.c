// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Proves that the walks of a detailed pass come out of the store in parts that add up, the
 * strategies side by side, and that no other block is taken for one of them.
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
#include "stats/division.h"
#include "store/detailed.h"
#include "store/tally.h"

#define CELL "exit/bundled/empty/64/same-node/t1/p1/4M"
#define NONE SAMPLE_MISSING

/* One timed block, then a detailed one of each strategy. */
static const char plan_json[] =
	"{\"plan\":1,\"name\":\"x\",\"seed\":1,\"clock\":\"host\",\"threshold\":0.02,"
	"\"threshold_p99\":0.05,\"strategies\":[\"write\",\"read\"],\"cells\":[\"" CELL "\"],"
	"\"blocks\":[[0,\"write\",4,0,0,0],[0,\"write\",4,0,0,32],[0,\"read\",4,0,1,32]]}";

static const char *const ends[] = {
	"{\"block\":0,\"operations\":4,\"rows\":4}",
	"{\"block\":1,\"operations\":4,\"rows\":4,\"detailed\":true}",
	"{\"block\":2,\"operations\":4,\"rows\":4,\"detailed\":true}",
};

/* Walk, lock waits, callbacks of four exits. */
static const uint64_t rows[][4][3] = {
	{ { 9000, 10, NONE }, { 9000, 10, NONE }, { 9000, 10, NONE }, { 9000, 10, NONE } },
	/* The middle half: the second and the third, by the walk. */
	{ { 90000, 1, 1 }, { 1000, 300, 200 }, { 1200, 500, 200 }, { 10, 1, 1 } },
	{ { 700, NONE, 100 }, { 700, NONE, 100 }, { 700, NONE, 100 }, { 700, NONE, 100 } },
};

static void samples_of(size_t block, struct samples *samples)
{
	const uint32_t columns = 1u << COLUMN_WALK | 1u << COLUMN_LOCK_WAIT |
				 1u << COLUMN_CALLBACKS;

	assert_int_equal(samples_init(samples, 4, columns), 0);
	for (size_t row = 0; row < 4; row++) {
		samples->columns[COLUMN_WALK][row] = rows[block][row][0];
		samples->columns[COLUMN_LOCK_WAIT][row] = rows[block][row][1];
		samples->columns[COLUMN_CALLBACKS][row] = rows[block][row][2];
	}
}

static void put_block(struct store *store, int64_t id, uint32_t i)
{
	struct samples samples;
	struct error error;
	void *encoded;
	size_t bytes;

	samples_of(i, &samples);
	assert_int_equal(samples_encode(&samples, &encoded, &bytes), 0);
	if (store_block_put(store, id,
			    &(struct store_block){
				    .block = i,
				    .plan = { .strategy = i == 2, .operations = 4 },
				    .cell_name = CELL,
				    .end_json = ends[i],
				    .samples = encoded,
				    .samples_bytes = bytes,
				    .rows = 4,
			    },
			    &error))
		fail_msg("%s", error.text);
	free(encoded);
	samples_free(&samples);
}

static struct store *store_with(uint32_t blocks, int64_t *id)
{
	const struct store_run_new run = {
		.label = "", .plan_json = plan_json, .plan_name = "x", .lab = "vm",
		.kernel = "debian:6.1", .lab_json = "{}",
	};
	char *path = store_fresh_path();
	struct store *store = store_must_open(path, STORE_WRITE);
	struct error error;

	if (store_run_begin(store, &run, id, &error))
		fail_msg("%s", error.text);
	for (uint32_t i = 0; i < blocks; i++)
		put_block(store, *id, i);
	free(path);
	return store;
}

static void test_a_walk_divides_into_parts_that_add_up(void **state)
{
	struct division division;
	struct samples samples;

	(void)state;
	samples_of(1, &samples);
	assert_int_equal(division_make(&samples, &division), 0);
	samples_free(&samples);
	assert_int_equal(division.walks, 2);
	assert_true(division.walk_ns == 1100 && division.lock_wait_ns == 400);
	assert_true(division.callbacks_ns == 200 && division.rest_ns == 500);
}

static void test_locks_that_are_the_kernels_are_unavailable_and_in_the_rest(void **state)
{
	struct division division;
	struct samples samples;

	(void)state;
	samples_of(2, &samples);
	assert_int_equal(division_make(&samples, &division), 0);
	samples_free(&samples);
	assert_true(isnan(division.lock_wait_ns) && division.rest_ns == 600);
}

/* Two of four: their ends less their begins, without a sign. */
static void test_a_clock_that_ran_backwards_is_no_walk(void **state)
{
	struct division division;
	struct samples samples;

	(void)state;
	samples_of(1, &samples);
	samples.columns[COLUMN_WALK][0] = samples.columns[COLUMN_WALK][3] = (uint64_t)-90;
	assert_int_equal(division_make(&samples, &division), 0);
	samples_free(&samples);
	assert_int_equal(division.walks, 2);
	assert_true(division.walk_ns == 1100 && division.rest_ns == 500);
}

static void test_samples_without_callbacks_divide_into_nothing(void **state)
{
	struct division division;
	struct samples samples;

	(void)state;
	samples_of(0, &samples);
	assert_int_equal(division_make(&samples, &division), 0);
	samples_free(&samples);
	assert_int_equal(division.walks, 0);
	assert_true(isnan(division.walk_ns) && isnan(division.rest_ns));
}

static void test_strategies_stand_side_by_side(void **state)
{
	const struct text_style style = { 0 };
	struct error error = { 0 };
	struct counted detailed;
	char *text = NULL;
	size_t bytes;
	FILE *file = open_memstream(&text, &bytes);
	int64_t id;
	struct store *store = store_with(3, &id);
	json_t *json;

	(void)state;
	assert_int_equal(detailed_load(store, id, &detailed, &error), 0);
	assert_int_equal(detailed.count, 2);
	assert_int_equal(text_counted(file, &style, &detailed, &detailed_words), 0);
	fclose(file);
	assert_non_null(strstr(text, "How the walk divides"));
	assert_non_null(strstr(text, "lock waits  400.0      -\n"));
	assert_non_null(strstr(text, "rest        500.0  600.0\n"));
	free(text);
	json = detailed_json(&detailed);
	assert_int_equal(json_array_size(json), 2);
	assert_true(json_real_value(json_object_get(json_array_get(json, 0), "lock_wait_ns")) == 400);
	assert_true(json_is_null(json_object_get(json_array_get(json, 1), "lock_wait_ns")));
	assert_int_equal(json_integer_value(json_object_get(json_array_get(json, 0), "walks")), 2);
	json_decref(json);
	counted_free(&detailed);
	store_close(store);
}

static void test_timed_blocks_are_not_in_it_and_it_is_in_no_tally(void **state)
{
	struct error error = { 0 };
	struct counted detailed;
	struct tally *tallies;
	size_t count;
	int64_t id;
	struct store *store = store_with(1, &id);

	(void)state;
	assert_int_equal(detailed_load(store, id, &detailed, &error), 0);
	assert_int_equal(detailed.count, 0);
	counted_free(&detailed);
	store_close(store);
	store = store_with(3, &id);
	assert_int_equal(tallies_load(store, id, &tallies, &count, &error), 0);
	assert_int_equal(count, 1);
	assert_int_equal(tallies[0].operations, 4);
	free(tallies);
	store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_walk_divides_into_parts_that_add_up),
		cmocka_unit_test(test_locks_that_are_the_kernels_are_unavailable_and_in_the_rest),
		cmocka_unit_test(test_a_clock_that_ran_backwards_is_no_walk),
		cmocka_unit_test(test_samples_without_callbacks_divide_into_nothing),
		cmocka_unit_test(test_strategies_stand_side_by_side),
		cmocka_unit_test(test_timed_blocks_are_not_in_it_and_it_is_in_no_tally),
	};

	return cmocka_run_group_tests_name("detailed", tests, NULL, NULL);
}
