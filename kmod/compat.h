/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one place where kernels differ. Each HMMBENCH_HAVE_ is the result of the compile
 * probe of that name in probes/, which says since when the interface is there.
 */
#ifndef HMMBENCH_COMPAT_H
#define HMMBENCH_COMPAT_H

#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/ptrace.h>

#include "probes.h"

#ifdef HMMBENCH_HAVE_TICKS
#include <asm/tsc.h>
#endif

#ifndef CONFIG_64BIT
#error "hmmbench needs a 64-bit kernel: its rings carry 64-bit positions"
#endif

/* The cores that this kernel can have. */
#ifdef HMMBENCH_HAVE_MMU_NOTIFIER_GET
#define HMMBENCH_HAS_BUNDLED 1
#endif
#ifdef HMMBENCH_HAVE_MMU_INTERVAL_NOTIFIER
#define HMMBENCH_HAS_INTERVAL 1
#endif
#ifdef HMMBENCH_HAVE_HMM_MIRROR
#define HMMBENCH_HAS_INTREE 1
#endif
#if !defined(HMMBENCH_HAS_BUNDLED) && !defined(HMMBENCH_HAS_INTREE)
#error "no core: hmmbench takes 5.4 or later with CONFIG_MMU_NOTIFIER=y, or 4.17 to 5.3 with CONFIG_HMM_MIRROR=y"
#endif

/* Core intree: struct hmm is counted, and can be looked into. */
#ifdef HMMBENCH_HAVE_HMM_STRUCT
#define HMMBENCH_HMM_PUBLIC 1
#endif

/*
 * A sync_cpu_device_pagetables() that hands on to `_function`: 0 or -EAGAIN from a struct
 * hmm_mirror and a struct hmmbench_update. Up to 4.19 it is called behind the invalidation.
 */
#if defined(HMMBENCH_HAVE_HMM_UPDATE)
#define HMMBENCH_HMM_SYNC(_name, _function)                                                        \
	static int _name(struct hmm_mirror *mirror, const struct hmm_update *hmm)                  \
	{                                                                                          \
		const struct hmmbench_update update = { hmm->start, hmm->end, hmm->blockable };    \
                                                                                                   \
		return _function(mirror, &update);                                                 \
	}
#elif defined(HMMBENCH_HAVE_HMM_STRUCT)
#define HMMBENCH_HMM_SYNC(_name, _function)                                                        \
	static int _name(struct hmm_mirror *mirror, const struct mmu_notifier_range *range)        \
	{                                                                                          \
		const struct hmmbench_update update = { range->start, range->end,                  \
							mmu_notifier_range_blockable(range) };     \
                                                                                                   \
		return _function(mirror, &update);                                                 \
	}
#else
#define HMMBENCH_HMM_SYNC(_name, _function)                                                        \
	static void _name(struct hmm_mirror *mirror, enum hmm_update_type type,                    \
			  unsigned long start, unsigned long end)                                  \
	{                                                                                          \
		const struct hmmbench_update update = { start, end, true };                        \
                                                                                                   \
		_function(mirror, &update);                                                        \
	}
#endif

/* The condition is for lockdep alone, and list_for_each_entry_rcu() takes it from 5.4 on. */
#ifndef HMMBENCH_HAVE_LIST_FOR_EACH_ENTRY_SRCU
#ifdef HMMBENCH_HAS_BUNDLED
#define list_for_each_entry_srcu list_for_each_entry_rcu
#else
#define list_for_each_entry_srcu(_entry, _head, _member, _condition)                               \
	list_for_each_entry_rcu(_entry, _head, _member)
#endif
#endif

#ifndef HMMBENCH_HAVE_XARRAY
#include "compat_xarray.h"
#endif

#ifndef HMMBENCH_HAVE_TOTALRAM_PAGES
#define totalram_pages() totalram_pages
#endif

#ifndef HMMBENCH_HAVE_STRSCPY_PAD
#define strscpy_pad(_to, _from, _bytes) strncpy(_to, _from, _bytes)
#endif

#ifndef HMMBENCH_HAVE_VM_FLAGS_SET
static inline void vm_flags_set(struct vm_area_struct *vma, unsigned long flags)
{
	vma->vm_flags |= flags;
}

static inline void vm_flags_clear(struct vm_area_struct *vma, unsigned long flags)
{
	vma->vm_flags &= ~flags;
}
#endif

/* Without it a 32-bit program on a 64-bit kernel gets -ENOTTY. */
#ifdef HMMBENCH_HAVE_COMPAT_PTR_IOCTL
#define hmmbench_compat_ptr_ioctl compat_ptr_ioctl
#else
#define hmmbench_compat_ptr_ioctl NULL
#endif

/* The counter that ticks.h is about, read in program order; 0 where there is none. */
static __always_inline u64 hmmbench_ticks(void)
{
#ifdef HMMBENCH_HAVE_TICKS
	return rdtsc_ordered();
#else
	return 0;
#endif
}

/* The first argument of a probed function, at its entry; NULL where nobody can tell. */
static inline void *hmmbench_first_argument(struct pt_regs *regs)
{
#ifdef CONFIG_HAVE_FUNCTION_ARG_ACCESS_API
	return (void *)regs_get_kernel_argument(regs, 0);
#elif defined(CONFIG_X86_64) /* which has that from 4.20 on, commit 3c88ee194c28 */
	return (void *)regs->di;
#else
	return NULL;
#endif
}

#endif
