// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the module measures: every operation is one sample or one counted drop, and each
 * sample says what it should. The times in them: module_times.c.
 */
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "device.h"
#include "tap.h"

#define PHASE(name) (1u << HMMBENCH_PHASE_##name)

static enum test_result exit_sample(void)
{
	for_each_walk(walk) {
		struct device device;
		struct hmmbench_record record, more;
		uint64_t before_ns, after_ns;
		pid_t pid;
		int go;

		CHECK(!device_walk(&device, walk));
		pid = child_start(&device, 77, 0x123456789abcdef0, &go);
		CHECK(pid > 0);
		before_ns = now_ns();
		child_go(go);
		CHECK(child_wait(pid, 0));
		after_ns = now_ns();
		CHECK(device_drain(&device, &record, 1) == 1);
		CHECK(device_drain(&device, &more, 1) == 0 && device_dropped(&device) == 0);
		CHECK(record.type == HMMBENCH_RECORD_RELEASE);
		CHECK(record.operation == 0x123456789abcdef0);
		CHECK(record.mirrors == 77 && record.mirror == 0);
		CHECK(record.tid == (uint32_t)pid);
		CHECK(record.cpu < device.cpus);
		CHECK(!(record.flags & (HMMBENCH_SAMPLE_AGAIN | HMMBENCH_SAMPLE_IN_WALK |
					HMMBENCH_SAMPLE_TIMED_OUT)));
		CHECK(record.phases == (walk->lock_phase | PHASE(WALK)));
		CHECK(record.start_ns >= before_ns);
		CHECK(record.start_ns + record.phase_ns[HMMBENCH_PHASE_WALK] <= after_ns);
		CHECK(record.phase_ns[HMMBENCH_PHASE_WALK] > 0);
		CHECK(record.phase_ns[HMMBENCH_PHASE_LOCK_WAIT] <=
		      record.phase_ns[HMMBENCH_PHASE_WALK]);
		for (int phase = 0; phase < HMMBENCH_PHASE_SLOTS; phase++)
			CHECK(record.phases & 1u << phase || !record.phase_ns[phase]);
		for (size_t j = 0; j < sizeof(record.reserved) / sizeof(record.reserved[0]); j++)
			CHECK(!record.reserved[j]);
		device_close(&device);
	}
	return TEST_PASSED;
}

static enum test_result every_exit(void)
{
	static const uint32_t mirrors[] = { 1, 2, 30, 31, 32, 1024, 16384 };
	const size_t sizes = sizeof(mirrors) / sizeof(mirrors[0]);

	for_each_walk(walk) {
		struct device device;
		struct hmmbench_record record;

		CHECK(!device_walk(&device, walk));
		for (size_t j = 0; j < sizes; j++) {
			CHECK(child_exit(&device, mirrors[j], j));
			CHECK(device_drain(&device, &record, 1) == 1);
			CHECK(record.operation == j && record.mirrors == mirrors[j]);
		}
		CHECK(device_head(&device) == sizes && device_dropped(&device) == 0);
		device_close(&device);
	}
	return TEST_PASSED;
}

static enum test_result unregister_samples(void)
{
	enum { MIRRORS = 20 };

	for_each_walk(walk) {
		struct device device;
		struct hmmbench_record records[MIRRORS + 1];
		uint32_t first, seen = 0;

		CHECK(!device_walk(&device, walk));
		CHECK(!device_register(&device, MIRRORS, 1, &first) && first == 0);
		/* The last tag holds, for all mirrors of the address space. */
		CHECK(!device_register(&device, 1, 2, &first) && first == MIRRORS);
		CHECK(!device_unregister(&device, 0, MIRRORS, NULL));
		CHECK(device_drain(&device, records, MIRRORS + 1) == MIRRORS);
		for (int j = 0; j < MIRRORS; j++) {
			const struct hmmbench_record *record = &records[j];

			CHECK(record->type == HMMBENCH_RECORD_UNREGISTER);
			CHECK(record->operation == 2 && record->mirrors == 1);
			CHECK(record->tid == (uint32_t)syscall(SYS_gettid));
			CHECK(record->phases == (walk->lock_phase | PHASE(UNREGISTER)));
			CHECK(record->phase_ns[HMMBENCH_PHASE_LOCK_WAIT] <=
			      record->phase_ns[HMMBENCH_PHASE_UNREGISTER]);
			CHECK(record->mirror < MIRRORS && !(seen & 1u << record->mirror));
			seen |= 1u << record->mirror;
		}
		device_close(&device);
	}
	return TEST_PASSED;
}

/* A walk meets the mirrors that were not unregistered. */
static enum test_result exit_after_unregister(void)
{
	for_each_walk(walk) {
		struct device device;
		struct hmmbench_record records[16];
		int releases = 0;
		pid_t pid;

		CHECK(!device_walk(&device, walk));
		pid = fork();
		if (!pid) {
			if (device_register(&device, 10, 0, NULL) ||
			    device_unregister(&device, 3, 4, NULL))
				_exit(1);
			_exit(0);
		}
		CHECK(child_wait(pid, 0));
		CHECK(device_drain(&device, records, 16) == 5);
		for (int j = 0; j < 5; j++) {
			const bool release = records[j].type == HMMBENCH_RECORD_RELEASE;

			CHECK(records[j].mirrors == (release ? 6 : 1));
			releases += release;
		}
		CHECK(releases == 1);
		device_close(&device);
	}
	return TEST_PASSED;
}

static enum test_result unrecorded(void)
{
	for_each_walk(walk) {
		const struct device_options options = { WALK(walk),
							.flags = HMMBENCH_SETUP_UNRECORDED };
		struct device device;
		struct hmmbench_reap reap;

		CHECK(!device_start(&device, options));
		CHECK(!device_register(&device, 8, 0, NULL));
		CHECK(!device_unregister(&device, 0, 8, NULL));
		CHECK_ERRNO(ENOENT, device_unregister(&device, 0, 1, NULL));
		CHECK(child_exit(&device, 100, 0));
		CHECK(!device_reap(&device, &reap) && reap.mirrors == 100);
		CHECK(device_head(&device) == 0 && device_dropped(&device) == 0);
		device_close(&device);
	}
	return TEST_PASSED;
}

/* Of many calls some are recorded: the others are unregisters like them, and no samples. */
static enum test_result some_recorded(void)
{
	for_each_walk(walk) {
		struct device device;
		struct hmmbench_record records[8];
		uint32_t seen = 0;

		CHECK(!device_walk(&device, walk));
		CHECK(!device_register(&device, 20, 0, NULL));
		for (uint32_t first = 0; first < 20; first += 5) {
			struct hmmbench_unregister unrecorded = {
				.flags = HMMBENCH_UNREGISTER_UNRECORDED,
				.first = first,
				.count = 4,
			};

			CHECK(!device_unregister_as(&device, &unrecorded) && unrecorded.done == 4);
			CHECK(!device_unregister(&device, first + 4, 1, NULL));
		}
		CHECK_ERRNO(ENOENT, device_unregister(&device, 3, 1, NULL));
		CHECK(device_drain(&device, records, 8) == 4 && !device_dropped(&device));
		/* CPU by CPU, which is no order where the task has moved. */
		for (uint32_t j = 0; j < 4; j++)
			seen |= 1u << records[j].mirror;
		CHECK(seen == (1u << 4 | 1u << 9 | 1u << 14 | 1u << 19));
		device_close(&device);
	}
	return TEST_PASSED;
}

/* In a race each unregister leaves its time for the callbacks. */
static enum test_result race_records_all(void)
{
	struct hmmbench_unregister unrecorded = { .flags = HMMBENCH_UNREGISTER_UNRECORDED,
						  .count = 1 };
	struct device device;

	CHECK(!device_start(&device, (struct device_options){ .flags = HMMBENCH_SETUP_RACE }));
	CHECK(!device_register(&device, 1, 0, NULL));
	CHECK_ERRNO(EINVAL, device_unregister_as(&device, &unrecorded));
	CHECK(!device_unregister(&device, 0, 1, NULL));
	device_close(&device);
	return TEST_PASSED;
}

/* The program's own exec ends an address space as well. */
static enum test_result exec_sample(void)
{
	struct device device;
	struct hmmbench_record record;
	pid_t pid;

	CHECK(!device_walk(&device, nth_walk(1)));
	pid = fork();
	if (!pid) {
		if (!device_register(&device, 5, 9, NULL))
			execl("/proc/self/exe", "exec", "--nothing", NULL);
		_exit(1);
	}
	CHECK(child_wait(pid, 0));
	CHECK(device_drain(&device, &record, 1) == 1);
	CHECK(record.type == HMMBENCH_RECORD_RELEASE && record.mirrors == 5);
	CHECK(record.tid == (uint32_t)pid);
	device_close(&device);
	return TEST_PASSED;
}

static enum test_result full_ring(void)
{
	enum { MIRRORS = 100 };
	struct hmmbench_record records[MIRRORS];
	struct device device;
	const struct hmmbench_ring *ring;

	CHECK(!device_start(&device, (struct device_options){ .ring_records = 32 }));
	ring = device_ring(&device, 0);
	CHECK(!device_register(&device, 2 * MIRRORS, 0, NULL));
	CHECK(!run_on_cpu(0));
	CHECK(!device_unregister(&device, 0, MIRRORS, NULL));
	CHECK(ring->head == 32 && ring->dropped == MIRRORS - 32);
	/* The first ones are kept: what was not given back is not overwritten. */
	CHECK(device_drain(&device, records, MIRRORS) == 32);
	for (uint32_t i = 0; i < 32; i++)
		CHECK(records[i].mirror == i);
	/* With room there are no more drops, round the end of the ring. */
	CHECK(!device_unregister(&device, MIRRORS, 20, NULL));
	CHECK(device_drain(&device, records, MIRRORS) == 20);
	CHECK(!device_unregister(&device, MIRRORS + 20, 32, NULL));
	CHECK(device_drain(&device, records, MIRRORS) == 32);
	for (uint32_t i = 0; i < 32; i++)
		CHECK(records[i].mirror == MIRRORS + 20 + i);
	CHECK(ring->head == 84 && ring->dropped == MIRRORS - 32);
	CHECK(device_head(&device) == 84);
	device_close(&device);
	return TEST_PASSED;
}

enum { THREADS = 4, MIRRORS_EACH = 500 };

struct unregisterer {
	pthread_t thread;
	struct device *device;
	uint32_t first;
	int result;
};

static void *unregister_thread(void *context)
{
	struct unregisterer *me = context;

	me->result = device_unregister(me->device, me->first, MIRRORS_EACH, NULL);
	return NULL;
}

static enum test_result threads_unregister(void)
{
	static struct hmmbench_record records[THREADS * MIRRORS_EACH + 1];

	for_each_walk(walk) {
		struct device device;
		struct unregisterer threads[THREADS];
		char seen[THREADS * MIRRORS_EACH] = { 0 };
		size_t count;

		CHECK(!device_start(&device, (struct device_options){ WALK(walk),
								      .ring_records = 4096 }));
		CHECK(!device_register(&device, THREADS * MIRRORS_EACH, 0, NULL));
		for (uint32_t t = 0; t < THREADS; t++) {
			threads[t] = (struct unregisterer){ .device = &device,
							    .first = t * MIRRORS_EACH };
			CHECK(!pthread_create(&threads[t].thread, NULL, unregister_thread,
					      &threads[t]));
		}
		for (int t = 0; t < THREADS; t++) {
			CHECK(!pthread_join(threads[t].thread, NULL));
			CHECK(!threads[t].result);
		}
		count = device_drain(&device, records, THREADS * MIRRORS_EACH + 1);
		CHECK(count == THREADS * MIRRORS_EACH && device_dropped(&device) == 0);
		for (size_t j = 0; j < count; j++)
			CHECK(!seen[records[j].mirror]++);
		device_close(&device);
	}
	return TEST_PASSED;
}

/* Two threads want the same mirrors: each mirror goes to exactly one of them. */
static enum test_result threads_race_unregister(void)
{
	for_each_walk(walk) {
		struct device device;
		struct unregisterer threads[THREADS];

		CHECK(!device_start(&device, (struct device_options){ WALK(walk),
								      .ring_records = 4096 }));
		CHECK(!device_register(&device, MIRRORS_EACH, 0, NULL));
		for (int t = 0; t < THREADS; t++) {
			threads[t] = (struct unregisterer){ .device = &device };
			CHECK(!pthread_create(&threads[t].thread, NULL, unregister_thread,
					      &threads[t]));
		}
		for (int t = 0; t < THREADS; t++)
			CHECK(!pthread_join(threads[t].thread, NULL));
		/* Who lost one stopped there; what is left one more pass takes. */
		for (uint32_t j = 0; j < MIRRORS_EACH; j++)
			device_unregister(&device, j, 1, NULL);
		CHECK(device_head(&device) == MIRRORS_EACH && device_dropped(&device) == 0);
		device_close(&device);
	}
	return TEST_PASSED;
}

/* The address space goes on working: what invalidates it walks the mirrors. */
static enum test_result invalidations(void)
{
	const size_t bytes = 64 * 4096;

	for_each_walk(walk) {
		struct device device;
		char *memory;

		CHECK(!device_walk(&device, walk));
		CHECK(!device_register(&device, 1000, 0, NULL));
		memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			      0);
		CHECK(memory != MAP_FAILED);
		memset(memory, 1, bytes);
		CHECK(!mprotect(memory, bytes, PROT_READ));
		CHECK(!madvise(memory, bytes / 2, MADV_DONTNEED));
		CHECK(memory[0] == 0 && memory[bytes - 1] == 1);
		CHECK(!munmap(memory, bytes));
		CHECK(device_head(&device) == 0);
		device_close(&device);
	}
	return TEST_PASSED;
}

/* Free memory of a node in KiB, or -1 where there is no such node. */
static long node_free_kib(int node)
{
	char line[128];
	long kib = -1;
	FILE *file;

	snprintf(line, sizeof(line), "/sys/devices/system/node/node%d/meminfo", node);
	file = fopen(line, "r");
	if (!file)
		return -1;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "Node %*d MemFree: %ld kB", &kib) == 1)
			break;
	fclose(file);
	return kib;
}

/* 1000 mirrors are 130 KiB: a node with 16 MiB free gives them all, one with none gives none. */
static enum test_result nodes(void)
{
	struct device device;

	CHECK(!device_walk(&device, nth_walk(0)));
	for (int node = 0; node < 64; node++) {
		const long free_kib = node_free_kib(node);
		uint32_t on_node = 0;

		if (free_kib < 0) {
			CHECK_ERRNO(EINVAL, device_register_on(&device, 1, node, &on_node));
			continue;
		}
		CHECK(!device_register_on(&device, 1000, node, &on_node));
		printf("# node %d with %ld KiB free: %u of 1000 mirrors\n", node, free_kib,
		       on_node);
		CHECK(on_node <= 1000);
		CHECK(on_node == 1000 || free_kib < 16384);
		CHECK(on_node == 0 || free_kib > 0);
	}
	device_close(&device);
	return TEST_PASSED;
}

static enum test_result any_node(void)
{
	struct device device;
	uint32_t on_node;

	CHECK(!device_walk(&device, nth_walk(0)));
	CHECK(!device_register_on(&device, 7, HMMBENCH_NODE_ANY, &on_node) && on_node == 7);
	device_close(&device);
	return TEST_PASSED;
}

const struct test measure_tests[] = {
	{ "an exit is one sample, of the right process, inside the time it took", exit_sample },
	{ "exits with 1 to 16384 mirrors are each one sample under every walk", every_exit },
	{ "an unregister of 20 mirrors is 20 samples, one for each", unregister_samples },
	{ "a walk meets the mirrors that were not unregistered before", exit_after_unregister },
	{ "an unrecorded session works and records nothing", unrecorded },
	{ "of many calls those are samples that are to be recorded", some_recorded },
	{ "in a race none can go unrecorded", race_records_all },
	{ "an exec ends the address space and is a sample", exec_sample },
	{ "a full ring keeps what it has and counts what it drops", full_ring },
	{ "4 threads that unregister lose no sample and no mirror", threads_unregister },
	{ "a mirror that 4 threads want is unregistered once", threads_race_unregister },
	{ "invalidations of a mirrored address space work", invalidations },
	{ "mirrors lie on the node asked for; a node that is not there is refused", nodes },
	{ "without a wish for a node all mirrors count as where they should be", any_node },
	{ NULL, NULL },
};
