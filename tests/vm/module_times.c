// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The times that the module gives: of what they are, by which clock, when they are marked as
 * interrupted, and that they tell read from write.
 */
#include <stdlib.h>
#include <unistd.h>

#include "device.h"
#include "tap.h"

#define PHASE(name) (1u << HMMBENCH_PHASE_##name)

/* The detailed pass has a sum over the callbacks, which lies inside the walk. */
static enum test_result detailed_pass(void)
{
	const uint64_t delay_ns = 20000;

	for_each_walk(walk) {
		const struct device_options options = { WALK(walk),
							.profile = HMMBENCH_PROFILE_DELAY,
							.profile_ns = delay_ns,
							.flags = HMMBENCH_SETUP_CALLBACKS };
		struct device device;
		struct hmmbench_record record;
		const __u64 *phase_ns = record.phase_ns;

		CHECK(!device_start(&device, options));
		CHECK(child_exit(&device, 100, 0));
		CHECK(device_drain(&device, &record, 1) == 1);
		CHECK(record.phases == (walk->lock_phase | PHASE(CALLBACKS) | PHASE(WALK)));
		CHECK(phase_ns[HMMBENCH_PHASE_CALLBACKS] >= 100 * delay_ns);
		CHECK(phase_ns[HMMBENCH_PHASE_CALLBACKS] + phase_ns[HMMBENCH_PHASE_LOCK_WAIT] <=
		      phase_ns[HMMBENCH_PHASE_WALK]);
		device_close(&device);
	}
	return TEST_PASSED;
}

static enum test_result delay_profile(void)
{
	for_each_walk(walk) {
		const struct device_options options = { WALK(walk),
							.profile = HMMBENCH_PROFILE_DELAY,
							.profile_ns = 50000 };
		struct device device;
		struct hmmbench_record record;

		CHECK(!device_start(&device, options));
		CHECK(child_exit(&device, 40, 0));
		CHECK(device_drain(&device, &record, 1) == 1);
		CHECK(record.phases == (walk->lock_phase | PHASE(CALLBACKS) | PHASE(WALK)));
		CHECK(record.phase_ns[HMMBENCH_PHASE_CALLBACKS] >= 40 * 50000);
		CHECK(record.phase_ns[HMMBENCH_PHASE_CALLBACKS] <=
		      record.phase_ns[HMMBENCH_PHASE_WALK]);
		device_close(&device);
	}
	return TEST_PASSED;
}

/*
 * Whatever the module reads inside an operation, its times are those of the clock that we
 * read: a call lies between two of our readings around it, to the error that
 * kmod/ticks.h states, also when the session has lasted a while.
 */
static enum test_result times_join(void)
{
	enum { CALLS = 4000, ERROR_NS = 3 };
	static uint64_t before_ns[CALLS], after_ns[CALLS];
	static struct hmmbench_record records[CALLS];
	struct device device;

	CHECK(!device_start(&device, (struct device_options){ .ring_records = 4096 }));
	printf("# the module reads %s\n", device.setup.counter ? "the counter" : "the clock");
	CHECK(!device_register(&device, CALLS, 0, NULL));
	CHECK(!run_on_cpu(0));
	for (uint32_t i = 0; i < CALLS; i++) {
		if (i % 1000 == 999)
			usleep(20000);
		before_ns[i] = now_ns();
		CHECK(!device_unregister(&device, i, 1, NULL));
		after_ns[i] = now_ns();
	}
	CHECK(device_drain(&device, records, CALLS) == CALLS);
	for (uint32_t i = 0; i < CALLS; i++) {
		const uint64_t start_ns = records[i].start_ns;

		CHECK(records[i].mirror == i);
		CHECK(start_ns + ERROR_NS >= before_ns[i]);
		CHECK(start_ns + records[i].phase_ns[HMMBENCH_PHASE_UNREGISTER] <=
		      after_ns[i] + ERROR_NS);
	}
	device_close(&device);
	return TEST_PASSED;
}

static bool told(struct device *device, uint32_t marks)
{
	struct hmmbench_info info;

	return !device_info(device, &info) && (info.marks & marks) == marks;
}

/*
 * A CPU that works has its timer interrupt every few milliseconds: a walk of many of those is
 * interrupted. Not scheduled out, it is so in the eyes of nobody else.
 */
static enum test_result long_walks_are_interrupted(void)
{
	const struct device_options options = { .profile = HMMBENCH_PROFILE_DELAY,
						.profile_ns = 1000000 };
	struct hmmbench_record record;
	struct device device;

	CHECK(!device_start(&device, options));
	CHECK(told(&device, HMMBENCH_SAMPLE_SWITCHED | HMMBENCH_SAMPLE_MIGRATED));
	if (!told(&device, HMMBENCH_SAMPLE_INTERRUPTED))
		SKIP("this kernel does not export its interrupt counters");
	for (int i = 0; i < 4; i++) {
		CHECK(child_exit(&device, 60, i));
		CHECK(device_drain(&device, &record, 1) == 1);
		/* One that migrated has its mark, and cannot be told. */
		CHECK(record.flags & (HMMBENCH_SAMPLE_INTERRUPTED | HMMBENCH_SAMPLE_UNTOLD));
		CHECK(!(record.flags & HMMBENCH_SAMPLE_UNTOLD) ==
		      !(record.flags & HMMBENCH_SAMPLE_MIGRATED));
	}
	device_close(&device);
	return TEST_PASSED;
}

/* Of calls a thousand times shorter than what lies between two ticks, most are not. */
static enum test_result short_calls_are_seldom_interrupted(void)
{
	enum { CALLS = 2000 };
	static struct hmmbench_record records[CALLS];
	struct device device;
	int interrupted = 0;

	CHECK(!device_start(&device, (struct device_options){ .ring_records = 2048 }));
	if (!told(&device, HMMBENCH_SAMPLE_INTERRUPTED))
		SKIP("this kernel does not export its interrupt counters");
	CHECK(!device_register(&device, CALLS, 0, NULL));
	CHECK(!device_unregister(&device, 0, CALLS, NULL));
	CHECK(device_drain(&device, records, CALLS) == CALLS);
	for (int i = 0; i < CALLS; i++)
		interrupted += (records[i].flags & HMMBENCH_SAMPLE_INTERRUPTED) != 0;
	printf("# %d of %d calls were interrupted\n", interrupted, CALLS);
	CHECK(interrupted < CALLS / 2);
	device_close(&device);
	return TEST_PASSED;
}

/* The shortest walk under write and read, interleaved: what a busy host adds is not in it. */
static bool shortest_walks(uint32_t mirrors, uint64_t shortest_ns[2])
{
	enum { EXITS = 31 };
	struct device devices[2];

	for (uint32_t s = 0; s < 2; s++) {
		if (device_walk(&devices[s], &walks[s]))
			return false;
		shortest_ns[s] = UINT64_MAX;
	}
	for (int i = 0; i < EXITS; i++) {
		for (int s = 0; s < 2; s++) {
			struct hmmbench_record record;

			if (!child_exit(&devices[s], mirrors, i) ||
			    device_drain(&devices[s], &record, 1) != 1)
				return false;
			if (record.phase_ns[HMMBENCH_PHASE_WALK] < shortest_ns[s])
				shortest_ns[s] = record.phase_ns[HMMBENCH_PHASE_WALK];
		}
	}
	for (int s = 0; s < 2; s++) {
		printf("# %u mirrors, %s: shortest walk %llu ns\n", mirrors, walks[s].name,
		       (unsigned long long)shortest_ns[s]);
		device_close(&devices[s]);
	}
	return true;
}

static enum test_result read_beats_write(void)
{
	uint64_t few_ns[2], many_ns[2];

	if (!has_core(HMMBENCH_CORE_BUNDLED))
		SKIP("no core bundled");
	CHECK(shortest_walks(2, few_ns));
	CHECK(shortest_walks(1024, many_ns));
	CHECK(many_ns[HMMBENCH_STRATEGY_READ] < many_ns[HMMBENCH_STRATEGY_WRITE]);
	/* write / read is larger at 1024. */
	CHECK((double)many_ns[HMMBENCH_STRATEGY_WRITE] * few_ns[HMMBENCH_STRATEGY_READ] >
	      (double)few_ns[HMMBENCH_STRATEGY_WRITE] * many_ns[HMMBENCH_STRATEGY_READ]);
	return TEST_PASSED;
}

const struct test times_tests[] = {
	{ "the detailed pass times the callbacks, inside the walk", detailed_pass },
	{ "the delay profile takes its time for each mirror", delay_profile },
	{ "a call's times lie between the caller's own readings around it", times_join },
	{ "a walk of many ticks is marked as interrupted", long_walks_are_interrupted },
	{ "most of many short calls are not", short_calls_are_seldom_interrupted },
	{ "the walk of read is cheaper than that of write, by a factor that grows with mirrors",
	  read_beats_write },
	{ NULL, NULL },
};
