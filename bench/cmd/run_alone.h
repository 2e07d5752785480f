/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A boot that is of no campaign: from a configuration and a kernel to a run that is whole. */
#ifndef HMMBENCH_RUN_ALONE_H
#define HMMBENCH_RUN_ALONE_H

#include <stdbool.h>
#include <stdint.h>

#include "cmd/progress.h"
#include "common/error.h"
#include "lab/lab.h"
#include "plan/config.h"
#include "plan/plan.h"
#include "store/store.h"

struct run_alone {
	const struct lab *lab;
	const char *kernel;		/* a name of lab/kernel.h; NULL: the lab's own */
	bool fetch;
	bool seed_given;		/* else the configuration's */
	uint64_t seed;
	enum plan_clock clock;
	const char *store;		/* as given by --store, or NULL: the usual one */
	const char *label;
	enum progress_mode progress;
	/* Makes the configuration, for a machine of so many nodes; 0: [vm] has them. */
	int (*configure)(const void *given, uint32_t nodes, struct config **config,
			 struct error *error);
	/* Prints what came of a run that is whole. */
	int (*print)(struct store *store, int64_t run, const char *store_path,
		     struct error *error);
	const void *given;		/* configure()'s */
};

/*
 * 0, or -errno with the error set, and the run's status as the exit status where it did not end
 * whole.
 */
int run_alone(const struct run_alone *alone, struct error *error);

#endif
