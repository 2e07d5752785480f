// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Proves that a column is judged by the kind of sample it is about, and that each workload
 * judges what its strategy decides.
 */
#include "support.h"

#include "stats/comparison.h"

#define QUARTETS 4
#define BLOCKS	 (4 * QUARTETS)
#define ROWS	 6

/* Every second row, of the first kind, took long; the others hardly did. */
static void fill(struct samples *samples, enum sample_column column, const uint64_t *kinds)
{
	assert_int_equal(samples_init(samples, ROWS, 1u << column | 1u << COLUMN_KIND), 0);
	for (size_t row = 0; row < ROWS; row++) {
		samples->columns[COLUMN_KIND][row] = kinds[row % 2];
		samples->columns[column][row] = row % 2 ? 10 + row : 1000000;
	}
}

static const struct cell_result *result_of(const struct comparison *comparison,
					   enum sample_column column)
{
	for (uint32_t i = 0; i < comparison->result_count; i++)
		if (comparison->results[i].column == column)
			return &comparison->results[i];
	return NULL;
}

static void compare(uint32_t workload, enum sample_column column, const uint64_t *kinds,
		    uint64_t rows, double max_ns)
{
	static const uint32_t arms[] = { ARM_BASE, ARM_CANDIDATE, ARM_CANDIDATE, ARM_BASE };
	const struct cell cell = {
		.workload = workload, .mirrors = 8, .threads = 1, .processes = 1
	};
	struct comparison_block blocks[BLOCKS];
	struct comparison_input input = {
		.base_name = "write",
		.candidate_name = "read",
		.cells = &cell,
		.cell_count = 1,
		.blocks = blocks,
		.block_count = BLOCKS,
		.boots = 1,
		.seed = 1,
		.threshold = .02,
		.threshold_p99 = .05,
		.false_discovery_rate = .05,
	};
	const struct cell_result *result;
	struct comparison *comparison;
	struct samples samples;

	fill(&samples, column, kinds);
	for (uint32_t i = 0; i < BLOCKS; i++)
		blocks[i] = (struct comparison_block){
			.arm = arms[i % 4], .quartet = i / 4, .position = i % 4, .samples = samples
		};
	assert_int_equal(comparison_make(&input, &comparison, NULL), 0);
	result = result_of(comparison, column);
	assert_non_null(result);
	for (int arm = 0; arm < ARM_COUNT; arm++) {
		assert_int_equal(result->arm[arm].rows, rows * BLOCKS / 2);
		assert_true(result->arm[arm].max_ns == max_ns);
	}
	comparison_free(comparison);
	samples_free(&samples);
}

static void test_samples_of_another_kind_are_not_mixed_in(void **state)
{
	static const uint64_t contend[] = { SAMPLE_KIND_EXIT, SAMPLE_KIND_UNREGISTER };
	static const uint64_t bystander[] = { SAMPLE_KIND_NONBLOCK, SAMPLE_KIND_INVALIDATE };

	(void)state;
	compare(WORKLOAD_CONTEND, COLUMN_LOCK_WAIT, contend, ROWS / 2, 15);
	compare(WORKLOAD_BYSTANDER, COLUMN_LOCK_WAIT, bystander, ROWS / 2, 15);
	/* The walks of a storm and of its processes are of one kind. */
	compare(WORKLOAD_STORM, COLUMN_LOCK_WAIT, contend, ROWS, 1000000);
}

/* The walk of mirrors that were left is no walk of all; nor is a call that met nothing one that did. */
static void test_a_bystander_shows_each_form_by_itself(void **state)
{
	static const struct {
		enum sample_column column;
		uint64_t kinds[2]; /* left out, shown */
	} forms[] = {
		{ COLUMN_INVALIDATE, { SAMPLE_KIND_MISSED, SAMPLE_KIND_INVALIDATE } },
		{ COLUMN_UNREGISTER, { SAMPLE_KIND_MISSED, SAMPLE_KIND_UNREGISTER } },
		{ COLUMN_MUNMAP, { SAMPLE_KIND_MISSED, SAMPLE_KIND_MUNMAP } },
		{ COLUMN_MPROTECT, { SAMPLE_KIND_MISSED, SAMPLE_KIND_MPROTECT } },
		{ COLUMN_WALK, { SAMPLE_KIND_LIVE_EXIT, SAMPLE_KIND_EXIT } },
		/* Where older runs have their munmap and mprotect calls. */
		{ COLUMN_WHOLE, { SAMPLE_KIND_MUNMAP, SAMPLE_KIND_EXIT } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		compare(WORKLOAD_BYSTANDER, forms[i].column, forms[i].kinds, ROWS / 2, 15);
}

static void test_samples_without_kinds_are_all_of_one(void **state)
{
	struct samples samples;

	(void)state;
	assert_int_equal(samples_init(&samples, 1, 1u << COLUMN_WALK), 0);
	assert_true(sample_is_of(&samples, 0, 1u << SAMPLE_KIND_HIT));
	samples_free(&samples);
}

static void test_what_a_strategy_decides_is_judged(void **state)
{
	static const struct {
		uint32_t workload, gated;
		enum sample_column first;
	} wanted[] = {
		{ WORKLOAD_EXIT, 1, COLUMN_WALK },
		{ WORKLOAD_UNREGISTER, 1, COLUMN_UNREGISTER },
		{ WORKLOAD_CONTEND, 1, COLUMN_UNREGISTER },
		{ WORKLOAD_BYSTANDER, 1, COLUMN_INVALIDATE },
		{ WORKLOAD_STORM, 1, COLUMN_WHOLE },
		{ WORKLOAD_RACE, 0, COLUMN_WINDOW },
		{ WORKLOAD_CONTROL, 0, COLUMN_WHOLE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
		assert_int_equal(workload_gated_columns(wanted[i].workload), wanted[i].gated);
		assert_int_equal(workload_columns(wanted[i].workload)[0], wanted[i].first);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_samples_of_another_kind_are_not_mixed_in),
		cmocka_unit_test(test_a_bystander_shows_each_form_by_itself),
		cmocka_unit_test(test_samples_without_kinds_are_all_of_one),
		cmocka_unit_test(test_what_a_strategy_decides_is_judged),
	};

	return cmocka_run_group_tests_name("columns", tests, NULL, NULL);
}
