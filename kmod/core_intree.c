// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Core `intree`: the kernel's own hmm_mirror, 4.17 to 5.4 with CONFIG_HMM_MIRROR. Registering,
 * unregistering and the release walk are mm/hmm.c of the running kernel: the patch itself,
 * before it or behind it.
 *
 * What is timed
 *
 * hmm_release() is the release callback of a plain notifier, which hmm_mirror_register() puts
 * at the head of the address space's list. The kernel calls that list from its head. So two
 * plain notifiers of ours stand around it, one registered before the first mirror and one
 * behind it:
 *
 *	`before`				<- clock
 *	hmm_release(), all of it
 *	`after`					<- clock
 *
 * That its neighbours in the list are ours is checked once both are there. Between the
 * readings is the whole of hmm_release(): its references, its own locks, the waits for them,
 * the walk, and one mirror more, the anchor.
 *
 * The anchor
 *
 * One hmm_mirror of each address space is ours, registered first and unregistered last. Its
 * release callback tells which walk the kernel has: a mirror is off the list by then, or
 * still on it. And it keeps struct hmm alive. In 5.2 the unregister of the last mirror
 * frees that beside an invalidation or an exit that has just found it; so the anchor's
 * unregister keeps both away, but for invalidations that need no mmap_sem (reclaim).
 *
 * Up to 5.1
 *
 * hmm_mirror_unregister() takes the list's being empty for its own being the last, which it
 * is for every mirror once a walk has drained the list, and then frees struct hmm under
 * all others. It does so only while hmm->mm is set, and any unregister clears that. So there
 * is one mirror more, spent on that: it is unregistered as soon as no mirror can be
 * registered any more, when the walk begins at the latest; the list is not empty then, for
 * the anchor is on it. From then on nobody frees struct hmm but the end of the mm, and that
 * the kernel never lets come: it forgets its notifier, and with it a reference on the mm. That
 * one is given back here where the address space has exited; where it has not, it is lost.
 */
#include <linux/err.h>
#include <linux/mm.h> /* hmm.h of 5.1 does not include what it uses */
#include <linux/hmm.h>
#include <linux/mmu_notifier.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "core.h"
#include "session.h"
#include "timing.h"

#ifdef HMMBENCH_HAS_INTREE

struct intree_mirror {
	struct hmmbench_mirror mirror; /* first: core->mirror_bytes */
	struct hmm_mirror hmm_mirror;
};

/* binding->of_core */
struct intree_binding {
	struct list_head list; /* in bindings */
	struct hmmbench_binding *binding;
	struct mmu_notifier before, after;
	struct hmm_mirror anchor;
	struct hmm_mirror spent;  /* up to 5.1 */
	struct mutex spent_lock;
	bool unspent;		  /* `spent` is registered; under spent_lock */
	bool closing;		  /* an exit from now on is not recorded */
	bool unregistering;	  /* release callbacks from now on need not be an exit's */
	wait_queue_head_t over;	  /* binding->walk is OVER */
	struct hmmbench_sample sample; /* of the walk, by whose task alone it is used */
};

/* Those that are prepared: the kernel gives no way from an mm to what is ours. */
static LIST_HEAD(bindings);
static DEFINE_MUTEX(bindings_lock);

static u32 kernel_strategy = HMMBENCH_STRATEGY_UNKNOWN;

u32 hmmbench_intree_strategy(void)
{
	return READ_ONCE(kernel_strategy);
}

static struct intree_binding *of_core(const struct hmmbench_binding *binding)
{
	return binding->of_core;
}

/* ---- a mirror's callbacks ---- */

static int mirror_sync(struct hmm_mirror *hmm_mirror, const struct hmmbench_update *update)
{
	struct intree_mirror *own = container_of(hmm_mirror, struct intree_mirror, hmm_mirror);

	return own->mirror.ops->sync(&own->mirror, update);
}

HMMBENCH_HMM_SYNC(mirror_sync_hmm, mirror_sync)

static __always_inline void mirror_release(struct hmm_mirror *hmm_mirror,
					   const enum hmmbench_pass pass)
{
	struct intree_mirror *own = container_of(hmm_mirror, struct intree_mirror, hmm_mirror);

	hmmbench_call_release(&own->mirror, &of_core(own->mirror.binding)->sample, pass);
}

#define INTREE_PASS(_name, _pass)                                                                  \
	static void mirror_##_name(struct hmm_mirror *hmm_mirror)                                  \
	{                                                                                          \
		mirror_release(hmm_mirror, _pass);                                                 \
	}

INTREE_PASS(unrecorded, HMMBENCH_PASS_UNRECORDED)
INTREE_PASS(plain, HMMBENCH_PASS_PLAIN)
INTREE_PASS(ticks, HMMBENCH_PASS_TICKS)
INTREE_PASS(detailed, HMMBENCH_PASS_DETAILED)
INTREE_PASS(race, HMMBENCH_PASS_RACE)

#define INTREE_OPS(_name)                                                                          \
	{                                                                                          \
		.release = mirror_##_name, .sync_cpu_device_pagetables = mirror_sync_hmm,           \
	}

static const struct hmm_mirror_ops mirror_ops[HMMBENCH_PASSES] = {
	[HMMBENCH_PASS_UNRECORDED] = INTREE_OPS(unrecorded),
	[HMMBENCH_PASS_PLAIN] = INTREE_OPS(plain),
	[HMMBENCH_PASS_TICKS] = INTREE_OPS(ticks),
	[HMMBENCH_PASS_DETAILED] = INTREE_OPS(detailed),
	[HMMBENCH_PASS_RACE] = INTREE_OPS(race),
};

/* ---- the mirrors that are ours ---- */

static int own_sync(struct hmm_mirror *hmm_mirror, const struct hmmbench_update *update)
{
	return 0;
}

HMMBENCH_HMM_SYNC(own_sync_hmm, own_sync)

/* hmm_release() up to 5.2 takes a mirror off before it calls it. */
static void anchor_release(struct hmm_mirror *anchor)
{
	WRITE_ONCE(kernel_strategy, list_empty(&anchor->list) ? HMMBENCH_STRATEGY_WRITE :
								 HMMBENCH_STRATEGY_READ);
}

static const struct hmm_mirror_ops anchor_ops = {
	.release = anchor_release,
	.sync_cpu_device_pagetables = own_sync_hmm,
};

static int hmm_register(struct hmm_mirror *hmm_mirror, struct mm_struct *mm,
			const struct hmm_mirror_ops *ops)
{
	int err;

	hmm_mirror->ops = ops;
	down_write(&mm->mmap_sem);
	err = hmm_mirror_register(hmm_mirror, mm);
	up_write(&mm->mmap_sem);
	/* So it calls what a pending signal makes of it. */
	return err == -ENOMEM && signal_pending(current) ? -EINTR : err;
}

#ifdef HMMBENCH_HMM_PUBLIC

static int spent_register(struct intree_binding *own)
{
	return 0;
}

static void spent_unregister(struct intree_binding *own)
{
}

/* Nothing but ours between the two in the list of the address space's notifiers. */
static bool hmm_is_ours(const struct intree_binding *own)
{
	const struct mmu_notifier *hmm = &own->anchor.hmm->mmu_notifier;

	return READ_ONCE(own->before.hlist.next) == &hmm->hlist &&
	       READ_ONCE(hmm->hlist.next) == &own->after.hlist;
}

static bool hmm_is_foreign(const struct mm_struct *mm)
{
	return false; /* told later, by hmm_is_ours() */
}

static void drop_lost_reference(struct hmmbench_binding *binding)
{
}

#else /* up to 5.1 */

static int spent_register(struct intree_binding *own)
{
	int err = hmm_register(&own->spent, own->binding->mm, &anchor_ops);

	own->unspent = !err;
	return err;
}

static void spent_unregister(struct intree_binding *own)
{
	if (!READ_ONCE(own->unspent))
		return; /* and whoever did it is through */
	mutex_lock(&own->spent_lock);
	if (own->unspent)
		hmm_mirror_unregister(&own->spent);
	smp_store_release(&own->unspent, false);
	mutex_unlock(&own->spent_lock);
}

static bool hmm_is_ours(const struct intree_binding *own)
{
	return true; /* there was none before, and the mm has one only */
}

/* Of another driver; or what an earlier session has left, on which nobody can register. */
static bool hmm_is_foreign(const struct mm_struct *mm)
{
	return READ_ONCE(mm->hmm);
}

static void drop_lost_reference(struct hmmbench_binding *binding)
{
	if (READ_ONCE(binding->walk) == HMMBENCH_WALK_OVER)
		mmdrop(binding->mm);
}

#endif

/* ---- the ends of the walk ---- */

static void before_release(struct mmu_notifier *notifier, struct mm_struct *mm)
{
	struct intree_binding *own = container_of(notifier, struct intree_binding, before);
	const struct hmmbench_session *session = smp_load_acquire(&own->binding->session);

	if (!session)
		return;
	spent_unregister(own);
	if (READ_ONCE(own->closing))
		return;
	hmmbench_walk_begin(own->binding, &own->sample);
	hmmbench_sample_begin(&own->sample, session->pass);
}

/* Where the binding is given back before, nothing is recorded, and who does that waits. */
static void after_release(struct mmu_notifier *notifier, struct mm_struct *mm)
{
	struct intree_binding *own = container_of(notifier, struct intree_binding, after);
	struct hmmbench_binding *binding = own->binding;
	const struct hmmbench_session *session = smp_load_acquire(&binding->session);

	if (!session || READ_ONCE(own->unregistering))
		return;
	hmmbench_sample_end(&own->sample, session->pass);
	if (READ_ONCE(binding->walk) == HMMBENCH_WALK_RUNNING)
		hmmbench_walk_end(binding, &own->sample);
	WRITE_ONCE(binding->walk, HMMBENCH_WALK_OVER);
	wake_up_all(&own->over);
}

static const struct mmu_notifier_ops before_ops = { .release = before_release };
static const struct mmu_notifier_ops after_ops = { .release = after_release };

/* ---- the core ---- */

static struct hmmbench_binding *intree_bind(struct mm_struct *mm)
{
	struct intree_binding *own = kzalloc(sizeof(*own), GFP_KERNEL), *other;

	if (!own)
		return ERR_PTR(-ENOMEM);
	mutex_init(&own->spent_lock);
	init_waitqueue_head(&own->over);
	mutex_lock(&bindings_lock);
	list_for_each_entry(other, &bindings, list)
		if (other->binding->mm == mm)
			goto busy;
	own->binding = hmmbench_binding_new(mm);
	if (own->binding)
		list_add(&own->list, &bindings);
	mutex_unlock(&bindings_lock);
	if (!own->binding) {
		kfree(own);
		return ERR_PTR(-ENOMEM);
	}
	own->binding->of_core = own;
	return own->binding;
busy:
	mutex_unlock(&bindings_lock);
	kfree(own);
	return ERR_PTR(-EBUSY);
}

/* Nobody can get at it any more: see intree_clear(), or it was never prepared. */
static void intree_unbind(struct hmmbench_binding *binding)
{
	struct intree_binding *own = of_core(binding);

	mutex_lock(&bindings_lock);
	list_del(&own->list);
	mutex_unlock(&bindings_lock);
	mutex_destroy(&own->spent_lock);
	kfree(own);
	hmmbench_binding_free(binding);
}

/*
 * The last mirror of the address space, away from its exit and from who holds mmap_sem. An
 * exit that is on its way calls hmm_release() before it is over.
 */
static void anchor_unregister(struct intree_binding *own)
{
	struct mm_struct *mm = own->binding->mm;

	if (!mmget_not_zero(mm)) {
		wait_event(own->over, READ_ONCE(own->binding->walk) == HMMBENCH_WALK_OVER);
		hmm_mirror_unregister(&own->anchor);
		return;
	}
	down_write(&mm->mmap_sem);
	hmm_mirror_unregister(&own->anchor);
	up_write(&mm->mmap_sem);
	mmput(mm);
}

static int register_around(struct intree_binding *own)
{
	struct mm_struct *mm = own->binding->mm;
	int err;

	own->before.ops = &before_ops;
	own->after.ops = &after_ops;
	err = mmu_notifier_register(&own->after, mm);
	if (err)
		return err;
	err = hmm_register(&own->anchor, mm, &anchor_ops);
	if (err)
		goto no_anchor;
	err = mmu_notifier_register(&own->before, mm);
	if (err)
		goto no_before;
	err = hmm_is_ours(own) ? spent_register(own) : -EBUSY;
	if (!err)
		return 0;
	mmu_notifier_unregister(&own->before, mm);
no_before:
	anchor_unregister(own);
no_anchor:
	mmu_notifier_unregister(&own->after, mm);
	return err;
}

static int intree_prepare(struct hmmbench_binding *binding, struct hmmbench_session *session)
{
	return hmm_is_foreign(binding->mm) ? -EBUSY : register_around(of_core(binding));
}

/*
 * mmu_notifier_unregister() waits until no callback of a notifier runs. A walk runs in one
 * of those callbacks, and with it, up to 5.2, callbacks of mirrors that are unregistered.
 */
static void intree_clear(struct hmmbench_binding *binding)
{
	struct intree_binding *own = of_core(binding);
	u32 index;

	WRITE_ONCE(own->closing, true);
	spent_unregister(own);
	for (index = 0; index < binding->next_index; index++) {
		struct hmmbench_mirror *mirror = hmmbench_mirror_left(binding, index);

		if (mirror)
			hmm_mirror_unregister(
				&container_of(mirror, struct intree_mirror, mirror)->hmm_mirror);
		cond_resched();
	}
	anchor_unregister(own);
	WRITE_ONCE(own->unregistering, true);
	mmu_notifier_unregister(&own->before, binding->mm);
	mmu_notifier_unregister(&own->after, binding->mm);
	drop_lost_reference(binding);
}

/* It fails for want of what the anchor has brought already. */
static void intree_add(struct hmmbench_mirror *mirror)
{
	struct intree_mirror *own = container_of(mirror, struct intree_mirror, mirror);
	const struct hmmbench_binding *binding = mirror->binding;

	WARN_ON_ONCE(hmm_register(&own->hmm_mirror, binding->mm,
				  &mirror_ops[binding->session->pass]));
}

static void intree_remove(struct hmmbench_mirror *mirror, struct hmmbench_sample *sample,
			  enum hmmbench_pass pass)
{
	struct intree_mirror *own = container_of(mirror, struct intree_mirror, mirror);

	spent_unregister(of_core(mirror->binding));
	hmmbench_sample_begin(sample, pass);
	hmm_mirror_unregister(&own->hmm_mirror);
	hmmbench_sample_end(sample, pass);
}

#ifdef HMMBENCH_HMM_PUBLIC

/* By the notifier's own operations, as the kernel calls them. */
static int intree_invalidate(struct hmmbench_binding *binding,
			     const struct hmmbench_update *update, struct hmmbench_sample *sample)
{
	struct mmu_notifier *hmm = &of_core(binding)->anchor.hmm->mmu_notifier;
	const enum hmmbench_pass pass = binding->session->pass;
	const struct mmu_notifier_range range = {
		.mm = binding->mm,
		.start = update->start,
		.end = update->end,
		.flags = update->blockable ? MMU_NOTIFIER_RANGE_BLOCKABLE : 0,
		.event = MMU_NOTIFY_UNMAP,
	};
	int err;

	hmmbench_sample_begin(sample, pass);
	err = hmm->ops->invalidate_range_start(hmm, &range);
	hmmbench_sample_end(sample, pass);
	if (!err)
		hmm->ops->invalidate_range_end(hmm, &range);
	return err;
}

#else
#define intree_invalidate NULL
#endif

const struct hmmbench_core_ops hmmbench_core_intree = {
	.id = HMMBENCH_CORE_INTREE,
	.name = "intree",
	.mirror_bytes = sizeof(struct intree_mirror),
	.own_strategy = true,
	.registers_first = true,
	.bind = intree_bind,
	.prepare = intree_prepare,
	.clear = intree_clear,
	.unbind = intree_unbind,
	.add = intree_add,
	.remove = intree_remove,
	.invalidate = intree_invalidate,
};

#endif /* HMMBENCH_HAS_INTREE */
