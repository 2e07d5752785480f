// SPDX-License-Identifier: GPL-2.0-or-later
#include "slope.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define MATHLIB_STANDALONE 1
#include <Rmath.h>

#include "change.h"
#include "paired.h"
#include "trimmed.h"

#define UNITS_FOR_LAG1 8 /* fewer say nothing of their correlation in time */

static const struct slope empty = {
	.curve = { { NAN, NAN, NAN, NAN }, { NAN, NAN, NAN, NAN } },
	.exponent = { { NAN, NAN, NAN }, { NAN, NAN, NAN } },
	.difference = { NAN, NAN, NAN },
};

struct part;

/* Scratch memory of one fit. */
struct fit {
	const struct slope_point *points;
	size_t count;
	bool shared;
	double trim;
	double *sizes;			/* count */
	double *ln_ns[SLOPE_ARMS];	/* count: the points */
	double *influence[SLOPE_ARMS];	/* count */
	double *values;			/* the units of the point that has most */
	struct part *parts;		/* count */
};

/* What one unit moves a quantity by: weight[arm] times its logarithms, added up. */
static void unit_values(const struct fit *fit, size_t point, const double weight[SLOPE_ARMS],
			double *values)
{
	const struct slope_point *from = &fit->points[point];

	for (size_t i = 0; i < from->units; i++) {
		values[i] = 0;
		for (size_t arm = 0; arm < SLOPE_ARMS; arm++)
			if (weight[arm] != 0)
				values[i] += weight[arm] * from->ln_ns[arm][i];
	}
}

/* The variance of the exponents' sum by `sign`, and its degrees of freedom. */
struct spread {
	double variance, degrees;
};

static void point_weight(const struct fit *fit, const double sign[SLOPE_ARMS], size_t point,
			 double weight[SLOPE_ARMS])
{
	for (size_t arm = 0; arm < SLOPE_ARMS; arm++)
		weight[arm] = sign[arm] != 0 ? sign[arm] * fit->influence[arm][point] : 0;
}

/* Boots: each gives the sum over its points. */
static struct spread spread_of_boots(const struct fit *fit, const double sign[SLOPE_ARMS])
{
	const size_t boots = fit->points[0].units;
	double weight[SLOPE_ARMS];
	struct trimmed trimmed;

	for (size_t boot = 0; boot < boots; boot++)
		fit->values[boot] = 0;
	for (size_t i = 0; i < fit->count; i++) {
		point_weight(fit, sign, i, weight);
		for (size_t boot = 0; boot < boots; boot++)
			for (size_t arm = 0; arm < SLOPE_ARMS; arm++)
				if (weight[arm] != 0)
					fit->values[boot] += weight[arm] *
							     fit->points[i].ln_ns[arm][boot];
	}
	trimmed = trimmed_mean(fit->values, boots, fit->trim);
	return (struct spread){ trimmed.variance / (double)boots, trimmed.degrees };
}

/* What one point adds to the variance. */
struct part {
	double size;		/* factor of its units: the influences' */
	double lag1;		/* of its units in time */
	size_t units;
	struct trimmed trimmed;	/* of its units over `size` */
};

static void make_parts(const struct fit *fit, const double sign[SLOPE_ARMS])
{
	for (size_t i = 0; i < fit->count; i++) {
		struct part *part = &fit->parts[i];
		double weight[SLOPE_ARMS];

		point_weight(fit, sign, i, weight);
		*part = (struct part){ .size = fabs(weight[0]) + fabs(weight[1]),
				       .units = fit->points[i].units };
		for (size_t arm = 0; arm < SLOPE_ARMS && part->size > 0; arm++)
			weight[arm] /= part->size;
		unit_values(fit, i, weight, fit->values);
		part->trimmed = trimmed_mean(fit->values, part->units, fit->trim);
		/* In time again, and without the outliers, which would hide a correlation. */
		unit_values(fit, i, weight, fit->values);
		for (size_t unit = 0; unit < part->units; unit++)
			fit->values[unit] = trimmed_clip(&part->trimmed, fit->values[unit]);
		part->lag1 = paired_lag1(fit->values, part->units);
	}
}

/*
 * How much correlation in time widens the variance: as all points together tell it. That of
 * few units comes out too small, by (1 + 4 a) / n (Kendall, Biometrika 41 (1954)).
 */
static double inflation(const struct fit *fit)
{
	double products = 0, units = 0, lag1 = 0;

	for (size_t i = 0; i < fit->count; i++) {
		const struct part *part = &fit->parts[i];
		const double n = (double)part->units;

		if (part->units < UNITS_FOR_LAG1)
			continue;
		products += n * (part->lag1 + (1 + 4 * part->lag1) / n);
		units += n;
	}
	if (units > 0)
		lag1 = fmin(CHANGE_LAG1_MAX, fmax(0, products / units));
	return (1 + lag1) / (1 - lag1);
}

/*
 * Quartets of one boot: the variances of the points add up. A point with few units does not
 * tell its spread alone: it gets that of all points together, where that is larger.
 */
static struct spread spread_of_quartets(const struct fit *fit, const double sign[SLOPE_ARMS])
{
	double pooled = 0, freedom = 0, squares = 0;
	struct spread spread = { 0, 0 };

	make_parts(fit, sign);
	for (size_t i = 0; i < fit->count; i++) {
		pooled += fit->parts[i].trimmed.degrees * fit->parts[i].trimmed.variance;
		freedom += fit->parts[i].trimmed.degrees;
	}
	if (freedom <= 0)
		return spread;
	pooled /= freedom;
	for (size_t i = 0; i < fit->count; i++) {
		const struct part *part = &fit->parts[i];
		const bool few = part->units < SLOPE_UNITS_FEW;
		double variance = few ? fmax(part->trimmed.variance, pooled)
				      : part->trimmed.variance;

		variance *= part->size * part->size / (double)part->units;
		spread.variance += variance;
		squares += variance * variance / (few ? freedom : part->trimmed.degrees);
	}
	spread.degrees = squares > 0 ? spread.variance * spread.variance / squares : freedom;
	/* Units that are alike count for fewer. */
	spread.variance *= inflation(fit);
	spread.degrees /= inflation(fit);
	return spread;
}

static struct slope_interval interval(const struct fit *fit, double estimate,
				      const double sign[SLOPE_ARMS])
{
	const struct spread spread = fit->shared ? spread_of_boots(fit, sign)
						 : spread_of_quartets(fit, sign);
	double half = NAN;

	if (spread.degrees > 0 && isfinite(spread.variance))
		half = qt(SLOPE_MISRATE / 2, spread.degrees, 0, 0) * sqrt(spread.variance);
	return (struct slope_interval){ estimate, estimate - half, estimate + half };
}

/* The point of an arm: its units' trimmed mean. */
static double point_value(const struct fit *fit, size_t point, size_t arm)
{
	static const double of_arm[SLOPE_ARMS][SLOPE_ARMS] = { { 1, 0 }, { 0, 1 } };

	unit_values(fit, point, of_arm[arm], fit->values);
	return trimmed_mean(fit->values, fit->points[point].units, fit->trim).mean;
}

static double rise(const struct fit *fit, size_t arm)
{
	return fit->ln_ns[arm][fit->count - 1] - fit->ln_ns[arm][0];
}

static bool fit_curves(const struct fit *fit, struct slope *slope)
{
	bool fitted = true;

	for (size_t arm = 0; arm < SLOPE_ARMS; arm++)
		fitted &= slope_curve_fit(fit->sizes, fit->ln_ns[arm], fit->count, slope->plain,
					  &slope->curve[arm], fit->influence[arm]);
	return fitted;
}

/* Both arms by the same kind of curve. */
static void fit_both(const struct fit *fit, struct slope *slope)
{
	static const double signs[SLOPE_ARMS + 1][SLOPE_ARMS] = { { 1, 0 }, { 0, 1 }, { -1, 1 } };

	slope->plain = fmin(rise(fit, 0), rise(fit, 1)) < log(SLOPE_RISE_MIN);
	if (!fit_curves(fit, slope)) {
		slope->plain = true;
		fit_curves(fit, slope);
	}
	for (size_t arm = 0; arm < SLOPE_ARMS; arm++)
		slope->exponent[arm] = interval(fit, slope->curve[arm].exponent, signs[arm]);
	slope->difference = interval(fit, slope->curve[1].exponent - slope->curve[0].exponent,
				     signs[SLOPE_ARMS]);
}

/* Finite everywhere, sizes that ascend, units everywhere. */
static bool usable(const struct slope_point *points, size_t count, bool shared)
{
	if (count < SLOPE_POINTS_MIN)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!(points[i].size > (i ? points[i - 1].size : 0)) || !points[i].units ||
		    !isfinite(points[i].size) || (shared && points[i].units != points[0].units))
			return false;
		for (size_t arm = 0; arm < SLOPE_ARMS; arm++)
			for (size_t unit = 0; unit < points[i].units; unit++)
				if (!isfinite(points[i].ln_ns[arm][unit]))
					return false;
	}
	return true;
}

int slope_fit(const struct slope_point *points, size_t count, bool shared, struct slope *slope)
{
	struct fit fit = { .points = points, .count = count, .shared = shared,
			   .trim = shared ? 0 : SLOPE_TRIM };
	size_t most = 0;
	double *memory;

	*slope = empty;
	if (!usable(points, count, shared))
		return 0;
	slope->units = points[0].units;
	for (size_t i = 0; i < count; i++) {
		most = points[i].units > most ? points[i].units : most;
		if (points[i].units < slope->units)
			slope->units = points[i].units;
	}
	memory = calloc((1 + 2 * SLOPE_ARMS) * count + most, sizeof(*memory));
	fit.parts = calloc(count, sizeof(*fit.parts));
	if (!memory || !fit.parts) {
		free(memory);
		free(fit.parts);
		return -ENOMEM;
	}
	fit.sizes = memory;
	for (size_t arm = 0; arm < SLOPE_ARMS; arm++) {
		fit.ln_ns[arm] = memory + (1 + arm) * count;
		fit.influence[arm] = memory + (1 + SLOPE_ARMS + arm) * count;
	}
	fit.values = memory + (1 + 2 * SLOPE_ARMS) * count;
	for (size_t i = 0; i < count; i++) {
		fit.sizes[i] = points[i].size;
		for (size_t arm = 0; arm < SLOPE_ARMS; arm++)
			fit.ln_ns[arm][i] = point_value(&fit, i, arm);
	}
	fit_both(&fit, slope);
	free(memory);
	free(fit.parts);
	return 0;
}
