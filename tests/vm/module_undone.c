// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A REGISTER that does not succeed gives the memory of its mirrors back. Until it has
 * succeeded nobody else finds one of them, however hard he looks.
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "device.h"
#include "tap.h"

enum { MIRRORS = 30000, LOOKERS = 2, KILLS = 24, OWN = 64, ASKERS = 3, TAKEN = 20000 };

struct registering {
	struct device *device;
	int result; /* read while it runs: only a failure is written */
};

static void *register_many(void *context)
{
	struct registering *registering = context;

	if (device_register(registering->device, MIRRORS, 0, NULL))
		__atomic_store_n(&registering->result, errno, __ATOMIC_RELAXED);
	return NULL;
}

/* The first mirror and the last become visible in one moment. */
static enum test_result found_at_once(struct device *device)
{
	struct registering registering = { .device = device };
	pthread_t thread;
	int16_t node;

	CHECK(!pthread_create(&thread, NULL, register_many, &registering));
	while (device_nodes(device, 0, 1, &node))
		CHECK(errno == ENOENT && !__atomic_load_n(&registering.result, __ATOMIC_RELAXED));
	CHECK(!device_nodes(device, MIRRORS - 1, 1, &node));
	CHECK(!pthread_join(thread, NULL) && !registering.result);
	return TEST_PASSED;
}

static enum test_result all_or_none(void)
{
	for_each_walk(walk) {
		struct device device;
		pid_t pid;

		CHECK(!device_walk(&device, walk));
		pid = fork();
		if (!pid)
			_exit(found_at_once(&device));
		CHECK(child_wait(pid, 0));
		device_close(&device);
	}
	return TEST_PASSED;
}

/* Looks for mirrors of whoever registers, until it is killed. */
static void look(struct device *device, unsigned int seed)
{
	for (;;) {
		struct hmmbench_unregister argument = {
			.flags = HMMBENCH_UNREGISTER_FOREIGN,
			.first = OWN + rand_r(&seed) % MIRRORS,
			.count = 1,
		};

		device_unregister_as(device, &argument);
	}
}

/* Of so many mirrors. *ns: how long it took. */
static bool time_register(struct device *device, uint64_t *ns)
{
	const uint64_t before_ns = now_ns();
	pid_t pid = fork();

	if (!pid)
		_exit(device_register(device, MIRRORS, 1, NULL) ? 1 : 0);
	if (!child_wait(pid, 0))
		return false;
	*ns = now_ns() - before_ns;
	return true;
}

/* A process killed while its second REGISTER runs, or shortly before or after. */
static bool kill_one(struct device *device, uint64_t after_ns)
{
	int ready[2];
	char byte;
	pid_t pid;
	bool good;

	if (pipe(ready))
		return false;
	pid = fork();
	if (!pid) {
		if (device_register(device, OWN, 0, NULL) || write(ready[1], "", 1) != 1)
			_exit(1);
		device_register(device, MIRRORS, 0, NULL);
		pause();
	}
	close(ready[1]);
	good = read(ready[0], &byte, 1) == 1;
	close(ready[0]);
	nanosleep(&(struct timespec){ .tv_sec = after_ns / 1000000000,
				      .tv_nsec = after_ns % 1000000000 },
		  NULL);
	return !kill(pid, SIGKILL) && child_wait(pid, SIGKILL) && good;
}

static enum test_result killed_beside_lookers(void)
{
	unsigned int seed = 1;

	for_each_walk(walk) {
		struct device device;
		pid_t lookers[LOOKERS];
		uint64_t all_ns;

		CHECK(!device_walk(&device, walk));
		CHECK(time_register(&device, &all_ns));
		for (int i = 0; i < LOOKERS; i++) {
			lookers[i] = fork();
			if (!lookers[i])
				look(&device, i);
		}
		for (int i = 0; i < KILLS; i++) {
			CHECK(kill_one(&device, all_ns / 1000 * (rand_r(&seed) % 1000)));
			CHECK(!device_reap(&device, &(struct hmmbench_reap){ 0 }));
		}
		for (int i = 0; i < LOOKERS; i++)
			CHECK(!kill(lookers[i], SIGKILL) && child_wait(lookers[i], SIGKILL));
		CHECK(!device_reap(&device, &(struct hmmbench_reap){ 0 }));
		CHECK(nothing_left(&device, 1));
		device_close(&device);
	}
	return TEST_PASSED;
}

/* One more than there is room for, again and again, until it is killed. */
static void ask_for_too_many(struct device *device)
{
	while (device_register(device, HMMBENCH_MIRRORS_MAX, 0, NULL) == -1 && errno == E2BIG)
		;
	_exit(1);
}

static int take_one_by_one(struct device *device)
{
	for (int i = 0; i < TAKEN; i++)
		CHECK(!device_register(device, 1, 0, NULL));
	return TEST_PASSED;
}

/* Whoever has room gets it, though others are being refused at the same moment. */
static enum test_result refused_beside(void)
{
	struct device device;
	pid_t askers[ASKERS], taker;

	CHECK(!device_walk(&device, nth_walk(0)));
	CHECK(!device_register(&device, 1, 0, NULL));
	for (int i = 0; i < ASKERS; i++) {
		askers[i] = fork();
		if (!askers[i])
			ask_for_too_many(&device);
	}
	taker = fork();
	if (!taker)
		_exit(take_one_by_one(&device));
	CHECK(child_wait(taker, 0));
	for (int i = 0; i < ASKERS; i++)
		CHECK(!kill(askers[i], SIGKILL) && child_wait(askers[i], SIGKILL));
	device_close(&device);
	return TEST_PASSED;
}

const struct test undone_tests[] = {
	{ "mirrors of one REGISTER are found all or none, whoever looks while it runs",
	  all_or_none },
	{ "a REGISTER that is refused for want of room takes none from those beside it",
	  refused_beside },
	{ "who unregisters mirrors of REGISTERs that are killed meets none that is given back",
	  killed_beside_lookers },
	{ NULL, NULL },
};
