// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ioctls refuse what kmod/hmmbench_uapi.h says they refuse, with the errno it says.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"
#include "tap.h"

/* Every ioctl: its number, size, and where the bytes that must be 0 begin. */
static const struct call {
	const char *name;
	unsigned long number;
	size_t size;
	size_t reserved;
	uint32_t flags; /* known */
} calls[] = {
	{ "INFO", HMMBENCH_IOC_INFO, sizeof(struct hmmbench_info),
	  offsetof(struct hmmbench_info, pad), 0 },
	{ "SETUP", HMMBENCH_IOC_SETUP, sizeof(struct hmmbench_setup),
	  offsetof(struct hmmbench_setup, pad),
	  HMMBENCH_SETUP_UNRECORDED | HMMBENCH_SETUP_CALLBACKS | HMMBENCH_SETUP_TEARDOWN |
		  HMMBENCH_SETUP_RACE },
	{ "REGISTER", HMMBENCH_IOC_REGISTER, sizeof(struct hmmbench_register),
	  offsetof(struct hmmbench_register, reserved), 0 },
	{ "UNREGISTER", HMMBENCH_IOC_UNREGISTER, sizeof(struct hmmbench_unregister),
	  offsetof(struct hmmbench_unregister, reserved),
	  HMMBENCH_UNREGISTER_FOREIGN | HMMBENCH_UNREGISTER_AT_WALK |
		  HMMBENCH_UNREGISTER_DESCENDING | HMMBENCH_UNREGISTER_UNRECORDED },
	{ "REAP", HMMBENCH_IOC_REAP, sizeof(struct hmmbench_reap),
	  offsetof(struct hmmbench_reap, reserved), 0 },
	{ "CONSUME", HMMBENCH_IOC_CONSUME, sizeof(struct hmmbench_consume),
	  offsetof(struct hmmbench_consume, reserved), 0 },
	{ "INVALIDATE", HMMBENCH_IOC_INVALIDATE, sizeof(struct hmmbench_invalidate),
	  offsetof(struct hmmbench_invalidate, reserved),
	  HMMBENCH_INVALIDATE_FOREIGN | HMMBENCH_INVALIDATE_AT_WALK |
		  HMMBENCH_INVALIDATE_NONBLOCK },
	{ "NODES", HMMBENCH_IOC_NODES, sizeof(struct hmmbench_nodes),
	  offsetof(struct hmmbench_nodes, reserved), 0 },
	{ "COUNTS", HMMBENCH_IOC_COUNTS, sizeof(struct hmmbench_counts),
	  offsetof(struct hmmbench_counts, reserved), 0 },
};

#define CALLS (sizeof(calls) / sizeof(calls[0]))

/* The head of every argument, in room for any of them. */
union argument {
	struct {
		uint32_t size;
		uint32_t flags;
	} head;
	struct hmmbench_consume consume;
	char bytes[512];
};

static const struct device_options plain = { .ring_records = 64 };

static enum test_result info_describes(void)
{
	struct device device;
	struct hmmbench_info info;
	struct stat status;

	CHECK(!stat(HMMBENCH_DEVICE, &status));
	CHECK((status.st_mode & 07777) == 0600);
	CHECK(!device_open(&device));
	CHECK(!device_info(&device, &info));
	CHECK(info.abi_version == HMMBENCH_ABI_VERSION);
	CHECK(info.cores);
	CHECK(info.strategies ==
	      (has_core(HMMBENCH_CORE_BUNDLED) ? (1u << STRATEGIES) - 1 : 0));
	CHECK(info.profiles == (1u << (HMMBENCH_PROFILE_WRITEBACK + 1)) - 1);
	CHECK(info.cpus >= (uint32_t)sysconf(_SC_NPROCESSORS_CONF));
	CHECK(info.record_bytes == sizeof(struct hmmbench_record) && info.record_bytes == 128);
	CHECK(info.live_sessions >= 1);
	CHECK(info.version[0] && memchr(info.version, 0, sizeof(info.version)));
	device_close(&device);
	return TEST_PASSED;
}

static enum test_result wrong_head(void)
{
	struct device device;

	CHECK(!device_start(&device, plain));
	for (size_t i = 0; i < CALLS; i++) {
		const struct call *call = &calls[i];
		union argument argument = { .head.size = call->size };

		argument.head.size--;
		CHECK_ERRNO(EINVAL, ioctl(device.fd, call->number, &argument));
		argument.head.size += 2;
		CHECK_ERRNO(EINVAL, ioctl(device.fd, call->number, &argument));
		argument.head.size = 0;
		CHECK_ERRNO(EINVAL, ioctl(device.fd, call->number, &argument));
		argument.head.size = call->size;
		for (int bit = 0; bit < 32; bit++) {
			if (call->flags & 1u << bit)
				continue;
			argument.head.flags = 1u << bit;
			CHECK_ERRNO(EINVAL, ioctl(device.fd, call->number, &argument));
		}
	}
	device_close(&device);
	return TEST_PASSED;
}

static enum test_result reserved_bytes(void)
{
	struct device device;
	union argument consume = { .consume = { .size = sizeof(consume.consume), .pad = 1 } };

	CHECK(!device_start(&device, plain));
	for (size_t i = 0; i < CALLS; i++) {
		for (size_t at = calls[i].reserved; at < calls[i].size; at++) {
			union argument argument = { .head.size = calls[i].size };

			argument.bytes[at] = 1;
			CHECK_ERRNO(EINVAL, ioctl(device.fd, calls[i].number, &argument));
		}
	}
	CHECK_ERRNO(EINVAL, ioctl(device.fd, HMMBENCH_IOC_CONSUME, &consume));
	device_close(&device);
	return TEST_PASSED;
}

static enum test_result unknown_number(void)
{
	struct device device;
	union argument argument = { .head.size = 16 };

	CHECK(!device_start(&device, plain));
	CHECK_ERRNO(ENOTTY, ioctl(device.fd, _IOWR('h', 0x7f, struct hmmbench_info), &argument));
	CHECK_ERRNO(ENOTTY, ioctl(device.fd, _IOWR('h', 0x40, uint64_t), &argument));
	CHECK_ERRNO(ENOTTY, ioctl(device.fd, _IO('h', 0x44), &argument));
	device_close(&device);
	return TEST_PASSED;
}

static enum test_result bad_address(void)
{
	const struct hmmbench_setup setup = {
		.size = sizeof(setup),
		.ring_records = HMMBENCH_RING_RECORDS_MIN,
	};
	struct device device;
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(page != MAP_FAILED);
	CHECK(!device_open(&device));
	for (size_t i = 0; i < CALLS; i++)
		CHECK_ERRNO(EFAULT, ioctl(device.fd, calls[i].number, NULL));
	/* Readable, not writable: refused before anything is done, so SETUP still works. */
	memcpy(page, &setup, sizeof(setup));
	CHECK(!mprotect(page, 4096, PROT_READ));
	CHECK_ERRNO(EFAULT, ioctl(device.fd, HMMBENCH_IOC_SETUP, page));
	CHECK(!device_setup(&device, plain));
	munmap(page, 4096);
	device_close(&device);
	return TEST_PASSED;
}

static int drop_capabilities(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { { 0 } };

	return syscall(SYS_capset, &head, data);
}

static enum test_result no_capability(void)
{
	struct device device;
	pid_t pid;

	CHECK(!device_start(&device, plain));
	pid = fork();
	if (!pid) {
		struct hmmbench_info info;

		if (drop_capabilities())
			_exit(1);
		if (device_info(&device, &info) != -1 || errno != EPERM)
			_exit(2);
		if (device_register(&device, 1, 0, NULL) != -1 || errno != EPERM)
			_exit(3);
		if (open(HMMBENCH_DEVICE, O_RDWR) != -1 || errno != EPERM)
			_exit(4);
		_exit(0);
	}
	CHECK(child_wait(pid, 0));
	device_close(&device);
	return TEST_PASSED;
}

static enum test_result before_setup(void)
{
	struct device device;
	struct hmmbench_reap reap;
	struct hmmbench_counts counts;
	int16_t node;

	CHECK(!device_open(&device));
	CHECK_ERRNO(ENXIO, device_register(&device, 1, 0, NULL));
	CHECK_ERRNO(ENXIO, device_unregister(&device, 0, 1, NULL));
	CHECK_ERRNO(ENXIO, device_reap(&device, &reap));
	CHECK_ERRNO(ENXIO, device_consume(&device, 0, 0));
	CHECK_ERRNO(ENXIO, device_invalidate(&device, &(struct hmmbench_invalidate){ .count = 1 }));
	CHECK_ERRNO(ENXIO, device_nodes(&device, 0, 1, &node));
	CHECK_ERRNO(ENXIO, device_counts(&device, &counts));
	device.setup.map_bytes = 4096;
	CHECK_ERRNO(ENXIO, device_map(&device));
	device_close(&device);
	return TEST_PASSED;
}

static int setup_with(struct device *device, struct device_options options)
{
	const bool any = !options.core && !options.strategy;
	struct hmmbench_setup setup = {
		.size = sizeof(setup),
		.flags = options.flags,
		.core = any ? nth_walk(0)->core : options.core,
		.strategy = any ? nth_walk(0)->strategy : options.strategy,
		.profile = options.profile,
		.profile_ns = options.profile_ns,
		.ring_records = options.ring_records,
	};

	return ioctl(device->fd, HMMBENCH_IOC_SETUP, &setup);
}

static enum test_result setup_refuses(void)
{
	const uint32_t delay = HMMBENCH_PROFILE_DELAY;
	const struct {
		int error;
		struct device_options options;
	} cases[] = {
		{ EOPNOTSUPP, { .core = 31, .ring_records = 64 } },
		{ EOPNOTSUPP, { .core = UINT32_MAX, .ring_records = 64 } },
		{ EOPNOTSUPP, { .ring_records = 64, .strategy = 31 } },
		{ EOPNOTSUPP, { .ring_records = 64, .strategy = UINT32_MAX } },
		/* The kernel's own is no strategy of ours, nor ours one of the kernel's. */
		{ EOPNOTSUPP, { .ring_records = 64, .strategy = HMMBENCH_STRATEGY_KERNEL } },
		{ EOPNOTSUPP, { .core = HMMBENCH_CORE_INTREE, .ring_records = 64 } },
		{ EOPNOTSUPP,
		  { .core = HMMBENCH_CORE_INTERVAL,
		    .ring_records = 64,
		    .strategy = HMMBENCH_STRATEGY_READ } },
		{ EOPNOTSUPP, { .ring_records = 64, .profile = 31 } },
		{ EOPNOTSUPP, { .ring_records = 64, .profile = UINT32_MAX } },
		{ EINVAL, { .ring_records = 0 } },
		{ EINVAL, { .ring_records = HMMBENCH_RING_RECORDS_MIN / 2 } },
		{ EINVAL, { .ring_records = 63 } },
		{ E2BIG, { .ring_records = HMMBENCH_RING_RECORDS_MAX * 2 } },
		{ E2BIG, { .ring_records = UINT32_MAX } },
		{ EINVAL, { .ring_records = 64, .profile_ns = 1 } },
		{ EINVAL, { .ring_records = 64, .profile = delay } },
		{ E2BIG,
		  { .ring_records = 64,
		    .profile = delay,
		    .profile_ns = HMMBENCH_DELAY_NS_MAX + 1 } },
		{ E2BIG, { .ring_records = 64, .profile = delay, .profile_ns = UINT64_MAX } },
		{ EINVAL,
		  { .ring_records = 64,
		    .flags = HMMBENCH_SETUP_UNRECORDED | HMMBENCH_SETUP_CALLBACKS } },
		{ EINVAL,
		  { .ring_records = 64,
		    .flags = HMMBENCH_SETUP_UNRECORDED | HMMBENCH_SETUP_RACE } },
		{ EINVAL,
		  { .ring_records = 64, .flags = HMMBENCH_SETUP_CALLBACKS | HMMBENCH_SETUP_RACE } },
		{ EINVAL,
		  { .ring_records = 64,
		    .flags = HMMBENCH_SETUP_UNRECORDED | HMMBENCH_SETUP_TEARDOWN } },
		{ EINVAL,
		  { .ring_records = 64,
		    .profile = HMMBENCH_PROFILE_SCHEDULE_UNREGISTER,
		    .flags = HMMBENCH_SETUP_RACE } },
		{ EINVAL,
		  { .ring_records = 64,
		    .profile = HMMBENCH_PROFILE_DRAIN_WORKQUEUE,
		    .flags = HMMBENCH_SETUP_RACE } },
		{ EINVAL,
		  { .ring_records = 64, .profile = HMMBENCH_PROFILE_WRITEBACK, .profile_ns = 1 } },
	};
	struct device device;

	CHECK(!device_open(&device));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int result = setup_with(&device, cases[i].options);

		if (result != -1 || errno != cases[i].error)
			printf("# case %zu gave %d, errno %d\n", i, result, errno);
		CHECK(result == -1 && errno == cases[i].error);
	}
	/* None of those set it up; one that is right does, once. */
	CHECK(!setup_with(&device, plain));
	CHECK_ERRNO(EBUSY, setup_with(&device, plain));
	device_close(&device);
	return TEST_PASSED;
}

static enum test_result register_refuses(void)
{
	struct device device, other;
	uint32_t first, on_node;

	CHECK(!device_start(&device, plain));
	CHECK(!device_start(&other, plain));
	CHECK_ERRNO(EINVAL, device_register(&device, 0, 0, NULL));
	CHECK_ERRNO(E2BIG, device_register(&device, HMMBENCH_REGISTER_MAX + 1, 0, NULL));
	CHECK_ERRNO(E2BIG, device_register(&device, UINT32_MAX, 0, NULL));
	CHECK_ERRNO(EINVAL, device_register_on(&device, 1, -2, &on_node));
	CHECK_ERRNO(EINVAL, device_register_on(&device, 1, 1023, &on_node));
	CHECK_ERRNO(EINVAL, device_register_on(&device, 1, INT32_MAX, &on_node));

	/* Nothing of that took an index. The limit of the session counts what it holds. */
	CHECK(!device_register(&device, 3, 0, &first) && first == 0);
	CHECK_ERRNO(E2BIG, device_register(&device, HMMBENCH_MIRRORS_MAX - 2, 0, NULL));
	CHECK(!device_register(&device, 2, 0, &first) && first == 3);
	CHECK_ERRNO(EBUSY, device_register(&other, 1, 0, NULL));
	device_close(&device);
	/* With the session went its hold on this address space. */
	if (!nth_walk(0)->once)
		CHECK(!device_register(&other, 1, 0, &first) && first == 0);
	device_close(&other);
	return TEST_PASSED;
}

static volatile bool bombard;

static void ignore(int signal)
{
	(void)signal;
}

/* Signals another thread of the process without pause for breath. */
static void *bombarder(void *target)
{
	while (bombard) {
		pthread_kill(*(pthread_t *)target, SIGUSR1);
		usleep(200);
	}
	return NULL;
}

static enum test_result signals(void)
{
	const struct sigaction action = { .sa_handler = ignore };
	pthread_t self = pthread_self(), thread;

	if (nth_walk(0)->once)
		SKIP("one session for each address space");
	CHECK(!sigaction(SIGUSR1, &action, NULL));
	bombard = true;
	CHECK(!pthread_create(&thread, NULL, bombarder, &self));
	/* The first call of a session binds the address space, which any signal interrupts. */
	for (int i = 0; i < 200; i++) {
		struct device device;

		CHECK(!device_start(&device, plain));
		CHECK(!device_register(&device, 100, 0, NULL));
		device_close(&device);
	}
	bombard = false;
	CHECK(!pthread_join(thread, NULL));
	return TEST_PASSED;
}

static enum test_result walk_limit(void)
{
	const struct device_options slow = { .profile = HMMBENCH_PROFILE_DELAY,
					     .profile_ns = HMMBENCH_DELAY_NS_MAX };
	struct device device;

	CHECK(!device_start(&device, slow));
	CHECK(!device_register(&device, 1, 0, NULL));
	CHECK_ERRNO(E2BIG, device_register(&device, HMMBENCH_WALK_NS_MAX / HMMBENCH_DELAY_NS_MAX, 0,
					   NULL));
	device_close(&device);
	return TEST_PASSED;
}

static enum test_result unregister_refuses(void)
{
	struct device device;
	uint32_t done;

	CHECK(!device_start(&device, plain));
	CHECK_ERRNO(ENOENT, device_unregister(&device, 0, 1, &done));
	CHECK(done == 0);
	CHECK(!device_register(&device, 8, 0, NULL));
	CHECK_ERRNO(EINVAL, device_unregister(&device, 0, 0, NULL));
	CHECK_ERRNO(E2BIG, device_unregister(&device, 0, HMMBENCH_MIRRORS_MAX + 1, NULL));
	CHECK_ERRNO(ENOENT, device_unregister(&device, 8, 1, &done));
	CHECK(done == 0);
	CHECK_ERRNO(ENOENT, device_unregister(&device, UINT32_MAX, HMMBENCH_MIRRORS_MAX, &done));
	CHECK(done == 0);
	/* Those before the wrong one are done, and a mirror is unregistered once. */
	CHECK_ERRNO(ENOENT, device_unregister(&device, 6, 4, &done));
	CHECK(done == 2);
	CHECK_ERRNO(ENOENT, device_unregister(&device, 4, 4, &done));
	CHECK(done == 2);
	CHECK(!device_unregister(&device, 0, 4, &done) && done == 4);
	CHECK_ERRNO(ENOENT, device_unregister(&device, 0, 1, &done));
	CHECK(device_head(&device) == 8);
	device_close(&device);
	return TEST_PASSED;
}

static enum test_result consume_refuses(void)
{
	struct device device;
	uint32_t cpu;
	uint64_t head;

	CHECK(!device_start(&device, plain));
	CHECK(!device_register(&device, 4, 0, NULL));
	CHECK(!device_unregister(&device, 0, 4, NULL));
	for (cpu = 0; cpu < device.cpus && !device_ring(&device, cpu)->head; cpu++)
		;
	CHECK(cpu < device.cpus);
	head = device_ring(&device, cpu)->head;
	CHECK_ERRNO(EINVAL, device_consume(&device, device.cpus, 0));
	CHECK_ERRNO(EINVAL, device_consume(&device, UINT32_MAX, 0));
	CHECK_ERRNO(EINVAL, device_consume(&device, cpu, head + 1));
	CHECK(!device_consume(&device, cpu, head));
	CHECK(!device_consume(&device, cpu, head));
	CHECK_ERRNO(EINVAL, device_consume(&device, cpu, head - 1));
	device_close(&device);
	return TEST_PASSED;
}

const struct test abi_tests[] = {
	{ "the device is private to root and says what the module has", info_describes },
	{ "a wrong size and every unknown flag are refused with EINVAL", wrong_head },
	{ "every reserved byte that is not 0 is refused with EINVAL", reserved_bytes },
	{ "an unknown ioctl number gives ENOTTY", unknown_number },
	{ "memory that cannot be read or written gives EFAULT, and nothing is done", bad_address },
	{ "without CAP_SYS_ADMIN neither open nor ioctl works: EPERM", no_capability },
	{ "before SETUP everything that needs it gives ENXIO", before_setup },
	{ "SETUP refuses what the module lacks or a limit forbids, and a second time",
	  setup_refuses },
	{ "REGISTER refuses wrong counts, nodes and address spaces, and keeps nothing of them",
	  register_refuses },
	{ "REGISTER refuses mirrors whose walk would be too long", walk_limit },
	{ "signals that are handled do not show in REGISTER", signals },
	{ "UNREGISTER refuses mirrors that are not registered and says how many it did",
	  unregister_refuses },
	{ "CONSUME refuses positions that were never written or were given back",
	  consume_refuses },
	{ NULL, NULL },
};
