/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Debian's kernels: fetched from a mirror, checked by apt, unpacked in the cache. Nothing
 * is installed. An entry has root/ (the packages' files) and kernel.json.
 */
#ifndef HMMBENCH_KERNEL_DEBIAN_H
#define HMMBENCH_KERNEL_DEBIAN_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "lab/kernel.h"

/* `version` is what follows "debian:": "6.1", "6.12-cloud". Fills *kernel but its name. */
int kernel_debian_resolve(const char *version, bool fetch, struct kernel *kernel,
			  struct error *error);

/* The same, and the newest version that the mirror has takes the place of the cached one. */
int kernel_debian_refresh(const char *version, struct kernel *kernel, struct error *error);

/* Every name there is, "debian:6.1" first; NULL behind the last. `name` holds 32 bytes. */
const char *kernel_debian_name(size_t index, char *name);

/*
 * The headers' Makefile includes that of another package by its absolute path, where it
 * would be installed. *fixed (malloc'ed) says where it is relative to itself. -EINVAL:
 * this is no such Makefile. Pure.
 */
int kernel_debian_relocate(const char *makefile, char **fixed);

#endif
