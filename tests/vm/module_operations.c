// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a session can do to an address space: unregister its mirrors from elsewhere,
 * invalidate it, tell where its mirrors lie. What is refused, and what comes out.
 */
#include <stdlib.h>
#include <unistd.h>

#include "device.h"
#include "tap.h"

#define PHASE(name) (1u << HMMBENCH_PHASE_##name)

static enum test_result unregister_fields(void)
{
	const uint32_t foreign = HMMBENCH_UNREGISTER_FOREIGN;
	const uint32_t at_walk = HMMBENCH_UNREGISTER_AT_WALK;
	const struct {
		int error;
		struct hmmbench_unregister argument;
	} cases[] = {
		{ EINVAL, { .count = 0 } },
		{ EINVAL, { .count = 1, .pad = 1 } },
		{ EINVAL, { .count = 1, .operation = 1 } },
		{ EINVAL, { .count = 1, .offset_ns = 1 } },
		{ EINVAL, { .count = 1, .wait_ns = 1 } },
		{ EINVAL, { .count = 1, .flags = at_walk, .wait_ns = 1 } },
		{ EINVAL, { .count = 1, .flags = foreign, .operation = 5, .wait_ns = 1 } },
		{ EINVAL, { .count = 1, .flags = foreign | at_walk, .operation = 5 } },
		{ E2BIG,
		  { .count = 1,
		    .flags = foreign | at_walk,
		    .operation = 5,
		    .wait_ns = HMMBENCH_WAIT_NS_MAX + 1 } },
		{ E2BIG,
		  { .count = 1,
		    .flags = foreign | at_walk,
		    .operation = 5,
		    .wait_ns = 1,
		    .offset_ns = HMMBENCH_OFFSET_NS_MAX + 1 } },
		{ E2BIG, { .count = HMMBENCH_MIRRORS_MAX + 1 } },
		{ ENOENT, { .count = 1, .flags = foreign, .operation = 6 } },
		{ ENOENT, { .count = 1, .flags = foreign } },
		{ ETIMEDOUT,
		  { .count = 1, .flags = foreign | at_walk, .operation = 5, .wait_ns = 1000000 } },
	};
	struct device device;

	CHECK(!device_start(&device, (struct device_options){ .ring_records = 64 }));
	CHECK(!device_register(&device, 4, 5, NULL));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct hmmbench_unregister argument = cases[i].argument;
		int result = device_unregister_as(&device, &argument);

		if (result != -1 || errno != cases[i].error)
			printf("# case %zu gave %d, errno %d\n", i, result, errno);
		CHECK(result == -1 && errno == cases[i].error && argument.done == 0);
	}
	/* None of them did anything. */
	CHECK(!device_unregister(&device, 0, 4, NULL));
	device_close(&device);
	return TEST_PASSED;
}

static enum test_result descending(void)
{
	struct hmmbench_record records[8];
	struct device device;

	CHECK(!device_start(&device, (struct device_options){ .ring_records = 64 }));
	CHECK(!device_register(&device, 6, 0, NULL));
	CHECK(!run_on_cpu(0));
	CHECK(!device_unregister_as(&device, &(struct hmmbench_unregister){
						     .flags = HMMBENCH_UNREGISTER_DESCENDING,
						     .first = 4,
						     .count = 2 }));
	CHECK(device_drain(&device, records, 8) == 2);
	CHECK(records[0].mirror == 4 && records[1].mirror == 3);
	/* It ends below 0, it does not wrap. */
	struct hmmbench_unregister rest = { .flags = HMMBENCH_UNREGISTER_DESCENDING,
					    .first = 2,
					    .count = 5 };
	CHECK_ERRNO(ENOENT, device_unregister_as(&device, &rest));
	CHECK(rest.done == 3 && device_head(&device) == 5);
	device_close(&device);
	return TEST_PASSED;
}

/* From this process, on two others of one tag: the newer one is meant. */
static enum test_result foreign(void)
{
	for_each_walk(walk) {
		struct hmmbench_record records[32];
		struct hmmbench_unregister argument = { .flags = HMMBENCH_UNREGISTER_FOREIGN,
							.operation = 7,
							.first = 1,
							.count = 9 };
		struct device device;
		int go[2], releases = 0;
		pid_t pids[2];

		CHECK(!device_start(&device, (struct device_options){ WALK(walk) }));
		pids[0] = child_start(&device, 3, 7, &go[0]);
		pids[1] = child_start(&device, 10, 7, &go[1]);
		CHECK(!device_unregister_as(&device, &argument) && argument.done == 9);
		CHECK_ERRNO(ENOENT, device_unregister(&device, 0, 1, NULL));
		CHECK(device_drain(&device, records, 32) == 9);
		for (int i = 0; i < 9; i++)
			CHECK(records[i].operation == 7 &&
			      records[i].type == HMMBENCH_RECORD_UNREGISTER &&
			      records[i].tid == (uint32_t)getpid() &&
			      !(records[i].flags & HMMBENCH_SAMPLE_IN_WALK));
		for (int i = 0; i < 2; i++) {
			child_go(go[i]);
			CHECK(child_wait(pids[i], 0));
		}
		CHECK(device_drain(&device, records, 32) == 2);
		for (int i = 0; i < 2; i++)
			releases += records[i].mirrors;
		CHECK(releases == 3 + 1);
		/* After the exit, too, until it is reaped. */
		argument.first = 0;
		argument.count = 1;
		CHECK(!device_unregister_as(&device, &argument));
		CHECK(!device_reap(&device, &(struct hmmbench_reap){ 0 }));
		CHECK_ERRNO(ENOENT, device_unregister_as(&device, &argument));
		CHECK(nothing_left(&device, 1));
		device_close(&device);
	}
	return TEST_PASSED;
}

static enum test_result invalidate_refuses(void)
{
	const struct {
		int error;
		struct hmmbench_invalidate argument;
	} cases[] = {
		{ EINVAL, { .count = 0 } },
		{ EINVAL, { .count = 1, .pad = 1 } },
		{ EINVAL, { .count = 1, .operation = 1 } },
		{ EINVAL, { .count = 1, .wait_ns = 1 } },
		{ EINVAL, { .count = 1, .flags = HMMBENCH_INVALIDATE_AT_WALK, .wait_ns = 1 } },
		{ E2BIG, { .count = HMMBENCH_INVALIDATE_MAX + 1 } },
		{ E2BIG, { .count = 1, .interval_ns = HMMBENCH_OFFSET_NS_MAX + 1 } },
		{ ENOENT, { .count = 1, .flags = HMMBENCH_INVALIDATE_FOREIGN, .operation = 6 } },
		{ ETIMEDOUT,
		  { .count = 1,
		    .flags = HMMBENCH_INVALIDATE_FOREIGN | HMMBENCH_INVALIDATE_AT_WALK,
		    .operation = 5,
		    .wait_ns = 1000000 } },
	};
	struct device device;

	if (!nth_walk(0)->invalidates)
		SKIP("the module reaches no invalidation here");
	CHECK(!device_start(&device, (struct device_options){ .ring_records = 64 }));
	CHECK_ERRNO(ENOENT,
		    device_invalidate(&device, &(struct hmmbench_invalidate){ .count = 1 }));
	CHECK(!device_register(&device, 4, 5, NULL));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct hmmbench_invalidate argument = cases[i].argument;
		int result = device_invalidate(&device, &argument);

		if (result != -1 || errno != cases[i].error)
			printf("# case %zu gave %d, errno %d\n", i, result, errno);
		CHECK(result == -1 && errno == cases[i].error && argument.done == 0);
	}
	CHECK(device_head(&device) == 0);
	device_close(&device);
	return TEST_PASSED;
}

static enum test_result invalidate_samples(void)
{
	for_each_walk(walk) {
		struct hmmbench_record records[32];
		struct hmmbench_invalidate argument = { .count = 5, .interval_ns = 2000000 };
		struct device device;
		uint64_t before_ns;

		if (!walk->invalidates)
			continue;
		CHECK(!device_start(&device, (struct device_options){ WALK(walk) }));
		CHECK(!device_register(&device, 100, 3, NULL));
		before_ns = now_ns();
		CHECK(!device_invalidate(&device, &argument));
		CHECK(argument.done == 5 && argument.again == 0);
		CHECK(now_ns() - before_ns >= 4 * 2000000);
		argument = (struct hmmbench_invalidate){ .flags = HMMBENCH_INVALIDATE_FOREIGN |
								  HMMBENCH_INVALIDATE_NONBLOCK,
							 .operation = 3,
							 .count = 6 };
		CHECK(!device_invalidate(&device, &argument));
		CHECK(argument.done == 6 && argument.again == 0);
		CHECK(device_drain(&device, records, 32) == 11);
		for (int i = 0; i < 11; i++) {
			const __u64 *phase_ns = records[i].phase_ns;

			CHECK(records[i].type == HMMBENCH_RECORD_INVALIDATE);
			CHECK(records[i].operation == 3 && records[i].mirrors == 100);
			CHECK(records[i].phases == (walk->lock_phase | PHASE(INVALIDATE)));
			CHECK(phase_ns[HMMBENCH_PHASE_LOCK_WAIT] <=
			      phase_ns[HMMBENCH_PHASE_INVALIDATE]);
		}
		device_close(&device);

		CHECK(!device_start(&device, (struct device_options){
						     WALK(walk),
						     .flags = HMMBENCH_SETUP_UNRECORDED }));
		CHECK(!device_register(&device, 100, 3, NULL));
		CHECK(!device_invalidate(&device, &argument) && argument.done == 6);
		CHECK(device_head(&device) == 0);
		device_close(&device);
	}
	return TEST_PASSED;
}

static enum test_result invalidate_out_of_reach(void)
{
	bool any = false;

	for_each_walk(walk) {
		struct device device;

		if (walk->invalidates)
			continue;
		any = true;
		CHECK(!device_walk(&device, walk));
		CHECK(!device_register(&device, 4, 5, NULL));
		CHECK_ERRNO(EOPNOTSUPP, device_invalidate(&device, &(struct hmmbench_invalidate){
								    .count = 1 }));
		device_close(&device);
	}
	if (!any)
		SKIP("the module reaches the invalidation of every core here");
	return TEST_PASSED;
}

static enum test_result nodes_refuse(void)
{
	struct device device;
	int16_t nodes[8];

	CHECK(!device_start(&device, (struct device_options){ .ring_records = 64 }));
	CHECK_ERRNO(ENOENT, device_nodes(&device, 0, 1, nodes));
	CHECK(!device_register(&device, 8, 0, NULL));
	CHECK_ERRNO(EINVAL, device_nodes(&device, 0, 0, nodes));
	CHECK_ERRNO(E2BIG, device_nodes(&device, 0, HMMBENCH_REGISTER_MAX + 1, nodes));
	CHECK_ERRNO(ENOENT, device_nodes(&device, 8, 1, nodes));
	CHECK_ERRNO(ENOENT, device_nodes(&device, UINT32_MAX, 1, nodes));
	CHECK_ERRNO(EFAULT, device_nodes(&device, 0, 8, NULL));
	CHECK(!device_nodes(&device, 0, 8, nodes));
	device_close(&device);
	return TEST_PASSED;
}

/* Each mirror says the node that REGISTER counted it on, and that is the one asked for. */
static enum test_result nodes_tell(void)
{
	enum { MIRRORS = 1000 };
	static int16_t nodes[MIRRORS];
	struct device device;
	uint32_t first = 0, whole = 0;

	CHECK(!device_start(&device, (struct device_options){ .ring_records = 64 }));
	for (int node = 0; node < 64; node++) {
		uint32_t on_node, told = 0;
		char path[64];

		snprintf(path, sizeof(path), "/sys/devices/system/node/node%d", node);
		if (access(path, F_OK))
			continue;
		CHECK(!device_register_on(&device, MIRRORS, node, &on_node));
		CHECK(!device_nodes(&device, first, MIRRORS, nodes));
		for (int i = 0; i < MIRRORS; i++)
			told += nodes[i] == node;
		CHECK(told == on_node);
		whole += told == MIRRORS;
		first += MIRRORS;
	}
	printf("# %u of %u nodes gave every mirror\n", whole, first / MIRRORS);
	CHECK(whole > 0);
	device_close(&device);
	return TEST_PASSED;
}

static enum test_result counts_begin(void)
{
	struct hmmbench_counts counts;
	struct device device;

	CHECK(!device_start(&device, (struct device_options){ .ring_records = 64 }));
	CHECK(!device_counts(&device, &counts));
	CHECK(!counts.callbacks && !counts.hits && !counts.window_max_ns && !counts.timeouts);
	CHECK(child_exit(&device, 10, 0));
	CHECK(!device_counts(&device, &counts) && !counts.callbacks);
	device_close(&device);

	CHECK(!device_start(&device, (struct device_options){ .flags = HMMBENCH_SETUP_RACE }));
	CHECK(child_exit(&device, 10, 0));
	CHECK(!device_counts(&device, &counts));
	CHECK(counts.callbacks == 10 && !counts.hits && !counts.window_max_ns);
	device_close(&device);
	return TEST_PASSED;
}

const struct test operations_tests[] = {
	{ "UNREGISTER refuses fields without their flags, limits and tags, and did nothing then",
	  unregister_fields },
	{ "a descending UNREGISTER goes down and ends at 0", descending },
	{ "a foreign UNREGISTER takes the mirrors of the newest address space of a tag", foreign },
	{ "INVALIDATE refuses what its header says and did nothing then", invalidate_refuses },
	{ "each invalidation is a sample under every walk that can be reached, in its interval",
	  invalidate_samples },
	{ "INVALIDATE is refused where the kernel keeps its callback to itself",
	  invalidate_out_of_reach },
	{ "NODES refuses mirrors that are not there", nodes_refuse },
	{ "NODES tells for each mirror the node that was asked for", nodes_tell },
	{ "COUNTS begins at 0 and counts callbacks in a race session only", counts_begin },
	{ NULL, NULL },
};
