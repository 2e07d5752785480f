// SPDX-License-Identifier: GPL-2.0-or-later
/* 6.3, commit bc292ab00f6c: vma->vm_flags is read-only, vm_flags_set() and _clear() change it. */
#include <linux/mm.h>

void hmmbench_probe(struct vm_area_struct *vma);
void hmmbench_probe(struct vm_area_struct *vma)
{
	vm_flags_set(vma, VM_DONTCOPY);
	vm_flags_clear(vma, VM_MAYWRITE);
}
