// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Strategy `srcu`: what review of the patch proposed and nobody built. The walk and the
 * invalidations are SRCU readers and hold no lock; unregister takes the mirror off the
 * list as a writer and then waits, outside the lock, until every reader that can have seen
 * the mirror is gone. It is as safe as `read`, and no unregister stops a bystander's
 * invalidation; but every unregister pays for a grace period, whether anybody walks or not.
 *
 * Each binding has an SRCU domain of its own, as it has a mirrors_sem of its own under the
 * other strategies: an unregister waits for the walk of its own address space and for no
 * other. One domain for the module would be smaller, and would measure the walks of
 * unrelated processes, as the notifiers' common domain in the kernel makes exits do.
 */
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/srcu.h>

#include "strategy.h"

static __always_inline void walk(struct hmmbench_binding *binding, struct hmmbench_sample *sample,
				 const enum hmmbench_pass pass)
{
	struct hmmbench_mirror *mirror;
	const int reader = srcu_read_lock(binding->srcu);

	hmmbench_sample_locked(sample, pass);
	list_for_each_entry_srcu(mirror, &binding->mirrors, list,
				 srcu_read_lock_held(binding->srcu)) {
		if (mirror->ops->release)
			hmmbench_call_release(mirror, sample, pass);
	}
	srcu_read_unlock(binding->srcu, reader);
}

static __always_inline void unregister(struct hmmbench_mirror *mirror,
				       struct hmmbench_sample *sample,
				       const enum hmmbench_pass pass)
{
	struct hmmbench_binding *binding = mirror->binding;

	down_write(&binding->mirrors_sem);
	hmmbench_sample_locked(sample, pass);
	list_del_rcu(&mirror->list);
	up_write(&binding->mirrors_sem);
	synchronize_srcu(binding->srcu);
}

/* Never -EAGAIN for the lock's sake: a reader does not wait. */
static __always_inline int invalidate(struct hmmbench_binding *binding,
				      const struct hmmbench_update *update,
				      struct hmmbench_sample *sample, const enum hmmbench_pass pass)
{
	struct hmmbench_mirror *mirror;
	const int reader = srcu_read_lock(binding->srcu);
	int err = 0;

	hmmbench_sample_locked(sample, pass);
	list_for_each_entry_srcu(mirror, &binding->mirrors, list,
				 srcu_read_lock_held(binding->srcu)) {
		int sync_err = mirror->ops->sync(mirror, update);

		if (!update->blockable && sync_err == -EAGAIN) {
			err = -EAGAIN;
			break;
		}
	}
	srcu_read_unlock(binding->srcu, reader);
	return err;
}

static void add(struct hmmbench_mirror *mirror)
{
	struct hmmbench_binding *binding = mirror->binding;

	down_write(&binding->mirrors_sem);
	list_add_rcu(&mirror->list, &binding->mirrors);
	up_write(&binding->mirrors_sem);
}

static int domain_new(struct hmmbench_binding *binding)
{
	struct srcu_struct *srcu = kzalloc(sizeof(*srcu), GFP_KERNEL);
	int err;

	if (!srcu)
		return -ENOMEM;
	err = init_srcu_struct(srcu);
	if (err) {
		kfree(srcu);
		return err;
	}
	binding->srcu = srcu;
	return 0;
}

static void domain_free(struct hmmbench_binding *binding)
{
	cleanup_srcu_struct(binding->srcu);
	kfree(binding->srcu);
}

HMMBENCH_STRATEGY(srcu, HMMBENCH_STRATEGY_SRCU, .add = add, .bind = domain_new,
		  .free = domain_free);
