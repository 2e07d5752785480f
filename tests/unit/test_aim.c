// SPDX-License-Identifier: GPL-2.0-or-later
/* Proves that calls are aimed over the whole of an expected walk, and that it is learned. */
#include "support.h"

#include "agent/aim.h"
#include "agent/steadiness.h"
#include "hmmbench_uapi.h"

static void test_offsets_cover_the_span_evenly_and_never_leave_it(void **state)
{
	enum { TRIES = 10000, PARTS = 10 };
	const uint64_t span_ns = 2000000;
	unsigned int part[PARTS] = { 0 };
	uint64_t random = 1;

	(void)state;
	for (int i = 0; i < TRIES; i++) {
		uint64_t offset_ns = aim_offset_ns(&random, span_ns);

		assert_true(offset_ns < span_ns);
		part[offset_ns * PARTS / span_ns]++;
	}
	/* 1000 are expected in each, with a standard deviation of 30. */
	for (int i = 0; i < PARTS; i++)
		assert_in_range(part[i], 850, 1150);
}

static void test_offsets_follow_from_the_seed_and_keep_the_modules_limit(void **state)
{
	uint64_t one = 7, same = 7, other = 8;
	uint64_t offset_ns = aim_offset_ns(&one, UINT64_MAX);

	(void)state;
	assert_true(offset_ns < HMMBENCH_OFFSET_NS_MAX);
	assert_true(offset_ns == aim_offset_ns(&same, UINT64_MAX));
	assert_true(offset_ns != aim_offset_ns(&other, UINT64_MAX));
	assert_int_equal(aim_offset_ns(&one, 0), 0);
}

static void test_the_expected_walk_follows_those_that_were_not_held_up(void **state)
{
	uint64_t walk_ns = 0;

	(void)state;
	aim_learn(&walk_ns, 50000000);
	assert_int_equal(walk_ns, 50000000);
	for (int i = 0; i < 40; i++)
		aim_learn(&walk_ns, i % 3 ? 2000000 : 90000000);
	assert_in_range(walk_ns, 2000000, 3000000);
	for (int i = 0; i < 60; i++)
		aim_learn(&walk_ns, 8000000);
	assert_in_range(walk_ns, 7500000, 8000000);
}

static void test_the_first_walk_is_guessed_from_its_callbacks(void **state)
{
	const struct cell cell = { .mirrors = 1024, .profile_ns = 2000 };

	(void)state;
	assert_in_range(aim_first_guess_ns(&cell), 1024 * 2000, 2 * 1024 * 2000);
}

static void fill(struct samples *samples, size_t rows, const uint64_t *values)
{
	assert_int_equal(samples_init(samples, rows, 1u << COLUMN_WALK | 1u << COLUMN_KIND), 0);
	for (size_t i = 0; i < rows; i++) {
		samples->columns[COLUMN_WALK][i] = values[i];
		samples->columns[COLUMN_KIND][i] = i % 2;
	}
}

static void test_a_warm_up_and_a_drift_show_in_the_samples_of_their_kind(void **state)
{
	static const uint64_t values[] = { 90, 1,  10, 1,  12, 1,  11, 1, SAMPLE_MISSING,
					   1,  20, 1,  22, 1,  21, 1 };
	struct steadiness steadiness;
	struct samples samples;

	(void)state;
	fill(&samples, sizeof(values) / sizeof(*values), values);
	assert_int_equal(steadiness_of(&samples, COLUMN_WALK, 0, &steadiness), 0);
	assert_int_equal(steadiness.first_ns, 90);
	assert_int_equal(steadiness.early_ns, 12); /* of 90, 10, 12 */
	assert_int_equal(steadiness.late_ns, 20);  /* of 11, 20, 22, 21 */
	assert_int_equal(steadiness_of(&samples, COLUMN_UNMAP, 0, &steadiness), 0);
	assert_true(steadiness.first_ns == SAMPLE_MISSING);
	samples_free(&samples);
}

static void test_few_samples_have_no_halves(void **state)
{
	static const uint64_t values[] = { 5, 1, 6, 1, 7, 1 };
	struct steadiness steadiness;
	struct samples samples;

	(void)state;
	fill(&samples, 6, values);
	assert_int_equal(steadiness_of(&samples, COLUMN_WALK, 0, &steadiness), 0);
	assert_int_equal(steadiness.first_ns, 5);
	assert_true(steadiness.early_ns == SAMPLE_MISSING);
	assert_true(steadiness.late_ns == SAMPLE_MISSING);
	samples_free(&samples);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_offsets_cover_the_span_evenly_and_never_leave_it),
		cmocka_unit_test(test_offsets_follow_from_the_seed_and_keep_the_modules_limit),
		cmocka_unit_test(test_the_expected_walk_follows_those_that_were_not_held_up),
		cmocka_unit_test(test_the_first_walk_is_guessed_from_its_callbacks),
		cmocka_unit_test(test_a_warm_up_and_a_drift_show_in_the_samples_of_their_kind),
		cmocka_unit_test(test_few_samples_have_no_halves),
	};

	return cmocka_run_group_tests_name("aim", tests, NULL, NULL);
}
