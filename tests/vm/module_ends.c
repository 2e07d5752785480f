// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sessions that end at the worst moment: within a walk of theirs, and while another one wants
 * the same address space.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "device.h"
#include "tap.h"

enum { MIRRORS = 400, DELAY_NS = 20000 };

static const struct driver {
	uint32_t profile;
	uint64_t profile_ns;
} drivers[] = {
	{ HMMBENCH_PROFILE_DELAY, DELAY_NS },
	{ HMMBENCH_PROFILE_SCHEDULE_UNREGISTER, 0 },
	{ HMMBENCH_PROFILE_DRAIN_WORKQUEUE, 0 },
};

enum { KINDS = 2 * sizeof(drivers) / sizeof(drivers[0]) };

/* Registers, leaves the session to its parent, says so, and exits. */
static void register_and_exit(struct device *device, int ready)
{
	if (device_register(device, MIRRORS, 0, NULL))
		_exit(1);
	close(device->fd);
	_exit(write(ready, "", 1) == 1 ? 0 : 2);
}

/* Waits for the walk and closes the last file. *within: it had begun by then. */
static enum test_result close_at_walk(struct device *device, bool unload, bool *within)
{
	/* Of a mirror that there is not: over as soon as the walk has begun. */
	struct hmmbench_unregister nobody = { .flags = HMMBENCH_UNREGISTER_FOREIGN |
						       HMMBENCH_UNREGISTER_AT_WALK,
					      .first = MIRRORS,
					      .count = 1,
					      .wait_ns = HMMBENCH_WAIT_NS_MAX };
	int ready[2];
	pid_t pid;
	char byte;

	CHECK(!pipe(ready));
	pid = fork();
	if (!pid)
		register_and_exit(device, ready[1]);
	CHECK(read(ready[0], &byte, 1) == 1);
	CHECK(device_unregister_as(device, &nobody) == -1);
	*within = errno == ENOENT;
	CHECK(*within || errno == ETIMEDOUT);
	device_close(device);
	CHECK(!unload || !syscall(SYS_delete_module, "hmmbench", O_NONBLOCK));
	CHECK(child_wait(pid, 0));
	close(ready[0]);
	close(ready[1]);
	return TEST_PASSED;
}

/* Of a session with the i-th kind of driver, with and without the phases behind the walk. */
static enum test_result close_one(const struct walk *walk, int i, bool unload, int *within)
{
	const struct driver *driver = &drivers[i / 2];
	struct device device;
	bool met;

	CHECK(!device_start(&device, (struct device_options){
					     WALK(walk),
					     .profile = driver->profile,
					     .profile_ns = driver->profile_ns,
					     .flags = i % 2 ? HMMBENCH_SETUP_TEARDOWN : 0 }));
	if (close_at_walk(&device, unload, &met))
		return TEST_FAILED;
	*within += met;
	return TEST_PASSED;
}

static enum test_result closed_within_walk(void)
{
	struct device watcher;
	int within = 0, all = 0;

	CHECK(!device_open(&watcher));
	for_each_walk(walk) {
		for (int i = 0; i < KINDS; i++, all++) {
			CHECK(!close_one(walk, i, false, &within));
			CHECK(nothing_left(&watcher, 1));
		}
	}
	printf("# %d of %d were closed when the walk had begun\n", within, all);
	CHECK(within);
	device_close(&watcher);
	return TEST_PASSED;
}

/* The module's text goes while a process is still between a probed function and its return. */
static enum test_result unloaded_within_walk(void)
{
	struct device watcher;
	int within = 0, all = 0, fd;

	if (!module_file)
		SKIP("the module's file was not given");
	fd = open(module_file, O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0);
	for_each_walk(walk) {
		for (int i = 0; i < KINDS; i++, all++) {
			CHECK(!close_one(walk, i, true, &within));
			CHECK(!syscall(SYS_finit_module, fd, "", 0));
		}
	}
	close(fd);
	printf("# %d of %d were unloaded when the walk had begun\n", within, all);
	CHECK(within && !device_open(&watcher) && nothing_left(&watcher, 1));
	device_close(&watcher);
	return TEST_PASSED;
}

enum { CLAIMS = 64, CLAIMERS = 3 };

struct claimer {
	const struct walk *walk;
	pthread_t thread;
	enum test_result result;
	int had; /* how often it had the address space */
};

/* Sessions one after the other, of the address space that all threads have. */
static enum test_result claim(struct claimer *claimer)
{
	for (int i = 0; i < CLAIMS; i++) {
		struct device device;
		int result;

		CHECK(!device_open(&device));
		CHECK(!device_setup(&device,
				    (struct device_options){
					    WALK(claimer->walk),
					    .flags = i % 8 ? 0 : HMMBENCH_SETUP_TEARDOWN }));
		result = device_register(&device, 5, 0, NULL);
		CHECK(!result || errno == EBUSY);
		claimer->had += !result;
		device_close(&device);
	}
	return TEST_PASSED;
}

static void *claimer_main(void *context)
{
	struct claimer *claimer = context;

	claimer->result = claim(claimer);
	return NULL;
}

/* In a process of its own, whose address space they fight for. */
static enum test_result fight(const struct walk *walk)
{
	struct claimer claimers[CLAIMERS];
	int had = 0;

	for (int i = 0; i < CLAIMERS; i++) {
		claimers[i] = (struct claimer){ .walk = walk };
		CHECK(!pthread_create(&claimers[i].thread, NULL, claimer_main, &claimers[i]));
	}
	for (int i = 0; i < CLAIMERS; i++) {
		CHECK(!pthread_join(claimers[i].thread, NULL) && !claimers[i].result);
		had += claimers[i].had;
	}
	printf("# %s: %d of %d sessions had the address space\n", walk->name, had,
	       CLAIMS * CLAIMERS);
	CHECK(had);
	return TEST_PASSED;
}

static enum test_result one_address_space(void)
{
	struct device watcher;

	CHECK(!device_open(&watcher));
	for_each_walk(walk) {
		pid_t pid = fork();

		if (!pid) {
			enum test_result result = fight(walk);

			fflush(stdout);
			_exit(result);
		}
		CHECK(child_wait(pid, 0));
		CHECK(nothing_left(&watcher, 1));
	}
	device_close(&watcher);
	return TEST_PASSED;
}

const struct test ends_tests[] = {
	{ "a session closed within its walk leaves nothing behind, whatever its drivers do",
	  closed_within_walk },
	{ "and the module unloads there as well", unloaded_within_walk },
	{ "sessions that end while others claim their address space get it or EBUSY, and leave nothing",
	  one_address_space },
	{ NULL, NULL },
};
