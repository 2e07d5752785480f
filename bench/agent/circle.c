// SPDX-License-Identifier: GPL-2.0-or-later
#include "agent/circle.h"

#include <stdio.h>

#include "common/cell.h"
#include "hmmbench_uapi.h"

static const struct circle circles[] = {
	{ HMMBENCH_STRATEGY_WRITE, NULL, NULL },
	{ HMMBENCH_STRATEGY_READ,
	  "the walk holds mirrors_sem for reading and waits in a callback for the worker",
	  "the worker waits for mirrors_sem as its writer" },
	{ HMMBENCH_STRATEGY_SRCU,
	  "the walk is an SRCU reader and waits in a callback for the worker",
	  "the worker waits for a grace period, which waits for all readers" },
	{ HMMBENCH_STRATEGY_GETPUT,
	  "the walk holds mirrors_sem for reading and waits in a callback for the worker",
	  "the worker waits for mirrors_sem as its writer" },
	{ HMMBENCH_STRATEGY_KERNEL,
	  "the walk is the kernel's invalidation of its intervals and waits in a callback for the "
	  "worker",
	  "the worker waits in mmu_interval_notifier_remove() for the end of that invalidation" },
};

const struct circle *circle_of(uint32_t strategy)
{
	for (size_t i = 0; i < sizeof(circles) / sizeof(*circles); i++)
		if (circles[i].strategy == strategy)
			return &circles[i];
	return NULL;
}

void circle_text(uint32_t strategy, const char *profile, uint64_t walks, char *text, size_t bytes)
{
	const struct circle *circle = circle_of(strategy);
	const unsigned long long count = walks, bound_ms = HMMBENCH_DRAIN_NS / 1000000;

	if (circle && circle->walk)
		snprintf(text, bytes,
			 "%llu walks with profile %s were a deadlock, ended by a bound of %llu ms. "
			 "Under strategy %s %s; %s",
			 count, profile, bound_ms, strategy_name(strategy), circle->walk,
			 circle->worker);
	else
		snprintf(text, bytes,
			 "%llu walks with profile %s waited the bound of %llu ms for their worker: it "
			 "did not get to run, for under strategy %s nothing holds it up",
			 count, profile, bound_ms, strategy_name(strategy));
}
