// SPDX-License-Identifier: GPL-2.0-or-later
/* 5.4, commit 2c7933f53f6b: mmu_notifier_get() and mmu_notifier_put() own a notifier's lifetime. */
#include <linux/mmu_notifier.h>

struct mmu_notifier *hmmbench_probe(const struct mmu_notifier_ops *ops, struct mm_struct *mm);
struct mmu_notifier *hmmbench_probe(const struct mmu_notifier_ops *ops, struct mm_struct *mm)
{
	struct mmu_notifier *notifier = mmu_notifier_get(ops, mm);

	if (ops->alloc_notifier && ops->free_notifier)
		mmu_notifier_put(notifier);
	mmu_notifier_synchronize();
	return notifier;
}
