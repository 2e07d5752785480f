// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What this module has: a new core, strategy or profile is one line here. A table can be
 * empty; it ends with NULL.
 */
#include <linux/bits.h>

#include "core.h"

static const struct hmmbench_core_ops *const core_table[] = {
#ifdef HMMBENCH_HAS_BUNDLED
	&hmmbench_core_bundled,
#endif
#ifdef HMMBENCH_HAS_INTREE
	&hmmbench_core_intree,
#endif
#ifdef HMMBENCH_HAS_INTERVAL
	&hmmbench_core_interval,
#endif
	NULL
};

static const struct hmmbench_strategy *const strategy_table[] = {
#ifdef HMMBENCH_HAS_BUNDLED
	&hmmbench_strategy_write,
	&hmmbench_strategy_read,
	&hmmbench_strategy_srcu,
	&hmmbench_strategy_getput,
#endif
	NULL
};

static const struct hmmbench_profile *const profile_table[] = {
	&hmmbench_profile_empty,
	&hmmbench_profile_delay,
	&hmmbench_profile_writeback,
#ifndef HMMBENCH_REAL_FREE /* their worker lies in the mirror that it would free */
	&hmmbench_profile_schedule_unregister,
	&hmmbench_profile_drain_workqueue,
#endif
	NULL
};

/* hmmbench_KIND_find() and hmmbench_KIND_mask(), the same for each table. */
#define TABLE_FUNCTIONS(_kind, _type)                                                              \
	const struct _type *hmmbench_##_kind##_find(u32 id)                                        \
	{                                                                                          \
		size_t i;                                                                          \
                                                                                                   \
		for (i = 0; _kind##_table[i]; i++)                                                 \
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
		for (i = 0; _kind##_table[i]; i++)                                                 \
			mask |= BIT(_kind##_table[i]->id);                                         \
		return mask;                                                                       \
	}

TABLE_FUNCTIONS(core, hmmbench_core_ops)
TABLE_FUNCTIONS(strategy, hmmbench_strategy)
TABLE_FUNCTIONS(profile, hmmbench_profile)

u32 hmmbench_core_invalidates(void)
{
	u32 mask = 0;
	size_t i;

	for (i = 0; core_table[i]; i++)
		if (core_table[i]->invalidate)
			mask |= BIT(core_table[i]->id);
	return mask;
}

void hmmbench_cores_synchronize(void)
{
	size_t i;

	for (i = 0; core_table[i]; i++)
		if (core_table[i]->synchronize)
			core_table[i]->synchronize();
}
