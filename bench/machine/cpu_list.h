/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sets of CPUs as the kernel writes them in lists: "0-3,8" (bitmap_parselist(),
 * lib/bitmap-str.c of Linux 6.12, without its strides, which it never prints).
 */
#ifndef HMMBENCH_CPU_LIST_H
#define HMMBENCH_CPU_LIST_H

#include <stdbool.h>
#include <stddef.h>

#define CPU_LIST_MAX 8192 /* NR_CPUS of the largest configuration */

struct cpu_list {
	bool has[CPU_LIST_MAX];
};

/* An empty text is an empty set. 0 or -EINVAL: it is no such list. */
int cpu_list_parse(const char *text, struct cpu_list *list);

size_t cpu_list_count(const struct cpu_list *list);
bool cpu_list_meets(const struct cpu_list *left, const struct cpu_list *right);

/* Those of the first that are not in the second. `to` may be either. */
void cpu_list_minus(const struct cpu_list *left, const struct cpu_list *right, struct cpu_list *to);

/* As the kernel writes it, malloc'ed; NULL: out of memory. */
char *cpu_list_text(const struct cpu_list *list);

#endif
