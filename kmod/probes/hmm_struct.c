// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * 5.2, commit a3e0d41c2b1f: struct hmm is in hmm.h, with its notifier. In the same release
 * (commit 704f3f2cf63c) it is counted, and a mirror's unregister no longer frees it under others.
 */
#include <linux/mm.h> /* hmm.h of 5.1 does not include what it uses */
#include <linux/hmm.h>

int hmmbench_probe(const struct hmm_mirror *mirror, const struct mmu_notifier_range *range);
int hmmbench_probe(const struct hmm_mirror *mirror, const struct mmu_notifier_range *range)
{
	struct mmu_notifier *notifier = &mirror->hmm->mmu_notifier;

	return notifier->ops->invalidate_range_start(notifier, range);
}
