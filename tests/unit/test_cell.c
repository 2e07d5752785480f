// SPDX-License-Identifier: GPL-2.0-or-later
/* A cell has one name and a name has one cell; sizes and profiles read as they are written. */
#include "support.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "common/cell.h"
#include "hmmbench_uapi.h"

static void test_known_name(void **state)
{
	const struct cell cell = {
		.core = HMMBENCH_CORE_BUNDLED,
		.workload = WORKLOAD_EXIT,
		.profile = HMMBENCH_PROFILE_DELAY,
		.profile_ns = 2000,
		.layout = LAYOUT_SAME_NODE,
		.mirrors = 1024,
		.threads = 1,
		.processes = 1,
		.memory_bytes = 4 << 20,
	};
	char name[CELL_NAME_BYTES];

	(void)state;
	cell_name(&cell, name);
	assert_string_equal(name, "exit/bundled/delay:2000/1024/same-node/t1/p1/4M");
}

static int count_of(const struct name_table *table)
{
	int count = 0;

	while (table[count].name)
		count++;
	return count;
}

static void check_round_trip(const struct cell *cell)
{
	char name[CELL_NAME_BYTES], again[CELL_NAME_BYTES];
	struct cell parsed;

	cell_name(cell, name);
	assert_null(strpbrk(name, " \t?"));
	assert_int_equal(cell_parse(name, &parsed), 0);
	assert_true(cell_equal(cell, &parsed));
	cell_name(&parsed, again);
	assert_string_equal(name, again);
}

/* What the layouts that take numbers were given. */
static void fill_layout(struct cell *cell, uint64_t *random)
{
	static const char *const lists[] = { "list:0:0:0", "list:8191:1023:1023",
					     "list:3+0-1:1+0:0-1", "list:0-1025:0-1023:0-1023" };

	if (cell->layout == LAYOUT_MATRIX) {
		cell->cpu_node = (uint32_t)support_below(random, CELL_NODE_MAX + 1);
		cell->memory_node = (uint32_t)support_below(random, CELL_NODE_MAX + 1);
	} else if (cell->layout == LAYOUT_LIST) {
		assert_int_equal(cell_layout_parse(lists[support_below(random, 4)], cell), 0);
	}
}

/* Every word of the tables, each with random and with extreme numbers. */
static void test_every_cell_comes_back(void **state)
{
	static const uint32_t mirrors[] = { 1, 32, 999999, HMMBENCH_MIRRORS_MAX };
	static const uint64_t memory[] = {
		0, 1, 4095, 4096, 1536 << 10, 3u << 30, CELL_MEMORY_MAX
	};
	uint64_t random = 1;
	int checked = 0;

	(void)state;
	for (const struct name_table *workload = workload_names; workload->name; workload++)
		for (const struct name_table *core = core_names; core->name; core++)
			for (const struct name_table *layout = layout_names; layout->name; layout++)
				for (int i = 0; i < 40; i++) {
					int delay = i % 2;
					struct cell cell = {
						.workload = workload->value,
						.core = core->value,
						.layout = layout->value,
						.profile = delay ? HMMBENCH_PROFILE_DELAY
								 : HMMBENCH_PROFILE_EMPTY,
						.profile_ns =
							delay ? 1 + support_below(
									    &random,
									    HMMBENCH_DELAY_NS_MAX)
							      : 0,
						.mirrors = mirrors[i % 4],
						.threads = 1 +
							   (uint32_t)support_below(&random, 1024),
						.processes = 1 +
							     (uint32_t)support_below(&random, 1024),
						.memory_bytes = memory[i % 7],
					};

					if (cell.workload == WORKLOAD_CONTROL)
						cell.mirrors = 0;
					fill_layout(&cell, &random);
					check_round_trip(&cell);
					checked++;
				}
	assert_int_equal(checked, 40 * count_of(workload_names) * count_of(core_names) *
					  count_of(layout_names));
}

static void test_what_is_no_name(void **state)
{
	static const char *const bad[] = {
		"",
		"exit",
		"exit/bundled/empty/1/same-node/t1/p1",
		"exit/bundled/empty/1/same-node/t1/p1/4M/",
		"exit/bundled/empty/1/same-node/t1/p1/4M/x",
		"/exit/bundled/empty/1/same-node/t1/p1/4M",
		"Exit/bundled/empty/1/same-node/t1/p1/4M",
		"exit/bundle/empty/1/same-node/t1/p1/4M",
		"exit/bundled/delay/1/same-node/t1/p1/4M",
		"exit/bundled/delay:/1/same-node/t1/p1/4M",
		"exit/bundled/delay:0/1/same-node/t1/p1/4M",
		"exit/bundled/delay:01/1/same-node/t1/p1/4M",
		"exit/bundled/delay:1000001/1/same-node/t1/p1/4M",
		"exit/bundled/delay:-5/1/same-node/t1/p1/4M",
		"exit/bundled/empty:5/1/same-node/t1/p1/4M",
		"exit/bundled/empty/01/same-node/t1/p1/4M",
		"exit/bundled/empty/0/same-node/t1/p1/4M",
		"exit/bundled/empty/1000001/same-node/t1/p1/4M",
		"exit/bundled/empty/-1/same-node/t1/p1/4M",
		"exit/bundled/empty/ 1/same-node/t1/p1/4M",
		"exit/bundled/empty/4294967297/same-node/t1/p1/4M",
		"exit/bundled/empty/99999999999999999999/same-node/t1/p1/4M",
		"exit/bundled/empty/1/nowhere/t1/p1/4M",
		"exit/bundled/empty/1/same-node:0:0/t1/p1/4M",
		"exit/bundled/empty/1/matrix/t1/p1/4M",
		"exit/bundled/empty/1/matrix:0/t1/p1/4M",
		"exit/bundled/empty/1/matrix:0:01/t1/p1/4M",
		"exit/bundled/empty/1/matrix:0:1024/t1/p1/4M",
		"exit/bundled/empty/1/list/t1/p1/4M",
		"exit/bundled/empty/1/list:0+1:0:0/t1/p1/4M",
		"exit/bundled/empty/1/list:0:0:1+0/t1/p1/4M",
		"exit/bundled/empty/1/list:0:0:0:0/t1/p1/4M",
		"exit/bundled/empty/1/list:8192:0:0/t1/p1/4M",
		"exit/bundled/empty/1/same-node/1/p1/4M",
		"exit/bundled/empty/1/same-node/t0/p1/4M",
		"exit/bundled/empty/1/same-node/t1025/p1/4M",
		"exit/bundled/empty/1/same-node/t1/p0/4M",
		"exit/bundled/empty/1/same-node/t1/p1/4096K",
		"exit/bundled/empty/1/same-node/t1/p1/4m",
		"exit/bundled/empty/1/same-node/t1/p1/2T",
		"exit/bundled/empty/1/same-node/t1/p1/",
		"control/bundled/empty/1/same-node/t1/p1/4M",
	};
	char huge[4096];
	struct cell cell;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (cell_parse(bad[i], &cell) != -EINVAL)
			fail_msg("'%s' was taken for a cell", bad[i]);
	memset(huge, 'x', sizeof(huge) - 1);
	huge[sizeof(huge) - 1] = '\0';
	assert_int_equal(cell_parse(huge, &cell), -EINVAL);
}

/* Names with a few characters changed: what still is a name is the name of its cell. */
static void test_changed_names_are_the_name_of_what_they_give(void **state)
{
	static const char good[] = "unregister/bundled/delay:2000/1024/same-node/t16/p1/4M";
	static const char letters[] = "/:exitbundledempty0123456789samenodetpMKGT-";
	uint64_t rounds = support_count("HMMBENCH_FUZZ_ROUNDS", 20000), random = 7, names = 0;
	char text[sizeof(good)], name[CELL_NAME_BYTES];
	struct cell cell;

	(void)state;
	for (uint64_t i = 0; i < rounds; i++) {
		memcpy(text, good, sizeof(text));
		for (uint64_t changes = 1 + support_below(&random, 3); changes; changes--)
			text[support_below(&random, sizeof(good) - 1)] =
				letters[support_below(&random, sizeof(letters) - 1)];
		if (cell_parse(text, &cell))
			continue;
		cell_name(&cell, name);
		assert_string_equal(name, text);
		names++;
	}
	assert_true(names > 0 && names < rounds);
}

static void test_bytes(void **state)
{
	static const struct {
		const char *text;
		uint64_t value;
		const char *name;
	} good[] = {
		{ "0", 0, "0" },
		{ "0G", 0, "0" },
		{ "12345", 12345, "12345" },
		{ "1024", 1024, "1K" },
		{ "1536K", 1536 << 10, "1536K" },
		{ "4M", 4 << 20, "4M" },
		{ "1T", UINT64_C(1) << 40, "1T" },
		{ "2048T", UINT64_C(1) << 51, "2048T" },
		{ "18446744073709551615", UINT64_MAX, "18446744073709551615" },
	};
	static const char *const bad[] = {
		"", "M", "4MB", "4 M", "-4M", "+4", "0x10", "4.5M", "4k"
	};
	static const char *const large[] = { "18446744073709551616", "16777216T",
					     "18446744073709551615K" };
	uint64_t value;
	char name[24];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(bytes_parse(good[i].text, &value), 0);
		assert_int_equal(value, good[i].value);
		bytes_name(value, name, sizeof(name));
		assert_string_equal(name, good[i].name);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (bytes_parse(bad[i], &value) != -EINVAL)
			fail_msg("'%s' was taken for a size", bad[i]);
	for (size_t i = 0; i < sizeof(large) / sizeof(large[0]); i++)
		assert_int_equal(bytes_parse(large[i], &value), -ERANGE);
}

static void test_name_tables(void **state)
{
	static const struct name_table *const tables[] = { core_names, strategy_names,
							   profile_names, workload_names,
							   layout_names };
	char text[200], cut[8];
	uint32_t value;

	(void)state;
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		assert_non_null(tables[i]->name);
		for (const struct name_table *entry = tables[i]; entry->name; entry++) {
			assert_int_equal(name_lookup(tables[i], entry->name, &value), 0);
			assert_int_equal(value, entry->value);
			assert_string_equal(name_of(tables[i], value), entry->name);
			assert_non_null(entry->help);
		}
		assert_int_equal(name_lookup(tables[i], "nothing", &value), -ENOENT);
		assert_string_equal(name_of(tables[i], 4711), "?");
	}
	/* The kernel's own strategy is read back, and nobody can choose it. */
	assert_int_equal(name_lookup(strategy_names, "kernel", &value), -ENOENT);
	assert_int_equal(strategy_lookup("kernel", &value), 0);
	assert_int_equal(value, HMMBENCH_STRATEGY_KERNEL);
	assert_string_equal(strategy_name(value), "kernel");
	assert_int_equal(strategy_lookup("read", &value), 0);
	assert_string_equal(strategy_name(value), "read");
	assert_int_equal(strategy_lookup("nothing", &value), -ENOENT);
	assert_string_equal(strategy_name(4711), "?");
	name_list(strategy_names, text, sizeof(text));
	assert_memory_equal(text, "write, read", strlen("write, read"));
	name_list(strategy_names, cut, sizeof(cut));
	assert_string_equal(cut, "write, ");
}

static void test_profile_errors_are_told_apart(void **state)
{
	struct cell cell;

	(void)state;
	assert_int_equal(cell_profile_parse("nothing", &cell), -ENOENT);
	assert_int_equal(cell_profile_parse("nothing:5", &cell), -ENOENT);
	assert_int_equal(cell_profile_parse("delay", &cell), -EINVAL);
	assert_int_equal(cell_profile_parse("delay:", &cell), -EINVAL);
	assert_int_equal(cell_profile_parse("delay:5x", &cell), -EINVAL);
	assert_int_equal(cell_profile_parse("empty:5", &cell), -EINVAL);
	assert_int_equal(cell_profile_parse("delay:0", &cell), -ERANGE);
	assert_int_equal(cell_profile_parse("delay:1000001", &cell), -ERANGE);
	assert_int_equal(cell_profile_parse("delay:99999999999999999999", &cell), -ERANGE);
	assert_int_equal(cell_profile_parse("delay:1000000", &cell), 0);
	assert_int_equal(cell.profile_ns, 1000000);
}

/* A layout reads as it is meant and has one text; the reasons against one are told apart. */
static void test_layouts_that_take_numbers(void **state)
{
	static const struct {
		const char *text, *name; /* NULL: the same */
	} good[] = {
		{ "matrix:0:1", NULL },
		{ "matrix:1023:00", "matrix:1023:0" },
		{ "list:5:1:0", NULL },
		{ "list:5-5:1-1:0-0", "list:5:1:0" },
		{ "list:0+1+2:0:0", "list:0-2:0:0" },
		{ "list:2+0-1:1+0:1+0", "list:2+0-1:1+0:0-1" },
		{ "list:0-1+2-3:3+5+4:9+7+8", "list:0-3:3+5+4:7-9" },
	};
	static const struct {
		const char *text;
		int error;
	} bad[] = {
		{ "nowhere", -ENOENT },
		{ "nowhere:0:0", -ENOENT },
		{ "matrix", -EINVAL },
		{ "matrix:", -EINVAL },
		{ "matrix:0", -EINVAL },
		{ "matrix:0:", -EINVAL },
		{ "matrix:0:1:2", -EINVAL },
		{ "matrix:-1:0", -EINVAL },
		{ "matrix:1024:0", -ERANGE },
		{ "near:0:1", -EINVAL },
		{ "list", -EINVAL },
		{ "list:", -EINVAL },
		{ "list:0", -EINVAL },
		{ "list:0:0", -EINVAL },
		{ "list:0:0:0:0", -EINVAL },
		{ "list:0::0", -EINVAL },
		{ "list:0+:0:0", -EINVAL },
		{ "list:+0:0:0", -EINVAL },
		{ "list:0-:0:0", -EINVAL },
		{ "list:2-1:0:0", -EINVAL },
		{ "list:0-1-2:0:0", -EINVAL },
		{ "list:0 :0:0", -EINVAL },
		{ "list:8192:0:0", -ERANGE },
		{ "list:0:1024:0", -ERANGE },
		{ "list:0:0:0-1024", -ERANGE },
		{ "list:99999999999999999999:0:0", -ERANGE },
		{ "list:0+0:0:0", -EEXIST },
		{ "list:0-2+1:0:0", -EEXIST },
		{ "list:0:1+1:0", -EEXIST },
		{ "list:0-1026:0:0", -E2BIG },
		{ "list:0+10+20+30+40+50+60+70+80+90+100+110+120+130+140+150+160+170+180+190+200+"
		  "210+220+230+240+250+260:0:0",
		  -E2BIG },
	};
	struct cell cell = { 0 }, kept;
	char name[CELL_LAYOUT_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (cell_layout_parse(good[i].text, &cell))
			fail_msg("%s was refused", good[i].text);
		cell_layout_name(&cell, name, sizeof(name));
		assert_string_equal(name, good[i].name ? good[i].name : good[i].text);
	}
	kept = cell;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (cell_layout_parse(bad[i].text, &cell) != bad[i].error)
			fail_msg("%s: not %d", bad[i].text, bad[i].error);
	assert_memory_equal(&cell, &kept, sizeof(cell));
	assert_int_equal(cell_layout_parse("near", &cell), 0);
	assert_string_equal(cell.list, "");
}

static void test_a_list_is_written_out(void **state)
{
	static struct cell_list list;
	struct cell cell = { 0 };

	(void)state;
	assert_int_equal(cell_list_expand(&cell, &list), -EINVAL);
	assert_int_equal(cell_layout_parse("list:7+0-2:3+1:9+0", &cell), 0);
	assert_int_equal(cell_list_expand(&cell, &list), 0);
	assert_int_equal(list.cpu_count, 4);
	assert_memory_equal(list.cpus, ((const uint16_t[]){ 7, 0, 1, 2 }), 8);
	assert_int_equal(list.mirror_node_count, 2);
	assert_memory_equal(list.mirror_nodes, ((const uint16_t[]){ 3, 1 }), 4);
	assert_int_equal(list.page_node_count, 2);
	assert_memory_equal(list.page_nodes, ((const uint16_t[]){ 0, 9 }), 4);
}

/* The heat map of a matrix takes its two numbers from here. */
static void test_a_matrix_cell_has_its_nodes(void **state)
{
	struct cell cell, other;

	(void)state;
	assert_int_equal(cell_parse("exit/bundled/empty/8/matrix:2:5/t1/p1/4M", &cell), 0);
	assert_int_equal(cell.cpu_node, 2);
	assert_int_equal(cell.memory_node, 5);
	assert_int_equal(cell_parse("exit/bundled/empty/8/matrix:5:2/t1/p1/4M", &other), 0);
	assert_false(cell_equal(&cell, &other));
	assert_int_equal(cell_parse("exit/bundled/empty/8/near/t1/p1/4M", &cell), 0);
	assert_int_equal(cell.cpu_node + cell.memory_node, 0);
}

static void test_workloads_that_need_two_cpus_say_so(void **state)
{
	static const char *const names[] = {
		"contend/bundled/delay:2000/1024/same-node/t1/p1/0",
		"bystander/bundled/empty/4/same-node/t1/p1/0",
		"storm/bundled/empty/4/same-node/t1/p2/0",
		"race/bundled/delay:1/4/same-node/t1/p1/0",
	};
	struct cell cell;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		assert_int_equal(cell_parse(names[i], &cell), 0);
		cell.threads = cell.processes = 1;
		assert_true(cell_is_concurrent(&cell));
	}
}

static void test_profiles_that_unregister_are_known(void **state)
{
	static const struct {
		const char *name;
		bool unregisters;
	} profiles[] = {
		{ "empty", false },	     { "delay:5", false },
		{ "writeback", false },	     { "schedule-unregister", true },
		{ "drain-workqueue", true },
	};
	struct cell cell = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(profiles) / sizeof(*profiles); i++) {
		assert_int_equal(cell_profile_parse(profiles[i].name, &cell), 0);
		assert_int_equal(!!cell_profile_unregisters(&cell), profiles[i].unregisters);
	}
}

static void test_concurrent_cells(void **state)
{
	struct cell cell;

	(void)state;
	assert_int_equal(cell_parse("exit/bundled/empty/1/same-node/t1/p1/0", &cell), 0);
	assert_false(cell_is_concurrent(&cell));
	assert_int_equal(cell_parse("unregister/bundled/empty/4/same-node/t2/p1/0", &cell), 0);
	assert_true(cell_is_concurrent(&cell));
	cell.threads = 1;
	cell.workload = WORKLOAD_CONTEND;
	assert_true(cell_is_concurrent(&cell));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_name),
		cmocka_unit_test(test_every_cell_comes_back),
		cmocka_unit_test(test_what_is_no_name),
		cmocka_unit_test(test_changed_names_are_the_name_of_what_they_give),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_name_tables),
		cmocka_unit_test(test_profile_errors_are_told_apart),
		cmocka_unit_test(test_layouts_that_take_numbers),
		cmocka_unit_test(test_a_list_is_written_out),
		cmocka_unit_test(test_a_matrix_cell_has_its_nodes),
		cmocka_unit_test(test_concurrent_cells),
		cmocka_unit_test(test_workloads_that_need_two_cpus_say_so),
		cmocka_unit_test(test_profiles_that_unregister_are_known),
	};

	return cmocka_run_group_tests_name("cell", tests, NULL, NULL);
}
