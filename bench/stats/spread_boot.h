/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The blocks of one boot to what the variance components are made of (spread.h).
 */
#ifndef HMMBENCH_STATS_SPREAD_BOOT_H
#define HMMBENCH_STATS_SPREAD_BOOT_H

#include "comparison.h"
#include "spread.h"

/*
 * Of one column of one cell under one strategy: blocks of one boot, all of ARM_BASE, their
 * samples held. Fills boot[], one for each judged quantile, but for group and control. -ENOMEM.
 */
int spread_boot_make(const struct comparison_block *blocks, size_t count, enum sample_column column,
		     uint32_t kinds, struct spread_boot boot[GATED_COUNT]);

#endif
