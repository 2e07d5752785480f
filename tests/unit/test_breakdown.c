// SPDX-License-Identifier: GPL-2.0-or-later
/* The parts of an exit add up, and no slow exit counts for many. */
#include "within.h"

#include <string.h>

#include "stats/breakdown.h"

#define ROWS 8

/* One block of eight exits; whatever a test changes is in here. */
static struct {
	uint64_t before[ROWS], wait[ROWS], walk[ROWS], after[ROWS], grace[ROWS], unmap[ROWS],
		rest[ROWS];
	struct cell cell;
	struct comparison_block blocks[2];
	struct comparison_input input;
} field;

static void set_up(bool apart)
{
	struct samples *samples = &field.blocks[0].samples;

	memset(&field, 0, sizeof(field));
	for (uint64_t i = 0; i < ROWS; i++) {
		field.before[i] = 100;
		field.wait[i] = 10;
		field.walk[i] = 50;	/* the wait is in it */
		field.grace[i] = 1000 + i;
		field.unmap[i] = 300;
		field.rest[i] = 20;
		field.after[i] = 1320 + i;
	}
	samples->rows = ROWS;
	samples->columns[COLUMN_BEFORE_WALK] = field.before;
	samples->columns[COLUMN_LOCK_WAIT] = field.wait;
	samples->columns[COLUMN_WALK] = field.walk;
	samples->columns[COLUMN_AFTER_WALK] = field.after;
	if (apart) {
		samples->columns[COLUMN_GRACE] = field.grace;
		samples->columns[COLUMN_UNMAP] = field.unmap;
		samples->columns[COLUMN_REST] = field.rest;
	}
	field.blocks[1] = field.blocks[0];
	field.blocks[1].warmup = true;
	field.cell = (struct cell){ .workload = WORKLOAD_EXIT, .mirrors = 1 };
	field.input = (struct comparison_input){ .cells = &field.cell, .cell_count = 1,
						 .blocks = field.blocks, .block_count = 2 };
}

static struct breakdown made(void)
{
	struct breakdown breakdown;

	assert_int_equal(breakdown_make(&field.input, 0, ARM_BASE, &breakdown, NULL), 0);
	return breakdown;
}

static void parts_are_those_of_the_middle_half_and_add_up(void **state)
{
	struct breakdown breakdown;
	double sum = 0;

	(void)state;
	set_up(true);
	field.grace[7] = 1000000; /* one slow exit, and a fast one */
	field.before[0] = 1;
	breakdown = made();
	assert_int_equal(breakdown.samples, ROWS / 2);
	assert_within(breakdown.ns[BREAKDOWN_BEFORE_WALK], 100, 1e-9);
	assert_within(breakdown.ns[BREAKDOWN_LOCK_WAIT], 10, 1e-9);
	assert_within(breakdown.ns[BREAKDOWN_WALK], 40, 1e-9);
	assert_within(breakdown.ns[BREAKDOWN_GRACE], 1003.5, 1e-9);
	assert_within(breakdown.ns[BREAKDOWN_UNMAP], 300, 1e-9);
	assert_within(breakdown.ns[BREAKDOWN_REST], 20, 1e-9);
	assert_within(breakdown.ns[BREAKDOWN_AFTER_WALK], 0, 0);
	for (size_t i = 0; i < BREAKDOWN_PARTS; i++)
		sum += breakdown.ns[i];
	assert_within(breakdown.whole_ns, sum, 1e-9);
}

static void without_probes_the_parts_end_with_after_walk(void **state)
{
	struct breakdown breakdown;

	(void)state;
	set_up(false);
	breakdown = made();
	assert_int_equal(breakdown.samples, ROWS / 2);
	assert_within(breakdown.ns[BREAKDOWN_AFTER_WALK], 1323.5, 1e-9);
	assert_within(breakdown.ns[BREAKDOWN_GRACE], 0, 0);
	assert_within(breakdown.whole_ns, 150 + 1323.5, 1e-9);
}

static void an_exit_with_a_part_missing_does_not_count(void **state)
{
	struct breakdown breakdown;

	(void)state;
	set_up(true);
	for (size_t i = 0; i < 4; i++)
		field.unmap[i] = SAMPLE_MISSING;
	field.wait[4] = 51;		  /* more than its walk: no such exit */
	field.walk[5] = UINT64_C(1) << 63; /* a clock that ran backwards */
	breakdown = made();
	assert_int_equal(breakdown.samples, 2);
	assert_within(breakdown.ns[BREAKDOWN_GRACE], 1006.5, 1e-9);
	assert_int_equal(breakdown_make(&field.input, 0, ARM_CANDIDATE, &breakdown, NULL), 0);
	assert_int_equal(breakdown.samples, 0);
	field.blocks[0].samples.columns[COLUMN_WALK] = NULL;
	assert_int_equal(made().samples, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_are_those_of_the_middle_half_and_add_up),
		cmocka_unit_test(without_probes_the_parts_end_with_after_walk),
		cmocka_unit_test(an_exit_with_a_part_missing_does_not_count),
	};

	return cmocka_run_group_tests_name("breakdown", tests, NULL, NULL);
}
