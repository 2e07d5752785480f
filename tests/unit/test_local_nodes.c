// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's list of nodes tells how many a matrix is made for; what is no such list is refused. */
#include "support.h"

#include <errno.h>

#include "lab/local_nodes.h"

static void test_the_highest_number_counts(void **state)
{
	static const struct {
		const char *list;
		uint32_t nodes;
	} good[] = {
		{ "0\n", 1 }, { "0-7\n", 8 }, { "0,8\n", 9 }, { "0-1,4-5", 6 }, { "1023\n", 1024 },
	};
	uint32_t nodes;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(local_nodes_parse(good[i].list, &nodes), 0);
		assert_int_equal(nodes, good[i].nodes);
	}
}

static void test_what_is_no_list_is_refused(void **state)
{
	static const char *const bad[] = { "",	  "\n",	    "-",      "0-\n",	"0,\n",
					   "x\n", "0-1x\n", "1024\n", "0\n1\n", "0 1\n" };
	uint32_t nodes;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (local_nodes_parse(bad[i], &nodes) != -EINVAL)
			fail_msg("'%s' was taken for a list of nodes", bad[i]);
}

static void test_this_machine_has_a_node(void **state)
{
	struct error error = { 0 };
	uint32_t nodes = 0;

	(void)state;
	assert_int_equal(local_nodes(&nodes, &error), 0);
	assert_true(nodes >= 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_highest_number_counts),
		cmocka_unit_test(test_what_is_no_list_is_refused),
		cmocka_unit_test(test_this_machine_has_a_node),
	};

	return cmocka_run_group_tests_name("local_nodes", tests, NULL, NULL);
}
