// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * 4.20, commit 44532d4c591c: a mirror is told of an invalidation by a struct hmm_update; until
 * 5.4 ("mm/hmm: replace hmm_update with mmu_notifier_range").
 */
#include <linux/mm.h> /* hmm.h of 5.1 does not include what it uses */
#include <linux/hmm.h>

int hmmbench_probe(const struct hmm_mirror *mirror, const struct hmm_update *update);
int hmmbench_probe(const struct hmm_mirror *mirror, const struct hmm_update *update)
{
	return update->start < update->end && update->blockable;
}
