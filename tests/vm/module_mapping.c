// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The mapping of the rings is read-only, whole, and the caller's alone.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "device.h"
#include "tap.h"

static const struct device_options plain = { .ring_records = 64 };

static enum test_result refuses(void)
{
	struct device device;
	size_t bytes, page = sysconf(_SC_PAGESIZE);

	CHECK(!device_open(&device));
	CHECK(!device_setup(&device, plain));
	bytes = device.setup.map_bytes;
	CHECK(bytes == device.setup.region_bytes * device.cpus);
	errno = 0;
	CHECK(mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, device.fd, 0) == MAP_FAILED);
	CHECK(errno == EACCES);
	CHECK(mmap(NULL, bytes, PROT_WRITE, MAP_SHARED, device.fd, 0) == MAP_FAILED);
	CHECK(errno == EACCES);
	CHECK(mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, device.fd, 0) == MAP_FAILED);
	CHECK(errno == EINVAL);
	CHECK(mmap(NULL, bytes - page, PROT_READ, MAP_SHARED, device.fd, 0) == MAP_FAILED);
	CHECK(errno == EINVAL);
	CHECK(mmap(NULL, bytes + page, PROT_READ, MAP_SHARED, device.fd, 0) == MAP_FAILED);
	CHECK(errno == EINVAL);
	CHECK(mmap(NULL, bytes, PROT_READ, MAP_SHARED, device.fd, page) == MAP_FAILED);
	CHECK(errno == EINVAL);
	CHECK(!device_map(&device));
	device_close(&device);
	return TEST_PASSED;
}

static enum test_result stays_read_only(void)
{
	struct device device;
	int ends[2];
	pid_t pid;

	CHECK(!device_start(&device, plain));
	CHECK_ERRNO(EACCES, mprotect((void *)(uintptr_t)device.map, device.setup.map_bytes,
				     PROT_READ | PROT_WRITE));
	/* A child has the file, not the mapping: the kernel finds nothing to read there. */
	CHECK(!pipe(ends));
	CHECK(write(ends[1], device.map, 1) == 1);
	pid = fork();
	if (!pid)
		_exit(write(ends[1], device.map, 1) == -1 && errno == EFAULT ? 0 : 1);
	CHECK(child_wait(pid, 0));
	close(ends[0]);
	close(ends[1]);
	device_close(&device);
	return TEST_PASSED;
}

static enum test_result headers(void)
{
	struct device device;

	CHECK(!device_start(&device, plain));
	for (uint32_t cpu = 0; cpu < device.cpus; cpu++) {
		const struct hmmbench_ring *ring = device_ring(&device, cpu);

		CHECK(ring->cpu == cpu);
		CHECK(ring->capacity == plain.ring_records);
		CHECK(ring->record_bytes == sizeof(struct hmmbench_record));
		CHECK(ring->head == 0 && ring->dropped == 0);
	}
	device_close(&device);
	return TEST_PASSED;
}

static enum test_result read_only_file(void)
{
	struct device device;
	void *map;
	int fd;

	/* A file opened for reading only can be mapped; here it has its own session. */
	fd = open(HMMBENCH_DEVICE, O_RDONLY);
	CHECK(fd >= 0);
	CHECK(!device_open(&device));
	CHECK(dup2(fd, device.fd) == device.fd);
	CHECK(!device_setup(&device, plain));
	map = mmap(NULL, device.setup.map_bytes, PROT_READ, MAP_SHARED, fd, 0);
	CHECK(map != MAP_FAILED);
	munmap(map, device.setup.map_bytes);
	close(fd);
	device_close(&device);
	return TEST_PASSED;
}

static enum test_result outlives_file(void)
{
	struct device device, watcher;
	struct hmmbench_info info;

	/* What tests before this one left is freed a grace period later. */
	CHECK(!device_open(&watcher));
	CHECK(nothing_left(&watcher, 1));
	CHECK(!device_start(&device, plain));
	CHECK(!device_register(&device, 1, 0, NULL));
	CHECK(!device_unregister(&device, 0, 1, NULL));
	close(device.fd);
	CHECK(device_head(&device) == 1);
	CHECK(!device_info(&watcher, &info) && info.live_sessions == 2);
	device.fd = -1;
	device_close(&device);
	CHECK(nothing_left(&watcher, 1));
	device_close(&watcher);
	return TEST_PASSED;
}

const struct test mapping_tests[] = {
	{ "a mapping that could write, is private, displaced or not whole is refused", refuses },
	{ "a mapping cannot be made writable later and is not inherited", stays_read_only },
	{ "each ring's header says which CPU it is of and how many records it holds", headers },
	{ "a file opened for reading only maps as well", read_only_file },
	{ "a mapping keeps its session after the file is closed, and no longer", outlives_file },
	{ NULL, NULL },
};
