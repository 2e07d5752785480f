/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The phases of a teardown behind its release walk: HMMBENCH_SETUP_TEARDOWN.
 *
 *     __mmput()
 *       exit_mmap()                          unmaps, frees page tables
 *         __mmu_notifier_release()           every notifier's release(), then a grace period
 *           our release walk
 *
 * GRACE lasts from the end of our walk to the return of __mmu_notifier_release(): other
 * notifiers of the address space, then synchronize_srcu(). UNMAP lasts from there to the
 * return of exit_mmap(). Both returns are seen by return probes, which exist while a
 * session with the flag does. Their entry handlers let only address spaces of such
 * sessions through, and say that the return will be seen: a walk whose returns will not
 * be seen (no such function, no probes in this kernel, no free probe instance) is
 * recorded at once, with those phases unavailable.
 */
#ifndef HMMBENCH_TEARDOWN_H
#define HMMBENCH_TEARDOWN_H

#include "core.h"

#ifdef CONFIG_KRETPROBES

/* Sets the probes for the first session, removes them after the last. May sleep. */
void hmmbench_teardown_arm(void);
void hmmbench_teardown_disarm(void);

/* For a new binding of a session with the flag: binding->teardown. 0 or -ENOMEM. */
int hmmbench_teardown_new(struct hmmbench_binding *binding);

/*
 * At the end of a walk: keeps the record until the last phase is known, then writes it and
 * releases the binding. False: nothing more will be known, the caller does that. NULL is
 * allowed here and below: a session without the flag.
 */
bool hmmbench_teardown_defer(struct hmmbench_teardown *teardown,
			     const struct hmmbench_record *record, u64 end_ns);

/* The binding is given back: what is kept for it is never written. */
void hmmbench_teardown_forget(struct hmmbench_teardown *teardown);
void hmmbench_teardown_free(struct hmmbench_teardown *teardown); /* forgotten before */

#else /* the phases are never available */

static inline void hmmbench_teardown_arm(void)
{
}

static inline void hmmbench_teardown_disarm(void)
{
}

static inline int hmmbench_teardown_new(struct hmmbench_binding *binding)
{
	return 0;
}

static inline bool hmmbench_teardown_defer(struct hmmbench_teardown *teardown,
					   const struct hmmbench_record *record, u64 end_ns)
{
	return false;
}

static inline void hmmbench_teardown_forget(struct hmmbench_teardown *teardown)
{
}

static inline void hmmbench_teardown_free(struct hmmbench_teardown *teardown)
{
}

#endif

#endif
