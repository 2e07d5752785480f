/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of the module know of each other: the mirrors of an address
 * space, and the three seams (core, strategy, profile) as tables of operations.
 *
 * Locks, outermost first
 *   session->lock	setup, and which bindings a session has
 *   arm_lock		teardown.c: the setting of return probes
 *   base_lock		ticks.c: the base of the counter's rate
 *   binding->register_lock	the making of mirrors and their indices
 *   bindings_lock	core_intree.c: which address spaces are bound; around a look and a list
 *			operation, with an allocation
 *   spent_lock		intree_anchor.c: one unregister of the kernel's, also in a release callback
 *   mm->mmap_lock	taken by mmu_notifier_get() and its like, held by the kernel around
 *			invalidations
 *   binding->mirrors_sem	the list of mirrors; nothing is allocated and no other lock
 *			is taken under it, because reclaim and every fault of the
 *			address space invalidate, and so take it for reading. Under `srcu`
 *			readers have the binding's SRCU section in its place.
 *   pending_lock	teardown.c: a raw spinlock, taken with interrupts off in probe
 *			handlers and around a few list operations; nothing is taken under it
 *   consume_lock	samples.c: the tail of a ring; nothing is taken under it
 * Beside that order: a release callback of drain-workqueue waits, under the lock of the
 * walk, for a worker that wants mirrors_sem. That is a cycle on purpose, its wait is bounded
 * (profile_work.c), and a worker holds no other lock.
 */
#ifndef HMMBENCH_CORE_H
#define HMMBENCH_CORE_H

#include "compat.h"

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/mm_types.h>
#include <linux/mmu_notifier.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/rwsem.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include "hmmbench_uapi.h"

struct hmmbench_binding;
struct hmmbench_mirror;
struct hmmbench_sample;
struct hmmbench_session;
struct hmmbench_mirror_chunk;
struct hmmbench_pages;
struct hmmbench_teardown;
struct srcu_struct;

/*
 * How much of an operation is clocked. One copy of every walk and unregister is
 * compiled for each, so that no copy decides anything inside its loop.
 */
enum hmmbench_pass {
	HMMBENCH_PASS_UNRECORDED, /* no clock read, no record */
	HMMBENCH_PASS_PLAIN,	  /* begin, first lock, end */
	HMMBENCH_PASS_TICKS,	  /* the same, read from the counter behind the clock: ticks.h */
	HMMBENCH_PASS_DETAILED,	  /* and around each callback and each lock */
	HMMBENCH_PASS_RACE,	  /* as plain, and each callback is checked: race.c */
	HMMBENCH_PASSES
};

/* A range of the address space that loses its page table entries. */
struct hmmbench_update {
	unsigned long start; /* first byte */
	unsigned long end;   /* first byte after it */
	bool blockable;	     /* may sync() sleep? */
};

/* What a mirror's driver does; as in struct hmm_mirror_ops of include/linux/hmm.h, 5.3. */
struct hmmbench_mirror_ops {
	/* The address space goes away. May sleep; under `read` must not unregister. */
	void (*release)(struct hmmbench_mirror *mirror);
	/* 0, or -EAGAIN where it would sleep and must not. Runs under mirrors_sem. */
	int (*sync)(struct hmmbench_mirror *mirror, const struct hmmbench_update *update);
};

/*
 * A mirror. The first three fields stand in the order of the kernel's struct
 * hmm_mirror (5.3), so that a walk touches what its walk touches. Its memory is
 * never given back before that of its binding: see mirrors.c, and mirrors_freed.c
 * for the build where it is. It is the first part of what its core keeps for it, of
 * core->mirror_bytes.
 */
struct hmmbench_mirror {
	struct hmmbench_binding *binding;
	const struct hmmbench_mirror_ops *ops;
	struct list_head list; /* bundled: in binding->mirrors, under mirrors_sem */

	/*
	 * One of the states below, else when its unregister returned (CLOCK_MONOTONIC_RAW).
	 * From that moment a driver may free it, and a callback that still meets it is a
	 * use after free.
	 */
	atomic64_t unregistered_ns;
	u32 index;   /* within its address space */
	bool worked; /* its driver's worker is through with it */
	struct work_struct work; /* of profiles whose drivers have a worker */
};

enum hmmbench_mirror_state {
	HMMBENCH_MIRROR_PREPARED,	    /* not yet on the list; nobody can unregister it */
	HMMBENCH_MIRROR_REGISTERED,
	HMMBENCH_MIRROR_UNREGISTERING,	    /* somebody has claimed it */
	HMMBENCH_MIRROR_UNREGISTERED_UNTIMED, /* in every pass but that of a race */
};

/* How far the release walk is. The walk's task alone writes it, others read it as it runs. */
enum hmmbench_walk_state { HMMBENCH_WALK_AHEAD, HMMBENCH_WALK_RUNNING, HMMBENCH_WALK_OVER };

/*
 * One address space that has mirrors: what struct hmm was in the kernel. Made by a
 * core's bind(), owned by one session until hmmbench_binding_put(), freed by
 * hmmbench_binding_free(). While a task of the address space holds the session's file,
 * the binding stays; who is no such task holds a reference.
 */
struct hmmbench_binding {
	/* What walks, unregisters and invalidations touch. */
	struct rw_semaphore mirrors_sem;  /* bundled */
	struct list_head mirrors;	  /* bundled: newest first, as hmm_mirror_register() had it */
	struct mmu_notifier notifier;	  /* bundled and interval: by mmu_notifier_get() */
	struct hmmbench_session *session; /* NULL until it is ready; then never changes */
	struct srcu_struct *srcu;	  /* of strategy srcu, else NULL */
	void *of_core;			  /* what intree and interval keep for it */
	u64 operation;			  /* tag of the samples; the last register call's */

	/* On a line of its own, because who waits for the walk polls it. */
	enum hmmbench_walk_state walk ____cacheline_aligned_in_smp;
	u64 walk_began_ns; /* valid once walk is no longer AHEAD */

	/* Bookkeeping, on lines of its own. */
	struct mm_struct *mm ____cacheline_aligned_in_smp; /* pinned until it is given back */
	atomic_t registered; /* mirrors that wait for a walk */
	bool released;	/* the release walk is over and recorded */
	bool claimed;	/* by a session; under its owner's session->lock */
	bool given_up;	/* its session has given it back; who holds a reference shall end */
	bool unregistering; /* of core->registers_first: no mirror can be registered any more */
	bool timed_out; /* a bounded wait of the walk's callbacks ran out */
	u64 callbacks_ns; /* of a profile that clocks itself; the walk's task alone writes it */
	u32 serial;	/* counts the bindings of its session */
	refcount_t references;
	wait_queue_head_t worked; /* a mirror's worker is through */
	struct hmmbench_teardown *teardown; /* NULL: the session does not time it */
	struct mutex register_lock;
	struct xarray by_index; /* struct hmmbench_mirror; lookups take no lock */
	u32 next_index;		/* mirrors ever made, under register_lock */
	u32 found_below;	/* of them, those that stay: see hmmbench_mirror_stays() */
	struct list_head chunks;
	struct hlist_node in_session; /* under session->lock */
	struct work_struct free_work;
	struct hmmbench_mirror_chunk *filling[]; /* by node asked for + 1; under register_lock */
};

/* A core: whose mirror code is under test. */
struct hmmbench_core_ops {
	enum hmmbench_core id;
	const char *name;
	size_t mirror_bytes; /* of a mirror with what the core keeps for it; the mirror first */
	bool own_strategy;   /* the kernel's: a session takes HMMBENCH_STRATEGY_KERNEL only */
	bool times_locks;    /* fills in sample->lock_wait */
	bool registers_first; /* no mirror of an address space behind the first unregister */
	/*
	 * The binding of `mm`, found or made; one reference on it for the caller. The
	 * caller makes sure that mm_users stays above 0. ERR_PTR(-ENOMEM), ERR_PTR(-EINTR)
	 * where a signal is pending, ERR_PTR(-EBUSY) where it is another session's. May
	 * sleep, takes mmap_lock.
	 */
	struct hmmbench_binding *(*bind)(struct mm_struct *mm);
	/*
	 * What the core keeps for a new binding of the session, before its first mirror.
	 * NULL: nothing. 0, -ENOMEM, -EINTR where a signal is pending, -EBUSY; then nothing
	 * was done. As bind() otherwise.
	 */
	int (*prepare)(struct hmmbench_binding *binding, struct hmmbench_session *session);
	/*
	 * Before the last unbind() of a prepared binding: takes off the mirrors that nobody
	 * unregistered. NULL: nothing to do. Sleeps, may wait for a walk that runs.
	 */
	void (*clear)(struct hmmbench_binding *binding);
	/* Gives the reference back. The last one frees, after a grace period. */
	void (*unbind)(struct hmmbench_binding *binding);
	/* With a prepared binding's memory, when nothing can reach it any more. NULL: nothing. */
	void (*free)(struct hmmbench_binding *binding);
	/* Puts a prepared mirror of the address space on its list. Cannot fail. */
	void (*add)(struct hmmbench_mirror *mirror);
	/* Takes a claimed mirror off, once, and fills in what `pass` samples. May sleep. */
	void (*remove)(struct hmmbench_mirror *mirror, struct hmmbench_sample *sample,
		       enum hmmbench_pass pass);
	/*
	 * What the kernel calls before it takes pages away. Fills in `sample`. 0, or -EAGAIN
	 * where it would sleep and update->blockable is false. NULL: out of a module's reach.
	 */
	int (*invalidate)(struct hmmbench_binding *binding, const struct hmmbench_update *update,
			  struct hmmbench_sample *sample);
	/* After the last unbind(): waits until no code of the core can be called. */
	void (*synchronize)(void); /* NULL: then none can */
};

/* A strategy of the bundled core: strategy.h. */
struct hmmbench_strategy {
	enum hmmbench_strategy_id id;
	const char *name;
	/* What the strategy keeps for each binding, before its first mirror. 0 or -ENOMEM; sleeps. */
	int (*bind)(struct hmmbench_binding *binding); /* NULL: nothing */
	/* Before the core's unbind(): what mirrors that nobody unregistered still hold. Sleeps. */
	void (*unbind)(struct hmmbench_binding *binding); /* NULL: nothing */
	/* With the binding's memory, when nothing can reach it any more. Sleeps. */
	void (*free)(struct hmmbench_binding *binding); /* NULL: nothing */
	void (*add)(struct hmmbench_mirror *mirror); /* onto the list; cannot fail */
	void (*walk[HMMBENCH_PASSES])(struct hmmbench_binding *binding,
				      struct hmmbench_sample *sample);
	void (*unregister[HMMBENCH_PASSES])(struct hmmbench_mirror *mirror,
					    struct hmmbench_sample *sample);
	/* 0 or -EAGAIN. `sample` may be NULL in the unrecorded pass. */
	int (*invalidate[HMMBENCH_PASSES])(struct hmmbench_binding *binding,
					   const struct hmmbench_update *update,
					   struct hmmbench_sample *sample);
};

/* A profile: what a mirror's callbacks do. */
struct hmmbench_profile {
	enum hmmbench_profile_id id;
	const char *name;
	bool takes_ns;	  /* profile_ns must be 1 .. HMMBENCH_DELAY_NS_MAX, else 0 */
	bool unregisters; /* its callbacks have the mirror unregistered */
	/* Its release callback reads the clock anyway and adds its time to callbacks_ns. */
	bool clocks_itself;
	/* What the profile keeps for a session: session->pages. 0, -ENOMEM or -EINTR. */
	int (*setup)(struct hmmbench_session *session);	    /* NULL: nothing */
	void (*teardown)(struct hmmbench_session *session); /* NULL: nothing; sleeps */
	struct hmmbench_mirror_ops ops;
};

extern const struct hmmbench_core_ops hmmbench_core_bundled, hmmbench_core_intree,
	hmmbench_core_interval;
extern const struct hmmbench_strategy hmmbench_strategy_write, hmmbench_strategy_read,
	hmmbench_strategy_srcu, hmmbench_strategy_getput;
extern const struct hmmbench_profile hmmbench_profile_empty, hmmbench_profile_delay,
	hmmbench_profile_schedule_unregister, hmmbench_profile_drain_workqueue,
	hmmbench_profile_writeback;

/* tables.c: NULL where this module has none of that number; masks of 1 << id. */
const struct hmmbench_core_ops *hmmbench_core_find(u32 id);
const struct hmmbench_strategy *hmmbench_strategy_find(u32 id);
const struct hmmbench_profile *hmmbench_profile_find(u32 id);
u32 hmmbench_core_mask(void);
u32 hmmbench_core_invalidates(void); /* of the cores, those that have invalidate() */
u32 hmmbench_strategy_mask(void);
u32 hmmbench_profile_mask(void);
void hmmbench_cores_synchronize(void);

/* The kernel's own release walk, once one was seen: hmmbench_info.intree_strategy. */
#ifdef HMMBENCH_HAS_INTREE
u32 hmmbench_intree_strategy(void);
#else
static inline u32 hmmbench_intree_strategy(void)
{
	return HMMBENCH_STRATEGY_UNKNOWN;
}
#endif

/*
 * walk.c: what stands around a release walk, outside its clock reads. To begin it stores
 * binding->walk, which HMMBENCH_UNREGISTER_AT_WALK waits for. To end it records.
 */
void hmmbench_walk_begin(struct hmmbench_binding *binding, struct hmmbench_sample *sample);
void hmmbench_walk_end(struct hmmbench_binding *binding, const struct hmmbench_sample *sample);

/*
 * memory.c: would the machine keep an eighth of its memory available? Asked before
 * anything large is allocated: what the kernel lacks then, it takes from others by killing
 * them, and ours comes back too late to save them, after a grace period.
 */
bool hmmbench_memory_fits(unsigned long pages);

/*
 * mirrors.c: the memory of mirrors (mirrors_freed.c in a real-free build).
 *
 * hmmbench_mirrors_prepare() makes `count` mirrors with the indices from next_index
 * on, on `node` where it has room (HMMBENCH_NODE_ANY: as the caller's memory policy
 * says), and says in *on_node how many lie there. The caller holds register_lock. All
 * or none: -ENOMEM, -EINTR on a fatal signal.
 */
int hmmbench_mirrors_prepare(struct hmmbench_binding *binding, u32 count, int node,
			     const struct hmmbench_mirror_ops *ops, u32 *on_node);
/* A prepared mirror that is on no list yet; NULL where a real-free build has freed it. */
struct hmmbench_mirror *hmmbench_mirror_prepared(struct hmmbench_binding *binding, u32 index);
/* For clear(): the mirror of that index where nobody has unregistered it, else NULL. */
static inline struct hmmbench_mirror *hmmbench_mirror_left(struct hmmbench_binding *binding,
							   u32 index)
{
	struct hmmbench_mirror *mirror = hmmbench_mirror_prepared(binding, index);

	return mirror && atomic64_read(&mirror->unregistered_ns) == HMMBENCH_MIRROR_REGISTERED ?
		       mirror :
		       NULL;
}
/*
 * Can the mirror of that index be looked at without register_lock? Not while its
 * HMMBENCH_IOC_REGISTER may still fail, which gives its memory back.
 */
static inline bool hmmbench_mirror_stays(struct hmmbench_binding *binding, u64 index)
{
	return index < smp_load_acquire(&binding->found_below);
}
/* The registered mirror of that index, for the caller to unregister: one caller gets it. */
struct hmmbench_mirror *hmmbench_mirror_claim(struct hmmbench_binding *binding, u64 index);
/* Its unregister returned at unregistered_ns: from now on a driver may free it. */
void hmmbench_mirror_retire(struct hmmbench_mirror *mirror, u64 unregistered_ns);
int hmmbench_mirror_node(struct hmmbench_binding *binding, u64 index); /* or -ENOENT */
void hmmbench_mirrors_free(struct hmmbench_binding *binding); /* all of it; sleeps */

/*
 * unregister.c: claims the mirror of that index and unregisters it in that pass: one
 * sample, or none when unrecorded. 0 or -ENOENT.
 */
int hmmbench_unregister(struct hmmbench_binding *binding, u64 index, enum hmmbench_pass pass);

/* profile_work.c: the workqueue of the profiles whose drivers have one. */
int hmmbench_workers_init(void);  /* -ENOMEM */
void hmmbench_workers_exit(void); /* no binding is alive; waits for the last worker's end */

/* binding.c: lifetime of bindings and the counts of what is alive. */
struct hmmbench_binding *hmmbench_binding_new(struct mm_struct *mm); /* NULL: no memory */
/* False: its session has given it back and nobody held it; it is on its way out. */
bool hmmbench_binding_get(struct hmmbench_binding *binding);
/* The last one gives the binding back to its core. Sleeps. */
void hmmbench_binding_put(struct hmmbench_binding *binding);
/* Its release walk is recorded: HMMBENCH_IOC_REAP may take it. From any context. */
void hmmbench_binding_released(struct hmmbench_binding *binding);
/* From any context, once nothing can reach the binding any more: frees it later. */
void hmmbench_binding_free(struct hmmbench_binding *binding);

/* Objects alive in the whole module. */
struct hmmbench_live {
	atomic64_t sessions;
	atomic64_t bindings;
	atomic64_t mirrors;
};
extern struct hmmbench_live hmmbench_live;
/* One session or binding less; wakes who waits for the last. */
void hmmbench_gone(atomic64_t *live);

int hmmbench_bindings_init(void);  /* -ENOMEM */
void hmmbench_bindings_exit(void); /* waits until nothing is alive; sessions are closed */

#endif
