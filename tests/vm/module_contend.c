// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Operations that meet a release walk: who waits for whom under which walk.
 */
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "device.h"
#include "tap.h"

enum { MIRRORS = 1024, DELAY_NS = 2000, WALK_NS = MIRRORS * DELAY_NS };

/* No test ends by the clock before it has seen so many meetings; a slow machine takes longer. */
enum { TRIES_MAX = 400 };

static int meet_unregister(struct device *device, void *context)
{
	return device_unregister_as(device, context);
}

static int meet_invalidate(struct device *device, void *context)
{
	return device_invalidate(device, context);
}

static const struct hmmbench_record *of_type(const struct hmmbench_record *records, size_t count,
					     uint16_t type)
{
	for (size_t i = 0; i < count; i++)
		if (records[i].type == type)
			return &records[i];
	return NULL;
}

struct contention {
	int met;	     /* unregisters that began after the walk had its lock */
	uint64_t shortest_ns; /* of them */
};

/* One unregister, 100 us into a walk of 2 ms, until it has met five. */
static enum test_result contend(const struct walk *walk, struct contention *contention)
{
	struct device device;

	CHECK(!device_start(&device, (struct device_options){ WALK(walk),
							      .profile = HMMBENCH_PROFILE_DELAY,
							      .profile_ns = DELAY_NS }));
	*contention = (struct contention){ .shortest_ns = UINT64_MAX };
	for (int i = 0; i < TRIES_MAX && contention->met < 5; i++) {
		struct hmmbench_unregister argument = { .flags = HMMBENCH_UNREGISTER_FOREIGN |
								 HMMBENCH_UNREGISTER_AT_WALK,
							.operation = i,
							.count = 1,
							.offset_ns = 100000,
							.wait_ns = HMMBENCH_WAIT_NS_MAX };
		struct hmmbench_record records[4];
		const struct hmmbench_record *release, *unregister;
		int result;
		size_t count;

		CHECK(child_met(&device, MIRRORS, i, meet_unregister, &argument, &result));
		count = device_drain(&device, records, 4);
		CHECK(!device_reap(&device, &(struct hmmbench_reap){ 0 }));
		if (result)
			continue;
		CHECK(count == 2);
		release = of_type(records, count, HMMBENCH_RECORD_RELEASE);
		unregister = of_type(records, count, HMMBENCH_RECORD_UNREGISTER);
		CHECK(release && unregister);
		CHECK(unregister->start_ns >= release->start_ns);
		if (!(unregister->flags & HMMBENCH_SAMPLE_IN_WALK) ||
		    unregister->start_ns <
			    release->start_ns + release->phase_ns[HMMBENCH_PHASE_LOCK_WAIT])
			continue;
		contention->met++;
		if (unregister->phase_ns[HMMBENCH_PHASE_UNREGISTER] < contention->shortest_ns)
			contention->shortest_ns = unregister->phase_ns[HMMBENCH_PHASE_UNREGISTER];
		/* Its end lies behind the last callback. */
		if (!walk->lets_go)
			CHECK(unregister->start_ns +
				      unregister->phase_ns[HMMBENCH_PHASE_UNREGISTER] >=
			      release->start_ns + WALK_NS);
	}
	device_close(&device);
	printf("# %s: %d met, shortest unregister %llu ns\n", walk->name,
	       contention->met, (unsigned long long)contention->shortest_ns);
	CHECK(contention->met);
	return TEST_PASSED;
}

static enum test_result unregister_meets_walk(void)
{
	struct contention contention;

	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		SKIP("one CPU");
	for_each_walk(walk) {
		if (contend(walk, &contention))
			return TEST_FAILED;
		if (walk->lets_go)
			CHECK(contention.shortest_ns < WALK_NS / 4);
	}
	return TEST_PASSED;
}

/* The walk has to run on the very CPU on which the other side spins for it. */
static enum test_result one_cpu(void)
{
	struct hmmbench_unregister argument = { .flags = HMMBENCH_UNREGISTER_FOREIGN |
							 HMMBENCH_UNREGISTER_AT_WALK,
						.count = 1,
						.wait_ns = HMMBENCH_WAIT_NS_MAX };
	struct device device;
	pid_t pid;
	int go;

	CHECK(!device_start(&device, (struct device_options){ .ring_records = 64 }));
	CHECK(!run_on_cpu(0));
	pid = child_start(&device, 4, 0, &go);
	child_go(go);
	CHECK(!device_unregister_as(&device, &argument) && argument.done == 1);
	CHECK(child_wait(pid, 0));
	device_close(&device);
	return TEST_PASSED;
}

static enum test_result killed_spinner(void)
{
	for_each_walk(walk) {
		struct hmmbench_unregister argument = { .flags = HMMBENCH_UNREGISTER_FOREIGN |
								 HMMBENCH_UNREGISTER_AT_WALK,
							.count = 1,
							.wait_ns = HMMBENCH_WAIT_NS_MAX };
		struct device device;
		pid_t owner, spinner;
		int go;

		CHECK(!device_start(&device, (struct device_options){ WALK(walk) }));
		owner = child_start(&device, 50, 0, &go);
		spinner = fork();
		if (!spinner) {
			for (;;)
				device_unregister_as(&device, &argument);
		}
		nanosleep(&(struct timespec){ .tv_nsec = 30000000 }, NULL);
		CHECK(!kill(spinner, SIGKILL));
		CHECK(child_wait(spinner, SIGKILL));
		CHECK(!kill(owner, SIGKILL));
		CHECK(child_wait(owner, SIGKILL));
		CHECK(!device_reap(&device, &(struct hmmbench_reap){ 0 }));
		CHECK(nothing_left(&device, 1));
		close(go);
		device_close(&device);
	}
	return TEST_PASSED;
}

/* A writer that waits for a reader's walk keeps other readers out: bystanders pay. */
static enum test_result bystander_refused(void)
{
	struct device device;
	uint32_t again = 0;

	if (sysconf(_SC_NPROCESSORS_ONLN) < 3)
		SKIP("fewer than 3 CPUs");
	if (!has_core(HMMBENCH_CORE_BUNDLED))
		SKIP("no core bundled");
	CHECK(!device_start(&device, (struct device_options){ .strategy = HMMBENCH_STRATEGY_READ,
							      .profile = HMMBENCH_PROFILE_DELAY,
							      .profile_ns = DELAY_NS,
							      .ring_records = 1024 }));
	for (int i = 0; i < TRIES_MAX && !again; i++) {
		struct hmmbench_unregister writer = { .flags = HMMBENCH_UNREGISTER_FOREIGN |
							       HMMBENCH_UNREGISTER_AT_WALK,
						      .operation = i,
						      .count = 1,
						      .wait_ns = HMMBENCH_WAIT_NS_MAX };
		struct hmmbench_invalidate bystander = { .flags = HMMBENCH_INVALIDATE_FOREIGN |
								  HMMBENCH_INVALIDATE_AT_WALK |
								  HMMBENCH_INVALIDATE_NONBLOCK,
							 .operation = i,
							 .count = 100,
							 .interval_ns = 10000,
							 .wait_ns = HMMBENCH_WAIT_NS_MAX };
		struct hmmbench_record records[256];
		uint32_t marked = 0;
		pid_t owner, helper;
		size_t count;
		int go;

		owner = child_start(&device, MIRRORS, i, &go);
		helper = fork();
		if (!helper) {
			device_unregister_as(&device, &writer);
			_exit(0);
		}
		child_go(go);
		meet_invalidate(&device, &bystander);
		CHECK(child_wait(owner, 0));
		CHECK(child_wait(helper, 0));
		count = device_drain(&device, records, 256);
		for (size_t j = 0; j < count; j++) {
			if (!(records[j].flags & HMMBENCH_SAMPLE_AGAIN))
				continue;
			marked++;
			CHECK(records[j].type == HMMBENCH_RECORD_INVALIDATE);
			CHECK(records[j].phases == 1u << HMMBENCH_PHASE_INVALIDATE);
		}
		CHECK(marked == bystander.again);
		again += bystander.again;
		CHECK(!device_reap(&device, &(struct hmmbench_reap){ 0 }));
	}
	CHECK(again);
	device_close(&device);
	return TEST_PASSED;
}

/* Callbacks of 20 us: a walk of more than a millisecond is met by a good part of the tries. */
enum { RACERS = 64, RACERS_DELAY_NS = 20000 };

/*
 * Aligned tries, each of so many unregisters, until so many hits or, where there are none,
 * unregisters in a walk (*met).
 */
static enum test_result race(struct device *device, uint32_t unregisters, uint64_t hits,
			     int meetings, int *met, uint64_t *hit_records)
{
	struct hmmbench_counts counts = { 0 };

	*met = 0;
	*hit_records = 0;
	for (int i = 0; i < 4 * TRIES_MAX && counts.hits < hits && *met < meetings; i++) {
		struct hmmbench_unregister argument = { .flags = HMMBENCH_UNREGISTER_FOREIGN |
								 HMMBENCH_UNREGISTER_AT_WALK |
								 HMMBENCH_UNREGISTER_DESCENDING,
							.operation = i,
							.first = RACERS - 1,
							.count = unregisters,
							.offset_ns = 500u * (i % 16),
							.wait_ns = HMMBENCH_WAIT_NS_MAX };
		struct hmmbench_record records[4 * RACERS];
		size_t count;
		int result;

		CHECK(child_met(device, RACERS, i, meet_unregister, &argument, &result));
		count = device_drain(device, records, 4 * RACERS);
		for (size_t j = 0; j < count; j++) {
			*met += records[j].type == HMMBENCH_RECORD_UNREGISTER &&
				records[j].flags & HMMBENCH_SAMPLE_IN_WALK;
			if (records[j].type != HMMBENCH_RECORD_HIT)
				continue;
			++*hit_records;
			CHECK(records[j].phases == 1u << HMMBENCH_PHASE_WINDOW);
			CHECK(records[j].mirror < RACERS && records[j].operation == (uint64_t)i);
		}
		CHECK(!device_reap(device, &(struct hmmbench_reap){ 0 }));
		CHECK(!device_counts(device, &counts));
	}
	return TEST_PASSED;
}

static enum test_result race_counts(void)
{
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		SKIP("one CPU");
	for_each_walk(walk) {
		const bool unsafe = walk->lets_go;
		struct hmmbench_counts counts;
		struct device device;
		uint64_t hit_records;
		int met;

		CHECK(!device_start(&device, (struct device_options){
						     WALK(walk),
						     .profile = HMMBENCH_PROFILE_DELAY,
						     .profile_ns = RACERS_DELAY_NS,
						     .flags = HMMBENCH_SETUP_RACE,
						     .ring_records = 1024 }));
		/* Where each waits for the walk the first one tells. */
		if (race(&device, unsafe ? RACERS : 4, 5, unsafe ? INT_MAX : 20, &met,
			 &hit_records))
			return TEST_FAILED;
		CHECK(!device_counts(&device, &counts));
		printf("# %s: %llu callbacks, %llu hits, window up to %llu ns, %d unregisters met\n",
		       walk->name, (unsigned long long)counts.callbacks,
		       (unsigned long long)counts.hits, (unsigned long long)counts.window_max_ns,
		       met);
		CHECK(met > 0 && counts.callbacks > 0 && !device_dropped(&device));
		CHECK(unsafe ? counts.hits > 0 : counts.hits == 0);
		CHECK(counts.hits == hit_records);
		device_close(&device);
	}
	return TEST_PASSED;
}

const struct test contend_tests[] = {
	{ "an unregister that meets a walk is short under write and waits for it elsewhere",
	  unregister_meets_walk },
	{ "the aligner lets a walk begin that needs its own CPU", one_cpu },
	{ "a process killed while it spins for a walk leaves nothing behind", killed_spinner },
	{ "an unregister that waits for a walk of read keeps bystanders out: EAGAIN, marked",
	  bystander_refused },
	{ "callbacks that meet an unregistered mirror are counted under write; elsewhere are none",
	  race_counts },
	{ NULL, NULL },
};
