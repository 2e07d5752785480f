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
 *   - A fatal signal ends every call early that can take long (-EINTR, which nobody
 *     sees); other signals do not show.
 *
 * All times are nanoseconds of CLOCK_MONOTONIC_RAW, so that kernel and userspace readings
 * join without conversion. Where that clock is the processor's counter, the module reads the
 * counter inside an operation and converts outside of it; ticks.h states the error.
 */
#ifndef HMMBENCH_UAPI_H
#define HMMBENCH_UAPI_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define HMMBENCH_DEVICE		"/dev/hmmbench"
#define HMMBENCH_ABI_VERSION	8

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

/*
 * Strategies: how a core walks its mirrors at release. The bundled core takes one for each
 * session. The others have the one that their kernel was built with, whichever it is: KERNEL.
 */
enum hmmbench_strategy_id {
	HMMBENCH_STRATEGY_WRITE	= 0,	/* drain under down_write, dropped around each callback */
	HMMBENCH_STRATEGY_READ	= 1,	/* one down_read over the walk */
	HMMBENCH_STRATEGY_SRCU	= 2,	/* walk under SRCU, unregister waits a grace period */
	HMMBENCH_STRATEGY_GETPUT = 3,	/* as read; each mirror holds the notifier by get and put (5.4) */
	HMMBENCH_STRATEGY_KERNEL = 4,	/* the kernel's own: of the cores intree and interval alone */
};

/* Profiles: what a mirror's release callback does. */
enum hmmbench_profile_id {
	HMMBENCH_PROFILE_EMPTY			= 0,
	HMMBENCH_PROFILE_DELAY			= 1,	/* spins profile_ns nanoseconds */
	HMMBENCH_PROFILE_SCHEDULE_UNREGISTER	= 2,
	HMMBENCH_PROFILE_DRAIN_WORKQUEUE	= 3,
	HMMBENCH_PROFILE_WRITEBACK		= 4,
};

/*
 * schedule-unregister: the callback schedules a work whose worker unregisters the mirror;
 *  each is a sample, with the worker's tid. After the last exit workers can still be under
 *  way; HMMBENCH_IOC_REAP waits for them.
 * drain-workqueue: the callback schedules the same work and waits for its worker. Under
 *  write the walk holds no lock meanwhile. Under the others they wait for each other:
 *      read, getput: the walk holds mirrors_sem for reading and waits for the worker; the
 *        worker's unregister waits as its writer for the walk
 *      srcu: the walk is a reader and waits for the worker; the worker's unregister waits
 *        a grace period for the walk
 *  The wait ends after HMMBENCH_DRAIN_NS without the worker, and later callbacks of that
 *  walk do not wait: hmmbench_counts.timeouts counts the walk, HMMBENCH_SAMPLE_TIMED_OUT
 *  marks its record. So no strategy refuses this profile, and none hangs.
 * writeback: the callback copies a page between two buffers that the session's mirrors
 *  share, 4 MiB each.
 */
#define HMMBENCH_DRAIN_NS	100000000ULL

/*
 * Phases of one teardown: index into hmmbench_record.phase_ns, bit in .phases.
 *
 * WALK is, by core:
 *  bundled: the strategy's walk, from before its first lock to behind its last.
 *  intree: all of hmm_release(), between the release callbacks of two notifiers of ours that
 *    are its neighbours in the address space's list, and one callback more than mirrors.
 *  interval: from the callback of an interval of ours that the kernel calls first to the
 *    release callback of a notifier of ours that it calls behind the intervals. The lock
 *    that the kernel takes before the first interval, and the search for that, are not in it.
 * The locks of intree and interval are the kernel's: LOCK_WAIT is unavailable.
 */
enum hmmbench_phase {
	HMMBENCH_PHASE_LOCK_WAIT	= 0,	/* for mirrors_sem: first wait; detailed: all */
	HMMBENCH_PHASE_CALLBACKS	= 1,	/* sum over the callbacks; of the delay
						 * profile always, else detailed pass only */
	HMMBENCH_PHASE_WALK		= 2,	/* the release walk, lock wait included */
	HMMBENCH_PHASE_UNREGISTER	= 3,	/* one unregister call, lock wait included */
	HMMBENCH_PHASE_GRACE		= 4,	/* from the walk's end to the return of
						 * __mmu_notifier_release(): the release
						 * callbacks of other notifiers, then its
						 * synchronize_srcu() */
	HMMBENCH_PHASE_UNMAP		= 5,	/* unmapping of the address space */
	HMMBENCH_PHASE_INVALIDATE	= 6,	/* one invalidation callback, lock wait included */
	HMMBENCH_PHASE_WINDOW		= 7,	/* race: from an unregister to its callback's end */
	HMMBENCH_PHASE_SLOTS		= 8,
};

enum hmmbench_record_type {
	HMMBENCH_RECORD_RELEASE		= 1,	/* one release walk of one address space */
	HMMBENCH_RECORD_UNREGISTER	= 2,	/* one mirror unregistered by a caller */
	HMMBENCH_RECORD_INVALIDATE	= 3,	/* one HMMBENCH_IOC_INVALIDATE round */
	HMMBENCH_RECORD_HIT		= 4,	/* race: a callback that met an unregistered mirror */
};

/* hmmbench_record.flags: what disturbed the sample. It is kept and marked. */
#define HMMBENCH_SAMPLE_SWITCHED	(1u << 0)	/* the task was scheduled out inside it */
#define HMMBENCH_SAMPLE_MIGRATED	(1u << 1)	/* it ended on another CPU than it began */
#define HMMBENCH_SAMPLE_STOLEN		(1u << 2)	/* a tick on its CPU accounted stolen time inside it */
#define HMMBENCH_SAMPLE_INTERRUPTED	(1u << 3)	/* an interrupt was served on its CPU inside it */
#define HMMBENCH_SAMPLE_AGAIN		(1u << 4)	/* invalidate: gave -EAGAIN, its lock was held */
#define HMMBENCH_SAMPLE_IN_WALK		(1u << 5)	/* it began while the address space's release walk ran */
#define HMMBENCH_SAMPLE_TIMED_OUT	(1u << 6)	/* a profile's bounded wait ran out: a cycle */
#define HMMBENCH_SAMPLE_UNTOLD		(1u << 7)	/* STOLEN and INTERRUPTED could not be told */

/* One sample, 128 bytes. A phase whose bit in `phases` is clear is unavailable. */
struct hmmbench_record {
	__u16 type;		/* enum hmmbench_record_type */
	__u16 flags;		/* HMMBENCH_SAMPLE_* */
	__u32 cpu;		/* where the operation began */
	__u64 operation;	/* the tag given to HMMBENCH_IOC_REGISTER */
	__u64 start_ns;		/* CLOCK_MONOTONIC_RAW at the operation's first instruction; of a
				 * hit, at the end of the unregister that it came after */
	__u64 phase_ns[HMMBENCH_PHASE_SLOTS];
	__u32 phases;		/* bit i set: phase_ns[i] was measured */
	__u32 mirrors;		/* registered when a walk or an invalidation began; else 1 */
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
	__u32 intree_strategy;	/* out: the kernel's hmm_release(): enum hmmbench_strategy_id */
	__u32 invalidates;	/* out: 1 << enum hmmbench_core that HMMBENCH_IOC_INVALIDATE reaches */
	__u32 marks;		/* out: of HMMBENCH_SAMPLE_SWITCHED, _MIGRATED, _STOLEN (where
				 * the kernel accounts it) and _INTERRUPTED those it can tell */
	__u32 pad;		/* must be 0 */
	__u64 reserved[6];
};

/* hmmbench_info.intree_strategy: no address space has exited yet with a mirror of intree. */
#define HMMBENCH_STRATEGY_UNKNOWN	0xffffffffu

/*
 * HMMBENCH_IOC_SETUP: once per session; a second call gives -EBUSY.
 * -EOPNOTSUPP: a core, strategy or profile this module does not have, a strategy other than
 *  KERNEL with intree or interval, KERNEL with bundled.
 * -EINVAL: ring_records no power of two or below its limit, profile_ns given for a
 *  profile that takes none or missing for one that does, more than one of UNRECORDED,
 *  CALLBACKS and RACE, TEARDOWN with UNRECORDED, RACE with a profile that unregisters.
 * -E2BIG: profile_ns or ring_records over its limit. -ENOMEM.
 */
/* Same path, no clock reads, no records. */
#define HMMBENCH_SETUP_UNRECORDED	(1u << 0)
/* Also time each callback and each lock: a detailed pass, two (write: three) clock reads
 * per mirror inside the walk. */
#define HMMBENCH_SETUP_CALLBACKS	(1u << 1)
/* Also time GRACE and UNMAP, by return probes outside the walk; a phase whose function
 * cannot be probed on this kernel is left unavailable. */
#define HMMBENCH_SETUP_TEARDOWN		(1u << 2)
/* Count callbacks that meet an unregistered mirror and record each as HMMBENCH_RECORD_HIT;
 * a pass of its own. */
#define HMMBENCH_SETUP_RACE		(1u << 3)
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
	__u32 counter;		/* out: 1: operations read the counter behind the clock, else the clock */
	__u32 pad;		/* must be 0 */
	__u64 reserved[7];
};

/*
 * HMMBENCH_IOC_REGISTER: register `count` mirrors of the caller's address space.
 * They get the indices first .. first + count - 1 within that address space.
 * All or none: on an error no mirror of this call stays registered.
 * -ENXIO before SETUP; -EINVAL count 0 or no such node; -E2BIG over a limit
 * (count, mirrors or address spaces of the session, time of the walk);
 * -EBUSY the address space has mirrors of another session on the same core; on intree also:
 * it has hmm_mirrors of somebody else, or one of its mirrors was unregistered already: up to
 * 5.1 the kernel never returns from a registration behind that, and there an address space
 * that has outlived its session can have no other;
 * -ESRCH the caller has no address space; -ENOMEM.
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
 * HMMBENCH_IOC_UNREGISTER: unregister `count` mirrors from `first` on, one after the
 * other, each one sample: of the caller's address space, or with FOREIGN of the one
 * that `operation` tags (the newest of that tag), as another process of the same
 * driver would, also while it exits.
 *
 * AT_WALK: first wait, spinning, until the address space's release walk has begun and
 * offset_ns more have passed; wait_ns bounds the wait (-ETIMEDOUT: nothing was done).
 * This is the race aligner: both sides meet to the cost of a cache line, whatever the
 * scheduler did before.
 *
 * UNRECORDED: this call's unregisters read no clock and give no samples, as in a session
 * set up with HMMBENCH_SETUP_UNRECORDED: how a caller records some of many calls. -EINVAL
 * in a RACE session.
 *
 * -ENXIO before SETUP; -EINVAL count 0; -ENOENT no such address space, or a mirror is
 * not registered or was before (those before it are done, `done` says how many); -EINTR
 * a fatal signal, `done` likewise; -E2BIG count over HMMBENCH_MIRRORS_MAX, offset_ns or
 * wait_ns over its limit. -EINVAL also: AT_WALK without FOREIGN or without wait_ns, a field
 * set whose flag is not. An address space that is reaped meanwhile gives -ENOENT.
 */
#define HMMBENCH_UNREGISTER_FOREIGN	(1u << 0)
#define HMMBENCH_UNREGISTER_AT_WALK	(1u << 1)	/* with FOREIGN only */
#define HMMBENCH_UNREGISTER_DESCENDING	(1u << 2)	/* first, first - 1, ...: the order of the walk */
#define HMMBENCH_UNREGISTER_UNRECORDED	(1u << 3)
#define HMMBENCH_OFFSET_NS_MAX		100000000ULL	/* 100 ms */
#define HMMBENCH_WAIT_NS_MAX		1000000000ULL	/* 1 s */
struct hmmbench_unregister {
	__u32 size;
	__u32 flags;		/* HMMBENCH_UNREGISTER_* */
	__u32 first;
	__u32 count;
	__u32 done;		/* out */
	__u32 pad;		/* must be 0 */
	__u64 operation;	/* with FOREIGN, else 0 */
	__u64 offset_ns;	/* with AT_WALK, else 0 */
	__u64 wait_ns;		/* with AT_WALK: 1 .. HMMBENCH_WAIT_NS_MAX, else 0 */
	__u64 reserved[1];
};

/*
 * HMMBENCH_IOC_INVALIDATE: call the core's invalidation callback of an address space
 * `count` times, as the kernel does before it takes pages away, and record each. With
 * NONBLOCK in the form that must not sleep, as the OOM reaper's: a held lock gives
 * -EAGAIN there, which is counted in `again` and marked in the sample. Flags FOREIGN
 * and AT_WALK as above. Errors as HMMBENCH_IOC_UNREGISTER; -E2BIG also interval_ns;
 * -EOPNOTSUPP where no module can reach the kernel's callback: hmmbench_info.invalidates.
 * interval_ns below 1 ms is spun away, a longer one slept.
 */
#define HMMBENCH_INVALIDATE_FOREIGN	(1u << 0)
#define HMMBENCH_INVALIDATE_AT_WALK	(1u << 1)
#define HMMBENCH_INVALIDATE_NONBLOCK	(1u << 2)
#define HMMBENCH_INVALIDATE_MAX		65536
struct hmmbench_invalidate {
	__u32 size;
	__u32 flags;		/* HMMBENCH_INVALIDATE_* */
	__u32 count;		/* 1 .. HMMBENCH_INVALIDATE_MAX */
	__u32 again;		/* out */
	__u64 operation;	/* with FOREIGN, else 0 */
	__u64 offset_ns;	/* with AT_WALK, else 0 */
	__u64 wait_ns;		/* with AT_WALK, else 0 */
	__u64 interval_ns;	/* between two of them, 0 .. HMMBENCH_OFFSET_NS_MAX */
	__u32 done;		/* out */
	__u32 pad;		/* must be 0 */
	__u64 reserved[2];
};

/*
 * HMMBENCH_IOC_NODES: the node that each mirror of the caller's address space really
 * lies on: `count` entries of __s16 from mirror `first` on, written to `nodes`.
 * -ENXIO, -ENOENT, -EINVAL as above; -E2BIG count over its limit; -EFAULT.
 */
struct hmmbench_nodes {
	__u32 size;
	__u32 flags;		/* must be 0 */
	__u32 first;
	__u32 count;		/* 1 .. HMMBENCH_REGISTER_MAX */
	__u64 nodes;		/* user pointer to __s16[count] */
	__u64 reserved[2];
};

/*
 * HMMBENCH_IOC_COUNTS: what a session has counted since SETUP. -ENXIO before it.
 */
struct hmmbench_counts {
	__u32 size;
	__u32 flags;		/* must be 0 */
	__u64 callbacks;	/* out: race: release callbacks checked */
	__u64 hits;		/* out: race: of them, that met an unregistered mirror */
	__u64 window_max_ns;	/* out: race: the widest */
	__u64 timeouts;		/* out: bounded waits of a profile that ran out */
	__u64 clock_changed;	/* out: 1: operations read the counter (hmmbench_setup.counter), and
				 * the kernel has changed its clocksource since SETUP: times of
				 * records and CLOCK_MONOTONIC_RAW no longer join */
	__u64 reserved[7];
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
#define HMMBENCH_IOC_INVALIDATE	_IOWR('h', 0x46, struct hmmbench_invalidate)
#define HMMBENCH_IOC_NODES	_IOWR('h', 0x47, struct hmmbench_nodes)
#define HMMBENCH_IOC_COUNTS	_IOWR('h', 0x48, struct hmmbench_counts)

#endif
