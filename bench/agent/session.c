// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/cell.h"
#include "common/exit_status.h"

struct session {
	int fd;
	bool unrecorded, counter;
	uint32_t cpus;
	const char *rings; /* the mapping: cpus regions */
	size_t map_bytes, region_bytes;
	uint64_t *tails; /* per CPU: records given back */
};

static int device_error(struct error *error, const char *device, int errnum)
{
	if (error)
		error->exit_status = STATUS_MODULE;
	switch (errnum) {
	case ENOENT:
	case ENXIO:
	case ENODEV:
		return error_set(error, errnum,
				 "%s is not there: the module is not loaded; load it "
				 "with modprobe hmmbench or insmod hmmbench.ko",
				 device);
	case EACCES:
	case EPERM:
		return error_set(error, errnum,
				 "%s may be used with CAP_SYS_ADMIN only; run the agent "
				 "as root",
				 device);
	default:
		return error_set_errno(error, errnum, "opening %s", device);
	}
}

static int query(int fd, const char *device, struct hmmbench_info *info, struct error *error)
{
	memset(info, 0, sizeof(*info));
	info->size = sizeof(*info);
	if (!ioctl(fd, HMMBENCH_IOC_INFO, info)) {
		if (info->abi_version == HMMBENCH_ABI_VERSION &&
		    info->record_bytes == sizeof(struct hmmbench_record))
			return 0;
		if (error)
			error->exit_status = STATUS_MODULE;
		return error_set(error, EPROTO,
				 "%s speaks ABI version %u, this agent %u; take module "
				 "and agent from one build",
				 device, info->abi_version, HMMBENCH_ABI_VERSION);
	}
	if (errno == EPERM)
		return device_error(error, device, errno);
	if (error)
		error->exit_status = STATUS_MODULE;
	return error_set(error, EPROTO,
			 "%s does not answer as this agent's module does (%s); take "
			 "module and agent from one build",
			 device, strerror(errno));
}

int session_info(const char *device, struct hmmbench_info *info, struct error *error)
{
	int fd = open(device, O_RDWR | O_CLOEXEC | O_NOCTTY);
	int result;

	if (fd < 0)
		return device_error(error, device, errno);
	result = query(fd, device, info, error);
	close(fd);
	return result;
}

static uint32_t ring_records(uint32_t wanted)
{
	uint32_t records = HMMBENCH_RING_RECORDS_MIN;

	while (records < wanted && records < HMMBENCH_RING_RECORDS_MAX)
		records *= 2;
	return records;
}

static int set_up(struct session *session, const struct session_options *options,
		  struct error *error)
{
	struct hmmbench_setup setup = {
		.size = sizeof(setup),
		.flags = options->flags,
		.core = options->core,
		.strategy = options->strategy,
		.profile = options->profile,
		.ring_records = ring_records(options->records),
		.profile_ns = options->profile_ns,
	};
	void *rings;

	if (ioctl(session->fd, HMMBENCH_IOC_SETUP, &setup)) {
		int errnum = errno;

		if (errnum == EOPNOTSUPP)
			return error_set(error, errnum,
					 "the module has no core %s with strategy %s and "
					 "profile %s",
					 name_of(core_names, options->core),
					 strategy_name(options->strategy),
					 name_of(profile_names, options->profile));
		return error_set_errno(error, errnum,
				       "setting up a session with rings of %u records on "
				       "%u CPUs",
				       setup.ring_records, session->cpus);
	}
	rings = mmap(NULL, setup.map_bytes, PROT_READ, MAP_SHARED, session->fd, 0);
	if (rings == MAP_FAILED)
		return error_set_errno(error, errno, "mapping the rings of a session, %llu bytes",
				       (unsigned long long)setup.map_bytes);
	session->rings = rings;
	session->counter = setup.counter;
	session->map_bytes = setup.map_bytes;
	session->region_bytes = setup.region_bytes;
	return 0;
}

int session_open(const struct session_options *options, struct session **session,
		 struct error *error)
{
	struct session *made = calloc(1, sizeof(*made));
	struct hmmbench_info info;
	int result;

	if (!made)
		return error_set_errno(error, ENOMEM, "opening a session");
	made->fd = open(options->device, O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (made->fd < 0) {
		result = device_error(error, options->device, errno);
		goto fail;
	}
	result = query(made->fd, options->device, &info, error);
	if (result)
		goto fail;
	made->cpus = info.cpus;
	made->unrecorded = options->flags & HMMBENCH_SETUP_UNRECORDED;
	made->tails = calloc(made->cpus, sizeof(*made->tails));
	if (!made->tails) {
		result = error_set_errno(error, ENOMEM, "opening a session");
		goto fail;
	}
	result = set_up(made, options, error);
	if (result)
		goto fail;
	*session = made;
	return 0;
fail:
	session_close(made);
	return result;
}

void session_close(struct session *session)
{
	if (!session)
		return;
	if (session->rings)
		munmap((void *)(uintptr_t)session->rings, session->map_bytes);
	if (session->fd >= 0)
		close(session->fd);
	free(session->tails);
	free(session);
}

bool session_is_unrecorded(const struct session *session)
{
	return session->unrecorded;
}

bool session_reads_counter(const struct session *session)
{
	return session->counter;
}

int session_register(const struct session *session, uint32_t count, int32_t node,
		     uint64_t operation, uint32_t *on_node)
{
	struct hmmbench_register argument = {
		.size = sizeof(argument),
		.count = count,
		.node = node,
		.operation = operation,
	};

	if (ioctl(session->fd, HMMBENCH_IOC_REGISTER, &argument))
		return -errno;
	*on_node = argument.on_node;
	return 0;
}

int session_nodes(const struct session *session, uint32_t first, uint32_t count, int16_t *nodes)
{
	struct hmmbench_nodes argument = {
		.size = sizeof(argument),
		.first = first,
		.count = count,
		.nodes = (uintptr_t)nodes,
	};

	return ioctl(session->fd, HMMBENCH_IOC_NODES, &argument) ? -errno : 0;
}

int session_unregister(const struct session *session, uint32_t mirror, bool recorded)
{
	struct hmmbench_unregister argument = {
		.size = sizeof(argument),
		.flags = recorded ? 0 : HMMBENCH_UNREGISTER_UNRECORDED,
		.first = mirror,
		.count = 1,
	};

	return ioctl(session->fd, HMMBENCH_IOC_UNREGISTER, &argument) ? -errno : 0;
}

int session_unregister_at_walk(const struct session *session, const struct session_aim *aim,
			       uint32_t first, uint32_t count, uint32_t *done)
{
	struct hmmbench_unregister argument = {
		.size = sizeof(argument),
		.flags = HMMBENCH_UNREGISTER_FOREIGN | HMMBENCH_UNREGISTER_AT_WALK |
			 HMMBENCH_UNREGISTER_DESCENDING,
		.first = first,
		.count = count,
		.operation = aim->operation,
		.offset_ns = aim->offset_ns,
		.wait_ns = aim->wait_ns,
	};
	int result = ioctl(session->fd, HMMBENCH_IOC_UNREGISTER, &argument) ? -errno : 0;

	*done = argument.done;
	return result;
}

int session_invalidate_at_walk(const struct session *session, const struct session_aim *aim,
			       bool nonblock, uint32_t *done, uint32_t *again)
{
	struct hmmbench_invalidate argument = {
		.size = sizeof(argument),
		.flags = HMMBENCH_INVALIDATE_FOREIGN | HMMBENCH_INVALIDATE_AT_WALK |
			 (nonblock ? HMMBENCH_INVALIDATE_NONBLOCK : 0),
		.count = 1,
		.operation = aim->operation,
		.offset_ns = aim->offset_ns,
		.wait_ns = aim->wait_ns,
	};
	int result = ioctl(session->fd, HMMBENCH_IOC_INVALIDATE, &argument) ? -errno : 0;

	*done = argument.done;
	*again = argument.again;
	return result;
}

static const struct hmmbench_ring *ring_of(const struct session *session, uint32_t cpu)
{
	return (const void *)(session->rings + (size_t)cpu * session->region_bytes);
}

static int consume(struct session *session, uint32_t cpu, uint64_t tail, struct error *error)
{
	struct hmmbench_consume argument = {
		.size = sizeof(argument),
		.cpu = cpu,
		.tail = tail,
	};

	if (ioctl(session->fd, HMMBENCH_IOC_CONSUME, &argument))
		return error_set_errno(error, errno, "giving back records of CPU %u", cpu);
	session->tails[cpu] = tail;
	return 0;
}

int session_drain(struct session *session,
		  int (*each)(const struct hmmbench_record *record, void *context), void *context,
		  struct error *error)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	for (uint32_t cpu = 0; cpu < session->cpus; cpu++) {
		const struct hmmbench_ring *ring = ring_of(session, cpu);
		const struct hmmbench_record *records = (const void *)((const char *)ring + page);
		uint64_t head = __atomic_load_n(&ring->head, __ATOMIC_ACQUIRE);
		uint64_t tail = session->tails[cpu];
		int result = 0, consumed;

		if (head == tail)
			continue;
		while (tail != head && !result)
			result = each(&records[tail++ & (ring->capacity - 1)], context);
		consumed = consume(session, cpu, tail, error);
		if (result || consumed)
			return result ? result : consumed;
	}
	return 0;
}

uint64_t session_dropped(const struct session *session)
{
	uint64_t dropped = 0;

	for (uint32_t cpu = 0; cpu < session->cpus; cpu++)
		dropped += __atomic_load_n(&ring_of(session, cpu)->dropped, __ATOMIC_RELAXED);
	return dropped;
}

int session_reap(struct session *session, struct error *error)
{
	struct hmmbench_reap argument = { .size = sizeof(argument) };

	while (ioctl(session->fd, HMMBENCH_IOC_REAP, &argument)) {
		if (errno != EINTR)
			return error_set_errno(error, errno,
					       "freeing the mirrors of exited processes");
		argument = (struct hmmbench_reap){ .size = sizeof(argument) };
	}
	return 0;
}

int session_counts(struct session *session, struct hmmbench_counts *counts, struct error *error)
{
	*counts = (struct hmmbench_counts){ .size = sizeof(*counts) };
	if (ioctl(session->fd, HMMBENCH_IOC_COUNTS, counts))
		return error_set_errno(error, errno, "asking the module what it counted");
	return 0;
}

int session_live(struct session *session, struct hmmbench_info *info, struct error *error)
{
	*info = (struct hmmbench_info){ .size = sizeof(*info) };
	if (ioctl(session->fd, HMMBENCH_IOC_INFO, info))
		return error_set_errno(error, errno, "asking the module what is alive");
	return 0;
}
