// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/counters.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/kernel_files.h"
#include "common/exit_status.h"

#define CACHE(cache, op, result)                                                    \
	(PERF_COUNT_HW_CACHE_##cache | PERF_COUNT_HW_CACHE_OP_##op << 8 |           \
	 PERF_COUNT_HW_CACHE_RESULT_##result << 16)

const struct counter_kind counter_kinds[] = {
	{ "context-switches", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CONTEXT_SWITCHES, 0 },
	{ "cpu-migrations", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_MIGRATIONS, 0 },
	{ "page-faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS, 0 },
	{ "cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES, 0 },
	{ "instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS, 0 },
	{ "cache-references", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_REFERENCES, 1 },
	{ "cache-misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES, 1 },
	{ "LLC-load-misses", PERF_TYPE_HW_CACHE, CACHE(LL, READ, MISS), 1 },
	{ "node-loads", PERF_TYPE_HW_CACHE, CACHE(NODE, READ, ACCESS), 2 },
	{ "node-load-misses", PERF_TYPE_HW_CACHE, CACHE(NODE, READ, MISS), 2 },
	{ NULL, 0, 0, 0 },
};

#define KINDS (sizeof(counter_kinds) / sizeof(counter_kinds[0]) - 1)
_Static_assert(KINDS <= COUNTERS_MAX, "struct counter_values has room for every kind");

struct counters {
	struct observer observer;
	char unavailable[COUNTERS_MAX][160]; /* "": it can be had */
	/* While they are open: */
	uint32_t cpu_count;
	int *fds; /* kind * cpu_count + index of the CPU; -1: not of this group */
};

static int open_kind(const struct counter_kind *kind, uint32_t cpu)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = kind->type,
		.config = kind->config,
		.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
		.disabled = 1,
	};
	const int fd = (int)syscall(SYS_perf_event_open, &attr, -1, (int)cpu, -1,
				    PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* ---- switching ---- */

static void switch_all(const struct observer *observer, unsigned long request)
{
	const struct counters *counters = (const void *)((const char *)observer -
							 offsetof(struct counters, observer));

	for (size_t i = 0; i < KINDS * counters->cpu_count; i++)
		if (counters->fds[i] >= 0)
			ioctl(counters->fds[i], request, 0);
}

static void switch_on(const struct observer *observer)
{
	switch_all(observer, PERF_EVENT_IOC_ENABLE);
}

static void switch_off(const struct observer *observer)
{
	switch_all(observer, PERF_EVENT_IOC_DISABLE);
}

/* ---- what this machine has ---- */

static bool is_refused(int result)
{
	return result == -EACCES || result == -EPERM;
}

static void explain(char *text, size_t bytes, int result)
{
	if (is_refused(result))
		snprintf(text, bytes,
			 "not allowed (%s): run as root or with CAP_PERFMON, or sysctl "
			 "kernel.perf_event_paranoid=-1",
			 strerror(-result));
	else if (result == -ENOENT || result == -EOPNOTSUPP || result == -ENODEV)
		snprintf(text, bytes, "this CPU, or what emulates it, does not count it");
	else if (result == -ENOSYS)
		snprintf(text, bytes, "this kernel counts nothing (CONFIG_PERF_EVENTS)");
	else
		snprintf(text, bytes, "perf_event_open: %s", strerror(-result));
}

static int none_error(bool refused, struct error *error)
{
	char *paranoid = kernel_file_read("/proc/sys/kernel/perf_event_paranoid", 32, NULL);
	int result;

	if (paranoid)
		paranoid[strcspn(paranoid, "\n")] = '\0';
	if (refused) {
		error->exit_status = STATUS_USAGE;
		result = error_set(error, EACCES,
				   "--counters: the kernel lets this process count nothing "
				   "(kernel.perf_event_paranoid is %s); run it as root or with "
				   "CAP_PERFMON, or sysctl kernel.perf_event_paranoid=-1; in a container "
				   "its seccomp filter has to allow perf_event_open as well",
				   paranoid ? paranoid : "unknown");
	} else {
		result = error_set(error, EOPNOTSUPP,
				   "--counters: this kernel has no counter at all; it needs "
				   "CONFIG_PERF_EVENTS");
	}
	free(paranoid);
	return result;
}

int counters_new(struct counters **counters, struct error *error)
{
	struct counters *made = calloc(1, sizeof(*made));
	const int cpu = sched_getcpu();
	bool any = false, refused = false;

	*counters = NULL;
	if (!made)
		return error_set_errno(error, ENOMEM, "making the counters");
	made->observer = (struct observer){ switch_on, switch_off };
	for (size_t i = 0; i < KINDS; i++) {
		const int fd = open_kind(&counter_kinds[i], cpu < 0 ? 0 : (uint32_t)cpu);

		any |= fd >= 0;
		refused |= is_refused(fd);
		if (fd >= 0)
			close(fd);
		else
			explain(made->unavailable[i], sizeof(made->unavailable[i]), fd);
	}
	if (!any) {
		free(made);
		return none_error(refused, error);
	}
	*counters = made;
	return 0;
}

bool counters_can(const char *name)
{
	for (size_t i = 0; i < KINDS; i++)
		if (!strcmp(counter_kinds[i].name, name)) {
			const int fd = open_kind(&counter_kinds[i], 0);

			if (fd >= 0)
				close(fd);
			return fd >= 0;
		}
	return false;
}

void counters_free(struct counters *counters)
{
	if (!counters)
		return;
	counters_close(counters, NULL, NULL);
	free(counters);
}

void counter_values_init(const struct counters *counters, struct counter_values *counts)
{
	*counts = (struct counter_values){ .any = true };
	for (size_t i = 0; i < KINDS; i++)
		if (counters->unavailable[i][0])
			counts->values[i].unavailable = counters->unavailable[i];
}

bool counters_have(const struct counters *counters, uint32_t group)
{
	for (size_t i = 0; i < KINDS; i++)
		if (counter_kinds[i].group == group && !counters->unavailable[i][0])
			return true;
	return false;
}

/* ---- counting ---- */

int counters_open(struct counters *counters, uint32_t group, const uint32_t *cpus,
		  uint32_t cpu_count, struct error *error)
{
	counters->fds = calloc(KINDS * cpu_count, sizeof(*counters->fds));
	if (!counters->fds)
		return error_set_errno(error, ENOMEM, "opening counters");
	counters->cpu_count = cpu_count;
	for (size_t i = 0; i < KINDS * cpu_count; i++)
		counters->fds[i] = -1;
	for (size_t i = 0; i < KINDS * cpu_count; i++) {
		const size_t kind = i / cpu_count;
		int fd;

		if (counter_kinds[kind].group != group || counters->unavailable[kind][0])
			continue;
		fd = open_kind(&counter_kinds[kind], cpus[i % cpu_count]);
		if (fd < 0) {
			counters_close(counters, NULL, NULL);
			return error_set_errno(error, -fd, "counter %s on CPU %u",
					       counter_kinds[kind].name, cpus[i % cpu_count]);
		}
		counters->fds[i] = fd;
	}
	return 0;
}

const struct observer *counters_observer(const struct counters *counters)
{
	return &counters->observer;
}

uint64_t counter_estimate(uint64_t value, uint64_t enabled_ns, uint64_t running_ns, bool *scaled)
{
	*scaled = running_ns < enabled_ns;
	if (!*scaled)
		return value;
	if (!running_ns)
		return UINT64_MAX;
	return (uint64_t)((double)value * ((double)enabled_ns / (double)running_ns) + .5);
}

/* Adds what one CPU counted. */
static int read_one(int fd, struct counter_value *count)
{
	uint64_t got[3]; /* value, time enabled, time running */
	uint64_t value;
	bool scaled;

	if (read(fd, got, sizeof(got)) != sizeof(got))
		return -EIO;
	value = counter_estimate(got[0], got[1], got[2], &scaled);
	if (value == UINT64_MAX) {
		count->unavailable = "others held its place on a CPU all the time";
		return 0;
	}
	count->value += value;
	count->scaled |= scaled;
	return 0;
}

static int read_kind(const struct counters *counters, size_t kind, struct counter_value *count)
{
	const int *fds = &counters->fds[kind * counters->cpu_count];
	int result = 0;

	if (!counters->cpu_count || fds[0] < 0)
		return 0;
	for (uint32_t i = 0; i < counters->cpu_count && !result; i++)
		result = read_one(fds[i], count);
	count->counted = !result && !count->unavailable;
	return result;
}

int counters_close(struct counters *counters, struct counter_values *counts, struct error *error)
{
	int result = 0;

	switch_off(&counters->observer);
	for (size_t i = 0; counts && i < KINDS && !result; i++)
		if (read_kind(counters, i, &counts->values[i]))
			result = error_set(error, EIO, "counter %s cannot be read",
					   counter_kinds[i].name);
	for (size_t i = 0; i < KINDS * counters->cpu_count; i++)
		if (counters->fds[i] >= 0)
			close(counters->fds[i]);
	free(counters->fds);
	counters->fds = NULL;
	counters->cpu_count = 0;
	return result;
}
