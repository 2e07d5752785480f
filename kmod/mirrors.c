// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The memory of mirrors.
 *
 * A driver's mirror is part of an allocation of its own, a few hundred bytes to some
 * kilobytes, and lies on no cache line that another mirror lies on. A million of those
 * would be gigabytes, and kmalloc() picks their nodes. So mirrors come out of pages
 * taken from the very node that was asked for, and what matters of the real thing is
 * kept in other ways:
 *
 *  - a slot is two cache lines, so that no mirror shares a line, nor the pair of lines
 *    that processors fetch together, with its neighbour; it is four where two are too few
 *    for what the core keeps;
 *  - the slots of a page are handed out in bit-reversed order, so that the walk of the
 *    list is no constant stride and gets no help that scattered allocations would not.
 *
 * With the index that finds a mirror again that is about 142 bytes for each, 142 MB for
 * a million; of core interval twice that. A page is filled up by later calls for the same node.
 *
 * Quarantine: a slot is never used again and a page never freed before the whole
 * binding goes. Under `write` a callback can run on a mirror that is unregistered
 * already (strategy.h); here it meets memory that is still a mirror and carries the
 * time at which it was unregistered.
 */
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>

#include "session.h"

#define SLOT_BYTES_MIN	128

/* No OOM killer for the sake of a benchmark: the caller gets -ENOMEM. */
#define GFP_MIRRORS	(GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)

/* A page of mirrors; this head is in its first slot. */
struct hmmbench_mirror_chunk {
	struct list_head list; /* in binding->chunks */
	struct hmmbench_mirror_chunk **filling;
	u32 used;	/* slots handed out, without the head's */
	u32 slot_bytes; /* a power of two */
};

static u32 slot_bytes(const struct hmmbench_binding *binding)
{
	return max_t(u32, SLOT_BYTES_MIN,
		     roundup_pow_of_two(binding->session->core->mirror_bytes));
}

/* For mirrors: the first slot of a page is the chunk's own. */
static u32 slots_free(u32 bytes)
{
	return PAGE_SIZE / bytes - 1;
}

/* The k-th slot to hand out of `slots`, a power of two; k from 1: the bits of k reversed. */
static unsigned int slot_number(unsigned int k, unsigned int slots)
{
	unsigned int bit, slot = 0;

	for (bit = 1; bit < slots; bit <<= 1) {
		slot = slot << 1 | (k & 1);
		k >>= 1;
	}
	return slot;
}

static struct hmmbench_mirror_chunk *chunk_of(struct hmmbench_mirror *mirror)
{
	return (void *)((unsigned long)mirror & PAGE_MASK);
}

static struct page *page_on(int node)
{
	const gfp_t this_node = GFP_KERNEL | __GFP_THISNODE | __GFP_NORETRY | __GFP_NOWARN;
	struct page *page;

	if (node == HMMBENCH_NODE_ANY)
		return alloc_page(GFP_MIRRORS | __GFP_ZERO);
	page = alloc_pages_node(node, this_node | __GFP_ZERO, 0);
	if (!page)
		page = alloc_pages_node(node, GFP_MIRRORS | __GFP_ZERO, 0);
	return page;
}

/* A slot for one mirror: out of the page that is being filled, or out of a new one. */
static struct hmmbench_mirror *mirror_new(struct hmmbench_binding *binding, int node)
{
	const u32 bytes = slot_bytes(binding);
	struct hmmbench_mirror_chunk **filling = &binding->filling[node + 1];
	struct hmmbench_mirror_chunk *chunk = *filling;
	struct page *page;

	if (!chunk || chunk->used == slots_free(bytes)) {
		page = page_on(node);
		if (!page)
			return NULL;
		chunk = page_address(page);
		chunk->filling = filling;
		chunk->slot_bytes = bytes;
		list_add(&chunk->list, &binding->chunks);
		*filling = chunk;
	}
	chunk->used++;
	return (void *)chunk + slot_number(chunk->used, PAGE_SIZE / bytes) * bytes;
}

/* Gives the newest mirror of its node back. It was never on the list of mirrors. */
static void mirror_undo(struct hmmbench_mirror *mirror)
{
	struct hmmbench_mirror_chunk *chunk = chunk_of(mirror);

	memset(mirror, 0, chunk->slot_bytes);
	if (--chunk->used) {
		*chunk->filling = chunk;
		return;
	}
	*chunk->filling = NULL;
	list_del(&chunk->list);
	free_page((unsigned long)chunk);
}

/* Undoes the newest mirrors until the next index is `first` again. Nobody can have found them. */
static void mirrors_undo(struct hmmbench_binding *binding, u32 first)
{
	while (binding->next_index > first) {
		mirror_undo(xa_erase(&binding->by_index, --binding->next_index));
		cond_resched();
	}
}

int hmmbench_mirrors_prepare(struct hmmbench_binding *binding, u32 count, int node,
			     const struct hmmbench_mirror_ops *ops, u32 *on_node)
{
	const u32 first = binding->next_index;
	struct hmmbench_mirror *mirror;
	int err;

	BUILD_BUG_ON(sizeof(struct hmmbench_mirror_chunk) > SLOT_BYTES_MIN);

	*on_node = 0;
	if (!hmmbench_memory_fits(count / slots_free(slot_bytes(binding)) + 1))
		return -ENOMEM;
	while (binding->next_index - first < count) {
		if (fatal_signal_pending(current)) {
			err = -EINTR;
			goto undo;
		}
		mirror = mirror_new(binding, node);
		if (!mirror) {
			err = -ENOMEM;
			goto undo;
		}
		mirror->binding = binding;
		mirror->ops = ops;
		mirror->index = binding->next_index;
		INIT_LIST_HEAD(&mirror->list);
		err = xa_err(xa_store(&binding->by_index, mirror->index, mirror, GFP_MIRRORS));
		if (err) {
			mirror_undo(mirror);
			goto undo;
		}
		binding->next_index++;
		if (node == HMMBENCH_NODE_ANY || page_to_nid(virt_to_page(mirror)) == node)
			(*on_node)++;
		cond_resched();
	}
	smp_store_release(&binding->found_below, binding->next_index);
	return 0;
undo:
	mirrors_undo(binding, first);
	return err;
}

struct hmmbench_mirror *hmmbench_mirror_prepared(struct hmmbench_binding *binding, u32 index)
{
	return xa_load(&binding->by_index, index);
}

struct hmmbench_mirror *hmmbench_mirror_claim(struct hmmbench_binding *binding, u64 index)
{
	struct hmmbench_mirror *mirror;

	mirror = hmmbench_mirror_stays(binding, index) ? xa_load(&binding->by_index, index) : NULL;
	if (!mirror ||
	    atomic64_cmpxchg(&mirror->unregistered_ns, HMMBENCH_MIRROR_REGISTERED,
			     HMMBENCH_MIRROR_UNREGISTERING) != HMMBENCH_MIRROR_REGISTERED)
		return NULL;
	return mirror;
}

/* Quarantine: stamped, and kept. */
void hmmbench_mirror_retire(struct hmmbench_mirror *mirror, u64 unregistered_ns)
{
	atomic64_set(&mirror->unregistered_ns, unregistered_ns);
}

int hmmbench_mirror_node(struct hmmbench_binding *binding, u64 index)
{
	struct hmmbench_mirror *mirror;

	mirror = hmmbench_mirror_stays(binding, index) ? xa_load(&binding->by_index, index) : NULL;
	return mirror ? page_to_nid(virt_to_page(mirror)) : -ENOENT;
}

void hmmbench_mirrors_free(struct hmmbench_binding *binding)
{
	struct hmmbench_mirror_chunk *chunk, *next;
	u32 index;

	/* One by one: xa_destroy() of a million entries keeps interrupts off for long. */
	for (index = 0; index < binding->next_index; index++) {
		xa_erase(&binding->by_index, index);
		cond_resched();
	}
	xa_destroy(&binding->by_index);
	list_for_each_entry_safe(chunk, next, &binding->chunks, list) {
		list_del(&chunk->list);
		free_page((unsigned long)chunk);
		cond_resched();
	}
}
