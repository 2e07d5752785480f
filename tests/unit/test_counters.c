// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Proves that counters count what a child does between the switches, on this kernel and the
 * CPU given, and that what a CPU does not count is told with the reason.
 */
#include "support.h"

#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/counters.h"

#define PAGES 64
#define UNCOUNTED 16384 /* pages; what others fault meanwhile on this CPU is less */

static size_t kind_of(const char *name)
{
	size_t i = 0;

	while (counter_kinds[i].name && strcmp(counter_kinds[i].name, name))
		i++;
	assert_non_null(counter_kinds[i].name);
	return i;
}

static struct counters *counters_here(void)
{
	struct error error = { 0 };
	struct counters *counters;

	if (!counters_new(&counters, &error))
		return counters;
	print_message("%s\n", error.text);
	skip();
	return NULL;
}

static void touch(size_t pages)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	volatile char *memory = mmap(NULL, pages * page, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	madvise((void *)memory, pages * page, MADV_NOHUGEPAGE);
	for (size_t i = 0; i < pages; i++)
		memory[i * page] = 1;
	munmap((void *)memory, pages * page);
}

/* A child that touches pages before it switches the counters on, and others behind that. */
static void run_child(const struct counters *counters, size_t before, size_t counted)
{
	int status;
	const pid_t pid = fork();

	assert_true(pid >= 0);
	if (!pid) {
		touch(before);
		observer_begin(counters_observer(counters));
		touch(counted);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	observer_end(counters_observer(counters));
	assert_int_equal(status, 0);
}

static uint32_t pin_here(void)
{
	const int cpu = sched_getcpu();
	cpu_set_t set;

	assert_true(cpu >= 0);
	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	assert_int_equal(sched_setaffinity(0, sizeof(set), &set), 0);
	return (uint32_t)cpu;
}

static void test_a_child_s_faults_are_counted_from_the_switch_on(void **state)
{
	struct counters *counters = counters_here();
	const uint32_t cpu = pin_here();
	const struct counter_value *faults;
	struct error error = { 0 };
	struct counter_values counts;

	(void)state;
	counter_values_init(counters, &counts);
	if (counters_open(counters, 0, &cpu, 1, &error))
		fail_msg("%s", error.text);
	run_child(counters, UNCOUNTED, PAGES);
	touch(UNCOUNTED); /* switched off */
	run_child(counters, UNCOUNTED, PAGES);
	assert_int_equal(counters_close(counters, &counts, &error), 0);
	faults = &counts.values[kind_of("page-faults")];
	assert_true(faults->counted);
	/* Those of two children, of their code and stack, and of whoever else ran here. */
	assert_in_range(faults->value, 2 * PAGES, UNCOUNTED);
	assert_true(counts.values[kind_of("context-switches")].value > 0);
	counters_free(counters);
}

static void test_what_is_not_counted_has_its_reason(void **state)
{
	struct counters *counters = counters_here();
	const uint32_t cpu = pin_here();
	struct error error = { 0 };
	struct counter_values counts;

	(void)state;
	counter_values_init(counters, &counts);
	assert_true(counts.any);
	for (uint32_t group = 0; group < COUNTER_GROUPS; group++) {
		if (!counters_have(counters, group))
			continue;
		assert_int_equal(counters_open(counters, group, &cpu, 1, &error), 0);
		run_child(counters, 0, 1);
		assert_int_equal(counters_close(counters, &counts, &error), 0);
	}
	for (size_t i = 0; counter_kinds[i].name; i++) {
		assert_true(counter_kinds[i].group < COUNTER_GROUPS);
		assert_true(counts.values[i].counted == !counts.values[i].unavailable);
		if (counts.values[i].unavailable)
			print_message("%s: %s\n", counter_kinds[i].name,
				      counts.values[i].unavailable);
	}
	counters_free(counters);
}

static void test_a_counter_that_took_turns_is_estimated(void **state)
{
	bool scaled;

	(void)state;
	assert_int_equal(counter_estimate(1000, 500, 500, &scaled), 1000);
	assert_false(scaled);
	assert_int_equal(counter_estimate(1000, 500, 125, &scaled), 4000);
	assert_true(scaled);
	assert_true(counter_estimate(0, 500, 0, &scaled) == UINT64_MAX);
	/* Nothing was there to be counted: 0 of 0 is no estimate. */
	assert_int_equal(counter_estimate(0, 0, 0, &scaled), 0);
	assert_false(scaled);
}

static void test_no_counters_are_no_error(void **state)
{
	(void)state;
	observer_begin(NULL);
	observer_end(NULL);
	counters_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_child_s_faults_are_counted_from_the_switch_on),
		cmocka_unit_test(test_what_is_not_counted_has_its_reason),
		cmocka_unit_test(test_a_counter_that_took_turns_is_estimated),
		cmocka_unit_test(test_no_counters_are_no_error),
	};

	return cmocka_run_group_tests_name("counters", tests, NULL, NULL);
}
