// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Proves that a plan of which this machine can run nothing ends with the reason, after each of
 * its cells was skipped with its own.
 */
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "agent/blocks.h"
#include "agent/placement.h"
#include "common/exit_status.h"

static volatile sig_atomic_t interrupted;

/* How often the stream has the text. */
static unsigned int count(int fd, const char *text)
{
	char bytes[4096];
	const ssize_t had = pread(fd, bytes, sizeof(bytes), 0);
	unsigned int found = 0;

	assert_in_range(had, 1, sizeof(bytes) - 1);
	for (const char *at = bytes, *end = bytes + had;
	     (at = memmem(at, (size_t)(end - at), text, strlen(text))); at += strlen(text))
		found++;
	return found;
}

static void test_nothing_measured_says_why(void **state)
{
	const struct hmmbench_info module = { .cores = 1u << HMMBENCH_CORE_INTERVAL };
	struct cell cells[] = {
		{ .workload = WORKLOAD_EXIT, .threads = 1, .processes = 1, .mirrors = 1 },
		{ .workload = WORKLOAD_EXIT, .threads = 1, .processes = 1, .mirrors = 2 },
	};
	struct plan_block blocks[] = { { .cell = 0 }, { .cell = 1 } };
	const struct plan plan = {
		.cells = cells, .cell_count = 2, .blocks = blocks, .block_count = 2
	};
	const struct output output = { .fd = memfd_create("stream", 0) };
	struct stream_writer writer;
	struct blocks_input input = { .plan = &plan, .device = "/nonexistent", .module = &module,
				      .writer = &writer, .output = &output,
				      .interrupted = &interrupted };
	struct error error = { 0 };
	char text[200] = "";

	(void)state;
	assert_return_code(output.fd, errno);
	stream_writer_init(&writer, output.fd);
	assert_int_equal(placement_topology(&input.topology, &error), 0);
	assert_int_equal(blocks_run(&input, text, sizeof(text), &error), -EOPNOTSUPP);
	assert_string_equal(error.text,
			    "nothing was measured: this machine can run none of the 2 cells, the "
			    "first because: the module has no core bundled on this kernel");
	assert_int_equal(error.exit_status, STATUS_AGENT);
	assert_int_equal(count(output.fd, "the module has no core bundled on this kernel"), 2);
	hwloc_topology_destroy(input.topology);
	close(output.fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_measured_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
