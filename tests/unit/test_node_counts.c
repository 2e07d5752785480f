// SPDX-License-Identifier: GPL-2.0-or-later
/* Every page is counted once, many of them by evenly spread ones, children's with the parent's. */
#include "support.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/node_counts.h"

static uint64_t count_pages(const struct node_counts *counts)
{
	uint64_t sum = 0;

	for (size_t node = 0; node < PLACEMENT_NODES_MAX; node++)
		sum += counts->pages[node];
	return sum;
}

static void *touched(size_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			    0);

	assert_true(memory != MAP_FAILED);
	madvise(memory, bytes, MADV_NOHUGEPAGE);
	memset(memory, 1, bytes);
	return memory;
}

static void check_count(size_t pages, uint64_t counted)
{
	const size_t bytes = pages * (size_t)sysconf(_SC_PAGESIZE);
	struct node_counts *counts = node_counts_new();
	void *memory = touched(bytes);
	int result;

	assert_non_null(counts);
	result = node_counts_pages(counts, memory, bytes);
	if (result) /* a sandbox that forbids move_pages(2) */
		skip();
	if (count_pages(counts)) /* a kernel with NUMA */
		assert_int_equal(count_pages(counts), counted);
	munmap(memory, bytes);
	node_counts_free(counts);
}

static void test_pages_are_counted(void **state)
{
	(void)state;
	check_count(1, 1);
	check_count(256, 256);
	check_count(257, 257);
	check_count(NODE_COUNTS_PAGES_MAX, NODE_COUNTS_PAGES_MAX);
	check_count(2 * NODE_COUNTS_PAGES_MAX, NODE_COUNTS_PAGES_MAX);
	check_count(NODE_COUNTS_PAGES_MAX + 2, NODE_COUNTS_PAGES_MAX / 2 + 1);
}

static void test_a_part_of_a_page_is_one(void **state)
{
	struct node_counts *counts = node_counts_new();
	void *memory = touched(1);

	(void)state;
	assert_non_null(counts);
	if (node_counts_pages(counts, memory, 1))
		skip();
	assert_true(count_pages(counts) <= 1);
	node_counts_free(counts);
	node_counts_free(NULL);
}

static void test_children_count_into_the_same(void **state)
{
	struct node_counts *counts = node_counts_new();
	int status;
	pid_t pid;

	(void)state;
	assert_non_null(counts);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		counts->mirrors[3]++;
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(counts->mirrors[3], 1);
	node_counts_free(counts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pages_are_counted),
		cmocka_unit_test(test_a_part_of_a_page_is_one),
		cmocka_unit_test(test_children_count_into_the_same),
	};

	return cmocka_run_group_tests_name("node_counts", tests, NULL, NULL);
}
