/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel's configuration as text ("CONFIG_X=y", "# CONFIG_X is not set"). Pure.
 */
#ifndef HMMBENCH_KERNEL_CONFIG_H
#define HMMBENCH_KERNEL_CONFIG_H

#include <stddef.h>

/* An option whose value differs between two kernels. "n" where it is not set or not there. */
struct kernel_option {
	char *name;			/* "CONFIG_KASAN" */
	char *base, *candidate;		/* "y", "m", "n", "64", "\"text\"" */
};

/* The value of an option, malloc'ed; NULL: not set, not there, or memory is out. */
char *kernel_config_value(const char *config, const char *option);

/*
 * The options that differ, by name, those of modules behind the others; *options is the
 * caller's, kernel_options_free(). An option that one of the kernels does not know and the
 * other has off is no difference. 0 or -ENOMEM.
 */
int kernel_config_differences(const char *base, const char *candidate,
			      struct kernel_option **options, size_t *count);
void kernel_options_free(struct kernel_option *options, size_t count);

#endif
