// SPDX-License-Identifier: GPL-2.0-or-later
/* What a comparison of builds finds, and how many boots it takes for that. */
#include "boots.h"

#include <math.h>
#include <stdbool.h>

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
static double critical_distance(double boots, double known, double power)
{
	return known / sqrt(2 / boots) - qnorm(power, 0, 1, 1, 0);
}

double boots_detectable_by(double boots, double alpha, double power, double degrees)
{
	const double known = boots_detectable(boots, alpha, power);

	if (boots < 2 || degrees <= 0)
		return known;
	return qnt(power, degrees, critical_distance(boots, known, power), 1, 0) * sqrt(2 / boots);
}

/* Is boots_detectable_by() no more than d, in deviations? By what it is the inverse of, in less time. */
static bool is_detected(double boots, double degrees, double d, double alpha, double power)
{
	double known;

	if (degrees <= 0)
		return boots_power(boots, 1, d, alpha) >= power;
	known = boots_detectable(boots, alpha, power);
	return pnt(d / sqrt(2 / boots), degrees, critical_distance(boots, known, power), 1, 0) >=
	       power;
}

/* The fewest boots from `low` on; 0: more than `limit`. What is detected becomes smaller with them. */
static size_t fewest(size_t low, size_t limit, double degrees, double d, double alpha, double power)
{
	size_t high = low;

	while (high <= limit && !is_detected((double)high, degrees, d, alpha, power)) {
		low = high + 1;
		high += high / 4 + 1;
	}
	if (high > limit) {
		if (low > limit || !is_detected((double)limit, degrees, d, alpha, power))
			return 0;
		high = limit;
	}
	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (is_detected((double)middle, degrees, d, alpha, power))
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

size_t boots_needed(double deviation, double degrees, double d, double alpha, double power,
		    size_t limit)
{
	const double reach = fabs(d) / deviation;
	size_t known;

	if (d == 0)
		return 0;
	if (deviation == 0)
		return limit < 2 ? 0 : 2;
	known = fewest(2, limit, 0, reach, alpha, power);
	return known && degrees > 0 ? fewest(known, limit, degrees, reach, alpha, power) : known;
}

double boots_deviation(double boot_variance, double run_variance, double operation_variance,
		       double runs, double operations)
{
	return sqrt(fmax(0, boot_variance) + fmax(0, run_variance) / runs +
		    fmax(0, operation_variance) / (runs * operations));
}
