// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Core `interval`: the kernel's mmu_interval_notifier, which took the place of hmm_mirror in
 * 5.5. Each mirror is one of them; what finds, calls and removes it is mm/mmu_notifier.c of
 * the running kernel.
 *
 * Which mirrors
 *
 * The i-th mirror's interval begins at page HMMBENCH_MIRRORS_MAX - i and has no end. So all
 * of them cover what a process maps, above 4 GB, and are called for every change there, as
 * every hmm_mirror was; and the kernel, which goes through its tree by the intervals' begin,
 * calls the newest first, as it did those.
 *
 * What is timed
 *
 * When an address space goes, __mmu_notifier_release() calls each interval, with the event
 * MMU_NOTIFY_RELEASE, and then the release callback of each plain notifier. The walk itself
 * is a function of its own that nobody can probe, for it is inlined. So two of ours stand at
 * its ends:
 *
 *	lock, mark the tree as being walked, find the first interval
 *	`first`, the interval [0, page), which has the lowest begin	<- clock
 *	    for each mirror: find it in the tree, call it
 *	    look for one more, find none
 *	    lock, unmark the tree, wake who waits for that
 *	our plain notifier						<- clock
 *
 * The walk lies between the two readings. Plain notifiers that others registered after ours
 * would be in it too, as the kernel calls the newest first.
 *
 * A mirror that is removed while the walk runs is removed when that is over: the kernel lets
 * mmu_interval_notifier_remove() wait for it, as `read` does.
 */
#include <linux/err.h>
#include <linux/mmu_notifier.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "core.h"
#include "session.h"
#include "timing.h"

#ifdef HMMBENCH_HAS_INTERVAL

struct interval_mirror {
	struct hmmbench_mirror mirror; /* first: core->mirror_bytes */
	struct mmu_interval_notifier interval;
};

/* binding->of_core */
struct interval_binding {
	struct mmu_interval_notifier first; /* the lowest interval: the walk begins with it */
	struct hmmbench_binding *binding;
	struct hmmbench_sample sample; /* of the walk, by whose task alone it is used */
};

static struct interval_binding *of_core(const struct hmmbench_binding *binding)
{
	return binding->of_core;
}

static __always_inline bool first_invalidate(struct mmu_interval_notifier *interval,
					     const struct mmu_notifier_range *range,
					     unsigned long seq, const enum hmmbench_pass pass)
{
	struct interval_binding *own = container_of(interval, struct interval_binding, first);

	mmu_interval_set_seq(interval, seq);
	if (range->event == MMU_NOTIFY_RELEASE) {
		hmmbench_walk_begin(own->binding, &own->sample);
		hmmbench_sample_begin(&own->sample, pass);
	}
	return true;
}

/* False where it would sleep and must not. */
static __always_inline bool mirror_invalidate(struct mmu_interval_notifier *interval,
					      const struct mmu_notifier_range *range,
					      unsigned long seq, const enum hmmbench_pass pass)
{
	struct interval_mirror *own = container_of(interval, struct interval_mirror, interval);
	struct hmmbench_mirror *mirror = &own->mirror;

	mmu_interval_set_seq(interval, seq);
	if (range->event != MMU_NOTIFY_RELEASE) {
		const struct hmmbench_update update = {
			.start = range->start,
			.end = range->end,
			.blockable = mmu_notifier_range_blockable(range),
		};

		return mirror->ops->sync(mirror, &update) != -EAGAIN;
	}
	hmmbench_call_release(mirror, &of_core(mirror->binding)->sample, pass);
	return true;
}

#define INTERVAL_PASS(_name, _pass)                                                                \
	static bool first_##_name(struct mmu_interval_notifier *interval,                          \
				  const struct mmu_notifier_range *range, unsigned long seq)       \
	{                                                                                          \
		return first_invalidate(interval, range, seq, _pass);                              \
	}                                                                                          \
	static bool mirror_##_name(struct mmu_interval_notifier *interval,                         \
				   const struct mmu_notifier_range *range, unsigned long seq)      \
	{                                                                                          \
		return mirror_invalidate(interval, range, seq, _pass);                             \
	}

INTERVAL_PASS(unrecorded, HMMBENCH_PASS_UNRECORDED)
INTERVAL_PASS(plain, HMMBENCH_PASS_PLAIN)
INTERVAL_PASS(ticks, HMMBENCH_PASS_TICKS)
INTERVAL_PASS(detailed, HMMBENCH_PASS_DETAILED)
INTERVAL_PASS(race, HMMBENCH_PASS_RACE)

#define INTERVAL_PASSES(_which)                                                                    \
	{                                                                                          \
		[HMMBENCH_PASS_UNRECORDED] = { .invalidate = _which##_unrecorded },                \
		[HMMBENCH_PASS_PLAIN] = { .invalidate = _which##_plain },                          \
		[HMMBENCH_PASS_TICKS] = { .invalidate = _which##_ticks },                          \
		[HMMBENCH_PASS_DETAILED] = { .invalidate = _which##_detailed },                    \
		[HMMBENCH_PASS_RACE] = { .invalidate = _which##_race },                            \
	}

static const struct mmu_interval_notifier_ops first_ops[HMMBENCH_PASSES] = INTERVAL_PASSES(first);
static const struct mmu_interval_notifier_ops mirror_ops[HMMBENCH_PASSES] = INTERVAL_PASSES(mirror);

static struct hmmbench_binding *binding_of(struct mmu_notifier *notifier)
{
	return container_of(notifier, struct hmmbench_binding, notifier);
}

/*
 * Behind the intervals. The walk has not begun where `first` was inserted while somebody
 * else's invalidation of the address space ran that lasts until now: then the kernel keeps
 * it waiting outside the tree. Such an exit has no sample, and the agent misses it.
 */
static void interval_release(struct mmu_notifier *notifier, struct mm_struct *mm)
{
	struct hmmbench_binding *binding = binding_of(notifier);
	const struct hmmbench_session *session = smp_load_acquire(&binding->session);

	if (!session)
		return;
	hmmbench_sample_end(&of_core(binding)->sample, session->pass);
	if (READ_ONCE(binding->walk) == HMMBENCH_WALK_RUNNING)
		hmmbench_walk_end(binding, &of_core(binding)->sample);
	else
		hmmbench_binding_released(binding);
}

static struct mmu_notifier *interval_alloc_notifier(struct mm_struct *mm)
{
	struct hmmbench_binding *binding = hmmbench_binding_new(mm);

	return binding ? &binding->notifier : ERR_PTR(-ENOMEM);
}

/* In the callback of a grace period, or at once where mmu_notifier_get() failed. */
static void interval_free_notifier(struct mmu_notifier *notifier)
{
	hmmbench_binding_free(binding_of(notifier));
}

static const struct mmu_notifier_ops interval_notifier_ops = {
	.release = interval_release,
	.alloc_notifier = interval_alloc_notifier,
	.free_notifier = interval_free_notifier,
};

static struct hmmbench_binding *interval_bind(struct mm_struct *mm)
{
	struct mmu_notifier *notifier = mmu_notifier_get(&interval_notifier_ops, mm);

	return IS_ERR(notifier) ? ERR_CAST(notifier) : binding_of(notifier);
}

static void interval_unbind(struct hmmbench_binding *binding)
{
	mmu_notifier_put(&binding->notifier);
}

static int interval_prepare(struct hmmbench_binding *binding, struct hmmbench_session *session)
{
	struct interval_binding *own = kzalloc(sizeof(*own), GFP_KERNEL);
	int err;

	if (!own)
		return -ENOMEM;
	own->binding = binding;
	binding->of_core = own;
	err = mmu_interval_notifier_insert(&own->first, binding->mm, 0, PAGE_SIZE,
					   &first_ops[session->pass]);
	if (err) {
		binding->of_core = NULL;
		kfree(own);
	}
	return err;
}

static void interval_clear(struct hmmbench_binding *binding)
{
	u32 index;

	for (index = 0; index < binding->next_index; index++) {
		struct hmmbench_mirror *mirror = hmmbench_mirror_left(binding, index);

		if (mirror)
			mmu_interval_notifier_remove(
				&container_of(mirror, struct interval_mirror, mirror)->interval);
		cond_resched();
	}
	mmu_interval_notifier_remove(&of_core(binding)->first);
}

static void interval_free(struct hmmbench_binding *binding)
{
	kfree(binding->of_core);
}

/* It fails for want of what `first` has brought already, or for a range that is none. */
static void interval_add(struct hmmbench_mirror *mirror)
{
	struct interval_mirror *own = container_of(mirror, struct interval_mirror, mirror);
	const struct hmmbench_binding *binding = mirror->binding;
	const unsigned long start = (HMMBENCH_MIRRORS_MAX - (unsigned long)mirror->index)
				    << PAGE_SHIFT;

	WARN_ON_ONCE(mmu_interval_notifier_insert(&own->interval, binding->mm, start, -start,
						  &mirror_ops[binding->session->pass]));
}

static void interval_remove(struct hmmbench_mirror *mirror, struct hmmbench_sample *sample,
			    enum hmmbench_pass pass)
{
	struct interval_mirror *own = container_of(mirror, struct interval_mirror, mirror);

	hmmbench_sample_begin(sample, pass);
	mmu_interval_notifier_remove(&own->interval);
	hmmbench_sample_end(sample, pass);
}

/* As of core bundled: the plain notifier's memory is freed behind a grace period. */
static void interval_synchronize(void)
{
	mmu_notifier_synchronize();
	synchronize_rcu();
}

const struct hmmbench_core_ops hmmbench_core_interval = {
	.id = HMMBENCH_CORE_INTERVAL,
	.name = "interval",
	.mirror_bytes = sizeof(struct interval_mirror),
	.own_strategy = true,
	.bind = interval_bind,
	.prepare = interval_prepare,
	.clear = interval_clear,
	.unbind = interval_unbind,
	.free = interval_free,
	.add = interval_add,
	.remove = interval_remove,
	.synchronize = interval_synchronize,
};

#endif /* HMMBENCH_HAS_INTERVAL */
