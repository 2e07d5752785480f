/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fetching one of Debian's kernels into its entry of the cache, for kernel_debian.c.
 */
#ifndef HMMBENCH_KERNEL_DEBIAN_FETCH_H
#define HMMBENCH_KERNEL_DEBIAN_FETCH_H

#include "common/error.h"
#include "lab/cache.h"
#include "lab/debian_apt.h"

struct debian_wanted {
	const char *version;	/* as named: "6.12-cloud" */
	const char *series;	/* "6.12" */
	const char *package;	/* behind linux-image-: "cloud-amd64" */
	const struct debian_suite *suites;	/* that carry it; ends with name NULL */
	const char *have;	/* the package's version that the cache has, or NULL */
};

/*
 * The newest version goes into the entry, whose lock the caller holds; nothing is done
 * where the entry has it already. What was there before is replaced when the new one is
 * whole, and not before. Progress goes to stderr. STATUS_KERNEL is the caller's.
 */
int kernel_debian_fetch(const struct debian_wanted *wanted, struct cache_entry *entry,
			struct error *error);

#endif
