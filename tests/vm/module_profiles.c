// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Profiles whose drivers do more than spin: every mirror unregistered, every sample there,
 * every wait bounded.
 */
#include <stdlib.h>
#include <unistd.h>

#include "device.h"
#include "tap.h"

/* Released and unregistered once each, by others than the process that exited. */
static enum test_result workers_samples(struct device *device, uint32_t mirrors, uint32_t *flags)
{
	struct hmmbench_record *records = calloc(mirrors + 2, sizeof(*records));
	char *seen = calloc(mirrors, 1);
	uint32_t releases = 0;
	size_t count;

	CHECK(records && seen);
	CHECK(!device_reap(device, &(struct hmmbench_reap){ 0 }));
	count = device_drain(device, records, mirrors + 2);
	CHECK(count == mirrors + 1 && !device_dropped(device));
	for (size_t i = 0; i < count; i++) {
		if (records[i].type == HMMBENCH_RECORD_RELEASE) {
			CHECK(records[i].mirrors == mirrors);
			*flags = records[i].flags;
			releases++;
			continue;
		}
		CHECK(records[i].type == HMMBENCH_RECORD_UNREGISTER);
		CHECK(records[i].mirror < mirrors && !seen[records[i].mirror]++);
	}
	CHECK(releases == 1);
	free(records);
	free(seen);
	return TEST_PASSED;
}

static enum test_result schedule_unregister(void)
{
	for_each_walk(walk) {
		struct device device;
		uint32_t flags;

		CHECK(!device_start(&device,
				    (struct device_options){
					    WALK(walk),
					    .profile = HMMBENCH_PROFILE_SCHEDULE_UNREGISTER,
					    .ring_records = 1024 }));
		for (uint32_t mirrors = 1; mirrors <= 512; mirrors *= 8) {
			CHECK(child_exit(&device, mirrors, mirrors));
			if (workers_samples(&device, mirrors, &flags))
				return TEST_FAILED;
		}
		CHECK(nothing_left(&device, 1));
		device_close(&device);
	}
	return TEST_PASSED;
}

/* The session closes, and its address space goes, with the workers under way. */
static enum test_result closed_beside_workers(void)
{
	struct device watcher;

	CHECK(!device_open(&watcher));
	for_each_walk(walk) {
		struct device device;

		CHECK(!device_start(&device,
				    (struct device_options){
					    WALK(walk),
					    .profile = HMMBENCH_PROFILE_SCHEDULE_UNREGISTER }));
		for (int i = 0; i < 3; i++)
			CHECK(child_exit(&device, 500, 0));
		device_close(&device);
	}
	CHECK(nothing_left(&watcher, 1));
	device_close(&watcher);
	return TEST_PASSED;
}

static enum test_result drain_cycles(void)
{
	for_each_walk(walk) {
		enum { EXITS = 3, DRAINED = 64 };
		struct hmmbench_counts counts;
		struct device device;
		uint64_t timed_out = 0;

		CHECK(!device_start(&device, (struct device_options){
						     WALK(walk),
						     .profile = HMMBENCH_PROFILE_DRAIN_WORKQUEUE,
						     .ring_records = 1024 }));
		for (int i = 0; i < EXITS; i++) {
			uint32_t flags;

			CHECK(child_exit(&device, DRAINED, i));
			if (workers_samples(&device, DRAINED, &flags))
				return TEST_FAILED;
			timed_out += !!(flags & HMMBENCH_SAMPLE_TIMED_OUT);
		}
		CHECK(!device_counts(&device, &counts) && counts.timeouts == timed_out);
		printf("# %s: %llu of %d walks timed out\n", walk->name,
		       (unsigned long long)timed_out, EXITS);
		/* The cycle is certain; without one, only a machine that stands still times out. */
		if (walk->lets_go)
			CHECK(timed_out < EXITS);
		else
			CHECK(timed_out == EXITS);
		CHECK(nothing_left(&device, 1));
		device_close(&device);
	}
	return TEST_PASSED;
}

/*
 * One wait for each walk, not for each mirror. Room for every record on one CPU: where workers
 * preempt, those of the walk's CPU are through before the walk itself is recorded.
 */
static enum test_result drain_bounded(void)
{
	enum { DRAINED = 2000 };
	struct hmmbench_record record;
	struct device device;

	if (nth_walk(1)->lets_go)
		SKIP("no walk of this module holds a lock over its callbacks");
	CHECK(!device_start(&device, (struct device_options){
					     WALK(nth_walk(1)),
					     .profile = HMMBENCH_PROFILE_DRAIN_WORKQUEUE,
					     .ring_records = 4096 }));
	CHECK(child_exit(&device, DRAINED, 0));
	do
		CHECK(device_drain(&device, &record, 1) == 1);
	while (record.type != HMMBENCH_RECORD_RELEASE);
	printf("# walk %llu ns\n", (unsigned long long)record.phase_ns[HMMBENCH_PHASE_WALK]);
	/* A jiffy less than the bound; as many as mirrors would be minutes. */
	CHECK(record.phase_ns[HMMBENCH_PHASE_WALK] >= HMMBENCH_DRAIN_NS / 2);
	CHECK(record.phase_ns[HMMBENCH_PHASE_WALK] < DRAINED * HMMBENCH_DRAIN_NS / 4);
	device_close(&device);
	return TEST_PASSED;
}

/* The shortest of some walks of 1024 mirrors. */
static uint64_t shortest_walk(const struct walk *walk, uint32_t profile)
{
	uint64_t shortest_ns = UINT64_MAX;
	struct device device;

	if (device_start(&device,
			 (struct device_options){ WALK(walk), .profile = profile }))
		return 0;
	for (int i = 0; i < 15; i++) {
		struct hmmbench_record record;

		if (!child_exit(&device, 1024, i) || device_drain(&device, &record, 1) != 1)
			return 0;
		if (record.phase_ns[HMMBENCH_PHASE_WALK] < shortest_ns)
			shortest_ns = record.phase_ns[HMMBENCH_PHASE_WALK];
	}
	device_close(&device);
	return shortest_ns;
}

static enum test_result writeback(void)
{
	for_each_walk(walk) {
		uint64_t empty_ns = shortest_walk(walk, HMMBENCH_PROFILE_EMPTY);
		uint64_t pages_ns = shortest_walk(walk, HMMBENCH_PROFILE_WRITEBACK);

		printf("# %s: walk of 1024 empty %llu ns, with writeback %llu ns\n",
		       walk->name, (unsigned long long)empty_ns,
		       (unsigned long long)pages_ns);
		/* No machine copies 4 MiB in 30 us. */
		CHECK(empty_ns && pages_ns > empty_ns + 30000);
	}
	return TEST_PASSED;
}

static enum test_result a_hundred_thousand(void)
{
	const uint32_t profiles[] = { HMMBENCH_PROFILE_SCHEDULE_UNREGISTER,
				      HMMBENCH_PROFILE_DRAIN_WORKQUEUE,
				      HMMBENCH_PROFILE_WRITEBACK };

	for (int i = 0; i < 3; i++) {
		struct hmmbench_reap reap;
		struct device device;

		CHECK(!device_start(&device, (struct device_options){
						     WALK(nth_walk(1)),
						     .profile = profiles[i] }));
		CHECK(child_exit(&device, 100000, 0));
		CHECK(!device_reap(&device, &reap) && reap.mirrors == 100000);
		/* Each unregister of a worker is in a ring or counted as dropped. */
		CHECK(device_head(&device) + device_dropped(&device) ==
		      (profiles[i] == HMMBENCH_PROFILE_WRITEBACK ? 1u : 100001u));
		CHECK(nothing_left(&device, 1));
		device_close(&device);
	}
	return TEST_PASSED;
}

const struct test profile_tests[] = {
	{ "schedule-unregister: workers unregister every mirror, each a sample",
	  schedule_unregister },
	{ "a session closed while its workers are under way leaves nothing behind",
	  closed_beside_workers },
	{ "drain-workqueue ends under every walk, and its cycle is counted and marked",
	  drain_cycles },
	{ "drain-workqueue waits once for each walk, not for each mirror", drain_bounded },
	{ "writeback copies a page for each mirror", writeback },
	{ "a hundred thousand mirrors go through every profile with nothing lost",
	  a_hundred_thousand },
	{ NULL, NULL },
};
