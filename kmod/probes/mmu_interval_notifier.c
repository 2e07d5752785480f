// SPDX-License-Identifier: GPL-2.0-or-later
/* 5.5, commit 99cb252f5e68: mmu_interval_notifier, called for a range of an address space. */
#include <linux/mmu_notifier.h>

bool hmmbench_probe(struct mmu_interval_notifier *interval, const struct mmu_notifier_range *range,
		    unsigned long seq);
int hmmbench_probe_insert(struct mmu_interval_notifier *interval, struct mm_struct *mm);

static const struct mmu_interval_notifier_ops ops = { .invalidate = hmmbench_probe };

bool hmmbench_probe(struct mmu_interval_notifier *interval, const struct mmu_notifier_range *range,
		    unsigned long seq)
{
	mmu_interval_set_seq(interval, seq);
	return range->event == MMU_NOTIFY_RELEASE || mmu_notifier_range_blockable(range);
}

int hmmbench_probe_insert(struct mmu_interval_notifier *interval, struct mm_struct *mm)
{
	const int err = mmu_interval_notifier_insert(interval, mm, 0, PAGE_SIZE, &ops);

	if (!err)
		mmu_interval_notifier_remove(interval);
	return err;
}
