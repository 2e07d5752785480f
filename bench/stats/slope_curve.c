// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Least squares of ln(fixed + factor * size^c). For a given c and ratio fixed / factor the best
 * factor is a mean; what remains is a search over two numbers, first on a grid, then by
 * golden sections: a few points and two well-bounded numbers take no cleverer method, and
 * none that can fail to converge.
 */
#include "slope.h"

#include <math.h>

#define EXPONENT_LOW  0.02
#define EXPONENT_HIGH 4.0
#define EXPONENT_STEPS 48
#define RATIO_STEPS    16
#define RATIO_NONE     7.0	/* e^-7 of the least point and below is no fixed cost */
#define SECTIONS       32	/* golden sections: the interval shrinks by e^-15 */

/* The points, sizes as logarithms about their mean: numbers stay near 1 whatever the unit. */
struct points {
	const double *sizes, *ln_ns;
	size_t count;
	double centre;
};

static double ln_size(const struct points *points, size_t i)
{
	return log(points->sizes[i]) - points->centre;
}

/* Sum of squares left with this exponent and fixed / factor, the best factor taken. */
static double squares(const struct points *points, double exponent, double ratio, double *ln_factor)
{
	double sum = 0, square = 0;

	for (size_t i = 0; i < points->count; i++)
		sum += points->ln_ns[i] - log(ratio + exp(exponent * ln_size(points, i)));
	sum /= (double)points->count;
	for (size_t i = 0; i < points->count; i++) {
		double rest = points->ln_ns[i] - sum -
			      log(ratio + exp(exponent * ln_size(points, i)));

		square += rest * rest;
	}
	*ln_factor = sum;
	return square;
}

/* The least of `of` between low and high, where it has one minimum. */
static double golden_section(double (*of)(const struct points *, double at, double with),
			     const struct points *points, double with, double low, double high)
{
	const double golden = (sqrt(5) - 1) / 2;
	double left = high - golden * (high - low), right = low + golden * (high - low);
	double at_left = of(points, left, with), at_right = of(points, right, with);

	for (int i = 0; i < SECTIONS; i++) {
		if (at_left < at_right) {
			high = right;
			right = left;
			at_right = at_left;
			left = high - golden * (high - low);
			at_left = of(points, left, with);
		} else {
			low = left;
			left = right;
			at_left = at_right;
			right = low + golden * (high - low);
			at_right = of(points, right, with);
		}
	}
	return (low + high) / 2;
}

static double squares_of_ratio(const struct points *points, double ln_ratio, double exponent)
{
	double ln_factor;

	return squares(points, exponent, exp(ln_ratio), &ln_factor);
}

/* The best fixed / factor for an exponent; 0 where none is better. */
static double best_ratio(const struct points *points, double exponent)
{
	const double low = exponent * ln_size(points, 0) - RATIO_NONE;
	const double high = exponent * ln_size(points, points->count - 1);
	const double step = (high - low) / RATIO_STEPS;
	double best = low, least = INFINITY, ln_factor;

	for (int i = 0; i <= RATIO_STEPS; i++) {
		double here = squares_of_ratio(points, low + i * step, exponent);

		if (here < least) {
			least = here;
			best = low + i * step;
		}
	}
	best = golden_section(squares_of_ratio, points, exponent, best - step, best + step);
	if (best <= low || squares(points, exponent, 0, &ln_factor) <=
			   squares_of_ratio(points, best, exponent))
		return 0;
	return exp(best);
}

static double squares_of_exponent(const struct points *points, double exponent, double unused)
{
	double ln_factor;

	(void)unused;
	return squares(points, exponent, best_ratio(points, exponent), &ln_factor);
}

/* False where the best exponent lies at the edge of the grid. */
static bool best_exponent(const struct points *points, double *exponent)
{
	const double step = log(EXPONENT_HIGH / EXPONENT_LOW) / EXPONENT_STEPS;
	double least = INFINITY;
	int best = 0;

	for (int i = 0; i <= EXPONENT_STEPS; i++) {
		double here = squares_of_exponent(points, EXPONENT_LOW * exp(i * step), 0);

		if (here < least) {
			least = here;
			best = i;
		}
	}
	*exponent = golden_section(squares_of_exponent, points, 0,
				   EXPONENT_LOW * exp((best - 1) * step),
				   EXPONENT_LOW * exp((best + 1) * step));
	return best > 0 && best < EXPONENT_STEPS;
}

/* What a point's logarithm moves by when exponent (p) and logarithm of the ratio (q) do. */
static void derivatives(const struct points *points, size_t i, double exponent, double ratio,
			double *p, double *q)
{
	double power = exp(exponent * ln_size(points, i));

	*p = power * ln_size(points, i) / (ratio + power);
	*q = ratio / (ratio + power);
}

/*
 * Of the linearised fit: the exponent's row of the pseudo-inverse of the Jacobian. The factor
 * is an intercept, so that the other columns are taken about their means.
 */
static void influences(const struct points *points, double exponent, double ratio,
		       double *influence)
{
	double p_mean = 0, q_mean = 0, pp = 0, pq = 0, qq = 0, p, q;

	for (size_t i = 0; i < points->count; i++) {
		derivatives(points, i, exponent, ratio, &p, &q);
		p_mean += p / (double)points->count;
		q_mean += q / (double)points->count;
	}
	for (size_t i = 0; i < points->count; i++) {
		derivatives(points, i, exponent, ratio, &p, &q);
		pp += (p - p_mean) * (p - p_mean);
		pq += (p - p_mean) * (q - q_mean);
		qq += (q - q_mean) * (q - q_mean);
	}
	for (size_t i = 0; i < points->count; i++) {
		derivatives(points, i, exponent, ratio, &p, &q);
		influence[i] = (p - p_mean) / pp;
		if (ratio > 0)
			influence[i] = (qq * (p - p_mean) - pq * (q - q_mean)) /
				       (pp * qq - pq * pq);
	}
}

/* The line without a fixed cost, by linear regression. */
static double line_exponent(const struct points *points, double *influence)
{
	double square = 0, exponent = 0;

	for (size_t i = 0; i < points->count; i++)
		square += ln_size(points, i) * ln_size(points, i);
	for (size_t i = 0; i < points->count; i++) {
		influence[i] = ln_size(points, i) / square;
		exponent += influence[i] * points->ln_ns[i];
	}
	return exponent;
}

double slope_curve_at(const struct slope_curve *curve, double size)
{
	return curve->fixed_ns + exp(curve->ln_factor + curve->exponent * log(size));
}

static void fill(const struct points *points, double exponent, double ratio,
		 struct slope_curve *curve)
{
	double ln_factor;

	squares(points, exponent, ratio, &ln_factor);
	curve->exponent = exponent;
	curve->fixed_ns = ratio * exp(ln_factor);
	curve->ln_factor = ln_factor - exponent * points->centre;
	curve->misfit = 0;
	for (size_t i = 0; i < points->count; i++) {
		double fitted = slope_curve_at(curve, points->sizes[i]);

		curve->misfit = fmax(curve->misfit, fabs(points->ln_ns[i] - log(fitted)));
	}
}

bool slope_curve_fit(const double *sizes, const double *ln_ns, size_t count, bool plain,
		     struct slope_curve *curve, double *influence)
{
	struct points points = { .sizes = sizes, .ln_ns = ln_ns, .count = count };
	double exponent, ratio = 0;

	*curve = (struct slope_curve){ NAN, NAN, NAN, NAN };
	for (size_t i = 0; i < count; i++)
		points.centre += log(sizes[i]) / (double)count;
	if (plain) {
		exponent = line_exponent(&points, influence);
	} else {
		if (!best_exponent(&points, &exponent))
			return false;
		ratio = best_ratio(&points, exponent);
		influences(&points, exponent, ratio, influence);
	}
	fill(&points, exponent, ratio, curve);
	return true;
}
