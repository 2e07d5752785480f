// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/tracer.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "agent/kernel_files.h"

#define PMU	   "/sys/bus/event_source/devices/kprobe/"
#define DATA_PAGES 64u /* of a ring: some ten thousand calls */

/* One probe while it is set. */
struct probe {
	int fd; /* -1: not set */
	struct perf_event_mmap_page *ring;
	size_t ring_bytes, data_offset, data_bytes;
};

struct tracer {
	uint64_t address; /* of the callback */
	uint32_t pmu_type;
	uint64_t return_config; /* what makes it a return probe */
	struct probe entry, returned;
};

/* ---- where the callback is ---- */

/* "ffffffffc0a01000 t bundled_release\t[hmmbench]" */
static bool is_callback(const char *line, uint64_t *address)
{
	char name[64], module[64];
	unsigned long long value;

	if (!strstr(line, " " TRACER_FUNCTION "\t") ||
	    sscanf(line, "%llx %*c %63s %63s", &value, name, module) != 3 ||
	    strcmp(name, TRACER_FUNCTION) || strcmp(module, "[hmmbench]"))
		return false;
	*address = value;
	return true;
}

static int find_callback(uint64_t *address, struct error *error)
{
	FILE *file = fopen("/proc/kallsyms", "re");
	char *line = NULL;
	size_t room = 0;
	bool found = false;

	if (!file)
		return error_set_errno(error, errno,
				       "/proc/kallsyms, which a kernel has with CONFIG_KALLSYMS");
	while (!found && getline(&line, &room, file) > 0)
		found = is_callback(line, address);
	free(line);
	fclose(file);
	if (!found)
		return error_set(error, ENOENT,
				 "no " TRACER_FUNCTION "() of the module hmmbench in "
				 "/proc/kallsyms; the kernel needs CONFIG_KALLSYMS_ALL or the "
				 "module its symbols (it was stripped)");
	if (!*address)
		return error_set(error, EPERM,
				 "/proc/kallsyms hides addresses; sysctl kernel.kptr_restrict=1, "
				 "and CAP_SYSLOG");
	return 0;
}

static int find_pmu(struct tracer *tracer, struct error *error)
{
	char *type = kernel_file_read(PMU "type", 32, NULL);
	char *format = kernel_file_read(PMU "format/retprobe", 32, NULL);
	unsigned int bit = 64;
	bool good = type && format && sscanf(type, "%u", &tracer->pmu_type) == 1 &&
		    sscanf(format, "config:%u", &bit) == 1 && bit < 64;

	free(type);
	free(format);
	if (!good)
		return error_set(error, EOPNOTSUPP,
				 "this kernel has no kprobe events (" PMU "); it needs "
				 "CONFIG_KPROBE_EVENTS and CONFIG_PERF_EVENTS");
	tracer->return_config = UINT64_C(1) << bit;
	return 0;
}

int tracer_new(struct tracer **tracer, struct error *error)
{
	struct tracer *made = calloc(1, sizeof(*made));
	int result;

	*tracer = NULL;
	if (!made)
		return error_set_errno(error, ENOMEM, "making the tracer");
	made->entry.fd = made->returned.fd = -1;
	result = find_pmu(made, error);
	if (!result)
		result = find_callback(&made->address, error);
	if (result)
		tracer_free(made);
	else
		*tracer = made;
	return result;
}

/* ---- the probes ---- */

static void probe_remove(struct probe *probe)
{
	if (probe->ring)
		munmap(probe->ring, probe->ring_bytes);
	if (probe->fd >= 0)
		close(probe->fd);
	*probe = (struct probe){ .fd = -1 };
}

void tracer_free(struct tracer *tracer)
{
	if (!tracer)
		return;
	probe_remove(&tracer->entry);
	probe_remove(&tracer->returned);
	free(tracer);
}

static int probe_set(const struct tracer *tracer, struct probe *probe, uint64_t config,
		     uint32_t cpu, struct error *error)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = tracer->pmu_type,
		.config = config,
		.kprobe_addr = tracer->address, /* and no kprobe_func */
		.sample_period = 1,
		.sample_type = PERF_RING_SAMPLE_TYPE,
		.use_clockid = 1,
		.clockid = CLOCK_MONOTONIC_RAW,
	};
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *ring;

	probe->fd = (int)syscall(SYS_perf_event_open, &attr, -1, (int)cpu, -1,
				 PERF_FLAG_FD_CLOEXEC);
	if (probe->fd < 0)
		return error_set_errno(error, errno,
				       "the kernel sets no kprobe at " TRACER_FUNCTION
				       "(): it needs root and a kernel that is not locked down");
	probe->ring_bytes = (DATA_PAGES + 1) * page;
	ring = mmap(NULL, probe->ring_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, probe->fd, 0);
	if (ring == MAP_FAILED)
		return error_set_errno(error, errno, "mapping the tracer's ring");
	probe->ring = ring;
	probe->data_offset = page;
	probe->data_bytes = DATA_PAGES * page;
	return 0;
}

int tracer_start(struct tracer *tracer, uint32_t cpu, struct error *error)
{
	int result = probe_set(tracer, &tracer->entry, 0, cpu, error);

	if (!result)
		result = probe_set(tracer, &tracer->returned, tracer->return_config, cpu, error);
	if (result) {
		probe_remove(&tracer->entry);
		probe_remove(&tracer->returned);
	}
	return result;
}

/* ---- what they recorded ---- */

struct collection {
	struct perf_ring_sample *samples;
	size_t count, room;
};

static int collect(const struct perf_ring_sample *sample, void *context)
{
	struct collection *collection = context;

	if (collection->count == collection->room)
		return -EPROTO;
	collection->samples[collection->count++] = *sample;
	return 0;
}

/* Of a full ring nobody knows whether something is missing. */
static int too_small(const struct probe *probe, struct error *error)
{
	return error_set(error, EPROTO,
			 "the kernel's tracer saw so many calls of " TRACER_FUNCTION
			 "() in one block that its ring, with room for %zu, is full; give the "
			 "block fewer operations, and let nothing else use the module",
			 perf_ring_room(probe->data_bytes));
}

/* Every record is longer than what is kept of it, so the ring's length is room enough. */
static int probe_read(const struct probe *probe, struct collection *collection,
		      struct error *error)
{
	const uint64_t head = __atomic_load_n(&probe->ring->data_head, __ATOMIC_ACQUIRE);
	uint64_t lost = 0;
	int result;

	collection->room = probe->data_bytes / sizeof(*collection->samples);
	collection->samples = calloc(collection->room, sizeof(*collection->samples));
	if (!collection->samples)
		return error_set_errno(error, ENOMEM, "reading the tracer's ring");
	result = perf_ring_each((const char *)probe->ring + probe->data_offset, probe->data_bytes,
				0, head, collect, collection, &lost);
	if (result)
		return error_set_errno(error, -result, "reading the tracer's ring");
	if (lost || perf_ring_is_full(probe->data_bytes, 0, head))
		return too_small(probe, error);
	return 0;
}

static int read_both(struct tracer *tracer, struct samples *samples, struct error *error)
{
	struct collection entries = { 0 }, returns = { 0 };
	struct tracer_span *spans = NULL;
	int result = probe_read(&tracer->entry, &entries, error);

	if (!result)
		result = probe_read(&tracer->returned, &returns, error);
	if (!result) {
		spans = calloc(entries.count + 1, sizeof(*spans));
		if (!spans)
			result = error_set_errno(error, ENOMEM, "joining what the tracer saw");
	}
	if (!result)
		result = tracer_fill(spans,
				     tracer_join(entries.samples, entries.count, returns.samples,
						 returns.count, spans),
				     samples, error);
	free(spans);
	free(entries.samples);
	free(returns.samples);
	return result;
}

int tracer_finish(struct tracer *tracer, struct samples *samples, struct error *error)
{
	int result = 0;

	if (samples)
		result = read_both(tracer, samples, error);
	probe_remove(&tracer->entry);
	probe_remove(&tracer->returned);
	return result;
}
