// SPDX-License-Identifier: GPL-2.0-or-later
#include "planner.h"

#include <math.h>

#define MATHLIB_STANDALONE 1
#include <Rmath.h>

static double both_tails(double alpha, double power)
{
	return qnorm(alpha / 2, 0, 1, 0, 0) + qnorm(power, 0, 1, 1, 0);
}

double planner_pairs(double estimate, double deviation, double threshold, double alpha,
		     double power)
{
	double size = fabs(estimate);
	double distance = size > threshold ? size : threshold - size;
	double z = both_tails(alpha, power) * deviation / distance;

	if (deviation == 0 && distance > 0)
		return 1;
	return z * z;
}
