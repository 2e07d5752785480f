/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
/*
 * hmmbench: the contract between the module and the agent.
 *
 * One open file of /dev/hmmbench is one session. A session is set up once
 * (HMMBENCH_IOC_SETUP), then processes that hold the file register mirrors of
 * their own address space and tear them down, either by unregistering them or
 * by exiting. What each teardown cost is written to per-CPU rings that the
 * session's holder maps read-only.
 *
 * Rules for every ioctl
 *   - The argument begins with `size` (sizeof the structure) and `flags`.
 *     A size other than the one this header states is refused with -EINVAL,
 *     an unknown flag and a reserved word that is not zero with -EINVAL.
 *   - The caller needs CAP_SYS_ADMIN (-EPERM), beside the file's mode 0600.
 *   - Every count has the limit stated here; above it the call is refused with
 *     -E2BIG before anything is allocated.
 *   - An unknown ioctl number gives -ENOTTY, an argument that cannot be read
 *     or written gives -EFAULT, and then nothing was done.
 *   - What would leave the machine less than an eighth of its memory available is
 *     refused with -ENOMEM, like an allocation that fails.
 *   - A fatal signal ends SETUP, REGISTER, UNREGISTER and REAP early (-EINTR, which
 *     nobody sees); other signals do not show.
 *
 * All times are nanoseconds of CLOCK_MONOTONIC_RAW (ktime_get_raw_ns()), so
 * that kernel and userspace readings join without conversion.
 */
#ifndef HMMBENCH_UAPI_H
#define HMMBENCH_UAPI_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define HMMBENCH_DEVICE		"/dev/hmmbench"
#define HMMBENCH_ABI_VERSION	1

/* Limits, checked before anything is allocated. */
#define HMMBENCH_MIRRORS_MAX		1000000	/* held by one session, released ones included */
#define HMMBENCH_REGISTER_MAX		1000000	/* by one HMMBENCH_IOC_REGISTER */
#define HMMBENCH_RING_RECORDS_MIN	32	/* per CPU, a power of two */
#define HMMBENCH_RING_RECORDS_MAX	65536	/* per CPU, a power of two */
#define HMMBENCH_DELAY_NS_MAX		1000000	/* of the delay profile, 1 ms */
#define HMMBENCH_ADDRESS_SPACES_MAX	65536	/* of one session, exited ones until reaped */
/*
 * Mirrors of an address space times profile_ns. A walk never sleeps; at 20 s the kernel
 * reports a soft lockup, and on a busy host a guest's walk takes a multiple of its time.
 */
#define HMMBENCH_WALK_NS_MAX		5000000000ULL

/* Cores: whose mirror code is under test. Values are bits in hmmbench_info.cores. */
enum hmmbench_core {
	HMMBENCH_CORE_BUNDLED	= 0,	/* ours, on the kernel's mmu_notifier */
	HMMBENCH_CORE_INTREE	= 1,	/* the kernel's hmm_mirror, 4.14 to 5.4 */
	HMMBENCH_CORE_INTERVAL	= 2,	/* the kernel's mmu_interval_notifier, 5.5 on */
};

/* Strategies: how a core walks its mirrors at release. */
enum hmmbench_strategy_id {
	HMMBENCH_STRATEGY_WRITE	= 0,	/* drain under down_write, dropped around each callback */
	HMMBENCH_STRATEGY_READ	= 1,	/* one down_read over the walk */
	HMMBENCH_STRATEGY_SRCU	= 2,	/* walk under SRCU, unregister waits a grace period */
};

/* Profiles: what a mirror's release callback does. */
enum hmmbench_profile_id {
	HMMBENCH_PROFILE_EMPTY			= 0,
	HMMBENCH_PROFILE_DELAY			= 1,	/* spins profile_ns nanoseconds */
	HMMBENCH_PROFILE_SCHEDULE_UNREGISTER	= 2,
	HMMBENCH_PROFILE_DRAIN_WORKQUEUE	= 3,
	HMMBENCH_PROFILE_WRITEBACK		= 4,
};

/* Phases of one teardown: index into hmmbench_record.phase_ns, bit in .phases. */
enum hmmbench_phase {
	HMMBENCH_PHASE_LOCK_WAIT	= 0,	/* for mirrors_sem: first wait; detailed: all */
	HMMBENCH_PHASE_CALLBACKS	= 1,	/* sum over the callbacks; detailed pass only */
	HMMBENCH_PHASE_WALK		= 2,	/* the release walk, lock wait included */
	HMMBENCH_PHASE_UNREGISTER	= 3,	/* one unregister call, lock wait included */
	HMMBENCH_PHASE_GRACE		= 4,	/* synchronize_srcu of the notifier teardown */
	HMMBENCH_PHASE_UNMAP		= 5,	/* unmapping of the address space */
	HMMBENCH_PHASE_SLOTS		= 8,
};

enum hmmbench_record_type {
	HMMBENCH_RECORD_RELEASE		= 1,	/* one release walk of one address space */
	HMMBENCH_RECORD_UNREGISTER	= 2,	/* one mirror unregistered by a caller */
};

/* hmmbench_record.flags: what disturbed the sample. It is kept and marked. */
#define HMMBENCH_SAMPLE_SWITCHED	(1u << 0)	/* the task was scheduled out inside it */
#define HMMBENCH_SAMPLE_MIGRATED	(1u << 1)	/* it ended on another CPU than it began */

/* One sample, 128 bytes. A phase whose bit in `phases` is clear is unavailable. */
struct hmmbench_record {
	__u16 type;		/* enum hmmbench_record_type */
	__u16 flags;		/* HMMBENCH_SAMPLE_* */
	__u32 cpu;		/* where the operation began */
	__u64 operation;	/* the tag given to HMMBENCH_IOC_REGISTER */
	__u64 start_ns;		/* CLOCK_MONOTONIC_RAW at the operation's first instruction */
	__u64 phase_ns[HMMBENCH_PHASE_SLOTS];
	__u32 phases;		/* bit i set: phase_ns[i] was measured */
	__u32 mirrors;		/* mirrors the walk called back; 1 for an unregister */
	__u32 tid;		/* of the task that did it, in the initial pid namespace */
	__u32 mirror;		/* index of the mirror for an unregister, 0 for a walk */
	__u64 reserved[3];
};

/*
 * The rings. mmap(2) of the session at offset 0, PROT_READ, MAP_SHARED, of
 * exactly hmmbench_setup.map_bytes: one region of region_bytes per possible
 * CPU number, each a header page and its records behind it. A mapping that
 * asks for writing gets -EACCES, a private one, a wrong offset or length
 * -EINVAL, one before SETUP -ENXIO. A child does not inherit the mapping. A
 * mapping keeps the session open as a file descriptor does.
 *
 * `head` and `dropped` only grow. The reader loads head with acquire order,
 * reads records[tail & (capacity - 1)] up to it and gives them back with
 * HMMBENCH_IOC_CONSUME; until then they are never overwritten: a full ring
 * drops the new record and counts it.
 */
struct hmmbench_ring {
	__u64 head;		/* records ever written */
	__u64 dropped;		/* records lost because the ring was full */
	__u32 capacity;		/* records, a power of two */
	__u32 record_bytes;	/* sizeof(struct hmmbench_record) */
	__u32 cpu;
	__u32 node;		/* NUMA node the ring's pages were taken from */
};

/* HMMBENCH_IOC_INFO: what this module can do. Needs no SETUP. */
struct hmmbench_info {
	__u32 size;
	__u32 flags;		/* must be 0 */
	__u32 abi_version;	/* out: HMMBENCH_ABI_VERSION */
	__u32 cores;		/* out: 1 << enum hmmbench_core */
	__u32 strategies;	/* out: 1 << enum hmmbench_strategy_id, of the bundled core */
	__u32 profiles;		/* out: 1 << enum hmmbench_profile_id */
	__u32 cpus;		/* out: regions in a ring mapping (nr_cpu_ids) */
	__u32 record_bytes;	/* out: sizeof(struct hmmbench_record) */
	__u64 live_sessions;	/* out: objects alive in the whole module, for leak checks */
	__u64 live_bindings;	/* out: address spaces with mirrors */
	__u64 live_mirrors;	/* out */
	char version[32];	/* out: the module's version, NUL-terminated */
	__u64 reserved[8];
};

/*
 * HMMBENCH_IOC_SETUP: once per session; a second call gives -EBUSY.
 * -EOPNOTSUPP: a core, strategy or profile this module does not have.
 * -EINVAL: ring_records no power of two or below its limit, profile_ns given for a
 *  profile that takes none or missing for one that does, both flags at once.
 * -E2BIG: profile_ns or ring_records over its limit. -ENOMEM.
 */
/* Same path, no clock reads, no records. */
#define HMMBENCH_SETUP_UNRECORDED	(1u << 0)
/* Also time each callback and each lock: a detailed pass, two (write: three) clock reads
 * per mirror inside the walk. */
#define HMMBENCH_SETUP_CALLBACKS	(1u << 1)
struct hmmbench_setup {
	__u32 size;
	__u32 flags;		/* HMMBENCH_SETUP_* */
	__u32 core;		/* enum hmmbench_core */
	__u32 strategy;		/* enum hmmbench_strategy_id */
	__u32 profile;		/* enum hmmbench_profile_id */
	__u32 ring_records;	/* per CPU */
	__u64 profile_ns;	/* of HMMBENCH_PROFILE_DELAY, 1 .. HMMBENCH_DELAY_NS_MAX */
	__u64 map_bytes;	/* out: length to mmap */
	__u64 region_bytes;	/* out: distance between two CPUs' rings */
	__u64 reserved[8];
};

/*
 * HMMBENCH_IOC_REGISTER: register `count` mirrors of the caller's address space.
 * They get the indices first .. first + count - 1 within that address space.
 * All or none: on an error no mirror of this call stays registered.
 * -ENXIO before SETUP; -EINVAL count 0 or no such node; -E2BIG over a limit
 * (count, mirrors or address spaces of the session, time of the walk);
 * -EBUSY the address space has mirrors of another session; -ESRCH the caller
 * has no address space; -ENOMEM.
 */
#define HMMBENCH_NODE_ANY	(-1)
struct hmmbench_register {
	__u32 size;
	__u32 flags;		/* must be 0 */
	__u32 count;
	__s32 node;		/* where the mirrors' memory is taken from, or HMMBENCH_NODE_ANY */
	__u64 operation;	/* tag for the samples of this address space; the last one holds */
	__u32 first;		/* out: index of the first */
	__u32 on_node;		/* out: how many of `count` really lie on `node` (count if ANY) */
	__u64 reserved[4];
};

/*
 * HMMBENCH_IOC_UNREGISTER: unregister the mirrors first .. first + count - 1 of
 * the caller's address space, one after the other, each one sample.
 * -ENXIO before SETUP; -EINVAL count 0; -E2BIG count over HMMBENCH_MIRRORS_MAX;
 * -ENOENT the caller has no mirrors, or one of them was never registered or is
 * unregistered (those before it are done, `done` says how many).
 */
struct hmmbench_unregister {
	__u32 size;
	__u32 flags;		/* must be 0 */
	__u32 first;
	__u32 count;
	__u32 done;		/* out */
	__u32 pad;		/* must be 0 */
	__u64 reserved[4];
};

/*
 * HMMBENCH_IOC_REAP: free the mirrors of address spaces that have exited, and
 * wait until their memory is back. Never part of a timed operation.
 * `address_spaces` and `mirrors` (unregistered ones too) say how many were freed.
 * -ENXIO before SETUP.
 */
struct hmmbench_reap {
	__u32 size;
	__u32 flags;		/* must be 0 */
	__u64 address_spaces;	/* out */
	__u64 mirrors;		/* out */
	__u64 reserved[4];
};

/*
 * HMMBENCH_IOC_CONSUME: give the records of `cpu` below `tail` back.
 * -ENXIO before SETUP; -EINVAL no such CPU, a tail below the last one or above
 * the head.
 */
struct hmmbench_consume {
	__u32 size;
	__u32 flags;		/* must be 0 */
	__u32 cpu;
	__u32 pad;		/* must be 0 */
	__u64 tail;
	__u64 reserved[2];
};

/* 'h' 0x40 on: clear of FIBMAP and FIGETBSZ, which the VFS answers by itself. */
#define HMMBENCH_IOC_INFO	_IOWR('h', 0x40, struct hmmbench_info)
#define HMMBENCH_IOC_SETUP	_IOWR('h', 0x41, struct hmmbench_setup)
#define HMMBENCH_IOC_REGISTER	_IOWR('h', 0x42, struct hmmbench_register)
#define HMMBENCH_IOC_UNREGISTER	_IOWR('h', 0x43, struct hmmbench_unregister)
#define HMMBENCH_IOC_REAP	_IOWR('h', 0x44, struct hmmbench_reap)
#define HMMBENCH_IOC_CONSUME	_IOWR('h', 0x45, struct hmmbench_consume)

#endif
