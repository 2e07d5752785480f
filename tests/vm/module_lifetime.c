// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Nothing is left behind, however a session or its processes end.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "device.h"
#include "tap.h"

static void sleep_ns(long ns)
{
	nanosleep(&(struct timespec){ .tv_nsec = ns }, NULL);
}

static enum test_result reap_returns(void)
{
	struct device device;
	struct hmmbench_reap reap;
	struct hmmbench_info info;
	int go;
	pid_t pid;

	CHECK(!device_walk(&device, nth_walk(0)));
	CHECK(nothing_left(&device, 1));
	CHECK(!device_reap(&device, &reap));
	CHECK(reap.address_spaces == 0 && reap.mirrors == 0);
	CHECK(child_exit(&device, 1000, 0));
	CHECK(child_exit(&device, 500, 0));
	pid = child_start(&device, 50, 0, &go);
	CHECK(!device_info(&device, &info));
	CHECK(info.live_bindings == 3 && info.live_mirrors == 1550);
	CHECK(!device_reap(&device, &reap));
	CHECK(reap.address_spaces == 2 && reap.mirrors == 1500);
	/* It waited: the memory is back now. The process that lives keeps its mirrors. */
	CHECK(!device_info(&device, &info));
	CHECK(info.live_bindings == 1 && info.live_mirrors == 50);
	child_go(go);
	CHECK(child_wait(pid, 0));
	CHECK(!device_reap(&device, &reap));
	CHECK(reap.address_spaces == 1 && reap.mirrors == 50);
	CHECK(nothing_left(&device, 1));
	CHECK(device_head(&device) == 3);
	device_close(&device);
	return TEST_PASSED;
}

static enum test_result close_while_alive(void)
{
	struct device device, watcher;
	int go[4];
	pid_t pids[4];

	CHECK(!device_open(&watcher));
	CHECK(!device_walk(&device, nth_walk(1)));
	CHECK(!device_register(&device, 300, 0, NULL));
	for (int i = 0; i < 4; i++)
		pids[i] = child_start(&device, 100, 0, &go[i]);
	/* Ours goes; the children, who inherited it, keep the session. */
	device_close(&device);
	for (int i = 0; i < 4; i++) {
		child_go(go[i]);
		CHECK(child_wait(pids[i], 0));
	}
	CHECK(nothing_left(&watcher, 1));
	device_close(&watcher);
	return TEST_PASSED;
}

static enum test_result exit_after_close(void)
{
	struct device device, watcher;
	int done[2];
	pid_t pid;
	char byte;

	CHECK(!device_open(&watcher));
	CHECK(!device_walk(&device, nth_walk(1)));
	CHECK(!pipe(done));
	pid = fork();
	if (!pid) {
		/* Registers, closes the file, and only then exits. */
		if (device_register(&device, 200, 0, NULL))
			_exit(1);
		close(device.fd);
		if (write(done[1], "", 1) != 1)
			_exit(2);
		sleep_ns(50000000);
		_exit(0);
	}
	CHECK(read(done[0], &byte, 1) == 1);
	device_close(&device);
	CHECK(child_wait(pid, 0));
	CHECK(nothing_left(&watcher, 1));
	close(done[0]);
	close(done[1]);
	device_close(&watcher);
	return TEST_PASSED;
}

/* Registers and unregisters without end, until it is killed. */
static void churn(struct device *device, uint32_t mirrors)
{
	for (;;) {
		uint32_t first;

		if (device_register(device, mirrors, 0, &first))
			pause();
		device_unregister(device, first, mirrors / 2, NULL);
	}
}

static enum test_result killed_children(void)
{
	struct device device, watcher;
	struct hmmbench_reap reap;
	unsigned int seed = 1;

	CHECK(!device_open(&watcher));
	for (int round = 0; round < 12; round++) {
		pid_t pids[8];

		CHECK(!device_start(
			&device,
			(struct device_options){
				WALK(nth_walk(round)),
				.profile = round & 2 ? HMMBENCH_PROFILE_SCHEDULE_UNREGISTER :
						       HMMBENCH_PROFILE_EMPTY,
				.flags = round % 3 ? HMMBENCH_SETUP_TEARDOWN : 0 }));
		for (int i = 0; i < 8; i++) {
			pids[i] = fork();
			if (!pids[i])
				churn(&device, 1u << i << 4);
		}
		for (int i = 0; i < 8; i++) {
			sleep_ns(rand_r(&seed) % 20000000);
			CHECK(!kill(pids[i], SIGKILL));
		}
		for (int i = 0; i < 8; i++)
			CHECK(child_wait(pids[i], SIGKILL));
		if (round % 3 == 0) {
			CHECK(!device_reap(&device, &reap));
			CHECK(nothing_left(&device, 2));
		}
		device_close(&device);
	}
	CHECK(nothing_left(&watcher, 1));
	device_close(&watcher);
	return TEST_PASSED;
}

/* The holder of the session dies while its children work; then they die. */
static enum test_result killed_holder(void)
{
	struct device watcher;
	pid_t holder;
	int alive[2];
	char byte;

	CHECK(!device_open(&watcher));
	CHECK(!pipe(alive));
	holder = fork();
	if (!holder) {
		struct device device;

		close(alive[0]);
		if (setpgid(0, 0) || device_walk(&device, nth_walk(0)))
			_exit(1);
		for (int i = 0; i < 3; i++)
			if (!fork())
				churn(&device, 64);
		if (write(alive[1], "", 1) != 1)
			_exit(2);
		churn(&device, 128);
	}
	close(alive[1]);
	CHECK(read(alive[0], &byte, 1) == 1);
	sleep_ns(50000000);
	CHECK(!kill(holder, SIGKILL));
	CHECK(child_wait(holder, SIGKILL));
	sleep_ns(20000000);
	CHECK(!kill(-holder, SIGKILL));
	/* The pipe ends when the last of them is gone. */
	CHECK(read(alive[0], &byte, 1) == 0);
	close(alive[0]);
	CHECK(nothing_left(&watcher, 1));
	device_close(&watcher);
	return TEST_PASSED;
}

static unsigned long free_mib(void)
{
	FILE *file = fopen("/proc/meminfo", "r");
	unsigned long kib = 0;
	char line[128];

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "MemAvailable: %lu kB", &kib) == 1)
			break;
	if (file)
		fclose(file);
	return kib >> 10;
}

static enum test_result a_million(void)
{
	if (free_mib() < 400)
		SKIP("less than 400 MiB of memory free");
	for_each_walk(walk) {
		struct device device;
		struct hmmbench_record record;
		struct hmmbench_reap reap;

		CHECK(!device_walk(&device, walk));
		CHECK(child_exit(&device, HMMBENCH_MIRRORS_MAX, 0));
		/* The session's limit is reached until they are reaped. */
		CHECK_ERRNO(E2BIG, device_register(&device, 1, 0, NULL));
		CHECK(device_drain(&device, &record, 1) == 1 && !device_dropped(&device));
		CHECK(record.mirrors == HMMBENCH_MIRRORS_MAX);
		printf("# %s: walk of a million %llu ns\n", walk->name,
		       (unsigned long long)record.phase_ns[HMMBENCH_PHASE_WALK]);
		CHECK(!device_reap(&device, &reap) && reap.mirrors == HMMBENCH_MIRRORS_MAX);
		CHECK(!device_register(&device, 1, 0, NULL));
		device_close(&device);
	}
	return TEST_PASSED;
}

static enum test_result killed_in_a_million(void)
{
	struct device device;
	pid_t pid;

	if (free_mib() < 400)
		SKIP("less than 400 MiB of memory free");
	CHECK(!device_walk(&device, nth_walk(0)));
	for (int i = 0; i < 4; i++) {
		struct hmmbench_reap reap;

		pid = fork();
		if (!pid) {
			device_register(&device, HMMBENCH_MIRRORS_MAX, 0, NULL);
			pause();
		}
		sleep_ns(30000000l << i);
		CHECK(!kill(pid, SIGKILL));
		CHECK(child_wait(pid, SIGKILL));
		CHECK(!device_reap(&device, &reap));
		CHECK(nothing_left(&device, 1));
	}
	device_close(&device);
	return TEST_PASSED;
}

static int unload(void)
{
	return syscall(SYS_delete_module, "hmmbench", O_NONBLOCK);
}

static enum test_result unload_refused(void)
{
	struct device device;

	CHECK(!device_open(&device));
	CHECK_ERRNO(EWOULDBLOCK, unload());
	CHECK(!device_setup(&device, (struct device_options){ 0 }));
	CHECK(!device_register(&device, 10, 0, NULL));
	CHECK_ERRNO(EWOULDBLOCK, unload());
	device_close(&device);
	return TEST_PASSED;
}

static enum test_result unload_works(void)
{
	struct device device;
	int fd;

	if (!module_file)
		SKIP("the module's file was not given");
	fd = open(module_file, O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0);
	for (int i = 0; i < 5; i++) {
		/* What the last session left is still being freed when the module goes. */
		CHECK(!device_start(&device,
				    (struct device_options){
					    WALK(nth_walk(i)),
					    .profile = HMMBENCH_PROFILE_SCHEDULE_UNREGISTER,
					    .flags = HMMBENCH_SETUP_TEARDOWN }));
		if (!nth_walk(i)->once || !i)
			CHECK(!device_register(&device, 5000, 0, NULL));
		CHECK(child_exit(&device, 5000, 0));
		device_close(&device);
		CHECK(!unload());
		CHECK_ERRNO(ENOENT, open(HMMBENCH_DEVICE, O_RDWR));
		CHECK(!syscall(SYS_finit_module, fd, "", 0));
	}
	close(fd);
	CHECK(!device_open(&device));
	CHECK(nothing_left(&device, 1));
	device_close(&device);
	return TEST_PASSED;
}

const struct test lifetime_tests[] = {
	{ "REAP frees what has exited, waits for it, and leaves the living alone", reap_returns },
	{ "children keep the session that their parent closed, and nothing is left after them",
	  close_while_alive },
	{ "an address space that outlives its session exits without harm", exit_after_close },
	{ "children killed at any moment leave nothing behind", killed_children },
	{ "a killed holder and its killed children leave nothing behind", killed_holder },
	{ "a million mirrors exit under every walk with nothing lost", a_million },
	{ "a process killed while it registers a million leaves nothing behind",
	  killed_in_a_million },
	{ "unloading is refused while a session is open", unload_refused },
	{ "without sessions the module unloads and loads again", unload_works },
	{ NULL, NULL },
};
