// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * 4.17 to 5.4, with CONFIG_HMM_MIRROR: hmm_mirror with a release callback; removed by commit
 * a22dd506400d in 5.5.
 */
#include <linux/mm.h> /* hmm.h of 5.1 does not include what it uses */
#include <linux/hmm.h>

void hmmbench_probe(struct hmm_mirror *mirror);
int hmmbench_probe_register(struct hmm_mirror *mirror, struct mm_struct *mm);

static const struct hmm_mirror_ops ops = { .release = hmmbench_probe };

void hmmbench_probe(struct hmm_mirror *mirror)
{
	if (list_empty(&mirror->list))
		hmm_mirror_unregister(mirror);
}

int hmmbench_probe_register(struct hmm_mirror *mirror, struct mm_struct *mm)
{
	mirror->ops = &ops;
	return hmm_mirror_register(mirror, mm);
}
