/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of the kernels of two sets of runs, and in which options of their
 * configurations they differ: the first place to look when one of them is slower.
 */
#ifndef HMMBENCH_KERNEL_FACTS_H
#define HMMBENCH_KERNEL_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/kernel_config.h"
#include "store/store.h"

/* A kernel, as one of its runs has it. NULL is what that run does not tell. */
struct kernel_facts {
	char *name;		/* as on the command line, "debian:6.1" */
	char *release, *build_id;
	char *compiler;		/* "gcc-12 (Debian 12.2.0-14) 12.2.0" */
	char *config_sha256;
};

struct kernel_pair {
	struct kernel_facts base, candidate;
	bool compared;		/* both configurations are there */
	struct kernel_option *options;	/* that differ, by name */
	size_t option_count;
};

int kernel_facts_load(struct store *store, int64_t run, struct kernel_facts *facts,
		      struct error *error);
void kernel_facts_free(struct kernel_facts *facts);	/* its members, not itself */

/* The kernels of two runs. Errors of the store, -ENOMEM. */
int kernel_pair_load(struct store *store, int64_t base_run, int64_t candidate_run,
		     struct kernel_pair *pair, struct error *error);
void kernel_pair_free(struct kernel_pair *pair);	/* its members, not itself */

#endif
