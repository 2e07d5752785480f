// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Strategy `read`: hmm_release() and hmm_mirror_unregister() of mm/hmm.c from 5.3 on.
 * Why, and what it moves elsewhere: strategy.h.
 */
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
}

static __always_inline int invalidate(struct hmmbench_binding *binding,
				      const struct hmmbench_update *update,
				      struct hmmbench_sample *sample, const enum hmmbench_pass pass)
{
	return hmmbench_invalidate_locked(binding, update, sample, pass);
}

HMMBENCH_STRATEGY(read, HMMBENCH_STRATEGY_READ, .add = hmmbench_list_add_locked);
