// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The phases behind the walk: grace period and unmapping, inside the whole.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <unistd.h>

#include "device.h"
#include "tap.h"

#define DEBUGFS "/sys/kernel/debug"
#define PHASE(name) (1u << HMMBENCH_PHASE_##name)

/* Of a session of that walk. */
static uint32_t all_phases(const struct walk *walk)
{
	return walk->lock_phase | PHASE(WALK) | PHASE(GRACE) | PHASE(UNMAP);
}

static uint64_t phases_end_ns(const struct hmmbench_record *record)
{
	return record->start_ns + record->phase_ns[HMMBENCH_PHASE_WALK] +
	       record->phase_ns[HMMBENCH_PHASE_GRACE] + record->phase_ns[HMMBENCH_PHASE_UNMAP];
}

static enum test_result within_whole(void)
{
	for_each_walk(walk) {
		struct device device;

		CHECK(!device_start(&device, (struct device_options){
						     WALK(walk),
						     .flags = HMMBENCH_SETUP_TEARDOWN }));
		for (int i = 0; i < 10; i++) {
			struct hmmbench_record record;
			uint64_t before_ns, after_ns;
			pid_t pid;
			int go;

			pid = child_start(&device, 100, i, &go);
			before_ns = now_ns();
			child_go(go);
			CHECK(child_wait(pid, 0));
			after_ns = now_ns();
			CHECK(device_drain(&device, &record, 1) == 1);
			CHECK(record.type == HMMBENCH_RECORD_RELEASE && record.mirrors == 100);
			CHECK(record.tid == (uint32_t)pid && record.operation == (uint64_t)i);
			CHECK(record.phases == all_phases(walk));
			CHECK(record.phase_ns[HMMBENCH_PHASE_GRACE] > 0);
			CHECK(record.phase_ns[HMMBENCH_PHASE_UNMAP] > 0);
			CHECK(record.start_ns >= before_ns && phases_end_ns(&record) <= after_ns);
			/* Whatever else a busy machine does to a sample. */
			CHECK(!(record.flags & (HMMBENCH_SAMPLE_AGAIN | HMMBENCH_SAMPLE_IN_WALK |
						HMMBENCH_SAMPLE_TIMED_OUT)));
			/* Recorded means that REAP can have it. */
			CHECK(!device_reap(&device, &(struct hmmbench_reap){ 0 }));
			CHECK(nothing_left(&device, 1));
		}
		device_close(&device);
	}
	return TEST_PASSED;
}

/* Others exit beside it, and a session without the flag keeps its two phases. */
static enum test_result only_where_asked(void)
{
	struct hmmbench_record record;
	struct device with, without;

	CHECK(!device_start(&with, (struct device_options){ .flags = HMMBENCH_SETUP_TEARDOWN }));
	CHECK(!device_start(&without, (struct device_options){ .ring_records = 64 }));
	CHECK(child_exit(&without, 10, 0));
	CHECK(device_drain(&without, &record, 1) == 1);
	CHECK(record.phases == (nth_walk(0)->lock_phase | PHASE(WALK)));
	CHECK(child_exit(&with, 10, 0));
	CHECK(device_drain(&with, &record, 1) == 1);
	CHECK(record.phases == all_phases(nth_walk(0)));
	CHECK(device_head(&with) == 1 && device_head(&without) == 1);
	device_close(&with);
	device_close(&without);
	/* The probes went with the last session; a new one has them again. */
	CHECK(!device_start(&with, (struct device_options){ .flags = HMMBENCH_SETUP_TEARDOWN |
								     HMMBENCH_SETUP_CALLBACKS }));
	CHECK(child_exit(&with, 10, 0));
	CHECK(device_drain(&with, &record, 1) == 1);
	CHECK(record.phases == (all_phases(nth_walk(0)) | PHASE(CALLBACKS)));
	device_close(&with);
	return TEST_PASSED;
}

/* The shortest UNMAP of some exits of a process that touched so many pages. */
static uint64_t shortest_unmap(struct device *device, size_t bytes)
{
	uint64_t shortest_ns = UINT64_MAX;

	for (int i = 0; i < 7; i++) {
		struct hmmbench_record record;
		pid_t pid = fork();

		if (!pid) {
			char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
					    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

			if (memory == MAP_FAILED)
				_exit(1);
			memset(memory, 1, bytes);
			_exit(device_register(device, 10, i, NULL) ? 2 : 0);
		}
		if (!child_wait(pid, 0) || device_drain(device, &record, 1) != 1)
			return 0;
		if (record.phase_ns[HMMBENCH_PHASE_UNMAP] < shortest_ns)
			shortest_ns = record.phase_ns[HMMBENCH_PHASE_UNMAP];
	}
	return shortest_ns;
}

static enum test_result unmap_grows(void)
{
	struct device device;
	uint64_t small_ns, large_ns;

	CHECK(!device_start(&device, (struct device_options){ .flags = HMMBENCH_SETUP_TEARDOWN }));
	small_ns = shortest_unmap(&device, 4096);
	large_ns = shortest_unmap(&device, 64 << 20);
	printf("# unmap: %llu ns, with 64 MiB more %llu ns\n", (unsigned long long)small_ns,
	       (unsigned long long)large_ns);
	CHECK(small_ns && large_ns > 2 * small_ns);
	device_close(&device);
	return TEST_PASSED;
}

/* All at once: none of the returns is missed. */
static enum test_result storm(void)
{
	enum { PROCESSES = 64 };
	struct hmmbench_record records[PROCESSES + 1];
	struct device device;
	pid_t pids[PROCESSES];
	int go[PROCESSES];

	CHECK(!device_start(&device, (struct device_options){ WALK(nth_walk(1)),
							      .flags = HMMBENCH_SETUP_TEARDOWN,
							      .ring_records = 128 }));
	for (int i = 0; i < PROCESSES; i++) {
		pids[i] = child_start(&device, 20, i, &go[i]);
		CHECK(pids[i] > 0);
	}
	for (int i = 0; i < PROCESSES; i++)
		child_go(go[i]);
	for (int i = 0; i < PROCESSES; i++)
		CHECK(child_wait(pids[i], 0));
	CHECK(device_drain(&device, records, PROCESSES + 1) == PROCESSES);
	for (int i = 0; i < PROCESSES; i++)
		CHECK(records[i].phases == all_phases(nth_walk(1)));
	CHECK(!device_reap(&device, &(struct hmmbench_reap){ 0 }));
	CHECK(nothing_left(&device, 1));
	device_close(&device);
	return TEST_PASSED;
}

#define KPROBES DEBUGFS "/kprobes/enabled"

static bool allow_probes(const char *digit)
{
	const int fd = open(KPROBES, O_WRONLY | O_CLOEXEC);
	const bool good = fd >= 0 && write(fd, digit, 1) == 1;

	if (fd >= 0)
		close(fd);
	return good;
}

/* One exit: its record, and nothing of it is left. */
static bool exit_once(struct device *device, struct hmmbench_record *record)
{
	return child_exit(device, 10, 0) && device_drain(device, record, 1) == 1 &&
	       !device_reap(device, &(struct hmmbench_reap){ 0 }) && nothing_left(device, 1);
}

/* A kernel whose probes are switched off calls none: no hook for what is behind the walk. */
static enum test_result without_probes(void)
{
	const struct device_options options = { .flags = HMMBENCH_SETUP_TEARDOWN };
	const uint32_t walk_alone = nth_walk(0)->lock_phase | PHASE(WALK);
	struct hmmbench_record record;
	struct device device;

	if (access(KPROBES, W_OK) && mount("none", DEBUGFS, "debugfs", 0, NULL))
		SKIP("no debugfs");
	if (!allow_probes("0"))
		SKIP("this kernel's probes cannot be switched off");
	CHECK(!device_start(&device, options));
	CHECK(exit_once(&device, &record));
	CHECK(record.phases == walk_alone);
	CHECK(!record.phase_ns[HMMBENCH_PHASE_GRACE] && !record.phase_ns[HMMBENCH_PHASE_UNMAP]);
	/* The same session has them as soon as the kernel does, and loses them with it. */
	CHECK(allow_probes("1") && exit_once(&device, &record));
	CHECK(record.phases == all_phases(nth_walk(0)));
	CHECK(allow_probes("0") && exit_once(&device, &record) && record.phases == walk_alone);
	CHECK(allow_probes("1"));
	device_close(&device);
	return TEST_PASSED;
}

const struct test teardown_tests[] = {
	{ "grace period and unmapping follow the walk, inside the time of the exit", within_whole },
	{ "sessions without the flag have no such phases, and probes come and go with sessions",
	  only_where_asked },
	{ "unmapping takes longer for a process with more memory", unmap_grows },
	{ "64 exits at once each have all phases", storm },
	{ "where the kernel calls no probe these phases are unavailable, and the walk is there",
	  without_probes },
	{ NULL, NULL },
};
