// SPDX-License-Identifier: GPL-2.0-or-later
/* What a comparison of builds finds, and how many boots it takes for that. */
#include "boots.h"

#include <math.h>

#define MATHLIB_STANDALONE 1
#include <Rmath.h>

double boots_smallest_p(double boots)
{
	return fmin(1, 2 / choose(2 * boots, boots));
}

double boots_power(double boots, double deviation, double d, double alpha)
{
	double degrees = 2 * boots - 2, noncentral, critical;

	if (boots < 2)
		return 0;
	if (deviation == 0)
		return d != 0;
	noncentral = fabs(d) / (deviation * sqrt(2 / boots));
	critical = qt(alpha / 2, degrees, 0, 0);
	return pnt(critical, degrees, noncentral, 0, 0) + pnt(-critical, degrees, noncentral, 1, 0);
}

double boots_detectable(double boots, double alpha, double power)
{
	double low = 0, high = 1;

	if (boots < 2)
		return INFINITY;
	while (boots_power(boots, 1, high, alpha) < power)
		high *= 2;
	for (int i = 0; i < 50; i++) {
		const double middle = (low + high) / 2;

		if (boots_power(boots, 1, middle, alpha) < power)
			low = middle;
		else
			high = middle;
	}
	return high;
}

/*
 * The distance d / (s sqrt(2 / n)) with s in place of the deviation, s^2 on `degrees`: with that of
 * the noncentral t for d, and a critical value that gives the t test's power by the normal law,
 * the chance over s and the test together is P(T(degrees, critical) <= distance).
 */
double boots_detectable_by(double boots, double alpha, double power, double degrees)
{
	const double known = boots_detectable(boots, alpha, power);
	double critical;

	if (boots < 2 || degrees <= 0)
		return known;
	critical = known / sqrt(2 / boots) - qnorm(power, 0, 1, 1, 0);
	return qnt(power, degrees, critical, 1, 0) * sqrt(2 / boots);
}

size_t boots_needed(double deviation, double d, double alpha, double power, size_t limit)
{
	size_t low = 2, high = limit;

	if (limit < 2 || boots_power((double)limit, deviation, d, alpha) < power)
		return 0;
	while (low < high) {	/* power rises with the number of boots */
		size_t middle = low + (high - low) / 2;

		if (boots_power((double)middle, deviation, d, alpha) >= power)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

double boots_deviation(double boot_variance, double run_variance, double operation_variance,
		       double runs, double operations)
{
	return sqrt(fmax(0, boot_variance) + fmax(0, run_variance) / runs +
		    fmax(0, operation_variance) / (runs * operations));
}
