// SPDX-License-Identifier: GPL-2.0-or-later
#include "paired_power.h"

#include <math.h>

#define MATHLIB_STANDALONE 1
#include <Rmath.h>

#include "permutation.h"

/* How many of the arrangements, half of which mirror the others, may be called different. */
static double arrangements_called(size_t count, double alpha)
{
	return floor(ldexp(alpha, (int)count - 1) * (1 + 1e-12));
}

double paired_power(size_t count, double deviation, double d, double alpha)
{
	const double n = (double)count;
	double level = alpha, noncentral, critical;

	if (count <= SIGN_FLIP_EXACT_MAX) {
		const double called = arrangements_called(count, alpha);

		if (!count || called < 1)
			return 0;
		if (called < 2 && deviation > 0)
			return pow(pnorm(d, 0, deviation, 1, 0), n) +
			       pow(pnorm(d, 0, deviation, 0, 0), n);
		level = ldexp(called, 1 - (int)count);
	}
	if (deviation == 0)
		return d != 0;
	noncentral = fabs(d) / deviation * sqrt(n);
	critical = qt(level / 2, n - 1, 0, 0);
	return pnt(critical, n - 1, noncentral, 0, 0) + pnt(-critical, n - 1, noncentral, 1, 0);
}

double paired_detectable(size_t count, double alpha, double power)
{
	double low = 0, high = 1;

	if (paired_power(count, 0, 1, alpha) < power)
		return INFINITY;
	while (paired_power(count, 1, high, alpha) < power)
		high *= 2;
	for (int i = 0; i < 50; i++) {
		const double middle = (low + high) / 2;

		if (paired_power(count, 1, middle, alpha) < power)
			low = middle;
		else
			high = middle;
	}
	return high;
}

/*
 * The test is at z_a, the change, in its standard errors, at m times an estimate that deviates by
 * `t`: it is found with the power where m - z_a = z_power sqrt(1 + m^2 t^2), a quadratic in m.
 */
double paired_allowance(double degrees, double alpha, double power)
{
	const double a = qnorm(alpha / 2, 0, 1, 0, 0), b = qnorm(power, 0, 1, 1, 0);
	const double t2 = 1 / (2 * degrees);	/* of a standard deviation of normal values */
	const double left = 1 - b * b * t2;

	if (!(degrees > 0) || left <= 0)
		return INFINITY;
	return (a + sqrt(a * a - left * (a * a - b * b))) / left / (a + b);
}
