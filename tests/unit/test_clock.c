// SPDX-License-Identifier: GPL-2.0-or-later
/* Proves that a clock's resolution and cost are found, and that a useless clock is not believed. */
#include "support.h"

#include <errno.h>
#include <stdlib.h>

#include "agent/clock.h"

enum { BATCHES = 8, BATCH = 16, COUNT = BATCHES * BATCH };

/* Readings of a clock that steps by `step_ns`, one every `cost_ns`. */
static void read_clock(uint64_t *readings_ns, uint64_t step_ns, uint64_t cost_ns)
{
	for (uint64_t i = 0; i < COUNT; i++)
		readings_ns[i] = 1000000007 / step_ns * step_ns + i * cost_ns / step_ns * step_ns;
}

static void test_a_fine_clock_has_the_step_of_its_cost(void **state)
{
	struct clock_quality quality;
	uint64_t readings_ns[COUNT];

	(void)state;
	read_clock(readings_ns, 1, 25);
	assert_int_equal(clock_quality_estimate(readings_ns, BATCHES, BATCH, &quality), 0);
	assert_int_equal(quality.resolution_ns, 25);
	assert_true(quality.read_cost_ns == 25);
	assert_true(quality.read_cost_min_ns == 25);
}

static void test_a_coarse_clock_has_its_own_step(void **state)
{
	struct clock_quality quality;
	uint64_t readings_ns[COUNT];

	(void)state;
	read_clock(readings_ns, 100, 25);
	assert_int_equal(clock_quality_estimate(readings_ns, BATCHES, BATCH, &quality), 0);
	assert_int_equal(quality.resolution_ns, 100);
	assert_true(quality.read_cost_ns > 15 && quality.read_cost_ns < 35);
}

static void test_a_clock_that_hardly_steps_still_has_a_cost(void **state)
{
	struct clock_quality quality;
	uint64_t readings_ns[COUNT];

	(void)state;
	/* One step of 4 ms, in the middle of the readings: most batches see none. */
	for (uint64_t i = 0; i < COUNT; i++)
		readings_ns[i] = i < COUNT / 2 + 3 ? 8000000 : 12000000;
	assert_int_equal(clock_quality_estimate(readings_ns, BATCHES, BATCH, &quality), 0);
	assert_int_equal(quality.resolution_ns, 4000000);
	assert_true(quality.read_cost_ns == 4000000. / (COUNT - 1));
	assert_true(quality.read_cost_min_ns == quality.read_cost_ns);
}

static void test_one_slow_batch_does_not_move_the_cost(void **state)
{
	struct clock_quality quality;
	uint64_t readings_ns[COUNT];

	(void)state;
	read_clock(readings_ns, 1, 30);
	for (int i = 3 * BATCH + 5; i < COUNT; i++)
		readings_ns[i] += 5000000; /* the machine was away for 5 ms */
	assert_int_equal(clock_quality_estimate(readings_ns, BATCHES, BATCH, &quality), 0);
	assert_int_equal(quality.resolution_ns, 30);
	assert_true(quality.read_cost_ns == 30);
}

static void test_a_clock_that_stands_or_goes_back_is_refused(void **state)
{
	struct clock_quality quality;
	uint64_t readings_ns[COUNT];

	(void)state;
	for (int i = 0; i < COUNT; i++)
		readings_ns[i] = 42;
	assert_int_equal(clock_quality_estimate(readings_ns, BATCHES, BATCH, &quality), -ERANGE);
	read_clock(readings_ns, 1, 25);
	readings_ns[COUNT - 1] = readings_ns[COUNT - 2] - 1;
	assert_int_equal(clock_quality_estimate(readings_ns, BATCHES, BATCH, &quality), -EILSEQ);
	assert_int_equal(clock_quality_estimate(readings_ns, 0, BATCH, &quality), -EINVAL);
	assert_int_equal(clock_quality_estimate(readings_ns, BATCHES, 1, &quality), -EINVAL);
}

static void test_this_machines_clock_can_be_measured(void **state)
{
	struct clock_quality quality = { 0 };
	struct error error = { 0 };

	(void)state;
	assert_int_equal(clock_quality_measure(&quality, &error), 0);
	assert_true(quality.resolution_ns >= 1);
	assert_true(quality.read_cost_min_ns > 0);
	assert_true(quality.read_cost_ns >= quality.read_cost_min_ns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_fine_clock_has_the_step_of_its_cost),
		cmocka_unit_test(test_a_coarse_clock_has_its_own_step),
		cmocka_unit_test(test_a_clock_that_hardly_steps_still_has_a_cost),
		cmocka_unit_test(test_one_slow_batch_does_not_move_the_cost),
		cmocka_unit_test(test_a_clock_that_stands_or_goes_back_is_refused),
		cmocka_unit_test(test_this_machines_clock_can_be_measured),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
