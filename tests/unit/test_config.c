// SPDX-License-Identifier: GPL-2.0-or-later
/* A configuration is read as it is meant; what cannot be read is refused. */
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/exit_status.h"
#include "hmmbench_uapi.h"
#include "plan/config.h"

static int load(const char *text, size_t bytes, struct config **config, struct error *error)
{
	char *path = support_file("test.conf", text, bytes);
	int result;

	memset(error, 0, sizeof(*error));
	result = config_load(path, 0, config, error);
	free(path);
	return result;
}

static struct config *load_good(const char *text)
{
	struct config *config;
	struct error error;

	if (load(text, strlen(text), &config, &error))
		fail_msg("%s", error.text);
	assert_int_equal(error.exit_status, 0);
	return config;
}

static const char *name_of_cell(const struct config *config, uint32_t index)
{
	static char name[CELL_NAME_BYTES];

	assert_true(index < config->cell_count);
	cell_name(&config->cells[index].cell, name);
	return name;
}

/* ---- what is right ---- */

static void test_defaults(void **state)
{
	struct config *config = load_good("[plan]\nname = x\n[cells a]\nworkload = exit\n"
					  "mirrors = 7\n");

	(void)state;
	assert_string_equal(config->name, "x");
	assert_int_equal(config->seed, 20190101);
	assert_int_equal(config->strategy_count, 2);
	assert_int_equal(config->strategies[0], HMMBENCH_STRATEGY_WRITE);
	assert_int_equal(config->strategies[1], HMMBENCH_STRATEGY_READ);
	assert_true(config->warmup == .1 && config->threshold == .02);
	assert_true(config->threshold_p99 == .05 && !config->unrecorded && !config->detailed);
	assert_int_equal(config->calibration_days, 30);
	assert_int_equal(config->vm.nodes, 2);
	assert_int_equal(config->vm.cpus, 4);
	assert_int_equal(config->vm.memory_bytes, 1 << 30);
	assert_int_equal(config->vm.quiet_limit_s, 60);
	assert_int_equal(config->vm.total_limit_s, 1200);
	assert_int_equal(config->cell_count, 1);
	assert_string_equal(name_of_cell(config, 0), "exit/bundled/empty/7/same-node/t1/p1/4M");
	assert_int_equal(config->cells[0].quartets, 16);
	assert_int_equal(config->cells[0].operations, 8);
	assert_int_equal(config->cells[0].line, 3);
	config_free(config);
}

static void test_every_key(void **state)
{
	struct config *config = load_good(
		"; a comment, and a long one: "
		"--------------------------------------------------------------------------------"
		"--------------------------------------------------------------------------------"
		"--------------------------------------------------------------------------------\n"
		"[plan] ; behind a section\n"
		"name = every-key\n"
		"seed = 9223372036854775807 ; the largest\n"
		"strategies = read, write\n"
		"quartets = 20\n"
		"operations : 5\n"
		"warmup = 12.5%\n"
		"threshold = 0.1%\n"
		"threshold-p99 = 100%\n"
		"calibration-age = 3650d\n"
		"unrecorded = yes\n"
		"detailed = yes\n"
		"\n"
		"[vm]\n"
		"nodes = 16\n"
		"  cpus = 64\n"
		"\tmemory = 64G\n"
		"quiet-limit = 24h\n"
		"total-limit = 90s\n"
		"# another comment\n"
		"[cells first]\n"
		"workload = exit\n"
		"core = bundled\n"
		"profile = empty ,delay:2000\n"
		"mirrors = 3, 1..1000*4\n"
		"layout = far\n"
		"threads = 1\n"
		"processes = 1\n"
		"memory = 0, 1536K\n"
		"operations = 9\n"
		"quartets = 3\n"
		"[cells second]\n"
		"workload = control\n");

	(void)state;
	assert_string_equal(config->name, "every-key");
	assert_true(config->seed == INT64_MAX);
	assert_int_equal(config->strategies[0], HMMBENCH_STRATEGY_READ);
	assert_int_equal(config->strategies[1], HMMBENCH_STRATEGY_WRITE);
	assert_true(config->warmup == .125 && config->threshold == .1 / 100);
	assert_true(config->threshold_p99 == 1 && config->unrecorded && config->detailed);
	assert_int_equal(config->calibration_days, 3650);
	assert_int_equal(config->vm.nodes, 16);
	assert_int_equal(config->vm.cpus, 64);
	assert_true(config->vm.memory_bytes == UINT64_C(64) << 30);
	assert_int_equal(config->vm.quiet_limit_s, 86400);
	assert_int_equal(config->vm.total_limit_s, 90);

	/* 2 profiles x 2 sizes x (3, 1, 4, 16, 64, 256), the last dimension running fastest. */
	assert_int_equal(config->cell_count, 25);
	assert_string_equal(name_of_cell(config, 0), "exit/bundled/empty/3/far/t1/p1/0");
	assert_string_equal(name_of_cell(config, 5), "exit/bundled/empty/256/far/t1/p1/0");
	assert_string_equal(name_of_cell(config, 6), "exit/bundled/empty/3/far/t1/p1/1536K");
	assert_string_equal(name_of_cell(config, 23),
			    "exit/bundled/delay:2000/256/far/t1/p1/1536K");
	assert_string_equal(name_of_cell(config, 24), "control/bundled/empty/0/same-node/t1/p1/4M");
	assert_int_equal(config->cells[23].operations, 9);
	assert_int_equal(config->cells[23].quartets, 3);
	assert_int_equal(config->cells[23].line, 22);
	assert_int_equal(config->cells[24].operations, 5);
	assert_int_equal(config->cells[24].quartets, 20);
	config_free(config);
}

static void test_how_many_calls_are_recorded(void **state)
{
	struct config *config = load_good("[plan]\nname = x\n"
					  "[cells a]\nworkload = unregister, exit\n"
					  "mirrors = 1, 63, 64, 1000000\n"
					  "[cells b]\nworkload = unregister\nmirrors = 1024\n"
					  "record-every = 3\n"
					  "[cells c]\nworkload = exit\nmirrors = 7\n"
					  "record-every = 1\n");
	static const uint32_t expected[] = { 1, 1, 2, 16, 1, 1, 1, 1, 3, 1 };

	(void)state;
	assert_int_equal(config->cell_count, 10);
	for (uint32_t i = 0; i < config->cell_count; i++)
		assert_int_equal(config->cells[i].record_every, expected[i]);
	config_free(config);
}

static void test_line_ends_and_marks(void **state)
{
	static const char *const texts[] = {
		"[plan]\nname = x\n[cells a]\nworkload = exit\nmirrors = 7, 8\n",
		"[plan]\nname = x\n[cells a]\nworkload = exit\nmirrors = 7, 8",
		"[plan]\r\nname = x\r\n[cells a]\r\nworkload = exit\r\nmirrors = 7, 8\r\n",
		"\xef\xbb\xbf[plan]\nname = x\n[cells a]\nworkload = exit\nmirrors = 7, 8\n",
		"  [plan]  \n\n  name=x  \n [cells a];c\n\tworkload =exit ;c\n mirrors= 7,8 \t\n",
		"\n\n#c\n[plan]\nname = x\n;c\n[cells a]\nworkload = exit\n  ;c\nmirrors = 7,8\n\n",
	};
	struct config *config;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		config = load_good(texts[i]);
		assert_string_equal(config->name, "x");
		assert_int_equal(config->cell_count, 2);
		assert_int_equal(config->cells[1].cell.mirrors, 8);
		config_free(config);
	}
}

#define P "[plan]\nname = x\n"
#define C "[cells a]\nworkload = exit\nmirrors = 7\n"

/* ---- what is no configuration ---- */

static void test_bytes_that_are_no_text(void **state)
{
	static const char nul[] = P "seed = 5\0\nquartets = 2\n" C;
	char *path = support_path("test.conf"), message[300], *endless;
	struct config *config;
	struct error error;

	(void)state;
	assert_int_equal(load(nul, sizeof(nul) - 1, &config, &error), -EINVAL);
	snprintf(message, sizeof(message),
		 "%s:3: control character 0x00 in column 9; a configuration is plain text", path);
	assert_string_equal(error.text, message);

	/* A line without an end is not read to its end. */
	endless = malloc(1 << 20);
	memset(endless, ';', 1 << 20);
	assert_int_equal(load(endless, 1 << 20, &config, &error), -EINVAL);
	snprintf(message, sizeof(message), "%s:1: a line of more than 4095 characters", path);
	assert_string_equal(error.text, message);
	free(endless);
	free(path);
}

static void test_files_that_cannot_be_read(void **state)
{
	char *path = support_path("nothing.conf"), *folder = support_path("");
	char message[300];
	struct config *config;
	struct error error = { 0 };

	(void)state;
	assert_int_equal(config_load(path, 0, &config, &error), -ENOENT);
	snprintf(message, sizeof(message), "%s: No such file or directory", path);
	assert_string_equal(error.text, message);
	assert_int_equal(error.exit_status, STATUS_USAGE);
	assert_int_equal(config_load(folder, 0, &config, &error), -EISDIR);
	snprintf(message, sizeof(message), "%s: Is a directory", folder);
	assert_string_equal(error.text, message);
	assert_int_equal(config_load("/dev/zero", 0, &config, &error), -EINVAL);
	assert_int_equal(config_load(path, 0, &config, NULL), -ENOENT);
	free(path);
	free(folder);
}

static void test_memory_of_the_guest(void **state)
{
	char *path = support_path("test.conf"), message[300];
	struct config *config;
	struct error error = { 0 };

	(void)state;
	config = load_good(P C "memory = 512M\n");
	assert_int_equal(config_check_vm(config, &error), 0);
	config_free(config);
	config = load_good(P C "memory = 1M, 513M\n");
	assert_int_equal(config_check_vm(config, &error), -EINVAL);
	snprintf(message, sizeof(message),
		 "%s:3: cell exit/bundled/empty/7/same-node/t1/p1/513M touches 513M in a guest of "
		 "1G; at most half of the guest's, so less here or more 'memory' in [vm]",
		 path);
	assert_string_equal(error.text, message);
	assert_int_equal(error.exit_status, STATUS_USAGE);
	config_free(config);
	free(path);
}

/* The cells of `text` on a machine of `nodes` nodes (0: the guest's), as layouts. */
static void check_layouts(const char *text, uint32_t nodes, const char *expected)
{
	char *path = support_file("test.conf", text, strlen(text)), found[400] = "";
	struct config *config;
	struct error error = { 0 };
	size_t used = 0;

	if (config_load(path, nodes, &config, &error))
		fail_msg("%s", error.text);
	for (uint32_t i = 0; i < config->cell_count; i++) {
		found[used++] = i ? ' ' : '=';
		cell_layout_name(&config->cells[i].cell, found + used, sizeof(found) - used);
		used += strlen(found + used);
	}
	assert_string_equal(found + 1, expected);
	config_free(config);
	free(path);
}

static void test_a_matrix_is_every_pair_of_the_nodes(void **state)
{
	(void)state;
	check_layouts(P C "layout = near, matrix, far\n", 2,
		      "near matrix:0:0 matrix:0:1 matrix:1:0 matrix:1:1 far");
	check_layouts(P C "layout = matrix\n", 1, "matrix:0:0");
	/* [vm] may stand behind the cells, and decides where no machine is named. */
	check_layouts(P C "layout = matrix\n[vm]\nnodes = 3\n", 0,
		      "matrix:0:0 matrix:0:1 matrix:0:2 matrix:1:0 matrix:1:1 matrix:1:2 "
		      "matrix:2:0 matrix:2:1 matrix:2:2");
	check_layouts(P C "layout = matrix\n[vm]\nnodes = 3\n", 1, "matrix:0:0");
	/* One pair may stand alone, also one that the machine may lack. */
	check_layouts(P C "layout = matrix:7:0 , matrix:0:7\n", 1, "matrix:7:0 matrix:0:7");
}

static void test_lists_are_written_in_one_way(void **state)
{
	(void)state;
	check_layouts(P C "layout = list:2+0+1:1:1+0, same-core\n", 0,
		      "list:2+0-1:1:0-1 same-core");
	/* As many CPUs as the workload uses are enough. */
	check_layouts(P "[cells a]\nworkload = bystander\nmirrors = 9\nthreads = 2\n"
			"layout = list:0-3:0:0\n",
		      0, "list:0-3:0:0");
}

static void test_nodes_of_the_guest_one_by_one(void **state)
{
	struct config *config = load_good(P C "[vm]\nnodes = 4\ncpus = 2, 1 ,3, 0\n"
					      "memory = 128M, 64M, 0, 1G\n"
					      "distances = 0-1:11, 3-0:254\n");
	const struct config_vm *vm = &config->vm;

	(void)state;
	assert_int_equal(vm->nodes, 4);
	assert_int_equal(vm->cpus, 6);
	assert_memory_equal(vm->each.cpus, ((const uint32_t[]){ 2, 1, 3, 0 }), 16);
	assert_true(vm->memory_bytes == UINT64_C(1216) << 20);
	assert_int_equal(vm->each.memory_bytes[1], 64 << 20);
	assert_int_equal(vm->each.memory_bytes[2], 0);
	assert_int_equal(vm->each.distances[0][1], 11);
	assert_int_equal(vm->each.distances[1][0], 11);
	assert_int_equal(vm->each.distances[0][3], 254);
	assert_int_equal(vm->each.distances[3][0], 254);
	assert_int_equal(vm->each.distances[1][2], 0);
	config_free(config);

	/* One value is for all: nothing is told of each. */
	config = load_good(P C "[vm]\nnodes = 2\ncpus = 4\nmemory = 1G\n");
	assert_int_equal(config->vm.each.cpus[0] + config->vm.each.cpus[1], 0);
	assert_int_equal(config->vm.each.memory_bytes[0], 0);
	config_free(config);
	config = load_good(P C "[vm]\nnodes = 2\ncpus = 3, 1\n");
	assert_int_equal(config->vm.cpus, 4);
	assert_int_equal(config->vm.each.memory_bytes[0], 0);
	config_free(config);
}

/* ---- what nobody would write ---- */

/* The file is in memory: so many on a disk would take minutes. */
static void check_any(int fd, const char *text, size_t bytes, uint64_t *good)
{
	struct config *config;
	struct error error;
	char path[40];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(pwrite(fd, text, bytes, 0), bytes);
	if (config_load(path, 0, &config, &error)) {
		assert_null(config);
		assert_non_null(strchr(error.text, ':'));
		return;
	}
	++*good;
	assert_true(config->cell_count >= 1 && config->cell_count <= CONFIG_CELLS_MAX);
	assert_true(config->strategy_count >= 2);
	config_free(config);
}

static void test_random_files(void **state)
{
	static const char seed_text[] =
		"[plan]\nname = x\nseed = 5\nstrategies = write, read\nwarmup = 10%\n[vm]\nnodes = "
		"2"
		"\nmemory = 1G, 64M\ncpus = 2, 1\ndistances = 0-1:16\nquiet-limit = 60s\n[cells "
		"a]\nworkload = exit\nmirrors = 1..64*4\n"
		"profile = empty, delay:5\nmemory = 4M\nlayout = matrix, list:1+0:0:1\n[cells "
		"b]\nworkload = control\n";
	static const char letters[] = "[]=:;#, \t\n\r%.*0159abmx\xff";
	uint64_t rounds = support_count("HMMBENCH_FUZZ_ROUNDS", 20000), random = 3, good = 0;
	int fd = memfd_create("config", MFD_CLOEXEC);
	char text[sizeof(seed_text)];

	(void)state;
	assert_true(fd >= 0);
	for (uint64_t i = 0; i < rounds; i++) {
		memcpy(text, seed_text, sizeof(text));
		for (uint64_t changes = support_below(&random, 4); changes; changes--)
			text[support_below(&random, sizeof(text) - 1)] =
				letters[support_below(&random, sizeof(letters) - 1)];
		check_any(fd, text, sizeof(text) - 1, &good);
		support_fill(&random, text, sizeof(text));
		check_any(fd, text, support_below(&random, sizeof(text)), &good);
	}
	close(fd);
	assert_true(good > 0 && good < rounds);
}

static void test_a_control_workload_is_added_where_there_is_none(void **state)
{
	struct config *config = load_good("[plan]\nname = a\nquartets = 4\n"
					  "[cells a]\nworkload = exit\nmirrors = 1, 2\n"
					  "[cells b]\nworkload = unregister\nmirrors = 8\n"
					  "quartets = 9\noperations = 3\n");
	const struct cell *added;
	char name[CELL_NAME_BYTES];
	struct error error;

	(void)state;
	assert_int_equal(config_add_control(config, &added, &error), 0);
	assert_int_equal(config->cell_count, 4);
	assert_ptr_equal(added, &config->cells[3].cell);
	cell_name(added, name);
	assert_string_equal(name, "control/bundled/empty/0/same-node/t1/p1/4M");
	assert_int_equal(config->cells[3].quartets, 9);
	assert_int_equal(config->cells[3].operations, 3);

	/* Now there is one. */
	assert_int_equal(config_add_control(config, &added, &error), 0);
	assert_int_equal(config->cell_count, 4);
	assert_null(added);
	config_free(config);
}

static void test_a_text_is_read_as_its_file_is(void **state)
{
	static const char good[] = "[plan]\nname = a\n[cells a]\nworkload = control\n";
	struct config *config;
	struct error error = { 0 };

	(void)state;
	assert_int_equal(config_load_text("was.conf", good, 0, &config, &error), 0);
	assert_string_equal(config->path, "was.conf");
	assert_string_equal(name_of_cell(config, 0), "control/bundled/empty/0/same-node/t1/p1/4M");
	config_free(config);
	assert_int_equal(config_load_text("was.conf", "[plan]\nnaem = a\n", 0, &config, &error),
			 -EINVAL);
	assert_non_null(strstr(error.text, "was.conf:2: unknown key 'naem'"));
	assert_int_equal(config_load_text("was.conf", "", 0, &config, &error), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_every_key),
		cmocka_unit_test(test_how_many_calls_are_recorded),
		cmocka_unit_test(test_line_ends_and_marks),
		cmocka_unit_test(test_bytes_that_are_no_text),
		cmocka_unit_test(test_files_that_cannot_be_read),
		cmocka_unit_test(test_memory_of_the_guest),
		cmocka_unit_test(test_a_matrix_is_every_pair_of_the_nodes),
		cmocka_unit_test(test_lists_are_written_in_one_way),
		cmocka_unit_test(test_nodes_of_the_guest_one_by_one),
		cmocka_unit_test(test_a_control_workload_is_added_where_there_is_none),
		cmocka_unit_test(test_a_text_is_read_as_its_file_is),
		cmocka_unit_test(test_random_files),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
