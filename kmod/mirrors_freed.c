// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The memory of mirrors in a real-free build (HMMBENCH_REAL_FREE=1): every mirror is an
 * allocation of its own, and is freed when its unregister has returned, as drivers do.
 *
 * DANGEROUS. Under the strategy `write` a release walk then uses freed memory and calls
 * through pointers that it reads there: the bug itself, not a count of it. It is for a
 * throw-away guest whose kernel has KASAN, to see it caught there. HMMBENCH_SETUP_RACE counts
 * nothing then, it uses the mirror when its callback ends; what keeps its worker inside the
 * mirror is left out of such a module, and its version says "+real-free".
 */
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "session.h"

#define GFP_MIRRORS	(GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)

static void mirrors_undo(struct hmmbench_binding *binding, u32 first)
{
	while (binding->next_index > first) {
		kfree(xa_erase(&binding->by_index, --binding->next_index));
		cond_resched();
	}
}

static int mirror_new(struct hmmbench_binding *binding, int node,
		      const struct hmmbench_mirror_ops *ops, u32 *on_node)
{
	struct hmmbench_mirror *mirror;
	int err;

	mirror = kzalloc_node(binding->session->core->mirror_bytes, GFP_MIRRORS, node);
	if (!mirror)
		return -ENOMEM;
	mirror->binding = binding;
	mirror->ops = ops;
	mirror->index = binding->next_index;
	INIT_LIST_HEAD(&mirror->list);
	err = xa_err(xa_store(&binding->by_index, mirror->index, mirror, GFP_MIRRORS));
	if (err) {
		kfree(mirror);
		return err;
	}
	binding->next_index++;
	if (node == HMMBENCH_NODE_ANY || page_to_nid(virt_to_page(mirror)) == node)
		(*on_node)++;
	return 0;
}

int hmmbench_mirrors_prepare(struct hmmbench_binding *binding, u32 count, int node,
			     const struct hmmbench_mirror_ops *ops, u32 *on_node)
{
	const u32 first = binding->next_index;
	int err;

	*on_node = 0;
	if (!hmmbench_memory_fits(
		    DIV_ROUND_UP(count * binding->session->core->mirror_bytes, PAGE_SIZE)))
		return -ENOMEM;
	while (binding->next_index - first < count) {
		err = fatal_signal_pending(current) ? -EINTR :
						      mirror_new(binding, node, ops, on_node);
		if (err) {
			mirrors_undo(binding, first);
			return err;
		}
		cond_resched();
	}
	smp_store_release(&binding->found_below, binding->next_index);
	return 0;
}

struct hmmbench_mirror *hmmbench_mirror_prepared(struct hmmbench_binding *binding, u32 index)
{
	return xa_load(&binding->by_index, index);
}

/* Out of the index under its lock: who finds a mirror there finds one that is not freed. */
struct hmmbench_mirror *hmmbench_mirror_claim(struct hmmbench_binding *binding, u64 index)
{
	struct hmmbench_mirror *mirror;

	if (!hmmbench_mirror_stays(binding, index))
		return NULL;
	xa_lock(&binding->by_index);
	mirror = xa_load(&binding->by_index, index);
	if (mirror && atomic64_read(&mirror->unregistered_ns) != HMMBENCH_MIRROR_REGISTERED)
		mirror = NULL;
	if (mirror)
		__xa_erase(&binding->by_index, index);
	xa_unlock(&binding->by_index);
	return mirror;
}

void hmmbench_mirror_retire(struct hmmbench_mirror *mirror, u64 unregistered_ns)
{
	kfree(mirror);
}

int hmmbench_mirror_node(struct hmmbench_binding *binding, u64 index)
{
	struct hmmbench_mirror *mirror;
	int node = -ENOENT;

	if (!hmmbench_mirror_stays(binding, index))
		return node;
	xa_lock(&binding->by_index);
	mirror = xa_load(&binding->by_index, index);
	if (mirror)
		node = page_to_nid(virt_to_page(mirror));
	xa_unlock(&binding->by_index);
	return node;
}

void hmmbench_mirrors_free(struct hmmbench_binding *binding)
{
	mirrors_undo(binding, 0);
	xa_destroy(&binding->by_index);
}
