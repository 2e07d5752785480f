// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What this module has: a new core, strategy or profile is one line here.
 */
#include <linux/bits.h>
#include <linux/kernel.h>

#include "core.h"

static const struct hmmbench_core_ops *const core_table[] = {
	&hmmbench_core_bundled,
};

static const struct hmmbench_strategy *const strategy_table[] = {
	&hmmbench_strategy_write,
	&hmmbench_strategy_read,
	&hmmbench_strategy_srcu,
	&hmmbench_strategy_getput,
};

static const struct hmmbench_profile *const profile_table[] = {
	&hmmbench_profile_empty,
	&hmmbench_profile_delay,
	&hmmbench_profile_writeback,
#ifndef HMMBENCH_REAL_FREE /* their worker lies in the mirror that it would free */
	&hmmbench_profile_schedule_unregister,
	&hmmbench_profile_drain_workqueue,
#endif
};

/* hmmbench_KIND_find() and hmmbench_KIND_mask(), the same for each table. */
#define TABLE_FUNCTIONS(_kind, _type)                                                              \
	const struct _type *hmmbench_##_kind##_find(u32 id)                                        \
	{                                                                                          \
		size_t i;                                                                          \
                                                                                                   \
		for (i = 0; i < ARRAY_SIZE(_kind##_table); i++)                                    \
			if (_kind##_table[i]->id == id)                                            \
				return _kind##_table[i];                                           \
		return NULL;                                                                       \
	}                                                                                          \
                                                                                                   \
	u32 hmmbench_##_kind##_mask(void)                                                          \
	{                                                                                          \
		u32 mask = 0;                                                                      \
		size_t i;                                                                          \
                                                                                                   \
		for (i = 0; i < ARRAY_SIZE(_kind##_table); i++)                                    \
			mask |= BIT(_kind##_table[i]->id);                                         \
		return mask;                                                                       \
	}

TABLE_FUNCTIONS(core, hmmbench_core_ops)
TABLE_FUNCTIONS(strategy, hmmbench_strategy)
TABLE_FUNCTIONS(profile, hmmbench_profile)

void hmmbench_cores_synchronize(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(core_table); i++)
		core_table[i]->synchronize();
}
