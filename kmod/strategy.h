/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Strategies: how the bundled core walks its mirrors when their address space goes.
 *
 * Why `read` and why `write`
 *
 * hmm_release() has to call every mirror of a dying address space once, while
 * others may unregister theirs. Up to 5.2 it did so as a writer: take the first
 * mirror off the list under down_write(), drop the lock, call the driver, take the
 * lock again, until the list is empty. The lock is dropped because the driver may
 * wait for work that itself needs the lock, say an invalidation.
 *
 * That costs N + 1 write acquisitions for N mirrors, and it is wrong. A mirror that
 * is being called back is off the list and no lock is held. Its owner, who
 * unregisters it in that moment, finds nothing to wait for: hmm_mirror_unregister()
 * returns at once, the owner frees the mirror, and the callback goes on in freed
 * memory. Nothing short of a count on every mirror repairs this as long as the lock
 * is dropped.
 *
 * The patch that came with 5.3 walks as a reader: one down_read() over the whole
 * walk, every mirror left on the list. Unregister takes the lock as a writer, so it
 * cannot return while a walk that may still use its mirror runs. One acquisition
 * instead of N + 1, and the use after free is gone. What it costs lies elsewhere:
 *
 *  - An unregister that meets a walk waits for the rest of the whole walk, not for
 *    one callback.
 *  - While that writer waits, the rwsem lets no new reader in: invalidations of the
 *    same address space, which are readers and would otherwise run beside the walk,
 *    queue behind it. Bystanders pay for an unregister they have nothing to do with.
 *  - A callback must not unregister its own mirror any more: it would wait as a
 *    writer for itself.
 *
 * So `write` makes exit slow and unregister quick but unsafe, `read` makes exit
 * quick and safe and can move the cost into the tail of others. Whoever compares
 * the two has to look at all three.
 *
 * Unregister belongs to the strategy for the same reason. Under `write` it meets
 * mirrors that the walk took off already, so it leaves them pointing at themselves
 * (list_del_init) and tolerates that. Under `read` a mirror is on the list until its
 * owner takes it off, exactly once.
 *
 * A strategy is one file with a walk, an unregister and an invalidation, each written
 * once, and HMMBENCH_STRATEGY() below them.
 */
#ifndef HMMBENCH_STRATEGY_H
#define HMMBENCH_STRATEGY_H

#include "core.h"
#include "timing.h"

/* Onto the list as hmm_mirror_register() puts it: newest first, under the write lock. */
static inline void hmmbench_list_add_locked(struct hmmbench_mirror *mirror)
{
	struct hmmbench_binding *binding = mirror->binding;

	down_write(&binding->mirrors_sem);
	list_add(&mirror->list, &binding->mirrors);
	up_write(&binding->mirrors_sem);
}

/* hmm_invalidate_range_start() of mm/hmm.c, the same before and after the patch. */
static __always_inline int hmmbench_invalidate_locked(struct hmmbench_binding *binding,
						      const struct hmmbench_update *update,
						      struct hmmbench_sample *sample,
						      const enum hmmbench_pass pass)
{
	struct hmmbench_mirror *mirror;
	int err = 0;

	if (update->blockable)
		down_read(&binding->mirrors_sem);
	else if (!down_read_trylock(&binding->mirrors_sem))
		return -EAGAIN;
	hmmbench_sample_locked(sample, pass);
	list_for_each_entry(mirror, &binding->mirrors, list) {
		int sync_err = mirror->ops->sync(mirror, update);

		if (!update->blockable && sync_err == -EAGAIN) {
			err = -EAGAIN;
			break;
		}
	}
	up_read(&binding->mirrors_sem);
	return err;
}

#define HMMBENCH_STRATEGY_PASS(_pass_name, _pass)                                                  \
	static void walk_##_pass_name(struct hmmbench_binding *binding,                            \
				      struct hmmbench_sample *sample)                              \
	{                                                                                          \
		hmmbench_sample_begin(sample, _pass);                                              \
		walk(binding, sample, _pass);                                                      \
		hmmbench_sample_end(sample, _pass);                                                \
	}                                                                                          \
	static void unregister_##_pass_name(struct hmmbench_mirror *mirror,                        \
					    struct hmmbench_sample *sample)                        \
	{                                                                                          \
		hmmbench_sample_begin(sample, _pass);                                              \
		unregister(mirror, sample, _pass);                                                 \
		hmmbench_sample_end(sample, _pass);                                                \
	}                                                                                          \
	static int invalidate_##_pass_name(struct hmmbench_binding *binding,                       \
					   const struct hmmbench_update *update,                   \
					   struct hmmbench_sample *sample)                         \
	{                                                                                          \
		int err;                                                                           \
                                                                                                   \
		hmmbench_sample_begin(sample, _pass);                                              \
		err = invalidate(binding, update, sample, _pass);                                  \
		hmmbench_sample_end(sample, _pass);                                                \
		return err;                                                                        \
	}

#define HMMBENCH_STRATEGY_PASSES(_function)                                                        \
	{                                                                                          \
		[HMMBENCH_PASS_UNRECORDED] = _function##_unrecorded,                               \
		[HMMBENCH_PASS_PLAIN] = _function##_plain,                                         \
		[HMMBENCH_PASS_TICKS] = _function##_ticks,                                         \
		[HMMBENCH_PASS_DETAILED] = _function##_detailed,                                   \
		[HMMBENCH_PASS_RACE] = _function##_race,                                           \
	}

/*
 * Compiles the file's walk(), unregister() and invalidate() for every pass and names the
 * strategy; what else it has stands behind, as initializers of struct hmmbench_strategy.
 */
#define HMMBENCH_STRATEGY(_name, _id, ...)                                                         \
	HMMBENCH_STRATEGY_PASS(unrecorded, HMMBENCH_PASS_UNRECORDED)                               \
	HMMBENCH_STRATEGY_PASS(plain, HMMBENCH_PASS_PLAIN)                                         \
	HMMBENCH_STRATEGY_PASS(ticks, HMMBENCH_PASS_TICKS)                                         \
	HMMBENCH_STRATEGY_PASS(detailed, HMMBENCH_PASS_DETAILED)                                   \
	HMMBENCH_STRATEGY_PASS(race, HMMBENCH_PASS_RACE)                                           \
	const struct hmmbench_strategy hmmbench_strategy_##_name = {                               \
		.id = _id,                                                                         \
		.name = #_name,                                                                    \
		.walk = HMMBENCH_STRATEGY_PASSES(walk),                                            \
		.unregister = HMMBENCH_STRATEGY_PASSES(unregister),                                \
		.invalidate = HMMBENCH_STRATEGY_PASSES(invalidate),                                \
		__VA_ARGS__                                                                        \
	}

#endif
