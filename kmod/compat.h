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
#ifndef HMMBENCH_HAS_BUNDLED
#error "no core: hmmbench takes 5.4 or later with CONFIG_MMU_NOTIFIER=y"
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
#else
	return NULL;
#endif
}

#endif
