// SPDX-License-Identifier: GPL-2.0-or-later
/* Proves that a block keeps what was measured, in order, and fills nothing in. */
#include "support.h"

#include <errno.h>

#include "agent/records.h"
#include "agent/rows.h"

#define COLUMNS                                                                \
	(1u << COLUMN_OPERATION | 1u << COLUMN_WALK | 1u << COLUMN_CALLBACKS | \
	 1u << COLUMN_FLAGS | 1u << COLUMN_LOCK_WAIT)

static void test_lost_rows_and_empty_columns_go_and_the_rest_stays_in_order(void **state)
{
	struct samples samples;
	struct rows rows;

	(void)state;
	assert_int_equal(rows_init(&rows, 6, COLUMNS, NULL), 0);
	for (size_t i = 0; i < 6; i++)
		rows_set(&rows, i, COLUMN_OPERATION, i);
	rows_set(&rows, 3, COLUMN_WALK, 300);
	rows_set(&rows, 4, COLUMN_WALK, 400); /* of a row that is not measured */
	rows_set(&rows, 4, COLUMN_CALLBACKS, 40);
	rows_measured(&rows, 1);
	rows_measured(&rows, 3);
	rows_measured(&rows, 5);
	rows_finish(&rows, &samples);

	assert_int_equal(samples.rows, 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(samples.columns[COLUMN_OPERATION][i], 2 * i + 1);
	assert_true(samples.columns[COLUMN_WALK][0] == SAMPLE_MISSING);
	assert_true(samples.columns[COLUMN_WALK][1] == 300);
	assert_true(samples.columns[COLUMN_WALK][2] == SAMPLE_MISSING);
	assert_null(samples.columns[COLUMN_CALLBACKS]);
	assert_null(samples.columns[COLUMN_FLAGS]);
	assert_null(samples.columns[COLUMN_UNMAP]);
	samples_free(&samples);
}

static void test_a_record_gives_the_phases_it_measured_and_no_others(void **state)
{
	const struct hmmbench_record record = {
		.flags = HMMBENCH_SAMPLE_SWITCHED,
		.phase_ns = { [HMMBENCH_PHASE_WALK] = 9000,
			      [HMMBENCH_PHASE_LOCK_WAIT] = 0,
			      [HMMBENCH_PHASE_CALLBACKS] = 77 },
		.phases = 1u << HMMBENCH_PHASE_WALK | 1u << HMMBENCH_PHASE_LOCK_WAIT,
	};
	struct samples samples;
	struct rows rows;

	(void)state;
	assert_int_equal(rows_init(&rows, 1, COLUMNS, NULL), 0);
	rows_set_record(&rows, 0, &record);
	rows_measured(&rows, 0);
	rows_finish(&rows, &samples);

	assert_int_equal(samples.rows, 1);
	assert_int_equal(samples.columns[COLUMN_WALK][0], 9000);
	assert_int_equal(samples.columns[COLUMN_LOCK_WAIT][0], 0);
	assert_int_equal(samples.columns[COLUMN_FLAGS][0], SAMPLE_FLAG_SWITCHED);
	assert_null(samples.columns[COLUMN_CALLBACKS]); /* its bit is clear */
	samples_free(&samples);
}

static void test_a_block_of_which_all_is_lost_has_no_rows(void **state)
{
	struct samples samples;
	struct rows rows;

	(void)state;
	assert_int_equal(rows_init(&rows, 4, COLUMNS, NULL), 0);
	rows_set(&rows, 2, COLUMN_WALK, 1);
	rows_finish(&rows, &samples);
	assert_int_equal(samples.rows, 0);
	samples_free(&samples);
}

static void test_more_rows_than_a_block_may_have_are_refused(void **state)
{
	struct error error = { 0 };
	struct rows rows;

	(void)state;
	assert_int_equal(rows_init(&rows, (uint64_t)SAMPLES_ROWS_MAX + 1, COLUMNS, &error), -E2BIG);
	assert_true(error.text[0]);
}

/* ---- a row of an exit ---- */

static void fill_exit(const struct hmmbench_record *release, struct samples *samples)
{
	const struct exit_seen seen = { .last_ns = 1000, .wake_ns = 11000, .cpu = 3 };
	struct workload_result result;
	struct operations operations = { .result = &result };

	workload_result_init(&result);
	assert_int_equal(rows_init(&operations.rows, 1, EXIT_COLUMNS, NULL), 0);
	records_exit_row(&operations, 0, &seen, release);
	rows_finish(&operations.rows, samples);
	assert_int_equal(samples->rows, 1);
	assert_int_equal(samples->columns[COLUMN_WHOLE][0], 10000);
}

static struct hmmbench_record release_record(uint32_t phases)
{
	return (struct hmmbench_record){
		.start_ns = 1500,
		.phase_ns = { [HMMBENCH_PHASE_WALK] = 2000, [HMMBENCH_PHASE_GRACE] = 4000,
			      [HMMBENCH_PHASE_UNMAP] = 1700 },
		.phases = 1u << HMMBENCH_PHASE_WALK | phases,
	};
}

static void test_the_phases_of_an_exit_add_up_to_the_whole(void **state)
{
	const struct hmmbench_record release = release_record(1u << HMMBENCH_PHASE_GRACE |
							      1u << HMMBENCH_PHASE_UNMAP);
	static const enum sample_column parts[] = { COLUMN_BEFORE_WALK, COLUMN_WALK, COLUMN_GRACE,
						    COLUMN_UNMAP, COLUMN_REST };
	struct samples samples;
	uint64_t sum = 0;

	(void)state;
	fill_exit(&release, &samples);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		sum += samples.columns[parts[i]][0];
	assert_int_equal(sum, 10000);
	assert_int_equal(samples.columns[COLUMN_REST][0], 10000 - 500 - 2000 - 4000 - 1700);
	assert_int_equal(samples.columns[COLUMN_AFTER_WALK][0], 10000 - 500 - 2000);
	samples_free(&samples);
}

static void test_an_exit_without_all_phases_has_no_rest(void **state)
{
	const struct hmmbench_record release = release_record(1u << HMMBENCH_PHASE_UNMAP);
	struct samples samples;

	(void)state;
	fill_exit(&release, &samples);
	assert_null(samples.columns[COLUMN_REST]);
	assert_null(samples.columns[COLUMN_GRACE]);
	assert_int_equal(samples.columns[COLUMN_UNMAP][0], 1700);
	assert_int_equal(samples.columns[COLUMN_AFTER_WALK][0], 7500);
	samples_free(&samples);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lost_rows_and_empty_columns_go_and_the_rest_stays_in_order),
		cmocka_unit_test(test_a_record_gives_the_phases_it_measured_and_no_others),
		cmocka_unit_test(test_a_block_of_which_all_is_lost_has_no_rows),
		cmocka_unit_test(test_more_rows_than_a_block_may_have_are_refused),
		cmocka_unit_test(test_the_phases_of_an_exit_add_up_to_the_whole),
		cmocka_unit_test(test_an_exit_without_all_phases_has_no_rest),
	};

	return cmocka_run_group_tests_name("rows", tests, NULL, NULL);
}
