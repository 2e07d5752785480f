/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between core_intree.c, which measures what the kernel's hmm_mirror does, and
 * intree_anchor.c, which has the hmm_mirrors of our own that keep it whole meanwhile.
 */
#ifndef HMMBENCH_INTREE_H
#define HMMBENCH_INTREE_H

#include "core.h"

#ifdef HMMBENCH_HAS_INTREE

#include <linux/mm.h> /* hmm.h of 5.1 does not include what it uses */
#include <linux/hmm.h>

#include "timing.h"

/* binding->of_core */
struct intree_binding {
	struct list_head list; /* of core_intree.c: in bindings */
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

/*
 * hmm_mirror_register(), under the lock that it wants. -ENOMEM; -EINTR where a signal is
 * pending, of which it makes -ENOMEM. May sleep, takes mmap_sem.
 */
int intree_register(struct hmm_mirror *hmm_mirror, struct mm_struct *mm,
		    const struct hmm_mirror_ops *ops);

/* Has the address space hmm_mirrors that are not ours, or that an earlier session has left? */
bool intree_is_foreign(const struct mm_struct *mm);

/* The anchor: the first mirror of the address space. Errors as intree_register(). */
int intree_anchor_register(struct intree_binding *own);
/* And the last. An exit that is on its way is waited for. Sleeps, takes mmap_sem. */
void intree_anchor_unregister(struct intree_binding *own);

/* Does nothing but ours stand around hmm_release()? Asked when `before` and `after` are there. */
bool intree_is_alone(const struct intree_binding *own);

/* What up to 5.1 is spent before any other unregister; elsewhere nothing. Errors as above. */
int intree_spent_register(struct intree_binding *own);
/* Once: whoever comes later finds it done. Sleeps. */
void intree_spent_unregister(struct intree_binding *own);

/* When everything of ours is unregistered: the reference on the mm that up to 5.1 is lost. */
void intree_drop_lost_reference(struct hmmbench_binding *binding);

#endif

#endif
