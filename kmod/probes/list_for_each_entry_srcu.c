// SPDX-License-Identifier: GPL-2.0-or-later
/* 5.10, commit ae2212a7216b: list_for_each_entry_srcu() */
#include <linux/rculist.h>

struct hmmbench_probe {
	struct list_head list;
};

int hmmbench_probe(struct list_head *head);
int hmmbench_probe(struct list_head *head)
{
	struct hmmbench_probe *entry;
	int count = 0;

	list_for_each_entry_srcu(entry, head, list, true)
		count++;
	return count;
}
