// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Proves that every layout becomes the CPUs and nodes that its name promises, on recorded
 * machines and made-up ones, and that a machine without it says why.
 *
 * tests/fixtures/topology: guest-*.xml were recorded by the agent in guests (four nodes
 * with distances; three with memory of which one has no CPUs, and one with CPUs only);
 * the others are lstopo's, from its synthetic descriptions.
 */
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/placement.h"

struct expected {
	const char *topology;
	uint32_t layout;
	const char *text; /* as describe() puts it, or a part of the reason */
};

static const struct expected offered[] = {
	/* One node, four cores: the first core is left to interrupts as long as it can. */
	{ "guest-1-node", LAYOUT_SAME_CORE, "child 1 agent 2 workers 1 mirrors 0 pages 0" },
	{ "guest-1-node", LAYOUT_SAME_LLC, "child 1 agent 2 workers 1 3 0 2 mirrors 0 pages 0" },
	{ "guest-1-node", LAYOUT_SAME_NODE, "child 1 agent 2 workers 1 3 0 2 mirrors 0 pages 0" },

	/* Four nodes of one CPU, at distances 16, 22 and 28 from node 0. */
	{ "guest-4-nodes", LAYOUT_SAME_NODE, "child 0 agent 1 workers 0 mirrors 0 pages 0" },
	{ "guest-4-nodes", LAYOUT_NEAR, "child 0 agent 1 workers 0 1 mirrors 1 pages 1" },
	{ "guest-4-nodes", LAYOUT_FAR, "child 0 agent 1 workers 0 3 mirrors 3 pages 3" },
	{ "guest-4-nodes", LAYOUT_INTERLEAVE,
	  "child 0 agent 1 workers 0 2 3 1 mirrors 0 1 2 3 pages 0 1 2 3" },

	/* Nodes 0 and 1 as usual, node 2 without memory, node 3 without CPUs and farthest. */
	{ "guest-odd-nodes", LAYOUT_SAME_NODE, "child 1 agent 0 workers 1 0 mirrors 0 pages 0" },
	{ "guest-odd-nodes", LAYOUT_NEAR, "child 1 agent 0 workers 1 2 3 0 mirrors 1 pages 1" },
	{ "guest-odd-nodes", LAYOUT_FAR, "child 1 agent 0 workers 1 0 mirrors 3 pages 3" },
	{ "guest-odd-nodes", LAYOUT_INTERLEAVE,
	  "child 1 agent 0 workers 1 2 4 3 5 0 mirrors 0 1 3 pages 0 1 3" },

	/* Two nodes of three cores with two CPUs each: whole cores before siblings. */
	{ "smt", LAYOUT_SAME_CORE, "child 2 agent 3 workers 2 3 mirrors 0 pages 0" },
	{ "smt", LAYOUT_SAME_LLC, "child 2 agent 4 workers 2 0 3 5 1 4 mirrors 0 pages 0" },
	{ "smt", LAYOUT_SAME_NODE, "child 2 agent 4 workers 2 0 3 5 1 4 mirrors 0 pages 0" },
	{ "smt", LAYOUT_NEAR,
	  "child 2 agent 4 workers 2 6 0 8 10 3 7 5 9 1 11 4 mirrors 1 pages 1" },

	/* Two nodes of two caches of two cores each. */
	{ "two-caches-a-node", LAYOUT_SAME_LLC, "child 1 agent 0 workers 1 0 mirrors 0 pages 0" },
	{ "two-caches-a-node", LAYOUT_SAME_NODE,
	  "child 1 agent 2 workers 1 3 0 2 mirrors 0 pages 0" },

	/* One CPU does everything. */
	{ "one-cpu", LAYOUT_SAME_CORE, "child 0 agent 0 workers 0 mirrors 0 pages 0" },
	{ "one-cpu", LAYOUT_SAME_NODE, "child 0 agent 0 workers 0 mirrors 0 pages 0" },
};

static const struct expected refused[] = {
	{ "guest-1-node", LAYOUT_NEAR, "no other node with memory" },
	{ "guest-1-node", LAYOUT_FAR, "no other node with memory" },
	{ "guest-1-node", LAYOUT_INTERLEAVE, "one node with memory" },
	{ "guest-4-nodes", LAYOUT_SAME_LLC, "serves one core" },
	{ "smt", LAYOUT_FAR, "no node lies farther" },
	{ "two-caches-a-node", LAYOUT_FAR, "no node lies farther" },
	{ "one-cpu", LAYOUT_SAME_LLC, "which CPUs share a cache" },
	{ "one-cpu", LAYOUT_NEAR, "no other node with memory" },
};

static int place(const char *name, uint32_t layout, struct placement *placement,
		 struct error *error)
{
	hwloc_topology_t topology;
	char file[80], *path;
	int result;

	snprintf(file, sizeof(file), "topology/%s.xml", name);
	path = support_fixture(file);
	assert_int_equal(hwloc_topology_init(&topology), 0);
	if (hwloc_topology_set_xml(topology, path) || hwloc_topology_load(topology))
		fail_msg("%s cannot be read", path);
	result = placement_make(topology, layout, placement, error);
	hwloc_topology_destroy(topology);
	free(path);
	return result;
}

static void append(char *text, size_t bytes, const char *word, const uint32_t *numbers,
		   uint32_t count)
{
	size_t used = strlen(text);

	used += (size_t)snprintf(text + used, bytes - used, "%s%s", used ? " " : "", word);
	for (uint32_t i = 0; i < count; i++)
		used += (size_t)snprintf(text + used, bytes - used, " %u", numbers[i]);
}

static void describe(const struct placement *placement, char *text, size_t bytes)
{
	text[0] = '\0';
	append(text, bytes, "child", &placement->child_cpu, 1);
	append(text, bytes, "agent", &placement->agent_cpu, 1);
	append(text, bytes, "workers", placement->workers, placement->worker_count);
	append(text, bytes, "mirrors", placement->mirror_nodes, placement->mirror_node_count);
	append(text, bytes, "pages", placement->page_nodes, placement->page_node_count);
}

static void test_layouts_are_what_their_names_say(void **state)
{
	static struct placement placement;
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(offered) / sizeof(offered[0]); i++) {
		const struct expected *expected = &offered[i];
		struct error error = { 0 };

		if (place(expected->topology, expected->layout, &placement, &error))
			fail_msg("%s %s: %s", expected->topology,
				 name_of(layout_names, expected->layout), error.text);
		describe(&placement, text, sizeof(text));
		if (strcmp(text, expected->text))
			fail_msg("%s %s: %s, not %s", expected->topology,
				 name_of(layout_names, expected->layout), text, expected->text);
		assert_int_equal(placement.layout, expected->layout);
	}
}

static void test_a_layout_that_is_not_there_is_refused_with_the_reason(void **state)
{
	static struct placement placement;

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		const struct expected *expected = &refused[i];
		struct error error = { 0 };

		assert_int_equal(place(expected->topology, expected->layout, &placement, &error),
				 -EOPNOTSUPP);
		if (!strstr(error.text, expected->text))
			fail_msg("%s %s: \"%s\" without \"%s\"", expected->topology,
				 name_of(layout_names, expected->layout), error.text,
				 expected->text);
	}
}

static void test_a_number_that_is_no_layout_is_refused(void **state)
{
	static struct placement placement;
	struct error error = { 0 };

	(void)state;
	assert_int_equal(place("smt", LAYOUT_COUNT, &placement, &error), -EINVAL);
	assert_non_null(strstr(error.text, "no layout"));
}

static void test_no_two_threads_share_a_cpu_and_the_exiting_one_is_first(void **state)
{
	static const char *const names[] = { "guest-1-node", "guest-4-nodes",	  "guest-odd-nodes",
					     "smt",	     "two-caches-a-node", "one-cpu" };
	static struct placement placement;
	unsigned int placed = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		for (uint32_t layout = 0; layout < LAYOUT_COUNT; layout++) {
			if (place(names[i], layout, &placement, NULL))
				continue;
			placed++;
			assert_int_equal(placement.workers[0], placement.child_cpu);
			for (uint32_t j = 0; j < placement.worker_count; j++)
				for (uint32_t k = 0; k < j; k++)
					assert_int_not_equal(placement.workers[j],
							     placement.workers[k]);
		}
	}
	assert_true(placed > sizeof(names) / sizeof(names[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layouts_are_what_their_names_say),
		cmocka_unit_test(test_a_layout_that_is_not_there_is_refused_with_the_reason),
		cmocka_unit_test(test_a_number_that_is_no_layout_is_refused),
		cmocka_unit_test(test_no_two_threads_share_a_cpu_and_the_exiting_one_is_first),
	};

	return cmocka_run_group_tests_name("placement", tests, NULL, NULL);
}
