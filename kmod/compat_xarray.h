/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The xarray as far as the module uses it, by the radix tree that it replaced in 4.20.
 */
#ifndef HMMBENCH_COMPAT_XARRAY_H
#define HMMBENCH_COMPAT_XARRAY_H

#include <linux/err.h>
#include <linux/radix-tree.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/xarray.h> /* the names of its lock are there before it */

#define xarray radix_tree_root

static inline void xa_init(struct xarray *xa)
{
	INIT_RADIX_TREE(xa, GFP_NOWAIT); /* preloaded */
}

static inline void xa_destroy(struct xarray *xa)
{
	/* Nothing is left of a tree whose entries are all erased. */
}

static inline void *xa_load(struct xarray *xa, unsigned long index)
{
	void *entry;

	rcu_read_lock();
	entry = radix_tree_lookup(xa, index);
	rcu_read_unlock();
	return entry;
}

/* Where there is no entry yet: ERR_PTR(-ENOMEM), else NULL. */
static inline void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	int err = radix_tree_preload(gfp);

	if (err)
		return ERR_PTR(err);
	xa_lock(xa);
	err = radix_tree_insert(xa, index, entry);
	xa_unlock(xa);
	radix_tree_preload_end();
	return ERR_PTR(err);
}

static inline int xa_err(const void *stored)
{
	return PTR_ERR_OR_ZERO(stored);
}

static inline void *__xa_erase(struct xarray *xa, unsigned long index)
{
	return radix_tree_delete(xa, index);
}

static inline void *xa_erase(struct xarray *xa, unsigned long index)
{
	void *entry;

	xa_lock(xa);
	entry = __xa_erase(xa, index);
	xa_unlock(xa);
	return entry;
}

#endif
