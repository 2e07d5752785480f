/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two kernel builds, compared between boots.
 *
 * Samples of one boot share its placement, layout and neighbours, so that the boot is
 * the unit: one value per boot, cell and quantile. What every boot shares with a
 * control workload (same program, no mirrors) is taken out by a pooled regression inside
 * the builds, what a night's boots share by centring the night.
 *
 * The difference is that of least squares in a model of nights and builds. Its variance is
 * each build's own, from what the fit leaves of that build's boots, so that neither unequal
 * spreads nor nights with unequal numbers make the interval narrow; in one night that is
 * Welch's interval.
 *
 * The test permutes the labels of the boots within each night and compares that t, not the
 * difference of means; the regression is made anew under each arrangement, as the data were
 * made. It is exact where all boots are exchangeable. Where the builds differ in spread it is
 * right for many boots only: 4 boots that scatter by 6 % and 12 by 2 % are called different in
 * 10 % of the nights. Welch's p is near its level there: the p of a comparison is the larger.
 *
 * Sources: Janssen, "Studentized permutation tests for non-i.i.d. hypotheses and the
 * generalized Behrens-Fisher problem", Statistics and Probability Letters 36 (1997);
 * Chung, Romano, Annals of Statistics 41 (2013); the covariate as in Cox, McCullagh,
 * "Some aspects of analysis of covariance", Biometrics 38 (1982); the variance: MacKinnon,
 * White, "Some heteroskedasticity-consistent covariance matrix estimators", Journal of
 * Econometrics 29 (1985), HC2, with degrees of freedom after Bell, McCaffrey, Survey Methodology
 * 28 (2002), which are Welch's (1947) in one night.
 */
#ifndef HMMBENCH_STATS_BOOTS_H
#define HMMBENCH_STATS_BOOTS_H

#include <stddef.h>
#include <stdint.h>

#define BOOTS_ARRANGEMENTS_MAX 200000	/* up to here all are tried, above it BOOTS_RANDOM */
#define BOOTS_RANDOM 9999
#define BOOTS_EXTREME 400	/* random ones as extreme as the real one after which no more are tried */
#define BOOTS_MISRATE .05	/* of the interval, where the boots are looked at once */

struct boot_value {
	double value;		/* a quantile of ln(latency) in this boot */
	double control;		/* the same quantile of the control workload; NAN: none */
	uint32_t build;		/* 0 base, 1 candidate */
	uint32_t night;		/* boots of one night are exchangeable with each other only */
};

struct boots_effect {
	double beta;		/* 0 .. 1: how much of the control's deviation was taken out */
	double estimate;	/* candidate less base */
	double low, high;	/* the interval; NAN below 2 boots per build */
	double p;		/* two-sided; NAN below 2 boots per build */
	double deviation;	/* between boots of one build, pooled, after the control */
	double degrees;		/* of freedom that it was estimated with; 0 where there is none */
	size_t count[2];	/* boots per build that went in */
};

/*
 * Everything but p, which stays NAN; the interval misses with `misrate` (0 .. 1). Boots of a
 * night that saw only one of the builds say nothing about their difference and are left out,
 * as are those whose value is NAN. -ENOMEM.
 */
int boots_estimate(const struct boot_value *boots, size_t count, double misrate,
		   struct boots_effect *effect);

/*
 * The p of the same boots: the larger of Welch's and the permutation's, from all arrangements up
 * to BOOTS_ARRANGEMENTS_MAX of them, else from `random` random ones, or from as many as it took
 * to meet BOOTS_EXTREME that are as extreme (Besag, Clifford, "Sequential Monte Carlo p-values",
 * Biometrika 78 (1991)): a p above .04 is known well enough by then. NAN below 2 boots per
 * build. -ENOMEM.
 */
int boots_test(const struct boot_value *boots, size_t count, uint64_t seed, uint64_t random,
	       double *p);

/* Both, with BOOTS_MISRATE and BOOTS_RANDOM random arrangements. -ENOMEM. */
int boots_compare(const struct boot_value *boots, size_t count, uint64_t seed,
		  struct boots_effect *effect);

/* The smallest p that `boots` of each of two builds in one night can reach. */
double boots_smallest_p(double boots);

/*
 * The power of a comparison of `boots` per build at level alpha for a true difference d,
 * `deviation` between boots: by the noncentral t distribution. 0 below 2 boots.
 */
double boots_power(double boots, double deviation, double d, double alpha);

/*
 * The smallest difference that a comparison of `boots` per build finds with that power, in
 * deviations between boots. INFINITY below 2 boots; 0 < power < 1.
 */
double boots_detectable(double boots, double alpha, double power);

/*
 * The same where the deviation was itself estimated, with so many degrees of freedom: in
 * deviations as estimated, so that the power is reached on average over such estimates. The fewer
 * degrees, the more it takes; `degrees` 0: it is known.
 *
 * Source: Julious, Owen, "Sample size calculations for clinical studies allowing for uncertainty
 * about the variance", Pharmaceutical Statistics 5 (2006).
 */
double boots_detectable_by(double boots, double alpha, double power, double degrees);

/*
 * The fewest boots per build that find a difference d with that power, where the deviation was
 * estimated with so many degrees of freedom, on average over what such estimates come to
 * (boots_detectable_by()); `degrees` 0: it is known. 0: more than `limit`.
 */
size_t boots_needed(double deviation, double degrees, double d, double alpha, double power,
		    size_t limit);

/*
 * The deviation between boots of a quantile measured by `operations` in each of `runs`
 * runs per boot, from variance components: sqrt(T_boot^2 + S_run^2 / k + S_op^2 / (k n)).
 */
double boots_deviation(double boot_variance, double run_variance, double operation_variance,
		       double runs, double operations);

#endif
