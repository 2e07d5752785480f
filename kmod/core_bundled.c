// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Core `bundled`: the list of mirrors and its semaphore are ours, on the kernel's own
 * mmu_notifier and rwsem. It does what mm/hmm.c of 5.2 and 5.3 did, less its ranges;
 * what touches the list of mirrors is the strategy's.
 *
 * The notifier is had by mmu_notifier_get(): the kernel then keeps one binding for each
 * address space, pins the mm (mmgrab) until the binding is freed, and calls
 * free_notifier() a grace period after the last mmu_notifier_put().
 */
#include <linux/err.h>
#include <linux/mmu_notifier.h>
#include <linux/rcupdate.h>

#include "core.h"
#include "session.h"
#include "timing.h"

#ifdef HMMBENCH_HAS_BUNDLED

static struct hmmbench_binding *binding_of(struct mmu_notifier *notifier)
{
	return container_of(notifier, struct hmmbench_binding, notifier);
}

/* Once for each address space, when its last user is gone. Nobody can register now. */
static void bundled_release(struct mmu_notifier *notifier, struct mm_struct *mm)
{
	struct hmmbench_binding *binding = binding_of(notifier);
	const struct hmmbench_session *session = smp_load_acquire(&binding->session);
	struct hmmbench_sample sample = {};

	if (!session)
		return;
	hmmbench_walk_begin(binding, &sample);
	session->strategy->walk[session->pass](binding, &sample);
	hmmbench_walk_end(binding, &sample);
}

/* The kernel allows one that can fail only where there is no invalidate_range_end(). */
static int bundled_invalidate_range_start(struct mmu_notifier *notifier,
					  const struct mmu_notifier_range *range)
{
	struct hmmbench_binding *binding = binding_of(notifier);
	const struct hmmbench_session *session = smp_load_acquire(&binding->session);
	const struct hmmbench_update update = {
		.start = range->start,
		.end = range->end,
		.blockable = mmu_notifier_range_blockable(range),
	};

	if (!session)
		return 0;
	return session->strategy->invalidate[HMMBENCH_PASS_UNRECORDED](binding, &update, NULL);
}

static struct mmu_notifier *bundled_alloc_notifier(struct mm_struct *mm)
{
	struct hmmbench_binding *binding = hmmbench_binding_new(mm);

	return binding ? &binding->notifier : ERR_PTR(-ENOMEM);
}

/* In the callback of a grace period, or at once where mmu_notifier_get() failed. */
static void bundled_free_notifier(struct mmu_notifier *notifier)
{
	hmmbench_binding_free(binding_of(notifier));
}

static const struct mmu_notifier_ops bundled_notifier_ops = {
	.release = bundled_release,
	.invalidate_range_start = bundled_invalidate_range_start,
	.alloc_notifier = bundled_alloc_notifier,
	.free_notifier = bundled_free_notifier,
};

static struct hmmbench_binding *bundled_bind(struct mm_struct *mm)
{
	struct mmu_notifier *notifier = mmu_notifier_get(&bundled_notifier_ops, mm);

	return IS_ERR(notifier) ? ERR_CAST(notifier) : binding_of(notifier);
}

static int bundled_prepare(struct hmmbench_binding *binding, struct hmmbench_session *session)
{
	return session->strategy->bind ? session->strategy->bind(binding) : 0;
}

static void bundled_clear(struct hmmbench_binding *binding)
{
	if (binding->session->strategy->unbind)
		binding->session->strategy->unbind(binding);
}

static void bundled_free(struct hmmbench_binding *binding)
{
	if (binding->session->strategy->free)
		binding->session->strategy->free(binding);
}

static void bundled_unbind(struct hmmbench_binding *binding)
{
	mmu_notifier_put(&binding->notifier);
}

static void bundled_add(struct hmmbench_mirror *mirror)
{
	mirror->binding->session->strategy->add(mirror);
}

static void bundled_remove(struct hmmbench_mirror *mirror, struct hmmbench_sample *sample,
			   enum hmmbench_pass pass)
{
	mirror->binding->session->strategy->unregister[pass](mirror, sample);
}

/* The same code as in bundled_invalidate_range_start(), in the session's pass. */
static int bundled_invalidate(struct hmmbench_binding *binding,
			      const struct hmmbench_update *update, struct hmmbench_sample *sample)
{
	const struct hmmbench_session *session = binding->session;

	return session->strategy->invalidate[session->pass](binding, update, sample);
}

/*
 * mmu_notifier_synchronize() waits for a grace period of the notifiers, which is not
 * yet for the callbacks queued behind it on every CPU; our counts say that those have
 * run. They run with bottom halves off, which is a read-side section of RCU since 5.0
 * (commit 65cfe3583b61): after synchronize_rcu() the last one has returned.
 */
static void bundled_synchronize(void)
{
	mmu_notifier_synchronize();
	synchronize_rcu();
}

const struct hmmbench_core_ops hmmbench_core_bundled = {
	.id = HMMBENCH_CORE_BUNDLED,
	.name = "bundled",
	.mirror_bytes = sizeof(struct hmmbench_mirror),
	.times_locks = true,
	.bind = bundled_bind,
	.prepare = bundled_prepare,
	.clear = bundled_clear,
	.unbind = bundled_unbind,
	.free = bundled_free,
	.add = bundled_add,
	.remove = bundled_remove,
	.invalidate = bundled_invalidate,
	.synchronize = bundled_synchronize,
};

#endif /* HMMBENCH_HAS_BUNDLED */
