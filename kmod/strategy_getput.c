// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Strategy `getput`: hmm_mirror_register() and hmm_mirror_unregister() of mm/hmm.c in
 * 5.4. Lists and locks are those of `read`. What differs is who keeps the address space's
 * notifier alive: every mirror by itself, with mmu_notifier_get() when it is registered
 * and mmu_notifier_put() when it is unregistered. Each of the two takes a spinlock that
 * all notifiers of the address space share, and the first one mmap_lock for writing.
 */
#include <linux/bug.h>
#include <linux/sched.h>

#include "session.h"
#include "strategy.h"

static __always_inline void walk(struct hmmbench_binding *binding, struct hmmbench_sample *sample,
				 const enum hmmbench_pass pass)
{
	struct hmmbench_mirror *mirror;

	down_read(&binding->mirrors_sem);
	hmmbench_sample_locked(sample, pass);
	list_for_each_entry(mirror, &binding->mirrors, list) {
		if (mirror->ops->release)
			hmmbench_call_release(mirror, sample, pass);
	}
	up_read(&binding->mirrors_sem);
}

static __always_inline void unregister(struct hmmbench_mirror *mirror,
				       struct hmmbench_sample *sample,
				       const enum hmmbench_pass pass)
{
	struct hmmbench_binding *binding = mirror->binding;

	down_write(&binding->mirrors_sem);
	hmmbench_sample_locked(sample, pass);
	list_del(&mirror->list);
	up_write(&binding->mirrors_sem);
	binding->session->core->unbind(binding);
}

static __always_inline int invalidate(struct hmmbench_binding *binding,
				      const struct hmmbench_update *update,
				      struct hmmbench_sample *sample, const enum hmmbench_pass pass)
{
	return hmmbench_invalidate_locked(binding, update, sample, pass);
}

/* The binding is held already, so the kernel finds it and only counts. */
static void add(struct hmmbench_mirror *mirror)
{
	struct hmmbench_binding *binding = mirror->binding;

	WARN_ON_ONCE(binding->session->core->bind(binding->mm) != binding);
	hmmbench_list_add_locked(mirror);
}

/* Mirrors that were never unregistered hold the notifier until their session lets go. */
static void unbind(struct hmmbench_binding *binding)
{
	unsigned int held;

	for (held = atomic_read(&binding->registered); held; held--) {
		binding->session->core->unbind(binding);
		cond_resched();
	}
}

HMMBENCH_STRATEGY(getput, HMMBENCH_STRATEGY_GETPUT, .add = add, .unbind = unbind);
