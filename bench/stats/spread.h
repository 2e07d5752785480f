/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the scatter of a quantile between boots of one build comes from: the boot itself, the
 * blocks inside it, the operations inside those. What is wanted to plan with (experiment.h).
 *
 * T_i^2 = S_i^2 - S_(i-1)^2 / r_(i-1), floored at 0, as in variance.h, here for a quantile and
 * not a mean: what operations add is q (1 - q) / f^2 by the density f of the logarithms there,
 * and what the boots share with the control workload is taken out as the comparison does it
 * (boots.h).
 *
 * Sources: Kalibera, Jones, ISMM 2013; Serfling, Approximation Theorems (1980), section 2.3.3.
 */
#ifndef HMMBENCH_STATS_SPREAD_H
#define HMMBENCH_STATS_SPREAD_H

#include <stddef.h>
#include <stdint.h>

/* One quantile of one boot, of ln(latency). */
struct spread_boot {
	uint32_t group;		/* of boots of one build in one night; any numbers */
	double value;		/* over all its blocks; NAN: not to be had, the boot is left out */
	double control;		/* of the control workload; NAN: none */
	size_t blocks;		/* at least 1 */
	double operations;	/* samples of a block */
	double block_variance;	/* between the quantiles of its blocks; NAN: too few samples for them */
	double operation_variance;	/* q (1 - q) / f^2, of a single operation; NAN: not to be had */
};

struct spread {
	double boot, block, operation;	/* what each adds by itself: variances, not negative */
	double beta;		/* 0 .. 1: how much of the control's deviation was taken out */
	size_t boots, groups;	/* that went in */
	double degrees;		/* of freedom that tell what is between boots; 0: it is known */
};

/*
 * -ENODATA: no group has two boots. -ENOMEM. `spread` is zero after an error.
 */
int spread_of(const struct spread_boot *boots, size_t count, struct spread *spread);

#endif
