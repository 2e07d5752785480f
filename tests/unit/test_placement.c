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
	const char *layout;
	const char *text; /* as describe() puts it, or a part of the reason */
};

static const struct expected offered[] = {
	/* One node, four cores: the first core is left to interrupts as long as it can. */
	{ "guest-1-node", "same-core", "child 1 agent 2 workers 1 mirrors 0 pages 0" },
	{ "guest-1-node", "same-llc", "child 1 agent 2 workers 1 3 0 2 mirrors 0 pages 0" },
	{ "guest-1-node", "same-node", "child 1 agent 2 workers 1 3 0 2 mirrors 0 pages 0" },

	/* Four nodes of one CPU, at distances 16, 22 and 28 from node 0. */
	{ "guest-4-nodes", "same-node", "child 0 agent 1 workers 0 mirrors 0 pages 0" },
	{ "guest-4-nodes", "near", "child 0 agent 1 workers 0 1 mirrors 1 pages 1" },
	{ "guest-4-nodes", "far", "child 0 agent 1 workers 0 3 mirrors 3 pages 3" },
	{ "guest-4-nodes", "interleave",
	  "child 0 agent 1 workers 0 2 3 1 mirrors 0 1 2 3 pages 0 1 2 3" },

	/* Nodes 0 and 1 as usual, node 2 without memory, node 3 without CPUs and farthest. */
	{ "guest-odd-nodes", "same-node", "child 1 agent 0 workers 1 0 mirrors 0 pages 0" },
	{ "guest-odd-nodes", "near", "child 1 agent 0 workers 1 2 3 0 mirrors 1 pages 1" },
	{ "guest-odd-nodes", "far", "child 1 agent 0 workers 1 0 mirrors 3 pages 3" },
	{ "guest-odd-nodes", "interleave",
	  "child 1 agent 0 workers 1 2 4 3 5 0 mirrors 0 1 3 pages 0 1 3" },

	/* Two nodes of three cores with two CPUs each: whole cores before siblings. */
	{ "smt", "same-core", "child 2 agent 3 workers 2 3 mirrors 0 pages 0" },
	{ "smt", "same-llc", "child 2 agent 4 workers 2 0 3 5 1 4 mirrors 0 pages 0" },
	{ "smt", "same-node", "child 2 agent 4 workers 2 0 3 5 1 4 mirrors 0 pages 0" },
	{ "smt", "near", "child 2 agent 4 workers 2 6 0 8 10 3 7 5 9 1 11 4 mirrors 1 pages 1" },

	/* Two nodes of two caches of two cores each. */
	{ "two-caches-a-node", "same-llc", "child 1 agent 0 workers 1 0 mirrors 0 pages 0" },
	{ "two-caches-a-node", "same-node", "child 1 agent 2 workers 1 3 0 2 mirrors 0 pages 0" },

	/* CPUs of one node, memory on another: the node's second core exits, where it has one. */
	{ "guest-4-nodes", "matrix:0:0", "child 0 agent 1 workers 0 mirrors 0 pages 0" },
	{ "guest-4-nodes", "matrix:0:3", "child 0 agent 1 workers 0 mirrors 3 pages 3" },
	{ "guest-4-nodes", "matrix:3:1", "child 3 agent 2 workers 3 mirrors 1 pages 1" },
	{ "guest-odd-nodes", "matrix:1:0", "child 3 agent 2 workers 3 2 mirrors 0 pages 0" },
	{ "guest-odd-nodes", "matrix:0:3", "child 1 agent 0 workers 1 0 mirrors 3 pages 3" },
	{ "guest-odd-nodes", "matrix:2:1", "child 5 agent 4 workers 5 4 mirrors 1 pages 1" },
	{ "smt", "matrix:1:0", "child 8 agent 10 workers 8 6 9 11 7 10 mirrors 0 pages 0" },
	{ "smt", "matrix:0:0", "child 2 agent 4 workers 2 0 3 5 1 4 mirrors 0 pages 0" },
	{ "two-caches-a-node", "matrix:1:0", "child 5 agent 6 workers 5 7 4 6 mirrors 0 pages 0" },

	/* By number: CPUs in the order given, the parent on none of them where it can. */
	{ "guest-1-node", "list:3:0:0", "child 3 agent 1 workers 3 mirrors 0 pages 0" },
	{ "guest-1-node", "list:3+0-1:0:0", "child 3 agent 2 workers 3 0 1 mirrors 0 pages 0" },
	{ "guest-1-node", "list:1-3+0:0:0", "child 1 agent 0 workers 1 2 3 0 mirrors 0 pages 0" },
	{ "guest-4-nodes", "list:2+0:3+1:0-3",
	  "child 2 agent 3 workers 2 0 mirrors 3 1 pages 0 1 2 3" },
	{ "guest-odd-nodes", "list:4:3:0-1", "child 4 agent 5 workers 4 mirrors 3 pages 0 1" },
	{ "smt", "list:8:0:1", "child 8 agent 6 workers 8 mirrors 0 pages 1" },

	/* One CPU does everything. */
	{ "one-cpu", "matrix:0:0", "child 0 agent 0 workers 0 mirrors 0 pages 0" },
	{ "one-cpu", "list:0:0:0", "child 0 agent 0 workers 0 mirrors 0 pages 0" },
	{ "one-cpu", "same-core", "child 0 agent 0 workers 0 mirrors 0 pages 0" },
	{ "one-cpu", "same-node", "child 0 agent 0 workers 0 mirrors 0 pages 0" },
};

static const struct expected refused[] = {
	{ "guest-1-node", "near", "no other node with memory" },
	{ "guest-1-node", "far", "no other node with memory" },
	{ "guest-1-node", "interleave", "one node with memory" },
	{ "guest-4-nodes", "same-llc", "serves one core" },
	{ "smt", "far", "no node lies farther" },
	{ "two-caches-a-node", "far", "no node lies farther" },
	{ "one-cpu", "same-llc", "which CPUs share a cache" },
	{ "one-cpu", "near", "no other node with memory" },
	{ "guest-4-nodes", "matrix:0:4", "the machine has no node 4" },
	{ "guest-4-nodes", "matrix:4:0", "the machine has no node 4" },
	{ "guest-odd-nodes", "matrix:3:0", "node 3 has no CPU that is online" },
	{ "guest-odd-nodes", "matrix:0:2", "node 2 has no memory" },
	{ "one-cpu", "matrix:0:1", "the machine has no node 1" },
	{ "guest-1-node", "list:4:0:0", "the machine has no CPU 4 that is online" },
	{ "guest-1-node", "list:0-4:0:0", "the machine has no CPU 4 that is online" },
	{ "guest-1-node", "list:0:1:0", "the machine has no node 1" },
	{ "guest-1-node", "list:0:0:1", "the machine has no node 1" },
	{ "guest-odd-nodes", "list:0:0+2:0", "node 2 has no memory" },
	{ "guest-odd-nodes", "list:0:0:2", "node 2 has no memory" },
};

static int place(const char *name, const struct cell *cell, struct placement *placement,
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
	result = placement_make(topology, cell, placement, error);
	hwloc_topology_destroy(topology);
	free(path);
	return result;
}

static struct cell cell_of(const char *layout)
{
	struct cell cell = { 0 };

	if (cell_layout_parse(layout, &cell))
		fail_msg("%s is no layout", layout);
	return cell;
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
		const struct cell cell = cell_of(expected->layout);
		struct error error = { 0 };

		if (place(expected->topology, &cell, &placement, &error))
			fail_msg("%s %s: %s", expected->topology, expected->layout, error.text);
		describe(&placement, text, sizeof(text));
		if (strcmp(text, expected->text))
			fail_msg("%s %s: %s, not %s", expected->topology, expected->layout, text,
				 expected->text);
		assert_int_equal(placement.layout, cell.layout);
	}
}

static void test_a_layout_that_is_not_there_is_refused_with_the_reason(void **state)
{
	static struct placement placement;

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		const struct expected *expected = &refused[i];
		const struct cell cell = cell_of(expected->layout);
		struct error error = { 0 };

		assert_int_equal(place(expected->topology, &cell, &placement, &error), -EOPNOTSUPP);
		if (!strstr(error.text, expected->text))
			fail_msg("%s %s: \"%s\" without \"%s\"", expected->topology,
				 expected->layout, error.text, expected->text);
	}
}

static void test_a_number_that_is_no_layout_is_refused(void **state)
{
	const struct cell none = { .layout = LAYOUT_COUNT }, empty = { .layout = LAYOUT_LIST };
	static struct placement placement;
	struct error error = { 0 };

	(void)state;
	assert_int_equal(place("smt", &none, &placement, &error), -EINVAL);
	assert_non_null(strstr(error.text, "no layout"));
	assert_int_equal(place("smt", &empty, &placement, &error), -EINVAL);
	assert_non_null(strstr(error.text, "no list"));
}

static void test_no_two_threads_share_a_cpu_and_the_exiting_one_is_first(void **state)
{
	static const char *const names[] = { "guest-1-node", "guest-4-nodes",	  "guest-odd-nodes",
					     "smt",	     "two-caches-a-node", "one-cpu" };
	static const char *const layouts[] = { "same-core",  "same-llc",   "same-node",
					       "near",	     "far",	   "interleave",
					       "matrix:1:0", "matrix:0:1", "list:1+0:0:0" };
	static struct placement placement;
	unsigned int placed = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		for (size_t j = 0; j < sizeof(layouts) / sizeof(layouts[0]); j++) {
			const struct cell cell = cell_of(layouts[j]);

			if (place(names[i], &cell, &placement, NULL))
				continue;
			placed++;
			assert_int_equal(placement.workers[0], placement.child_cpu);
			for (uint32_t k = 0; k < placement.worker_count; k++)
				for (uint32_t l = 0; l < k; l++)
					assert_int_not_equal(placement.workers[k],
							     placement.workers[l]);
		}
	}
	assert_true(placed > sizeof(names) / sizeof(names[0]));
}

/* As a node says it that has read files for weeks: little is free, much can be had. */
static void test_a_node_gives_its_page_cache_up(void **state)
{
	static const char full[] = "Node 1 MemTotal:       16384000 kB\n"
				   "Node 1 MemFree:           51200 kB\n"
				   "Node 1 Active:          9000000 kB\n"
				   "Node 1 Inactive:        6000000 kB\n"
				   "Node 1 Active(anon):    1000000 kB\n"
				   "Node 1 Inactive(anon):  2000000 kB\n"
				   "Node 1 Active(file):     102400 kB\n"
				   "Node 1 Inactive(file):   204800 kB\n"
				   "Node 1 FilePages:       7000000 kB\n";

	(void)state;
	assert_int_equal(placement_room(full), (50u + 50u + 100u) << 20);
	assert_int_equal(placement_room("Node 0 MemFree:   4 kB\n"), 4096);
	assert_int_equal(placement_room(""), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layouts_are_what_their_names_say),
		cmocka_unit_test(test_a_layout_that_is_not_there_is_refused_with_the_reason),
		cmocka_unit_test(test_a_number_that_is_no_layout_is_refused),
		cmocka_unit_test(test_no_two_threads_share_a_cpu_and_the_exiting_one_is_first),
		cmocka_unit_test(test_a_node_gives_its_page_cache_up),
	};

	return cmocka_run_group_tests_name("placement", tests, NULL, NULL);
}
