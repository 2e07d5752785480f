// SPDX-License-Identifier: GPL-2.0-or-later
#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LOCKS (1u << HMMBENCH_PHASE_LOCK_WAIT)

struct walk walks[WALKS] = {
	{ "write", HMMBENCH_CORE_BUNDLED, HMMBENCH_STRATEGY_WRITE, LOCKS, true, false, false },
	{ "read", HMMBENCH_CORE_BUNDLED, HMMBENCH_STRATEGY_READ, LOCKS, false, false, false },
	{ "srcu", HMMBENCH_CORE_BUNDLED, HMMBENCH_STRATEGY_SRCU, LOCKS, false, false, false },
	{ "getput", HMMBENCH_CORE_BUNDLED, HMMBENCH_STRATEGY_GETPUT, LOCKS, false, false, false },
	{ "intree", HMMBENCH_CORE_INTREE, HMMBENCH_STRATEGY_KERNEL, 0, false, false, false },
	{ "interval", HMMBENCH_CORE_INTERVAL, HMMBENCH_STRATEGY_KERNEL, 0, false, false, false },
};

/* The kernel's own hmm_release(), which the module knows when it has seen it once. */
static bool intree_lets_go(struct device *device, struct hmmbench_info *info)
{
	const struct device_options intree = { .core = HMMBENCH_CORE_INTREE,
					       .strategy = HMMBENCH_STRATEGY_KERNEL };

	if (device_setup(device, intree) || !child_exit(device, 1, 0) ||
	    device_reap(device, &(struct hmmbench_reap){ 0 }) || !nothing_left(device, 1) ||
	    device_info(device, info))
		perror("# core intree");
	return info->intree_strategy == HMMBENCH_STRATEGY_WRITE;
}

/* What the module says, asked once: before the tests, whose processes inherit it. */
static uint32_t cores(void)
{
	static struct hmmbench_info info;
	struct device device;

	if (info.size || device_open(&device))
		return info.cores;
	device_info(&device, &info);
	for (int i = 0; i < WALKS; i++) {
		walks[i].invalidates = info.invalidates >> walks[i].core & 1;
		/* Both came with 5.2. */
		walks[i].once = walks[i].core == HMMBENCH_CORE_INTREE && !walks[i].invalidates;
		if (walks[i].core == HMMBENCH_CORE_INTREE && info.cores >> walks[i].core & 1)
			walks[i].lets_go = intree_lets_go(&device, &info);
	}
	device_close(&device);
	return info.cores;
}

bool has_core(uint32_t core)
{
	return cores() >> core & 1;
}

const struct walk *walk_from(const struct walk *walk)
{
	while (walk < walks + WALKS && !has_core(walk->core))
		walk++;
	return walk < walks + WALKS ? walk : NULL;
}

const struct walk *nth_walk(unsigned int n)
{
	const struct walk *walk = walk_from(walks);

	while (walk && n--) {
		walk = walk_from(walk + 1);
		if (!walk)
			walk = walk_from(walks);
	}
	return walk;
}

int device_open(struct device *device)
{
	struct hmmbench_info info;

	memset(device, 0, sizeof(*device));
	device->fd = open(HMMBENCH_DEVICE, O_RDWR | O_CLOEXEC);
	if (device->fd < 0 || device_info(device, &info))
		return -1;
	device->cpus = info.cpus;
	device->tails = calloc(info.cpus, sizeof(*device->tails));
	return device->tails ? 0 : -1;
}

int device_setup(struct device *device, struct device_options options)
{
	if (!options.core && !options.strategy) {
		options.core = nth_walk(0)->core;
		options.strategy = nth_walk(0)->strategy;
	}
	device->setup = (struct hmmbench_setup){
		.size = sizeof(device->setup),
		.flags = options.flags,
		.core = options.core,
		.strategy = options.strategy,
		.profile = options.profile,
		.profile_ns = options.profile_ns,
		.ring_records = options.ring_records ? options.ring_records :
						       HMMBENCH_RING_RECORDS_MIN,
	};
	return ioctl(device->fd, HMMBENCH_IOC_SETUP, &device->setup);
}

int device_map(struct device *device)
{
	void *map = mmap(NULL, device->setup.map_bytes, PROT_READ, MAP_SHARED, device->fd, 0);

	if (map == MAP_FAILED)
		return -1;
	device->map = map;
	return 0;
}

int device_start(struct device *device, struct device_options options)
{
	if (device_open(device) || device_setup(device, options) || device_map(device))
		return -1;
	return 0;
}

int device_walk(struct device *device, const struct walk *walk)
{
	return device_start(device, (struct device_options){ WALK(walk) });
}

void device_close(struct device *device)
{
	if (device->map)
		munmap((void *)(uintptr_t)device->map, device->setup.map_bytes);
	if (device->fd >= 0)
		close(device->fd);
	free(device->tails);
	memset(device, 0, sizeof(*device));
	device->fd = -1;
}

int device_info(struct device *device, struct hmmbench_info *info)
{
	*info = (struct hmmbench_info){ .size = sizeof(*info) };
	return ioctl(device->fd, HMMBENCH_IOC_INFO, info);
}

int device_register(struct device *device, uint32_t count, uint64_t operation, uint32_t *first)
{
	struct hmmbench_register argument = {
		.size = sizeof(argument),
		.count = count,
		.node = HMMBENCH_NODE_ANY,
		.operation = operation,
	};
	int result = ioctl(device->fd, HMMBENCH_IOC_REGISTER, &argument);

	if (first)
		*first = argument.first;
	return result;
}

int device_register_on(struct device *device, uint32_t count, int node, uint32_t *on_node)
{
	struct hmmbench_register argument = {
		.size = sizeof(argument),
		.count = count,
		.node = node,
	};
	int result = ioctl(device->fd, HMMBENCH_IOC_REGISTER, &argument);

	*on_node = argument.on_node;
	return result;
}

int device_unregister(struct device *device, uint32_t first, uint32_t count, uint32_t *done)
{
	struct hmmbench_unregister argument = {
		.size = sizeof(argument),
		.first = first,
		.count = count,
		.done = UINT32_MAX,
	};
	int result = ioctl(device->fd, HMMBENCH_IOC_UNREGISTER, &argument);

	if (done)
		*done = argument.done;
	return result;
}

int device_unregister_as(struct device *device, struct hmmbench_unregister *argument)
{
	argument->size = sizeof(*argument);
	return ioctl(device->fd, HMMBENCH_IOC_UNREGISTER, argument);
}

int device_invalidate(struct device *device, struct hmmbench_invalidate *argument)
{
	argument->size = sizeof(*argument);
	return ioctl(device->fd, HMMBENCH_IOC_INVALIDATE, argument);
}

int device_nodes(struct device *device, uint32_t first, uint32_t count, int16_t *nodes)
{
	struct hmmbench_nodes argument = {
		.size = sizeof(argument),
		.first = first,
		.count = count,
		.nodes = (uintptr_t)nodes,
	};

	return ioctl(device->fd, HMMBENCH_IOC_NODES, &argument);
}

int device_counts(struct device *device, struct hmmbench_counts *counts)
{
	*counts = (struct hmmbench_counts){ .size = sizeof(*counts) };
	return ioctl(device->fd, HMMBENCH_IOC_COUNTS, counts);
}

int device_reap(struct device *device, struct hmmbench_reap *reap)
{
	*reap = (struct hmmbench_reap){ .size = sizeof(*reap) };
	return ioctl(device->fd, HMMBENCH_IOC_REAP, reap);
}

int device_consume(struct device *device, uint32_t cpu, uint64_t tail)
{
	struct hmmbench_consume argument = {
		.size = sizeof(argument),
		.cpu = cpu,
		.tail = tail,
	};

	return ioctl(device->fd, HMMBENCH_IOC_CONSUME, &argument);
}

const struct hmmbench_ring *device_ring(const struct device *device, uint32_t cpu)
{
	return (const void *)(device->map + cpu * device->setup.region_bytes);
}

uint64_t device_head(const struct device *device)
{
	uint64_t sum = 0;

	for (uint32_t cpu = 0; cpu < device->cpus; cpu++)
		sum += __atomic_load_n(&device_ring(device, cpu)->head, __ATOMIC_ACQUIRE);
	return sum;
}

uint64_t device_dropped(const struct device *device)
{
	uint64_t sum = 0;

	for (uint32_t cpu = 0; cpu < device->cpus; cpu++)
		sum += __atomic_load_n(&device_ring(device, cpu)->dropped, __ATOMIC_RELAXED);
	return sum;
}

size_t device_drain(struct device *device, struct hmmbench_record *records, size_t capacity)
{
	const long page_bytes = sysconf(_SC_PAGESIZE);
	size_t count = 0;

	for (uint32_t cpu = 0; cpu < device->cpus; cpu++) {
		const struct hmmbench_ring *ring = device_ring(device, cpu);
		const struct hmmbench_record *ring_records =
			(const void *)((const char *)ring + page_bytes);
		uint64_t head = __atomic_load_n(&ring->head, __ATOMIC_ACQUIRE);

		while (device->tails[cpu] < head && count < capacity)
			records[count++] =
				ring_records[device->tails[cpu]++ & (ring->capacity - 1)];
		if (device_consume(device, cpu, device->tails[cpu]))
			perror("# CONSUME");
	}
	return count;
}

static void child_main(struct device *device, uint32_t mirrors, uint64_t operation, int ready,
		       int go)
{
	char byte = 0;

	if (device_register(device, mirrors, operation, NULL))
		_exit(1);
	if (write(ready, &byte, 1) != 1)
		_exit(2);
	while (read(go, &byte, 1) < 0 && errno == EINTR)
		;
	_exit(0);
}

pid_t child_start(struct device *device, uint32_t mirrors, uint64_t operation, int *go)
{
	int ready_pipe[2], go_pipe[2];
	pid_t pid;
	char byte;

	if (pipe2(ready_pipe, O_CLOEXEC) || pipe2(go_pipe, O_CLOEXEC))
		return -1;
	pid = fork();
	if (!pid) {
		close(ready_pipe[0]);
		close(go_pipe[1]);
		child_main(device, mirrors, operation, ready_pipe[1], go_pipe[0]);
	}
	close(ready_pipe[1]);
	close(go_pipe[0]);
	/* Ready, or dead: the caller's child_wait() tells. */
	if (pid > 0 && read(ready_pipe[0], &byte, 1) < 0)
		perror("# child");
	close(ready_pipe[0]);
	*go = go_pipe[1];
	return pid;
}

void child_go(int go)
{
	/* A byte and not just the end of the pipe, which younger siblings hold as well. */
	if (write(go, "", 1) != 1)
		perror("# child");
	close(go);
}

bool child_wait(pid_t pid, int signal)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return false;
	if (signal)
		return WIFSIGNALED(status) && WTERMSIG(status) == signal;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool child_exit(struct device *device, uint32_t mirrors, uint64_t operation)
{
	int go;
	pid_t pid = child_start(device, mirrors, operation, &go);

	child_go(go);
	return child_wait(pid, 0);
}

int run_on_cpu(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set);
}

uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

bool child_met(struct device *device, uint32_t mirrors, uint64_t operation,
	       int (*meet)(struct device *device, void *context), void *context, int *result)
{
	cpu_set_t others;
	pid_t pid;
	int go;

	CPU_ZERO(&others);
	for (int cpu = 1; cpu < (int)device->cpus; cpu++)
		CPU_SET(cpu, &others);
	if (sched_setaffinity(0, sizeof(others), &others))
		return false;
	pid = child_start(device, mirrors, operation, &go);
	if (run_on_cpu(0))
		return false;
	child_go(go);
	*result = meet(device, context);
	return child_wait(pid, 0);
}

bool nothing_left(struct device *device, uint64_t sessions)
{
	const struct timespec pause = { .tv_nsec = 10000000 };
	struct hmmbench_info info;

	/* A minute: what is freed waits for a grace period, on a machine of any speed. */
	for (int i = 0; i < 6000; i++) {
		if (device_info(device, &info))
			return false;
		if (info.live_sessions == sessions && !info.live_bindings && !info.live_mirrors)
			return true;
		nanosleep(&pause, NULL);
	}
	printf("# left: %llu sessions, %llu bindings, %llu mirrors\n",
	       (unsigned long long)info.live_sessions, (unsigned long long)info.live_bindings,
	       (unsigned long long)info.live_mirrors);
	return false;
}
