// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Core `intree`: the hmm_mirrors that are ours.
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
#include <linux/mm.h> /* hmm.h of 5.1 does not include what it uses */
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/wait.h>

#include "intree.h"

#ifdef HMMBENCH_HAS_INTREE

static u32 kernel_strategy = HMMBENCH_STRATEGY_UNKNOWN;

u32 hmmbench_intree_strategy(void)
{
	return READ_ONCE(kernel_strategy);
}

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

int intree_register(struct hmm_mirror *hmm_mirror, struct mm_struct *mm,
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

int intree_spent_register(struct intree_binding *own)
{
	return 0;
}

void intree_spent_unregister(struct intree_binding *own)
{
}

/* Nothing but ours between the two in the list of the address space's notifiers. */
bool intree_is_alone(const struct intree_binding *own)
{
	const struct mmu_notifier *hmm = &own->anchor.hmm->mmu_notifier;

	return READ_ONCE(own->before.hlist.next) == &hmm->hlist &&
	       READ_ONCE(hmm->hlist.next) == &own->after.hlist;
}

bool intree_is_foreign(const struct mm_struct *mm)
{
	return false; /* told later, by intree_is_alone() */
}

void intree_drop_lost_reference(struct hmmbench_binding *binding)
{
}

#else /* up to 5.1 */

int intree_spent_register(struct intree_binding *own)
{
	int err = intree_register(&own->spent, own->binding->mm, &anchor_ops);

	own->unspent = !err;
	return err;
}

void intree_spent_unregister(struct intree_binding *own)
{
	/* Whoever did it is through, and what it left is seen by the unregister that follows. */
	if (!smp_load_acquire(&own->unspent))
		return;
	mutex_lock(&own->spent_lock);
	if (own->unspent)
		hmm_mirror_unregister(&own->spent);
	smp_store_release(&own->unspent, false);
	mutex_unlock(&own->spent_lock);
}

bool intree_is_alone(const struct intree_binding *own)
{
	return true; /* there was none before, and the mm has one only */
}

/* Of another driver; or what an earlier session has left, on which nobody can register. */
bool intree_is_foreign(const struct mm_struct *mm)
{
	return READ_ONCE(mm->hmm);
}

void intree_drop_lost_reference(struct hmmbench_binding *binding)
{
	if (READ_ONCE(binding->walk) == HMMBENCH_WALK_OVER)
		mmdrop(binding->mm);
}

#endif

int intree_anchor_register(struct intree_binding *own)
{
	return intree_register(&own->anchor, own->binding->mm, &anchor_ops);
}

/*
 * The last mirror of the address space, away from its exit and from who holds mmap_sem. An
 * exit that is on its way calls hmm_release() before it is over.
 */
void intree_anchor_unregister(struct intree_binding *own)
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

#endif /* HMMBENCH_HAS_INTREE */
