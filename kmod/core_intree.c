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
 * The anchor is a mirror of ours, intree_anchor.c says what for; with what the kernel has to be
 * kept from, up to 5.1 and in 5.2.
 */
#include <linux/err.h>
#include <linux/mmu_notifier.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "intree.h"
#include "session.h"
#include "timing.h"

#ifdef HMMBENCH_HAS_INTREE

struct intree_mirror {
	struct hmmbench_mirror mirror; /* first: core->mirror_bytes */
	struct hmm_mirror hmm_mirror;
};

/* Those that are prepared: the kernel gives no way from an mm to what is ours. */
static LIST_HEAD(bindings);
static DEFINE_MUTEX(bindings_lock);

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

#define INTREE_OPS(_name)                                                                 \
	{                                                                                 \
		.release = mirror_##_name, .sync_cpu_device_pagetables = mirror_sync_hmm, \
	}

static const struct hmm_mirror_ops mirror_ops[HMMBENCH_PASSES] = {
	[HMMBENCH_PASS_UNRECORDED] = INTREE_OPS(unrecorded),
	[HMMBENCH_PASS_PLAIN] = INTREE_OPS(plain),
	[HMMBENCH_PASS_TICKS] = INTREE_OPS(ticks),
	[HMMBENCH_PASS_DETAILED] = INTREE_OPS(detailed),
	[HMMBENCH_PASS_RACE] = INTREE_OPS(race),
};

/* ---- the ends of the walk ---- */

static void before_release(struct mmu_notifier *notifier, struct mm_struct *mm)
{
	struct intree_binding *own = container_of(notifier, struct intree_binding, before);
	const struct hmmbench_session *session = smp_load_acquire(&own->binding->session);

	if (!session)
		return;
	intree_spent_unregister(own);
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

static int register_around(struct intree_binding *own)
{
	struct mm_struct *mm = own->binding->mm;
	int err;

	own->before.ops = &before_ops;
	own->after.ops = &after_ops;
	err = mmu_notifier_register(&own->after, mm);
	if (err)
		return err;
	err = intree_anchor_register(own);
	if (err)
		goto no_anchor;
	err = mmu_notifier_register(&own->before, mm);
	if (err)
		goto no_before;
	err = intree_is_alone(own) ? intree_spent_register(own) : -EBUSY;
	if (!err)
		return 0;
	mmu_notifier_unregister(&own->before, mm);
no_before:
	intree_anchor_unregister(own);
no_anchor:
	mmu_notifier_unregister(&own->after, mm);
	return err;
}

static int intree_prepare(struct hmmbench_binding *binding, struct hmmbench_session *session)
{
	return intree_is_foreign(binding->mm) ? -EBUSY : register_around(of_core(binding));
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
	intree_spent_unregister(own);
	for (index = 0; index < binding->next_index; index++) {
		struct hmmbench_mirror *mirror = hmmbench_mirror_left(binding, index);

		if (mirror)
			hmm_mirror_unregister(
				&container_of(mirror, struct intree_mirror, mirror)->hmm_mirror);
		cond_resched();
	}
	intree_anchor_unregister(own);
	WRITE_ONCE(own->unregistering, true);
	mmu_notifier_unregister(&own->before, binding->mm);
	mmu_notifier_unregister(&own->after, binding->mm);
	intree_drop_lost_reference(binding);
}

/* It fails for want of what the anchor has brought already. */
static void intree_add(struct hmmbench_mirror *mirror)
{
	struct intree_mirror *own = container_of(mirror, struct intree_mirror, mirror);
	const struct hmmbench_binding *binding = mirror->binding;

	WARN_ON_ONCE(intree_register(&own->hmm_mirror, binding->mm,
				     &mirror_ops[binding->session->pass]));
}

static void intree_remove(struct hmmbench_mirror *mirror, struct hmmbench_sample *sample,
			  enum hmmbench_pass pass)
{
	struct intree_mirror *own = container_of(mirror, struct intree_mirror, mirror);

	intree_spent_unregister(of_core(mirror->binding));
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
