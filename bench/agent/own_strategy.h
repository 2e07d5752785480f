/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which strategy the running kernel has, of the cores that walk as it was built.
 */
#ifndef HMMBENCH_OWN_STRATEGY_H
#define HMMBENCH_OWN_STRATEGY_H

#include <stdint.h>

#include "common/error.h"
#include "hmmbench_uapi.h"

/*
 * Where the module has core intree and has not seen its kernel's walk yet: lets a process
 * with one mirror exit, and puts what that told into info->intree_strategy. Nothing else in
 * *info changes. -errno: no session could be had, or the process went wrong.
 */
int own_strategy_learn(const char *device, struct hmmbench_info *info, struct error *error);

/*
 * The strategy that really walks where a session of the core was set up with `strategy`.
 * HMMBENCH_STRATEGY_KERNEL of interval, whose walk is none of ours; of intree the one above.
 */
uint32_t own_strategy_of(const struct hmmbench_info *info, uint32_t core, uint32_t strategy);

#endif
