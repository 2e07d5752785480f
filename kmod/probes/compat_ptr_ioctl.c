// SPDX-License-Identifier: GPL-2.0-or-later
/* 5.5, commit 2952db0fd51b: compat_ptr_ioctl() for ioctls whose argument is a pointer. */
#include <linux/fs.h>

const struct file_operations hmmbench_probe;
const struct file_operations hmmbench_probe = {
	.compat_ioctl = compat_ptr_ioctl,
};
