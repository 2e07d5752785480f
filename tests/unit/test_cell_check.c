// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Proves that a module measures the cells whose core and strategies it has, says what it
 * lacks of the others, and measures the control whatever its cores are; and on which CPUs a
 * cell acts.
 */
#include "support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/cell_check.h"
#include "agent/placement.h"

/* As on 4.17 to 5.4 with CONFIG_HMM_MIRROR, and on 5.5 and later. */
static const struct hmmbench_info intree_only = {
	.cores = 1u << HMMBENCH_CORE_INTREE,
	.strategies = 1u << HMMBENCH_STRATEGY_WRITE | 1u << HMMBENCH_STRATEGY_READ,
};
static const struct hmmbench_info bundled_and_interval = {
	.cores = 1u << HMMBENCH_CORE_BUNDLED | 1u << HMMBENCH_CORE_INTERVAL,
	.strategies = 1u << HMMBENCH_STRATEGY_WRITE | 1u << HMMBENCH_STRATEGY_READ,
	.invalidates = 1u << HMMBENCH_CORE_BUNDLED,
};

/* One cell, measured once with each of two strategies. */
struct small {
	struct cell cell;
	struct plan_block blocks[2];
	struct plan plan;
};

static void make(struct small *small, uint32_t workload, uint32_t core)
{
	*small = (struct small){
		.cell = { .workload = workload, .core = core, .threads = 1, .processes = 1 },
		.blocks = { { .strategy = HMMBENCH_STRATEGY_WRITE },
			    { .strategy = HMMBENCH_STRATEGY_READ } },
	};
	small->plan = (struct plan){
		.cells = &small->cell,
		.cell_count = 1,
		.blocks = small->blocks,
		.block_count = 2,
	};
}

static int checked(struct small *small, const struct hmmbench_info *module, struct error *error)
{
	*error = (struct error){ 0 };
	return cell_check(&small->plan, 0, workload_find(small->cell.workload), module, error);
}

static void test_a_cell_whose_core_is_there_is_measured(void **state)
{
	struct small small;
	struct error error;

	(void)state;
	make(&small, WORKLOAD_EXIT, HMMBENCH_CORE_BUNDLED);
	assert_int_equal(checked(&small, &bundled_and_interval, &error), 0);
}

static void test_a_core_that_is_not_there_is_named(void **state)
{
	struct small small;
	struct error error;

	(void)state;
	make(&small, WORKLOAD_EXIT, HMMBENCH_CORE_BUNDLED);
	assert_int_equal(checked(&small, &intree_only, &error), -EOPNOTSUPP);
	assert_non_null(strstr(error.text, "no core bundled on this kernel"));
}

static void test_a_strategy_that_is_not_there_is_named(void **state)
{
	struct hmmbench_info module = bundled_and_interval;
	struct small small;
	struct error error;

	(void)state;
	module.strategies = 1u << HMMBENCH_STRATEGY_WRITE;
	make(&small, WORKLOAD_EXIT, HMMBENCH_CORE_BUNDLED);
	assert_int_equal(checked(&small, &module, &error), -EOPNOTSUPP);
	assert_non_null(strstr(error.text, "no strategy read"));
}

static void test_a_bystander_needs_a_core_that_can_be_invalidated(void **state)
{
	struct small small;
	struct error error;

	(void)state;
	make(&small, WORKLOAD_BYSTANDER, HMMBENCH_CORE_INTERVAL);
	assert_int_equal(checked(&small, &bundled_and_interval, &error), -EOPNOTSUPP);
	assert_non_null(strstr(error.text, "invalidate the mirrors of core interval"));
}

/* The CPUs of the virtual clock run in turn. */
static void test_the_virtual_clock_has_no_two_running_cpus(void **state)
{
	struct small small;
	struct error error;

	(void)state;
	make(&small, WORKLOAD_CONTEND, HMMBENCH_CORE_BUNDLED);
	small.plan.clock = PLAN_CLOCK_VIRTUAL;
	assert_int_equal(checked(&small, &bundled_and_interval, &error), -EOPNOTSUPP);
	assert_non_null(strstr(error.text, "two running CPUs"));
}

static void test_the_tracer_is_for_exits_of_core_bundled(void **state)
{
	struct small small;
	struct error error;

	(void)state;
	make(&small, WORKLOAD_UNREGISTER, HMMBENCH_CORE_BUNDLED);
	small.blocks[1].traced = true;
	assert_int_equal(checked(&small, &bundled_and_interval, &error), -EOPNOTSUPP);
	assert_non_null(strstr(error.text, "tracer"));
}

/* A night of core intree has its control too, which registers no mirror. */
static void test_a_control_is_measured_on_any_core(void **state)
{
	struct session_options options = { 0 };
	struct small small;
	struct error error;

	(void)state;
	make(&small, WORKLOAD_CONTROL, HMMBENCH_CORE_BUNDLED);
	assert_int_equal(checked(&small, &intree_only, &error), 0);
	cell_session(&small.cell, HMMBENCH_STRATEGY_READ, &workload_control, &intree_only,
		     &options);
	assert_int_equal(options.core, HMMBENCH_CORE_INTREE);
	assert_int_equal(options.strategy, HMMBENCH_STRATEGY_KERNEL);
	cell_session(&small.cell, HMMBENCH_STRATEGY_READ, &workload_control, &bundled_and_interval,
		     &options);
	assert_int_equal(options.core, HMMBENCH_CORE_BUNDLED);
	assert_int_equal(options.strategy, HMMBENCH_STRATEGY_READ);
}

/* Another workload's session is never set up on a core that was not asked for. */
static void test_no_other_session_gets_a_core_it_did_not_ask_for(void **state)
{
	struct session_options options = { 0 };
	struct small small;

	(void)state;
	make(&small, WORKLOAD_EXIT, HMMBENCH_CORE_BUNDLED);
	cell_session(&small.cell, HMMBENCH_STRATEGY_WRITE, &workload_exit, &intree_only, &options);
	assert_int_equal(options.core, HMMBENCH_CORE_BUNDLED);
	assert_int_equal(options.strategy, HMMBENCH_STRATEGY_WRITE);
}

static uint32_t cpus_of(uint32_t workload, uint32_t threads, uint32_t processes, uint32_t workers)
{
	static struct placement placement;
	const struct cell cell = { .workload = workload,
				   .threads = threads,
				   .processes = processes };

	placement.worker_count = workers;
	return workload_cpus(&cell, &placement);
}

/* Who looks at a cell's CPUs misses none that acts, and sees none that belongs to somebody else. */
static void test_the_cpus_of_a_cell_are_those_that_it_acts_on(void **state)
{
	(void)state;
	assert_int_equal(cpus_of(WORKLOAD_EXIT, 1, 1, 8), 1);
	assert_int_equal(cpus_of(WORKLOAD_CONTROL, 1, 1, 8), 1);
	assert_int_equal(cpus_of(WORKLOAD_UNREGISTER, 3, 1, 8), 3);
	assert_int_equal(cpus_of(WORKLOAD_CONTEND, 3, 1, 8), 4);
	assert_int_equal(cpus_of(WORKLOAD_RACE, 1, 1, 8), 2);
	/* One exits, one unregisters, the others invalidate. */
	assert_int_equal(cpus_of(WORKLOAD_BYSTANDER, 1, 1, 8), 3);
	assert_int_equal(cpus_of(WORKLOAD_BYSTANDER, 4, 1, 8), 6);
	assert_int_equal(cpus_of(WORKLOAD_STORM, 1, 4, 8), 4);
	assert_int_equal(cpus_of(WORKLOAD_STORM, 1, 32, 8), 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_cpus_of_a_cell_are_those_that_it_acts_on),
		cmocka_unit_test(test_a_cell_whose_core_is_there_is_measured),
		cmocka_unit_test(test_a_core_that_is_not_there_is_named),
		cmocka_unit_test(test_a_strategy_that_is_not_there_is_named),
		cmocka_unit_test(test_a_bystander_needs_a_core_that_can_be_invalidated),
		cmocka_unit_test(test_the_virtual_clock_has_no_two_running_cpus),
		cmocka_unit_test(test_the_tracer_is_for_exits_of_core_bundled),
		cmocka_unit_test(test_a_control_is_measured_on_any_core),
		cmocka_unit_test(test_no_other_session_gets_a_core_it_did_not_ask_for),
	};

	return cmocka_run_group_tests_name("cell_check", tests, NULL, NULL);
}
