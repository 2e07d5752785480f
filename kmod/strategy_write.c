// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Strategy `write`: hmm_release() and hmm_mirror_unregister() of mm/hmm.c up to 5.2.
 * Why, and what is wrong with it: strategy.h.
 */
#include "strategy.h"

static __always_inline void walk(struct hmmbench_binding *binding, struct hmmbench_sample *sample,
				 const enum hmmbench_pass pass)
{
	struct hmmbench_mirror *mirror;

	down_write(&binding->mirrors_sem);
	hmmbench_sample_locked(sample, pass);
	mirror = list_first_entry_or_null(&binding->mirrors, struct hmmbench_mirror, list);
	while (mirror) {
		list_del_init(&mirror->list);
		if (mirror->ops->release) {
			up_write(&binding->mirrors_sem);
			hmmbench_call_release(mirror, sample, pass);
			down_write(&binding->mirrors_sem);
			hmmbench_sample_relocked(sample, pass);
		}
		mirror = list_first_entry_or_null(&binding->mirrors, struct hmmbench_mirror, list);
	}
	up_write(&binding->mirrors_sem);
}

static __always_inline void unregister(struct hmmbench_mirror *mirror,
				       struct hmmbench_sample *sample,
				       const enum hmmbench_pass pass)
{
	struct hmmbench_binding *binding = mirror->binding;

	down_write(&binding->mirrors_sem);
	hmmbench_sample_locked(sample, pass);
	list_del_init(&mirror->list);
	up_write(&binding->mirrors_sem);
}

static __always_inline int invalidate(struct hmmbench_binding *binding,
				      const struct hmmbench_update *update,
				      struct hmmbench_sample *sample, const enum hmmbench_pass pass)
{
	return hmmbench_invalidate_locked(binding, update, sample, pass);
}

HMMBENCH_STRATEGY(write, HMMBENCH_STRATEGY_WRITE, .add = hmmbench_list_add_locked);
