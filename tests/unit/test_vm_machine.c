// SPDX-License-Identifier: GPL-2.0-or-later
/* The machine asked for is the machine that QEMU's command line describes. */
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/vm_machine.h"

static struct vm_machine machine(uint32_t nodes, uint32_t cpus)
{
	return (struct vm_machine){
		.qemu = "/usr/bin/qemu", .accelerator = ACCELERATOR_TCG,
		.clock = PLAN_CLOCK_HOST, .nodes = nodes, .cpus = cpus,
		.memory_bytes = 1ull << 30, .kernel = "/k", .initramfs = "/i", .console = "/c",
	};
}

/* The value behind the n-th `option`, or NULL. */
static const char *value(char **argv, const char *option, size_t n)
{
	for (size_t i = 1; argv[i]; i++)
		if (!strcmp(argv[i], option) && !n--)
			return argv[i + 1];
	return NULL;
}

static char **argv_of(const struct vm_machine *described)
{
	struct error error = { 0 };
	char **argv;

	assert_int_equal(vm_machine_argv(described, &argv, &error), 0);
	return argv;
}

static void check_value(char **argv, const char *option, size_t n, const char *expected)
{
	const char *found = value(argv, option, n);

	if (!expected) {
		assert_null(found);
		return;
	}
	assert_non_null(found);
	assert_string_equal(found, expected);
}

static void test_two_nodes(void **state)
{
	const struct vm_machine described = machine(2, 4);
	char **argv = argv_of(&described);

	(void)state;
	assert_string_equal(argv[0], "/usr/bin/qemu");
	check_value(argv, "-smp", 0, "cpus=4,sockets=2,cores=2,threads=1");
	check_value(argv, "-m", 0, "1024M");
	check_value(argv, "-object", 0, "memory-backend-ram,id=node0,size=512M");
	check_value(argv, "-object", 1, "memory-backend-ram,id=node1,size=512M");
	check_value(argv, "-object", 2, NULL);
	check_value(argv, "-numa", 0, "node,nodeid=0,cpus=0-1,memdev=node0");
	check_value(argv, "-numa", 1, "node,nodeid=1,cpus=2-3,memdev=node1");
	check_value(argv, "-numa", 2, "dist,src=0,dst=1,val=20");
	check_value(argv, "-numa", 3, NULL);
	check_value(argv, "-kernel", 0, "/k");
	check_value(argv, "-initrd", 0, "/i");
	vm_machine_free_argv(argv);
}

/* Every shape: all CPUs and all memory are given out once, as evenly as they can be. */
static void test_shapes(void **state)
{
	static const uint32_t counts[] = { 1, 2, 3, 4, 8, 16 };

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		for (size_t j = 0; j < 6; j++) {
			struct vm_machine described = machine(counts[i], counts[j]);
			uint32_t cpus = 0, least = 64, most = 0;
			uint64_t mebibytes = 0, whole = 0;
			char **argv;

			described.memory_bytes = (1000ull << 20) * counts[i] + 4096;
			argv = argv_of(&described);
			for (uint32_t node = 0; node < counts[i]; node++) {
				const uint32_t first = vm_machine_first_cpu(&described, node);
				const uint32_t here = vm_machine_first_cpu(&described, node + 1) -
						      first;
				unsigned long long size;

				assert_int_equal(first, cpus);
				cpus += here;
				least = here < least ? here : least;
				most = here > most ? here : most;
				assert_int_equal(sscanf(strstr(value(argv, "-object", node), "size="),
							"size=%lluM", &size), 1);
				mebibytes += size;
			}
			assert_int_equal(cpus, counts[j]);
			assert_true(most - least <= 1);
			assert_int_equal(sscanf(value(argv, "-m", 0), "%luM", &whole), 1);
			assert_int_equal(mebibytes, whole);
			assert_int_equal(mebibytes, 1000 * counts[i]);
			vm_machine_free_argv(argv);
		}
	}
}

/* A socket never lies across nodes: the guest's scheduler would warn, and a run be wounded. */
static void test_sockets(void **state)
{
	(void)state;
	for (uint32_t nodes = 1; nodes <= 8; nodes++) {
		for (uint32_t cpus = 1; cpus <= 16; cpus++) {
			const struct vm_machine described = machine(nodes, cpus);
			char **argv = argv_of(&described);
			uint32_t all, sockets, cores;

			assert_int_equal(sscanf(value(argv, "-smp", 0),
						"cpus=%u,sockets=%u,cores=%u,threads=1", &all,
						&sockets, &cores), 3);
			assert_int_equal(all, cpus);
			assert_int_equal(sockets * cores, cpus);
			for (uint32_t node = 0; node < nodes; node++)
				assert_int_equal(vm_machine_first_cpu(&described, node) % cores, 0);
			vm_machine_free_argv(argv);
		}
	}
}

/* A node without CPUs is one of memory only; one CPU is no range. */
static void test_more_nodes_than_cpus(void **state)
{
	const struct vm_machine described = machine(4, 2);
	char **argv = argv_of(&described);

	(void)state;
	check_value(argv, "-numa", 0, "node,nodeid=0,cpus=0,memdev=node0");
	check_value(argv, "-numa", 1, "node,nodeid=1,cpus=1,memdev=node1");
	check_value(argv, "-numa", 2, "node,nodeid=2,memdev=node2");
	check_value(argv, "-numa", 3, "node,nodeid=3,memdev=node3");
	vm_machine_free_argv(argv);
}

/* Distances: 10 to itself, the same both ways, and both near and far from four nodes on. */
static void test_distances(void **state)
{
	const struct vm_machine four = machine(4, 4);

	(void)state;
	for (uint32_t nodes = 1; nodes <= 16; nodes++) {
		const struct vm_machine described = machine(nodes, nodes);

		for (uint32_t from = 0; from < nodes; from++) {
			for (uint32_t to = 0; to < nodes; to++) {
				const uint32_t distance = vm_machine_distance(&described, from, to);

				assert_true(distance < 255);	/* 255 is "no way" in a SLIT */
				assert_int_equal(distance == 10, from == to);
				assert_int_equal(distance,
						 vm_machine_distance(&described, to, from));
			}
		}
	}
	assert_int_equal(vm_machine_distance(&four, 0, 1), 20);
	assert_int_equal(vm_machine_distance(&four, 0, 2), 30);
	assert_int_equal(vm_machine_distance(&four, 0, 3), 20);
}

/* Nodes that are not alike: without CPUs, without memory, with unlike numbers of both. */
static void test_nodes_one_by_one(void **state)
{
	struct vm_machine described = machine(4, 6);
	char **argv;

	(void)state;
	described.each = (struct config_vm_nodes){
		.cpus = { 2, 2, 2, 0 },
		.memory_bytes = { 128 << 20, 96 << 20, 0, 100 << 20 },
	};
	described.each.distances[0][3] = described.each.distances[3][0] = 42;
	argv = argv_of(&described);
	check_value(argv, "-smp", 0, "cpus=6,sockets=3,cores=2,threads=1");
	check_value(argv, "-m", 0, "324M");
	check_value(argv, "-object", 0, "memory-backend-ram,id=node0,size=128M");
	check_value(argv, "-object", 1, "memory-backend-ram,id=node1,size=96M");
	check_value(argv, "-object", 2, "memory-backend-ram,id=node3,size=100M");
	check_value(argv, "-object", 3, NULL);
	check_value(argv, "-numa", 0, "node,nodeid=0,cpus=0-1,memdev=node0");
	check_value(argv, "-numa", 1, "node,nodeid=1,cpus=2-3,memdev=node1");
	check_value(argv, "-numa", 2, "node,nodeid=2,cpus=4-5");
	check_value(argv, "-numa", 3, "node,nodeid=3,memdev=node3");
	check_value(argv, "-numa", 4, "dist,src=0,dst=1,val=20");
	check_value(argv, "-numa", 6, "dist,src=0,dst=3,val=42");
	vm_machine_free_argv(argv);

	/* A socket of two would lie across nodes. */
	described.each.cpus[0] = 3;
	described.each.cpus[1] = 1;
	argv = argv_of(&described);
	check_value(argv, "-smp", 0, "cpus=6,sockets=6,cores=1,threads=1");
	check_value(argv, "-numa", 0, "node,nodeid=0,cpus=0-2,memdev=node0");
	check_value(argv, "-numa", 1, "node,nodeid=1,cpus=3,memdev=node1");
	vm_machine_free_argv(argv);
}

static void test_nodes_that_do_not_add_up(void **state)
{
	struct vm_machine described = machine(2, 4);
	struct error error = { 0 };
	char **argv;

	(void)state;
	described.each = (struct config_vm_nodes){ .cpus = { 2, 1 } };
	assert_int_equal(vm_machine_argv(&described, &argv, &error), -EINVAL);
	assert_non_null(strstr(error.text, "not the machine's 4"));
	described.each = (struct config_vm_nodes){ .memory_bytes = { 128 << 20, 63 << 20 } };
	assert_int_equal(vm_machine_argv(&described, &argv, &error), -EINVAL);
	assert_non_null(strstr(error.text, "64M"));
}

static void test_accelerators(void **state)
{
	struct vm_machine described = machine(2, 4);
	char **argv = argv_of(&described);

	(void)state;
	check_value(argv, "-accel", 0, "tcg,thread=multi");
	check_value(argv, "-cpu", 0, "max,-cx16");
	check_value(argv, "-icount", 0, NULL);
	assert_non_null(strstr(value(argv, "-append", 0), " tsc=reliable"));
	assert_null(strstr(value(argv, "-append", 0), "maxcpus"));
	assert_null(strstr(value(argv, "-append", 0), "quiet"));	/* it hides warnings */
	vm_machine_free_argv(argv);

	described.accelerator = ACCELERATOR_KVM;
	argv = argv_of(&described);
	check_value(argv, "-accel", 0, "kvm");
	assert_null(strstr(value(argv, "-append", 0), "tsc=reliable"));
	vm_machine_free_argv(argv);
}

/* What makes virtual time the same everywhere; the nodes are kept, one CPU runs. */
static void test_virtual_clock(void **state)
{
	struct vm_machine described = machine(2, 4);
	struct error error = { 0 };
	char **argv;

	(void)state;
	described.clock = PLAN_CLOCK_VIRTUAL;
	argv = argv_of(&described);
	check_value(argv, "-accel", 0, "tcg,thread=single");
	check_value(argv, "-icount", 0, "shift=0,sleep=off,align=off");
	check_value(argv, "-rtc", 0, "base=2024-01-01,clock=vm");
	check_value(argv, "-cpu", 0, "qemu64");
	check_value(argv, "-smp", 0, "cpus=4,sockets=2,cores=2,threads=1");
	assert_non_null(strstr(value(argv, "-append", 0), " maxcpus=1"));
	vm_machine_free_argv(argv);
	described.accelerator = ACCELERATOR_KVM;
	assert_int_equal(vm_machine_argv(&described, &argv, &error), -EINVAL);
	assert_non_null(strstr(error.text, "TCG"));
}

static void test_ports(void **state)
{
	const struct vm_machine described = machine(1, 1);
	char **argv = argv_of(&described);

	(void)state;
	check_value(argv, "-serial", 0, "file:/c");	/* the console first: it is ttyS0 */
	check_value(argv, "-serial", 1, "chardev:stream");
	check_value(argv, "-device", 0, "isa-debug-exit,iobase=0xf4,iosize=0x04");
	/* No end of the guest's own looks like QEMU's 0 or 1, and all fit into a status. */
	assert_true(((VM_END_INIT << 1) | 1) > 1);
	assert_true(((VM_END_LAST << 1) | 1) <= 255);
	assert_true(VM_END_ODD < VM_END_AGENT);
	vm_machine_free_argv(argv);
}

static void test_append_and_preallocate(void **state)
{
	struct vm_machine described = machine(1, 1);
	const char *append;
	char **argv;

	(void)state;
	described.append = "mitigations=off a=b";
	described.preallocate = true;
	argv = argv_of(&described);
	append = value(argv, "-append", 0);
	assert_string_equal(append + strlen(append) - 20, " mitigations=off a=b");
	check_value(argv, "-object", 0, "memory-backend-ram,id=node0,size=1024M,prealloc=on");
	vm_machine_free_argv(argv);
}

static void test_impossible_machines(void **state)
{
	struct vm_machine described = machine(0, 1);
	struct error error = { 0 };
	char **argv;

	(void)state;
	assert_int_equal(vm_machine_argv(&described, &argv, &error), -EINVAL);
	described = machine(1, 0);
	assert_int_equal(vm_machine_argv(&described, &argv, &error), -EINVAL);
	described = machine(2, 2);
	described.memory_bytes = (128ull << 20) - 1;
	assert_int_equal(vm_machine_argv(&described, &argv, &error), -EINVAL);
	assert_null(argv);
	described.memory_bytes++;
	vm_machine_free_argv(argv_of(&described));
}

/* The line can be given to a shell as it is. */
static void test_line(void **state)
{
	char *const argv[] = { (char *)"a", (char *)"b c", (char *)"it's", (char *)"", (char *)"-x=$y",
			       NULL };
	char *line = vm_machine_line(argv);

	(void)state;
	assert_string_equal(line, "a 'b c' 'it'\\''s' '' '-x=$y'");
	free(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_nodes),
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_sockets),
		cmocka_unit_test(test_more_nodes_than_cpus),
		cmocka_unit_test(test_distances),
		cmocka_unit_test(test_nodes_one_by_one),
		cmocka_unit_test(test_nodes_that_do_not_add_up),
		cmocka_unit_test(test_accelerators),
		cmocka_unit_test(test_virtual_clock),
		cmocka_unit_test(test_ports),
		cmocka_unit_test(test_append_and_preallocate),
		cmocka_unit_test(test_impossible_machines),
		cmocka_unit_test(test_line),
	};

	return cmocka_run_group_tests_name("vm_machine", tests, NULL, NULL);
}
