/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which of a plan's cells a module can measure on the kernel that it is loaded in, and what
 * their sessions are set up with.
 */
#ifndef HMMBENCH_CELL_CHECK_H
#define HMMBENCH_CELL_CHECK_H

#include <stdint.h>

#include "agent/session.h"
#include "agent/workload.h"
#include "common/error.h"
#include "hmmbench_uapi.h"
#include "plan/plan.h"

/* 0, or -EOPNOTSUPP with the reason why `module` cannot measure the plan's cell `index`. */
int cell_check(const struct plan *plan, uint32_t index, const struct workload *workload,
	       const struct hmmbench_info *module, struct error *error);

/*
 * options->core and ->strategy: the cell's and `strategy`, a block's. Of a workload that
 * registers no mirror, where the module lacks the cell's core: those of a core it has.
 */
void cell_session(const struct cell *cell, uint32_t strategy, const struct workload *workload,
		  const struct hmmbench_info *module, struct session_options *options);

#endif
