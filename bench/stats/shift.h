/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The shift function: how much later each quantile of the candidate comes than the same
 * quantile of the base, with a band that holds all of it at once with 95 %.
 *
 * Quantiles of one sample are correlated and the samples of one quartet as well, so
 * that the band comes from resampling whole quartets (neighbours are grouped into at
 * most SHIFT_UNITS_MAX units; with 6 boots or more the unit is the boot): the spread of the
 * resampled differences gives each quantile's standard error, the 95th percentile of
 * their largest standardised excursion the common factor.
 *
 * Sources: Doksum, "Empirical probability plots and statistical inference for nonlinear
 * models in the two-sample case", Annals of Statistics 2 (1974), for the function;
 * Montiel Olea, Plagborg-Møller, "Simultaneous confidence bands", Journal of Applied
 * Econometrics 34 (2019), algorithm 2, for the band; Künsch, Annals of Statistics 17
 * (1989), for resampling blocks of a series.
 */
#ifndef HMMBENCH_STATS_SHIFT_H
#define HMMBENCH_STATS_SHIFT_H

#include <stddef.h>
#include <stdint.h>

#include "comparison.h"
#include "paired.h"

#define SHIFT_UNITS_MAX 64	/* resampled units; more change nothing but the time it takes */
#define SHIFT_UNITS_MIN 6	/* fewer cannot be resampled to any purpose */
#define SHIFT_BOOTS_MIN 6	/* from here on whole boots are resampled */
#define SHIFT_RESAMPLES 499
#define SHIFT_TAIL_MIN 5	/* samples an arm must have on the far side of a quantile */

/*
 * The quartets as for paired_differences(). `pooled[arm]` holds all their samples of an
 * arm, sorted, `pooled_count[arm]` how many. Gives the points that both arms have enough
 * samples for, none where there are fewer than SHIFT_UNITS_MIN units. -ENOMEM.
 */
int shift_function_make(const struct paired_quartet *quartets, size_t quartet_count,
			const uint64_t *const pooled[PAIRED_ARMS],
			const size_t pooled_count[PAIRED_ARMS], uint64_t seed,
			struct shift_function *shift);

#endif
