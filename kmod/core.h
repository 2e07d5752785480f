/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of the module know of each other: the mirrors of an address
 * space, and the three seams (core, strategy, profile) as tables of operations.
 *
 * Locks, outermost first
 *   session->lock	setup, and which bindings a session has
 *   binding->register_lock	the making of mirrors and their indices
 *   mm->mmap_lock	taken by mmu_notifier_get(), held by the kernel around invalidations
 *   binding->mirrors_sem	the list of mirrors; nothing is allocated and no other lock
 *			is taken under it, because reclaim and every fault of the
 *			address space invalidate, and so take it for reading
 */
#ifndef HMMBENCH_CORE_H
#define HMMBENCH_CORE_H

#include "compat.h"

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/mm_types.h>
#include <linux/mmu_notifier.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include "hmmbench_uapi.h"

struct hmmbench_binding;
struct hmmbench_mirror;
struct hmmbench_sample;
struct hmmbench_session;
struct hmmbench_mirror_chunk;

/*
 * How much of an operation is clocked. One copy of every walk and unregister is
 * compiled for each, so that no copy decides anything inside its loop.
 */
enum hmmbench_pass {
	HMMBENCH_PASS_UNRECORDED, /* no clock read, no record */
	HMMBENCH_PASS_PLAIN,	  /* begin, first lock, end */
	HMMBENCH_PASS_DETAILED,	  /* and around each callback and each lock */
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
 * never given back before that of its binding: see mirrors.c.
 */
struct hmmbench_mirror {
	struct hmmbench_binding *binding;
	const struct hmmbench_mirror_ops *ops;
	struct list_head list; /* in binding->mirrors, under mirrors_sem */

	/*
	 * 0: registered; HMMBENCH_UNREGISTERING: somebody unregisters it; else when its
	 * unregister returned (CLOCK_MONOTONIC_RAW), HMMBENCH_UNREGISTERED_UNTIMED in an
	 * unrecorded session. From that moment a driver may free it, and a callback that
	 * still meets it is a use after free.
	 */
	atomic64_t unregistered_ns;
	u32 index; /* within its address space */
};

#define HMMBENCH_UNREGISTERING		1
#define HMMBENCH_UNREGISTERED_UNTIMED	2

/*
 * One address space that has mirrors: what struct hmm was in the kernel. Made by a
 * core's bind(), owned by one session until unbind(), freed by hmmbench_binding_free().
 * While a task of the address space holds the session's file, the binding stays.
 */
struct hmmbench_binding {
	/* What walks, unregisters and invalidations touch. */
	struct rw_semaphore mirrors_sem;
	struct list_head mirrors; /* newest first, as hmm_mirror_register() had it */
	struct mmu_notifier notifier;
	struct hmmbench_session *session; /* NULL until claimed; then never changes */
	u64 operation;			  /* tag of the samples; the last register call's */
	bool released;			  /* the release walk is over */

	/* Bookkeeping, on lines of its own. */
	atomic_t registered ____cacheline_aligned_in_smp; /* mirrors on the list before a walk */
	struct mutex register_lock;
	struct xarray by_index; /* struct hmmbench_mirror; lookups take no lock */
	u32 next_index;		/* mirrors ever made, under register_lock */
	struct list_head chunks;
	struct hlist_node in_session; /* under session->lock */
	struct work_struct free_work;
	struct hmmbench_mirror_chunk *filling[]; /* by node asked for + 1; under register_lock */
};

/* A core: whose mirror code is under test. */
struct hmmbench_core_ops {
	enum hmmbench_core id;
	const char *name;
	/*
	 * The binding of `mm`, found or made; one reference on it for the caller. The
	 * caller makes sure that mm_users stays above 0. ERR_PTR(-ENOMEM), or
	 * ERR_PTR(-EINTR) where a signal is pending. May sleep, takes mmap_lock.
	 */
	struct hmmbench_binding *(*bind)(struct mm_struct *mm);
	/* Gives the reference back. The last one frees, after a grace period. */
	void (*unbind)(struct hmmbench_binding *binding);
	/* Puts a prepared mirror of the address space on its list. Cannot fail. */
	void (*add)(struct hmmbench_mirror *mirror);
	/* Takes a registered mirror off, once, and fills in `sample`. May sleep. */
	void (*remove)(struct hmmbench_mirror *mirror, struct hmmbench_sample *sample);
	/* After the last unbind(): waits until no code of the core can be called. */
	void (*synchronize)(void);
};

/* A strategy of the bundled core: strategy.h. */
struct hmmbench_strategy {
	enum hmmbench_strategy_id id;
	const char *name;
	void (*walk[HMMBENCH_PASSES])(struct hmmbench_binding *binding,
				      struct hmmbench_sample *sample);
	void (*unregister[HMMBENCH_PASSES])(struct hmmbench_mirror *mirror,
					    struct hmmbench_sample *sample);
};

/* A profile: what a mirror's callbacks do. */
struct hmmbench_profile {
	enum hmmbench_profile_id id;
	const char *name;
	bool takes_ns; /* profile_ns must be 1 .. HMMBENCH_DELAY_NS_MAX, else 0 */
	struct hmmbench_mirror_ops ops;
};

extern const struct hmmbench_core_ops hmmbench_core_bundled;
extern const struct hmmbench_strategy hmmbench_strategy_write, hmmbench_strategy_read;
extern const struct hmmbench_profile hmmbench_profile_empty, hmmbench_profile_delay;

/* tables.c: NULL where this module has none of that number; masks of 1 << id. */
const struct hmmbench_core_ops *hmmbench_core_find(u32 id);
const struct hmmbench_strategy *hmmbench_strategy_find(u32 id);
const struct hmmbench_profile *hmmbench_profile_find(u32 id);
u32 hmmbench_core_mask(void);
u32 hmmbench_strategy_mask(void);
u32 hmmbench_profile_mask(void);
void hmmbench_cores_synchronize(void);

/*
 * mirrors.c: the memory of mirrors.
 *
 * hmmbench_memory_fits(): would the machine keep an eighth of its memory available? Asked
 * before anything large is allocated: what the kernel lacks then, it takes from others by
 * killing them, and ours comes back too late to save them, after a grace period.
 */
bool hmmbench_memory_fits(unsigned long pages);

/*
 * hmmbench_mirrors_prepare() makes `count` mirrors with the indices from next_index
 * on, on `node` where it has room (HMMBENCH_NODE_ANY: as the caller's memory policy
 * says), and says in *on_node how many lie there. The caller holds register_lock. All
 * or none: -ENOMEM, -EINTR on a fatal signal.
 */
int hmmbench_mirrors_prepare(struct hmmbench_binding *binding, u32 count, int node,
			     const struct hmmbench_mirror_ops *ops, u32 *on_node);
struct hmmbench_mirror *hmmbench_mirror_find(struct hmmbench_binding *binding, u64 index);
void hmmbench_mirrors_free(struct hmmbench_binding *binding); /* all of it; sleeps */

/* binding.c: lifetime of bindings and the counts of what is alive. */
struct hmmbench_binding *hmmbench_binding_new(void); /* NULL: no memory */
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
